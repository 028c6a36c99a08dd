/** Wall time of a time zone, fast enough for every hit: the zone's offset is asked of Intl once per quarter of an hour. */

export type LocalTime = {
  /** Milliseconds since midnight 1970 on the zone's wall clock. */
  ms: number;
  /** `YYYY-MM-DD HH:MM:SS` */
  time: string;
  /** `YYYY-MM-DD` */
  date: string;
};

const quarter = 900_000;
const keptQuarters = 50_000;

/**
 * The wall clock of an IANA zone. Changes of offset fall on quarters of an hour UTC in every zone since 1972, so one
 * answer serves fifteen minutes. Throws a RangeError for an unknown zone.
 */
export function wallClock(zone: string): (at: number) => LocalTime {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset', hour: 'numeric' });
  const offsets = new Map<number, number>();
  let last = Number.NaN;
  let lastOffset = 0;

  function offsetOf(slot: number): number {
    if (slot === last) return lastOffset;
    let offset = offsets.get(slot);
    if (offset === undefined) {
      if (offsets.size >= keptQuarters) offsets.clear();
      offset = offsetIn(format, slot * quarter);
      offsets.set(slot, offset);
    }
    last = slot;
    lastOffset = offset;
    return offset;
  }

  let latest: LocalTime = { ms: Number.NaN, date: '', time: '' };
  return (at) => {
    const ms = at + offsetOf(Math.floor(at / quarter));
    // Hits of one second are written alike, and most come in the order of time.
    if (Math.floor(ms / 1000) === Math.floor(latest.ms / 1000)) return { ...latest, ms };
    const iso = new Date(ms).toISOString();
    const date = iso.slice(0, 10);
    latest = { ms, date, time: `${date} ${iso.slice(11, 19)}` };
    return latest;
  };
}

/** `GMT`, `GMT+02:00` or `GMT-03:30:52` → milliseconds. */
function offsetIn(format: Intl.DateTimeFormat, at: number): number {
  const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  const [, sign, hours, minutes, seconds] = /GMT([+-])(\d+):(\d+)(?::(\d+))?/.exec(name) ?? [];
  const size = (Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)) * 1000;
  return sign === '-' ? -size : size;
}

/** The day before a `YYYY-MM-DD`, or after with a positive count. */
export const dayFrom = (date: string, days: number): string =>
  new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);

let utcSecond = Number.NaN;
let utcStart = '';

/** An instant as ClickHouse writes it, UTC. */
export function utcText(at: number): string {
  const second = Math.floor(at / 1000);
  if (second !== utcSecond) {
    utcStart = new Date(second * 1000).toISOString().replace('T', ' ').slice(0, 20);
    utcSecond = second;
  }
  return utcStart + String(Math.floor(at) - second * 1000).padStart(3, '0');
}
