/** The terms of a line item, piece by piece: read by the shapes of orders and of proposals. */
import * as z from 'zod';
import { Currency, FrequencyCap, GoalUnit, RateModel, TargetingGroup } from '#inventory/contract';
import { Id, Name, Timestamp } from '#platform/contract';

export const Side = z.enum(['sell', 'buy']);
export type Side = z.infer<typeof Side>;

export const LineItemType = z.enum(['sponsorship', 'standard', 'bulk', 'network', 'price_priority', 'house']);
export type LineItemType = z.infer<typeof LineItemType>;

/** What was ordered: a quantity over the line's dates, or for `share` a percentage (0–100) of the matching requests. */
export const Goal = z.strictObject({ unit: GoalUnit, quantity: z.int().min(0).max(1e12), goal_id: Id.optional() });
export type Goal = z.infer<typeof Goal>;

/** Price of a unit, in minor units of the currency: a thousand impressions, a click, an action, a day, or the whole line. */
export const Rate = z.strictObject({ model: RateModel, amount: z.int().min(0).max(1e12), currency: Currency });
export type Rate = z.infer<typeof Rate>;

export const Pacing = z.enum(['even', 'frontloaded', 'asap', 'custom']);
export type Pacing = z.infer<typeof Pacing>;

export const Roadblock = z.enum(['one_or_more', 'all', 'only_one', 'as_many']);
export type Roadblock = z.infer<typeof Roadblock>;

export const Rotation = z.enum(['even', 'weighted', 'optimised', 'sequential']);
export type Rotation = z.infer<typeof Rotation>;

/** A line item's own terms, as they are sent and stored. */
export const terms = {
  name: Name,
  type: LineItemType,
  /** 1–16, lower wins; each type has its band. */
  priority: z.int().min(1).max(16),
  goal: Goal,
  rate: Rate,
  start: Timestamp,
  end: Timestamp,
  placements: z.array(Id).min(1).max(500),
  /** Sizes or formats it may take; empty means all those of its placements. */
  sizes: z.array(z.string().min(1).max(32)).max(50),
  targeting: TargetingGroup.nullable(),
  frequency_caps: z.array(FrequencyCap).max(10),
  /** The most that it delivers on one day of the site, and in all, whatever its goal: in the goal's unit, impressions for shares and conversions; null: no limit. */
  daily_cap: z.int().min(1).max(1e12).nullable(),
  lifetime_cap: z.int().min(1).max(1e12).nullable(),
  pacing: Pacing,
  /** Of `custom` pacing: how much of the goal belongs to each of so many equal stretches of the flight, as weights; null otherwise. */
  pacing_curve: z.array(z.number().min(0).max(1000)).min(2).max(100).nullable(),
  roadblock: Roadblock,
  exclusion_labels: z.array(z.string().trim().min(1).max(100)).max(50),
  /** Advertisers beside whom it is never on a page; it holds both ways. */
  excluded_advertisers: z.array(Id).max(50),
  rotation: Rotation,
};

/** Fields of a line item that its author may leave out. */
export const optionalTerms = {
  priority: terms.priority.optional(),
  sizes: terms.sizes.optional(),
  targeting: terms.targeting.optional(),
  frequency_caps: terms.frequency_caps.optional(),
  daily_cap: terms.daily_cap.optional(),
  lifetime_cap: terms.lifetime_cap.optional(),
  pacing: terms.pacing.optional(),
  pacing_curve: terms.pacing_curve.optional(),
  roadblock: terms.roadblock.optional(),
  exclusion_labels: terms.exclusion_labels.optional(),
  excluded_advertisers: terms.excluded_advertisers.optional(),
  rotation: terms.rotation.optional(),
};
