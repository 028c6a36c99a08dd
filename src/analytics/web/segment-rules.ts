/** Rules of a segment as the form shows them, and the filters they stand for. */
export const ruleKinds = ['is', 'did', 'did_not', 'did_then', 'did_then_not'] as const;
export type RuleKind = (typeof ruleKinds)[number];
export const ruleOperators = ['is', 'is_not', 'contains', 'contains_not'] as const;
type Operator = (typeof ruleOperators)[number];
export type Part = { dimension: string; operator: Operator; value: string };
export type Rule =
  | { kind: RuleKind; first: Part; second: Part; days: number | ''; least: number | '' }
  /** Written otherwise: kept as it is. */
  | { kind: 'other'; filter: unknown[] };
export type Rules = { match: 'all' | 'any'; rules: Rule[] };

export const emptyPart: Part = { dimension: 'event:page', operator: 'is', value: '' };
export const emptyRule: Rule = {
  kind: 'is',
  first: { dimension: 'visit:country', operator: 'is', value: '' },
  second: emptyPart,
  days: '',
  least: '',
};

const condition = ({ dimension, operator, value }: Part): unknown[] => [operator, dimension, [value]];

export function filterOf(rule: Rule): unknown[] {
  if (rule.kind === 'other') return rule.filter;
  const { kind, first, second, days, least } = rule;
  const within = days === '' ? {} : { within_days: days };
  const enough = least === '' || least <= 1 ? {} : { at_least: least };
  switch (kind) {
    case 'is':
      return condition(first);
    case 'did':
      return ['has_done', condition(first), { by: 'visitor', ...within, ...enough }];
    case 'did_not':
      return ['has_not_done', condition(first), { by: 'visitor', ...within, ...enough }];
    case 'did_then':
      return ['sequence', [condition(first), condition(second)], within];
    case 'did_then_not':
      return ['sequence', [condition(first), ['not', condition(second)]], within];
  }
}

export const filtersOf = ({ match, rules }: Rules): unknown[][] => {
  const all = rules.map(filterOf);
  return match === 'any' && all.length > 1 ? [['or', all]] : all;
};

export function rulesOf(filters: readonly unknown[][]): Rules {
  const [only] = filters;
  const any = filters.length === 1 && only?.[0] === 'or' && Array.isArray(only[1]) ? only[1] : undefined;
  const list: unknown[][] = any ?? [...filters];
  return { match: any ? 'any' : 'all', rules: list.map(ruleOf) };
}

function ruleOf(filter: unknown[]): Rule {
  const other: Rule = { kind: 'other', filter };
  const [operator, second, third] = filter;
  const plain = partOf(filter);
  if (plain) return { kind: 'is', first: plain, second: emptyPart, days: '', least: '' };
  const how = optionsOf(third);
  if (!how) return other;
  if (operator === 'has_done' || operator === 'has_not_done') {
    const first = partOf(second);
    if (!first || how.by !== 'visitor') return other;
    return {
      kind: operator === 'has_done' ? 'did' : 'did_not',
      first,
      second: emptyPart,
      days: how.within_days ?? '',
      least: how.at_least ?? '',
    };
  }
  if (operator !== 'sequence' || !Array.isArray(second) || second.length !== 2) return other;
  const first = partOf(second[0]);
  const isNot = Array.isArray(second[1]) && second[1][0] === 'not';
  const last = partOf(isNot ? second[1][1] : second[1]);
  if (!first || !last) return other;
  return { kind: isNot ? 'did_then_not' : 'did_then', first, second: last, days: how.within_days ?? '', least: '' };
}

function partOf(filter: unknown): Part | undefined {
  if (!Array.isArray(filter) || filter.length !== 3) return undefined;
  const [given, dimension, values] = filter;
  const operator = ruleOperators.find((one) => one === given);
  const isOne = Array.isArray(values) && values.length === 1 && typeof values[0] === 'string';
  return operator && typeof dimension === 'string' && isOne ? { dimension, operator, value: values[0] } : undefined;
}

function optionsOf(value: unknown): { by?: unknown; within_days?: number; at_least?: number } | undefined {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null) return undefined;
  const number = (name: string): number | undefined => {
    const one: unknown = Object.entries(value).find(([key]) => key === name)?.[1];
    return typeof one === 'number' ? one : undefined;
  };
  const [within, least] = [number('within_days'), number('at_least')];
  return {
    ...('by' in value ? { by: value.by } : {}),
    ...(within === undefined ? {} : { within_days: within }),
    ...(least === undefined ? {} : { at_least: least }),
  };
}
