import { Button, Group, ScrollArea, Text, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconDownload } from '@tabler/icons-react';
import { createSortedRowModel, rowSortingFeature, tableFeatures, useTable } from '@tanstack/react-table';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { csvOf, download } from '../csv.ts';
import { useLanguage, useWords } from '../language.tsx';
import { messages } from '../messages.ts';
import { Term } from '../page.tsx';
import { LoadingRows } from '../states.tsx';
import { useFormat } from '../use-format.ts';
import type { ServerSide } from '../use-sorted-list.ts';
import { visibleRange } from './visible-range.ts';

type Value = string | number | null | undefined;

export type Column<T> = {
  key: string;
  header: string;
  /** What a screen of figures is sorted by and what goes to the CSV file. */
  value: (row: T) => Value;
  /** How it is drawn, where the bare value would not do. */
  cell?: (row: T) => ReactNode;
  align?: 'right';
  definition?: string;
  /** Name by which the server sorts it, in tables that the server sorts. */
  sort?: string;
  /** Left out below this width of the window, in Mantine breakpoints; the CSV file keeps it. */
  from?: 'xs' | 'sm' | 'md' | 'lg' | 'xl';
};

type Props<T> = {
  label: string;
  rows: T[] | undefined;
  columns: Column<T>[];
  rowKey: (row: T) => string;
  empty?: ReactNode;
  /** Name of the CSV file, without its ending. */
  file: string;
  sort?: { key: string; desc: boolean };
  more?: { has: boolean; loading: boolean; load: () => void };
  /** Sorting and the CSV file are the server's, over all rows and not only those loaded. */
  server?: ServerSide;
  /** Of a row of a long table, pixels: where cells are taller than a line of text. */
  rowHeight?: number;
  actions?: ReactNode;
};

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });
const usualHeight = 41;
/** Above this many rows only those on screen are drawn. */
const virtualFrom = 150;
const viewHeight = 640;

/** A table: every column sortable, everything exportable, ten thousand rows as light as ten. */
export const DataTable = <T extends object>({
  label,
  rows,
  columns,
  rowKey,
  empty,
  file,
  sort,
  more,
  server,
  rowHeight = usualHeight,
  actions,
}: Props<T>) => {
  const words = useWords(messages);
  const format = useFormat();
  const { language } = useLanguage();
  const [scrollTop, setScrollTop] = useState(0);
  const defs = useMemo(() => {
    const collator = new Intl.Collator(language, { numeric: true, sensitivity: 'base' });
    return columns.map((column) => ({
      id: column.key,
      accessorFn: (row: T) => column.value(row) ?? undefined,
      sortUndefined: 'last' as const,
      sortDescFirst: column.align === 'right',
      sortFn: (a: { original: T }, b: { original: T }) =>
        compare(column.value(a.original), column.value(b.original), collator),
    }));
  }, [columns, language]);
  const data = useMemo(() => rows ?? [], [rows]);
  const table = useTable({
    features,
    columns: defs,
    data,
    enableSortingRemoval: true,
    initialState: { sorting: sort ? [{ id: sort.key, desc: sort.desc }] : [] },
  });

  if (!rows) return <LoadingRows />;
  if (rows.length === 0 && empty) return empty;

  const sorted = server ? rows : table.getRowModel().rows.map(({ original }) => original);
  const directionOf = ({ key, sort: by }: Column<T>): 'asc' | 'desc' | false => {
    if (!server) return table.getColumn(key)?.getIsSorted() ?? false;
    if (by === undefined || server.order_by?.replace(/^-/, '') !== by) return false;
    return server.order_by.startsWith('-') ? 'desc' : 'asc';
  };
  /** Turned round, then off; figures begin with the largest. */
  const turn = (column: Column<T>) => {
    if (!server) return table.getColumn(column.key)?.toggleSorting();
    const [first, second] = column.align === 'right' ? (['desc', 'asc'] as const) : (['asc', 'desc'] as const);
    const now = directionOf(column);
    const next = now === false ? first : now === first ? second : undefined;
    return server.onOrder(next && `${next === 'desc' ? '-' : ''}${column.sort ?? ''}`);
  };
  const virtual = sorted.length > virtualFrom;
  const range = virtual
    ? visibleRange({ scrollTop, height: viewHeight, rowHeight, count: sorted.length })
    : { start: 0, end: sorted.length, before: 0, after: 0 };
  const exportCsv = () =>
    download(
      `${file}.csv`,
      csvOf(
        columns.map((column) => column.header),
        sorted.map((row) => columns.map((column) => column.value(row))),
      ),
    );

  return (
    <div>
      <ScrollArea.Autosize
        mah={virtual ? viewHeight : undefined}
        onScrollPositionChange={({ y }) => {
          if (!virtual) return;
          setScrollTop(y);
          // The next rows are on their way before the last one is reached.
          if (more?.has && !more.loading && y + 2 * viewHeight > sorted.length * rowHeight) more.load();
        }}
        viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': label }}
      >
        <table
          className={virtual ? 'vg-table vg-table-long' : 'vg-table'}
          aria-label={label}
          aria-rowcount={sorted.length + 1}
        >
          <thead>
            <tr>
              {columns.map((column) => {
                const direction = directionOf(column);
                const title = column.definition ? (
                  <Term definition={column.definition}>{column.header}</Term>
                ) : (
                  column.header
                );
                return (
                  <th
                    key={column.key}
                    scope="col"
                    data-align={column.align}
                    className={column.from ? `mantine-visible-from-${column.from}` : undefined}
                    {...(server && column.sort === undefined
                      ? {}
                      : {
                          'aria-sort':
                            direction === 'asc' ? 'ascending' : direction === 'desc' ? 'descending' : ('none' as const),
                        })}
                  >
                    {server && column.sort === undefined ? (
                      title
                    ) : (
                      <UnstyledButton
                        className="vg-sort"
                        title={words.sortBy(column.header)}
                        onClick={() => turn(column)}
                      >
                        {title}
                        {direction === 'asc' ? (
                          <IconArrowUp size={13} aria-hidden />
                        ) : direction === 'desc' ? (
                          <IconArrowDown size={13} aria-hidden />
                        ) : null}
                      </UnstyledButton>
                    )}
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {range.before > 0 ? <tr aria-hidden style={{ height: range.before }} /> : null}
            {sorted.slice(range.start, range.end).map((row, index) => (
              <tr
                key={rowKey(row)}
                aria-rowindex={range.start + index + 2}
                style={virtual ? { height: rowHeight } : undefined}
              >
                {columns.map((column) => (
                  <td
                    key={column.key}
                    data-align={column.align}
                    className={column.from ? `mantine-visible-from-${column.from}` : undefined}
                  >
                    {column.cell ? column.cell(row) : plain(column.value(row), format.number)}
                  </td>
                ))}
              </tr>
            ))}
            {range.after > 0 ? <tr aria-hidden style={{ height: range.after }} /> : null}
          </tbody>
        </table>
      </ScrollArea.Autosize>
      <Group justify="space-between" px="sm" py={6} gap="xs">
        <Text size="xs" c="dimmed">
          {rows.length === 1 ? words.row : words.rows(format.number(rows.length) + (more?.has ? '+' : ''))}
        </Text>
        <Group gap={6}>
          {actions}
          {more?.has ? (
            <Button size="compact-xs" variant="default" loading={more.loading} onClick={more.load}>
              {words.more}
            </Button>
          ) : null}
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconDownload size={13} aria-hidden />}
            {...(server
              ? { component: 'a' as const, href: server.csv, download: `${file}.csv` }
              : { onClick: exportCsv })}
          >
            {words.exportCsv}
          </Button>
        </Group>
      </Group>
    </div>
  );
};

const plain = (value: Value, number: (value: number, decimals: number) => string) =>
  typeof value === 'number' ? number(value, 2) : (value ?? '–');

/** Missing values last, numbers by size, text as the language orders it. */
const compare = (a: Value, b: Value, collator: Intl.Collator): number => {
  if (a === undefined || a === null) return b === undefined || b === null ? 0 : 1;
  if (b === undefined || b === null) return -1;
  return typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b));
};
