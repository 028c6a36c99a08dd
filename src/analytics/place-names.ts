/** `visit:country_name` and `visit:region_name`: places by their English names, over the codes that are stored. */
import { Refusal } from '#platform';
import type { Condition } from './contract.ts';
import { regionCodes, regionNamed } from './region-names.ts';

const countryName = 'visit:country_name';
const regionName = 'visit:region_name';

const display = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('');
const codes = letters.flatMap((first) => letters.map((second) => first + second)).filter((code) => display.of(code));

/** The English name of a code; the code itself where it has none. */
const countryNamed = (code: string): string => (/^[A-Z]{2}$/.test(code) ? display.of(code) : undefined) ?? code;

/** What a dimension shows of a stored value: the name where it is one of places by name, else the value. */
export const placeNamed = (dimension: string, value: string): string =>
  dimension === countryName ? countryNamed(value) : dimension === regionName ? regionNamed(value) : value;

/** A condition on names of places as one on codes: those whose names fit. Other conditions stay as they are. */
export function codesNamed(condition: Condition): Condition {
  const [operator, dimension, values, modifiers] = condition;
  if (dimension !== countryName && dimension !== regionName) return condition;
  const negated = operator.endsWith('_not');
  const fits = fitting(operator, values, modifiers?.case_sensitive !== false);
  const found = [...(dimension === countryName ? codes : regionCodes())].filter((code) =>
    fits(placeNamed(dimension, code)),
  );
  if (fits('(not set)')) found.push('(not set)');
  // A region that was told by its name is stored by it.
  if (dimension === regionName && (operator === 'is' || operator === 'is_not')) found.push(...values);
  // No place has an empty list of codes; a code that is none stands for it.
  return [negated ? 'is_not' : 'is', dimension.replace('_name', ''), found.length > 0 ? found : ['-']];
}

function fitting(operator: Condition[0], values: readonly string[], caseSensitive: boolean): (name: string) => boolean {
  if (operator === 'matches' || operator === 'matches_not') {
    const patterns = values.map(patternOf);
    return (name) => patterns.some((pattern) => pattern.test(name));
  }
  const plain = (text: string) => (caseSensitive ? text : text.toLowerCase());
  const asked = values.map(plain);
  return operator === 'is' || operator === 'is_not'
    ? (name) => asked.includes(plain(name))
    : (name) => asked.some((value) => plain(name).includes(value));
}

function patternOf(value: string): RegExp {
  const [, anyCase, rest = value] = /^(\(\?i\))?(.*)$/s.exec(value) ?? [];
  try {
    return new RegExp(rest, anyCase ? 'i' : '');
  } catch {
    throw new Refusal('bad-input', 'filters: a pattern of matches is not a valid regular expression (RE2).', {
      field: 'filters',
    });
  }
}
