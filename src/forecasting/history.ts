/** What came in the past: requests by placement and day, without the running day. */
import type { Events } from '#platform';

/** `values[0]` is the requests of `firstDay`; null: a day on which the whole site was silent. */
export type History = { values: (number | null)[]; firstDay: number };

/** Days that are learnt from: two years and a season. */
export const learntDays = 800;

type Row = { placement_id: string; days: [number, number][] };

/**
 * The history of every placement of a site that ever had a request, up to the day before `today` (days since 1970-01-01 on the site's
 * calendar). A day on which the placement was silent and its site was not counts as zero; one of silence everywhere is missing.
 */
export async function readHistory(
  events: Pick<Events, 'query'>,
  { org_id, site_id, today }: { org_id: string; site_id: string; today: number },
): Promise<Map<string, History>> {
  const rows = await events.query<Row>(
    `select placement_id, groupArray((day, requests)) as days from (
       select placement_id, toInt32(toRelativeDayNum(local_date)) as day, toFloat64(sum(requests)) as requests
         from ad_request_days where org_id = {org:String} and site_id = {site:String}
          and local_date >= toDate({from:Int32}) and local_date < toDate({to:Int32})
        group by placement_id, day
     ) group by placement_id`,
    { org: org_id, site: site_id, from: today - learntDays, to: today },
    { heavy: true },
  );
  const heard = new Set(rows.flatMap(({ days }) => days.map(([day]) => Number(day))));
  return new Map(rows.map(({ placement_id, days }) => [placement_id, historyOf(days, { today, heard })]));
}

function historyOf(
  days: readonly [number, number][],
  { today, heard }: { today: number; heard: ReadonlySet<number> },
): History {
  const firstDay = Math.min(...days.map(([day]) => Number(day)));
  const values = Array.from({ length: today - firstDay }, (_, t) => (heard.has(firstDay + t) ? 0 : null));
  const counts: (number | null)[] = values;
  for (const [day, requests] of days) counts[Number(day) - firstDay] = Number(requests);
  return { values: counts, firstDay };
}
