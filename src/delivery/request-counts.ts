/** Requests for ads, filled or not, added up per minute, placement, country and device until the minute is over. */
import type { RequestCount } from './ad-rows.ts';

export type RequestCounts = {
  note(request: { at: number; placement: number; country: string; device: string; filled: boolean }): void;
  /** Takes out the counts of minutes that are over at `now`; all of them with `Infinity`. */
  take(now: number): RequestCount[];
};

/**
 * `tell`: called back with the placement of each. `most`: combinations held at once; beyond it the oldest minute is due at the next
 * `take` whatever the time is.
 */
export function openRequestCounts(tell?: (placement: number) => void, most = 100_000): RequestCounts {
  const minutes = new Map<number, Map<string, RequestCount>>();
  /** The count that a placement had last: mostly the one it has next. */
  const last = new Map<number, RequestCount>();
  let held = 0;
  return {
    note({ at, placement, country, device, filled }) {
      if (tell) tell(placement);
      const minute = Math.floor(at / 60_000);
      const same = last.get(placement);
      if (same && same.minute === minute && same.country === country && same.device === device) {
        same.requests++;
        if (filled) same.filled++;
        return;
      }
      let counts = minutes.get(minute);
      if (!counts) minutes.set(minute, (counts = new Map()));
      const key = `${placement}|${country}|${device}`;
      let count = counts.get(key);
      if (!count) {
        counts.set(key, (count = { placement, minute, country, device, requests: 0, filled: 0 }));
        held++;
      }
      last.set(placement, count);
      count.requests++;
      if (filled) count.filled++;
    },
    take(now) {
      const due: RequestCount[] = [];
      for (const [minute, counts] of minutes) {
        if ((minute + 1) * 60_000 > now && held <= most) continue;
        minutes.delete(minute);
        held -= counts.size;
        for (const { placement } of counts.values()) last.delete(placement);
        due.push(...counts.values());
      }
      return due;
    },
  };
}
