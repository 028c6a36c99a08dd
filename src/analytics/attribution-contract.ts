/** Which channels earn the completions of a goal. */
import * as z from 'zod';
import { Id, route } from '#platform/contract';
import { attributionModels } from './attribution.ts';

export const attributionDimensions = [
  'visit:channel',
  'visit:source',
  'visit:utm_source',
  'visit:utm_medium',
  'visit:utm_campaign',
] as const;

export const AttributionReply = z.object({
  models: z.array(z.enum(attributionModels)),
  results: z.array(
    z.object({
      /** A value of the dimension; of an ad, `ad:` and the line item's id. */
      contact: z.string(),
      /** Completions earned, one per model in the order of `models`; each model's column adds up to `attributed`. */
      credits: z.array(z.number()),
      /** Highest less lowest credit: how far the models disagree. */
      disagreement: z.number(),
    }),
  ),
  /** Completions of the period, and those before which a visit was found. */
  /** Names of the line items. */
  labels: z.record(z.string(), z.string()),
  completions: z.number(),
  attributed: z.number(),
  /** Worth of all completions in the currency's minor unit; completions in other currencies are worth nothing here. */
  value: z.number(),
  currency: z.string(),
  /** Visitors without a completion: what Markov weighs the others against. None makes its effects meaningless. */
  paths_without: z.number(),
  query: z.object({
    site_id: z.string(),
    goal_id: z.string(),
    date_range: z.tuple([z.string(), z.string()]),
    dimension: z.string(),
    lookback_days: z.int(),
    ads: z.enum(['none', 'clicks', 'all']),
    view_days: z.int(),
  }),
});
export type AttributionReply = z.infer<typeof AttributionReply>;

export const askAttribution = route({
  method: 'POST',
  path: '/api/attribution',
  can: 'audience.read',
  input: z.strictObject({
    goal_id: Id,
    /** Site days, both included. */
    date_range: z.tuple([z.iso.date(), z.iso.date()]),
    dimension: z.enum(attributionDimensions).default('visit:channel'),
    /** Visits up to so many days before a completion count. Cookieless visitors are known for one day only. */
    lookback_days: z.int().min(1).max(90).default(30),
    /** Ads of line items as contacts too: their clicks, or their impressions as well (for so many days, `view_days`). Known visitors only. */
    ads: z.enum(['none', 'clicks', 'all']).default('none'),
    view_days: z.int().min(1).max(30).default(7),
  }),
  reply: AttributionReply,
  summary:
    'Completions of a goal by channel under seven attribution models side by side; none measures incremental lift',
});
