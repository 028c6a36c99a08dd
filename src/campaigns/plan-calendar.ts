/** One calendar of everything: what plans buy elsewhere, what is bought by order, what is sold. */
import { Refusal, type Caller, type Sql } from '#platform';
import type * as z from 'zod';
import type * as contract from './contract.ts';
import type { PlannedEntry, Push } from './contract.ts';
import { type LineItemRow, rowsBetween, termsOf } from './line-item.ts';
import { bookedAmount, calendarDays } from './totals.ts';
import { dayOf } from './zoned-day.ts';

const most = 1000;

export async function planCalendar(
  sql: Sql,
  caller: Caller,
  { from, to, advertiser_id }: z.output<(typeof contract.readPlanCalendar)['input']>,
): Promise<PlannedEntry[]> {
  if (to < from) throw new Refusal('bad-input', 'to: must not be before from.', { field: 'to' });
  if (Date.parse(to) - Date.parse(from) > 400 * 86_400_000)
    throw new Refusal('bad-input', 'to: at most 400 days after from.', { field: 'to' });
  const plans = await sql.query<{
    id: string;
    name: string;
    advertiser_name: string | null;
    currency: string;
    pushes: (Push & { id: string })[];
  }>(
    `select m.id, m.name, a.name as advertiser_name, m.brief->>'currency' as currency, m.pushes from media_plans m left join advertisers a on a.id = m.advertiser_id
     where m.org_id = $1 and ($2::text is null or m.advertiser_id = $2) and jsonb_array_length(m.pushes) > 0 order by m.id desc limit ${most}`,
    [caller.org_id, advertiser_id ?? null],
  );
  const pushes = plans.flatMap(({ id, name, advertiser_name, currency, pushes: lines }) =>
    lines
      .filter((push) => push.first_day <= to && push.last_day >= from)
      .map((push): PlannedEntry => ({
        id: push.id,
        kind: push.channel,
        name: push.name,
        where: [push.where, name].filter(Boolean).join(' · '),
        advertiser_name,
        first_day: push.first_day,
        last_day: push.last_day,
        amount: { amount: push.amount, currency },
        plan_id: id,
        order_id: null,
      })),
  );
  const lines = await rowsBetween(sql, caller, { from, to, advertiser_id, limit: most });
  return [...pushes, ...lines.map(entryOf)]
    .toSorted((a, b) => (a.first_day < b.first_day ? -1 : a.first_day > b.first_day ? 1 : a.id < b.id ? -1 : 1))
    .slice(0, most);
}

function entryOf(row: LineItemRow): PlannedEntry {
  const { goal, rate, start, end, name } = termsOf(row);
  return {
    id: row.id,
    kind: row.side === 'buy' ? 'bought' : 'sold',
    name,
    where: row.order_name,
    advertiser_name: row.advertiser_name,
    first_day: dayOf(start, row.time_zone),
    last_day: dayOf(new Date(Date.parse(end) - 1).toISOString(), row.time_zone),
    amount: bookedAmount({ goal, rate, days: calendarDays(start, end, row.time_zone) }),
    plan_id: null,
    order_id: row.order_id,
  };
}
