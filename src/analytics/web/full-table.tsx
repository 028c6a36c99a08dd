import { Group, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import {
  Answer,
  DataTable,
  EmptyState,
  Link,
  LinkButton,
  LoadingRows,
  platformMessages,
  useFormat,
  useWords,
} from '#platform/web';
import type { Column } from '#platform/web';
import { filtersOf } from './breakdown-panel.tsx';
import type { Breakdown } from './breakdown-panel.tsx';
import { Awaited } from './asked-progress.tsx';
import { messages } from './messages.ts';
import { useAnswer } from './use-answer.ts';
import { useExplorerSearch } from './use-explorer-search.ts';
import type { View } from './use-view.ts';
import { useDimensionLabel, useMetric, useValueName } from './words.ts';

type Row = { value: string; name: string; figures: (number | null)[] };

/** All rows of a breakdown with all its figures, sortable and exportable. */
export const FullTable = ({
  view,
  breakdown,
  onClose,
}: {
  view: View;
  breakdown: Breakdown | undefined;
  onClose: () => void;
}) => {
  const platform = useWords(platformMessages);
  const dimension = useDimensionLabel();
  return (
    <Modal
      opened={breakdown !== undefined}
      onClose={onClose}
      size="min(1120px, 96vw)"
      title={breakdown ? dimension(breakdown.dimension) : ''}
      closeButtonProps={{ 'aria-label': platform.close }}
    >
      {breakdown ? <Rows view={view} breakdown={breakdown} /> : null}
    </Modal>
  );
};

const Rows = ({ view, breakdown }: { view: View; breakdown: Breakdown }) => {
  const words = useWords(messages);
  const format = useFormat();
  const metric = useMetric();
  const dimension = useDimensionLabel();
  const nameOf = useValueName();
  const explorer = useExplorerSearch();
  const [text, setText] = useState('');
  const asked = useAnswer({
    ...view.base,
    metrics: breakdown.metrics,
    dimensions: [breakdown.dimension],
    filters: filtersOf(view, breakdown),
    pagination: { limit: 10_000 },
    include: view.include,
  });
  return (
    <Answer
      of={asked}
      waiting={
        <Awaited of={asked}>
          <LoadingRows rows={10} />
        </Awaited>
      }
    >
      {({ results, meta, query: understood }) => {
        const all: Row[] = results.map(({ dimensions: [value = ''], metrics }) => ({
          value,
          name: nameOf(breakdown.dimension, value, meta.labels),
          figures: metrics,
        }));
        const wanted = text.trim().toLowerCase();
        const rows = wanted === '' ? all : all.filter(({ name }) => name.toLowerCase().includes(wanted));
        const columns: Column<Row>[] = [
          {
            key: 'name',
            header: dimension(breakdown.dimension),
            value: (row) => row.name,
            cell: (row) => <Name dimension={breakdown.dimension} row={row} site={view.site?.id} />,
          },
          ...breakdown.metrics.map((name, index): Column<Row> => {
            const { label, definition, write } = metric(name, meta.currency);
            return {
              key: name,
              header: label,
              definition,
              value: (row) => row.figures[index],
              cell: (row) => write(row.figures[index]),
              align: 'right',
            };
          }),
        ];
        return (
          <>
            <Group justify="space-between" mb={8} style={{ color: 'var(--ink-soft)', fontSize: 12 }}>
              <span>{format.days(understood.date_range[0], understood.date_range[1])}</span>
              <LinkButton
                to="/explorer"
                search={explorer({ m: [...breakdown.metrics], d: breakdown.dimension })}
                size="compact-xs"
                variant="subtle"
              >
                {words.exploreRow}
              </LinkButton>
            </Group>
            {all.length > 12 ? (
              <TextInput
                aria-label={words.findRow}
                placeholder={words.findRow}
                value={text}
                onChange={(event) => setText(event.currentTarget.value)}
                mb={8}
                maw={360}
              />
            ) : null}
            <DataTable
              label={dimension(breakdown.dimension)}
              file={`${view.site?.domain ?? 'audience'}-${breakdown.dimension.replace(':', '-')}`}
              rows={rows}
              columns={columns}
              rowKey={(row) => row.value}
              sort={{ key: breakdown.metrics[0] ?? 'name', desc: true }}
              empty={<EmptyState title={words.noData} next={words.noDataNext} />}
            />
          </>
        );
      }}
    </Answer>
  );
};

/** A page leads to what its visitors did before and after, a line item to its own view. */
const Name = ({ dimension, row, site }: { dimension: string; row: Row; site: string | undefined }) => {
  const words = useWords(messages);
  // A long address breaks, but not into a letter a line.
  const name = (
    <span style={{ display: 'inline-block', minWidth: 'min(240px, 40vw)', overflowWrap: 'anywhere' }}>{row.name}</span>
  );
  if (dimension === 'visit:line_item' && row.value.startsWith('li_'))
    return <Link to={`/line-items/${row.value}`}>{name}</Link>;
  if (!['event:page', 'visit:entry_page', 'visit:exit_page'].includes(dimension) || !row.value.startsWith('/'))
    return name;
  return (
    <Link to="/flow" search={{ ...(site ? { site } : {}), page: row.value }} aria-label={words.flowOf(row.name)}>
      {name}
    </Link>
  );
};
