/** Days of the sample: 60 whole days before today on the site's calendar, then today up to now. Day 60 is today. */

export const timeZone = 'Europe/Paris';
export const sampleDays = 60;

const dayMs = 86_400_000;

/** The local date of an instant, YYYY-MM-DD. */
export const localDate = (at: number): string => new Date(at + offsetAt(at)).toISOString().slice(0, 10);

const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset', hour: 'numeric' });

/** Milliseconds that the zone's clock is ahead of UTC at that moment. */
function offsetAt(at: number): number {
  const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d+):(\d+)/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

/** The instant at which the local clock shows midnight of a date (French clocks never skip it). */
function midnight(date: string): number {
  const guess = Date.parse(`${date}T00:00:00Z`);
  return guess - offsetAt(guess - offsetAt(guess));
}

export type SampleCalendar = {
  /** Start of a day of the sample, milliseconds since 1970; days after today too. */
  start(day: number): number;
  date(day: number): string;
  /** Sunday is 0. */
  weekday(day: number): number;
  /** Start of the day as a contract time. */
  iso(day: number): string;
};

/** `now`: the moment at which the sample was begun; everything is dated from it. */
export function calendarOf(now: number): SampleCalendar {
  const today = Date.parse(localDate(now));
  const date = (day: number) => new Date(today + (day - sampleDays) * dayMs).toISOString().slice(0, 10);
  const start = (day: number) => midnight(date(day));
  return {
    date,
    start,
    weekday: (day) => new Date(date(day)).getUTCDay(),
    iso: (day) => new Date(start(day)).toISOString(),
  };
}
