/** Goals as SQL: which facts reach which goal, and what they are worth. Every value of a goal travels as a parameter. */
import type { Bind } from './filter.ts';
import type { Rows } from './rows.ts';
import type { Goal } from './goal-contract.ts';
import { arrival, machine } from './sources.ts';

/** Minor units in a unit of the currency, as a power of ten: 2 for EUR, 0 for JPY. */
export const minorDigits = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;

const micros = ({ amount, currency }: { amount: number; currency: string }) =>
  amount * 10 ** (6 - minorDigits(currency));

/** How long a row lasted: columns of visits, or of hits joined with their visit. */
type Lasting = { visit: string; engaged: string };
const ofVisits: Lasting = { visit: 'duration_ms', engaged: 'engaged_ms' };
const ofJoined: Lasting = { visit: 'visit_duration_ms', engaged: 'visit_engaged_ms' };

/** Whether a hit joined with its visit reaches one of the goals; a duration is reached by every hit of a visit so long. */
export const reachesOne = (goals: readonly Goal[], bind: Bind): string =>
  goals.length === 0
    ? '0'
    : `(name != 'engagement' and (${goals.map((goal) => `(${reaches(goal, bind, ofJoined)})`).join(' or ')}))`;

/** The hits that reach a goal by themselves: what need be looked at of all hits. */
export const hitsReaching = (goals: readonly Goal[], bind: Bind): string => {
  const ofHit = goals.filter(({ match }) => match.kind !== 'duration');
  return ofHit.length === 0 ? '0' : `(${ofHit.map((goal) => `(${reaches(goal, bind)})`).join(' or ')})`;
};

/** The condition under which a row (a hit, or for durations a visit) reaches the goal. */
function reaches({ match, site_id }: Goal, bind: Bind, lasting: Lasting = ofVisits): string {
  const text = (value: string) => bind(value, 'String');
  const own = `site_id = ${text(site_id)}`;
  switch (match.kind) {
    case 'page':
      return `${own} and name = 'pageview' and ${match.path.includes('*') ? `match(path, ${text(patternOf(match.path))})` : `path = ${text(match.path)}`}`;
    case 'event':
      return [
        own,
        `name = ${text(match.name)}`,
        ...Object.entries(match.props ?? {}).map(([key, value]) => `props[${text(key)}] = ${text(value)}`),
      ].join(' and ');
    case 'duration':
      return `${own} and ${lasting[match.of]} >= ${bind(match.seconds * 1000, 'UInt64')}`;
    case 'value':
      return `${own} and currency = ${text(match.at_least.currency)} and revenue_micros > 0 and revenue_micros >= ${bind(micros(match.at_least), 'Int64')}`;
  }
}

/** A glob over a whole path as an RE2 pattern: only `*` is special. */
const patternOf = (glob: string) =>
  `(?s)^${glob
    .split(/\*+/)
    .map((part) => part.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&'))
    .join('.*')}$`;

/** One tuple per goal: its id (empty when the row does not reach it), whether it counts once a visit, its worth and currency. */
const tuplesOf = (goals: readonly Goal[], bind: Bind) =>
  goals.length === 0
    ? "cast([], 'Array(Tuple(String, UInt8, Int64, String))')"
    : `[${goals
        .map((goal) => {
          const worth = goal.value
            ? `${bind(micros(goal.value), 'Int64')}, ${bind(goal.value.currency, 'String')}`
            : 'revenue_micros, toString(currency)';
          return `(if(${reaches(goal, bind)}, ${bind(goal.id, 'String')}, ''), toUInt8(${goal.once_per_visit ? 1 : 0}), ${worth})`;
        })
        .join(', ')}]`;

const shared = [
  'site_id',
  'local_time',
  'local_date',
  'hostname',
  'visit_id',
  'visitor',
  'identified',
  'width',
  'line_item_id',
];
const kept = [...Object.values(machine), ...Object.values(arrival)];

/**
 * One row per completion: `goal`, `worth` (millionths of `worth_currency`), and the columns of the hit and its visit. `hits`
 * are hits joined with their visit, `visits` the visits in their current build.
 */
export function completions(goals: readonly Goal[], hits: Rows, visits: Rows, bind: Bind): string {
  const ofVisit = goals.filter(({ match }) => match.kind === 'duration');
  const ofHit = goals.filter(({ match }) => match.kind !== 'duration');
  const columns = [...shared, ...kept].join(', ');
  const reached = (list: readonly Goal[]) =>
    `arrayJoin(arrayFilter(one -> one.1 != '', ${tuplesOf(list, bind)})) as reached`;
  return `(select *, if(identified != 0, identified, visitor) as person, reached.1 as goal, reached.3 as worth, reached.4 as worth_currency from (
    select ${columns}, at as moment, toString(name) as name, path, toString(section_id) as section_id, props, site_search, toString(currency) as currency, ${reached(ofHit)}, rowNumberInAllBlocks() as row
      from ${hits.from} where ${hits.where} and name != 'engagement'
    union all
    select ${columns}, started_at as moment, 'visit' as name, entry_page as path, '' as section_id, cast(map(), 'Map(LowCardinality(String), String)') as props, '' as site_search, toString(currency) as currency, ${reached(ofVisit)}, rowNumberInAllBlocks() as row
      from ${visits.from} where ${visits.where}
  ) order by moment limit 1 by reached.1, if(reached.2 = 1, if(visit_id = 0, visitor, visit_id), row))`;
}

/** The visits once per goal of their site: what a rate of completion is a rate of. */
export function visitsPerGoal(goals: readonly Goal[], { from, where }: Rows, bind: Bind): string {
  const list = goals.map(({ id, site_id }) => `(${bind(id, 'String')}, ${bind(site_id, 'String')})`).join(', ');
  const array = list ? `[${list}]` : "cast([], 'Array(Tuple(String, String))')";
  return `(select *, arrayJoin(arrayFilter(one -> one.2 = site_id, ${array})).1 as goal from ${from} where ${where})`;
}
