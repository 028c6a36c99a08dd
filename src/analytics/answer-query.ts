/**
 * A question as outsiders ask it. What speaks of a group of visitors by what they did (a segment, a behaviour of visitors) tells nothing of
 * groups that are too small, nor of the few that a group leaves out: k-anonymity, with the organisation's `smallest_group` as k.
 */
import { Refusal } from '#platform';
import { type Filter, Include, Query, type QueryReply } from './contract.ts';
import { isTime } from './dimensions.ts';
import { isPersonal, readFilters } from './filter.ts';
import { notes } from './notes.ts';
import { type Asking, runQuery } from './run-query.ts';
import { readAudienceSettings } from './segment.ts';

type Rows = QueryReply['results'];
type Bounds = Query['date_range'];

/** Each condition costs two counts more. */
const mostConditions = 12;
/** More groups than this are not weighed one by one. */
const mostGroups = 100_000;

/** As `runQuery`, without what would tell of few visitors. Throws a Refusal too when the groups of an answer cannot be counted. */
export async function answerQuery(asking: Asking, query: Query, options?: { rollups?: boolean }): Promise<QueryReply> {
  const filters = readFilters(query.filters);
  if (!filters.some(isPersonal)) return runQuery(asking, query, options);
  const { smallest_group: least } = await readAudienceSettings(asking.db, asking.caller);
  const whole = { ...query, pagination: { limit: mostGroups, offset: 0 } };
  const conditions = filters.flatMap(parts);
  if (conditions.length > mostConditions)
    throw new Refusal(
      'bad-input',
      `filters: at most ${mostConditions} conditions beside a segment or what visitors did.`,
      {
        field: 'filters',
      },
    );
  const weigh = (date_range: Bounds) => weighed(asking, { ...whole, date_range }, conditions, least);
  const [reply, isLarge] = await Promise.all([runQuery(asking, whole, options), weigh(query.date_range)]);

  if (reply.results.length >= mostGroups)
    throw new Refusal('bad-input', `dimensions: under a segment at most ${mostGroups} rows are told.`, {
      field: 'dimensions',
    });

  const places = query.dimensions.map((name, i) => (traitsOf(query).includes(name) ? i : -1)).filter((i) => i >= 0);
  const keyOf = (dimensions: readonly string[]) => JSON.stringify(places.map((i) => dimensions[i]));
  const before = reply.query.comparison_date_range;
  const wasLarge = before ? await weigh(boundsOf(before)) : undefined;
  let isWithheld = false;
  const withhold = (isShown: boolean) => {
    isWithheld ||= !isShown;
    return isShown;
  };
  // Who is gone since is told by the other period alone; who was not there then, by this one.
  const shown: Rows = reply.results
    .filter(({ dimensions, comparison }) =>
      withhold(isLarge(keyOf(dimensions)) ?? (comparison && wasLarge?.(keyOf(comparison.dimensions))) ?? false),
    )
    .map((row) =>
      !row.comparison || !wasLarge || withhold(wasLarge(keyOf(row.comparison.dimensions)) ?? true)
        ? row
        : { ...row, comparison: emptied(row.comparison) },
    );
  const { limit, offset } = query.pagination;
  const results =
    shown.length === 0 && query.dimensions.length === 0
      ? reply.results.map((row) => ({ dimensions: row.dimensions, metrics: row.metrics.map(() => null) }))
      : shown.slice(offset, offset + limit);
  return {
    ...reply,
    results,
    meta: {
      ...reply.meta,
      labels: labelsWithin(reply.meta.labels, results),
      ...(reply.meta.total_rows === undefined ? {} : { total_rows: shown.length }),
      ...(isWithheld
        ? {
            notes: [...reply.meta.notes, notes['small-groups'][asking.language ?? 'en']],
            note_codes: [...reply.meta.note_codes, 'small-groups'],
          }
        : {}),
    },
    query: { ...reply.query, pagination: query.pagination },
  };
}

/**
 * Whether filters speak of a group of visitors too small to tell anything of, or that leaves out too few: questions whose answer is
 * one whole (funnels, ways, returns) tell nothing then.
 */
export async function isTooFew(
  asking: Asking,
  { site_id, date_range, filters: given }: { site_id: string; date_range: [string, string]; filters: unknown[][] },
): Promise<boolean> {
  const filters = readFilters(given);
  if (!filters.some(isPersonal)) return false;
  const { smallest_group: least } = await readAudienceSettings(asking.db, asking.caller);
  const query = Query.parse({ site_id, date_range, filters: given, metrics: ['visitors'] });
  return !(await weighed(asking, query, filters.flatMap(parts), least))('[]');
}

/** Whole days as days, which sums by day answer; a day up to a moment as these moments. */
const boundsOf = ([from, to]: readonly [string, string]): [string, string] =>
  to.slice(10, 19) === 'T23:59:59' ? [from.slice(0, 10), to.slice(0, 10)] : [from, to];

/** The names of what is shown, and of nothing that is withheld. */
function labelsWithin(labels: Record<string, string>, rows: Rows): Record<string, string> {
  const shown = new Set(rows.flatMap(({ dimensions }) => dimensions));
  return Object.fromEntries(Object.entries(labels).filter(([value]) => shown.has(value)));
}

const emptied = ({ dimensions, metrics, change }: NonNullable<Rows[number]['comparison']>) => ({
  dimensions,
  metrics: metrics.map(() => null),
  change: change.map(() => null),
});

/** What a row tells of its visitors. On which day or in which hour a group came is no trait of theirs, unless it is crossed with one. */
const traitsOf = ({ dimensions }: Pick<Query, 'dimensions'>): string[] =>
  dimensions.every((name) => isTime(name) && name !== 'time:minute') ? [] : dimensions;

/**
 * Which groups are large enough, and leave nobody out who could be told by leaving out: with each condition in turn taken away, nobody or
 * many more are in the group, and with it turned round, the group is empty or large (what is counted by visit or event is told by that).
 */
async function weighed(
  asking: Asking,
  query: Query,
  conditions: readonly Filter[],
  least: number,
): Promise<(key: string) => boolean | undefined> {
  const count = (asked: Filter[]) => visitorsBy(asking, { ...query, filters: asked });
  const without = (i: number) => conditions.filter((_, j) => j !== i);
  const sizes = await count([...conditions]);
  const wider: Groups[] = [];
  const turned: Groups[] = [];
  // One condition after the other: a question of many does not take the store from everybody else.
  for (const [i, one] of conditions.entries()) {
    const [all, rest] = await Promise.all([count(without(i)), count([...without(i), ['not', one]])]);
    wider.push(all);
    turned.push(rest);
  }
  const isSmall = (people: number) => people > 0 && people < least;
  const nobody = { visitors: 0, known: 0, people: 0 };
  const isTold = (key: string, own: Group) =>
    wider.some((all) => {
      const { visitors, known } = all.get(key) ?? own;
      return isSmall(visitors - own.visitors) || isSmall(known - own.known);
    }) || turned.some((rest) => isSmall((rest.get(key) ?? nobody).people));
  const hidden = new Set([...sizes].filter(([key, own]) => own.people < least || isTold(key, own)).map(([key]) => key));
  // What is missing from the whole must not be small either: else it is told by taking the others away.
  const missing = [...hidden].reduce((sum, key) => sum + (sizes.get(key) ?? nobody).people, 0);
  if (isSmall(missing)) {
    const [smallest] = [...sizes].filter(([key]) => !hidden.has(key)).toSorted(([, a], [, b]) => a.people - b.people);
    if (smallest) hidden.add(smallest[0]);
  }
  return (key) => (sizes.has(key) ? !hidden.has(key) : undefined);
}

const parts = (filter: Filter): Filter[] => (filter[0] === 'and' ? filter[1].flatMap(parts) : [filter]);

/**
 * `visitors`: over several days, one person counts on each (the figure that screens show). `known`: those who agreed to be known, once each.
 * `people`: at least so many persons are behind them.
 */
type Group = { visitors: number; known: number; people: number };
type Groups = ReadonlyMap<string, Group>;

/** Visitors by the values of the traits; of questions about ads, those who were reached. */
async function visitorsBy(asking: Asking, query: Query): Promise<Map<string, Group>> {
  const { signal, db, events, clock, caller } = asking;
  const count = (metrics: Query['metrics']) =>
    runQuery(
      { db, events, clock, caller, ...(signal ? { signal } : {}) },
      { ...query, metrics, dimensions: traitsOf(query), order_by: undefined, include: Include.parse({}) },
    );
  const { results, query: understood } = await count(['visitors', 'known_visitors']).catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
    return count(['reach']);
  });
  const [from, to] = understood.date_range;
  const days = Math.max(1, Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000));
  return new Map(
    results.map(({ dimensions, metrics: [visitors, known = visitors] }) => {
      const [all, named] = [visitors ?? 0, known ?? 0];
      const group = { visitors: all, known: named, people: named + Math.max(0, all - named * days) };
      return [JSON.stringify(dimensions), group];
    }),
  );
}
