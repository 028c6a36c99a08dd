/**
 * Figures that another product had added up, joined to a question that asks for them (`include.imports`). A day with hits of its own
 * counts from these alone; a question that the imported tables cannot answer gets none of them, and the reply says so.
 */
import type { Events } from '#platform';
import type { Period } from './dates.ts';
import type { Attribute } from './dimensions.ts';
import { attributesOf } from './filter.ts';
import { type Measure, type MetricName, metrics } from './metrics.ts';
import type { Part, Question } from './plan.ts';
import { noConversion, quoted, type Source } from './sources.ts';
import { sitesParams, sitesSql } from './rows.ts';

/** The words of Plausible's API for why nothing was added. */
export type SkipReason = 'no_imported_data' | 'out_of_range' | 'unsupported_query';

export type Imports = {
  parts: Part[];
  included: boolean;
  skip: SkipReason | undefined;
  /** Asked metrics that imported figures are not part of. */
  without: MetricName[];
};

export const noImports: Imports = { parts: [], included: false, skip: undefined, without: [] };

type Family = { name: string; columns: Source['columns']; measures: readonly Measure[]; needs?: Attribute };

const visits: readonly Measure[] = [
  'visitors',
  'visits',
  'visit_count',
  'visit_pageviews',
  'visit_ms',
  'bounces',
  'pageviews',
  'revenue',
];
const entered: readonly Measure[] = ['visit_count', 'visit_pageviews', 'visit_ms', 'bounces'];
const same = (...names: Attribute[]) => Object.fromEntries(names.map((name) => [name, name]));

/** Tables of `imported_figures`, in order of preference; `needs` is an attribute that must be asked for the table to answer. */
const families: readonly Family[] = [
  { name: 'visitors', columns: {}, measures: visits },
  {
    name: 'sources',
    columns: same(
      'source',
      'channel',
      'referrer',
      'utm_source',
      'utm_medium',
      'utm_campaign',
      'utm_content',
      'utm_term',
    ),
    measures: visits,
  },
  { name: 'channels', columns: same('channel'), measures: visits },
  { name: 'search_terms', columns: same('search_term'), measures: visits, needs: 'search_term' },
  // By page, a visit's own figures are those of the visits that entered on it.
  { name: 'entry_pages', columns: { page: 'path' }, measures: entered, needs: 'page' },
  {
    name: 'pages',
    columns: { page: 'path', hostname: 'hostname' },
    measures: [
      'visitors',
      'visits',
      'pageviews',
      'engaged_ms',
      'engaged_pages',
      'scroll_percents',
      'scrolled_pages',
      'revenue',
    ],
  },
  { name: 'entry_pages', columns: { entry_page: 'path' }, measures: visits, needs: 'entry_page' },
  { name: 'exit_pages', columns: { exit_page: 'path' }, measures: visits, needs: 'exit_page' },
  {
    name: 'events',
    columns: { name: 'name', page: 'path' },
    measures: ['visitors', 'events', 'conversions'],
    needs: 'name',
  },
  { name: 'events', columns: {}, measures: ['conversions'] },
  { name: 'locations', columns: same('country', 'region', 'city'), measures: visits },
  { name: 'languages', columns: same('language'), measures: visits },
  { name: 'devices', columns: same('device'), measures: visits },
  { name: 'browsers', columns: same('browser', 'browser_version'), measures: visits },
  { name: 'systems', columns: same('os', 'os_version'), measures: visits },
];

/** The column that a measure is added up from. */
const columnOf: Partial<Record<Measure, string>> = {
  visitors: 'visitors',
  visits: 'visits',
  visit_count: 'visits',
  visit_pageviews: 'pageviews',
  visit_ms: 'visit_ms',
  bounces: 'bounces',
  pageviews: 'pageviews',
  events: 'events',
  conversions: 'events',
  engaged_ms: 'engaged_ms',
  engaged_pages: 'engaged_pages',
  scroll_percents: 'scroll_percents',
  scrolled_pages: 'scrolled_pages',
  revenue: 'revenue_micros',
};

/** What GA4 counts as events and sends by itself (collected automatically, enhanced measurement), beside the names of `automatic`. */
const sentByGa4 = `page_view session_start first_visit first_open user_engagement scroll click file_download form_submit
  view_search_results screen_view app_remove app_update os_update app_clear_data app_exception ad_impression ad_click ad_query
  ad_exposure notification_receive`.split(/\s+/);

const sqlOf = (measure: Measure): string => {
  if (measure === 'revenue') return 'sumIf(revenue_micros, currency = {currency:String})';
  // Conversions by the same definition as those of own hits.
  if (measure === 'conversions')
    return `sumIf(imported_figures.events, name not in (${quoted([...noConversion, ...sentByGa4])}))`;
  return `sum(imported_figures.${columnOf[measure] ?? measure})`;
};

const sourceOf = ({ name, columns, measures }: Family): Source => ({
  name: 'imported',
  table: name,
  finest: 'day',
  time: 'local_date',
  instant: '',
  columns: { site: 'site_id', ...columns },
  measures: Object.fromEntries(measures.map((measure) => [measure, sqlOf(measure)])),
});

/** What was told of a table within the period: every measure that all of its days have. */
export type Coverage = ReadonlyMap<string, ReadonlySet<string>>;

/** The imported tables that hold days of the period, and whether the sites have any imported day at all. */
export async function coverageOf(
  events: Events,
  org_id: string,
  sites: readonly string[],
  { from, to }: Pick<Period, 'from' | 'to'>,
): Promise<{ within: Coverage; any: boolean; first: string | undefined }> {
  const rows = await events.query<{ family: string; sets: string[][]; inside: number; first: string }>(
    `select family, groupUniqArrayIf(measures, local_date >= {from:Date} and last_date <= {to:Date}) as sets,
       countIf(local_date >= {from:Date} and last_date <= {to:Date}) as inside, toString(min(local_date)) as first
     from imported_days where org_id = {org:String} and site_id in ${sitesSql(sites)} group by family`,
    { org: org_id, ...sitesParams(sites), from, to },
  );
  const within = new Map<string, Set<string>>();
  for (const { family, sets, inside } of rows) {
    if (Number(inside) === 0) continue;
    const [first = [], ...others] = sets;
    within.set(family, new Set(first.filter((measure) => others.every((set) => set.includes(measure)))));
  }
  return { within, any: rows.length > 0, first: rows.map(({ first }) => first).toSorted()[0] };
}

/** The parts to add to a question's own, by what the imported tables hold. Pure. */
export function importsFor(question: Question, coverage: Coverage, any: boolean): Imports {
  if (!any) return { ...noImports, skip: 'no_imported_data' };
  if (coverage.size === 0) return { ...noImports, skip: 'out_of_range' };
  const asked = question.metrics.filter((name) => metrics[name].family === 'audience');
  const isFine = question.groups.some((group) => 'time' in group && (group.time === 'hour' || group.time === 'minute'));
  if (question.exact || isFine) return { ...noImports, skip: 'unsupported_query', without: asked };

  const parts = new Map<Family, Measure[]>();
  const without: MetricName[] = [];
  for (const name of asked) {
    const found = metrics[name].measures
      .filter((measure) => !measure.startsWith('other_'))
      .map((measure) => ({ measure, family: families.find((one) => answers(one, measure, question, coverage)) }));
    if (found.some(({ family }) => family === undefined)) {
      without.push(name);
      continue;
    }
    for (const { measure, family } of found) {
      if (!family) continue;
      const list = parts.get(family) ?? [];
      if (!list.includes(measure)) list.push(measure);
      parts.set(family, list);
    }
  }
  if (parts.size === 0) return { ...noImports, skip: 'unsupported_query', without: asked };
  // A measure that two metrics share must not reach the one that has no imported figures.
  const kept = new Set(without.flatMap((name): readonly Measure[] => metrics[name].measures));
  const mixed = asked.some(
    (name) => !without.includes(name) && metrics[name].measures.some((measure: Measure) => kept.has(measure)),
  );
  if (mixed) {
    const safe = asked.filter((name) => !metrics[name].measures.some((measure: Measure) => kept.has(measure)));
    if (safe.length === 0) return { ...noImports, skip: 'unsupported_query', without: asked };
    const rest = importsFor({ ...question, metrics: safe }, coverage, any);
    return { ...rest, without: asked.filter((name) => !safe.includes(name)) };
  }
  return {
    parts: [...parts].map(([family, measures]) => ({ source: sourceOf(family), measures })),
    included: true,
    skip: undefined,
    without,
  };
}

function answers(family: Family, measure: Measure, { groups, filters }: Question, coverage: Coverage): boolean {
  if (!family.measures.includes(measure)) return false;
  if (!coverage.get(family.name)?.has(columnOf[measure] ?? measure)) return false;
  const attributes = [
    ...groups.flatMap((group) => ('attribute' in group ? [group.attribute] : [])),
    ...attributesOf(filters).map(({ attribute }) => attribute),
  ];
  if (family.needs && !attributes.includes(family.needs)) return false;
  return attributes.every((attribute) => attribute === 'site' || family.columns[attribute] !== undefined);
}

/** Rows of an imported table that count in the period: of each day's last import, without days that have hits of their own. */
export function importedRows(table: string, sites: readonly string[], grain: string | undefined): string {
  const ofSites = `site_id in ${sitesSql(sites)}`;
  const own = `from hits_hours where ${ofSites} and local_date between {from:Date} and {to:Date}`;
  // A total over several days belongs to a period only when it lies in it whole, and so too under a time dimension.
  const whole =
    grain === 'month'
      ? ' and toStartOfMonth(local_date) = toStartOfMonth(last_date)'
      : grain === 'week'
        ? ' and toMonday(local_date) = toMonday(last_date)'
        : grain === 'day'
          ? ' and local_date = last_date'
          : '';
  return `org_id = {org:String} and ${ofSites} and family = '${table}' and local_date >= {from:Date} and last_date <= {to:Date}${whole}
    and (site_id, family, local_date, last_date, import) in (select site_id, family, local_date, last_date, max(import) from imported_days where ${ofSites} and family = '${table}' group by site_id, family, local_date, last_date)
    and if(local_date = last_date, (site_id, local_date) not in (select site_id, local_date ${own} group by site_id, local_date),
      not arrayExists(day -> day.1 = toString(site_id) and day.2 between local_date and last_date, (select groupUniqArray((toString(site_id), local_date)) ${own})))`;
}

/** The earlier of two days, either of which may be missing. */
export const earlier = (a: string | undefined, b: string | undefined): string | undefined =>
  a === undefined || (b !== undefined && b < a) ? b : a;
