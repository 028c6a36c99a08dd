/** The funnel of a line item: from the requests of its placements to clicks, with what each step loses. */
import * as z from 'zod';
import { Id, IdInput, route, Timestamp } from '#platform/contract';

export const LineFunnel = z.object({
  line_item_id: Id,
  from: Timestamp,
  to: Timestamp,
  steps: z.array(
    z.object({
      /** Requests of its placements during its flight; decisions for it; impressions, views and clicks, net of invalid traffic. */
      step: z.enum(['requests', 'decisions', 'impressions', 'viewable_impressions', 'clicks']),
      count: z.int(),
      /** Of the step before, percent; null for the first step and after none. */
      percent: z.number().nullable(),
      /** How many fewer than the step before; null for the first step. */
      lost: z.int().nullable(),
    }),
  ),
  /** What was told of it and does not count, by reason. */
  invalid: z.array(z.object({ kind: z.string(), reason: z.string(), events: z.int() })),
});
export type LineFunnel = z.infer<typeof LineFunnel>;

export const readLineFunnel = route({
  method: 'GET',
  path: '/api/line-items/:id/funnel',
  can: 'analytics.read',
  summary:
    'Read how many of the requests of its placements became decisions, impressions, views and clicks of a line item.',
  input: IdInput,
  reply: LineFunnel,
});
