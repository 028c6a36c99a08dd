/** What bookings and holds still need: their goals turned into requests, less what was delivered. */
import type { FrequencyCap, GoalUnit, Reservation } from '#inventory/contract';
import type { Clock, Events } from '#platform';

/** How many of its requests end in what a goal counts. */
export type Rates = {
  viewable: number;
  click: number;
  /** Impressions these were counted on; 0: the usual rates. */
  counted: number;
};

/** What stands in for rates until a thousand impressions were counted. */
export const usualRates: Rates = { viewable: 0.6, click: 0.001, counted: 0 };
const enough = 1000;

/** The organisation's rates of the last four weeks. */
export async function readRates(
  { events, clock }: { events: Pick<Events, 'query'>; clock: Clock },
  org_id: string,
): Promise<Rates> {
  const since = new Date(clock().getTime() - 28 * 86_400_000).toISOString().slice(0, 10);
  const rows = await events.query<{ kind: string; count: number }>(
    `select kind, toFloat64(sum(events)) as count from ad_hours
      where org_id = {org:String} and local_date >= {since:Date} and invalid = '' group by kind`,
    { org: org_id, since },
  );
  const count = (kind: string) => Number(rows.find((row) => row.kind === kind)?.count ?? 0);
  const impressions = count('impression');
  if (impressions < enough) return usualRates;
  return {
    viewable: Math.max(0.05, count('viewable') / impressions || usualRates.viewable),
    click: Math.max(0.0001, count('click') / impressions || usualRates.click),
    counted: impressions,
  };
}

export type Delivered = ReadonlyMap<string, { impression: number; viewable: number; click: number }>;

/** What the lines delivered so far. */
export async function readDelivered(
  events: Pick<Events, 'query'>,
  org_id: string,
  lines: readonly string[],
): Promise<Delivered> {
  if (lines.length === 0) return new Map();
  const rows = await events.query<{ line: string; kind: string; count: number }>(
    `select line_item_id as line, kind, toFloat64(sum(events)) as count from ad_hours
      where org_id = {org:String} and line_item_id in {lines:Array(String)} and invalid = '' group by line, kind`,
    { org: org_id, lines },
  );
  const delivered = new Map<string, { impression: number; viewable: number; click: number }>();
  for (const { line, kind, count } of rows) {
    const sums = delivered.get(line) ?? { impression: 0, viewable: 0, click: 0 };
    if (kind === 'impression' || kind === 'viewable' || kind === 'click') sums[kind] = Number(count);
    delivered.set(line, sums);
  }
  return delivered;
}

type Goal = { unit: GoalUnit; quantity: number };

/** Requests that a quantity of a unit needs; undefined for shares and conversions, which no number of requests stands for. */
export function requestsFor({ unit, quantity }: Goal, rates: Rates): number | undefined {
  if (unit === 'impressions') return quantity;
  if (unit === 'viewable_impressions') return quantity / rates.viewable;
  return unit === 'clicks' ? quantity / rates.click : undefined;
}

/** Units of a goal that so many requests bring. */
export function unitsOf(requests: number, unit: GoalUnit, rates: Rates): number {
  if (unit === 'viewable_impressions') return requests * rates.viewable;
  return unit === 'clicks' ? requests * rates.click : requests;
}

/** Requests that a reservation still needs. */
export function needOf(reservation: Reservation, { rates, delivered }: { rates: Rates; delivered: Delivered }): number {
  const { unit, quantity } = reservation.goal;
  const done = delivered.get(reservation.line_item_id);
  const had = { impressions: done?.impression, viewable_impressions: done?.viewable, clicks: done?.click }[
    unit === 'share' || unit === 'conversions' ? 'impressions' : unit
  ];
  return requestsFor({ unit, quantity: Math.max(0, quantity - (had ?? 0)) }, rates) ?? 0;
}

/**
 * The part of a site's requests that is left under frequency caps: visitors are taken to ask as often a day as they view pages, and a
 * visitor without cookies is a new one each day. `views[n]` counts the visitor-days with n + 1 views. 1 when nothing is known.
 */
export function partUnderCaps(caps: readonly FrequencyCap[], views: readonly number[]): number {
  if (caps.length === 0) return 1;
  const most = Math.min(...caps.map(({ count }) => count));
  let [kept, all] = [0, 0];
  for (const [i, visitors] of views.entries()) {
    kept += visitors * Math.min(most, i + 1);
    all += visitors * (i + 1);
  }
  return all > 0 ? kept / all : 1;
}

/** Visitor-days of the last four weeks by their number of page views, up to fifty. */
export async function readViews(
  { events, clock }: { events: Pick<Events, 'query'>; clock: Clock },
  { org_id, sites }: { org_id: string; sites: readonly string[] },
): Promise<number[]> {
  const since = new Date(clock().getTime() - 28 * 86_400_000).toISOString().slice(0, 10);
  const rows = await events.query<{ views: number; visitors: number }>(
    `select least(views, 50) as views, toFloat64(count()) as visitors from (
       select count() as views from hits where org_id = {org:String} and site_id in {sites:Array(String)} and local_date >= {since:Date}
          and name = 'pageview' group by site_id, local_date, visitor
     ) group by views`,
    { org: org_id, sites, since },
    { heavy: true },
  );
  const counts = Array.from({ length: 50 }, () => 0);
  for (const { views, visitors } of rows) counts[Number(views) - 1] = Number(visitors);
  return counts;
}
