import { type Caller, type Clock, type Events, Refusal, type Sql } from '#platform';
import type { LineFunnel } from './contract.ts';

type Step = LineFunnel['steps'][number]['step'];

/** Throws not-found, also for what belongs to somebody else. Days are those of the sites; nothing later than now. */
export async function lineFunnel(
  { db, events, clock, caller }: { db: Sql; events: Pick<Events, 'query'>; clock: Clock; caller: Caller },
  id: string,
): Promise<LineFunnel> {
  const line = await db.one<{ starts_at: string; ends_at: string; placements: string[] }>(
    `select l.starts_at, l.ends_at, l.placements from line_items l join orders o on o.id = l.order_id
      where l.id = $1 and l.org_id = $2 and ($3::text is null or o.advertiser_id = $3)`,
    [id, caller.org_id, caller.role === 'client' ? (caller.advertiser_id ?? '') : null],
  );
  if (!line) throw new Refusal('not-found', 'There is no such line item.');
  const to = new Date(Math.min(Date.parse(line.ends_at), clock().getTime()));
  const params = {
    org: caller.org_id,
    line: id,
    placements: line.placements,
    from: Math.floor(Date.parse(line.starts_at) / 1000),
    to: Math.floor(to.getTime() / 1000),
  };
  const [requests, decisions, told] = await Promise.all([
    events.query<{ count: number }>(
      `select toFloat64(sum(requests)) as count from ad_requests where org_id = {org:String} and placement_id in {placements:Array(String)}
          and local_date between toDate(toDateTime({from:UInt32})) - 1 and toDate(toDateTime({to:UInt32})) + 1
          and at >= toDateTime({from:UInt32}) and at < toDateTime({to:UInt32})`,
      params,
      { heavy: true },
    ),
    events.query<{ count: number }>(
      `select toFloat64(sum(decisions)) as count from ad_decisions where org_id = {org:String} and line_item_id = {line:String}`,
      params,
    ),
    events.query<{ kind: string; reason: string; count: number }>(
      `select kind, invalid as reason, toFloat64(sum(events)) as count from ad_hours
        where org_id = {org:String} and line_item_id = {line:String} and kind in ('impression', 'viewable', 'click')
        group by kind, reason having count > 0 order by count desc, kind, reason`,
      params,
    ),
  ]);
  const counted = (kind: string) => Number(told.find((row) => row.kind === kind && row.reason === '')?.count ?? 0);
  const impressions = counted('impression');
  const counts: [Step, number][] = [
    ['requests', Number(requests[0]?.count ?? 0)],
    // Facts of before decisions were counted, or of another ad server, have impressions alone.
    ['decisions', Math.max(impressions, Number(decisions[0]?.count ?? 0))],
    ['impressions', impressions],
    ['viewable_impressions', counted('viewable')],
    ['clicks', counted('click')],
  ];
  return {
    line_item_id: id,
    from: new Date(line.starts_at).toISOString(),
    to: to.toISOString(),
    steps: counts.map(([step, count], i) => {
      const before = counts[i - 1]?.[1];
      return {
        step,
        count,
        percent: before === undefined || before === 0 ? null : Math.round((10_000 * count) / before) / 100,
        lost: before === undefined ? null : Math.max(0, before - count),
      };
    }),
    invalid: told.flatMap(({ kind, reason, count }) =>
      reason === '' ? [] : [{ kind, reason, events: Number(count) }],
    ),
  };
}
