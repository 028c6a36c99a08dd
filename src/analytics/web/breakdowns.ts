import type { MetricName } from '#analytics/contract';
import type { Breakdown } from './breakdown-panel.tsx';
import type { messages } from './messages.ts';

const ofVisits: MetricName[] = [
  'visitors',
  'visits',
  'bounce_rate',
  'visit_duration',
  'visit_duration_median',
  'views_per_visit',
];
const ofPages: MetricName[] = [
  'pageviews',
  'time_on_page',
  'time_on_page_median',
  'visitors',
  'scroll_depth',
  'unmeasured_share',
];
const ofEvents: MetricName[] = ['events', 'visitors'];
const ofGoals: MetricName[] = ['goal_completions', 'conversion_rate', 'converting_visits', 'goal_value'];
const ofIgnored: MetricName[] = ['ignored_hits'];

const visits = (dimension: string, label: string): Breakdown => ({ dimension, label, metrics: ofVisits });
const tagged = (dimension: string, label: string): Breakdown => ({ ...visits(dimension, label), without: '(not set)' });
const pages = (dimension: string, label: string): Breakdown => ({ dimension, label, metrics: ofPages });
const done = (dimension: string, label: string, metric: MetricName): Breakdown => ({
  dimension,
  label,
  metrics: [metric, 'visitors'],
  without: '(none)',
});
const ignored = (dimension: string, label: string): Breakdown => ({
  dimension,
  label,
  metrics: ofIgnored,
  filters: 'none',
});

/** The panels of the audience view and the breakdowns each offers. */
export const breakdownsOf = (
  words: typeof messages.en,
): {
  name: string;
  title: string;
  note?: string;
  tabs: Breakdown[];
  /** The same seen in the explorer, and what it is asked there. */
  explore?: { label: string; asked: Record<string, string | string[]> };
}[] => [
  {
    name: 'sources',
    title: words.sources,
    tabs: [
      visits('visit:channel', words.channels),
      visits('visit:source', words.source),
      tagged('visit:search_term', words.searchWords),
      visits('visit:referrer', words.referrers),
    ],
  },
  {
    name: 'pages',
    title: words.pages,
    tabs: [
      pages('event:page', words.topPages),
      visits('visit:entry_page', words.entries),
      visits('visit:exit_page', words.exits),
      pages('event:section', words.sections),
    ],
  },
  {
    name: 'places',
    title: words.places,
    tabs: [
      visits('visit:country', words.countries),
      visits('visit:region', words.regions),
      visits('visit:city', words.cities),
      visits('visit:language', words.languages),
    ],
  },
  {
    name: 'machines',
    title: words.machines,
    tabs: [
      visits('visit:device', words.devices),
      visits('visit:browser', words.browsers),
      visits('visit:os', words.systems),
      visits('visit:screen', words.screens),
    ],
  },
  {
    name: 'behaviour',
    title: words.behaviour,
    tabs: [
      done('event:outbound_link', words.outbound, 'outbound_clicks'),
      done('event:download', words.downloads, 'downloads'),
      done('event:form', words.forms, 'form_submissions'),
      done('event:site_search', words.siteSearch, 'site_searches'),
      done('event:not_found', words.missing, 'missing_pages'),
    ],
  },
  {
    name: 'habits',
    title: words.habits,
    tabs: [
      visits('visit:hour', words.hours),
      visits('visit:weekday', words.weekdays),
      visits('visit:depth', words.depths),
      visits('visit:duration', words.durations),
    ],
    explore: { label: words.heatMap, asked: { m: 'visits', d: ['visit:weekday', 'visit:hour'], as: 'pivot' } },
  },
  {
    name: 'loyalty',
    title: words.loyalty,
    note: words.loyaltyNote,
    tabs: [
      visits('visit:visitor_type', words.visitorTypes),
      visits('visit:frequency', words.frequencies),
      visits('visit:recency', words.recencies),
    ],
  },
  {
    name: 'vitals',
    title: words.vitals,
    note: words.vitalsNote,
    tabs: [
      { dimension: 'event:page', label: words.pages, metrics: ['lcp', 'inp', 'cls'] },
      { dimension: 'visit:device', label: words.devices, metrics: ['lcp', 'inp', 'cls'] },
      { dimension: 'event:section', label: words.sections, metrics: ['lcp', 'inp', 'cls'] },
    ],
  },
  {
    name: 'campaigns',
    title: words.campaigns,
    tabs: [
      tagged('visit:utm_campaign', words.utmCampaign),
      tagged('visit:utm_source', words.utmSource),
      tagged('visit:utm_medium', words.utmMedium),
      tagged('visit:utm_content', words.utmContent),
      tagged('visit:utm_term', words.utmTerm),
      { ...visits('visit:line_item', words.lines), without: '(none)' },
    ],
  },
  {
    name: 'events',
    title: words.events,
    tabs: [{ dimension: 'event:name', label: words.events, metrics: ofEvents, without: 'pageview' }],
  },
  {
    name: 'goals',
    title: words.goals,
    note: words.goalsNote,
    tabs: [{ dimension: 'event:goal', label: words.goals, metrics: ofGoals, filters: 'of visits' }],
  },
  {
    name: 'ignored',
    title: words.ignored,
    note: words.ignoredNote,
    tabs: [
      ignored('bot:reason', words.reasons),
      ignored('bot:name', words.crawlers),
      ignored('bot:category', words.categories),
    ],
  },
];
