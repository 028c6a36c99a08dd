/**
 * The questions of the bench: what the screens ask when they are opened, panel by panel. A panel of the audience view asks for the
 * first two figures of its breakdown; `main` panels are those that are open before anything is clicked.
 */
import type { QueryInput } from '#analytics/contract';

export type BenchPanel = { panel: string; question: Omit<QueryInput, 'site_id'>; ofSite: boolean; main: boolean };

type Metrics = QueryInput['metrics'];
const ofVisits: Metrics = ['visitors', 'visits'];
const ofPages: Metrics = ['pageviews', 'time_on_page'];
const vitals: Metrics = ['lcp', 'inp'];

type Breakdown = [dimension: string, metrics: Metrics, without?: string];

/** The breakdowns that the audience view opens with, one a panel. */
const opened: Breakdown[] = [
  ['visit:channel', ofVisits],
  ['event:page', ofPages],
  ['visit:country', ofVisits],
  ['visit:device', ofVisits],
  ['event:outbound_link', ['outbound_clicks', 'visitors'], '(none)'],
  ['visit:hour', ofVisits],
  ['visit:device', vitals],
  ['visit:utm_campaign', ofVisits, '(not set)'],
  ['event:name', ['events', 'visitors'], 'pageview'],
  ['event:goal', ['goal_completions', 'conversion_rate']],
  ['bot:reason', ['ignored_hits']],
];
/** Those behind its other tabs. */
const behind: Breakdown[] = [
  ['visit:source', ofVisits],
  ['visit:search_term', ofVisits, '(not set)'],
  ['visit:referrer', ofVisits],
  ['visit:entry_page', ofVisits],
  ['visit:exit_page', ofVisits],
  ['event:section', ofPages],
  ['visit:region', ofVisits],
  ['visit:city', ofVisits],
  ['visit:language', ofVisits],
  ['visit:browser', ofVisits],
  ['visit:os', ofVisits],
  ['visit:screen', ofVisits],
  ['event:download', ['downloads', 'visitors'], '(none)'],
  ['event:form', ['form_submissions', 'visitors'], '(none)'],
  ['event:site_search', ['site_searches', 'visitors'], '(none)'],
  ['event:not_found', ['missing_pages', 'visitors'], '(none)'],
  ['visit:weekday', ofVisits],
  ['visit:depth', ofVisits],
  ['visit:duration', ofVisits],
  ['visit:visitor_type', ofVisits],
  ['event:section', vitals],
  ['visit:utm_source', ofVisits, '(not set)'],
  ['visit:line_item', ofVisits, '(none)'],
  ['bot:name', ['ignored_hits']],
];

const periods = { '30 days': '30d', '12 months': '12mo' } as const;
const filters = (dimension: string, without: string | undefined): NonNullable<QueryInput['filters']> =>
  without === undefined ? [] : [['is_not', dimension, [without]]];

function ofAudience(period: keyof typeof periods): BenchPanel[] {
  const date_range = periods[period];
  const breakdown = ([dimension, metrics, without]: Breakdown, main: boolean): BenchPanel => ({
    panel: `${dimension}: ${metrics.join(', ')}; ${period}`,
    question: {
      metrics,
      date_range,
      dimensions: [dimension],
      filters: filters(dimension, without),
      pagination: { limit: 8 },
    },
    ofSite: true,
    main,
  });
  const whole = (panel: string, question: Omit<QueryInput, 'site_id' | 'date_range'>): BenchPanel => ({
    panel: `${panel}; ${period}`,
    question: { ...question, date_range },
    ofSite: true,
    main: true,
  });
  const steps = period === '30 days' ? 'time:day' : 'time:week';
  return [
    whole('key figures', {
      metrics: ['visitors', 'visits', 'pageviews', 'visit_duration', 'bounce_rate', 'views_per_visit'],
    }),
    whole('key figures beside the period before', {
      metrics: ['visitors', 'visits', 'pageviews', 'visit_duration', 'bounce_rate', 'views_per_visit'],
      include: { comparisons: { mode: 'previous_period' } },
    }),
    whole(`visitors by ${steps.slice(5)}`, {
      metrics: ['visitors'],
      dimensions: [steps],
      include: { time_labels: true },
    }),
    whole(`page views by ${steps.slice(5)}`, {
      metrics: ['pageviews'],
      dimensions: [steps],
      include: { time_labels: true },
    }),
    ...opened.map((one) => breakdown(one, true)),
    ...behind.map((one) => breakdown(one, false)),
    {
      panel: `pages with their visitors; ${period}`,
      question: {
        metrics: ['visitors', 'pageviews'],
        date_range,
        dimensions: ['event:page'],
        pagination: { limit: 8 },
      },
      ofSite: true,
      main: false,
    },
  ];
}

const ofAdSpace: Metrics = ['impressions', 'viewable_impressions', 'clicks', 'spend', 'ad_conversions'];
/** What the Today board, the lists of line items and the reports of an order ask. */
function ofAds(): BenchPanel[] {
  const ad = (panel: string, question: Omit<QueryInput, 'site_id'>): BenchPanel => ({
    panel: `ads: ${panel}`,
    question,
    ofSite: false,
    main: true,
  });
  const ofOrder: NonNullable<QueryInput['filters']> = [['is', 'ad:order', ['ord_60', 'ord_61', 'ord_62']]];
  return [
    ad('every line since its start', { metrics: ofAdSpace, date_range: 'all', dimensions: ['ad:line_item'] }),
    ad('delivery by line; 30 days', {
      metrics: ['impressions', 'viewability', 'clicks', 'ctr', 'spend'],
      date_range: '30d',
      dimensions: ['ad:line_item'],
    }),
    ad('delivery by line; 12 months', {
      metrics: ['impressions', 'viewability', 'clicks', 'ctr', 'spend'],
      date_range: '12mo',
      dimensions: ['ad:line_item'],
    }),
    ad('an order since its start, by day', {
      metrics: ['impressions', 'viewable_impressions', 'clicks', 'ctr'],
      date_range: 'all',
      dimensions: ['time:day'],
      filters: ofOrder,
    }),
    ...(['ad:placement', 'ad:creative', 'ad:size'] as const).map((dimension) =>
      ad(`an order by ${dimension.slice(3)}; 12 months`, {
        metrics: ['impressions', 'viewable_impressions', 'clicks', 'spend'],
        date_range: '12mo',
        dimensions: [dimension],
        filters: ofOrder,
      }),
    ),
    ad('all placements; 12 months', {
      metrics: ['impressions', 'clicks', 'spend'],
      date_range: '12mo',
      dimensions: ['ad:placement'],
    }),
    ad('an order by country; 12 months', {
      metrics: ['impressions', 'clicks'],
      date_range: '12mo',
      dimensions: ['ad:country'],
      filters: ofOrder,
    }),
    ad('an order by hour of the day; 30 days', {
      metrics: ['impressions', 'clicks'],
      date_range: '30d',
      dimensions: ['ad:hour'],
      filters: ofOrder,
    }),
  ];
}

export const benchPanels = (): BenchPanel[] => [...ofAudience('30 days'), ...ofAudience('12 months'), ...ofAds()];
