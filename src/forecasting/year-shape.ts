/**
 * What the same weeks did in years past, as a smooth curve of logarithms. Only its differences matter: how much higher a week to
 * come stood than this week a year ago.
 */
import { median } from './statistics.ts';

/** Fifty-two whole weeks: the weekday stays. */
export const yearDays = 364;
const half = 10;

/**
 * For each t in [0, length): the smoothed logarithm `yearDays` before t, the mean of `years` past years; undefined where a year
 * past is not known. `values` are free of weekdays and holidays as far as possible, and nothing of them after t − 343 is looked at.
 */
export function yearShape(values: readonly (number | null)[], length: number, years: number): (number | undefined)[] {
  const smoothed = new Map<number, number | undefined>();
  const at = (t: number) => {
    if (!smoothed.has(t)) smoothed.set(t, around(values, t));
    return smoothed.get(t);
  };
  return Array.from({ length }, (_, t) => {
    let sum = 0;
    for (let year = 1; year <= years; year++) {
      const past = at(t - year * yearDays);
      if (past === undefined) return undefined;
      sum += past;
    }
    return sum / years;
  });
}

function around(values: readonly (number | null)[], t: number): number | undefined {
  if (t < half || t >= values.length) return undefined;
  const near: number[] = [];
  for (let i = t - half; i <= Math.min(values.length - 1, t + half); i++) {
    const value = values[i];
    if (value !== null && value !== undefined) near.push(value);
  }
  if (near.length < half) return undefined;
  const middle = median(near);
  const spread = 3 * 1.4826 * median(near.map((value) => Math.abs(value - middle))) + 1e-9;
  const kept = near.filter((value) => Math.abs(value - middle) <= spread);
  return kept.reduce((sum, value) => sum + value, 0) / kept.length;
}
