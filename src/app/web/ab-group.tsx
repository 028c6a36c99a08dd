import { query } from '#analytics/contract';
import { listCreatives } from '#creatives/contract';
import { Answer, DataTable, Link, Panel, StateMark, useFormat, useList, useRoute, useWords } from '#platform/web';
import { compareArms } from './ab-test.ts';
import { messages } from './messages.ts';

const tones = { leads: 'green', behind: 'orange', open: 'gray' } as const;

/** The creatives of an A/B group side by side, and whether the difference is more than chance. */
export const AbGroup = ({ group }: { group: string }) => {
  const words = useWords(messages);
  const format = useFormat();
  const list = useList(listCreatives, { limit: 100, ab_group: group });
  const ids = (list.rows ?? []).map(({ id }) => id);
  const asked = useRoute(
    query,
    {
      metrics: ['impressions', 'clicks'],
      date_range: 'all',
      dimensions: ['ad:creative'],
      filters: [['is', 'ad:creative', ids]],
    },
    { enabled: ids.length > 0, every: 15_000, keep: true },
  );
  return (
    <Panel title={words.abGroup(group)} note={words.abNote} flush>
      <Answer of={asked}>
        {({ results }) => (
          <DataTable
            label={words.abGroup(group)}
            file={`ab-${group}`}
            rowKey={(row) => row.id}
            rows={compareArms(
              (list.rows ?? []).map(({ id, name }) => {
                const found = results.find(({ dimensions }) => dimensions[0] === id)?.metrics;
                return { id, name, impressions: found?.[0] ?? 0, clicks: found?.[1] ?? 0 };
              }),
            )}
            columns={[
              {
                key: 'name',
                header: words.abCreative,
                value: (row) => row.name,
                cell: (row) => <Link to={`/creatives/${row.id}`}>{row.name}</Link>,
              },
              { key: 'impressions', header: words.abImpressions, value: (row) => row.impressions, align: 'right' },
              { key: 'clicks', header: words.abClicks, value: (row) => row.clicks, align: 'right' },
              {
                key: 'ctr',
                header: words.abCtr,
                value: (row) => row.ctr,
                cell: (row) => (row.ctr === null ? '–' : format.percent(100 * row.ctr, 2)),
                align: 'right',
              },
              {
                key: 'verdict',
                header: words.abVerdict,
                value: (row) => words[`ab_${row.verdict}`],
                cell: (row) => <StateMark tone={tones[row.verdict]}>{words[`ab_${row.verdict}`]}</StateMark>,
              },
            ]}
          />
        )}
      </Answer>
    </Panel>
  );
};
