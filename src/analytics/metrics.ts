/**
 * The metrics, as data. A metric is a formula over measures (additive counts, distinct counts and quantiles that a table of the
 * event store can give, see sources.ts). Rates are computed from sums, never averaged; a rate of nothing is null. Labels and
 * definitions, in both languages, are shown beside the numbers from here and from nowhere else.
 */
import { adMetrics } from './ad-metrics.ts';
import { audienceMetrics } from './audience-metrics.ts';
import { costMetrics } from './cost-metrics.ts';
import type { Metric } from './formula.ts';

export { isRate, type Measure, type Metric, type Unit, type Words } from './formula.ts';

export const metrics = { ...audienceMetrics, ...adMetrics, ...costMetrics } as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof metrics;
export const isMetric = (name: string): name is MetricName => Object.hasOwn(metrics, name);
export const metricNames = Object.keys(metrics).filter(isMetric);
