/** Conversions of line items that are sold by them: completions of their goal, written down as ad events, once each. */
import { createHash } from 'node:crypto';
import type { Clock, Database, Events, Job } from '#platform';
import { conversionMicros } from './price.ts';

type Completed = {
  id: string;
  line_item_id: string;
  site_id: string;
  at: string;
  local_time: string;
  country: string;
  device: string;
  visitor: string;
};

/** Which completions of a goal came after ads of these lines, over the last days; goals are analytics' own. */
export type ConversionsOf = (asked: {
  org_id: string;
  goal_id: string;
  lines: readonly string[];
  days: number;
}) => Promise<Completed[]>;

type Line = {
  id: string;
  org_id: string;
  order_id: string;
  advertiser_id: string;
  side: string;
  goal_id: string;
  rate_model: 'cpa';
  rate_amount: number;
  currency: string;
};

/** Hits may come late, and their visits are then built anew: so many days are looked at again. */
const lookedAt = 7;
/** A click counts for so many days after a line's end. */
const after = 31;

export function conversionJob(how: { db: Database; events: Events; clock: Clock; conversionsOf: ConversionsOf }): Job {
  return {
    name: 'delivery.count-conversions',
    everySeconds: 60,
    run: async () => void (await countConversions(how)),
  };
}

/** Writes down what is new; answers how many. A second run over the same facts writes nothing. */
export async function countConversions({
  db,
  events,
  clock,
  conversionsOf,
}: {
  db: Database;
  events: Pick<Events, 'query' | 'insert'>;
  clock: Clock;
  conversionsOf: ConversionsOf;
}): Promise<number> {
  const since = new Date(clock().getTime() - after * 86_400_000).toISOString();
  const lines = await db.query<Line>(
    `select l.id, l.org_id, l.order_id, o.advertiser_id, o.side, l.goal_id, l.rate_model, l.rate_amount, l.currency
       from line_items l join orders o on o.id = l.order_id
      where l.goal_unit = 'conversions' and l.goal_id is not null and l.state in ('booked', 'live', 'paused', 'ended') and l.ends_at > $1
      order by l.id`,
    [since],
  );
  let counted = 0;
  for (const own of Map.groupBy(lines, ({ org_id, goal_id }) => `${org_id} ${goal_id}`).values()) {
    const [first] = own;
    if (!first) continue;
    const ids = own.map(({ id }) => id);
    const found = await conversionsOf({ org_id: first.org_id, goal_id: first.goal_id, lines: ids, days: lookedAt });
    counted += await write(events, own, found);
  }
  return counted;
}

async function write(
  events: Pick<Events, 'query' | 'insert'>,
  lines: readonly Line[],
  found: readonly Completed[],
): Promise<number> {
  if (found.length === 0) return 0;
  const [first] = lines;
  const known = await events.query<{ decision_id: string }>(
    `select decision_id from ad_events where org_id = {org:String} and kind = 'conversion' and local_date >= toDate({since:String}) - 1`,
    { org: first?.org_id ?? '', since: found.map(({ local_time }) => local_time.slice(0, 10)).toSorted()[0] ?? '' },
  );
  const written = new Set(known.map(({ decision_id }) => decision_id));
  const byId = new Map(lines.map((line) => [line.id, line]));
  const rows = found.flatMap((one) => {
    const line = byId.get(one.line_item_id);
    const decision_id = `cv_${one.id}`;
    if (!line || written.has(decision_id)) return [];
    return [
      {
        org_id: line.org_id,
        site_id: one.site_id,
        at: one.at,
        local_time: one.local_time,
        kind: 'conversion',
        decision_id,
        side: line.side,
        advertiser_id: line.advertiser_id,
        order_id: line.order_id,
        line_item_id: line.id,
        country: one.country,
        device: one.device,
        visitor: one.visitor,
        spend_micros: String(
          conversionMicros({ model: line.rate_model, amount: line.rate_amount, currency: line.currency }),
        ),
        currency: line.currency,
      },
    ];
  });
  if (rows.length === 0) return 0;
  const ids = rows.map(({ decision_id }) => decision_id).toSorted();
  const token = `conversions:${createHash('sha256').update(ids.join()).digest('hex')}`;
  await events.insert('ad_events', rows, { token });
  return rows.length;
}
