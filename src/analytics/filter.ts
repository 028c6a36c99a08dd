/** Filters: read strictly, then written as SQL with every value in a parameter. */
import { Refusal } from '#platform';
import { type Filter, type FilterOperator, filterOperators } from './contract.ts';
import { type Attribute, dimensionOf } from './dimensions.ts';

const deepest = 6;
const mostLeaves = 100;
/** All values together travel in one request line to the store. */
const mostText = 6000;

/** Reads the filters of a request. Throws a Refusal naming the place (`filters.0.1`) of what is wrong. */
export function readFilters(given: readonly unknown[]): Filter[] {
  let leaves = 0;
  let text = 0;
  const refuse = (at: string, why: string): never => {
    throw new Refusal('bad-input', `${at}: ${why}.`, { field: at });
  };
  const read = (value: unknown, at: string, depth: number): Filter => {
    if (!Array.isArray(value)) return refuse(at, 'must be [operator, dimension, [values]]');
    if (depth > deepest) return refuse(at, `filters may be nested ${deepest} deep at most`);
    const [operator, second, third, fourth]: unknown[] = value;
    if (operator === 'and' || operator === 'or') {
      if (!Array.isArray(second) || second.length === 0 || value.length !== 2)
        return refuse(at, `must be ["${operator}", [filters]]`);
      return [operator, second.map((one, i) => read(one, `${at}.1.${i}`, depth + 1))];
    }
    if (operator === 'not') {
      return value.length === 2 ? ['not', read(second, `${at}.1`, depth + 1)] : refuse(at, 'must be ["not", filter]');
    }
    if (++leaves > mostLeaves) return refuse('filters', `at most ${mostLeaves} conditions`);
    const known = filterOperators.find((one) => one === operator);
    if (!known)
      return refuse(
        `${at}.0`,
        `${JSON.stringify(operator)} is not an operator; use ${filterOperators.join(', ')}, and, or, not`,
      );
    if (typeof second !== 'string' || !dimensionOf(second))
      return refuse(`${at}.1`, `${JSON.stringify(second)} is not a dimension to filter by`);
    if (!isTexts(third)) return refuse(`${at}.2`, 'must be a list of 1 to 1000 texts of at most 2000 characters');
    text += Buffer.byteLength(third.join()) + 3 * third.length;
    if (text > mostText) return refuse('filters', `the values are longer than ${mostText} characters together`);
    if (value.length === 3) return [known, second, third];
    return [known, second, third, readModifiers(fourth, known, `${at}.3`, refuse)];
  };
  return given.map((one, i) => read(one, `filters.${i}`, 0));
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) &&
  value.length >= 1 &&
  value.length <= 1000 &&
  value.every((one) => typeof one === 'string' && one.length <= 2000);

function readModifiers(
  value: unknown,
  operator: FilterOperator,
  at: string,
  refuse: (at: string, why: string) => never,
): { case_sensitive?: boolean } {
  if (typeof value !== 'object' || value === null) return refuse(at, 'must be an object');
  for (const [key, one] of Object.entries(value)) {
    if (key !== 'case_sensitive') refuse(`${at}.${key}`, 'is not a known modifier');
    if (typeof one !== 'boolean') refuse(`${at}.case_sensitive`, 'must be true or false');
    if (operator.startsWith('matches')) refuse(`${at}.case_sensitive`, 'does not go with a pattern; write (?i) in it');
    return { case_sensitive: one === true };
  }
  return {};
}

/** Every attribute a filter speaks of, with the dimension's name for messages. */
export function attributesOf(filters: readonly Filter[]): { attribute: Attribute; dimension: string }[] {
  return filters.flatMap((filter) => {
    if (isNode(filter)) return attributesOf(filter[1]);
    if (isNot(filter)) return attributesOf([filter[1]]);
    const known = dimensionOf(filter[1]);
    return known ? [{ attribute: known.attribute, dimension: filter[1] }] : [];
  });
}

const isNode = (filter: Filter): filter is ['and' | 'or', Filter[]] => filter[0] === 'and' || filter[0] === 'or';
const isNot = (filter: Filter): filter is ['not', Filter] => filter[0] === 'not';

/** Puts a value into a parameter and answers its placeholder. */
export type Bind = (value: unknown, type: string) => string;

/** Filters as one SQL condition; `column` gives the SQL of a dimension in the table at hand. */
export function conditionOf(filters: readonly Filter[], column: (dimension: string) => string, bind: Bind): string {
  const write = (filter: Filter): string => {
    if (isNode(filter)) return `(${filter[1].map(write).join(` ${filter[0]} `)})`;
    if (isNot(filter)) return `not ${write(filter[1])}`;
    return leaf(filter, column(filter[1]), bind);
  };
  return filters.map(write).join(' and ') || '1';
}

function leaf(
  [operator, dimension, values, modifiers]: Exclude<Filter, ['and' | 'or', Filter[]] | ['not', Filter]>,
  column: string,
  bind: Bind,
): string {
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
