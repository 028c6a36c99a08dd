/** Forecasting: expected requests of the ad spaces, and what of them can still be sold. */
import * as z from 'zod';
import { FrequencyCap, GoalUnit, PlacementFormat, TargetingGroup } from '#inventory/contract';
import { Id, LocalDate, route, Timestamp } from '#platform/contract';

/** A day of the sites' calendar (an end day is included), or an instant with an offset (an end instant is not). */
const Moment = z.union([LocalDate, Timestamp], {
  error: 'must be a day (YYYY-MM-DD) or a time with an offset',
});

/** What is asked about: named placements, or all placements of named sites. */
const where = {
  placements: z.array(Id).min(1).max(2000).optional().describe('Ids of placements'),
  sites: z.array(z.string().min(1).max(253)).min(1).max(200).optional().describe('Ids or domains of sites'),
  start: Moment,
  end: Moment,
  targeting: TargetingGroup.nullable().optional(),
};

const Count = z.number().min(0);

/** What a booking may have to be told of the space it takes. */
export const spaceWarnings = [
  'no-forecast',
  'targeting-not-measured',
  'caps-not-measured',
  'no-rate',
  'no-such-size',
  'tight',
  'overbooked',
] as const;

/** Something to know about an answer. `code` is stable; the sentence is for people. */
export const Remark = z.object({
  code: z.string(),
  sentence: z.string(),
  /** The figures of the sentence by name, for a reader with words of its own. */
  figures: z.record(z.string(), z.number()).optional(),
});
export type Remark = z.infer<typeof Remark>;
export const SpaceWarning = z.object({ code: z.enum(spaceWarnings), sentence: z.string() });
export type SpaceWarning = z.infer<typeof SpaceWarning>;

/** What an expected figure rests on. */
export const Source = z.enum(['history', 'analogy', 'none']);
export type Source = z.infer<typeof Source>;

export const Forecast = z.object({
  /** Requests, filled or not, that fit the targeting. Low and high hold four days in five. */
  days: z.array(z.object({ date: LocalDate, forecast: Count, low: Count, high: Count })),
  total: z.object({ forecast: Count, low: Count, high: Count }),
  /** Different visitors, where visitors are measured; null where they are not. */
  reach: z
    .object({
      per_day: Count.describe('Mean of the days'),
      low: Count.describe('Over the whole period, if every visitor comes every day'),
      high: Count.describe('Over the whole period, if no visitor comes twice'),
      frequency_per_day: Count.describe('Requests of one visitor in one day'),
    })
    .nullable(),
  /** The part of all requests that fits the targeting, and how well it is known; null without targeting. */
  targeted: z
    .object({ share: z.number(), sample: z.int().nullable(), error_percent: z.number().nullable() })
    .nullable(),
  placements: z.array(
    z.object({
      id: Id,
      source: Source,
      days_of_history: z.int(),
      forecast: Count,
      error_percent: z.number().nullable(),
    }),
  ),
  basis: z.array(Remark),
  warnings: z.array(Remark),
});
export type Forecast = z.infer<typeof Forecast>;

export const ForecastInput = z.strictObject(where);
export type ForecastInput = z.infer<typeof ForecastInput>;

export const forecast = route({
  method: 'POST',
  path: '/api/forecast',
  can: 'forecast.read',
  input: ForecastInput,
  reply: Forecast,
  summary: 'Expected requests by day, with a range and what it rests on',
});

// Availability

/** The last priority that is promised its goal: standard lines and those above them; the rest takes what is left. */
export const lastGuaranteed = 10;

export const AvailabilityInput = z.strictObject({
  ...where,
  sizes: z
    .array(PlacementFormat)
    .max(50)
    .optional()
    .describe('Formats the line may fill; placements that take none of them are left out'),
  goal: z.strictObject({ unit: GoalUnit, quantity: z.int().min(0).max(1e12) }).optional(),
  priority: z.int().min(1).max(16).default(8).describe('Of the line to be; 8, that of standard lines, unless said'),
  frequency_caps: z.array(FrequencyCap).max(20).optional(),
  line_item_id: Id.optional().describe('A line item that is asked for again: what it holds itself is left out'),
  alternatives: z
    .boolean()
    .default(true)
    .describe('Look for other dates, placements and targetings when there is too little'),
});
export type AvailabilityInput = z.infer<typeof AvailabilityInput>;

const counts = { forecast: Count, booked: Count, held: Count, available: Count };

export const Alternative = z.object({
  kind: z.enum(['dates', 'longer', 'placements', 'targeting']),
  sentence: z.string(),
  /** In the unit of the goal. */
  available: Count,
  enough: z.boolean(),
  /** What to change. */
  start: Timestamp.optional(),
  end: Timestamp.optional(),
  placements: z.array(Id).optional(),
  targeting: TargetingGroup.nullable().optional(),
});
export type Alternative = z.infer<typeof Alternative>;

export const Availability = z.object({
  /** Requests that fit, by day: what is expected, what bookings and holds use of it, what is left. */
  days: z.array(
    z.object({
      date: LocalDate,
      ...counts,
      low: Count.describe('Of the forecast; low and high hold four days in five'),
      high: Count,
    }),
  ),
  total: z.object({
    ...counts,
    low: Count.describe('Of the forecast; low and high hold four days in five'),
    high: Count,
    available_units: Count.describe(
      'What is available in the unit of the goal: percent for a share, requests without a goal',
    ),
  }),
  /** The line items that use what was asked for, the largest first. */
  contending: z.array(
    z.object({
      id: Id,
      name: z.string().nullable(),
      state: z.enum(['held', 'booked']),
      priority: z.int(),
      quantity: Count.describe('Requests of those asked for'),
      start: Timestamp,
      end: Timestamp,
      expires_at: Timestamp.nullable(),
    }),
  ),
  enough: z.boolean(),
  /** What the goal lacks, in its unit. */
  shortfall: Count,
  alternatives: z.array(Alternative),
  basis: z.array(Remark),
  warnings: z.array(SpaceWarning),
  ledger_version: z.int().describe('The reservations this was computed on: it grows with every change'),
});
export type Availability = z.infer<typeof Availability>;

export const availability = route({
  method: 'POST',
  path: '/api/availability',
  can: 'forecast.read',
  input: AvailabilityInput,
  reply: Availability,
  summary: 'What can still be sold: by day, beside what is booked and held, with who contends and what else would do',
});

// Who reads a section

const Part = z.object({ key: z.string(), part: z.number() });
export const AudienceProfile = z.object({
  from: LocalDate,
  to: LocalDate,
  /** Page views that it was counted on. */
  counted: z.number(),
  pageviews_per_day: z.number(),
  visitors_per_day: z.number(),
  /** Parts of the page views, 0 to 1; empty where too few readers were counted. */
  devices: z.array(Part),
  countries: z.array(Part),
  languages: z.array(Part),
  hours: z.array(Part),
});
export type AudienceProfile = z.infer<typeof AudienceProfile>;

export const readAudienceProfile = route({
  method: 'GET',
  path: '/api/audience-profile',
  can: 'inventory.read',
  summary: 'Who reads a site, a section or the pages of a placement, by the page views of four weeks.',
  input: z.strictObject({ site_id: Id.optional(), section_id: Id.optional(), placement_id: Id.optional() }),
  reply: AudienceProfile,
});
