/** Orders, their line items, and which creative runs on which line: shapes and routes. */
import * as z from 'zod';
import { CreativeKind, CreativeState } from '#creatives/contract';
import { spaceWarnings } from '#forecasting/contract';
import { Id, IdInput, ListInput, Money, Name, Nothing, Timestamp, page, route } from '#platform/contract';

import { FrequencyCap } from '#inventory/contract';
import { LineItemType, Side, optionalTerms, terms } from './line-terms.ts';

export { FrequencyCap, GoalUnit, RateModel, TargetingGroup } from '#inventory/contract';
export { Goal, LineItemType, Pacing, Rate, Roadblock, Rotation, Side } from './line-terms.ts';
export * from './change-request-contract.ts';
export * from './media-plan-contract.ts';
export * from './occupancy-contract.ts';
export * from './paperwork-contract.ts';
export * from './proposal-contract.ts';
export * from './rfp-contract.ts';

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

/** Which creative runs on which line; without dates of its own, over all the line's. */
export const Assignment = z.object({
  id: Id,
  line_item_id: Id,
  creative_id: Id,
  creative_name: z.string(),
  creative_kind: CreativeKind,
  creative_state: CreativeState,
  width: z.int().nullable(),
  height: z.int().nullable(),
  weight: z.int(),
  start: Timestamp.nullable(),
  end: Timestamp.nullable(),
  /** Of the creative, wherever the visitor sees it. */
  frequency_caps: z.array(FrequencyCap),
  created_at: Timestamp,
});
export type Assignment = z.infer<typeof Assignment>;

const read = 'campaigns.read';
const write = 'campaigns.write';

export const listOrders = route({
  method: 'GET',
  path: '/api/orders',
  can: read,
  summary: 'List orders, newest first.',
  input: ListInput.extend({
    advertiser_id: Id.optional(),
    publisher_id: Id.optional(),
    side: Side.optional(),
    q: z.string().trim().max(100).optional(),
  }),
  reply: page(Order),
});

const orderInput = {
  name: Name,
  publisher_id: Id.nullable().optional(),
  po_number: z.string().trim().max(100).nullable().optional(),
  frequency_caps: z.array(FrequencyCap).max(10).optional(),
};

export const createOrder = route({
  method: 'POST',
  path: '/api/orders',
  can: write,
  status: 201,
  summary: 'Create an order: sold on own sites, or bought from a publisher.',
  input: z.strictObject({ advertiser_id: Id, side: Side.default('sell'), ...orderInput }),
  reply: Order,
});

export const readOrder = route({
  method: 'GET',
  path: '/api/orders/:id',
  can: read,
  summary: 'Read an order.',
  input: IdInput,
  reply: Order,
});

export const changeOrder = route({
  method: 'PATCH',
  path: '/api/orders/:id',
  can: write,
  summary: 'Change an order. Its advertiser and side are fixed by its first line item.',
  input: z.strictObject({
    id: Id,
    advertiser_id: Id.optional(),
    side: Side.optional(),
    ...orderInput,
    name: Name.optional(),
  }),
  reply: Order,
});

export const deleteOrder = route({
  method: 'DELETE',
  path: '/api/orders/:id',
  can: write,
  status: 204,
  summary: 'Delete an order without line items.',
  input: IdInput,
  reply: Nothing,
});

export const LineSummary = LineItem.pick({
  id: true,
  name: true,
  type: true,
  state: true,
  goal: true,
  rate: true,
  start: true,
  end: true,
  booked_amount: true,
});

/** `booked`: sums of the lines that are booked, live, paused or ended, one a currency. */
export const OrderSummary = z.object({
  order: Order,
  lines: z.array(LineSummary),
  booked: z.array(z.object({ amount: z.int(), currency: z.string() })),
});
export type OrderSummary = z.infer<typeof OrderSummary>;

export const readOrderSummary = route({
  method: 'GET',
  path: '/api/orders/:id/summary',
  can: read,
  summary: 'An order, its lines and what they are worth.',
  input: IdInput,
  reply: OrderSummary,
});

export const listLineItems = route({
  method: 'GET',
  path: '/api/line-items',
  can: read,
  summary: 'List line items, newest first.',
  input: ListInput.extend({
    order_id: Id.optional(),
    advertiser_id: Id.optional(),
    placement_id: Id.optional(),
    side: Side.optional(),
    state: LineItemState.optional(),
    type: LineItemType.optional(),
    q: z.string().trim().max(100).optional(),
  }),
  reply: page(LineItem),
});

export const createLineItem = route({
  method: 'POST',
  path: '/api/line-items',
  can: write,
  status: 201,
  summary: 'Create a line item, in draft.',
  input: LineItemInput,
  reply: LineItem,
});

export const readLineItem = route({
  method: 'GET',
  path: '/api/line-items/:id',
  can: read,
  summary: 'Read a line item.',
  input: IdInput,
  reply: LineItem,
});

export const changeLineItem = route({
  method: 'PATCH',
  path: '/api/line-items/:id',
  can: write,
  summary:
    'Change a line item: freely before booking; afterwards name, end, a higher goal, pacing, rotation, caps, roadblock, exclusion and targeting.',
  input: LineItemChange.extend({ id: Id }),
  reply: LineItem,
});

export const deleteLineItem = route({
  method: 'DELETE',
  path: '/api/line-items/:id',
  can: write,
  status: 204,
  summary: 'Delete a draft line item.',
  input: IdInput,
  reply: Nothing,
});

export const cloneLineItem = route({
  method: 'POST',
  path: '/api/line-items/:id/clone',
  can: write,
  status: 201,
  summary: 'Make a draft with the same terms and creatives.',
  input: z.strictObject({ id: Id, name: Name.optional() }),
  reply: LineItem,
});

export const moveLineItem = route({
  method: 'POST',
  path: '/api/line-items/:id/move',
  can: 'campaigns.book',
  summary: 'Move a line item to another state.',
  input: z.strictObject({
    id: Id,
    to: LineItemState,
    /** Book in spite of a lack of capacity. */
    force: z.boolean().optional(),
    /** For `reserved`: when the hold lapses and the line goes back to draft; without it, it holds until it is moved. */
    expires_at: Timestamp.optional(),
    reason: z.string().trim().max(500).optional(),
  }),
  reply: LineItem,
});

export const listAssignments = route({
  method: 'GET',
  path: '/api/assignments',
  can: read,
  summary: 'List which creatives run on which lines, newest first.',
  input: ListInput.extend({ line_item_id: Id.optional(), creative_id: Id.optional() }),
  reply: page(Assignment),
});

const assignmentTerms = {
  weight: z.int().min(1).max(10_000).optional(),
  frequency_caps: z.array(FrequencyCap).max(10).optional(),
  start: Timestamp.nullable().optional(),
  end: Timestamp.nullable().optional(),
};

export const createAssignment = route({
  method: 'POST',
  path: '/api/assignments',
  can: write,
  status: 201,
  summary: 'Put a creative on a line item.',
  input: z.strictObject({ line_item_id: Id, creative_id: Id, ...assignmentTerms }),
  reply: Assignment,
});

export const readAssignment = route({
  method: 'GET',
  path: '/api/assignments/:id',
  can: read,
  summary: 'Read an assignment.',
  input: IdInput,
  reply: Assignment,
});

export const changeAssignment = route({
  method: 'PATCH',
  path: '/api/assignments/:id',
  can: write,
  summary: 'Change the weight or dates of an assignment.',
  input: z.strictObject({ id: Id, ...assignmentTerms }),
  reply: Assignment,
});

export const deleteAssignment = route({
  method: 'DELETE',
  path: '/api/assignments/:id',
  can: write,
  status: 204,
  summary: 'Take a creative off a line item.',
  input: IdInput,
  reply: Nothing,
});
