/** Who came back: visitors by the period in which they were first seen, and the periods in which they were seen again. */
import type * as z from 'zod';
import { personsSql } from './condition.ts';
import { isTooFew } from './answer-query.ts';
import { daysOfSite } from './answer-funnel.ts';
import { addDays, addMonths, dayOf } from './dates.ts';
import { readFilters } from './filter.ts';
import type { askRetention, RetentionReply } from './funnel-contract.ts';
import { resolveFilters } from './resolve-filters.ts';
import { rowsFrom } from './rows.ts';
import type { Asking } from './run-query.ts';
import { bindTo, paramsOf } from './write-sql.ts';

type Grain = z.output<(typeof askRetention)['input']>['grain'];
type Row = { cohort: string; later: number; visitors: number };

const starts: Record<Grain, string> = { day: 'toDate', week: 'toMonday', month: 'toStartOfMonth' };
const mostPeriods = 60;

/** A visitor belongs to the period of the first visit ever, whenever that was; cohorts are those that began in the days asked. */
export async function answerRetention(
  asking: Asking,
  input: z.output<(typeof askRetention)['input']>,
): Promise<RetentionReply> {
  const { db, events, caller, clock, signal } = asking;
  const { sites, scope } = await daysOfSite(asking, input.site_id, input.date_range);
  const { filters, goals = [] } = await resolveFilters(db, caller, sites.ids, readFilters(input.filters));
  if (await isTooFew(asking, input)) return { cohorts: [], grain: input.grain, too_few: true };
  const params = paramsOf(scope);
  const bind = bindTo(params);
  const lying = { scope, goals };
  const known = rowsFrom('visits_known', lying, bind);
  const start = starts[input.grain];
  const among =
    filters.length > 0 ? ` and (site_id, identified) in (${personsSql(filters, lying, bind, { known: true })})` : '';
  const sql = `with seen as (select site_id, identified, local_date from ${known.from} where identified != 0 and local_date <= {to:Date}${among}),
    firsts as (select site_id, identified, min(local_date) as first from seen group by site_id, identified having first >= {from:Date})
    select toString(${start}(first)) as cohort, toFloat64(dateDiff('${input.grain}', ${start}(first), ${start}(seen.local_date))) as later, toFloat64(uniqExact((seen.site_id, seen.identified))) as visitors
    from seen inner join firsts on seen.site_id = firsts.site_id and seen.identified = firsts.identified
    group by cohort, later order by cohort, later`;
  const rows = await events.query<Row>(sql, params, signal ? { signal } : {});
  const today = dayOf(clock(), sites.zone);
  const end = scope.to < today ? scope.to : today;
  const cohorts = [...Map.groupBy(rows, ({ cohort }) => cohort)].map(([cohort, list]) => {
    const found = new Map(list.map(({ later, visitors }) => [Number(later), Number(visitors)]));
    const returned: (number | null)[] = [];
    for (let later = 0; later < mostPeriods && startAfter(cohort, later, input.grain) <= end; later++)
      returned.push(found.get(later) ?? 0);
    return { start: cohort, size: found.get(0) ?? 0, returned };
  });
  return { cohorts, grain: input.grain, too_few: false };
}

const startAfter = (day: string, count: number, grain: Grain): string =>
  grain === 'month' ? addMonths(day, count) : addDays(day, count * (grain === 'week' ? 7 : 1));
