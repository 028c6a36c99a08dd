/** The ways that led to a goal, and those that did not: visits in their order, as SQL. */
import { addDays } from './dates.ts';
import type { Attribute } from './dimensions.ts';
import type { Goal } from './goal-contract.ts';
import { rowsFrom, type Scope } from './rows.ts';
import { bindTo, paramsOf, type Statement } from './write-sql.ts';
import { sources } from './sources.ts';

type Asked = { scope: Scope; goal: Goal; attribute: Attribute; lookback: number; limit: number };

/** Contacts of one path beyond this many are left out, the oldest first. */
const longestPath = 50;

/**
 * Rows `{channels, ages, converted, paths, worth}`: the contacts of a path, oldest first, their age in whole days at its
 * end, whether it ended in a completion, how many paths are so, and their worth in millionths. A completion's path holds
 * the visits of its visitor within the lookback, the running one included; a visitor without a completion has one path,
 * the visits of the period.
 */
export function contactPathsSql({ scope, goal, attribute, lookback, limit }: Asked): Statement {
  const params = paramsOf(scope);
  const bind = bindTo(params);
  const asked = { scope, goals: [goal] };
  const of = (name: 'goals' | 'visits') => rowsFrom(name, asked, bind);
  const column = sources.find(({ name }) => name === 'visits')?.columns[attribute] ?? 'channel';
  const earlier = bind(addDays(scope.from, -lookback), 'Date');
  const reached = of('goals');
  const visits = of('visits');
  // The same visits, from the lookback on: only the lower bound of the days differs.
  const before = visits.where.replaceAll('{from:Date}', earlier);
  const completions = `select site_id, visitor, moment, if(worth_currency = {currency:String}, worth, 0) as worth from ${reached.from} where ${reached.where}`;
  const contacts = `select site_id, visitor, arraySort(groupArray((started_at, toString(${column}), local_date))) as contacts from ${visits.from} where ${before} group by site_id, visitor`;
  const age = `dateDiff('second', one.1, moment) / 86400`;
  const within = `arraySlice(arrayFilter(one -> one.1 <= moment and ${age} <= ${bind(lookback, 'UInt16')}, contacts), -${longestPath})`;
  const inPeriod = `arraySlice(arrayFilter(one -> one.3 >= {from:Date}, contacts), -${longestPath})`;
  const columns = `arrayMap(one -> one.2, path) as channels, arrayMap(one -> toFloat64(floor(${age})), path) as ages`;
  const sql = `with completions as (${completions}), contacts as (${contacts})
    select channels, ages, converted, toFloat64(count()) as paths, toFloat64(sum(worth)) as worth from (
      select channels, ages, 1 as converted, worth from (select ${within} as path, ${columns}, completion.worth as worth
        from (select site_id, visitor, moment, worth from completions) as completion
        left join contacts on contacts.site_id = completion.site_id and contacts.visitor = completion.visitor)
      union all
      select channels, ages, 0 as converted, toInt64(0) as worth from (select ${inPeriod} as path, (path[-1]).1 as moment, ${columns}
        from contacts where (site_id, visitor) not in (select site_id, visitor from completions) and notEmpty(path))
    ) group by channels, ages, converted limit ${limit}`;
  return { sql, params };
}
