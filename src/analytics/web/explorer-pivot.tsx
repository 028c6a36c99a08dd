import { DataTable, Panel, useFormat, useWords } from '#platform/web';
import type { Column } from '#platform/web';
import { explorerMessages } from './explorer-messages.ts';
import type { Shown } from './explorer-page.tsx';
import { useCellName } from './explorer-table.tsx';
import { naturalOrder } from './value-order.ts';
import { currencyOf, useDimensionLabel, useMetric } from './words.ts';

type Row = { value: string; cells: Map<string, number | null> };
const mostColumns = 24;

/** The first dimension as rows, the second as columns, the first figure in the cells. */
export const ExplorerPivot = ({ shown }: { shown: Shown }) => {
  const words = useWords(explorerMessages);
  const metric = useMetric();
  const format = useFormat();
  const label = useDimensionLabel();
  const cellName = useCellName(shown);
  const { reply, metrics, dimensions, file } = shown;
  const [name] = metrics;
  if (!name) return null;
  const { label: title, definition } = metric(name);
  const of = (row: string, column: string) =>
    metric(name, currencyOf(name, dimensions, [row, column], reply.meta.currency));
  const rows = new Map<string, Row>();
  const sums = new Map<string, number>();
  for (const {
    dimensions: [first = '', second = ''],
    metrics: [figure = null],
  } of reply.results) {
    const row = rows.get(first) ?? { value: first, cells: new Map<string, number | null>() };
    row.cells.set(second, figure);
    rows.set(first, row);
    sums.set(second, (sums.get(second) ?? 0) + (figure ?? 0));
  }
  const across = naturalOrder(dimensions[1] ?? '');
  const ordered = [...sums].toSorted(across ? ([a], [b]) => across(a, b) : ([, a], [, b]) => b - a);
  const down = naturalOrder(dimensions[0] ?? '');
  const list = down ? [...rows.values()].toSorted((a, b) => down(a.value, b.value)) : [...rows.values()];
  const highest = Math.max(...list.flatMap(({ cells }) => [...cells.values()].map((figure) => figure ?? 0)));
  const columns: Column<Row>[] = [
    {
      key: 'row',
      header: label(dimensions[0] ?? ''),
      value: (row) => cellName(0, row.value),
    },
    ...ordered.slice(0, mostColumns).map(([value]): Column<Row> => ({
      key: `c ${value}`,
      header: cellName(1, value) || '–',
      definition: `${title}: ${definition}`,
      value: (row) => of(row.value, value).plain(row.cells.get(value)),
      cell: (row) => (
        <Shaded
          figure={row.cells.get(value)}
          highest={highest}
          text={of(row.value, value).write(row.cells.get(value))}
        />
      ),
      align: 'right',
    })),
  ];
  const note = [
    ...(reply.results.length < (reply.meta.total_rows ?? 0)
      ? [words.rows(format.number(reply.results.length), format.number(reply.meta.total_rows ?? 0))]
      : []),
    ...(ordered.length > mostColumns
      ? [words.columnsCut(format.number(mostColumns), format.number(ordered.length))]
      : []),
  ].join(' · ');
  return (
    <Panel flush title={title} note={note || undefined}>
      <DataTable label={title} file={`${file}-pivot`} rows={list} columns={columns} rowKey={(row) => row.value} />
    </Panel>
  );
};

/** A cell the deeper the higher its figure, so that the table reads as a heat map; the ink stays readable on the deepest. */
const Shaded = ({ figure, highest, text }: { figure: number | null | undefined; highest: number; text: string }) => (
  <span
    style={{
      display: 'block',
      borderRadius: 4,
      padding: '0 4px',
      background:
        figure && figure > 0 && highest > 0
          ? `color-mix(in srgb, var(--mantine-primary-color-filled) ${Math.round((45 * figure) / highest)}%, transparent)`
          : 'transparent',
      color: 'var(--ink)',
    }}
  >
    {text}
  </span>
);
