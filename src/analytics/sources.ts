/**
 * What each table of the event store can answer: its columns by attribute and its measures. In order of preference:
 * rollups first, then the visits, then raw facts, then joins. The planner takes the first that can answer.
 */
import {
  acts,
  arrivalColumns,
  automatic,
  classOf,
  clockOf,
  depthOf,
  durationOf,
  isAutomatic as names,
  machineColumns,
  screenOf,
} from '#measurement';
import { type Attribute, frequencies, recencies } from './dimensions.ts';
import { adSources } from './ad-sources.ts';
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
  /** The rows are by one dimension at a time, named in `dimension`: at most one attribute beside the site can be asked. */
  single?: true;
  /** Measures that are right by the day and coarser only: a visit belongs to the moment it starts. */
  byDayOnly?: readonly Measure[];
  /** What its rows can be filtered by, though not grouped. */
  filters?: readonly Attribute[];
};

export type SourceName =
  | 'visits_known'
  | 'exits'
  | 'seen_pages'
  | 'hits_days'
  | 'hits_hours'
  | 'pages_days'
  | 'visit_figures'
  | 'page_figures'
  | 'entry_figures'
  | 'reading_figures'
  | 'name_figures'
  | 'act_figures'
  | 'visits'
  | 'hits'
  | 'entries'
  | 'visits_having'
  | 'joined'
  | 'readings'
  | 'joined_readings'
  | 'goals'
  | 'goal_visits'
  | 'ad_line_days'
  | 'ad_placement_days'
  | 'ad_hours'
  | 'ad_events'
  | 'ad_requests'
  | 'ignored_hits'
  | 'imported'
  | 'costs';

/** GA4's enhanced measurement: sent by itself, and no other tracker's word for an act that is a goal. */
const watched = ['form_start', 'video_start', 'video_progress', 'video_complete'];

/** What is no conversion: page views, reading, and what trackers send by themselves. */
export const noConversion: readonly string[] = [
  'pageview',
  'engagement',
  ...Object.values(automatic).flat(),
  ...watched,
];

/** Names written here, as a list of SQL. */
export const quoted = (names: readonly string[]): string => names.map((one) => `'${one}'`).join(', ');

const same = <T extends string>(...names: T[]) => Object.fromEntries(names.map((name) => [name, name]));

export const machine = same(...machineColumns);
export const arrival = same(...arrivalColumns);
/** What a hit takes of its visit under a name of its own. */
export const ofItsVisit = {
  visit_pageviews: 'pageviews',
  visit_duration_ms: 'duration_ms',
  visit_engaged_ms: 'engaged_ms',
  visit_hostname: 'hostname',
  visit_exit_hostname: 'exit_hostname',
} as const;
const screen = screenOf('width');

/** Who a row is about, within its site: the identifier that was consented to, else the visitor of the day. */
export const person = '(site_id, if(identified != 0, identified, visitor))';
const site = { site: 'site_id' };
const onPage = { page: 'path', hostname: 'hostname', section: 'section_id' };
const hitColumns = {
  ...site,
  ...machine,
  screen,
  ...clockOf('local_time'),
  ...onPage,
  ...acts,
  name: 'name',
  prop: 'props',
  currency: 'currency',
};
const visitColumns = {
  ...site,
  ...machine,
  ...arrival,
  screen,
  ...clockOf('local_time'),
  depth: depthOf('pageviews'),
  duration: durationOf('duration_ms'),
  line_item: 'line_item_id',
  entry_hostname: 'hostname',
  exit_hostname: "if(exit_hostname = '', hostname, exit_hostname)",
  visit: 'visit_id',
  person,
};
/** A hit's own columns and those of its visit. */
const joinedColumns = {
  ...hitColumns,
  ...arrival,
  depth: depthOf('visit_pageviews'),
  duration: durationOf('visit_duration_ms'),
  line_item: 'line_item_id',
  entry_hostname: 'visit_hostname',
  exit_hostname: "if(visit_exit_hostname = '', visit_hostname, visit_exit_hostname)",
  visit: 'visit_id',
  person: '(site_id, person)',
};

const counted = (sum: (condition: string) => string): Source['measures'] => ({
  pageviews: sum("name = 'pageview'"),
  events: sum("name != 'engagement'"),
  conversions: sum(`name not in (${quoted(noConversion)})`),
  outbound_clicks: sum(names('outbound')),
  downloads: sum(names('download')),
  forms: sum(names('form')),
  missing_pages: sum(names('missing')),
});
/** A refund takes from the revenue and is no sale less. */
const isSale = "name != 'refund'";
const isPaid = `revenue_micros != 0 and ${isSale}`;
const revenue = {
  revenue: 'sumIf(revenue_micros, currency = {currency:String})',
  paid_events: `countIf(${isPaid} and currency = {currency:String})`,
  other_revenue: 'countIf(revenue_micros != 0 and currency != {currency:String})',
};

/** Amounts in minor units of their own currency: ISO 4217 gives most two decimals, these none, three or four. */
const ownMinor = `sum(revenue_micros / multiIf(currency in ('BIF','CLP','DJF','GNF','ISK','JPY','KMF','KRW','PYG','RWF','UGX','UYI','VND','VUV','XAF','XOF','XPF'), 1000000, currency in ('BHD','IQD','JOD','KWD','LYD','OMR','TND'), 1000, currency in ('CLF','UYW'), 100, 10000))`;
const vital = (quantile: string) => `ifNotFinite(toFloat64(${quantile}), 0)`;
const vitals: Source['measures'] = {
  lcp: vital('quantileExactIf(0.75)(lcp_ms, lcp_ms > 0)'),
  lcp_pages: 'countIf(lcp_ms > 0)',
  inp: vital('quantileExactIf(0.75)(inp_ms, inp_ms > 0)'),
  inp_pages: 'countIf(inp_ms > 0)',
  cls: vital('quantileExactIf(0.75)(assumeNotNull(cls_milli), cls_milli is not null)'),
  cls_pages: 'countIf(cls_milli is not null)',
};

/** A completion keeps what a hit and a visit have in common. */
const goalColumns = {
  ...hitColumns,
  ...arrival,
  line_item: 'line_item_id',
  visit: 'visit_id',
  person: '(site_id, person)',
  goal: 'goal',
};

const visitMeasures = {
  visit_ms_median: 'ifNotFinite(quantileExactInclusive(0.5)(duration_ms), 0)',
  visit_ms_p90: 'ifNotFinite(quantileExactInclusive(0.9)(duration_ms), 0)',
  visit_engaged_ms: 'sum(engaged_ms)',
  known_visitors: 'uniqExactIf((site_id, identified), identified != 0)',
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
  engaged_median: 'ifNotFinite(quantileExactInclusiveIf(0.5)(engaged, engaged > 0), 0)',
};

/** Written with each build of the visits (`visit-figures.ts` of measurement), so they are the visits. */
const figures = { rollup: true, single: true, finest: 'day', time: 'local_date', instant: '' } as const;
const valued = (...attributes: string[]) => Object.fromEntries(attributes.map((name) => [name, 'value']));
/** Readings of pages: active time and scroll, added up per visitor and page of a day beforehand. */
const figuredReadings: Source['measures'] = {
  engaged_ms: 'sum(reading_ms)',
  engaged_pages: 'sum(readings)',
  scroll_percents: 'sum(scroll_percents)',
  scrolled_pages: 'sum(scrolled)',
};
const figuredVisitors = 'sum(visitors) + uniqExactArray(lasting)';
const figuredVisits = {
  visit_count: 'sum(visits)',
  visit_pageviews: 'sum(pageviews)',
  visit_ms: 'sum(duration_ms)',
  visit_engaged_ms: 'sum(engaged_ms)',
  bounces: 'sum(bounces)',
};

const ofHits = (condition: string) => `sumIf(hits, ${condition})`;
const ofRows = (condition: string) => `countIf(${condition})`;
const exact = { finest: 'exact', time: 'local_time', instant: 'at' } as const;

/** Hits added up by the hour, and by the day. */
const hitSums = {
  rollup: true,
  instant: '',
  measures: {
    ...counted(ofHits),
    ...revenue,
    paid_events: `sumIf(revenues, ${isSale} and currency = {currency:String})`,
    other_revenue: 'sumIf(revenues, currency != {currency:String})',
    own_revenue: ownMinor,
    own_paid_events: `sumIf(revenues, ${isSale})`,
  },
} as const;
const hitSumColumns = { ...site, ...same('name', 'country', 'device', 'currency') };
export const sources: readonly Source[] = [
  { ...hitSums, name: 'hits_days', finest: 'day', time: 'local_date', columns: hitSumColumns },
  {
    ...hitSums,
    name: 'hits_hours',
    finest: 'hour',
    time: 'local_hour',
    columns: { ...hitSumColumns, ...clockOf('local_hour') },
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
    ...figures,
    name: 'visit_figures',
    columns: {
      ...site,
      ...valued(...Object.keys(machine), ...Object.keys(arrival)),
      ...valued('line_item', 'screen', 'depth', 'duration', 'hour', 'weekday'),
    },
    measures: { visitors: figuredVisitors, visits: 'sum(visits)', ...figuredVisits },
  },
  {
    ...figures,
    name: 'page_figures',
    columns: { ...site, ...valued('page', 'hostname', 'section') },
    measures: { visitors: figuredVisitors, pageviews: 'sum(pageviews)', ...figuredReadings },
  },
  { ...figures, name: 'reading_figures', columns: site, measures: figuredReadings },
  { ...figures, name: 'name_figures', columns: { ...site, name: 'value' }, measures: { visitors: figuredVisitors } },
  {
    ...figures,
    name: 'act_figures',
    columns: { ...site, ...valued(...Object.keys(acts)) },
    measures: {
      visitors: figuredVisitors,
      outbound_clicks: 'sum(acts)',
      downloads: 'sum(acts)',
      forms: 'sum(acts)',
      site_searches: 'sum(acts)',
      missing_pages: 'sum(acts)',
    },
  },
  { ...figures, name: 'entry_figures', columns: { ...site, page: 'value' }, measures: figuredVisits },
  {
    name: 'visits',
    finest: 'exact',
    time: 'local_time',
    instant: 'started_at',
    columns: visitColumns,
    measures: { visitors: 'uniqExact(visitor)', visits: 'count()', ...visitMeasures },
    byDayOnly: ['visitors'],
  },
  {
    name: 'visits_known',
    finest: 'exact',
    time: 'local_time',
    instant: 'started_at',
    columns: {
      ...visitColumns,
      visitor_type: "multiIf(identified = 0, '', visit_number = 1, 'new', 'returning')",
      frequency: `multiIf(identified = 0, '', ${classOf('visit_number', [2, 3, 4, 5, 10, 25], frequencies)})`,
      recency: `multiIf(identified = 0, '', visit_number = 1, 'first', ${classOf('days_since', [1, 2, 7, 14, 30], recencies.slice(1))})`,
    },
    measures: { visitors: 'uniqExact(visitor)', visits: 'count()', ...visitMeasures },
    byDayOnly: ['visitors'],
  },
  {
    name: 'hits',
    ...exact,
    columns: hitColumns,
    measures: {
      visitors: "uniqExactIf(visitor, name != 'engagement')",
      ...counted(ofRows),
      ...revenue,
      own_revenue: ownMinor,
      own_paid_events: `countIf(${isPaid})`,
      site_searches: `countIf(${acts.site_search} != '')`,
      ...vitals,
    },
  },
  {
    name: 'entries',
    finest: 'exact',
    time: 'local_time',
    instant: 'started_at',
    columns: { ...visitColumns, page: 'entry_page', hostname: 'hostname' },
    measures: { ...visitMeasures, entries: 'count()' },
  },
  {
    name: 'exits',
    finest: 'exact',
    time: 'local_time',
    instant: 'started_at',
    columns: { ...visitColumns, page: 'exit_page' },
    measures: { exits: 'count()' },
  },
  {
    name: 'visits_having',
    finest: 'exact',
    time: 'local_time',
    instant: 'started_at',
    columns: visitColumns,
    measures: visitMeasures,
  },
  {
    name: 'joined',
    ...exact,
    columns: joinedColumns,
    filters: ['goal'],
    measures: {
      visitors: "uniqExactIf(visitor, name != 'engagement')",
      visits: 'uniqExactIf(visit_id, visit_id != 0)',
      known_visitors: 'uniqExactIf(person, is_known)',
      ...counted(ofRows),
      ...revenue,
      own_revenue: ownMinor,
      own_paid_events: `countIf(${isPaid})`,
      site_searches: `countIf(${acts.site_search} != '')`,
      ...vitals,
    },
  },
  { name: 'readings', ...exact, columns: hitColumns, measures: reading },
  { name: 'joined_readings', ...exact, columns: joinedColumns, measures: reading },
  {
    name: 'seen_pages',
    ...exact,
    columns: joinedColumns,
    measures: { seen_pages: 'countIf(shown > 0)', unmeasured_pages: 'countIf(shown > 0 and engaged = 0)' },
  },
  {
    name: 'goals',
    finest: 'exact',
    time: 'local_time',
    instant: '',
    columns: goalColumns,
    measures: {
      visitors: 'uniqExact(visitor)',
      visits: 'uniqExactIf(visit_id, visit_id != 0)',
      events: 'count()',
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
    columns: { ...visitColumns, goal: 'goal' },
    measures: { goal_base: 'uniqExact(visit_id)' },
  },
  ...adSources,
  {
    name: 'ignored_hits',
    ...exact,
    columns: { ...site, bot_reason: 'reason', bot_name: 'name', bot_category: 'category', page: 'path' },
    measures: { ignored: 'count()' },
  },
  {
    name: 'costs',
    finest: 'day',
    time: 'local_date',
    instant: '',
    columns: { ...site, channel: 'channel', source: 'source', utm_campaign: 'utm_campaign' },
    measures: {
      cost: 'sumIf(spend_micros, currency = {currency:String})',
      other_cost: 'countIf(spend_micros != 0 and currency != {currency:String})',
      cost_impressions: 'sum(costs.impressions)',
      cost_clicks: 'sum(costs.clicks)',
      own_cost_clicks: 'sumIf(costs.clicks, currency = {currency:String})',
      cost_conversions: 'sum(costs.conversions)',
    },
  },
];
