/** Goals of a site: what counts as reached, and what it is worth. */
import * as z from 'zod';
import { Id, IdInput, ListInput, Money, Name, Nothing, page, route, Timestamp } from '#platform/contract';

const Text = z.string().min(1).max(400);

/** When a goal is reached. `path`: a whole path, `*` for any run of characters. `seconds`: at least so long. */
export const GoalMatch = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('page'), path: z.string().max(2000).startsWith('/', 'must start with /') }),
  z.strictObject({
    kind: z.literal('event'),
    name: Text,
    /** Properties that the event must carry, each with this very value. */
    props: z
      .record(z.string().min(1).max(300), z.string().max(2000))
      .refine((props) => Object.keys(props).length <= 10, { error: 'must hold at most 10 properties' })
      .optional(),
  }),
  z.strictObject({
    kind: z.literal('duration'),
    seconds: z.int().min(1).max(86_400),
    /** `visit`: the duration of the visit; `engaged`: the time its pages were visible and focused. */
    of: z.enum(['visit', 'engaged']).default('visit'),
  }),
  z.strictObject({ kind: z.literal('value'), at_least: Money }),
]);
export type GoalMatch = z.infer<typeof GoalMatch>;

export const Goal = z.object({
  id: Id,
  site_id: Id,
  name: z.string(),
  match: GoalMatch,
  /** What each completion is worth; null: the revenue that the event carried. */
  value: Money.nullable(),
  /** A visit that reaches the goal several times counts once. */
  once_per_visit: z.boolean(),
  created_at: Timestamp,
});
export type Goal = z.infer<typeof Goal>;

const Worth = Money.extend({ amount: z.int().min(0).max(1e12) }).nullable();
const read = 'audience.read';
const write = 'goals.write';

export const listGoals = route({
  method: 'GET',
  path: '/api/goals',
  can: read,
  input: ListInput.extend({ site_id: Id.optional() }),
  reply: page(Goal),
  summary: 'The goals of the sites',
});
export const readGoal = route({
  method: 'GET',
  path: '/api/goals/:id',
  can: read,
  input: IdInput,
  reply: Goal,
  summary: 'One goal',
});
export const createGoal = route({
  method: 'POST',
  path: '/api/goals',
  can: write,
  status: 201,
  input: z.strictObject({
    site_id: Id,
    name: Name,
    match: GoalMatch,
    value: Worth.default(null),
    once_per_visit: z.boolean().default(false),
  }),
  reply: Goal,
  summary: 'Add a goal: a page, an event, a duration or a value to reach. It holds for the past too',
});
export const changeGoal = route({
  method: 'PATCH',
  path: '/api/goals/:id',
  can: write,
  input: z.strictObject({
    id: Id,
    name: Name.optional(),
    match: GoalMatch.optional(),
    value: Worth.optional(),
    once_per_visit: z.boolean().optional(),
  }),
  reply: Goal,
  summary: 'Change a goal',
});
export const removeGoal = route({
  method: 'DELETE',
  path: '/api/goals/:id',
  can: write,
  status: 204,
  input: IdInput,
  reply: Nothing,
  summary: 'Remove a goal; the facts stay',
});
