/** From parts to one statement: each table adds up its own measures, the rows meet on the dimensions, formulas come last. */
import type { Filter } from './contract.ts';
import type { Grain } from './dimensions.ts';
import { attributesOf, type Bind, conditionOf } from './filter.ts';
import { type Measure, type MetricName, metrics } from './metrics.ts';
import type { Goal } from './goal-contract.ts';
import { completions, type Rows, visitsPerGoal } from './goal-sql.ts';
import { type Group, type Part } from './plan.ts';
import { dimensionOf } from './dimensions.ts';
import { importedRows } from './imported.ts';
import { arrival, machine, type Source, sources } from './sources.ts';

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

/** Beyond so many sites their list would not fit a request to the store; the store then looks them up itself. */
const mostListed = 100;

/** The sites of a scope as the right side of `in`; takes the parameters `org` and `sites`. */
export const sitesSql = (sites: readonly string[]): string =>
  sites.length <= mostListed
    ? '{sites:Array(String)}'
    : '(select site_id from hits_hours where org_id = {org:String} group by site_id union distinct select site_id from ad_hours where org_id = {org:String} group by site_id)';

export const sitesParam = (sites: readonly string[]): readonly string[] => (sites.length <= mostListed ? sites : []);

export type Statement = { sql: string; params: Record<string, unknown> };

type Asked = {
  scope: Scope;
  metrics: readonly MetricName[];
  groups: readonly Group[];
  filters: readonly Filter[];
  parts: readonly Part[];
  /** The goals of the sites, when a part asks for them. */
  goals: readonly Goal[];
  order: readonly { column: string; direction: 'asc' | 'desc' }[];
  limit: number;
  offset: number;
};

/**
 * Rows `{d0 … , k0 … , total_rows, foreign_money}`: dimensions and metrics in the asked order, the number of rows before
 * paging, and how many amounts were left out because they are in another currency.
 */
export function writeSql(asked: Asked): Statement {
  const { scope, groups, parts } = asked;
  const params = paramsOf(scope);
  const bind = bindTo(params);
  const dims = groups.map((_, i) => `d${i}`);
  const all = [...new Set(parts.flatMap((part) => part.measures))];
  const rows = parts.map((part) => writePart(part, all, asked, bind)).join('\nunion all\n');
  const sums = all.map((measure) => `sum(m_${measure}) as ${measure}`);
  const formulas = asked.metrics.map((name, i) => `${metrics[name].formula} as k${i}`);
  const foreign =
    all
      .filter((measure) => measure.startsWith('other_'))
      .map((measure) => `sum(${measure}) over ()`)
      .join(' + ') || '0';
  const sql = [
    `select ${[...dims, ...formulas, 'count() over () as total_rows', `${foreign} as foreign_money`].join(', ')}`,
    `from (select ${[...dims, ...sums].join(', ')} from (\n${rows}\n)${dims.length > 0 ? ` group by ${dims.join(', ')} having ${all.map((measure) => `${measure} != 0`).join(' or ')}` : ''})`,
    asked.order.length > 0
      ? `order by ${asked.order.map(({ column, direction }) => `${column} ${direction} nulls last`).join(', ')}`
      : '',
    `limit ${asked.limit} offset ${asked.offset}`,
  ].join('\n');
  return { sql, params };
}

/** The parameters that every statement about this scope takes. */
export function paramsOf(scope: Scope): Record<string, unknown> {
  return {
    org: scope.org_id,
    sites: sitesParam(scope.sites),
    from: scope.from,
    to: scope.to,
    currency: scope.currency,
    minor: 10 ** (6 - scope.digits),
    ...(scope.instants ? { from_at: inStore(scope.instants.from), to_at: inStore(scope.instants.to) } : {}),
    ...(scope.advertiser_id === null ? {} : { advertiser: scope.advertiser_id }),
  };
}

/** Puts further values into the parameters, each under a name of its own. */
export const bindTo =
  (params: Record<string, unknown>): Bind =>
  (value, type) => {
    const name = `p${Object.keys(params).length}`;
    params[name] = value;
    return `{${name}:${type}}`;
  };

const inStore = (at: Date) => at.toISOString().replace('T', ' ').replace('Z', '');

function writePart({ source, measures }: Part, all: readonly Measure[], asked: Asked, bind: Bind): string {
  const { groups, filters } = asked;
  const dims = groups.map(
    (group, i) =>
      `${'time' in group ? periodStart(source, group.time) : columnOf(source, group.attribute, group.prop, bind)} as d${i}`,
  );
  const values = all.map((measure) =>
    measures.includes(measure)
      ? `toFloat64(${source.measures[measure]}) as m_${measure}`
      : `toFloat64(0) as m_${measure}`,
  );
  const by = groups.length > 0 ? ` group by ${groups.map((_, i) => `d${i}`).join(', ')}` : '';
  if (source.name === 'readings' || source.name === 'joined_readings')
    return writeReadings(source, dims, values, by, asked, bind);
  const grain = groups.find((group) => 'time' in group)?.time;
  const { from, where } =
    source.name === 'imported' && source.table !== undefined
      ? { from: 'imported_figures', where: importedRows(source.table, asked.scope.sites, grain) }
      : rowsOf(source, asked, bind);
  const own = source.name === 'visits_having' ? filters.filter((filter) => covered(source, filter)) : filters;
  const having = source.name === 'visits_having' ? ` and visit_id in (${visitsHaving(asked, source, bind)})` : '';
  return `select ${[...dims, ...values].join(', ')} from ${from} where ${where} and ${condition(source, own, bind)}${having}${by}`;
}

/** Reports of active time are added up per visitor, page and day first: a page read in three goes is one reading. */
function writeReadings(source: Source, dims: string[], values: string[], by: string, asked: Asked, bind: Bind): string {
  const { from, where } = rowsOf(source, asked, bind);
  const keys = ['site_id', 'local_date', 'visitor', 'hostname', 'path'].map((name, i) => `${name} as r${i}`);
  const inner = `select ${[...dims, ...keys, 'sum(engaged_ms) as engaged', 'max(scroll) as deepest'].join(', ')} from ${from}
    where ${where} and (engaged_ms > 0 or scroll > 0) and ${condition(source, asked.filters, bind)}
    group by ${[...dims.map((_, i) => `d${i}`), 'r0', 'r1', 'r2', 'r3', 'r4'].join(', ')}`;
  return `select ${[...dims.map((_, i) => `d${i}`), ...values].join(', ')} from (${inner})${by}`;
}

const condition = (source: Source, filters: readonly Filter[], bind: Bind) =>
  conditionOf(
    filters,
    (name) => {
      const known = dimensionOf(name);
      return known ? columnOf(source, known.attribute, known.prop, bind) : "''";
    },
    bind,
  );

const covered = (source: Source, filter: Filter) =>
  attributesOf([filter]).every(({ attribute }) => source.columns[attribute] !== undefined);

function visitsHaving(asked: Asked, source: Source, bind: Bind): string {
  const joined = sources.find(({ name }) => name === 'joined') ?? source;
  const { from, where } = rowsOf(joined, asked, bind);
  return `select visit_id from ${from} where ${where} and visit_id != 0 and ${condition(
    joined,
    asked.filters.filter((filter) => !covered(source, filter)),
    bind,
  )}`;
}

function columnOf(
  source: Source,
  attribute: Group extends infer G ? (G extends { attribute: infer A } ? A : never) : never,
  prop: string | undefined,
  bind: Bind,
): string {
  const column = source.columns[attribute] ?? "''";
  return prop === undefined ? column : `${column}[${bind(prop, 'String')}]`;
}

function periodStart(source: Source, grain: Grain): string {
  switch (grain) {
    case 'minute':
      return `toStartOfMinute(${source.time})`;
    case 'hour':
      return `toStartOfHour(${source.time})`;
    case 'day':
      return 'local_date';
    // A week is named by its Monday, the first one by the first day asked.
    case 'week':
      return 'greatest(toMonday(local_date), {from:Date})';
    case 'month':
      return 'toStartOfMonth(local_date)';
  }
}

/** Where the rows of a table lie, and which of them belong to the scope. */
export const rowsFrom = (name: Source['name'], asked: Pick<Asked, 'scope' | 'goals'>, bind: Bind): Rows => {
  const source = sources.find((one) => one.name === name);
  if (!source) throw new Error(`no source ${name}`);
  return rowsOf(source, asked, bind);
};

function rowsOf(source: Source, asked: Pick<Asked, 'scope' | 'goals'>, bind: Bind): Rows {
  const { scope, goals } = asked;
  const instants = (column: string) =>
    scope.instants
      ? ` and ${column} >= {from_at:DateTime64(3, 'UTC')} and ${column} <= {to_at:DateTime64(3, 'UTC')}`
      : '';
  // Instants may touch another day in another zone of the same organisation.
  const days = scope.instants
    ? 'local_date between {from:Date} - 1 and {to:Date} + 1'
    : 'local_date between {from:Date} and {to:Date}';
  const ofSites = `org_id = {org:String} and site_id in ${sitesSql(scope.sites)}`;
  const where = `${ofSites} and ${days}${source.instant ? instants(source.instant) : ''}`;
  switch (source.name) {
    case 'visits':
    case 'entries':
    case 'visits_having':
      return { from: 'visits', where: `${where} and ${current(scope.sites, 0)}` };
    case 'hits':
    case 'readings':
      return { from: 'hits', where };
    case 'joined':
    case 'joined_readings':
      return { from: hitsWithVisit(scope.sites, `${ofSites} and ${days}${instants('at')}`), where: '1' };
    case 'goals':
      return {
        from: completions(goals, rowsFrom('joined', asked, bind), rowsFrom('visits', asked, bind), bind),
        where: '1',
      };
    case 'goal_visits':
      return { from: visitsPerGoal(goals, rowsFrom('visits', asked, bind), bind), where: '1' };
    case 'ad_hours':
    case 'ad_events':
      return {
        from: source.name,
        where:
          scope.advertiser_id === null ? where : `${where} and advertiser_id = ${bind(scope.advertiser_id, 'String')}`,
      };
    default:
      return { from: source.name, where };
  }
}

/** Visits count only in their day's current build. `before`: how many days earlier a visit may have begun. */
const current = (sites: readonly string[], before: number) =>
  `(site_id, local_date, build) in (select site_id, local_date, max(build) from visit_days where site_id in ${sitesSql(sites)} and local_date between {from:Date} - ${before + 1} and {to:Date} + 1 group by site_id, local_date)`;

/**
 * Hits with the visit they belong to: the visitor's latest visit that began at or before the hit. Over midnight a visitor
 * has two ids (the salt changes); hits of the first half hour carry both, so a visit is found under either.
 */
function hitsWithVisit(sites: readonly string[], where: string): string {
  const ofSites = `org_id = {org:String} and site_id in ${sitesSql(sites)}`;
  const ofHit = [
    'org_id',
    'site_id',
    'at',
    'local_time',
    'local_date',
    'name',
    'hostname',
    'path',
    'section_id',
    'props',
    'engaged_ms',
    'scroll',
    'revenue_micros',
    'currency',
    ...Object.values(machine),
  ];
  const ofVisit = ['visit_id', ...Object.values(arrival)];
  const visits = `select site_id, visitor, started_at, ${ofVisit.join(', ')} from visits where ${ofSites} and local_date between {from:Date} - 2 and {to:Date} + 1 and ${current(sites, 2)}`;
  const pairs = `select distinct site_id, visitor as later, visitor_before as earlier from hits where ${ofSites} and local_date between {from:Date} - 2 and {to:Date} + 1 and visitor_before != 0`;
  const under = (known: string, other: string) =>
    `select pair.${other} as key, visit.* from (${visits}) as visit inner join (${pairs}) as pair on visit.site_id = pair.site_id and visit.visitor = pair.${known}`;
  const candidates = `select visitor as key, * from (${visits}) union all ${under('earlier', 'later')} union all ${under('later', 'earlier')}`;
  return `(select ${[...ofHit.map((name) => `hit.${name} as ${name}`), ...ofVisit.map((name) => `visit.${name} as ${name}`)].join(', ')},
    if(visit.visit_id = 0, hit.visitor, visit.visitor) as visitor
    from (select ${ofHit.join(', ')}, visitor from hits where ${where}) as hit
    asof left join (${candidates}) as visit on hit.site_id = visit.site_id and hit.visitor = visit.key and hit.at >= visit.started_at)`;
}
