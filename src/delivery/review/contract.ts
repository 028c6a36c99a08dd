/** Reviews of past ad events: the rules of invalid traffic applied again, with what changed. */
import * as z from 'zod';
import { Id, IdInput, ListInput, page, route, Timestamp } from '#platform/contract';

const Day = z.iso.date();

export const TrafficReview = z.object({
  id: Id,
  /** Local days of the sites, inclusive. */
  from: Day,
  to: Day,
  state: z.enum(['running', 'done', 'failed']),
  /** Impressions, views and clicks looked at; null until it is done. */
  events: z.int().nullable(),
  /** `was`, `becomes`: the reason of invalidity, empty where the event counts. `spend`: millionths of the currencies' unit, gained. */
  changes: z.array(
    z.object({ kind: z.string(), was: z.string(), becomes: z.string(), events: z.int(), spend_micros: z.int() }),
  ),
  created_by: z.string(),
  created_at: Timestamp,
});
export type TrafficReview = z.infer<typeof TrafficReview>;

export const TrafficReviewInput = z
  .strictObject({ from: Day, to: Day })
  .refine(({ from, to }) => to >= from, { path: ['to'], message: 'must not be earlier than from' })
  .refine(({ from, to }) => Date.parse(to) - Date.parse(from) < 93 * 86_400_000, {
    path: ['to'],
    message: 'must be within 93 days of from',
  });
export type TrafficReviewInput = z.infer<typeof TrafficReviewInput>;

export const listTrafficReviews = route({
  method: 'GET',
  path: '/api/traffic-reviews',
  can: 'delivery.read',
  summary: 'List reviews of past ad events, newest first.',
  input: ListInput,
  reply: page(TrafficReview),
});

export const createTrafficReview = route({
  method: 'POST',
  path: '/api/traffic-reviews',
  can: 'delivery.write',
  status: 201,
  summary:
    'Apply the rules of invalid traffic again to the ad events of past days; what is judged otherwise is corrected.',
  input: TrafficReviewInput,
  reply: TrafficReview,
});

export const readTrafficReview = route({
  method: 'GET',
  path: '/api/traffic-reviews/:id',
  can: 'delivery.read',
  summary: 'Read a review of past ad events.',
  input: IdInput,
  reply: TrafficReview,
});
