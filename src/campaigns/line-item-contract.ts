/** Orders and line items as they are shown and sent. */
import * as z from 'zod';
import { FrequencyCap } from '#inventory/contract';
import { spaceWarnings } from '#forecasting/contract';
import { Id, Money, Timestamp } from '#platform/contract';
import { Side, optionalTerms, terms } from './line-terms.ts';

export const LineItemState = z.enum([
  'draft',
  'proposed',
  'reserved',
  'booked',
  'live',
  'paused',
  'ended',
  'cancelled',
]);
export type LineItemState = z.infer<typeof LineItemState>;

/** Something to know about a line item that does not stop it. */
export const Warning = z.object({
  code: z.enum(['no-creative', 'not-started', 'already-over', ...spaceWarnings]),
  sentence: z.string(),
});
export type Warning = z.infer<typeof Warning>;

export const Order = z.object({
  id: Id,
  advertiser_id: Id,
  advertiser_name: z.string(),
  name: z.string(),
  side: Side,
  publisher_id: Id.nullable(),
  publisher_name: z.string().nullable(),
  po_number: z.string().nullable(),
  /** Over all its line items together. */
  frequency_caps: z.array(FrequencyCap),
  /** How many line items it has, and its first and last instants; null without lines. */
  lines: z.int(),
  start: Timestamp.nullable(),
  end: Timestamp.nullable(),
  created_at: Timestamp,
});
export type Order = z.infer<typeof Order>;

export const LineItem = z.object({
  id: Id,
  order_id: Id,
  order_name: z.string(),
  advertiser_id: Id,
  advertiser_name: z.string(),
  side: Side,
  ...terms,
  state: LineItemState,
  state_reason: z.string().nullable(),
  /** When the hold of a reserved line lapses; null: it does not. */
  expires_at: Timestamp.nullable(),
  /** States it may be moved to from here. */
  moves: z.array(LineItemState),
  /** Goal × rate; null where only delivery tells (a share sold per thousand, for one). */
  booked_amount: Money.nullable(),
  warnings: z.array(Warning),
  created_at: Timestamp,
});
export type LineItem = z.infer<typeof LineItem>;

export const LineItemInput = z.strictObject({ order_id: Id, ...terms, ...optionalTerms });
export type LineItemInput = z.output<typeof LineItemInput>;

/** Every term of a line item, the left-out ones filled in. */
export const LineItemTerms = z.strictObject(terms);
export type LineItemTerms = z.output<typeof LineItemTerms>;

export const LineItemChange = LineItemTerms.partial();
export type LineItemChange = z.output<typeof LineItemChange>;
