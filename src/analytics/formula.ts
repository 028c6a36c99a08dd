/** What a metric is, and the few forms that their formulas have. */
export type Unit = 'count' | 'percent' | 'seconds' | 'milliseconds' | 'money' | 'ratio';
export type Family = 'audience' | 'ads' | 'requests' | 'crawlers' | 'costs';
export type Words = { en: string; fr: string };

export type Metric = {
  family: Family;
  unit: Unit;
  label: Words;
  /** One sentence, shown beside the number. */
  definition: Words;
  measures: readonly Measure[];
  /** SQL over the measures' names. */
  formula: string;
};

export const measures = [
  'visitors',
  'all_visitors',
  'known_visitors',
  'visit_ms_median',
  'visit_ms_p90',
  'visit_engaged_ms',
  'entries',
  'exits',
  'outbound_clicks',
  'downloads',
  'forms',
  'missing_pages',
  'site_searches',
  'lcp',
  'lcp_pages',
  'inp',
  'inp_pages',
  'cls',
  'cls_pages',
  'paid_events',
  'own_revenue',
  'own_paid_events',
  'engaged_median',
  'seen_pages',
  'unmeasured_pages',
  'ad_conversions',
  'visits',
  'visit_count',
  'visit_pageviews',
  'visit_ms',
  'bounces',
  'pageviews',
  'events',
  'conversions',
  'revenue',
  'other_revenue',
  'engaged_ms',
  'engaged_pages',
  'scroll_percents',
  'scrolled_pages',
  'goal_completions',
  'goal_visits',
  'goal_base',
  'goal_value',
  'other_goal_value',
  'impressions',
  'viewables',
  'clicks',
  'spend',
  'other_spend',
  'impressions_gross',
  'clicks_gross',
  'invalid',
  'identified',
  'reach',
  'requests',
  'filled',
  'ignored',
  'cost',
  'other_cost',
  'cost_impressions',
  'cost_clicks',
  'own_cost_clicks',
  'cost_conversions',
] as const;
export type Measure = (typeof measures)[number];

export const ratio = (numerator: string, denominator: string, digits: number) =>
  `if(${denominator} = 0, null, round(${numerator} / ${denominator}, ${digits}))`;
export const percent = (part: string, whole: string) => ratio(`100 * ${part}`, whole, 2);
/** From millionths of the currency to its minor unit. */
export const money = (micros: string) => `round(${micros} / {minor:Float64})`;

/** A rate of nothing is null, where an amount of nothing is zero. */
export const isRate = ({ formula }: Pick<Metric, 'formula'>): boolean => formula.startsWith('if(');
