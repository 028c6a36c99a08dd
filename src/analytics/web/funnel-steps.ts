/** Steps of a funnel as the form shows them, and as the API takes them. */
import type { Funnel } from '#analytics/contract';

export const stepKinds = ['page', 'event', 'goal', 'section', 'line'] as const;
export type StepKind = (typeof stepKinds)[number];
export type StepRow = { kind: StepKind; value: string };

const dimensionOf: Record<StepKind, string> = {
  page: 'event:page',
  event: 'event:name',
  goal: 'event:goal',
  section: 'event:section',
  line: 'ad:line_item',
};

/** A glob over a whole path as a pattern: only `*` is special. */
const patternOf = (glob: string) =>
  `^${glob
    .split(/\*+/)
    .map((part) => part.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&'))
    .join('.*')}$`;
const globOf = (pattern: string) =>
  pattern
    .replace(/^\^|\$$/g, '')
    .replaceAll('.*', '*')
    .replace(/\\(.)/g, '$1');

export const stepFilters = ({ kind, value }: StepRow): unknown[][] => {
  const own =
    kind === 'page' && value.includes('*')
      ? ['matches', 'event:page', [patternOf(value)]]
      : ['is', dimensionOf[kind], [value]];
  return kind === 'page' ? [own, ['is', 'event:name', ['pageview']]] : [own];
};

/** Undefined for a step that the form cannot show: it is kept as it is. */
export const stepRow = ({ filters }: Funnel['steps'][number]): StepRow | undefined => {
  const [operator, name, values] = filters[0] ?? [];
  const kind = stepKinds.find((one) => dimensionOf[one] === name);
  const value = Array.isArray(values) && values.length === 1 ? String(values[0]) : undefined;
  if (!kind || value === undefined) return undefined;
  if (operator === 'matches' && kind === 'page') return { kind, value: globOf(value) };
  return operator === 'is' ? { kind, value } : undefined;
};
