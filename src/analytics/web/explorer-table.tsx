import { Anchor } from '@mantine/core';
import { timeDimensions } from '#analytics/contract';
import { Change, DataTable, Panel, useLanguage, useWords } from '#platform/web';
import type { Column } from '#platform/web';
import { explorerMessages } from './explorer-messages.ts';
import type { Shown } from './explorer-page.tsx';
import { writeFilter } from './filters.ts';
import { currencyOf, useDimensionLabel, useMetric, useTimeLabel, useValueName } from './words.ts';

type Row = Shown['reply']['results'][number];
const isTime = (name: string) => Object.hasOwn(timeDimensions, name);

/** What a value of any dimension is called. */
export const useCellName = (shown: Shown) => {
  const nameOf = useValueName();
  const timeLabel = useTimeLabel();
  return (place: number, value: string): string => {
    const asked = shown.dimensions[place] ?? '';
    const dimension = shown.reply.query.dimensions[place] ?? asked;
    return isTime(dimension) ? timeLabel(value, dimension) : nameOf(dimension, value, shown.reply.meta.labels);
  };
};

/** All rows, sortable; a value filters by itself when chosen. */
export const ExplorerTable = ({ shown, onFilter }: { shown: Shown; onFilter: (text: string) => void }) => {
  const words = useWords(explorerMessages);
  const { language } = useLanguage();
  const metric = useMetric();
  const label = useDimensionLabel();
  const cellName = useCellName(shown);
  const { reply, metrics, dimensions, file } = shown;
  const compared = reply.results.some((row) => row.comparison);
  const times: Record<string, { en: string; fr: string }> = timeDimensions;
  const columns: Column<Row>[] = [
    ...dimensions.map((name, place): Column<Row> => ({
      key: name,
      header: times[name]?.[language] ?? label(name),
      value: (row) => (isTime(name) ? row.dimensions[place] : cellName(place, row.dimensions[place] ?? '')),
      cell: (row) => {
        const value = row.dimensions[place] ?? '';
        const text = cellName(place, value);
        if (isTime(name) || value === '') return text;
        return (
          <Anchor
            component="button"
            type="button"
            size="sm"
            ta="left"
            style={{ overflowWrap: 'anywhere' }}
            onClick={() => onFilter(writeFilter({ operator: 'is', dimension: name, value }))}
          >
            {text}
          </Anchor>
        );
      },
    })),
    ...metrics.flatMap((name, place): Column<Row>[] => {
      const { label: header, definition } = metric(name);
      const of = (row: Row) => metric(name, currencyOf(name, dimensions, row.dimensions, reply.meta.currency));
      const own: Column<Row> = {
        key: name,
        header,
        definition,
        value: (row) => of(row).plain(row.metrics[place]),
        cell: (row) => of(row).write(row.metrics[place]),
        align: 'right',
      };
      if (!compared) return [own];
      return [
        own,
        {
          key: `${name} before`,
          header: `${header} (${words.before})`,
          value: (row) => of(row).plain(row.comparison?.metrics[place]),
          cell: (row) => of(row).write(row.comparison?.metrics[place]),
          align: 'right',
          from: 'md',
        },
        {
          key: `${name} change`,
          header: words.change,
          value: (row) => row.comparison?.change[place],
          cell: (row) => (
            <Change percent={row.comparison?.change[place]} title={of(row).write(row.comparison?.metrics[place])} />
          ),
          align: 'right',
          from: 'sm',
        },
      ];
    }),
  ];
  return (
    <Panel flush>
      <DataTable
        label={words.explorer}
        file={file}
        rows={reply.results}
        columns={columns}
        rowKey={(row) => JSON.stringify(row.dimensions)}
      />
    </Panel>
  );
};
