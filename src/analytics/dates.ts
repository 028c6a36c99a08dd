/** Days, wall clocks and time labels of a site's zone. Days are YYYY-MM-DD texts; instants are Dates. */
import { Refusal } from '#platform';
import type { DateRange } from './contract.ts';
import type { Grain } from './dimensions.ts';

/** A period as asked: whole days of the site's calendar, or exact instants (both ends included) when `instants` is there. */
export type Period = { from: string; to: string; instants?: { from: Date; to: Date } };

const dayMs = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** The zone's wall clock at an instant: `YYYY-MM-DD HH:MM:SS`. */
export function wallClock(at: Date, zone: string): string {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
    formats.set(zone, format);
  }
  return format.format(at);
}

export const dayOf = (at: Date, zone: string): string => wallClock(at, zone).slice(0, 10);

/** The first instant whose wall clock is at or after midnight of that day (where midnight is skipped, the jump's end). */
export function startOfDay(day: string, zone: string): Date {
  const utc = Date.parse(`${day}T00:00:00Z`);
  // No zone is further than 14 hours from UTC, and none changes its clock by anything but whole quarters of an hour.
  let low = utc - 15 * 3_600_000;
  let high = utc + 15 * 3_600_000;
  const quarter = 900_000;
  while (high - low > quarter) {
    const middle = low + Math.floor((high - low) / quarter / 2) * quarter;
    if (dayOf(new Date(middle), zone) >= day) high = middle;
    else low = middle;
  }
  return new Date(high);
}

export const addDays = (day: string, count: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + count * dayMs).toISOString().slice(0, 10);

/** Moves by calendar months; a day that the month lacks becomes its last one. */
export function addMonths(day: string, count: number): string {
  const first = new Date(`${day.slice(0, 7)}-01T00:00:00Z`);
  first.setUTCMonth(first.getUTCMonth() + count);
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(Number(day.slice(8)), last));
  return first.toISOString().slice(0, 10);
}

export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / dayMs);

const endOfMonth = (day: string) => addDays(addMonths(`${day.slice(0, 7)}-01`, 1), -1);

/**
 * Resolves a range on the site's calendar, as Plausible's stats API v2 documents it: `7d`, `28d`, `30d` are the days before
 * today, `6mo`, `12mo` the calendar months before this one, `month` and `year` the whole running ones, `day` today.
 * `first` is the day of the oldest fact, for `all`.
 */
export function periodOf(range: DateRange, zone: string, now: Date, first: string, field = 'date_range'): Period {
  if (Array.isArray(range)) return explicit(range, zone, field);
  const today = dayOf(now, zone);
  switch (range) {
    case 'day':
      return { from: today, to: today };
    case 'month':
      return { from: `${today.slice(0, 7)}-01`, to: endOfMonth(today) };
    case 'year':
      return { from: `${today.slice(0, 4)}-01-01`, to: `${today.slice(0, 4)}-12-31` };
    case 'all':
      return { from: first < today ? first : today, to: today };
    case '6mo':
    case '12mo': {
      const months = range === '6mo' ? 6 : 12;
      return {
        from: `${addMonths(today, -months).slice(0, 7)}-01`,
        to: endOfMonth(addMonths(`${today.slice(0, 7)}-01`, -1)),
      };
    }
    default:
      return { from: addDays(today, -Number(range.slice(0, -1))), to: addDays(today, -1) };
  }
}

function explicit([from, to]: [string, string], zone: string, field: string): Period {
  const wholeDays = from.length === 10;
  const late = (text: string) => text < '1970-01-02' || text > '2149-06-01'; // what the store's Date type can hold
  if (wholeDays !== (to.length === 10))
    throw new Refusal('bad-input', `${field}: both ends must be days, or both times.`, { field });
  if (late(from) || late(to))
    throw new Refusal('bad-input', `${field}: the dates must lie between 1970-01-02 and 2149-06-01.`, { field });
  const instants = { from: new Date(from), to: new Date(to) };
  if (instants.from > instants.to) throw new Refusal('bad-input', `${field}: the end is before the start.`, { field });
  if (wholeDays) return { from, to };
  return { from: dayOf(instants.from, zone), to: dayOf(instants.to, zone), instants };
}

/** The period to compare with: as many days right before, or the same dates a year before. */
export function periodBefore(period: Period, mode: 'previous_period' | 'year_over_year'): Period {
  const move = (day: string) =>
    mode === 'year_over_year' ? addMonths(day, -12) : addDays(day, -(daysBetween(period.from, period.to) + 1));
  if (!period.instants) return { from: move(period.from), to: move(period.to) };
  const { from, to } = period.instants;
  const span = to.getTime() - from.getTime();
  const back =
    mode === 'year_over_year'
      ? from.getTime() - Date.parse(addMonths(from.toISOString().slice(0, 10), -12) + from.toISOString().slice(10))
      : span + 1;
  const instants = { from: new Date(from.getTime() - back), to: new Date(to.getTime() - back) };
  const shifted = Math.round(back / dayMs);
  return { from: addDays(period.from, -shifted), to: addDays(period.to, -shifted), instants };
}

/** The grain that `time` stands for: up to 48 hours by hour, 40 days by day, 52 weeks by week, else by month. */
export function grainOf(period: Period): Grain {
  const hours = period.instants
    ? (period.instants.to.getTime() - period.instants.from.getTime()) / 3_600_000
    : (daysBetween(period.from, period.to) + 1) * 24;
  if (hours <= 48) return 'hour';
  if (hours <= 41 * 24) return 'day';
  return hours < 53 * 7 * 24 ? 'week' : 'month';
}

const mostLabels = 50_000;

/** Every label of the period in order, as results write them. An hour that the clock skips has none; one that comes twice has one. */
export function timeLabels(period: Period, grain: Grain, zone: string): string[] {
  if (grain === 'minute' || grain === 'hour') return clockLabels(period, grain, zone);
  const labels: string[] = [];
  if (grain === 'month') {
    for (let day = `${period.from.slice(0, 7)}-01`; day <= period.to; day = addMonths(day, 1)) labels.push(day);
    return labels;
  }
  for (let day = period.from; day <= period.to; day = grain === 'day' ? addDays(day, 1) : nextMonday(day))
    labels.push(day);
  return labels;
}

const nextMonday = (day: string) => addDays(day, 7 - ((new Date(day).getUTCDay() + 6) % 7));

function clockLabels(period: Period, grain: 'minute' | 'hour', zone: string): string[] {
  const step = grain === 'minute' ? 60_000 : 900_000;
  const from = period.instants?.from ?? startOfDay(period.from, zone);
  const last = period.instants?.to ?? new Date(startOfDay(addDays(period.to, 1), zone).getTime() - 1);
  if ((last.getTime() - from.getTime()) / step > mostLabels * 4) {
    throw new Refusal('bad-input', `dimensions: time:${grain} gives too many periods over this date_range.`, {
      field: 'dimensions',
    });
  }
  const start = Math.floor(from.getTime() / step) * step;
  const labels = new Set<string>();
  for (let at = start; at <= last.getTime(); at += step) {
    const clock = wallClock(new Date(at), zone);
    labels.add(grain === 'minute' ? `${clock.slice(0, 16)}:00` : `${clock.slice(0, 13)}:00:00`);
  }
  return [...labels].sort();
}

/** An instant as ISO 8601 with the zone's offset at that instant. */
export function isoInZone(at: Date, zone: string): string {
  const clock = wallClock(at, zone).replace(' ', 'T');
  const minutes = Math.round((Date.parse(`${clock}Z`) - Math.floor(at.getTime() / 1000) * 1000) / 60_000);
  const sign = minutes < 0 ? '-' : '+';
  const two = (n: number) => String(Math.floor(Math.abs(n))).padStart(2, '0');
  return `${clock}${sign}${two(minutes / 60)}:${two(Math.abs(minutes) % 60)}`;
}
