import { dimensionOf, isMetric, timeDimensions } from '#analytics/contract';
import type { MetricName, QueryInput } from '#analytics/contract';
import { useSearch } from '#platform/web';
import { useView } from './use-view.ts';

export const displays = ['table', 'chart', 'pivot', 'map'] as const;
export type Display = (typeof displays)[number];

const firstMetrics: MetricName[] = ['visitors', 'visits', 'pageviews'];
const mostDimensions = 3;

/** What the explorer shows, all of it from its address: figures `m`, dimensions `d`, filters `f`, segment, display, period, comparison. */
export const useExploration = () => {
  const view = useView();
  const { one, many, set, search } = useSearch();
  const metrics = many('m').filter(isMetric);
  const dimensions = many('d')
    .filter((name) => Object.hasOwn(timeDimensions, name) || dimensionOf(name) !== undefined)
    .slice(0, mostDimensions);
  const display = displays.find((name) => name === one('as')) ?? 'table';
  const asked = metrics.length > 0 ? metrics : search['m'] === undefined ? firstMetrics : [];
  const by = search['d'] === undefined ? ['time:day'] : dimensions;
  const question: QueryInput = {
    ...view.base,
    metrics: asked,
    dimensions: by,
    filters: view.queryFilters,
    include: {
      total_rows: true,
      ...(by.some((name) => Object.hasOwn(timeDimensions, name)) ? { time_labels: true } : {}),
      ...(view.compare ? { comparisons: view.compare } : {}),
    },
    pagination: { limit: 2000 },
  };
  return { view, metrics: asked, dimensions: by, display, question, set, texts: view.texts };
};
