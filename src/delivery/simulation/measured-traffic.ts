/** The traffic a simulation runs on: what was measured of placements in the last four weeks, by hour of the week and by attributes. */
import type { Events } from '#platform';

export type MeasuredPlacement = {
  id: string;
  /** Mean requests by hour of the week, Monday 00:00 of the site first (168 numbers). */
  hours: number[];
  /** Parts of the requests, adding up to 1. */
  mix: { country: string; device: string; part: number }[];
};

const learntDays = 28;
/** Countries × devices kept for each placement, the largest first. */
const mostParts = 60;

type HourRow = { placement_id: string; weekday: number; hour: number; requests: number };
type PartRow = { placement_id: string; country: string; device: string; requests: number; first: number };

/**
 * Placements that had requests in the four weeks before `today` (days since 1970-01-01 on their calendar). A placement younger than
 * that is averaged over the days since its first request.
 */
export async function readMeasured(
  events: Pick<Events, 'query'>,
  { org_id, placements, today }: { org_id: string; placements: readonly string[]; today: number },
): Promise<MeasuredPlacement[]> {
  const given = { org: org_id, ids: placements, from: today - learntDays, to: today };
  const where = `where org_id = {org:String} and placement_id in {ids:Array(String)}
    and local_date >= toDate({from:Int32}) and local_date < toDate({to:Int32})`;
  const [hours, parts] = await Promise.all([
    events.query<HourRow>(
      `select placement_id, toUInt8(toDayOfWeek(local_hour)) as weekday, toUInt8(toHour(local_hour)) as hour,
         toFloat64(sum(requests)) as requests from ad_request_hours ${where} group by placement_id, weekday, hour`,
      given,
      { heavy: true },
    ),
    events.query<PartRow>(
      `select placement_id, country, device, toFloat64(sum(requests)) as requests, toInt32(toRelativeDayNum(min(local_date))) as first
         from ad_request_hours ${where} group by placement_id, country, device order by requests desc limit ${mostParts} by placement_id`,
      given,
      { heavy: true },
    ),
  ]);
  const partsOf = Map.groupBy(parts, ({ placement_id }) => placement_id);
  return [...Map.groupBy(hours, ({ placement_id }) => placement_id)].map(([id, rows]) => {
    const own = partsOf.get(id) ?? [];
    const first = Math.min(...own.map((row) => Number(row.first)), today - 1);
    return { id, hours: meanHours(rows, { first, today }), mix: mixOf(own) };
  });
}

/** 1970-01-01 was a Thursday: day 4 was the first Monday. */
const weekdayOf = (day: number): number => (((day - 4) % 7) + 7) % 7;

function meanHours(rows: readonly HourRow[], { first, today }: { first: number; today: number }): number[] {
  const seen = Array<number>(7).fill(0);
  for (let day = first; day < today; day++) seen[weekdayOf(day)] = (seen[weekdayOf(day)] ?? 0) + 1;
  const hours = Array<number>(168).fill(0);
  for (const { weekday, hour, requests } of rows)
    hours[(Number(weekday) - 1) * 24 + Number(hour)] = Number(requests) / Math.max(1, seen[Number(weekday) - 1] ?? 1);
  if (today - first >= 7) return hours;
  // Less than a week is known: each hour of the day is the mean of the days that are.
  const days = Math.max(1, today - first);
  const ofDay = Array.from(
    { length: 24 },
    (_, hour) =>
      rows.filter((row) => Number(row.hour) === hour).reduce((sum, row) => sum + Number(row.requests), 0) / days,
  );
  return hours.map((_, slot) => ofDay[slot % 24] ?? 0);
}

function mixOf(rows: readonly PartRow[]): MeasuredPlacement['mix'] {
  const total = rows.reduce((sum, { requests }) => sum + Number(requests), 0);
  return rows.map(({ country, device, requests }) => ({ country, device, part: Number(requests) / total }));
}
