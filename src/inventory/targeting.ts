/**
 * The targeting grammar: groups of conditions over closed keys. The shape is checked by hand before zod reads it, so that a
 * wrong value is refused with the sentence and the path of the very condition, and so that no depth can exhaust the stack.
 */
import * as z from 'zod';
import { countries } from './countries.ts';
import { isDaypart } from './daypart.ts';

export const targetingKeys = [
  'geo.country',
  'geo.region',
  'geo.city',
  'device',
  'browser',
  'os',
  'language',
  'site',
  'section',
  'placement',
  'url',
  'referrer',
  'daypart',
  'segment',
] as const;
export type TargetingKey = (typeof targetingKeys)[number] | `kv.${string}`;

export type TargetingCondition = { key: TargetingKey; in: string[] } | { key: TargetingKey; not_in: string[] };
export type TargetingGroup =
  | { and: (TargetingCondition | TargetingGroup)[] }
  | { or: (TargetingCondition | TargetingGroup)[] };

export const maxDepth = 8;
/** Values in one condition. */
export const maxValues = 500;
/** Conditions and groups in a whole targeting. */
export const maxNodes = 1000;

const Values = z.array(z.string().min(1).max(500)).min(1).max(maxValues);
const Key = z.union([z.enum(targetingKeys), z.templateLiteral(['kv.', z.string().min(1).max(60)])]);
const Condition = z.union([z.strictObject({ key: Key, in: Values }), z.strictObject({ key: Key, not_in: Values })]);
const Group: z.ZodType<TargetingGroup, TargetingGroup> = z.lazy(() =>
  z.union([
    z.strictObject({ and: z.array(z.union([Condition, Group])).max(maxNodes) }),
    z.strictObject({
      or: z
        .array(z.union([Condition, Group]))
        .min(1)
        .max(maxNodes),
    }),
  ]),
);

/** A targeting as callers give it: the first thing wrong is told with its path. An empty `and` matches every request. */
export const TargetingGroup = z.preprocess((value, context) => {
  const wrong = faultOf(value);
  if (wrong) context.addIssue({ code: 'custom', path: wrong.path, message: wrong.sentence });
  return value;
}, Group);

type Fault = { path: (string | number)[]; sentence: string };

/** The first fault of what should be a targeting group, or undefined; never goes deeper than the allowed depth. */
export function faultOf(value: unknown): Fault | undefined {
  const seen = { nodes: 0 };
  return groupFault(value, [], { depth: 1, seen });
}

type Walk = { depth: number; seen: { nodes: number } };

function groupFault(value: unknown, path: Fault['path'], { depth, seen }: Walk): Fault | undefined {
  if (!isPlain(value)) return { path, sentence: 'must be a group: {"and": […]} or {"or": […]}' };
  if (depth > maxDepth) return { path, sentence: `must not be nested more than ${maxDepth} groups deep` };

  const fields = Object.keys(value);
  const side = fields[0];
  if (fields.length !== 1 || (side !== 'and' && side !== 'or'))
    return { path, sentence: 'must be a group with either "and" or "or", and nothing else' };

  const members = value[side];
  if (!Array.isArray(members)) return { path: [...path, side], sentence: 'must be a list of conditions or groups' };
  if (side === 'or' && members.length === 0)
    return { path: [...path, side], sentence: 'must hold at least one condition' };

  seen.nodes += members.length;
  if (seen.nodes > maxNodes)
    return { path: [...path, side], sentence: `must hold at most ${maxNodes} conditions in all` };

  for (const [index, member] of members.entries()) {
    const at = [...path, side, index];
    const fault =
      isPlain(member) && 'key' in member
        ? conditionFault(member, at)
        : groupFault(member, at, { depth: depth + 1, seen });
    if (fault) return fault;
  }
  return undefined;
}

function conditionFault(value: Record<string, unknown>, path: Fault['path']): Fault | undefined {
  const { key } = value;
  const rule = typeof key === 'string' ? ruleOf(key) : undefined;
  if (!rule) return { path: [...path, 'key'], sentence: `must be one of ${targetingKeys.join(', ')} or kv.NAME` };

  const operators = Object.keys(value).filter((field) => field !== 'key');
  const operator = operators[0];
  if (operators.length !== 1 || (operator !== 'in' && operator !== 'not_in'))
    return { path, sentence: 'must have either "in" or "not_in", and nothing else beside its key' };

  const values = value[operator];
  const at = [...path, operator];
  if (!Array.isArray(values) || values.length === 0)
    return { path: at, sentence: 'must be a list of at least one value' };
  if (values.length > maxValues) return { path: at, sentence: `must hold at most ${maxValues} values` };

  const index = values.findIndex(
    (item) => typeof item !== 'string' || item.length === 0 || item.length > 500 || !rule.test(item),
  );
  return index === -1 ? undefined : { path: [...at, index], sentence: rule.sentence };
}

type Rule = { test: (value: string) => boolean; sentence: string };

const text: Rule = { test: (value) => value.trim() !== '', sentence: 'must be a text of 1 to 500 characters' };
const id: Rule = { test: (value) => /^[^\s]{1,300}$/.test(value), sentence: 'must be an id of at most 300 characters' };

const rules: Record<(typeof targetingKeys)[number], Rule> = {
  'geo.country': {
    test: (value) => countries.has(value),
    sentence: 'must be an ISO 3166-1 country code such as FR',
  },
  'geo.region': {
    test: (value) => /^[A-Z]{2}-[A-Z0-9]{1,3}$/.test(value) && countries.has(value.slice(0, 2)),
    sentence: 'must be an ISO 3166-2 region code such as FR-IDF',
  },
  'geo.city': text,
  device: {
    test: (value) => ['desktop', 'phone', 'tablet', 'tv'].includes(value),
    sentence: 'must be desktop, phone, tablet or tv',
  },
  browser: text,
  os: text,
  language: { test: isLanguage, sentence: 'must be a BCP 47 language tag such as fr or fr-CA' },
  site: id,
  section: id,
  placement: id,
  url: text,
  referrer: text,
  daypart: { test: isDaypart, sentence: 'must be a day and hours such as "mon 08:00-12:00"' },
  segment: id,
};

const isNamed = (key: string): key is keyof typeof rules => Object.hasOwn(rules, key);

function ruleOf(key: string): Rule | undefined {
  if (isNamed(key)) return rules[key];
  return /^kv\.[^\s=&]{1,60}$/.test(key) ? text : undefined;
}

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
