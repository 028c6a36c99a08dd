/** Proposals: offers with versions, sent by a private link, answered without an account. Shapes and routes. */
import * as z from 'zod';
import { AudienceProfile } from '#forecasting/contract';
import { Currency } from '#inventory/contract';
import {
  Id,
  IdInput,
  ListInput,
  LocalDate,
  Money,
  Name,
  Nothing,
  Timestamp,
  page,
  route,
  sorted,
} from '#platform/contract';
import { Goal, Rate, optionalTerms, terms } from './line-terms.ts';

export const ProposalState = z.enum([
  'draft',
  'awaiting_approval',
  'approved',
  'sent',
  'countered',
  'accepted',
  'declined',
  'expired',
  'withdrawn',
]);
export type ProposalState = z.infer<typeof ProposalState>;

/** What may be done with a proposal; `accept`, `decline` and `counter` are the other side’s. */
export const ProposalMove = z.enum([
  'submit',
  'approve',
  'refuse',
  'send',
  'revise',
  'take_counter',
  'withdraw',
  'counter',
  'accept',
  'decline',
  'expire',
]);
export type ProposalMove = z.infer<typeof ProposalMove>;

/** A line as it is offered: the terms of the line item that it becomes, under its own name from version to version. */
export const OfferedLine = z.strictObject({
  /** Stays the same from version to version; made when left out. */
  id: Id.optional(),
  ...terms,
  ...optionalTerms,
});
export type OfferedLine = z.output<typeof OfferedLine>;

export const ProposalLine = OfferedLine.extend({
  id: Id,
  placement_names: z.array(z.string()),
  /** The rate card’s rate for the same thing, on the first day; null where no card has one. */
  list_rate: Money.nullable(),
  /** How far the offered rate lies below the list rate, in percent; 0 where there is no list rate. */
  discount: z.number(),
  /** Goal × rate; null where only delivery tells. */
  amount: Money.nullable(),
});
export type ProposalLine = z.infer<typeof ProposalLine>;

/** What the other side would rather have on a line; what it leaves out stays. */
export const CounterLine = z.strictObject({
  line_id: Id,
  rate: Rate.shape.amount.optional().describe('Minor units, in the proposal’s currency'),
  quantity: Goal.shape.quantity.optional(),
  start: Timestamp.optional(),
  end: Timestamp.optional(),
  first_day: LocalDate.optional().describe('In place of start: a day of the placement’s site'),
  last_day: LocalDate.optional().describe('In place of end: the last day, included'),
  note: z.string().trim().max(1000).optional(),
});
export type CounterLine = z.output<typeof CounterLine>;

export const Difference = z.object({
  line_id: z.string(),
  line: z.string(),
  field: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type Difference = z.infer<typeof Difference>;

export const Acceptance = z.object({
  name: z.string(),
  title: z.string(),
  at: Timestamp,
  address: z.string().describe('The network address the acceptance came from'),
  document_hash: z.string(),
});
export type Acceptance = z.infer<typeof Acceptance>;

export const Proposal = z.object({
  id: Id,
  name: z.string(),
  advertiser_id: Id,
  advertiser_name: z.string(),
  language: z.enum(['en', 'fr']),
  currency: z.string(),
  terms: z.string(),
  state: ProposalState,
  moves: z.array(ProposalMove),
  version: z.int(),
  lines: z.array(ProposalLine),
  /** Sum of the lines’ amounts. */
  total: z.int(),
  /** The largest discount of its lines, and from which one an approver is needed. */
  discount: z.number(),
  approval_above: z.number(),
  /** Until when it can be accepted, and until when its space is held. */
  expires_at: Timestamp.nullable(),
  holds: z.boolean(),
  /** SHA-256 of what is agreed when this version is accepted. */
  document_hash: z.string(),
  approval: z.object({ name: z.string(), at: Timestamp, note: z.string() }).nullable(),
  acceptance: Acceptance.nullable(),
  order_id: Id.nullable(),
  /** To whom it was sent. */
  contact_id: Id.nullable(),
  created_at: Timestamp,
});
export type Proposal = z.infer<typeof Proposal>;

export const ProposalEntry = z.object({
  id: z.string(),
  version: z.int(),
  at: Timestamp,
  kind: z.string(),
  side: z.enum(['us', 'them', 'clock']),
  author: z.string(),
  note: z.string(),
  counter: z.array(CounterLine),
  differences: z.array(Difference),
});
export type ProposalEntry = z.infer<typeof ProposalEntry>;

const read = 'proposals.read';
const write = 'campaigns.write';
const Note = z.string().trim().max(5000);

const fields = {
  name: Name,
  language: z.enum(['en', 'fr']),
  terms: z.string().max(50_000).describe('Terms of sale, plain text'),
  expires_at: Timestamp.nullable(),
  lines: z.array(OfferedLine).min(1).max(200),
};

const proposalFilters = {
  advertiser_id: Id.optional(),
  state: ProposalState.optional(),
  q: z.string().trim().max(100).optional(),
  ...sorted(['name', 'advertiser', 'state', 'version', 'expires', 'created']),
};

export const listProposals = route({
  method: 'GET',
  path: '/api/proposals',
  can: read,
  summary: 'List proposals, newest first unless sorted.',
  input: ListInput.extend(proposalFilters),
  reply: page(Proposal),
});
export const exportProposals = route({
  method: 'GET',
  path: '/api/proposals.csv',
  can: read,
  kind: 'file',
  summary: 'The same list as CSV, every row of it.',
  input: z.strictObject(proposalFilters),
  reply: z.string(),
});
export const createProposal = route({
  method: 'POST',
  path: '/api/proposals',
  can: write,
  status: 201,
  summary: 'Write a proposal, in draft.',
  input: z.strictObject({
    ...fields,
    advertiser_id: Id,
    currency: Currency,
    language: fields.language.default('en'),
    terms: fields.terms.default(''),
    expires_at: fields.expires_at.optional(),
  }),
  reply: Proposal,
});
export const readProposal = route({
  method: 'GET',
  path: '/api/proposals/:id',
  can: read,
  summary: 'Read a proposal in its present version.',
  input: IdInput,
  reply: Proposal,
});
export const changeProposal = route({
  method: 'PATCH',
  path: '/api/proposals/:id',
  can: write,
  summary: 'Change a draft; what was sent is revised into a new version first.',
  input: z.strictObject(fields).partial().extend({ id: Id }),
  reply: Proposal,
});
export const deleteProposal = route({
  method: 'DELETE',
  path: '/api/proposals/:id',
  can: write,
  status: 204,
  summary: 'Delete a draft that was never sent.',
  input: IdInput,
  reply: Nothing,
});
export const readProposalThread = route({
  method: 'GET',
  path: '/api/proposals/:id/thread',
  can: read,
  summary: 'What was said and done, oldest first, with the differences between versions.',
  input: IdInput,
  reply: z.object({ items: z.array(ProposalEntry) }),
});
export const moveProposal = route({
  method: 'POST',
  path: '/api/proposals/:id/move',
  can: write,
  summary: 'Submit, approve, refuse, revise, take a counter-offer, withdraw.',
  input: z.strictObject({
    id: Id,
    move: z.enum(['submit', 'approve', 'refuse', 'revise', 'take_counter', 'withdraw']),
    note: Note.optional(),
  }),
  reply: Proposal,
});
export const sendProposal = route({
  method: 'POST',
  path: '/api/proposals/:id/send',
  can: write,
  summary:
    'Make the private link, hold the space until the proposal expires, and mail the link to a contact. It is shown once.',
  input: z.strictObject({
    id: Id,
    expires_at: Timestamp.optional(),
    hold: z.boolean().default(true),
    note: Note.optional(),
    contact_id: Id.optional().describe('To whom: noted in the contact’s history, and mailed where an address is known'),
  }),
  reply: z.object({
    proposal: Proposal,
    path: z.string().describe('The link’s path, /p/…'),
    mailed: z.boolean().describe('Whether a letter with the link left'),
  }),
});
export const commentProposal = route({
  method: 'POST',
  path: '/api/proposals/:id/comments',
  can: write,
  status: 201,
  summary: 'Say something to the other side.',
  input: z.strictObject({ id: Id, note: Note.min(1) }),
  reply: z.object({ items: z.array(ProposalEntry) }),
});

export const SellingRules = z.object({ approval_above_percent: z.number() });
export const readSellingRules = route({
  method: 'GET',
  path: '/api/selling-rules',
  can: read,
  summary: 'From which discount a proposal needs an approver.',
  input: Nothing,
  reply: SellingRules,
});
export const changeSellingRules = route({
  method: 'PUT',
  path: '/api/selling-rules',
  can: 'proposals.approve',
  summary: 'Set from which discount a proposal needs an approver.',
  input: z.strictObject({ approval_above_percent: z.number().min(0).max(100).multipleOf(0.01) }),
  reply: SellingRules,
});

// The other side, by the private link

const Token = z.string().min(20).max(100);

/** What the holder of the link sees: nothing of the organisation but the offer. */
export const SharedProposal = Proposal.pick({
  name: true,
  advertiser_name: true,
  language: true,
  currency: true,
  terms: true,
  state: true,
  version: true,
  total: true,
  expires_at: true,
  holds: true,
  document_hash: true,
}).extend({
  seller: z.string(),
  lines: z.array(
    ProposalLine.pick({
      id: true,
      name: true,
      type: true,
      goal: true,
      rate: true,
      start: true,
      end: true,
      sizes: true,
      placement_names: true,
      amount: true,
    }).extend({
      time_zone: z.string(),
      /** Who reads the pages of the first placement; null where too few were counted. */
      audience: AudienceProfile.nullable(),
    }),
  ),
  accepted: z.object({ name: z.string(), title: z.string(), at: Timestamp }).nullable(),
  moves: z.array(ProposalMove),
  thread: z.array(ProposalEntry),
});
export type SharedProposal = z.infer<typeof SharedProposal>;

export const openLink = route({
  method: 'GET',
  path: '/p/:token',
  can: 'public',
  kind: 'file',
  summary: 'The page of a proposal behind its private link.',
  input: z.strictObject({ token: Token, lang: z.enum(['en', 'fr']).optional() }),
  reply: z.unknown(),
});
export const readShared = route({
  method: 'GET',
  path: '/api/p/:token',
  can: 'public',
  summary: 'A proposal behind its private link.',
  input: z.strictObject({ token: Token }),
  reply: SharedProposal,
});
const Who = Name.describe('Who speaks');
export const commentShared = route({
  method: 'POST',
  path: '/api/p/:token/comments',
  can: 'public',
  summary: 'Comment on a proposal.',
  input: z.strictObject({ token: Token, name: Who, note: Note.min(1) }),
  reply: SharedProposal,
});
export const counterShared = route({
  method: 'POST',
  path: '/api/p/:token/counter',
  can: 'public',
  summary: 'Answer with a counter-offer per line: price, quantity, dates.',
  input: z.strictObject({
    token: Token,
    name: Who,
    note: Note.default(''),
    lines: z.array(CounterLine).min(1).max(200),
  }),
  reply: SharedProposal,
});
export const acceptShared = route({
  method: 'POST',
  path: '/api/p/:token/accept',
  can: 'public',
  summary: 'Accept the version whose hash is given; it becomes an order.',
  input: z.strictObject({
    token: Token,
    name: Who,
    title: z.string().trim().max(200).default(''),
    document_hash: z.string().regex(/^[0-9a-f]{64}$/, 'must be the document_hash of the version that was read'),
  }),
  reply: SharedProposal,
});
export const declineShared = route({
  method: 'POST',
  path: '/api/p/:token/decline',
  can: 'public',
  summary: 'Decline a proposal.',
  input: z.strictObject({ token: Token, name: Who, note: Note.default('') }),
  reply: SharedProposal,
});
