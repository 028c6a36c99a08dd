import { useMemo } from 'react';
import type { DateRange, Comparison as QueryComparison, Filter } from '#analytics/contract';
import { useSites } from '#inventory/web';
import type { Comparison, Period } from '#platform/web';
import { dayIn, daysOf, useNow, usePeriod, useSearch } from '#platform/web';
import { queryFilters, readFilters } from './filters.ts';

/** A period of the address as the query language takes it. */
export const dateRangeOf = (period: Period, today: string): DateRange => {
  if (period === 'yesterday' || period.includes('..')) return daysOf(period, today) ?? 'all';
  return period as Exclude<DateRange, [string, string]>;
};

const comparisonFor = (compare: Comparison): QueryComparison | undefined =>
  compare === 'previous' ? { mode: 'previous_period' } : compare === 'year' ? { mode: 'year_over_year' } : undefined;

/** The size of a step of the time chart for a number of days. */
export const stepOf = (days: number): 'time:hour' | 'time:day' | 'time:week' | 'time:month' =>
  days <= 2 ? 'time:hour' : days <= 92 ? 'time:day' : days <= 400 ? 'time:week' : 'time:month';

/** What the audience view looks at, all of it from its address: site, period, comparison, filters, segment. */
export const useView = () => {
  const { one, many, set } = useSearch();
  const sites = useSites();
  const wanted = one('site');
  const own = sites.rows?.filter(({ kind }) => kind === 'own');
  const site = sites.rows?.find(({ id, domain }) => id === wanted || domain === wanted) ?? own?.[0] ?? sites.rows?.[0];
  const today = dayIn(site?.time_zone ?? 'UTC', useNow());
  const { period, compare, days } = usePeriod(today);
  const texts = many('f');
  const key = texts.join('\n');
  const segment = one('segment');
  const filters = useMemo(() => readFilters(key ? key.split('\n') : []), [key]);
  const length = days ? Math.round((Date.parse(days[1]) - Date.parse(days[0])) / 86_400_000) + 1 : 1000;
  const comparison = period === 'all' ? undefined : comparisonFor(compare);
  const base = {
    ...(site ? { site_id: site.id } : {}),
    date_range: dateRangeOf(period, today),
  };
  return {
    sites,
    site,
    today,
    period,
    compare: comparison,
    step: stepOf(length),
    filters,
    texts,
    set,
    base,
    /** Figures of other products are part of the view when its address says so (`imports=1`). */
    include: one('imports') === '1' ? { imports: true } : {},
    segment,
    queryFilters: [...queryFilters(filters), ...(segment ? [['is', 'segment', [segment]] satisfies Filter] : [])],
  };
};

export type View = ReturnType<typeof useView>;
