/** Who asks: how the requests of a site spread over attributes and over the hours of the week, in the last four weeks. */
import type { TargetingRequest } from '#inventory';
import type { Events } from '#platform';

export type Profile = {
  /** Requests alike, and their part of all; the parts add up to 1. */
  rows: { request: TargetingRequest; part: number }[];
  /** Part of a weekday's requests in each of its hours: 7 × 24, each day adding up to 1. */
  hours: Float64Array;
  /** Targeting keys that are known of every request. */
  keys: ReadonlySet<string>;
  /** How many requests or page views the parts were counted on. */
  counted: number;
  /** Counted on page views, for requests do not carry every attribute. */
  ofAudience: boolean;
};

const days = 28;
const mostRows = 200;

const requestKeys = ['geo.country', 'device', 'daypart', 'site', 'placement'];
const audienceKeys = ['geo.region', 'geo.city', 'browser', 'os', 'language'];

/** Keys that only page views carry. */
export const needsAudience = (key: string): boolean => audienceKeys.includes(key);

type Asking = { org_id: string; site_id: string; today: number; audience: boolean };

/** The profile of a site before `today`; with `audience`, from its page views where it has any. */
export async function readProfile(events: Pick<Events, 'query'>, asking: Asking): Promise<Profile> {
  const { org_id, site_id, today, audience } = asking;
  const params = { org: org_id, site: site_id, from: today - days, to: today };
  const within = `org_id = {org:String} and site_id = {site:String} and local_date >= toDate({from:Int32}) and local_date < toDate({to:Int32})`;
  const [hours, requests, views] = await Promise.all([
    events.query<{ weekday: number; hour: number; requests: number }>(
      `select toDayOfWeek(local_date) as weekday, toHour(local_hour) as hour, toFloat64(sum(requests)) as requests
         from ad_request_hours where ${within} group by weekday, hour`,
      params,
    ),
    events.query<{ country: string; device: string; requests: number }>(
      `select country, device, toFloat64(sum(requests)) as requests from ad_request_hours where ${within}
        group by country, device order by requests desc, country, device limit ${mostRows}`,
      params,
    ),
    audience
      ? events.query<Record<string, string | number>>(
          `select country, region, city, device, browser, os, language, toFloat64(count()) as requests from hits
            where ${within} and name = 'pageview'
            group by country, region, city, device, browser, os, language order by requests desc, country, city, browser limit ${5 * mostRows}`,
          params,
          { heavy: true },
        )
      : [],
  ]);
  const found = views.length > 0 ? views : requests;
  const counted = found.reduce((sum, row) => sum + Number(row['requests']), 0);
  const rows = found.map((row) => ({
    request: Object.fromEntries(
      Object.entries(row).flatMap(([key, value]) => (key === 'requests' || value === '' ? [] : [[key, String(value)]])),
    ),
    part: Number(row['requests']) / Math.max(1, counted),
  }));
  return {
    rows: rows.length > 0 ? rows : [{ request: {}, part: 1 }],
    hours: hoursOf(hours),
    keys: new Set(views.length > 0 ? [...requestKeys, ...audienceKeys] : requestKeys),
    counted,
    ofAudience: views.length > 0,
  };
}

function hoursOf(rows: readonly { weekday: number; hour: number; requests: number }[]): Float64Array {
  const hours = new Float64Array(168);
  for (const { weekday, hour, requests } of rows) hours[(Number(weekday) - 1) * 24 + Number(hour)] = Number(requests);
  for (let weekday = 0; weekday < 7; weekday++) {
    const sum = hours.slice(weekday * 24, weekday * 24 + 24).reduce((a, b) => a + b, 0);
    for (let hour = 0; hour < 24; hour++) {
      const at = weekday * 24 + hour;
      hours[at] = sum > 0 ? (hours[at] ?? 0) / sum : 1 / 24;
    }
  }
  return hours;
}
