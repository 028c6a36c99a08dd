/** Filters in the table at hand: columns by dimension, goals by their rules, behaviours and segments by the visits and visitors that show them. */
import { addDays } from './dates.ts';
import type { Behaviour, Filter } from './contract.ts';
import { type Attribute, dimensionOf } from './dimensions.ts';
import { attributesOf, type Bind, conditionOf, isAboutAds, isBySegmentsVisitors, isByVisitor } from './filter.ts';
import { reachesOne } from './goal-sql.ts';
import { type Lying, type Rows, rowsFrom } from './rows.ts';
import { sequenceSql } from './sequence-sql.ts';
import { type Source, type SourceName, sources } from './sources.ts';

export function columnOf(source: Source, attribute: Attribute, prop: string | undefined, bind: Bind): string {
  const column = source.columns[attribute] ?? "''";
  return prop === undefined ? column : `${column}[${bind(prop, 'String')}]`;
}

/** One condition for all the filters on a source's rows. */
export const conditionIn = (source: Source, filters: readonly Filter[], lying: Lying, bind: Bind): string =>
  conditionOf(filters, {
    bind,
    column(name) {
      const known = dimensionOf(name);
      return known ? columnOf(source, known.attribute, known.prop, bind) : "''";
    },
    goal: (ids) =>
      source.columns.goal
        ? `${source.columns.goal} in ${bind(ids, 'Array(String)')}`
        : reachesOne(
            lying.goals.filter(({ id }) => ids.includes(id)),
            bind,
          ),
    done: (filter, how) => doneSql(source, filter, how, lying, bind),
    segment: (own) =>
      isBySegmentsVisitors(own, isOfAds(source))
        ? `${source.columns.person} in (${own.some(isAboutAds) ? readersOfAds(own, lying, bind) : personsSql(own, lying, bind)})`
        : conditionIn(source, own, lying, bind),
    sequence: (steps, within) => `${source.columns.person} in (${sequenceSql(steps, within, lying, bind)})`,
  });

const ofAds: ReadonlySet<SourceName> = new Set(['ad_line_days', 'ad_placement_days', 'ad_hours', 'ad_events']);
export const isOfAds = ({ name }: Source): boolean => ofAds.has(name);

/** Rows `(site_id, person)`: the visitors with some action in the period that fits all the filters. `known`: only those who can be known again. */
export function personsSql(filters: readonly Filter[], lying: Lying, bind: Bind, { known = false } = {}): string {
  const source = sourceNamed('joined');
  const { from, where } = joinedFor(filters, lying, bind);
  return `select site_id, person from ${from} where ${where} and name != 'engagement'${known ? ' and identified != 0' : ''} and ${conditionIn(source, filters, lying, bind)} group by site_id, person`;
}

/** Rows `(site_id, visitor)`: those known with some ad event in the period that fits all the filters. */
function readersOfAds(filters: readonly Filter[], lying: Lying, bind: Bind): string {
  const { from, where } = actionsOf(['and', [...filters]], lying, bind);
  return `select site_id, visitor from ${from} where ${where} group by site_id, visitor`;
}

/** Hits with their visits, of which only those need be joined that fit what the filters say of hits alone. */
export function joinedFor(filters: readonly Filter[], lying: Lying, bind: Bind): Rows {
  const hits = sourceNamed('hits');
  const own = filters.flatMap((filter) => ofHitsAlone(filter, hits));
  return rowsFrom('joined', own.length > 0 ? { ...lying, only: conditionIn(hits, own, lying, bind) } : lying, bind);
}

/** The parts of a filter, all of which must hold, that hits answer without their visit. */
function ofHitsAlone(filter: Filter, hits: Source): Filter[] {
  if (attributesOf([filter]).every(({ attribute }) => hits.columns[attribute] !== undefined)) return [filter];
  return filter[0] === 'and' || filter[0] === 'segment' ? filter[1].flatMap((one) => ofHitsAlone(one, hits)) : [];
}

const sourceNamed = (name: SourceName): Source => {
  const found = sources.find((one) => one.name === name);
  if (!found) throw new Error(`no source ${name}`);
  return found;
};

/** Rows of actions: hits with their visit, or ad events of visitors who are known. */
export function actionsOf(filter: Filter, lying: Lying, bind: Bind): { from: string; where: string; source: Source } {
  const ads = isAboutAds(filter);
  const source = sourceNamed(ads ? 'ad_events' : 'joined');
  const { from, where } = ads ? rowsFrom('ad_events', lying, bind) : joinedFor([filter], lying, bind);
  const condition = conditionIn(source, [filter], lying, bind);
  const own = ads
    ? `visitor != 0 and invalid = ''${speaksOf(filter, 'kind') ? '' : " and kind = 'impression'"}`
    : "name != 'engagement'";
  return { from, where: `${where} and ${own} and ${condition}`, source };
}

const speaksOf = (filter: Filter, attribute: Attribute) =>
  attributesOf([filter]).some((one) => one.attribute === attribute);

/** Visits or visitors with at least so many actions that fit. */
function doneSql(source: Source, filter: Filter, how: Behaviour, lying: Lying, bind: Bind): string {
  const enough = how.at_least && how.at_least > 1 ? ` having count() >= ${bind(how.at_least, 'UInt32')}` : '';
  const byVisitor = isByVisitor(filter, how);
  const since = how.within_days ? bind(addDays(lying.scope.to, 1 - how.within_days), 'Date') : lying.since;
  const { from, where } = actionsOf(filter, { ...lying, ...(since ? { since } : {}) }, bind);
  if (!byVisitor)
    return `visit_id in (select visit_id from ${from} where ${where} and visit_id != 0 group by visit_id${enough})`;
  const person = isAboutAds(filter) ? 'visitor' : 'person';
  return `${source.columns.person} in (select site_id, ${person} from ${from} where ${where} group by site_id, ${person}${enough})`;
}
