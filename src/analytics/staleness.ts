/** Are the visits of a period as new as its hits? */
import type { Events } from '#platform';
import type { Period } from './dates.ts';
import { sitesParams, sitesSql } from './rows.ts';

/** True when some day of the period has hits that came after its visits were built. */
export async function notRebuilt(
  events: Events,
  org_id: string,
  sites: readonly string[],
  { from, to }: Period,
): Promise<boolean> {
  const [row] = await events.query<{ late: number }>(
    `select count() as late from (
       select site_id, local_date, toUnixTimestamp64Milli(max(changed_at)) as changed from dirty_days
       where site_id in ${sitesSql(sites)} and local_date between {from:Date} and {to:Date} group by site_id, local_date) as hits
     left join (
       select site_id, local_date, max(build) as built from visit_days
       where site_id in ${sitesSql(sites)} and local_date between {from:Date} and {to:Date} group by site_id, local_date) as visits
     using (site_id, local_date)
     where toInt64(changed) > toInt64(built)`,
    { org: org_id, ...sitesParams(sites), from, to },
  );
  return Number(row?.late ?? 0) > 0;
}
