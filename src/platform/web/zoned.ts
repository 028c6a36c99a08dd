/** Days of a time zone as instants, and back. */

/** Minutes a zone is ahead of UTC at an instant. */
const offsetAt = (timeZone: string, at: number): number => {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(new Date(at));
  const [, sign, hours = '0', minutes = '0'] =
    /GMT([+-])(\d{2}):(\d{2})/.exec(parts.find(({ type }) => type === 'timeZoneName')?.value ?? '') ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
};

/** Midnight at the start of a calendar day of a zone, as ISO 8601 with the zone's own offset that day. */
export const startOfDay = (day: string, timeZone: string): string => {
  const utc = Date.parse(`${day}T00:00:00Z`);
  // The offset is that of the instant itself; a second look settles days on which the clocks change.
  const guess = utc - offsetAt(timeZone, utc) * 60_000;
  const offset = offsetAt(timeZone, guess);
  const sign = offset < 0 ? '-' : '+';
  const pad = (value: number) => String(Math.floor(value)).padStart(2, '0');
  return `${day}T00:00:00${sign}${pad(Math.abs(offset) / 60)}:${pad(Math.abs(offset) % 60)}`;
};

/** The last calendar day covered by something that ends at `end` (exclusive): a midnight end belongs to the day before. */
export const lastDay = (end: string, timeZone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    new Date(Date.parse(end) - 1),
  );
