/** Orders, their line items, and which creative runs on which line: shapes and routes. */
import * as z from 'zod';
import { CreativeKind, CreativeState } from '#creatives/contract';
import { Id, IdInput, ListInput, Name, Nothing, Timestamp, page, route, sorted } from '#platform/contract';

import { FrequencyCap } from '#inventory/contract';
import { LineItem, LineItemChange, LineItemInput, LineItemState, Order } from './line-item-contract.ts';
import { LineItemType, Side } from './line-terms.ts';

export { FrequencyCap, GoalUnit, RateModel, TargetingGroup } from '#inventory/contract';
export { Goal, LineItemType, Pacing, Rate, Roadblock, Rotation, Side } from './line-terms.ts';
export * from './change-request-contract.ts';
export * from './bulk-contract.ts';
export * from './line-item-contract.ts';
export * from './link-contract.ts';
export * from './media-plan-contract.ts';
export * from './occupancy-contract.ts';
export * from './paperwork-contract.ts';
export * from './proposal-contract.ts';
export * from './rfp-contract.ts';

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

const orderFilters = {
  advertiser_id: Id.optional(),
  publisher_id: Id.optional(),
  side: Side.optional(),
  q: z.string().trim().max(100).optional(),
  ...sorted(['name', 'advertiser', 'publisher', 'side', 'lines', 'start', 'created']),
};

export const listOrders = route({
  method: 'GET',
  path: '/api/orders',
  can: read,
  summary: 'List orders, newest first unless sorted.',
  input: ListInput.extend(orderFilters),
  reply: page(Order),
});

export const exportOrders = route({
  method: 'GET',
  path: '/api/orders.csv',
  can: read,
  kind: 'file',
  summary: 'The same list as CSV, every row of it.',
  input: z.strictObject(orderFilters),
  reply: z.string(),
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

const lineItemFilters = {
  order_id: Id.optional(),
  advertiser_id: Id.optional(),
  placement_id: Id.optional(),
  side: Side.optional(),
  state: LineItemState.optional(),
  type: LineItemType.optional(),
  q: z.string().trim().max(100).optional(),
  ...sorted(['name', 'order', 'advertiser', 'state', 'type', 'priority', 'goal', 'rate', 'start', 'end', 'created']),
};

export const listLineItems = route({
  method: 'GET',
  path: '/api/line-items',
  can: read,
  summary: 'List line items, newest first unless sorted; up to 1000 at a time.',
  input: ListInput.extend({ ...lineItemFilters, limit: z.coerce.number().int().min(1).max(1000).default(50) }),
  reply: page(LineItem),
});

export const exportLineItems = route({
  method: 'GET',
  path: '/api/line-items.csv',
  can: read,
  kind: 'file',
  summary: 'The same list as CSV, every row of it, with the columns that the import takes.',
  input: z.strictObject(lineItemFilters),
  reply: z.string(),
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
