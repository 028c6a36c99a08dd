/** What trials found, for some minutes: a page that stays open asks every half minute, and a trial takes as long as thousands of decisions. */
import type { LineWhy } from '../contract.ts';

type Found = Promise<LineWhy['change'] | undefined>;

export type Trials = {
  /** What was found for `key` lately, else what `make` finds. Whatever the trial rests on belongs into the key. */
  of(key: string, now: number, make: () => Found): Found;
};

const keptMs = 5 * 60_000;
const mostKept = 200;

export function keepTrials(): Trials {
  const kept = new Map<string, { at: number; found: Found }>();
  return {
    of(key, now, make) {
      const known = kept.get(key);
      if (known && now >= known.at && now - known.at < keptMs) return known.found;
      const found = make();
      // One that failed is tried again by the next question.
      found.catch(() => kept.delete(key));
      kept.delete(key);
      kept.set(key, { at: now, found });
      const [oldest] = kept.keys();
      if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
      return found;
    },
  };
}
