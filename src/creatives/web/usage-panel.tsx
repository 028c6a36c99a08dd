import { Stack, Text } from '@mantine/core';
import { creativeDuplicates, creativeUsage } from '#creatives/contract';
import type { Creative } from '#creatives/contract';
import { Answer, DataTable, EmptyState, Link, Panel, useFormat, useRoute, useWords } from '#platform/web';
import { messages } from './review-messages.ts';

/** The lines that a creative is on. */
export const UsagePanel = ({ creative }: { creative: Creative }) => {
  const words = useWords(messages);
  const format = useFormat();
  const phrases: Record<string, unknown> = words;
  const asked = useRoute(creativeUsage, { id: creative.id });
  return (
    <Panel title={words.usage} flush>
      <Answer of={asked}>
        {({ items }) => (
          <DataTable
            label={words.usage}
            file={`usage-${creative.name}`}
            rows={items}
            rowKey={(row) => row.line_item_id}
            empty={<EmptyState title={words.notUsed} next={words.notUsedNext} />}
            columns={[
              {
                key: 'line',
                header: words.line,
                value: (row) => row.line_item_name,
                cell: (row) => (
                  <div>
                    <Link to={`/line-items/${row.line_item_id}`}>{row.line_item_name}</Link>
                    <Text size="xs" c="dimmed">
                      {row.order_name}
                      {row.rights_end_before ? ` · ${words.rightsShort}` : ''}
                    </Text>
                  </div>
                ),
              },
              {
                key: 'state',
                header: words.state,
                value: (row) => String(phrases[`line.${row.line_item_state}`] ?? row.line_item_state),
              },
              {
                key: 'start',
                header: words.start,
                value: (row) => row.start,
                cell: (row) => format.moment(row.start),
                from: 'sm',
              },
              {
                key: 'end',
                header: words.end,
                value: (row) => row.end,
                cell: (row) => format.moment(row.end),
                from: 'sm',
              },
              { key: 'weight', header: words.weight, value: (row) => row.weight, align: 'right', from: 'md' },
            ]}
          />
        )}
      </Answer>
    </Panel>
  );
};

/** Other creatives with the same file, or that look alike. */
export const DuplicatesPanel = ({ creative }: { creative: Creative }) => {
  const words = useWords(messages);
  const asked = useRoute(creativeDuplicates, { id: creative.id });
  return (
    <Panel title={words.duplicates}>
      <Answer of={asked}>
        {({ items }) =>
          items.length === 0 ? (
            <Text size="sm">{words.noDuplicates}</Text>
          ) : (
            <Stack component="ul" gap={4} style={{ paddingLeft: 20, margin: 0 }}>
              {items.map((row) => (
                <li key={row.id}>
                  <Link to={`/creatives/${row.id}`}>{row.name}</Link>{' '}
                  <Text span size="xs" c="dimmed">
                    {row.advertiser_name} · {row.same === 'file' ? words.sameFile : words.sameLook}
                  </Text>
                </li>
              ))}
            </Stack>
          )
        }
      </Answer>
    </Panel>
  );
};
