/** The calendar of a time zone: which local day an instant falls on, and when a local day begins. */

export type Zone = {
  name: string;
  /** Milliseconds the zone is ahead of UTC at an instant. */
  offset(at: number): number;
  /** Days since 1970-01-01 on the zone's calendar, with the part of the day that is over. */
  localDay(at: number): number;
  /** The first instant of a local day. */
  startOf(day: number): number;
};

const hour = 3_600_000;
const dayMs = 86_400_000;
const zones = new Map<string, Zone>();

/** Opened once for each zone. */
export function zoneOf(name: string): Zone {
  const known = zones.get(name);
  if (known) return known;
  const zone = openZone(name);
  zones.set(name, zone);
  return zone;
}

function openZone(name: string): Zone {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  const offsets = new Map<number, number>();
  /** Clocks change on whole quarters of an hour, and a zone's hour shows one offset. */
  const offset = (at: number): number => {
    const slot = Math.floor(at / hour);
    const found = offsets.get(slot);
    if (found !== undefined) return found;
    const text = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign, hours = '0', minutes = '0'] = /GMT([+-])(\d{2}):?(\d{2})?/.exec(text) ?? [];
    const value = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
    if (offsets.size > 50_000) offsets.clear();
    offsets.set(slot, value);
    return value;
  };
  const starts = new Map<number, number>();
  return {
    name,
    offset,
    localDay: (at) => (at + offset(at)) / dayMs,
    startOf(day) {
      const known = starts.get(day);
      if (known !== undefined) return known;
      const utc = day * dayMs;
      const guess = utc - offset(utc);
      let start = utc - offset(guess);
      // Where a clock change skips midnight, the day begins with the first instant there is.
      if (Math.floor((start + offset(start)) / dayMs) < day) start += hour;
      if (starts.size > 20_000) starts.clear();
      starts.set(day, start);
      return start;
    },
  };
}
