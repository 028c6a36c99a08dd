/**
 * Robust exponential smoothing of the logarithm of daily counts: a level, a damped trend and seven weekdays, where a single
 * strange day moves the level no more than two and a half usual errors would (Gelper, Fried and Croux 2010 clip the same way).
 * A day without a value moves nothing.
 */
import { weekdayOf } from './day.ts';
import { median } from './statistics.ts';

export type Weights = {
  /** Of the level, the trend and the weekdays, each in [0, 1]. */
  level: number;
  trend: number;
  weekday: number;
};

/** What is known at the end of a day: enough to forecast any later day. */
export type State = { level: number; trend: number; weekdays: readonly number[] };

/** The trend of a day counts this share of the day before: over three months a trend adds at most some 30 days of itself. */
const damping = 0.97;
const clip = 2.5;

/**
 * The state after each of the `wanted` days of `values` (index 0 is `firstDay`) that has at least a week before it, and the usual
 * one-day error at the end.
 */
export function smooth(
  values: readonly (number | null)[],
  { firstDay, weights, wanted }: { firstDay: number; weights: Weights; wanted: ReadonlySet<number> },
): { states: Map<number, State>; scale: number } {
  const states = new Map<number, State>();
  const start = openingOf(values, firstDay);
  if (!start) return { states, scale: 0 };
  let { level, scale } = start;
  let trend = 0;
  const weekdays = [...start.weekdays];
  for (let t = 0; t < values.length; t++) {
    const value = values[t] ?? null;
    const w = weekdayOf(firstDay + t);
    const expected = level + damping * trend;
    if (value === null) level = expected;
    else {
      const seasonal = weekdays[w] ?? 0;
      const error = value - expected - seasonal;
      const limit = clip * scale;
      const kept = Math.max(-limit, Math.min(limit, error));
      // The scale follows slowly, and a shock widens it a little, so that a lasting change of level is believed after some days.
      scale = Math.max(0.01, 0.95 * scale + 0.05 * Math.min(Math.abs(error), 6 * scale) * 1.25);
      level = expected + weights.level * kept;
      trend = damping * trend + weights.level * weights.trend * kept;
      weekdays[w] = seasonal + weights.weekday * (1 - weights.level) * kept;
    }
    if (t >= start.after && wanted.has(t)) states.set(t, { level, trend, weekdays: [...weekdays] });
  }
  return { states, scale };
}

/** Level, weekdays and usual error of the first four weeks. */
function openingOf(values: readonly (number | null)[], firstDay: number) {
  const first = values.findIndex((value) => value !== null);
  if (first < 0) return undefined;
  const opening = values.slice(0, first + 28);
  const known = opening.flatMap((value, t) => (value === null ? [] : [{ value, w: weekdayOf(firstDay + t) }]));
  if (known.length === 0) return undefined;
  const level = median(known.map(({ value }) => value));
  const weekdays = Array.from({ length: 7 }, (_, w) => {
    const same = known.filter((one) => one.w === w).map(({ value }) => value - level);
    return same.length === 0 ? 0 : (median(same) * same.length) / (same.length + 0.5);
  });
  const errors = known.map(({ value, w }) => Math.abs(value - level - (weekdays[w] ?? 0)));
  return { level, weekdays, scale: Math.max(0.03, 1.4826 * median(errors)), after: first + 6 };
}

/** The logarithm expected `ahead` days after the state's day (1: the next day), which is a `weekday`. */
export function ahead(state: State, days: number, weekday: number): number {
  const trend = (state.trend * damping * (1 - damping ** days)) / (1 - damping);
  return state.level + trend + (state.weekdays[weekday] ?? 0);
}
