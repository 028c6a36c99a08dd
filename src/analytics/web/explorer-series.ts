/** From the rows of an answer to what a chart draws. */
import { isRate, metrics as allMetrics, timeDimensions } from '#analytics/contract';
import type { MetricName, QueryReply } from '#analytics/contract';

const mostSeries = 6;
const mostBars = 20;

export const isTime = (name: string): boolean => Object.hasOwn(timeDimensions, name);

type Answered = {
  reply: Pick<QueryReply, 'results' | 'meta'>;
  metrics: readonly MetricName[];
  dimensions: readonly string[];
};
type Naming = { cellName: (place: number, value: string) => string; label: (name: MetricName) => string };
type Series = { name: string; values: (number | null)[]; bars?: boolean };

export type Drawing = {
  labels: string[];
  /** The labels as the answer writes them, for a chart over time. */
  keys: string[];
  series: Series[];
  /** The figures that are drawn. */
  metrics: MetricName[];
  /** Series or bars: how many are drawn, of how many. */
  drawn: number;
  all: number;
};

/** The first figure of the first rows. */
export function barsOf(
  { reply, metrics, dimensions }: Answered,
  { cellName, label, total }: Naming & { total: string },
): Drawing {
  const rows = reply.results.slice(0, mostBars);
  const drawn = metrics.slice(0, 1);
  return {
    labels: rows.map((row) => row.dimensions.map((value, i) => cellName(i, value)).join(' · ') || total),
    keys: [],
    series: drawn.map((one) => ({ name: label(one), values: rows.map((row) => row.metrics[0] ?? null), bars: true })),
    metrics: drawn,
    drawn: rows.length,
    all: dimensions.length === 0 ? rows.length : Math.max(reply.meta.total_rows ?? 0, reply.results.length),
  };
}

/**
 * A line for each combination of the other dimensions' values with the first figure, or else for each figure that has the first
 * one's unit. A step of the period without a row is a nought of what is counted, a gap of a rate; what is yet to come is a gap.
 */
export function linesOf(
  { reply, metrics, dimensions }: Answered,
  { cellName, label, until }: Naming & { until: string },
): Drawing {
  const time = dimensions.findIndex(isTime);
  const others = dimensions.flatMap((one, i) => (isTime(one) ? [] : [i]));
  const unit = metrics[0] && allMetrics[metrics[0]].unit;
  const drawn = others.length > 0 ? metrics.slice(0, 1) : metrics.filter((one) => allMetrics[one].unit === unit);
  const keys =
    reply.meta.time_labels ?? [...new Set(reply.results.map((row) => row.dimensions[time] ?? ''))].toSorted();
  const place = new Map(keys.map((key, i) => [key, i]));
  const series = new Map<string, Series & { sum: number }>();
  const add = (key: string, one: MetricName, name: string, at: string, value: number | null) => {
    const nothing = isRate(allMetrics[one]) ? null : 0;
    const line = series.get(key) ?? { name, values: keys.map((step) => (step > until ? null : nothing)), sum: 0 };
    line.values[place.get(at) ?? -1] = value;
    line.sum += value ?? 0;
    series.set(key, line);
  };
  for (const row of reply.results) {
    const at = row.dimensions[time] ?? '';
    if (!place.has(at)) continue;
    const values = others.map((i) => row.dimensions[i] ?? '');
    const named = others.map((i) => cellName(i, row.dimensions[i] ?? '') || '–').join(' · ');
    for (const one of drawn)
      add(
        others.length > 0 ? JSON.stringify(values) : one,
        one,
        named || label(one),
        at,
        row.metrics[metrics.indexOf(one)] ?? null,
      );
  }
  const lines = [...series.values()].toSorted((a, b) => b.sum - a.sum);
  return {
    labels: keys.map((key) => cellName(time, key)),
    keys,
    series: lines.slice(0, mostSeries),
    metrics: drawn,
    drawn: Math.min(lines.length, mostSeries),
    all: lines.length,
  };
}
