/** Lays the figures of another period beside the asked ones. */
import type { QueryReply } from './contract.ts';
import { addDays, dayOf, daysBetween, isoInZone, type Period, periodBefore, startOfDay } from './dates.ts';
import { isRate } from './formula.ts';
import { type MetricName, metrics } from './metrics.ts';
import type { Group } from './plan.ts';

type Row = { dimensions: string[]; metrics: (number | null)[] };
type Order = readonly (readonly [string, 'asc' | 'desc'])[];

/** How a period meets the one beside it. `labels` and `labelsBefore`: the time labels of both, in order, when rows are by time. */
export type Meeting = {
  metrics: readonly MetricName[];
  groups: readonly Group[];
  labels?: readonly string[] | undefined;
  labelsBefore?: readonly string[] | undefined;
  /** The moment of asking, as time labels write it. */
  until: string;
};

/** A moment as time labels write it: a later label has not come yet. */
export const labelOfMoment = (at: Date, zone: string): string => isoInZone(at, zone).slice(0, 19).replace('T', ' ');

/**
 * The period to compare with. Of a period that is not over, sums and shares are held against as much of the other one: today
 * against yesterday at the same time, other periods by their days up to today. Figures by time meet step by step and need no cut.
 */
export function besidePeriod(
  period: Period,
  mode: 'previous_period' | 'year_over_year',
  { zone, now, byTime }: { zone: string; now: Date; byTime: boolean },
): Period {
  const whole = periodBefore(period, mode);
  const today = dayOf(now, zone);
  if (byTime || period.instants || period.from > today || period.to < today) return whole;
  const to = addDays(whole.from, daysBetween(period.from, today));
  if (period.from < today) return { from: whole.from, to: to < whole.to ? to : whole.to };
  const sinceMidnight = now.getTime() - startOfDay(today, zone).getTime();
  const from = startOfDay(whole.from, zone);
  return { from: whole.from, to: whole.from, instants: { from, to: new Date(from.getTime() + sinceMidnight) } };
}

/**
 * Rows meet on equal dimensions, time by its place in the period (first day with first day). A row without a counterpart is
 * compared with nothing: zeros, and null for rates.
 */
export function compareWith(rows: readonly Row[], before: readonly Row[], meeting: Meeting): QueryReply['results'] {
  const known = new Map(before.map((row) => [keyOf(row.dimensions), row]));
  const place = new Map(meeting.labels?.map((label, i) => [label, i]));
  const nothing = nothingOf(meeting.metrics);
  return rows.map((row) => {
    const dimensions = atTime(
      row.dimensions,
      meeting.groups,
      (label) => meeting.labelsBefore?.[place.get(label) ?? -1],
    );
    const then = known.get(keyOf(dimensions))?.metrics ?? nothing;
    return {
      ...row,
      comparison: {
        dimensions,
        metrics: then,
        change: row.metrics.map((value, i) => changeOf(value, then[i] ?? null)),
      },
    };
  });
}

/** Rows that only the other period has, as the asked one has them: nothing of each. What is yet to come has no figure at all. */
export function goneSince(all: readonly Row[], before: readonly Row[], meeting: Meeting): Row[] {
  const { groups, labels, labelsBefore, until } = meeting;
  const known = new Set(all.map((row) => keyOf(row.dimensions)));
  const place = new Map(labelsBefore?.map((label, i) => [label, i]));
  const nothing = nothingOf(meeting.metrics);
  const time = groups.findIndex((group) => 'time' in group);
  return before.flatMap((row) => {
    const dimensions = atTime(row.dimensions, groups, (label) => labels?.[place.get(label) ?? -1]);
    const at = dimensions[time];
    if (known.has(keyOf(dimensions)) || at === '') return [];
    return [{ dimensions, metrics: at !== undefined && at > until ? nothing.map(() => null) : [...nothing] }];
  });
}

/**
 * All the rows in their order with those that are gone: these hold nothing, so they end an order by the largest figure and begin
 * one by the smallest.
 */
export function withGone(all: readonly Row[], gone: readonly Row[], order: Order, { groups }: Meeting): Row[] {
  const [first] = order;
  const by = groups.findIndex(({ name }) => name === first?.[0]);
  if (!first || by < 0) return first?.[1] === 'asc' ? [...gone, ...all] : [...all, ...gone];
  const sign = first[1] === 'asc' ? 1 : -1;
  const value = ({ dimensions }: Row) => dimensions[by] ?? '';
  return [...all, ...gone].toSorted((a, b) => (value(a) === value(b) ? 0 : value(a) < value(b) ? -sign : sign));
}

/** Whether a page of rows can hold some that are gone: it is not the top of the largest figures. */
export const mayHoldGone = ([first]: Order, { groups }: Pick<Meeting, 'groups'>, isFull: boolean): boolean =>
  groups.length > 0 && (!isFull || first?.[1] !== 'desc' || groups.some(({ name }) => name === first[0]));

const keyOf = (dimensions: readonly string[]) => JSON.stringify(dimensions);
const nothingOf = (names: readonly MetricName[]) => names.map((name) => (isRate(metrics[name]) ? null : 0));

/** The dimensions with their time replaced; '' where the other period has no such step. */
const atTime = (
  dimensions: readonly string[],
  groups: readonly Group[],
  other: (label: string) => string | undefined,
): string[] =>
  dimensions.map((value, i) => {
    const group = groups[i];
    return group && 'time' in group ? (other(value) ?? '') : value;
  });

/** Percent with two decimals; null when there was nothing to compare with. */
export function changeOf(now: number | null, before: number | null): number | null {
  if (now === null || before === null || before === 0) return null;
  return Math.round((10_000 * (now - before)) / Math.abs(before)) / 100;
}
