/**
 * What each table of the event store can answer: its columns by attribute and its measures. In order of preference:
 * rollups first, then the visits, then raw facts, then joins. The planner takes the first that can answer.
 */
import type { Attribute } from './dimensions.ts';
import type { Measure } from './metrics.ts';

export type Source = {
  name: SourceName;
  /** Which of the imported tables. */
  table?: string;
  /** Rollups can be left out, to hold them against the facts. */
  rollup?: true;
  /** The finest time that the rows keep; `exact` rows have an instant too. */
  finest: 'day' | 'hour' | 'exact';
  time: string;
  instant: string;
  columns: Partial<Record<Attribute, string>>;
  measures: Partial<Record<Measure, string>>;
  /** Measures that are right by the day and coarser only: a visit belongs to the moment it starts. */
  byDayOnly?: readonly Measure[];
};

export type SourceName =
  | 'hits_hours'
  | 'pages_days'
  | 'visits'
  | 'hits'
  | 'entries'
  | 'visits_having'
  | 'joined'
  | 'readings'
  | 'joined_readings'
  | 'goals'
  | 'goal_visits'
  | 'ad_hours'
  | 'ad_events'
  | 'ad_requests'
  | 'ignored_hits'
  | 'imported';

const same = <T extends string>(...names: T[]) => Object.fromEntries(names.map((name) => [name, name]));

/** Columns that hits and visits share: they belong to the visitor's machine and do not change within a visit. */
export const machine = same(
  'country',
  'region',
  'city',
  'device',
  'browser',
  'browser_version',
  'os',
  'os_version',
  'language',
  'brand',
);
/** Columns that only a whole visit knows. */
export const arrival = same(
  'source',
  'channel',
  'referrer',
  'search_term',
  'utm_source',
  'utm_medium',
  'utm_campaign',
  'utm_content',
  'utm_term',
  'entry_page',
  'exit_page',
);
const site = { site: 'site_id' };
const onPage = { page: 'path', hostname: 'hostname', section: 'section_id' };
const hitColumns = { ...site, ...machine, ...onPage, name: 'name', prop: 'props' };

const counted = (sum: (condition: string) => string): Source['measures'] => ({
  pageviews: sum("name = 'pageview'"),
  events: sum("name != 'engagement'"),
  conversions: sum("name not in ('pageview', 'engagement')"),
});
const revenue = {
  revenue: 'sumIf(revenue_micros, currency = {currency:String})',
  other_revenue: 'countIf(revenue_micros != 0 and currency != {currency:String})',
};

const visitMeasures = {
  visit_count: 'count()',
  visit_pageviews: 'sum(pageviews)',
  visit_ms: 'sum(duration_ms)',
  bounces: 'sum(bounce)',
};
const reading: Source['measures'] = {
  engaged_ms: 'sum(engaged)',
  engaged_pages: 'countIf(engaged > 0)',
  scroll_percents: 'sum(deepest)',
  scrolled_pages: 'countIf(deepest > 0)',
};

const adColumns = {
  ...site,
  order: 'order_id',
  line_item: 'line_item_id',
  creative: 'creative_id',
  placement: 'placement_id',
  advertiser: 'advertiser_id',
  side: 'side',
  section: 'section_id',
  size: 'size',
  country: 'country',
  device: 'device',
  invalid_reason: 'invalid',
};
const adMeasures = (sum: (condition: string) => string): Source['measures'] => ({
  impressions: sum("kind = 'impression' and invalid = ''"),
  viewables: sum("kind = 'viewable' and invalid = ''"),
  clicks: sum("kind = 'click' and invalid = ''"),
  impressions_gross: sum("kind = 'impression'"),
  clicks_gross: sum("kind = 'click'"),
  invalid: sum("invalid != '' and kind in ('impression', 'click')"),
  spend: "sumIf(spend_micros, invalid = '' and currency = {currency:String})",
  other_spend: "countIf(spend_micros != 0 and invalid = '' and currency != {currency:String})",
});

const ofEvents = (condition: string) => `sumIf(events, ${condition})`;
const ofHits = (condition: string) => `sumIf(hits, ${condition})`;
const ofRows = (condition: string) => `countIf(${condition})`;
const exact = { finest: 'exact', time: 'local_time', instant: 'at' } as const;

export const sources: readonly Source[] = [
  {
    name: 'hits_hours',
    rollup: true,
    finest: 'hour',
    time: 'local_hour',
    instant: '',
    columns: { ...site, name: 'name', country: 'country', device: 'device' },
    measures: { ...counted(ofHits), ...revenue, other_revenue: 'sumIf(revenues, currency != {currency:String})' },
  },
  {
    name: 'pages_days',
    rollup: true,
    finest: 'day',
    time: 'local_date',
    instant: '',
    columns: { ...site, ...onPage, name: 'name' },
    measures: counted(ofHits),
  },
  {
    name: 'visits',
    finest: 'exact',
    time: 'local_time',
    instant: 'started_at',
    columns: { ...site, ...machine, ...arrival },
    measures: { visitors: 'uniqExact(visitor)', visits: 'count()', ...visitMeasures },
    byDayOnly: ['visitors'],
  },
  {
    name: 'hits',
    ...exact,
    columns: hitColumns,
    measures: { visitors: "uniqExactIf(visitor, name != 'engagement')", ...counted(ofRows), ...revenue },
  },
  {
    name: 'entries',
    finest: 'exact',
    time: 'local_time',
    instant: 'started_at',
    columns: { ...site, ...machine, ...arrival, page: 'entry_page', hostname: 'hostname' },
    measures: visitMeasures,
  },
  {
    name: 'visits_having',
    finest: 'exact',
    time: 'local_time',
    instant: 'started_at',
    columns: { ...site, ...machine, ...arrival },
    measures: visitMeasures,
  },
  {
    name: 'joined',
    ...exact,
    columns: { ...hitColumns, ...arrival },
    measures: {
      visitors: "uniqExactIf(visitor, name != 'engagement')",
      visits: 'uniqExactIf(visit_id, visit_id != 0)',
      ...counted(ofRows),
      ...revenue,
    },
  },
  { name: 'readings', ...exact, columns: hitColumns, measures: reading },
  { name: 'joined_readings', ...exact, columns: { ...hitColumns, ...arrival }, measures: reading },
  {
    name: 'goals',
    finest: 'exact',
    time: 'local_time',
    instant: '',
    columns: { ...hitColumns, ...arrival, goal: 'goal' },
    measures: {
      goal_completions: 'count()',
      goal_visits: 'uniqExactIf(visit_id, visit_id != 0)',
      goal_value: 'sumIf(worth, worth_currency = {currency:String})',
      other_goal_value: 'countIf(worth != 0 and worth_currency != {currency:String})',
    },
  },
  {
    name: 'goal_visits',
    finest: 'exact',
    time: 'local_time',
    instant: '',
    columns: { ...site, ...machine, ...arrival, goal: 'goal' },
    measures: { goal_base: 'uniqExact(visit_id)' },
  },
  {
    name: 'ad_hours',
    rollup: true,
    finest: 'hour',
    time: 'local_hour',
    instant: '',
    columns: adColumns,
    measures: adMeasures(ofEvents),
  },
  {
    name: 'ad_events',
    ...exact,
    columns: { ...adColumns, browser: 'browser', os: 'os', page: 'path' },
    measures: {
      ...adMeasures(ofRows),
      reach: "uniqExactIf(visitor, visitor != 0 and kind = 'impression' and invalid = '')",
      identified: ofRows("visitor != 0 and kind = 'impression' and invalid = ''"),
    },
  },
  {
    name: 'ad_requests',
    ...exact,
    columns: { ...site, placement: 'placement_id', country: 'country', device: 'device' },
    measures: { requests: 'sum(requests)', filled: 'sum(filled)' },
  },
  {
    name: 'ignored_hits',
    ...exact,
    columns: { ...site, bot_reason: 'reason', bot_name: 'name', bot_category: 'category', page: 'path' },
    measures: { ignored: 'count()' },
  },
];
