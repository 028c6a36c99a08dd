/** CSV, written so that a spreadsheet reads it right and runs nothing, and read as spreadsheets write it. Pure. */

export type CsvValue = string | number | boolean | null | undefined;

/** A value as a spreadsheet must read it: text that a spreadsheet would run as a formula is made plain text by a leading apostrophe (OWASP, CSV injection). */
export const csvCell = (value: CsvValue): string => {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  const text = String(value);
  // One more apostrophe where the text has its own before such a sign: what is read back is what was written.
  const safe = /^'*[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",;\r\n\t]/.test(safe) || safe !== text ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** Marks the text as UTF-8, so that spreadsheets read accents right. */
export const csvMark = '\uFEFF';

export const csvLine = (row: readonly CsvValue[]): string => `${row.map(csvCell).join(',')}\r\n`;

/** RFC 4180 text with the mark. */
export const csvOf = (header: readonly string[], rows: readonly (readonly CsvValue[])[]): string =>
  csvMark + [header, ...rows].map(csvLine).join('');

export type CsvRow = {
  /** Of the file where the row begins, from 1. */
  line: number;
  cells: string[];
};

/** What is wrong with a text as CSV, and on which line. */
export class CsvFault extends Error {
  readonly line: number;
  constructor(line: number, sentence: string) {
    super(sentence);
    this.name = 'CsvFault';
    this.line = line;
  }
}

/**
 * The rows of a text: RFC 4180, with the comma, the semicolon (spreadsheets of countries with a decimal comma) or the tab between
 * cells, as the first line has it. Rows without any text are left out. The apostrophe that keeps a formula plain is taken off.
 * Throws a CsvFault for a quote that never ends, and for more than `most` rows.
 */
export function parseCsv(text: string, most = 100_000): CsvRow[] {
  const body = text.startsWith(csvMark) ? text.slice(1) : text;
  const separator = separatorOf(body);
  const rows: CsvRow[] = [];
  let [at, line] = [0, 1];
  while (at < body.length) {
    const row: CsvRow = { line, cells: [] };
    for (;;) {
      const cell = body[at] === '"' ? quoted(body, at, line) : bare(body, at, separator);
      row.cells.push(plain(cell.text));
      line += cell.lines;
      at = cell.end;
      if (body[at] !== separator) break;
      at++;
    }
    if (body[at] === '\r') at++;
    if (body[at] === '\n') at++;
    line++;
    if (!row.cells.some((cell) => cell.trim() !== '')) continue;
    if (rows.length >= most) throw new CsvFault(row.line, `there are more than ${most} rows`);
    rows.push(row);
  }
  return rows;
}

type Cell = { text: string; end: number; lines: number };

function quoted(body: string, from: number, line: number): Cell {
  let text = '';
  let at = from + 1;
  for (;;) {
    const end = body.indexOf('"', at);
    if (end < 0) throw new CsvFault(line, 'a quote is opened and never closed');
    text += body.slice(at, end);
    at = end + 1;
    if (body[at] !== '"') break;
    text += '"';
    at++;
  }
  return { text, end: at, lines: text.split('\n').length - 1 };
}

function bare(body: string, from: number, separator: string): Cell {
  let end = from;
  while (end < body.length && body[end] !== separator && body[end] !== '\n' && body[end] !== '\r') end++;
  return { text: body.slice(from, end), end, lines: 0 };
}

const plain = (cell: string): string => (/^'+[=+\-@\t\r\n]/.test(cell) ? cell.slice(1) : cell);

/** The sign that the first line has most of, outside of quotes. */
function separatorOf(body: string): string {
  const head = body.slice(0, /[\r\n]/.exec(body)?.index ?? body.length).replace(/"(?:[^"]|"")*"/g, '');
  const count = (sign: string) => head.split(sign).length;
  return [',', ';', '\t'].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}
