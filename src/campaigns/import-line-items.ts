/** Line items out of a file: every row is tried, faults are told with their line and column, and all are kept or none. */
import { isDeepStrictEqual } from 'node:util';
import { CsvFault, type CsvRow, parseCsv, Refusal, refusalOfZod, type Caller, type Sql } from '#platform';
import { type ImportedRow, type ImportResult, mostImportBytes, mostImportRows } from './bulk-contract.ts';
import { changeWithin } from './change-line-item.ts';
import { LineItemChange, LineItemInput } from './contract.ts';
import { createLineItemWithin } from './create-line-item.ts';
import { placeNames } from './export-line-items.ts';
import { type Desk, inOneGo, type Work } from './in-one-go.ts';
import {
  CellFault,
  columnOf,
  type CsvColumn,
  csvColumns,
  isCsvColumn,
  type ReadCells,
  termsOfCells,
  toldColumns,
  withKept,
} from './line-item-csv.ts';
import { lineItemRow, termsOf } from './line-item.ts';

type Done = { id: string; name: string; action: 'create' | 'change' | 'same'; changes: string[] };

/** What is known beside the file while its rows are read. */
type Around = {
  /** `domain/code` and ids → ids of placements; ids of placements → zones of their sites. */
  places: ReadonlyMap<string, string>;
  zones: ReadonlyMap<string, string>;
  /** The order of new rows that name none. */
  order_id: string | undefined;
};

/** Reads a file. Throws bad-input for one that is no table of line items, naming the line and the column. */
export async function importLineItems(
  desk: Desk,
  caller: Caller,
  { bytes, order_id, dry_run }: { bytes: Buffer; order_id: string | undefined; dry_run: boolean },
): Promise<ImportResult> {
  const rows = cellsOf(bytes);
  const around = await aroundOf(desk.db, caller, order_id);
  const works = rows.map(({ cells }): Work<Done> => async (tx, room) => {
    const id = cells.id?.trim();
    return id
      ? changeRow({ tx, caller, around }, id, cells, { now: desk.clock(), room })
      : createRow({ tx, caller, around }, cells);
  });
  const { saved, outcomes } = await inOneGo(desk, caller, works, { dry_run });
  const told = rows.map(({ line, cells }, index): ImportedRow => {
    const outcome = outcomes[index];
    const name = cells.name?.trim() ?? '';
    if (outcome?.done)
      return {
        line,
        ...outcome.done,
        id: outcome.done.action === 'create' && !saved ? null : outcome.done.id,
        refusal: null,
      };
    const sentence = outcome?.refusal?.sentence ?? '';
    const column = columnOf(outcome?.refusal?.field ?? undefined);
    return { line, id: cells.id?.trim() || null, name, action: 'refused', changes: [], refusal: { column, sentence } };
  });
  const count = (action: ImportedRow['action']) => told.filter((row) => row.action === action).length;
  return { saved, refused: count('refused'), created: count('create'), changed: count('change'), rows: told };
}

type At = { tx: Sql; caller: Caller; around: Around };

async function changeRow(
  { tx, caller, around }: At,
  id: string,
  cells: ReadCells,
  { now, room }: Parameters<typeof changeWithin>[3],
): Promise<Done> {
  const row = await lineItemRow(tx, caller, id).catch((error: unknown) => {
    throw error instanceof Refusal
      ? new Refusal('not-found', `id: there is no line item ${id.slice(0, 64)}.`, { field: 'id' })
      : error;
  });
  const kept = termsOf(row);
  const read = await inCells(() =>
    withKept(termsOfCells(cells, { ...around, zone: row.time_zone, currency: row.currency }), kept),
  );
  const change = parsed(LineItemChange, read);
  const changes = Object.entries(change).flatMap(([field, value]) =>
    isDeepStrictEqual(comparable(field, value), comparable(field, Object(kept)[field]))
      ? []
      : (columnOf(field) ?? field),
  );
  if (changes.length === 0) return { id, name: row.name, action: 'same', changes: [] };
  const { name } = await changeWithin(tx, caller, { id, ...change }, { now, room });
  return { id, name, action: 'change', changes };
}

async function createRow({ tx, caller, around }: At, cells: ReadCells): Promise<Done> {
  const order_id = await orderOf({ tx, caller, around }, cells);
  const first = cells.placements?.trim().split(/\s+/)[0] ?? '';
  const zone = around.zones.get(around.places.get(first) ?? '') ?? 'UTC';
  const terms = await inCells(() => termsOfCells(cells, { ...around, zone, currency: undefined }));
  const made = await createLineItemWithin(tx, caller, parsed(LineItemInput, { ...terms, order_id }));
  return { id: made.id, name: made.name, action: 'create', changes: [] };
}

/** By id, else by a name that one order has, else the one that the whole file is for. */
async function orderOf({ tx, caller, around }: At, cells: ReadCells): Promise<string> {
  const id = cells.order_id?.trim();
  if (id) return id;
  const name = cells.order?.trim();
  if (!name) {
    if (around.order_id !== undefined) return around.order_id;
    throw new Refusal('bad-input', 'order: a new line item names its order, by order_id or by name.', {
      field: 'order',
    });
  }
  const found = await tx.query<{ id: string }>('select id from orders where org_id = $1 and name = $2 limit 2', [
    caller.org_id,
    name,
  ]);
  const [one] = found;
  if (!one) throw new Refusal('not-found', `order: there is no order named ${name.slice(0, 100)}.`, { field: 'order' });
  if (found.length > 1)
    throw new Refusal('bad-input', 'order: several orders have this name; give order_id.', { field: 'order' });
  return one.id;
}

/** Times by the instant, everything else as it is. */
const comparable = (field: string, value: unknown): unknown =>
  (field === 'start' || field === 'end') && typeof value === 'string' ? Date.parse(value) : value;

async function inCells<T>(read: () => T): Promise<T> {
  try {
    return read();
  } catch (error) {
    if (error instanceof CellFault) throw new Refusal('bad-input', error.message, { field: error.column });
    throw error;
  }
}

function parsed<T>(
  shape: {
    safeParse(
      value: unknown,
    ): { success: true; data: T } | { success: false; error: Parameters<typeof refusalOfZod>[0] };
  },
  value: unknown,
): T {
  const read = shape.safeParse(value);
  if (read.success) return read.data;
  const { message, detail } = refusalOfZod(read.error);
  const field = String(detail['field'] ?? '');
  const column = columnOf(field) ?? field;
  throw new Refusal('bad-input', message.replace(field, column), { field: column });
}

type Read = { line: number; cells: ReadCells };

function cellsOf(bytes: Buffer): Read[] {
  if (bytes.byteLength > mostImportBytes)
    throw new Refusal('too-large', `file: at most ${mostImportBytes / 1024 / 1024} MB.`, { field: 'file' });
  const [head, ...rows] = tableOf(bytes);
  const columns = headerOf(head);
  if (rows.length === 0) throw new Refusal('bad-input', 'file: there is no row under the header.', { field: 'file' });
  if (rows.length > mostImportRows)
    throw new Refusal('bad-input', `file: there are ${rows.length} rows; at most ${mostImportRows} are read at once.`, {
      field: 'file',
    });
  return rows.map(({ line, cells }) => {
    if (cells.length > columns.length)
      throw new Refusal('bad-input', `file, line ${line}: there are more cells than columns.`, { field: 'file' });
    return { line, cells: Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ''])) };
  });
}

function tableOf(bytes: Buffer): CsvRow[] {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (text.includes('\0')) throw new Refusal('bad-input', 'file: is not a text.', { field: 'file' });
    return parseCsv(text);
  } catch (error) {
    if (error instanceof CsvFault)
      throw new Refusal('bad-input', `file, line ${error.line}: ${error.message}.`, { field: 'file' });
    if (error instanceof TypeError)
      throw new Refusal('bad-input', 'file: is not UTF-8; save it as “CSV UTF-8”.', { field: 'file' });
    throw error;
  }
}

function headerOf(head: CsvRow | undefined): CsvColumn[] {
  if (!head) throw new Refusal('bad-input', 'file: is empty.', { field: 'file' });
  const names = head.cells.map((cell) => cell.trim().toLowerCase());
  const columns = names.map((name) => {
    if (!isCsvColumn(name))
      throw new Refusal(
        'bad-input',
        `file, line ${head.line}: there is no column “${name.slice(0, 60)}”; there are ${csvColumns.join(', ')}.`,
        { field: 'file' },
      );
    return name;
  });
  const twice = columns.find((column, index) => columns.indexOf(column) !== index);
  if (twice)
    throw new Refusal('bad-input', `file, line ${head.line}: the column ${twice} is there twice.`, { field: 'file' });
  if (columns.every((column) => column === 'id' || toldColumns.some((told) => told === column)))
    throw new Refusal('bad-input', `file, line ${head.line}: no column says anything to change.`, { field: 'file' });
  return columns;
}

async function aroundOf(sql: Sql, caller: Caller, order_id: string | undefined): Promise<Around> {
  const names = await placeNames(sql, caller);
  const zones = await sql.query<{ id: string; zone: string }>(
    'select p.id, s.time_zone as zone from placements p join sites s on s.id = p.site_id where p.org_id = $1',
    [caller.org_id],
  );
  return {
    places: new Map([...names].flatMap(([id, name]) => [[name, id] as const, [id, id] as const])),
    zones: new Map(zones.map(({ id, zone }) => [id, zone])),
    order_id,
  };
}
