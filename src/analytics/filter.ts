/** Filters: read strictly, then written as SQL with every value in a parameter. */
import { Refusal } from '#platform';
import { type Behaviour, type Condition, type Filter, type FilterOperator, filterOperators } from './contract.ts';
import { type Attribute, dimensionOf } from './dimensions.ts';

const deepest = 6;
const mostLeaves = 100;
/** All values together travel in one request line to the store. */
const mostText = 6000;

const mostDays = 400;
const mostSteps = 10;

/** Reads the filters of a request. Throws a Refusal naming the place (`filters.0.1`) of what is wrong. */
export function readFilters(given: readonly unknown[], field = 'filters'): Filter[] {
  const reading: Reading = { leaves: 0, text: 0, field };
  return given.map((one, i) => read(one, `${field}.${i}`, { depth: 0, inside: undefined }, reading));
}

type Reading = { leaves: number; text: number; field: string };
/** `inside`: the behaviour that a filter is part of. */
type Place = { depth: number; inside: 'has_done' | 'sequence' | undefined };

function refuse(at: string, why: string): never {
  throw new Refusal('bad-input', `${at}: ${why}.`, { field: at });
}

function read(value: unknown, at: string, place: Place, reading: Reading): Filter {
  if (!Array.isArray(value)) return refuse(at, 'must be [operator, dimension, [values]]');
  if (place.depth > deepest) return refuse(at, `filters may be nested ${deepest} deep at most`);
  const deeper = { ...place, depth: place.depth + 1 };
  const [operator, second, third]: unknown[] = value;
  if (operator === 'and' || operator === 'or') {
    if (!Array.isArray(second) || second.length === 0 || value.length !== 2)
      return refuse(at, `must be ["${operator}", [filters]]`);
    return [operator, second.map((one, i) => read(one, `${at}.1.${i}`, deeper, reading))];
  }
  if (operator === 'not') {
    return value.length === 2
      ? ['not', read(second, `${at}.1`, deeper, reading)]
      : refuse(at, 'must be ["not", filter]');
  }
  if (operator === 'has_done' || operator === 'has_not_done' || operator === 'sequence') {
    if (place.inside) return refuse(at, `${operator} does not go inside ${place.inside}`);
    if (value.length < 2 || value.length > 3) return refuse(at, `must be ["${operator}", …] with at most two parts`);
    return operator === 'sequence'
      ? readSequence(second, third, { at, deeper, reading })
      : readDone(operator, [second, third], { at, deeper, reading });
  }
  return readCondition(value, at, reading);
}

type Further = { at: string; deeper: Place; reading: Reading };

function readDone(
  operator: 'has_done' | 'has_not_done',
  [second, third]: readonly [unknown, unknown],
  { at, deeper, reading }: Further,
): Filter {
  const done = read(second, `${at}.1`, { ...deeper, inside: 'has_done' }, reading);
  checkActions(done, `${at}.1`);
  const how = readOptions(third, `${at}.2`, ['by', 'within_days', 'at_least']);
  if (how.by === 'visit' && (how.within_days !== undefined || isAboutAds(done)))
    refuse(`${at}.2.by`, 'is "visitor" where days are counted or ads are asked for');
  return [operator, done, how];
}

function readSequence(second: unknown, third: unknown, { at, deeper, reading }: Further): Filter {
  if (!Array.isArray(second) || second.length < 2 || second.length > mostSteps)
    return refuse(`${at}.1`, `must be a list of 2 to ${mostSteps} steps`);
  const steps = second.map((one, i) => read(one, `${at}.1.${i}`, { ...deeper, inside: 'sequence' }, reading));
  if (steps[0]?.[0] === 'not') refuse(`${at}.1.0`, 'must be something that was done');
  let isOver = false;
  for (const [i, step] of steps.entries()) {
    checkActions(step, `${at}.1.${i}`);
    if (step[0] === 'not') isOver = true;
    else if (isOver) refuse(`${at}.1.${i}`, 'comes after a step under "not"; these stand at the end');
  }
  const { within_days } = readOptions(third, `${at}.2`, ['within_days']);
  return ['sequence', steps, within_days === undefined ? {} : { within_days }];
}

/** What was done is either something on a site or something with ads. */
function checkActions(filter: Filter, at: string): void {
  const names = conditionsOf([filter]).flatMap(([, name]) => (name === segment ? [] : [name]));
  const ads = names.filter((name) => name.startsWith('ad:'));
  if (ads.length > 0 && ads.length < names.length)
    refuse(at, 'speaks of ads and of visits at once; make two steps or two filters of it');
  const wrong = names.find(
    (name) => name.startsWith('bot:') || visitorsOwn.has(dimensionOf(name)?.attribute ?? 'page'),
  );
  if (wrong) refuse(at, `${wrong} is nothing that a visitor does`);
}
const visitorsOwn = new Set<Attribute>(['visitor_type', 'frequency', 'recency']);

function readOptions(value: unknown, at: string, known: readonly string[]): Behaviour {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(at, 'must be an object');
  const how: Behaviour = {};
  for (const [key, one] of Object.entries(value)) {
    if (!known.includes(key)) refuse(`${at}.${key}`, 'is not a known modifier');
    if (key === 'by') {
      if (one !== 'visit' && one !== 'visitor') return refuse(`${at}.by`, 'must be "visit" or "visitor"');
      how.by = one;
    } else {
      const most = key === 'within_days' ? mostDays : 1000;
      if (typeof one !== 'number' || !Number.isInteger(one) || one < 1 || one > most)
        return refuse(`${at}.${key}`, `must be a whole number from 1 to ${most}`);
      how[key === 'within_days' ? 'within_days' : 'at_least'] = one;
    }
  }
  return how;
}

function readCondition(value: readonly unknown[], at: string, reading: Reading): Condition {
  const [operator, second, third, fourth] = value;
  if (++reading.leaves > mostLeaves) return refuse(reading.field, `at most ${mostLeaves} conditions`);
  const known = filterOperators.find((one) => one === operator);
  if (!known)
    return refuse(
      `${at}.0`,
      `${JSON.stringify(operator)} is not an operator; use ${filterOperators.join(', ')}, and, or, not, has_done, has_not_done, sequence`,
    );
  if (typeof second !== 'string' || (!dimensionOf(second) && second !== segment))
    return refuse(`${at}.1`, `${JSON.stringify(second)} is not a dimension to filter by`);
  if (!isTexts(third)) return refuse(`${at}.2`, 'must be a list of 1 to 1000 texts of at most 2000 characters');
  if ((second === segment || dimensionOf(second)?.attribute === 'goal') && known !== 'is' && known !== 'is_not')
    return refuse(`${at}.0`, `${second} goes with is and is_not`);
  reading.text += Buffer.byteLength(third.join()) + 3 * third.length;
  if (reading.text > mostText)
    return refuse(reading.field, `the values are longer than ${mostText} characters together`);
  if (value.length === 3) return [known, second, third];
  return [known, second, third, readModifiers(fourth, known, `${at}.3`)];
}

/** Not a dimension, since nothing can be broken down by it. */
export const segment = 'segment';

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) &&
  value.length >= 1 &&
  value.length <= 1000 &&
  value.every((one) => typeof one === 'string' && one.length <= 2000);

function readModifiers(value: unknown, operator: FilterOperator, at: string): { case_sensitive?: boolean } {
  if (typeof value !== 'object' || value === null) return refuse(at, 'must be an object');
  for (const [key, one] of Object.entries(value)) {
    if (key !== 'case_sensitive') refuse(`${at}.${key}`, 'is not a known modifier');
    if (typeof one !== 'boolean') refuse(`${at}.case_sensitive`, 'must be true or false');
    if (operator.startsWith('matches')) refuse(`${at}.case_sensitive`, 'does not go with a pattern; write (?i) in it');
    return { case_sensitive: one === true };
  }
  return {};
}

/** Every attribute a filter speaks of, with the dimension's name for messages. A behaviour speaks of visits or visitors. */
export function attributesOf(filters: readonly Filter[], ofAds = false): { attribute: Attribute; dimension: string }[] {
  return filters.flatMap((filter) => {
    if (isNode(filter)) return attributesOf(filter[1], ofAds);
    if (isNot(filter)) return attributesOf([filter[1]], ofAds);
    if (isSegment(filter))
      return isBySegmentsVisitors(filter[1], ofAds)
        ? [{ attribute: 'person' as const, dimension: segment }]
        : attributesOf(filter[1], ofAds);
    if (isDone(filter)) {
      const [operator, done, how] = filter;
      return [{ attribute: isByVisitor(done, how) ? ('person' as const) : ('visit' as const), dimension: operator }];
    }
    if (isSequence(filter)) return [{ attribute: 'person' as const, dimension: 'sequence' }];
    const known = dimensionOf(filter[1]);
    return known ? [{ attribute: known.attribute, dimension: filter[1] }] : [];
  });
}

/** Whether a filter picks visitors by what they did over their visits, or by a segment: by what only a profile knows. */
export const isPersonal = (filter: Filter): boolean => {
  if (isNode(filter)) return filter[1].some(isPersonal);
  if (isNot(filter)) return isPersonal(filter[1]);
  if (isSegment(filter) || isSequence(filter)) return true;
  return isDone(filter) ? isByVisitor(filter[1], filter[2]) : filter[1] === segment;
};

type SegmentOf = Extract<Filter, ['segment', ...unknown[]]>;
export const isSegment = (filter: Filter): filter is SegmentOf => filter[0] === 'segment';
type Done = Extract<Filter, ['has_done' | 'has_not_done', ...unknown[]]>;
type Sequence = Extract<Filter, ['sequence', ...unknown[]]>;
const isNode = (filter: Filter): filter is ['and' | 'or', Filter[]] => filter[0] === 'and' || filter[0] === 'or';
const isNot = (filter: Filter): filter is ['not', Filter] => filter[0] === 'not';
const isDone = (filter: Filter): filter is Done => filter[0] === 'has_done' || filter[0] === 'has_not_done';
const isSequence = (filter: Filter): filter is Sequence => filter[0] === 'sequence';

/** Every condition of the filters, those inside behaviours and steps too. */
export const conditionsOf = (filters: readonly Filter[]): Condition[] =>
  filters.flatMap((filter) => {
    if (isNode(filter) || isSequence(filter) || isSegment(filter)) return conditionsOf(filter[1]);
    if (isNot(filter) || isDone(filter)) return conditionsOf([filter[1]]);
    return [filter];
  });

/** The same filters with every condition replaced. */
export const mapConditions = (filters: readonly Filter[], change: (condition: Condition) => Filter): Filter[] =>
  filters.map((filter): Filter => {
    if (isSegment(filter)) return ['segment', mapConditions(filter[1], change)];
    if (isNode(filter)) return [filter[0], mapConditions(filter[1], change)];
    if (isNot(filter)) return ['not', mapConditions([filter[1]], change)[0] ?? filter[1]];
    if (isDone(filter)) return [filter[0], mapConditions([filter[1]], change)[0] ?? filter[1], filter[2] ?? {}];
    if (isSequence(filter)) return ['sequence', mapConditions(filter[1], change), filter[2] ?? {}];
    return change(filter);
  });

/** Whether what is filtered are ad events. Behaviours and segments say who acts, and not what: they are about neither ads nor visits. */
export function isAboutAds(filter: Filter): boolean {
  if (isNode(filter)) return filter[1].some(isAboutAds);
  if (isNot(filter)) return isAboutAds(filter[1]);
  return !isDone(filter) && !isSequence(filter) && !isSegment(filter) && filter[1].startsWith('ad:');
}

/** Whether a filter says who the visitor is by what they did, whatever row it is asked of. */
export function isOfVisitor(filter: Filter): boolean {
  if (isNode(filter) || isSegment(filter)) return filter[1].every(isOfVisitor);
  if (isNot(filter)) return isOfVisitor(filter[1]);
  return isSequence(filter) || (isDone(filter) && isByVisitor(filter[1], filter[2]));
}

/** What ads did, and what lasts longer than a visit, can only be known of visitors. */
export const isByVisitor = (filter: Filter, how: Behaviour = {}): boolean =>
  how.by === 'visitor' || how.within_days !== undefined || isAboutAds(filter);

/** Ad events know of a segment of visits only who is in it; what happens on a site knows the same of a segment of ads. */
export const isBySegmentsVisitors = (own: readonly Filter[], ofAds: boolean): boolean =>
  ofAds ? !own.every((filter) => isAboutAds(filter) || isOfVisitor(filter)) : own.some(isAboutAds);

/** Puts a value into a parameter and answers its placeholder. */
export type Bind = (value: unknown, type: string) => string;

/** How the parts of a filter are written in the table at hand. */
export type Writing = {
  bind: Bind;
  column(dimension: string): string;
  /** Whether a row reaches one of these goals. */
  goal(ids: readonly string[]): string;
  done(filter: Filter, how: Behaviour): string;
  sequence(steps: readonly Filter[], within: number | undefined): string;
  segment(filters: readonly Filter[]): string;
};

/** Filters as one SQL condition. */
export function conditionOf(filters: readonly Filter[], writing: Writing): string {
  const write = (filter: Filter): string => {
    if (isNode(filter)) return `(${filter[1].map(write).join(` ${filter[0]} `)})`;
    if (isNot(filter)) return `not ${write(filter[1])}`;
    if (isDone(filter)) return `${filter[0] === 'has_done' ? '' : 'not '}(${writing.done(filter[1], filter[2] ?? {})})`;
    if (isSegment(filter)) return `(${writing.segment(filter[1])})`;
    if (isSequence(filter)) return `(${writing.sequence(filter[1], filter[2]?.within_days)})`;
    if (dimensionOf(filter[1])?.attribute === 'goal')
      return `${filter[0] === 'is_not' ? 'not ' : ''}(${writing.goal(filter[2])})`;
    return leaf(filter, writing.column(filter[1]), writing.bind);
  };
  return filters.map(write).join(' and ') || '1';
}

function leaf([operator, dimension, values, modifiers]: Condition, column: string, bind: Bind): string {
  const anyCase = modifiers?.case_sensitive === false;
  const empty = dimensionOf(dimension)?.empty;
  const negated = operator.endsWith('_not') ? 'not ' : '';
  if (operator === 'is' || operator === 'is_not') {
    const stored = values.map((value) => (value === empty ? '' : value));
    const list = bind(anyCase ? stored.map((value) => value.toLowerCase()) : stored, 'Array(String)');
    return `(${anyCase ? `lowerUTF8(${column})` : column} ${operator === 'is' ? 'in' : 'not in'} ${list})`;
  }
  const find = operator.startsWith('matches') ? 'match' : anyCase ? 'positionCaseInsensitiveUTF8' : 'position';
  return `${negated}(${values.map((value) => `${find}(${column}, ${bind(value, 'String')})`).join(' or ')})`;
}
