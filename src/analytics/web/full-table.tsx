import { Modal } from '@mantine/core';
import { Answer, DataTable, EmptyState, LoadingRows, platformMessages, useFormat, useWords } from '#platform/web';
import type { Column } from '#platform/web';
import { filtersOf } from './breakdown-panel.tsx';
import type { Breakdown } from './breakdown-panel.tsx';
import { Awaited } from './asked-progress.tsx';
import { messages } from './messages.ts';
import { useAnswer } from './use-answer.ts';
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
      size="xl"
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
        const rows: Row[] = results.map(({ dimensions: [value = ''], metrics }) => ({
          value,
          name: nameOf(breakdown.dimension, value, meta.labels),
          figures: metrics,
        }));
        const columns: Column<Row>[] = [
          {
            key: 'name',
            header: dimension(breakdown.dimension),
            value: (row) => row.name,
            cell: (row) => <span style={{ overflowWrap: 'anywhere' }}>{row.name}</span>,
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
            <p style={{ margin: '0 0 8px', color: 'var(--ink-soft)', fontSize: 12 }}>
              {format.days(understood.date_range[0], understood.date_range[1])}
            </p>
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
