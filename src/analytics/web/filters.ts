/** Filters of the audience view as they stand in its address: `is|visit:country|FR`, one `f` each. */
import type { Filter } from '#analytics/contract';

export const operators = ['is', 'is_not', 'contains', 'contains_not'] as const;
type Operator = (typeof operators)[number];
export type PickedFilter = { operator: Operator; dimension: string; value: string };

export const readFilters = (texts: readonly string[]): PickedFilter[] =>
  texts.flatMap((text): PickedFilter[] => {
    const [given = '', dimension = '', ...rest] = text.split('|');
    const operator = operators.find((one) => one === given);
    const value = rest.join('|');
    if (!operator || !dimension || !value) return [];
    return [{ operator, dimension, value }];
  });

export const writeFilter = ({ operator, dimension, value }: PickedFilter): string =>
  `${operator}|${dimension}|${value}`;

/** Several values of one dimension are alternatives; several dimensions must all hold. */
export const queryFilters = (picked: readonly PickedFilter[]): Filter[] => {
  const groups = new Map<string, { operator: Operator; dimension: string; values: string[] }>();
  for (const { operator, dimension, value } of picked) {
    const key = `${operator}|${dimension}`;
    const group = groups.get(key) ?? { operator, dimension, values: [] };
    group.values.push(value);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ operator, dimension, values }): Filter => [operator, dimension, values]);
};

/** Adds a filter, or takes it away when it is there already. */
export const toggleFilter = (texts: readonly string[], filter: PickedFilter): string[] => {
  const text = writeFilter(filter);
  return texts.includes(text) ? texts.filter((other) => other !== text) : [...texts, text];
};
