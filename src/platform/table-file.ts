/** Tables in text files: CSV with commas, semicolons or tabs, quoted as RFC 4180 says, read row by row with their line numbers. */
import { type DataFile, textOfFile } from './data-file.ts';
import { Refusal } from './refusal.ts';

/** One row; `line` is the line of the file on which it begins, from 1. */
export type TableRow = { line: number; cells: string[] };

export type Separator = ',' | ';' | '\t';

/** Longest row and most columns: beyond, the file is no table. */
const limits = { row: 1_000_000, columns: 5_000 };

/** The refusal of one place in a file, in the words every import uses. */
export const badPlace = (file: string, line: number, why: string, column?: string): Refusal =>
  new Refusal('bad-input', `${file}, line ${line}${column === undefined ? '' : `, column "${column}"`}: ${why}.`, {
    field: 'file',
    file,
    line,
    ...(column === undefined ? {} : { column }),
  });

/** Throws the refusal of a row that has more or fewer cells than its table's header. */
export function checkCells(file: string, { line, cells }: TableRow, width: number): void {
  if (cells.length !== width)
    throw badPlace(file, line, `the row has ${cells.length} cells where the header has ${width}`);
}

/**
 * The separator of the first lines: the one that stands most often outside quotes on the line where it stands most.
 * A comma wins ties.
 */
export function separatorOf(head: string): Separator {
  const lines = head.split(/\r?\n/).slice(0, 40);
  const most = (separator: string) =>
    Math.max(0, ...lines.map((line) => line.replace(/"(?:[^"]|"")*"/g, '').split(separator).length - 1));
  const counts = ([',', ';', '\t'] as const).map((separator) => ({ separator, n: most(separator) }));
  return counts.toSorted((a, b) => b.n - a.n)[0]?.separator ?? ',';
}

/** The rows of a file, empty lines included (as one empty cell). Throws a Refusal with the line when a quote never ends. */
export async function* readTable(file: DataFile, given?: Separator): AsyncGenerator<TableRow> {
  let text = '';
  let separator = given;
  let line = 1;
  let isFirst = true;
  for await (const piece of textOfFile(file)) {
    text += isFirst ? piece.replace(/^\uFEFF/, '') : piece;
    isFirst = false;
    if (text.length < 65_536) continue;
    separator ??= separatorOf(text.slice(0, 65_536));
    const taken = rowsIn(text, { separator, line, file: file.name, isLast: false });
    yield* taken.rows;
    text = text.slice(taken.end);
    line = taken.line;
    if (text.length > limits.row) throw badPlace(file.name, line, 'the row is too long, or a quote never ends');
  }
  separator ??= separatorOf(text.slice(0, 65_536));
  yield* rowsIn(text, { separator, line, file: file.name, isLast: true }).rows;
}

type Place = { separator: Separator; line: number; file: string; isLast: boolean };

/** The whole rows of a piece of text, where the rest begins, and on which line. */
function rowsIn(text: string, { separator, line: from, file, isLast }: Place) {
  const rows: TableRow[] = [];
  let at = 0;
  let line = from;
  while (at < text.length) {
    const row = rowAt(text, at, separator);
    if (row.open && isLast) throw badPlace(file, line, 'a quote is opened and never closed');
    if ((row.open || !row.ended) && !isLast) break;
    if (row.stray) throw badPlace(file, line, 'there is text behind a closed quote');
    if (row.cells.length > limits.columns) throw badPlace(file, line, 'the row has too many columns');
    rows.push({ line, cells: row.cells });
    at = row.end;
    line += row.lines;
  }
  return { rows, end: at, line };
}

type Row = { cells: string[]; end: number; lines: number; ended: boolean; open: boolean; stray: boolean };

function rowAt(text: string, start: number, separator: Separator): Row {
  const cells: string[] = [];
  let at = start;
  let lines = 1;
  let stray = false;
  for (;;) {
    let cell = '';
    if (text[at] === '"') {
      at++;
      for (;;) {
        const quote = text.indexOf('"', at);
        if (quote < 0) return { cells, end: text.length, lines, ended: false, open: true, stray };
        cell += text.slice(at, quote);
        at = quote + 1;
        if (text[at] !== '"') break;
        cell += '"';
        at++;
      }
      for (let i = cell.indexOf('\n'); i >= 0; i = cell.indexOf('\n', i + 1)) lines++;
    }
    let end = at;
    while (end < text.length && text[end] !== separator && text[end] !== '\n') end++;
    const rest = text.slice(at, end).replace(/\r$/, '');
    if (cell !== '' && rest.trim() !== '') stray = true;
    cells.push(cell + (cell === '' ? rest : ''));
    at = end + 1;
    if (end >= text.length) return { cells, end: text.length, lines, ended: false, open: false, stray };
    if (text[end] === '\n') return { cells, end: at, lines, ended: true, open: false, stray };
  }
}

export const isBlank = ({ cells }: TableRow): boolean => cells.every((cell) => cell.trim() === '');
