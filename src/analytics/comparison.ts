/** Lays the figures of another period beside the asked ones. */
import type { QueryReply } from './contract.ts';
import type { Group } from './plan.ts';

type Row = { dimensions: string[]; metrics: (number | null)[] };

/**
 * Rows meet on equal dimensions, time by its place in the period (first day with first day). A row without a counterpart is
 * compared with nothing: zeros, and null for rates.
 */
export function compareWith(
  rows: readonly Row[],
  before: readonly Row[],
  groups: readonly Group[],
  labels?: readonly string[],
  labelsBefore?: readonly string[],
): QueryReply['results'] {
  const known = new Map(before.map((row) => [JSON.stringify(row.dimensions), row]));
  const place = new Map(labels?.map((label, i) => [label, i]));
  const counterpart = (dimensions: readonly string[]) =>
    dimensions.map((value, i) => {
      const group = groups[i];
      return group && 'time' in group ? (labelsBefore?.[place.get(value) ?? -1] ?? '') : value;
    });
  return rows.map((row) => {
    const dimensions = counterpart(row.dimensions);
    const metrics =
      known.get(JSON.stringify(dimensions))?.metrics ?? row.metrics.map((value) => (value === null ? null : 0));
    return {
      ...row,
      comparison: { dimensions, metrics, change: row.metrics.map((value, i) => changeOf(value, metrics[i] ?? null)) },
    };
  });
}

/** Percent with two decimals; null when there was nothing to compare with. */
export function changeOf(now: number | null, before: number | null): number | null {
  if (now === null || before === null || before === 0) return null;
  return Math.round((10_000 * (now - before)) / Math.abs(before)) / 100;
}
