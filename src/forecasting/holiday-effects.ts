/** What public holidays did to the counts: the logarithm by which such a day stood apart from the usual day of its week. */
import { weekdayOf } from './day.ts';
import { median } from './statistics.ts';

/** A holiday speaks for itself once it was seen; what all holidays did together counts as this many sights of it. */
const prior = 1.5;

/** The days around a day that tell what was usual: the same weekday, up to three weeks on either side. */
const weeks = [-3, -2, -1, 1, 2, 3];

/**
 * The effect of each holiday's name, from the values up to index `until` (excluded). `effectOf` answers 0 where no holiday at all
 * was seen. Weekend holidays hardly tell: they count a third.
 */
export function holidayEffects(
  values: readonly (number | null)[],
  { firstDay, until, holidays }: { firstDay: number; until: number; holidays: ReadonlyMap<number, string> },
): (name: string) => number {
  const seen = new Map<string, { sum: number; weight: number }>();
  let [sum, weight] = [0, 0];
  for (const [day, name] of holidays) {
    const t = day - firstDay;
    const value = t < until ? values[t] : null;
    if (value === null || value === undefined) continue;
    const usual = weeks.flatMap((week) => {
      const near = t + 7 * week;
      const other = near < until ? values[near] : null;
      return other === null || other === undefined || holidays.has(day + 7 * week) ? [] : [other];
    });
    if (usual.length < 2) continue;
    const apart = Math.max(-3, Math.min(3, value - median(usual)));
    const part = weekdayOf(day) > 4 ? 1 / 3 : 1;
    const known = seen.get(name) ?? { sum: 0, weight: 0 };
    seen.set(name, { sum: known.sum + part * apart, weight: known.weight + part });
    sum += part * apart;
    weight += part;
  }
  // Few sights of holidays are drawn towards no effect.
  const pooled = sum / (weight + 2);
  return (name) => {
    const own = seen.get(name) ?? { sum: 0, weight: 0 };
    return (own.sum + prior * pooled) / (own.weight + prior);
  };
}
