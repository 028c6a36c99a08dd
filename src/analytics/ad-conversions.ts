/** Which completions of a goal came after ads of which line items: what delivery counts as conversions. */
import type { Clock, Events, Sql } from '#platform';
import { addDays, dayOf } from './dates.ts';
import { minorDigits } from './goal-sql.ts';
import type { Goal } from './goal-contract.ts';
import { rowsFrom } from './rows.ts';
import { bindTo, paramsOf } from './write-sql.ts';

export type Conversion = {
  /** The same whenever it is asked. */
  id: string;
  line_item_id: string;
  site_id: string;
  /** As the store writes instants and wall clocks. */
  at: string;
  local_time: string;
  country: string;
  device: string;
  visitor: string;
};

type Asked = { org_id: string; goal_id: string; lines: readonly string[]; days: number };

/** A completion still counts so long after the click, and after the view, of a known visitor. Days. */
const afterClick = 30;
const afterView = 1;

/**
 * Completions of the last `days` days, each under one line item: the one whose click led to the visit or, of a visitor who agreed to
 * be known, the last that was clicked within 30 days, else the last that was seen within a day. Empty for a goal that is gone.
 */
export async function conversionsAfterAds(
  { db, events, clock }: { db: Sql; events: Pick<Events, 'query'>; clock: Clock },
  { org_id, goal_id, lines, days }: Asked,
): Promise<Conversion[]> {
  const goal = await db.one<Goal & { time_zone: string; currency: string }>(
    `select g.id, g.site_id, g.name, g.match, g.value, g.once_per_visit, g.created_at, s.time_zone, s.currency
       from goals g join sites s on s.id = g.site_id where g.id = $1 and g.org_id = $2`,
    [goal_id, org_id],
  );
  if (!goal) return [];
  const today = dayOf(clock(), goal.time_zone);
  const scope = {
    org_id,
    sites: [goal.site_id],
    from: addDays(today, 1 - days),
    to: today,
    advertiser_id: null,
    currency: goal.currency,
    digits: minorDigits(goal.currency),
  };
  const params = paramsOf(scope);
  const bind = bindTo(params);
  const lying = { scope, goals: [goal] };
  const reached = rowsFrom('goals', lying, bind);
  const shown = rowsFrom('ad_events', { ...lying, since: bind(addDays(scope.from, -afterClick), 'Date') }, bind);
  const ours = `line_item_id in ${bind([...lines], 'Array(String)')}`;
  const columns = 'site_id, moment, local_time, country, device, identified, id';
  const sql = `with done as (
      select site_id, visitor, identified, moment, local_time, toString(country) as country, toString(device) as device, toString(line_item_id) as line_item_id,
        toString(sipHash64(goal, site_id, visitor, moment)) as id
      from ${reached.from} where ${reached.where})
    select id, argMax(line, (rank, met_at)) as line_item_id, any(site_id) as site_id, toString(any(moment)) as at, toString(any(local_time)) as local_time,
      any(country) as country, any(device) as device, toString(any(identified)) as visitor
    from (
      select ${columns}, line_item_id as line, 2 as rank, moment as met_at from done where ${ours}
      union all
      select ${columns
        .split(', ')
        .map((name) => `done.${name} as ${name}`)
        .join(', ')}, toString(ad.line_item_id) as line, if(ad.kind = 'click', 2, 1) as rank, ad.at as met_at
      from done inner join (select site_id, visitor, line_item_id, kind, at from ${shown.from} where ${shown.where} and ${ours}
        and visitor != 0 and invalid = '' and kind in ('click', 'impression')) as ad on ad.site_id = done.site_id and ad.visitor = done.identified
      where done.identified != 0 and ad.at <= done.moment
        and dateDiff('second', ad.at, done.moment) <= if(ad.kind = 'click', ${afterClick}, ${afterView}) * 86400
    ) group by id order by at, id`;
  return events.query<Conversion>(sql, params);
}
