/** Wall clocks of the sites' time zones, cheap enough for every decision and beacon. */

export type Zone = {
  /** Milliseconds that the wall clock is ahead of UTC at this moment. */
  offset(at: number): number;
};

const quarter = 900_000;

/** Offsets of every zone of the time-zone database in use today are whole quarters of an hour, and change on them. */
export function openZone(timeZone: string): Zone {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const known = new Map<number, number>();
  let lastQuarter = Number.NaN;
  let lastOffset = 0;
  return {
    offset(at) {
      const now = Math.floor(at / quarter);
      if (now === lastQuarter) return lastOffset;
      let found = known.get(now);
      if (found === undefined) {
        found = offsetOf(format, now * quarter);
        // A live edge asks for a few quarters; a simulation for many, one after the other.
        if (known.size >= 1000) known.clear();
        known.set(now, found);
      }
      lastQuarter = now;
      lastOffset = found;
      return found;
    },
  };
}

function offsetOf(format: Intl.DateTimeFormat, at: number): number {
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(at)) part[type] = Number(value);
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - at;
}

const week = 7 * 86_400_000;
/** Monday 5 January 1970, 00:00 on the wall clock. */
const monday = 4 * 86_400_000;

/** Milliseconds since the Monday, 00:00, of a wall clock's week. `local` is UTC milliseconds plus the zone's offset. */
export const intoWeek = (local: number): number => (((local - monday) % week) + week) % week;

/** The last seconds written: events come in the order of time, UTC and wall clock in turn. */
const written = { whole: { second: Number.NaN, text: '' }, fine: { second: Number.NaN, text: '' } };

/** `2026-03-02 10:00:00.250`, as the event store reads it. `local` false: the milliseconds are left out. */
export function stamp(at: number, withMilliseconds = true): string {
  const second = Math.floor(at / 1000);
  const last = withMilliseconds ? written.fine : written.whole;
  if (last.second !== second) {
    last.text = new Date(second * 1000).toISOString().slice(0, 19).replace('T', ' ');
    last.second = second;
  }
  return withMilliseconds ? `${last.text}.${String(Math.floor(at) - second * 1000).padStart(3, '0')}` : last.text;
}
