/** Changes to an order that was agreed, and what makes good for less than was ordered. Shapes and routes. */
import * as z from 'zod';
import { GoalUnit, TargetingGroup } from '#inventory/contract';
import { Id, IdInput, LocalDate, Money, Name, Timestamp, route } from '#platform/contract';
import { Goal, Rate, terms } from './line-terms.ts';
import { Difference } from './proposal-contract.ts';

export const ChangeRequestState = z.enum(['waiting', 'applied', 'refused', 'withdrawn']);
export type ChangeRequestState = z.infer<typeof ChangeRequestState>;
export const ChangeMove = z.enum(['approve', 'refuse', 'withdraw']);
export type ChangeMove = z.infer<typeof ChangeMove>;

/** What is to change of a line; what is left out stays. */
export const ChangedLine = z.strictObject({
  line_item_id: Id,
  quantity: Goal.shape.quantity.optional(),
  rate: Rate.shape.amount.optional().describe('Minor units; only before the line has begun'),
  first_day: LocalDate.optional().describe('A day of the line’s site; only before the line has begun'),
  last_day: LocalDate.optional().describe('The last day, included'),
  placements: terms.placements.optional(),
  targeting: TargetingGroup.nullable().optional(),
  cancel: z.boolean().optional().describe('Cancels the line instead'),
});
export type ChangedLine = z.output<typeof ChangedLine>;

export const ChangeAnswer = z.object({
  name: z.string(),
  title: z.string(),
  at: Timestamp,
  address: z.string().nullable().describe('The network address of an answer by private link'),
  note: z.string(),
});

export const ChangeRequest = z.object({
  id: Id,
  order_id: Id,
  asked_of: z.enum(['us', 'them']),
  state: ChangeRequestState,
  moves: z.array(ChangeMove),
  note: z.string(),
  differences: z.array(Difference),
  document_hash: z.string().describe('SHA-256 of what is to change'),
  asked_by: z.string(),
  answer: ChangeAnswer.nullable(),
  insertion_order_id: Id.nullable().describe('The amended insertion order, where the order had one'),
  created_at: Timestamp,
});
export type ChangeRequest = z.infer<typeof ChangeRequest>;

const read = 'campaigns.read';
const Note = z.string().trim().max(5000);

export const listChangeRequests = route({
  method: 'GET',
  path: '/api/orders/:id/change-requests',
  can: read,
  summary: 'The changes that were asked of an order, newest first (at most 200).',
  input: IdInput,
  reply: z.object({ items: z.array(ChangeRequest) }),
});
export const createChangeRequest = route({
  method: 'POST',
  path: '/api/orders/:id/change-requests',
  can: 'campaigns.write',
  status: 201,
  summary: 'Ask for a change of sold lines, of our approvers or of the other side by private link (shown once).',
  input: IdInput.extend({
    asked_of: z.enum(['us', 'them']),
    note: Note.default(''),
    lines: z.array(ChangedLine).min(1).max(100),
  }),
  reply: ChangeRequest.extend({ path: z.string().nullable().describe('The link’s path, /p/…/change') }),
});
export const answerChangeRequest = route({
  method: 'POST',
  path: '/api/change-requests/:id/answer',
  can: 'campaigns.write',
  summary: 'Approve (where it is ours to approve), refuse or withdraw a change.',
  input: IdInput.extend({
    move: ChangeMove,
    note: Note.default(''),
    force: z.boolean().optional().describe('Take space in spite of a lack of it'),
  }),
  reply: ChangeRequest,
});

// Make-goods

export const Shortfall = z.object({
  line_item_id: Id,
  unit: z.union([GoalUnit, z.literal('days')]),
  ordered: z.number(),
  delivered: z.number(),
  missing: z.number(),
  /** What the missing part is worth by the line’s price; null where its price does not depend on delivery alone. */
  worth: Money.nullable(),
  /** What was made good already, of the missing quantity and in money. */
  made_good: z.number(),
  credited: Money,
});
export type Shortfall = z.infer<typeof Shortfall>;

export const MakeGood = z.object({
  id: Id,
  order_id: Id,
  line_item_id: Id,
  line_name: z.string(),
  kind: z.enum(['line', 'credit']),
  made_line_item_id: Id.nullable(),
  made_line_name: z.string().nullable(),
  quantity: z.number(),
  amount: Money,
  note: z.string(),
  made_by: z.string(),
  day: LocalDate,
  created_at: Timestamp,
});
export type MakeGood = z.infer<typeof MakeGood>;

export const readShortfall = route({
  method: 'GET',
  path: '/api/line-items/:id/shortfall',
  can: read,
  summary: 'What a line delivered less than was ordered, and what was made good of it.',
  input: IdInput,
  reply: Shortfall,
});
export const listMakeGoods = route({
  method: 'GET',
  path: '/api/orders/:id/make-goods',
  can: read,
  summary: 'What made good for lines of an order, newest first (at most 200).',
  input: IdInput,
  reply: z.object({ items: z.array(MakeGood) }),
});
export const createMakeGood = route({
  method: 'POST',
  path: '/api/line-items/:id/make-goods',
  can: 'campaigns.book',
  status: 201,
  summary:
    'Make good for a line that delivered less: a booked line more on the same order, or a credit on the invoice.',
  input: IdInput.extend({
    kind: z.enum(['line', 'credit']),
    quantity: z.int().min(1).max(1e12).optional().describe('Of a line: what is missing unless said'),
    first_day: LocalDate.optional(),
    last_day: LocalDate.optional(),
    placements: terms.placements.optional().describe('Those of the line unless said'),
    free: z
      .boolean()
      .optional()
      .describe('Whether the new line costs nothing; unless said, where the first is paid whatever it delivers'),
    amount: z
      .int()
      .min(1)
      .max(1e12)
      .optional()
      .describe('Of a credit, minor units: what is missing is worth, unless said'),
    note: Note.default(''),
    force: z.boolean().optional(),
  }),
  reply: MakeGood,
});

// The other side, by the private link

const Token = z.string().min(20).max(100);
export const openChange = route({
  method: 'GET',
  path: '/p/:token/change',
  can: 'public',
  kind: 'file',
  summary: 'The page of a change behind its private link.',
  input: z.strictObject({ token: Token, lang: z.enum(['en', 'fr']).optional() }),
  reply: z.unknown(),
});
export const answerChange = route({
  method: 'POST',
  path: '/api/p/:token/change',
  can: 'public',
  summary: 'Approve or refuse the change whose hash is given.',
  input: z.strictObject({
    token: Token,
    name: Name,
    title: z.string().trim().max(200).default(''),
    move: z.enum(['approve', 'refuse']),
    note: Note.default(''),
    document_hash: z.string().regex(/^[0-9a-f]{64}$/, 'must be the document_hash of what was read'),
  }),
  reply: z.object({ state: ChangeRequestState }),
});
