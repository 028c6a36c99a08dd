/** Orders: what an advertiser has bought from us, or what we buy for it from a publisher. */
import { audit } from '#people';
import {
  csvFile,
  csvOfList,
  exportPage,
  instantOf,
  type ListOrder,
  newId,
  orderedPage,
  Refusal,
  type Caller,
  type Database,
  type FileReply,
  type Sql,
} from '#platform';
import type * as z from 'zod';
import { checkCaps } from './check-terms.ts';
import type {
  changeOrder as changeRoute,
  createOrder as createRoute,
  listOrders as listRoute,
  Order,
} from './contract.ts';

type Filter = z.output<(typeof listRoute)['input']>;
type Input = z.output<(typeof createRoute)['input']>;
type Change = z.output<(typeof changeRoute)['input']>;

/** A client sees its own advertiser's orders and lines only; null sees all. */
export const ownAdvertiser = (caller: Caller): string | null =>
  caller.role === 'client' ? (caller.advertiser_id ?? '') : null;

const columns = `o.id, o.advertiser_id, a.name as advertiser_name, o.name, o.side, o.publisher_id, p.name as publisher_name, o.po_number, o.frequency_caps,
  coalesce(l.lines, 0)::int as lines, l.first as start, l.last as "end", o.created_at`;

const tables = `orders o
  join advertisers a on a.id = o.advertiser_id
  left join publishers p on p.id = o.publisher_id
  left join lateral (
    select count(*) as lines, min(starts_at) as first, max(ends_at) as last from line_items where order_id = o.id
  ) l on true`;

const order: ListOrder = {
  id: 'o.id',
  columns: {
    name: 'sort_key(o.name)',
    advertiser: 'sort_key(a.name)',
    publisher: 'sort_key(p.name)',
    side: 'o.side',
    lines: 'coalesce(l.lines, 0)',
    start: instantOf('l.first'),
    created: instantOf('o.created_at'),
  },
};

/** Newest first, unless sorted. */
export const listOrders = (
  sql: Sql,
  caller: Caller,
  filter: Omit<Filter, 'limit'> & { limit: number },
): Promise<{ items: Order[]; next: string | null }> =>
  orderedPage<Order>(
    sql,
    {
      select: columns,
      from: tables,
      where: `o.org_id = $1 and ($2::text is null or o.advertiser_id = $2) and ($3::text is null or o.advertiser_id = $3)
       and ($4::text is null or o.publisher_id = $4) and ($5::text is null or o.side = $5)
       and ($6::text is null or strpos(sort_key(o.name || ' ' || a.name || ' ' || coalesce(o.po_number, '')), sort_key($6)) > 0)`,
      params: [
        caller.org_id,
        ownAdvertiser(caller),
        filter.advertiser_id ?? null,
        filter.publisher_id ?? null,
        filter.side ?? null,
        filter.q ?? null,
      ],
      order,
    },
    filter,
  );

/** Every order that fits, as CSV. */
export const exportOrders = (sql: Sql, caller: Caller, filter: Omit<Filter, 'limit' | 'cursor'>): FileReply =>
  csvFile(
    'orders',
    csvOfList<Order>({
      header: ['id', 'name', 'advertiser', 'side', 'publisher', 'po_number', 'lines', 'start', 'end', 'created_at'],
      row: (one) => [
        one.id,
        one.name,
        one.advertiser_name,
        one.side,
        one.publisher_name,
        one.po_number,
        one.lines,
        one.start,
        one.end,
        one.created_at,
      ],
      page: (cursor) => listOrders(sql, caller, { ...filter, cursor, limit: exportPage }),
    }),
  );

/** The first `limit` of rows that were asked one more than that, and where the next page starts. */
export function pageOf<T extends { id: string }>(
  rows: readonly T[],
  limit: number,
): { items: T[]; next: string | null } {
  const items = rows.slice(0, limit);
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

/** Throws not-found, also for what belongs to somebody else. */
export async function readOrder(sql: Sql, caller: Caller, id: string): Promise<Order> {
  const row = await sql.one<Order>(
    `select ${columns} from ${tables} where o.id = $1 and o.org_id = $2 and ($3::text is null or o.advertiser_id = $3)`,
    [id, caller.org_id, ownAdvertiser(caller)],
  );
  if (!row) throw new Refusal('not-found', 'There is no such order.');
  return row;
}

/** Locks an order until the end of the transaction, so that nobody changes or removes it under a line item. */
export async function lockOrder(tx: Sql, caller: Caller, id: string): Promise<Order> {
  await tx.query('select id from orders where id = $1 and org_id = $2 for update', [id, caller.org_id]);
  return readOrder(tx, caller, id);
}

export const createOrder = (db: Database, caller: Caller, input: Input): Promise<Order> =>
  db.transaction((tx) => createOrderWithin(tx, caller, input));

/** The same inside the caller's transaction. */
export async function createOrderWithin(tx: Sql, caller: Caller, input: Input): Promise<Order> {
  const parties = { side: input.side, advertiser_id: input.advertiser_id, publisher_id: input.publisher_id ?? null };
  await checkParties(tx, caller, parties);
  checkCaps(input.frequency_caps ?? []);
  const id = newId('or');
  await tx.query(
    'insert into orders (id, org_id, advertiser_id, name, side, publisher_id, po_number, frequency_caps) values ($1, $2, $3, $4, $5, $6, $7, $8)',
    [
      id,
      caller.org_id,
      parties.advertiser_id,
      input.name,
      parties.side,
      parties.publisher_id,
      input.po_number ?? null,
      JSON.stringify(input.frequency_caps ?? []),
    ],
  );
  const after = await readOrder(tx, caller, id);
  await audit(tx, caller, { action: 'order.create', subject: { kind: 'order', id }, before: null, after });
  return after;
}

/** Changes an order; who trades with whom is fixed once it has a line item. */
export function changeOrder(db: Database, caller: Caller, change: Change): Promise<Order> {
  return db.transaction(async (tx) => {
    const before = await lockOrder(tx, caller, change.id);
    const next = {
      name: change.name ?? before.name,
      side: change.side ?? before.side,
      advertiser_id: change.advertiser_id ?? before.advertiser_id,
      publisher_id: change.publisher_id === undefined ? before.publisher_id : change.publisher_id,
      po_number: change.po_number === undefined ? before.po_number : change.po_number,
      frequency_caps: change.frequency_caps ?? before.frequency_caps,
    };
    checkCaps(next.frequency_caps);
    const fixed = (['side', 'advertiser_id', 'publisher_id'] as const).find((field) => next[field] !== before[field]);
    if (fixed && before.lines > 0) {
      throw new Refusal('wrong-state', `${fixed}: cannot be changed once the order has line items.`, { field: fixed });
    }
    if (fixed) await checkParties(tx, caller, next);

    await tx.query(
      'update orders set name = $2, side = $3, advertiser_id = $4, publisher_id = $5, po_number = $6, frequency_caps = $7 where id = $1',
      [
        before.id,
        next.name,
        next.side,
        next.advertiser_id,
        next.publisher_id,
        next.po_number,
        JSON.stringify(next.frequency_caps),
      ],
    );
    const after = await readOrder(tx, caller, before.id);
    await audit(tx, caller, { action: 'order.change', subject: { kind: 'order', id: before.id }, before, after });
    return after;
  });
}

export function deleteOrder(db: Database, caller: Caller, id: string): Promise<void> {
  return db.transaction(async (tx) => {
    const before = await lockOrder(tx, caller, id);
    if (before.lines > 0) {
      throw new Refusal('wrong-state', `This order has ${before.lines} line items: delete or cancel them instead.`, {
        lines: before.lines,
      });
    }
    await tx.query('delete from orders where id = $1', [id]);
    await audit(tx, caller, { action: 'order.delete', subject: { kind: 'order', id }, before, after: null });
  });
}

type Parties = { side: 'sell' | 'buy'; advertiser_id: string; publisher_id: string | null };

async function checkParties(tx: Sql, caller: Caller, { side, advertiser_id, publisher_id }: Parties): Promise<void> {
  const advertiser = await tx.one('select id from advertisers where id = $1 and org_id = $2 for key share', [
    advertiser_id,
    caller.org_id,
  ]);
  if (!advertiser)
    throw new Refusal('not-found', 'advertiser_id: there is no such advertiser.', { field: 'advertiser_id' });
  if (publisher_id === null) return;
  if (side === 'sell')
    throw new Refusal('bad-input', 'publisher_id: only a bought order names a publisher.', { field: 'publisher_id' });
  const publisher = await tx.one('select id from publishers where id = $1 and org_id = $2 for key share', [
    publisher_id,
    caller.org_id,
  ]);
  if (!publisher)
    throw new Refusal('not-found', 'publisher_id: there is no such publisher.', { field: 'publisher_id' });
}
