/** Where the rows of each table lie for a scope of sites and days, as SQL. */
import type { Bind } from './filter.ts';
import { figuresByMonth, hasWholeMonth, listed, pagesByMonth } from './by-month.ts';
import type { Goal } from './goal-contract.ts';
import { completions, hitsReaching, visitsPerGoal } from './goal-sql.ts';
import { arrival, machine, ofItsVisit, type SourceName, sources } from './sources.ts';

export type Scope = {
  org_id: string;
  sites: readonly string[];
  /** Days of the sites' calendars, both included. */
  from: string;
  to: string;
  instants?: { from: Date; to: Date };
  /** Only this advertiser's ads. */
  advertiser_id: string | null;
  currency: string;
  /** Minor units in a unit of the currency, as a power of ten: 2 for EUR, 0 for JPY. */
  digits: number;
};

/** A table (or a part of a statement that stands for one) and the condition of its rows. */
export type Rows = { from: string; where: string };

/** Whose rows. `byMonth`: nothing finer than a month is asked. `since`: SQL of an earlier first day than the scope's. `only`: a condition on hits, before they are joined with their visits. */
export type Lying = { scope: Scope; goals: readonly Goal[]; since?: string; only?: string; byMonth?: boolean };

/** Sites in one parameter: a ClickHouse server reads at most 128 kB of each, ids have about twenty signs. */
const inOneParameter = 2000;

/** Later than any day: where there is no goal, no row need be looked at. */
const noDay = "toDate('2149-06-01')";

/** The sites of a scope as the right side of `in`; takes the parameters `org` and those of `sitesParams`. */
export function sitesSql(sites: readonly string[]): string {
  const lists = Object.keys(sitesParams(sites)).map((name) => `{${name}:Array(String)}`);
  return lists.length === 1 ? (lists[0] ?? '') : `arrayConcat(${lists.join(', ')})`;
}

/** All of them, whatever they hold: which sites belong to a question is never left to what the store happens to have. */
export function sitesParams(sites: readonly string[]): Record<string, readonly string[]> {
  const params: Record<string, readonly string[]> = { sites: sites.slice(0, inOneParameter) };
  for (let at = inOneParameter; at < sites.length; at += inOneParameter)
    params[`sites_${at}`] = sites.slice(at, at + inOneParameter);
  return params;
}

/** The rows of a source, and which of them belong to the scope. */
export function rowsFrom(name: SourceName, lying: Lying, bind: Bind): Rows {
  const source = sources.find((one) => one.name === name);
  if (!source) throw new Error(`no source ${name}`);
  const { scope, goals, since = '{from:Date}' } = lying;
  const instants = (column: string) =>
    scope.instants
      ? `${lying.since ? '' : ` and ${column} >= {from_at:DateTime64(3, 'UTC')}`} and ${column} <= {to_at:DateTime64(3, 'UTC')}`
      : '';
  // Instants may touch another day in another zone of the same organisation; what is known by the day alone is told for whole days.
  const days =
    scope.instants && source.instant
      ? `local_date between ${since} - 1 and {to:Date} + 1`
      : `local_date between ${since} and {to:Date}`;
  const ofSites = `org_id = {org:String} and site_id in ${sitesSql(scope.sites)}`;
  const where = `${ofSites} and ${days}${source.instant ? instants(source.instant) : ''}`;
  switch (source.name) {
    case 'visits':
    case 'entries':
    case 'exits':
    case 'visits_having':
      return { from: 'visits', where: `${where} and ${current(scope.sites, `${since} - 1`)}` };
    case 'visit_figures':
    case 'page_figures':
    case 'entry_figures':
    case 'reading_figures':
    case 'name_figures':
    case 'act_figures':
      return lying.byMonth && hasWholeMonth(scope)
        ? { from: figuresByMonth({ scope, ofSites, days, bind }), where: '1' }
        : { from: 'visit_figures', where: `${where} and ${current(scope.sites, since)}` };
    case 'pages_days':
      return lying.byMonth && hasWholeMonth(scope)
        ? { from: pagesByMonth({ scope, ofSites, days, bind }), where: '1' }
        : { from: 'pages_days', where };
    case 'visits_known':
      return { from: visitsKnown(scope.sites), where };
    case 'hits':
    case 'readings':
      return { from: 'hits', where };
    case 'joined':
    case 'joined_readings':
    case 'seen_pages':
      return {
        from: hitsWithVisit(
          scope.sites,
          `${ofSites} and ${days}${instants('at')}${lying.only ? ` and ${lying.only}` : ''}`,
          since,
        ),
        where: '1',
      };
    case 'goals': {
      const looked = goals.length > 0 ? lying : { ...lying, since: noDay };
      return {
        from: completions(
          goals,
          rowsFrom('joined', { ...looked, only: hitsReaching(goals, bind) }, bind),
          rowsFrom('visits', looked, bind),
          bind,
        ),
        where: '1',
      };
    }
    case 'goal_visits':
      return {
        from: visitsPerGoal(
          goals,
          rowsFrom('visits', goals.length > 0 ? lying : { ...lying, since: noDay }, bind),
          bind,
        ),
        where: '1',
      };
    case 'ad_line_days':
    case 'ad_placement_days':
    case 'ad_hours':
    case 'ad_events':
      return {
        from: source.name,
        where:
          scope.advertiser_id === null ? where : `${where} and advertiser_id = ${bind(scope.advertiser_id, 'String')}`,
      };
    // A campaign's day counts from the last report that held it.
    case 'costs':
      return { from: '(select * from cost_days final) as costs', where };
    default:
      return { from: source.name, where };
  }
}

/**
 * Visits count only in their day's current build. `since`: the first day on which a visit may have begun. The builds of one site are
 * a list by day, which is looked up some times faster than a set of tuples.
 */
const current = (sites: readonly string[], since: string) => {
  const [site, another] = sites;
  const builds = `from visit_days where site_id in ${sitesSql(sites)} and local_date between ${since} and {to:Date} + 1`;
  return site === undefined || another !== undefined
    ? `(site_id, local_date, build) in (select site_id, local_date, max(build) ${builds} group by site_id, local_date)`
    : `build = ${listed(`select local_date as place, max(build) as number ${builds} group by local_date`, 'local_date', (day) => `${day} - (${since})`)}`;
};

/**
 * Visits that know which one of their visitor they are, and how many days after the one before: only where the visitor consented to
 * an identifier. All that came before is looked at, however long ago.
 */
function visitsKnown(sites: readonly string[]): string {
  const ofVisits = `from visits where org_id = {org:String} and site_id in ${sitesSql(sites)} and local_date <= {to:Date} + 1 and ${current(sites, "toDate('1970-01-01')")}`;
  const visitor = 'partition by site_id, identified order by started_at, visit_id';
  return `(select *, toInt64(row_number() over (${visitor})) as visit_number,
      toInt64(local_date - lagInFrame(local_date) over (${visitor} rows between unbounded preceding and current row)) as days_since
      ${ofVisits} and identified != 0
    union all select *, toInt64(0) as visit_number, toInt64(0) as days_since ${ofVisits} and identified = 0)`;
}

const ofHit = [
  'org_id',
  'site_id',
  'at',
  'local_time',
  'local_date',
  'hit_id',
  'name',
  'hostname',
  'path',
  'section_id',
  'props',
  'engaged_ms',
  'scroll',
  'revenue_micros',
  'currency',
  'width',
  'site_search',
  'lcp_ms',
  'inp_ms',
  'cls_milli',
  ...Object.values(machine),
];

/**
 * Hits with the visit they belong to: the visitor's latest visit that began at or before the hit. Over midnight a visitor
 * has two ids (the salt changes); hits of the first half hour carry both, so a visit is found under either.
 */
function hitsWithVisit(sites: readonly string[], where: string, since: string): string {
  const ofSites = `org_id = {org:String} and site_id in ${sitesSql(sites)}`;
  const ofVisit = ['visit_id', 'line_item_id', ...Object.values(arrival)];
  const taken = Object.entries(ofItsVisit);
  const visits = `select site_id, visitor, identified, started_at, ${[...ofVisit, ...taken.map(([, column]) => column)].join(', ')} from visits where ${ofSites} and local_date between ${since} - 2 and {to:Date} + 1 and ${current(sites, `${since} - 3`)}`;
  const pairs = `select distinct site_id, visitor as later, visitor_before as earlier from hits where ${ofSites} and local_date between ${since} - 2 and {to:Date} + 1 and visitor_before != 0`;
  const under = (known: string, other: string) =>
    `select pair.${other} as key, visit.* from (${visits}) as visit inner join (${pairs}) as pair on visit.site_id = pair.site_id and visit.visitor = pair.${known}`;
  const candidates = `select visitor as key, * from (${visits}) union all ${under('earlier', 'later')} union all ${under('later', 'earlier')}`;
  return `(select ${[
    ...ofHit.map((name) => `hit.${name} as ${name}`),
    ...ofVisit.map((name) => `visit.${name} as ${name}`),
    ...taken.map(([name, column]) => `visit.${column} as ${name}`),
  ].join(', ')},
    if(visit.visit_id = 0, hit.visitor, visit.visitor) as visitor, greatest(hit.identified, visit.identified) as identified,
    if(identified != 0, identified, visitor) as person
    from (select ${ofHit.join(', ')}, visitor, identified from hits where ${where}) as hit
    asof left join (${candidates}) as visit on hit.site_id = visit.site_id and hit.visitor = visit.key and hit.at >= visit.started_at)`;
}
