/** What is typed in the cells of the grid: as text, until it is saved. Pure. */
import { LineItemState, Pacing } from '#campaigns/contract';
import type { BulkChange, LineItem } from '#campaigns/contract';
import { addDays, lastDay, startOfDay } from '#platform/web';

export const gridFields = ['name', 'state', 'priority', 'quantity', 'amount', 'start', 'end', 'pacing'] as const;
export type GridField = (typeof gridFields)[number];
export type Cells = Record<GridField, string>;
/** Typed cells by line. */
export type Edits = Readonly<Record<string, Partial<Cells>>>;

type Money = { decimals: (currency: string) => number };

/** A line's cells as they are kept; days are those of its first placement's site. */
export const cellsOf = (line: LineItem, zone: string, { decimals }: Money): Cells => ({
  name: line.name,
  state: line.state,
  priority: String(line.priority),
  quantity: String(line.goal.quantity),
  amount: (line.rate.amount / 10 ** decimals(line.rate.currency)).toFixed(decimals(line.rate.currency)),
  start: lastDay(new Date(Date.parse(line.start) + 1).toISOString(), zone),
  end: lastDay(line.end, zone),
  pacing: line.pacing,
});

/** The edits with some cells of a line typed anew; a cell that is as it was is no edit. */
export const typed = (edits: Edits, line: string, kept: Cells, cells: Partial<Cells>): Edits => {
  const next = { ...edits[line], ...cells };
  const left = Object.fromEntries(
    Object.entries(next).filter(([field, text]) => text !== kept[field as GridField]),
  ) as Partial<Cells>;
  const { [line]: _, ...others } = edits;
  return Object.keys(left).length > 0 ? { ...others, [line]: left } : others;
};

export type CellFault = 'needed' | 'wholeBetween' | 'aPrice' | 'aDay' | 'endBefore';

const plain = (text: string) => text.replace(/[\s\u00a0\u202f]/g, '').replace(',', '.');
const isDay = (text: string) =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toISOString().slice(0, 10) === text;

/** The most that a whole number of a cell may be. */
export const mostOf = (field: GridField, line: LineItem): number =>
  field === 'priority' ? 16 : line.goal.unit === 'share' ? 100 : 1e12;

/** What can be seen to be wrong without asking the server. */
export const faultOf = (field: GridField, cells: Cells, line: LineItem): CellFault | undefined => {
  const text = cells[field].trim();
  if (field === 'name') return text === '' ? 'needed' : undefined;
  if (field === 'priority' || field === 'quantity') {
    const number = Number(plain(text));
    const least = field === 'priority' ? 1 : 0;
    const isWhole = /^\d+$/.test(plain(text)) && number >= least && number <= mostOf(field, line);
    return isWhole ? undefined : 'wholeBetween';
  }
  if (field === 'amount') return /^\d+(\.\d+)?$/.test(plain(text)) ? undefined : 'aPrice';
  if (field === 'start' || field === 'end') {
    if (!isDaySafe(text)) return 'aDay';
    return field === 'end' && isDaySafe(cells.start) && text < cells.start ? 'endBefore' : undefined;
  }
  return undefined;
};

const isDaySafe = (text: string): boolean => {
  try {
    return isDay(text);
  } catch {
    return false;
  }
};

/** The change of a line as it is sent. Its cells have no fault. */
export const changeOf = (
  line: LineItem,
  edit: Partial<Cells>,
  { zone, decimals }: Money & { zone: string },
): BulkChange => ({
  id: line.id,
  ...(edit.name === undefined ? {} : { name: edit.name.trim() }),
  ...(edit.priority === undefined ? {} : { priority: Number(plain(edit.priority)) }),
  ...(edit.quantity === undefined ? {} : { goal: { ...line.goal, quantity: Number(plain(edit.quantity)) } }),
  ...(edit.amount === undefined
    ? {}
    : {
        rate: {
          ...line.rate,
          amount: Math.round(Number(plain(edit.amount)) * 10 ** decimals(line.rate.currency)),
        },
      }),
  ...(edit.start === undefined ? {} : { start: startOfDay(edit.start, zone) }),
  ...(edit.end === undefined ? {} : { end: startOfDay(addDays(edit.end, 1), zone) }),
  ...(edit.pacing === undefined ? {} : { pacing: Pacing.parse(edit.pacing) }),
  ...(edit.state === undefined ? {} : { to: LineItemState.parse(edit.state) }),
});

/** The cell that a refusal of the server is about. */
export const cellOf = (field: string | null): GridField => {
  const [first = ''] = (field ?? '').split('.');
  if (first === 'goal') return 'quantity';
  if (first === 'rate') return 'amount';
  return gridFields.find((name) => name === first) ?? 'state';
};

export type BulkSet = { what: GridField | 'shift' | 'raisePrice' | 'raiseGoal'; value: string };

/** What setting something for many lines writes into the cells of one. */
export const setCells = ({ what, value }: BulkSet, cells: Cells, decimals: number): Partial<Cells> => {
  const number = Number(plain(value));
  if (what === 'shift') {
    if (!Number.isInteger(number)) return {};
    return { start: addDays(cells.start, number), end: addDays(cells.end, number) };
  }
  if (what === 'raisePrice') return { amount: (Number(plain(cells.amount)) * (1 + number / 100)).toFixed(decimals) };
  if (what === 'raiseGoal') return { quantity: String(Math.round(Number(plain(cells.quantity)) * (1 + number / 100))) };
  return { [what]: value };
};

/** Rows of cells out of what a spreadsheet puts on the clipboard. */
export const pasted = (text: string): string[][] =>
  text
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map((row) => row.split('\t').map((cell) => cell.trim()));

/** A pasted cell as the grid writes it: days of a spreadsheet become days of the calendar. */
export const pastedCell = (field: GridField, text: string): string => {
  if (field !== 'start' && field !== 'end') return text;
  const [, day, month, year] = /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$/.exec(text) ?? [];
  return day && month && year ? `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}` : text;
};
