/** What the event store knows that an edge decides with: deliveries so far, and when traffic comes. */
import type { Events } from '#platform';
import type { Book, Delivered } from './contract.ts';

const fields: Readonly<Record<string, keyof Delivered>> = {
  impression: 'impressions',
  viewable: 'viewables',
  click: 'clicks',
};

/** Valid events of these line items, all days together. */
export async function readDelivered(
  events: Pick<Events, 'query'>,
  lineIds: readonly string[],
): Promise<Book['delivered']> {
  if (lineIds.length === 0) return {};
  const rows = await events.query<{ line_item_id: string; kind: string; events: string | number }>(
    `select line_item_id, kind, sum(events) as events from ad_line_days
      where invalid = '' and line_item_id in {ids:Array(String)} group by line_item_id, kind`,
    { ids: lineIds },
  );
  const delivered: Book['delivered'] = {};
  for (const { line_item_id, kind, events: count } of rows) {
    const field = fields[kind];
    if (!field) continue;
    const figures = (delivered[line_item_id] ??= { impressions: 0, viewables: 0, clicks: 0 });
    figures[field] = Number(count);
  }
  return delivered;
}

/** The same by date of the sites, yesterday's and those after it. */
export async function readDeliveredByDay(
  events: Pick<Events, 'query'>,
  lineIds: readonly string[],
  now: Date,
): Promise<NonNullable<Book['delivered_by_day']>> {
  if (lineIds.length === 0) return {};
  const rows = await events.query<{ line_item_id: string; date: string; kind: string; events: string | number }>(
    `select line_item_id, toString(local_date) as date, kind, sum(events) as events from ad_hours
      where invalid = '' and line_item_id in {ids:Array(String)} and local_date >= {from:Date}
      group by line_item_id, local_date, kind`,
    { ids: lineIds, from: new Date(now.getTime() - 36 * 3_600_000).toISOString().slice(0, 10) },
  );
  const delivered: NonNullable<Book['delivered_by_day']> = {};
  for (const { line_item_id, date, kind, events: count } of rows) {
    const field = fields[kind];
    if (!field) continue;
    const days = (delivered[line_item_id] ??= {});
    const figures = (days[date] ??= { impressions: 0, viewables: 0, clicks: 0 });
    figures[field] = Number(count);
  }
  return delivered;
}

const leastDays = 7;

/** Conversions of these line items, all days together. */
export async function readConversions(
  events: Pick<Events, 'query'>,
  lineIds: readonly string[],
): Promise<Record<string, number>> {
  if (lineIds.length === 0) return {};
  const rows = await events.query<{ line_item_id: string; conversions: string | number }>(
    `select line_item_id, sum(events) as conversions from ad_line_days
      where kind = 'conversion' and invalid = '' and line_item_id in {ids:Array(String)} group by line_item_id`,
    { ids: lineIds },
  );
  return Object.fromEntries(rows.map(({ line_item_id, conversions }) => [line_item_id, Number(conversions)]));
}

/** Mean requests by hour of the week over the last four weeks of whole days, for placements with at least seven days of them. */
export async function readTraffic(events: Pick<Events, 'query'>, now: Date): Promise<Book['traffic']> {
  const day = (ago: number) => new Date(now.getTime() - ago * 86_400_000).toISOString().slice(0, 10);
  const rows = await events.query<{
    placement_id: string;
    weekday: number;
    hours: [number, string | number][];
    days: string | number;
  }>(
    `select placement_id, weekday, groupArray((hour, requests)) as hours, any(days) as days from (
       select placement_id, toDayOfWeek(local_date) as weekday, toHour(local_time) as hour, sum(requests) as requests
         from ad_requests where local_date >= {from:Date} and local_date < {to:Date} group by placement_id, weekday, hour
     ) as by_hour
     join (
       select placement_id, toDayOfWeek(local_date) as weekday, uniqExact(local_date) as days
         from ad_requests where local_date >= {from:Date} and local_date < {to:Date} group by placement_id, weekday
     ) as by_day using (placement_id, weekday)
     group by placement_id, weekday`,
    { from: day(29), to: day(1) },
  );
  const traffic: Book['traffic'] = {};
  for (const [id, weekdays] of Map.groupBy(rows, (row) => row.placement_id)) {
    if (weekdays.reduce((sum, { days }) => sum + Number(days), 0) < leastDays) continue;
    const hours = Array<number>(168).fill(0);
    for (const { weekday, hours: counted, days } of weekdays) {
      for (const [hour, requests] of counted)
        hours[(weekday - 1) * 24 + hour] = Math.round((100 * Number(requests)) / Number(days)) / 100;
    }
    traffic[id] = hours;
  }
  return traffic;
}
