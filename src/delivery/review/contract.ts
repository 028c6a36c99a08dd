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

/** At most 93 local days of the sites, inclusive. */
const Days = z
  .strictObject({ from: Day, to: Day })
  .refine(({ from, to }) => to >= from, { path: ['to'], message: 'must not be earlier than from' })
  .refine(({ from, to }) => Date.parse(to) - Date.parse(from) < 93 * 86_400_000, {
    path: ['to'],
    message: 'must be within 93 days of from',
  });

export const TrafficReviewInput = Days;
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

const counts = {
  impressions: z.int(),
  invalid_impressions: z.int(),
  clicks: z.int(),
  invalid_clicks: z.int(),
};

export const InvalidTraffic = z.object({
  from: Day,
  to: Day,
  /** Of everything told: what counts, and what does not. */
  total: z.object(counts),
  /** Events that do not count, by what they are and why; most first. */
  reasons: z.array(z.object({ kind: z.string(), reason: z.string(), events: z.int() })),
  days: z.array(z.object({ date: Day, ...counts })),
  /** The 500 line items with the most events that do not count. */
  lines: z.array(z.object({ line_item_id: Id, name: z.string(), ...counts, main_reason: z.string().nullable() })),
});
export type InvalidTraffic = z.infer<typeof InvalidTraffic>;

export const readInvalidTraffic = route({
  method: 'GET',
  path: '/api/invalid-traffic',
  can: 'delivery.read',
  summary: 'Ad events of these days that count and that do not: by reason, by day, by line item.',
  input: Days,
  reply: InvalidTraffic,
});

export const TrafficChange = z.object({
  date: Day,
  line_item_id: Id,
  name: z.string(),
  kind: z.string(),
  was: z.string(),
  becomes: z.string(),
  events: z.int(),
  /** Gained (or lost, below 0): millionths of the unit of `currency`. */
  spend_micros: z.int(),
  currency: z.string(),
});
export type TrafficChange = z.infer<typeof TrafficChange>;

export const listTrafficChanges = route({
  method: 'GET',
  path: '/api/traffic-reviews/:id/changes',
  can: 'delivery.read',
  summary: 'What a review judged otherwise, by day and line item; the 5,000 with the most events.',
  input: IdInput,
  reply: z.object({ items: z.array(TrafficChange) }),
});
