/** Calendar days of a time zone and the instants at which they begin. */

/** The day on which an instant falls, YYYY-MM-DD. */
export const dayOf = (instant: string, timeZone: string): string => formatOf(timeZone).format(Date.parse(instant));

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format takes longer than a hundred uses of it; there are as many zones as sites have. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formats.set(timeZone, format);
  }
  return format;
}

/** The day after (or `by` days after) a day. */
export const nextDay = (day: string, by = 1): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + by * 86_400_000).toISOString().slice(0, 10);

/** The first instant of a day, ISO 8601 in UTC: midnight, or where a clock change skips midnight, the first minute there is. */
export function startOfDay(day: string, timeZone: string): string {
  // No offset is beyond 14 hours: an hour more on either side, `low` is before the day and `high` in or after it.
  let low = Date.parse(`${day}T00:00:00Z`) - 15 * 3_600_000;
  let high = low + 30 * 3_600_000;
  while (high - low > 60_000) {
    const middle = low + Math.floor((high - low) / 120_000) * 60_000;
    if (dayOf(new Date(middle).toISOString(), timeZone) < day) low = middle;
    else high = middle;
  }
  return new Date(high).toISOString();
}
