/** The papers of an order: insertion orders and what is to be invoiced. Shapes and routes. */
import * as z from 'zod';
import { GoalUnit, RateModel } from '#inventory/contract';
import { Id, IdInput, LocalDate, Money, Name, Timestamp, route } from '#platform/contract';

export const InsertionOrderState = z.enum(['issued', 'accepted', 'accepted_offline', 'superseded']);
export type InsertionOrderState = z.infer<typeof InsertionOrderState>;

export const Signature = z.object({
  name: z.string(),
  title: z.string(),
  at: Timestamp,
  address: z.string().nullable().describe('The network address it came from; null when it was signed on paper'),
  note: z.string(),
});
export type Signature = z.infer<typeof Signature>;

export const InsertionOrder = z.object({
  id: Id,
  order_id: Id,
  number: z.string().describe('IO-2026-0001: year and number of the organisation, without gaps'),
  language: z.enum(['en', 'fr']),
  state: InsertionOrderState,
  document_hash: z.string().describe('SHA-256 of the sealed document'),
  acceptance: Signature.nullable(),
  issued_by: z.string(),
  created_at: Timestamp,
});
export type InsertionOrder = z.infer<typeof InsertionOrder>;

const read = 'campaigns.read';
const write = 'campaigns.write';
const Who = {
  name: Name,
  title: z.string().trim().max(200).default(''),
};

export const listInsertionOrders = route({
  method: 'GET',
  path: '/api/orders/:id/insertion-orders',
  can: read,
  summary: 'The insertion orders of an order, newest first (at most 200).',
  input: IdInput,
  reply: z.object({ items: z.array(InsertionOrder) }),
});
export const issueInsertionOrder = route({
  method: 'POST',
  path: '/api/orders/:id/insertion-orders',
  can: write,
  status: 201,
  summary:
    'Number and seal an insertion order of the lines as they stand. The private link to accept it is shown once.',
  input: z.strictObject({
    id: Id,
    language: z.enum(['en', 'fr']).default('en'),
    terms: z.string().max(50_000).default(''),
  }),
  reply: InsertionOrder.extend({ path: z.string().describe('The link’s path, /p/…/insertion') }),
});
export const readInsertionOrderPdf = route({
  method: 'GET',
  path: '/api/insertion-orders/:id/pdf',
  can: read,
  kind: 'file',
  summary: 'An insertion order as PDF, with its acceptance.',
  input: IdInput,
  reply: z.unknown(),
});
export const acceptInsertionOrderOffline = route({
  method: 'POST',
  path: '/api/insertion-orders/:id/accept-offline',
  can: write,
  summary: 'Record that an insertion order was signed on paper.',
  input: z.strictObject({
    id: Id,
    ...Who,
    at: Timestamp.optional(),
    note: z.string().trim().max(1000).default(''),
  }),
  reply: InsertionOrder,
});
export const cancelOrder = route({
  method: 'POST',
  path: '/api/orders/:id/cancel',
  can: 'campaigns.book',
  summary: 'Cancel every line of an order that is still open, with the reason; what they held is given back.',
  input: z.strictObject({ id: Id, reason: z.string().trim().min(1).max(500) }),
  reply: z.object({ cancelled: z.array(Id) }),
});

// What is to be invoiced

export const InvoiceLine = z.object({
  line_item_id: Id,
  name: z.string(),
  state: z.string(),
  model: RateModel,
  rate: Money,
  /** What the rate counts; `days` for prices per day, `line` for lump sums. */
  unit: z.enum([...GoalUnit.options, 'days', 'line']),
  ordered: z.number().nullable(),
  /** In the period; and since the start of the line until the end of the period. */
  delivered: z.number(),
  delivered_to_date: z.number(),
  billable: z.number().describe('Units of the period that are billed: never more than was ordered in all'),
  amount: Money,
  make_good_of: z.string().nullable().describe('The line that it makes good for'),
});
export type InvoiceLine = z.infer<typeof InvoiceLine>;

export const InvoiceBasis = z.object({
  order_id: Id,
  order_name: z.string(),
  advertiser_name: z.string(),
  po_number: z.string().nullable(),
  from: LocalDate,
  to: LocalDate,
  lines: z.array(InvoiceLine),
  /** Credits of the period, in negative amounts; they are in the totals. */
  credits: z.array(z.object({ line_item_id: Id, name: z.string(), day: LocalDate, note: z.string(), amount: Money })),
  totals: z.array(Money),
});
export type InvoiceBasis = z.infer<typeof InvoiceBasis>;

const period = { from: LocalDate, to: LocalDate.describe('Included') };
export const readInvoiceBasis = route({
  method: 'GET',
  path: '/api/orders/:id/invoice-basis',
  can: read,
  summary: 'Ordered, delivered and billable by line over a period.',
  input: IdInput.extend(period),
  reply: InvoiceBasis,
});
export const exportInvoiceBasis = route({
  method: 'GET',
  path: '/api/orders/:id/invoice-basis.csv',
  can: read,
  kind: 'file',
  summary: 'The same as a CSV file.',
  input: IdInput.extend({ ...period, language: z.enum(['en', 'fr']).default('en') }),
  reply: z.unknown(),
});

// The other side, by the private link

const Token = z.string().min(20).max(100);
export const openInsertionOrder = route({
  method: 'GET',
  path: '/p/:token/insertion',
  can: 'public',
  kind: 'file',
  summary: 'The page of an insertion order behind its private link.',
  input: z.strictObject({ token: Token }),
  reply: z.unknown(),
});
export const openInsertionOrderPdf = route({
  method: 'GET',
  path: '/p/:token/pdf',
  can: 'public',
  kind: 'file',
  summary: 'The PDF of an insertion order behind its private link.',
  input: z.strictObject({ token: Token }),
  reply: z.unknown(),
});
export const signInsertionOrder = route({
  method: 'POST',
  path: '/api/p/:token/sign',
  can: 'public',
  summary: 'Accept the insertion order whose hash is given.',
  input: z.strictObject({
    token: Token,
    ...Who,
    document_hash: z.string().regex(/^[0-9a-f]{64}$/, 'must be the document_hash of the document that was read'),
  }),
  reply: z.object({ state: InsertionOrderState, acceptance: Signature.nullable() }),
});
