/**
 * Figures of a whole month, added up from those of its days: what panels over a year read instead of every day. Visits are built
 * anew when late hits come, so a month says which builds of its days it was made of, and counts only while these are the current
 * ones; until it is added up again its days are read.
 */
import type { Clock, Events } from '#platform';
import { figureColumns as figures } from './visit-figures.ts';

/** What the current builds of a month's days are: rows `(site_id, month, print)` of the days that `where` names in visit_days. */
export const monthPrints = (where: string): string => `select site_id, toStartOfMonth(local_date) as month,
  sum(cityHash64(local_date, number)) as print, max(number) as latest
  from (select site_id, local_date, max(build) as number from visit_days where ${where} group by site_id, local_date) group by site_id, month`;

/** Months whose figures are those of their days, as rows `(site_id, month, build)`. `days` and `months` choose in visit_days and visit_months. */
export const currentMonths = (days: string, months: string): string => `select site_id, month, build from (
    select site_id, month, max(build) as build, argMax(visit_months.print, visit_months.build) as print
    from visit_months where ${months} group by site_id, month) as told
  inner join (${monthPrints(days)}) as days using (site_id, month) where told.print = days.print`;

const addUp = `insert into visit_figure_months (build, org_id, site_id, month, dimension, value, ${figures.join(', ')}, lasting)
select {build:UInt64}, org_id, site_id, {month:Date}, dimension, value, ${figures.map((name) => `sum(visit_figures.${name})`).join(', ')},
  groupUniqArrayArray(visit_figures.lasting)
from visit_figures where site_id = {site:String} and local_date between {month:Date} and toLastDayOfMonth({month:Date})
  and (local_date, build) in (select local_date, max(build) from visit_days
    where site_id = {site:String} and local_date between {month:Date} and toLastDayOfMonth({month:Date}) group by local_date)
group by org_id, site_id, dimension, value`;

/** Days are at rest when none was built for this long: an import builds them one after the other. */
const restMs = 10 * 60_000;
/** Old builds are kept this long for readers that began with them. */
const keepOldMs = 10 * 60_000;

export type MonthBuilder = {
  /** One round; answers the months that were added up. */
  run(signal?: AbortSignal): Promise<{ site_id: string; month: string }[]>;
};

export function createMonthBuilder({
  events,
  clock,
  rest = restMs,
}: {
  events: Events;
  clock: Clock;
  /** Milliseconds that a month's days must have been left alone. */
  rest?: number;
}): MonthBuilder {
  return {
    async run(signal) {
      const now = clock();
      const stale = await events.query<{ site_id: string; month: string; print: string }>(
        `select site_id, toString(days.month) as month, toString(days.print) as print from (${monthPrints('local_date < {today:Date}')}) as days
         where days.month < toStartOfMonth({today:Date} - 1) and latest < {rested:UInt64}
           and (site_id, days.month, days.print) not in (select site_id, month, argMax(visit_months.print, visit_months.build) from visit_months group by site_id, month)
         order by days.month desc, site_id limit 500`,
        { today: now.toISOString().slice(0, 10), rested: Math.max(0, now.getTime() - rest) },
        { heavy: true },
      );
      const built: { site_id: string; month: string }[] = [];
      for (const { site_id, month, print } of stale) {
        if (signal?.aborted) break;
        const build = clock().getTime();
        const params = { site: site_id, month, build };
        await events.command(addUp, params);
        await events.insert('visit_months', [{ site_id, month, build, print }], {
          token: `figures:${site_id}:${month}:${build}`,
        });
        built.push({ site_id, month });
      }
      if (built.length > 0) await purge(events, now.getTime() - keepOldMs);
      return built;
    },
  };
}

async function purge(events: Events, before: number): Promise<void> {
  const old = `build < {before:UInt64} and (site_id, month, build) not in (select site_id, month, max(build) from visit_months group by site_id, month)`;
  const [found] = await events.query<{ rows: number }>(`select count() as rows from visit_figure_months where ${old}`, {
    before,
  });
  if (Number(found?.rows ?? 0) > 0) await events.command(`delete from visit_figure_months where ${old}`, { before });
}
