/** `visit:country_name`: countries by their English names, over the codes that are stored. */
import { Refusal } from '#platform';
import type { Condition } from './contract.ts';

export const countryName = 'visit:country_name';

const display = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('');
const codes = letters.flatMap((first) => letters.map((second) => first + second)).filter((code) => display.of(code));

/** The English name of a code; the code itself where it has none. */
export const countryNamed = (code: string): string => (/^[A-Z]{2}$/.test(code) ? display.of(code) : undefined) ?? code;

/** A condition on names as one on codes: those whose names fit. */
export function codesNamed([operator, , values, modifiers]: Condition): Condition {
  const negated = operator.endsWith('_not');
  const fits = fitting(operator, values, modifiers?.case_sensitive !== false);
  const found = codes.filter((code) => fits(countryNamed(code)));
  if (fits('(not set)')) found.push('(not set)');
  // No country has an empty list of codes; a code that is none stands for it.
  return [negated ? 'is_not' : 'is', 'visit:country', found.length > 0 ? found : ['-']];
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
