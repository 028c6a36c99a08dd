/** The ways that led to a goal, and those that did not: visits in their order, as SQL. */
import { addDays } from './dates.ts';
import type { Attribute } from './dimensions.ts';
import type { Goal } from './goal-contract.ts';
import { rowsFrom, type Scope } from './rows.ts';
import { bindTo, paramsOf, type Statement } from './write-sql.ts';
import { sources } from './sources.ts';

type Asked = {
  scope: Scope;
  goal: Goal;
  attribute: Attribute;
  lookback: number;
  ads: 'none' | 'clicks' | 'all';
  viewDays: number;
  limit: number;
};

/** Contacts of one path beyond this many are left out, the oldest first. */
const longestPath = 50;

/**
 * Rows `{channels, ages, converted, paths, worth}`: the contacts of a path, oldest first, their age in whole days at its
 * end, whether it ended in a completion, how many paths are so, and their worth in millionths. A completion's path holds
 * the visits (and ads, when asked) of its visitor within the lookback, the running one included; a visitor without a completion has one path,
 * the visits of the period.
 */
export function contactPathsSql({ scope, goal, attribute, lookback, ads, viewDays, limit }: Asked): Statement {
  const params = paramsOf(scope);
  const bind = bindTo(params);
  const asked = { scope, goals: [goal] };
  const earlier = bind(addDays(scope.from, -lookback), 'Date');
  const column = sources.find(({ name }) => name === 'visits')?.columns[attribute] ?? 'channel';
  const reached = rowsFrom('goals', asked, bind);
  const visits = rowsFrom('visits', { ...asked, since: earlier }, bind);
  const completions = `select site_id, person, moment, if(worth_currency = {currency:String}, worth, 0) as worth from ${reached.from} where ${reached.where}`;
  const ofVisits = `select site_id, if(identified != 0, identified, visitor) as person, started_at as met_at, toString(${column}) as met, local_date, toInt32(${lookback}) as for_days from ${visits.from} where ${visits.where}`;
  const shown = rowsFrom('ad_events', { ...asked, since: earlier }, bind);
  const kinds = ads === 'all' ? "('click', 'impression')" : "('click')";
  const ofAds = `select site_id, visitor as person, at as met_at, concat('ad:', line_item_id) as met, local_date, if(kind = 'click', toInt32(${lookback}), toInt32(${Math.min(viewDays, lookback)})) as for_days from ${shown.from} where ${shown.where} and visitor != 0 and invalid = '' and kind in ${kinds}`;
  const met = ads === 'none' ? ofVisits : `${ofVisits} union all ${ofAds}`;
  const contacts = `select site_id, person, arraySort(groupArray((met_at, met, local_date, for_days))) as contacts from (${met}) group by site_id, person`;
  const age = `dateDiff('second', one.1, moment) / 86400`;
  const within = `arraySlice(arrayFilter(one -> one.1 <= moment and ${age} <= one.4, contacts), -${longestPath})`;
  const inPeriod = `arraySlice(arrayFilter(one -> one.3 >= {from:Date}, contacts), -${longestPath})`;
  const columns = `arrayMap(one -> one.2, path) as channels, arrayMap(one -> toFloat64(floor(${age})), path) as ages`;
  const sql = `with completions as (${completions}), contacts as (${contacts})
    select channels, ages, converted, toFloat64(count()) as paths, toFloat64(sum(worth)) as worth from (
      select channels, ages, 1 as converted, worth from (select ${within} as path, ${columns}, completion.worth as worth
        from (select site_id, person, moment, worth from completions) as completion
        left join contacts on contacts.site_id = completion.site_id and contacts.person = completion.person)
      union all
      select channels, ages, 0 as converted, toInt64(0) as worth from (select ${inPeriod} as path, (path[-1]).1 as moment, ${columns}
        from contacts where (site_id, person) not in (select site_id, person from completions) and notEmpty(path))
    ) group by channels, ages, converted limit ${limit}`;
  return { sql, params };
}
