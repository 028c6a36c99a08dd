/** A table of figures by its header: which column is which dimension or measure, and how its cells are read. */
import { badPlace, checkCells, type DataFile, isBlank, numberWritten, readTable, secondsWritten } from '#platform';
import type { Figure, FigureDimension, FigureMeasure, Told } from './history-item.ts';

/** How cells are read: counts are whole and never negative; `seconds` become milliseconds. */
export type CellKind = 'text' | 'count' | 'number' | 'seconds' | 'percent';

export type Cells = {
  line: number;
  text(column: string): string;
  has(column: string): boolean;
  /** A number of the column; 0 where the cell is empty. Throws a Refusal that names line and column where it is none. */
  number(column: string): number;
  count(column: string): number;
  seconds(column: string): number;
};

export type Header = { line: number; names: readonly string[] };

/** Reads cells by the canonical names of a header. `shown` are the names as the file writes them, for refusals. */
export function cellsOf(file: DataFile, header: Header & { shown: readonly string[] }, decimal?: ',' | '.') {
  const places = new Map(header.names.map((name, i) => [name, i]));
  return ({ line, cells }: { line: number; cells: string[] }): Cells => {
    checkCells(file.name, { line, cells }, header.names.length);
    const at = (column: string) => places.get(column) ?? -1;
    const text = (column: string) => cells[at(column)]?.trim() ?? '';
    const number = (column: string) => {
      const written = text(column);
      if (written === '' || /^(?:-+|n\/a|null|\\N)$/i.test(written)) return 0;
      const value = numberWritten(written, decimal);
      if (value === undefined)
        throw badPlace(
          file.name,
          line,
          `${JSON.stringify(written.slice(0, 60))} is not a number`,
          header.shown[at(column)],
        );
      return value;
    };
    return {
      line,
      text,
      has: (column) => places.has(column),
      number,
      count(column) {
        const value = number(column);
        if (value < 0 || !Number.isSafeInteger(Math.round(value)))
          throw badPlace(
            file.name,
            line,
            `${JSON.stringify(text(column).slice(0, 60))} is not a count`,
            header.shown[at(column)],
          );
        return Math.round(value);
      },
      seconds(column) {
        const written = text(column);
        if (written === '' || written === '-') return 0;
        const value = secondsWritten(written, decimal);
        if (value === undefined || value < 0)
          throw badPlace(
            file.name,
            line,
            `${JSON.stringify(written.slice(0, 60))} is not a duration`,
            header.shown[at(column)],
          );
        return value;
      },
    };
  };
}

/** The rows behind a header line, blank ones left out, until `ends` says that the table is over. */
export async function* rowsBehind(
  file: DataFile,
  headerLine: number,
  ends: (row: { line: number; cells: string[] }) => boolean = () => false,
): AsyncGenerator<{ line: number; cells: string[] }> {
  for await (const row of readTable(file)) {
    if (row.line <= headerLine) continue;
    if (ends(row)) return;
    if (!isBlank(row)) yield row;
  }
}

/** A figure without what is empty. */
export function figureOf(
  line: number,
  days: { from: string; to: string },
  dimensions: Partial<Record<FigureDimension, string>>,
  measures: Partial<Record<FigureMeasure, number>>,
): Told<Figure> {
  const told = Object.entries(dimensions).filter(([, value]) => value !== '');
  return {
    line,
    row: {
      local_date: days.from,
      last_date: days.to,
      ...Object.fromEntries(told.map(([name, value]) => [name, value.slice(0, 2000)])),
      ...measures,
    },
  };
}
