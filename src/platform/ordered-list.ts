/** Lists in an order that the asker chooses, page by page: by keyset, so that a page stays right while rows come and go. */
import { mostExported } from './contract.ts';
import { csvLine, csvMark, type CsvValue } from './csv.ts';
import { Refusal } from './refusal.ts';
import type { FileReply } from './served.ts';
import type { Sql } from './sql.ts';

export type Order = {
  /** Column names of `order_by` → an SQL expression that is never null. */
  columns: Readonly<Record<string, string>>;
  /** Of the row, unique. */
  id: string;
  /** Where `order_by` is not given: by id, the largest first unless `ascending`. */
  ascending?: boolean;
};

export type Asked = { order_by?: string | undefined; cursor?: string | undefined; limit: number };

type Kept = { sort_value: unknown; sort_id: string };

/**
 * One page of `select … from …` under `where` and the order asked. The conditions' parameters are `params`; those of the order are
 * added behind them. Answers the cursor of the next page, null after the last. Throws bad-input for a cursor of another order.
 */
export async function orderedPage<Row extends object>(
  sql: Sql,
  query: { select: string; from: string; where: string; params: readonly unknown[]; order: Order },
  { order_by, cursor, limit }: Asked,
): Promise<{ items: Row[]; next: string | null }> {
  const { select, from, where, order } = query;
  const descending = order_by === undefined ? !order.ascending : order_by.startsWith('-');
  const name = order_by?.replace(/^-/, '');
  const expression = name === undefined ? undefined : order.columns[name];
  if (name !== undefined && expression === undefined)
    throw new Refusal('bad-input', `order_by: there is no column ${name}.`, { field: 'order_by' });
  const params = [...query.params];
  const mark = (value: unknown) => `$${params.push(value)}`;
  const direction = descending ? 'desc' : 'asc';
  const beyond = descending ? '<' : '>';
  let after = '';
  if (cursor !== undefined) {
    // A bare id is the cursor of the order by id.
    if (expression === undefined) after = `and ${order.id} ${beyond} ${mark(cursor)}`;
    else {
      const { value, id } = placeOf(cursor, order_by ?? '');
      // Compared as what the expression is: a text in the parameter would be compared as a text.
      after = `and (${expression}, ${order.id}) ${beyond} (${mark(value)}, ${mark(id)})`;
    }
  }
  const rows = await sql.query<Row & Kept>(
    `select ${select}, ${expression ?? 'null'} as sort_value, ${order.id} as sort_id from ${from}
      where ${where} ${after}
      order by ${expression === undefined ? '' : `${expression} ${direction}, `}${order.id} ${direction} limit ${mark(limit + 1)}`,
    params,
  );
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const next =
    rows.length > limit && last
      ? expression === undefined
        ? last.sort_id
        : cursorOf(order_by ?? '', last.sort_value, last.sort_id)
      : null;
  return { items, next };
}

const cursorOf = (order_by: string, value: unknown, id: string): string =>
  Buffer.from(JSON.stringify([order_by, value, id])).toString('base64url');

function placeOf(cursor: string, order_by: string): { value: unknown; id: string } {
  const refused = new Refusal('bad-input', 'cursor: must be the `next` of an earlier reply in the same order.', {
    field: 'cursor',
  });
  let read: unknown;
  try {
    read = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw refused;
  }
  if (!Array.isArray(read) || read.length !== 3) throw refused;
  const [by, value, id]: unknown[] = read;
  if (by !== order_by || typeof id !== 'string' || (typeof value !== 'string' && typeof value !== 'number'))
    throw refused;
  return { value, id };
}

/** An instant as a whole number of microseconds, so that a cursor holds it exactly; one that is not there comes first. */
export const instantOf = (expression: string): string =>
  `(extract(epoch from coalesce(${expression}, 'epoch')) * 1000000)::bigint`;

/** Items of a page while a whole list is read. */
export const exportPage = 1000;

/** Every item of a list as CSV, made while it is sent; at most `mostExported` rows. */
export async function* csvOfList<Item>(list: {
  header: readonly string[];
  row: (item: Item) => readonly CsvValue[];
  page: (cursor: string | undefined) => Promise<{ items: readonly Item[]; next: string | null }>;
}): AsyncGenerator<string> {
  yield csvMark + csvLine(list.header);
  let cursor: string | undefined;
  let sent = 0;
  do {
    const { items, next } = await list.page(cursor);
    const kept = items.slice(0, mostExported - sent);
    if (kept.length > 0) yield kept.map((item) => csvLine(list.row(item))).join('');
    sent += kept.length;
    cursor = next ?? undefined;
  } while (cursor !== undefined && sent < mostExported);
}

/** A list as a file to be kept. */
export const csvFile = (name: string, bytes: AsyncIterable<string>): FileReply => ({
  bytes,
  media_type: 'text/csv; charset=utf-8',
  file_name: `${name}.csv`,
});
