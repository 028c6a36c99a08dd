/** Line items as rows of a file: written so that what is written can be read again, read so that a fault names its column. */
import type { CsvValue } from '#platform';
import type { FrequencyCap } from './contract.ts';
import type { LineItemRow } from './line-item.ts';
import { dayOf, nextDay, startOfDay } from './zoned-day.ts';

/** Columns that only tell; a file may leave them out, and what they hold is not read. */
export const toldColumns = ['advertiser', 'side', 'state'] as const;

export const csvColumns = [
  'id',
  'order_id',
  'order',
  ...toldColumns,
  'name',
  'type',
  'priority',
  'goal_unit',
  'goal_quantity',
  'goal_id',
  'rate_model',
  'rate',
  'currency',
  'start',
  'end',
  'placements',
  'sizes',
  'pacing',
  'pacing_curve',
  'rotation',
  'roadblock',
  'frequency_caps',
  'daily_cap',
  'lifetime_cap',
  'exclusion_labels',
  'excluded_advertisers',
  'targeting',
] as const;
export type CsvColumn = (typeof csvColumns)[number];

export const isCsvColumn = (name: string): name is CsvColumn => csvColumns.some((column) => column === name);

/** A line as a row; `placeName` gives what a placement is called in the file (`domain/code`). */
export function rowOf(line: LineItemRow, placeName: (id: string) => string): CsvValue[] {
  const zone = line.time_zone;
  const cells: Record<CsvColumn, CsvValue> = {
    id: line.id,
    order_id: line.order_id,
    order: line.order_name,
    advertiser: line.advertiser_name,
    side: line.side,
    state: line.state,
    name: line.name,
    type: line.type,
    priority: line.priority,
    goal_unit: line.goal_unit,
    goal_quantity: line.goal_quantity,
    goal_id: line.goal_id,
    rate_model: line.rate_model,
    rate: decimalOf(line.rate_amount, line.currency),
    currency: line.currency,
    start: dayOrInstant(line.starts_at, zone, 0),
    end: dayOrInstant(line.ends_at, zone, -1),
    placements: line.placements.map(placeName).join(' '),
    sizes: line.sizes.join(' '),
    pacing: line.pacing,
    pacing_curve: line.pacing_curve?.join(' '),
    rotation: line.rotation,
    roadblock: line.roadblock,
    frequency_caps: line.frequency_caps.map(capText).join('; '),
    daily_cap: line.daily_cap,
    lifetime_cap: line.lifetime_cap,
    exclusion_labels: line.exclusion_labels.join('; '),
    excluded_advertisers: line.excluded_advertisers.join(' '),
    targeting: line.targeting === null ? '' : JSON.stringify(line.targeting),
  };
  return csvColumns.map((column) => cells[column]);
}

/** A midnight is written as a day (the last one, for an end), anything else as the instant. */
function dayOrInstant(instant: string, zone: string, back: 0 | -1): string {
  const day = dayOf(instant, zone);
  return Date.parse(startOfDay(day, zone)) === Date.parse(instant) ? nextDay(day, back) : instant;
}

const capText = ({ count, per, every }: FrequencyCap): string => `${count}/${every > 1 ? `${every} ` : ''}${per}`;

export const decimalsOf = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;

const decimalOf = (amount: number, currency: string): string => {
  const digits = decimalsOf(currency);
  return (amount / 10 ** digits).toFixed(digits);
};

/** A fault of one cell. */
export class CellFault extends Error {
  readonly column: string;
  constructor(column: string, why: string) {
    super(`${column}: ${why}.`);
    this.column = column;
  }
}

export type ReadCells = Partial<Record<CsvColumn, string>>;

const spaces = /[\s\u00a0\u202f]+/g;

/**
 * What the cells say, in the API's shape: a cell that is not there, or empty where nothing may be empty, says nothing. `zone` gives
 * days their instants. Throws a CellFault for a cell that cannot be read at all; what it may be is left to the shapes of the API.
 */
export function termsOfCells(
  cells: ReadCells,
  { zone, currency, places }: { zone: string; currency: string | undefined; places: ReadonlyMap<string, string> },
): Record<string, unknown> {
  const text = (column: CsvColumn) => cells[column]?.trim() || undefined;
  const terms: Record<string, unknown> = {};
  for (const column of ['name', 'type', 'pacing', 'rotation', 'roadblock'] as const) put(terms, column, text(column));
  put(terms, 'priority', whole(cells, 'priority'));
  const goal = { unit: text('goal_unit'), quantity: whole(cells, 'goal_quantity'), goal_id: text('goal_id') };
  if (some(goal)) terms['goal'] = goal;
  const money = text('currency') ?? currency;
  const rate = { model: text('rate_model'), amount: amountOf(cells, money), currency: text('currency') };
  if (some(rate)) terms['rate'] = rate;
  put(terms, 'start', instantOf(cells, 'start', zone));
  put(terms, 'end', instantOf(cells, 'end', zone));
  const placements = text('placements');
  if (placements !== undefined)
    terms['placements'] = placements.split(spaces).map((name) => {
      const id = places.get(name);
      if (id === undefined) throw new CellFault('placements', `there is no placement ${name.slice(0, 100)}`);
      return id;
    });
  if (cells.sizes !== undefined) terms['sizes'] = listOf(cells.sizes, spaces);
  if (cells.excluded_advertisers !== undefined)
    terms['excluded_advertisers'] = listOf(cells.excluded_advertisers, spaces);
  if (cells.exclusion_labels !== undefined) terms['exclusion_labels'] = listOf(cells.exclusion_labels, /\s*;\s*/);
  if (cells.frequency_caps !== undefined)
    terms['frequency_caps'] = listOf(cells.frequency_caps, /\s*;\s*/).map((cap) => readCap(cap));
  for (const limit of ['daily_cap', 'lifetime_cap'] as const)
    if (cells[limit] !== undefined) terms[limit] = whole(cells, limit) ?? null;
  const curve = text('pacing_curve');
  if (curve !== undefined) terms['pacing_curve'] = curve.split(spaces).map((part) => number('pacing_curve', part));
  if (cells.targeting !== undefined) terms['targeting'] = targetingOf(cells.targeting);
  return terms;
}

/** The goal and the rate are whole things in the API: what a file leaves out of them stays as it is. */
export const withKept = (
  terms: Record<string, unknown>,
  kept: { goal: object; rate: object },
): Record<string, unknown> => {
  const both = { ...terms };
  for (const part of ['goal', 'rate'] as const) {
    const given = terms[part];
    if (typeof given !== 'object' || given === null) continue;
    both[part] = {
      ...kept[part],
      ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    };
  }
  return both;
};

/** The column of a field of the API. */
export function columnOf(field: string | undefined): string | null {
  if (field === undefined || field === '' || field === 'body') return null;
  const [first = '', second] = field.split('.');
  if (first === 'goal') return second === 'unit' ? 'goal_unit' : second === 'goal_id' ? 'goal_id' : 'goal_quantity';
  if (first === 'rate') return second === 'model' ? 'rate_model' : second === 'currency' ? 'currency' : 'rate';
  return first;
}

const some = (parts: Record<string, unknown>) => Object.values(parts).some((value) => value !== undefined);

function put(terms: Record<string, unknown>, name: string, value: unknown): void {
  if (value !== undefined) terms[name] = value;
}

const listOf = (text: string, by: RegExp): string[] =>
  text
    .trim()
    .split(by)
    .filter((part) => part !== '');

function whole(cells: ReadCells, column: CsvColumn): number | undefined {
  const text = cells[column]?.replace(spaces, '');
  if (!text) return undefined;
  // Groups of three behind a comma or a dot are thousands: nothing here has decimals.
  const plain = /^\d{1,3}([.,]\d{3})+$/.test(text) ? text.replace(/[.,]/g, '') : text;
  if (!/^-?\d+$/.test(plain)) throw new CellFault(column, `${text.slice(0, 40)} is not a whole number`);
  return Number(plain);
}

function number(column: CsvColumn, text: string): number {
  const plain = text.replace(',', '.');
  if (!/^-?\d+(\.\d+)?$/.test(plain)) throw new CellFault(column, `${text.slice(0, 40)} is not a number`);
  return Number(plain);
}

/** An amount in the main unit, with a dot or a comma before its decimals, as minor units. */
function amountOf(cells: ReadCells, currency: string | undefined): number | undefined {
  const text = cells.rate?.replace(spaces, '');
  if (!text) return undefined;
  const value = number('rate', text);
  if (currency === undefined || !/^[A-Z]{3}$/.test(currency))
    throw new CellFault('currency', 'a rate needs its currency, an ISO 4217 code such as EUR');
  const minor = value * 10 ** decimalsOf(currency);
  if (Math.abs(minor - Math.round(minor)) > 1e-6)
    throw new CellFault('rate', `${text} has more decimals than ${currency} has`);
  return Math.round(minor);
}

function instantOf(cells: ReadCells, column: 'start' | 'end', zone: string): string | undefined {
  const text = cells[column]?.trim();
  if (!text) return undefined;
  const french = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(text);
  const day = french ? `${french[3]}-${french[2]}-${french[1]}` : text;
  if (/^\d{4}-\d{2}-\d{2}$/.test(day)) {
    const at = new Date(`${day}T00:00:00Z`);
    if (Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== day)
      throw new CellFault(column, `${text} is not a day of the calendar`);
    return startOfDay(column === 'end' ? nextDay(day) : day, zone);
  }
  return text;
}

function readCap(text: string): unknown {
  const [, count, every = '1', per] = /^(\d+)\s*\/\s*(?:(\d+)\s+)?([a-z]+)$/.exec(text) ?? [];
  if (count === undefined || per === undefined)
    throw new CellFault('frequency_caps', `${text.slice(0, 40)} is not a cap such as 3/day or 10/2 week`);
  return { count: Number(count), per, every: Number(every) };
}

function targetingOf(text: string): unknown {
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    throw new CellFault('targeting', 'is not JSON');
  }
}
