/** How many different people see the requests of a period, as far as visitors are measured. */
import type { Events } from '#platform';
import type { Forecast, Remark } from './contract.ts';
import type { Place } from './places.ts';
import { zoneOf } from './zone.ts';

/** Requests of the placements and visitor-days of their sites over the same past days. */
export type Visitors = { requests: number; visitor_days: number };

const days = 28;

/**
 * Visitor-days of the placements' sites in the last four weeks, over the days on which these placements had requests. Visitors without
 * cookies are known for a day only, which is why nothing longer is counted.
 */
export async function readVisitors(
  events: Pick<Events, 'query'>,
  { org_id, places, now }: { org_id: string; places: readonly Place[]; now: Date },
): Promise<Visitors> {
  const sites = [...new Set(places.map((place) => place.site_id))];
  const today = Math.floor(zoneOf(places[0]?.time_zone ?? 'UTC').localDay(now.getTime()));
  const params = { org: org_id, sites, places: places.map(({ id }) => id), from: today - days, to: today };
  const within = `org_id = {org:String} and site_id in {sites:Array(String)} and local_date >= toDate({from:Int32}) and local_date < toDate({to:Int32})`;
  const rows = await events.query<{ requests: number; visitor_days: number }>(
    `select toFloat64(sum(requests)) as requests, toFloat64(sum(visitors)) as visitor_days from (
       select site_id, local_date, sum(requests) as requests from ad_request_days
        where ${within} and placement_id in {places:Array(String)} group by site_id, local_date
     ) as asked join (
       select site_id, local_date, uniq(visitor) as visitors from hits where ${within} and name = 'pageview' group by site_id, local_date
     ) as seen using (site_id, local_date)`,
    params,
    { heavy: true },
  );
  return { requests: Number(rows[0]?.requests ?? 0), visitor_days: Number(rows[0]?.visitor_days ?? 0) };
}

/** Visitor-days under which nothing is said. */
const least = 100;

/** Null with too few measured visitors, or nothing to reach. A site's visitors are the most that its placements can reach in a day. */
export function reachOf(
  forecast: readonly { forecast: number }[],
  { requests, visitor_days }: Visitors,
): { figures: NonNullable<Forecast['reach']>; basis: Remark } | null {
  if (visitor_days < least || requests <= 0) return null;
  const frequency = Math.max(1, requests / visitor_days);
  const daily = forecast.map((day) => day.forecast / frequency);
  const sum = daily.reduce((total, reach) => total + reach, 0);
  if (sum === 0) return null;
  return {
    figures: {
      per_day: Math.round(sum / daily.length),
      low: Math.round(Math.max(...daily)),
      high: Math.round(sum),
      frequency_per_day: Math.round(100 * frequency) / 100,
    },
    basis: {
      code: 'reach',
      sentence: `Reach from ${Math.round(visitor_days)} visitor-days of the last 28 days: visitors without cookies are known for a day only, so that over several days it lies between two bounds.`,
    },
  };
}
