/** Days of a site's calendar: plain dates, and the instants at which they begin in a time zone. */
import type { Period } from './figures.ts';

const dayMs = 86_400_000;
const utc = (date: string): number => Date.parse(`${date}T00:00:00Z`);

export const plusDays = (date: string, days: number): string =>
  new Date(utc(date) + days * dayMs).toISOString().slice(0, 10);

/** Days from `from` to `to`, both included. */
export const dayCount = ({ from, to }: Period): number => Math.round((utc(to) - utc(from)) / dayMs) + 1;

export const daysOf = (period: Period): string[] =>
  Array.from({ length: dayCount(period) }, (_, i) => plusDays(period.from, i));

/** The period of equal length that ends the day before. */
export const periodBefore = (period: Period): Period => ({
  from: plusDays(period.from, -dayCount(period)),
  to: plusDays(period.from, -1),
});

/** 0 for Monday to 6 for Sunday. */
export const weekdayOf = (date: string): number => (new Date(utc(date)).getUTCDay() + 6) % 7;

/** The calendar day of an instant in a zone. */
export function localDay(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);
}

/** The instant at which a day begins in a zone: midnight, or the first moment after it where the clocks skip midnight. */
export function startOfDay(date: string, timeZone: string): Date {
  let [low, high] = [utc(date) - 15 * 3_600_000, utc(date) + 15 * 3_600_000];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (localDay(new Date(middle), timeZone) < date) low = middle;
    else high = middle;
  }
  return new Date(high);
}
