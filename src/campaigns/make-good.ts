/** Making good for lines that delivered less than was ordered: a line more on the same order, or a credit on the invoice. */
import { withRoom } from '#forecasting';
import { audit } from '#people';
import { newId, Refusal, type Caller, type Clock, type Database, type Events, type Sql } from '#platform';
import type * as z from 'zod';
import type * as contract from './contract.ts';
import type { MakeGood, Shortfall } from './contract.ts';
import { createLineItemWithin } from './create-line-item.ts';
import { deliveredBy } from './delivered.ts';
import { isSold } from './line-item-states.ts';
import { lineItemRow, type LineItemRow, termsOf } from './line-item.ts';
import { moveWithin } from './move-line-item.ts';
import { readOrder } from './order.ts';
import { bookedAmount } from './totals.ts';
import { dayOf, nextDay, startOfDay } from './zoned-day.ts';

type Desk = { db: Database; events: Pick<Events, 'query'>; clock: Clock };
type Row = Omit<MakeGood, 'amount'> & { amount: number; currency: string };

const select = `select g.id, g.order_id, g.line_item_id, l.name as line_name, g.kind, g.made_line_item_id, m.name as made_line_name, g.quantity,
    g.amount, g.currency, g.note, g.made_by, to_char(g.day, 'YYYY-MM-DD') as day, g.created_at
  from make_goods g join line_items l on l.id = g.line_item_id left join line_items m on m.id = g.made_line_item_id`;

const toMakeGood = ({ amount, currency, ...row }: Row): MakeGood => ({ ...row, amount: { amount, currency } });

/** Newest first. Throws not-found for an order that the caller may not see. */
export async function listMakeGoods(sql: Sql, caller: Caller, order: string): Promise<MakeGood[]> {
  await readOrder(sql, caller, order);
  const rows = await sql.query<Row>(`${select} where g.order_id = $1 and g.org_id = $2 order by g.id desc limit 200`, [
    order,
    caller.org_id,
  ]);
  return rows.map(toMakeGood);
}

const kinds = {
  impressions: 'impression',
  viewable_impressions: 'viewable',
  clicks: 'click',
  conversions: 'conversion',
} as const;

/** What a line delivered less than was ordered, by now. Throws wrong-state for a share of requests, which promises no number. */
export async function readShortfall({ db, events, clock }: Desk, caller: Caller, id: string): Promise<Shortfall> {
  const row = await lineItemRow(db, caller, id);
  if (row.goal_unit === 'share')
    throw new Refusal(
      'wrong-state',
      'A share of the requests promises no number: make good for it by a credit of your own amount.',
    );
  const delivered = await deliveredBy(events, caller.org_id, id, dayOf(clock().toISOString(), row.time_zone));
  const counted = delivered[kinds[row.goal_unit]];
  const missing = Math.max(0, row.goal_quantity - counted);
  const made = await db.one<{ quantity: number; amount: number }>(
    "select coalesce(sum(quantity) filter (where kind = 'line'), 0)::float8 as quantity, coalesce(sum(amount) filter (where kind = 'credit'), 0)::float8 as amount from make_goods where line_item_id = $1",
    [id],
  );
  return {
    line_item_id: id,
    unit: row.goal_unit,
    ordered: row.goal_quantity,
    delivered: counted,
    missing,
    worth: worthOf(row, missing),
    made_good: made?.quantity ?? 0,
    credited: { amount: made?.amount ?? 0, currency: row.currency },
  };
}

/** Days and lump sums are paid whatever is delivered: their missing part is worth its share of the whole price. */
const isPaidAnyway = ({ rate_model }: LineItemRow): boolean => rate_model === 'flat' || rate_model === 'cpd';

function worthOf(row: LineItemRow, missing: number): Shortfall['worth'] {
  const { goal, rate } = termsOf(row);
  if (!isPaidAnyway(row)) return bookedAmount({ goal: { ...goal, quantity: missing }, rate, days: 1 });
  const whole = wholeOf(row);
  const part = goal.quantity > 0 ? missing / goal.quantity : 0;
  return { amount: Math.round(whole * part), currency: row.currency };
}

/** What a line costs when its goal is met, minor units; 0 where only delivery tells. */
function wholeOf(row: LineItemRow): number {
  const { goal, rate, start, end } = termsOf(row);
  const days = Math.round((Date.parse(end) - Date.parse(start)) / 86_400_000);
  return bookedAmount({ goal, rate, days })?.amount ?? 0;
}

/**
 * Books the line, or notes the credit, linked to the line it makes good for. Throws wrong-state for a line that was never sold, bad-input
 * for more than is missing, or than the line costs.
 */
export async function createMakeGood(
  desk: Desk,
  caller: Caller,
  input: z.output<(typeof contract.createMakeGood)['input']>,
): Promise<MakeGood> {
  const row = await lineItemRow(desk.db, caller, input.id);
  if (!isSold(row.state) && row.state !== 'ended')
    throw new Refusal('wrong-state', `This line is ${row.state}: only a line that was sold is made good for.`);
  // Counted before the transaction: the event store may take its time.
  const short = row.goal_unit === 'share' ? undefined : await readShortfall(desk, caller, input.id);
  const day = dayOf(desk.clock().toISOString(), row.time_zone);
  const [id, lineId] = [newId('mkg'), newId('li')];
  return withRoom(desk, caller, async (tx, room) => {
    await tx.query('select id from line_items where id = $1 for update', [row.id]);
    const kept = { id, day, row, note: input.note };
    if (input.kind === 'credit') {
      const amount = input.amount ?? short?.worth?.amount ?? 0;
      await checkCredit(tx, row, amount);
      await keep(tx, caller, { ...kept, kind: 'credit', amount, quantity: 0, made: null });
    } else {
      const quantity = input.quantity ?? short?.missing ?? 0;
      if (row.goal_unit === 'share') refuse('kind', 'a share of the requests is made good for by a credit');
      if (quantity < 1) refuse('quantity', 'nothing is missing');
      const first = input.first_day ?? nextDay(day);
      const last = input.last_day ?? nextDay(first, 13);
      if (last < first) refuse('last_day', 'must not be before the first day');
      const terms = termsOf(row);
      const line = await createLineItemWithin(
        tx,
        caller,
        {
          ...terms,
          order_id: row.order_id,
          name: `${row.name.slice(0, 185)} · make-good`,
          goal: { ...terms.goal, quantity },
          rate: { ...terms.rate, amount: (input.free ?? isPaidAnyway(row)) ? 0 : terms.rate.amount },
          start: startOfDay(first, row.time_zone),
          end: startOfDay(nextDay(last), row.time_zone),
          placements: input.placements ?? terms.placements,
        },
        lineId,
      );
      await copyCreatives(tx, caller, { from: row.id, to: line.id });
      await moveWithin(tx, caller, { id: line.id, to: 'booked', now: desk.clock(), room, force: input.force });
      await keep(tx, caller, { ...kept, kind: 'line', amount: 0, quantity, made: line.id });
    }
    const made = await tx.one<Row>(`${select} where g.id = $1`, [id]);
    if (!made) throw new Refusal('not-found', 'There is no such make-good.');
    const after = toMakeGood(made);
    await audit(tx, caller, { action: 'order.make-good', subject: { kind: 'order', id: row.order_id }, after });
    return after;
  });
}

function refuse(field: string, why: string): never {
  throw new Refusal('bad-input', `${field}: ${why}.`, { field });
}

/** All credits of a line together never exceed what it costs. */
async function checkCredit(tx: Sql, row: LineItemRow, amount: number): Promise<void> {
  if (amount < 1) refuse('amount', 'nothing is missing; say how much is credited');
  const given = await tx.one<{ amount: number }>(
    "select coalesce(sum(amount), 0)::float8 as amount from make_goods where line_item_id = $1 and kind = 'credit'",
    [row.id],
  );
  const whole = wholeOf(row);
  if (whole > 0 && amount + (given?.amount ?? 0) > whole) refuse('amount', 'credits would exceed what the line costs');
}

const copyCreatives = (tx: Sql, caller: Caller, { from, to }: { from: string; to: string }): Promise<unknown> =>
  tx
    .query<{ creative_id: string; weight: number }>(
      `select x.creative_id, x.weight from assignments x join creatives c on c.id = x.creative_id where x.line_item_id = $1 and c.state <> 'retired' order by x.id`,
      [from],
    )
    .then(async (rows) => {
      for (const { creative_id, weight } of rows)
        await tx.query(
          'insert into assignments (id, org_id, line_item_id, creative_id, weight) values ($1, $2, $3, $4, $5)',
          [newId('as'), caller.org_id, to, creative_id, weight],
        );
    });

type Kept = {
  id: string;
  kind: 'line' | 'credit';
  row: LineItemRow;
  quantity: number;
  amount: number;
  made: string | null;
  day: string;
  note: string;
};

const keep = (tx: Sql, caller: Caller, { id, kind, row, quantity, amount, made, day, note }: Kept) =>
  tx.query(
    `insert into make_goods (id, org_id, order_id, line_item_id, kind, made_line_item_id, quantity, amount, currency, note, made_by, day)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [id, caller.org_id, row.order_id, row.id, kind, made, quantity, amount, row.currency, note, caller.name, day],
  );
