/** From parts to one statement: each table adds up its own measures, the rows meet on the dimensions, formulas come last. */
import type { Filter } from './contract.ts';
import type { Grain } from './dimensions.ts';
import { attributesOf, type Bind } from './filter.ts';
import { type Measure, type MetricName, metrics } from './metrics.ts';
import type { Goal } from './goal-contract.ts';
import { figuredAttributes, type Group, type Part } from './plan.ts';
import { importedRows } from './imported.ts';
import { columnOf, conditionIn, joinedFor } from './condition.ts';
import { type Rows, rowsFrom, type Scope, sitesParams } from './rows.ts';
import { type Source, sources } from './sources.ts';

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
  /** The one dimension by the number that stands for its value, as text; rows that are equal to the last one come too. */
  byKey?: boolean;
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
  const split = parts.filter((part) => !part.whole);
  const all = [...new Set(split.flatMap((part) => part.measures))];
  const wholes = parts.filter((part) => part.whole).map((part) => `(${writeWhole(part, asked, bind)}) as all_visitors`);
  const rows = split.map((part) => writePart(part, all, asked, bind)).join('\nunion all\n');
  const sums = [...all.map((measure) => `sum(m_${measure}) as ${measure}`), ...wholes];
  const formulas = asked.metrics.map((name, i) => `${metrics[name].formula} as k${i}`);
  const foreign =
    all
      .filter((measure) => measure.startsWith('other_'))
      .map((measure) => `sum(${measure}) over ()`)
      .join(' + ') || '0';
  const sql = [
    `select ${[...dims.map((name) => (asked.byKey ? `toString(${name}) as ${name}` : name)), ...formulas, 'count() over () as total_rows', `${foreign} as foreign_money`].join(', ')}`,
    `from (select ${[...dims, ...sums].join(', ')} from (\n${rows}\n)${dims.length > 0 ? ` group by ${dims.join(', ')} having ${all.map((measure) => `${measure} != 0`).join(' or ')}` : ''})`,
    asked.order.length > 0
      ? `order by ${asked.order.map(({ column, direction }) => `${column} ${direction} nulls last`).join(', ')}`
      : '',
    asked.byKey ? `limit ${asked.limit + asked.offset} with ties` : `limit ${asked.limit} offset ${asked.offset}`,
  ].join('\n');
  return { sql, params };
}

/** The parameters that every statement about this scope takes. */
export function paramsOf(scope: Scope): Record<string, unknown> {
  return {
    org: scope.org_id,
    ...sitesParams(scope.sites),
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

/** The visitors of all rows together. */
function writeWhole({ source }: Part, asked: Asked, bind: Bind): string {
  const part = { source, measures: ['visitors' as const] };
  return `select m_visitors from (${writePart(part, ['visitors'], { ...asked, groups: [] }, bind)})`;
}

function writePart({ source, measures }: Part, all: readonly Measure[], asked: Asked, bind: Bind): string {
  const { groups, filters } = asked;
  const dims = groups.map(
    (group, i) =>
      `${'time' in group ? periodStart(source, group.time) : asked.byKey ? 'key' : columnOf(source, group.attribute, group.prop, bind)} as d${i}`,
  );
  const values = all.map((measure) =>
    measures.includes(measure)
      ? `toFloat64(${source.measures[measure]}) as m_${measure}`
      : `toFloat64(0) as m_${measure}`,
  );
  const by = groups.length > 0 ? ` group by ${groups.map((_, i) => `d${i}`).join(', ')}` : '';
  if (source.name === 'readings' || source.name === 'joined_readings' || source.name === 'seen_pages')
    return writeReadings(source, dims, values, by, asked, bind);
  const grain = groups.find((group) => 'time' in group)?.time;
  const byMonth = grain === undefined || grain === 'month';
  const { from, where } =
    source.name === 'imported' && source.table !== undefined
      ? { from: 'imported_figures', where: importedRows(source.table, asked.scope.sites, grain) }
      : source.single
        ? figuresOf(source, asked, byMonth, bind)
        : rowsFrom(source.name, { ...asked, byMonth }, bind);
  const own = source.name === 'visits_having' ? filters.filter((filter) => covered(source, filter)) : filters;
  const having = source.name === 'visits_having' ? ` and visit_id in (${visitsHaving(asked, source, bind)})` : '';
  // Sums by name hold page views apart from the rest: half of the rows need not be read for them alone.
  const pageviews = source.rollup && source.columns.name && measures.every((one) => one === 'pageviews');
  const only = pageviews ? " and name = 'pageview'" : '';
  return `select ${[...dims, ...values].join(', ')} from ${from} where ${where}${only} and ${conditionIn(source, own, asked, bind)}${having}${by}`;
}

/** Reports of active time are added up per visitor, page and day first: a page read in three goes is one reading. */
function writeReadings(source: Source, dims: string[], values: string[], by: string, asked: Asked, bind: Bind): string {
  const { from, where } = rowsFrom(source.name, asked, bind);
  const keys = ['site_id', 'local_date', 'visitor', 'hostname', 'path'].map((name, i) => `${name} as r${i}`);
  const inner = `select ${[...dims, ...keys, 'sum(engaged_ms) as engaged', 'max(scroll) as deepest', "countIf(name = 'pageview') as shown"].join(', ')} from ${from}
    where ${where} and (engaged_ms > 0 or scroll > 0${source.name === 'seen_pages' ? " or name = 'pageview'" : ''}) and ${conditionIn(source, asked.filters, asked, bind)}
    group by ${[...dims.map((_, i) => `d${i}`), 'r0', 'r1', 'r2', 'r3', 'r4'].join(', ')}`;
  return `select ${[...dims.map((_, i) => `d${i}`), ...values].join(', ')} from (${inner})${by}`;
}

const covered = (source: Source, filter: Filter) =>
  attributesOf([filter]).every(({ attribute }) => source.columns[attribute] !== undefined);

function visitsHaving(asked: Asked, source: Source, bind: Bind): string {
  const joined = sources.find(({ name }) => name === 'joined') ?? source;
  const filters = asked.filters.filter((filter) => !covered(source, filter));
  const { from, where } = joinedFor(filters, asked, bind);
  return `select visit_id from ${from} where ${where} and visit_id != 0 and ${conditionIn(joined, filters, asked, bind)}`;
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

/** The rows of the one dimension that is asked; '' holds the figures of all visits together. */
function figuresOf(source: Source, asked: Asked, byMonth: boolean, bind: Bind): Rows {
  const [attribute = ''] = figuredAttributes(source, asked);
  const dimension = source.name === 'entry_figures' ? 'entry_page' : attribute;
  const { from, where } = rowsFrom(source.name, { ...asked, byMonth }, bind);
  return { from, where: `${where} and dimension = ${bind(dimension, 'String')}` };
}
