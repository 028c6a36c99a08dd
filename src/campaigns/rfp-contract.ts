/** Requests for proposals: space asked of several outside publishers by private link, their offers compared, countered, chosen. */
import * as z from 'zod';
import { Currency, Domain, GoalUnit, PlacementFormat, RateModel } from '#inventory/contract';
import { Email } from '#people/contract';
import { Id, IdInput, ListInput, LocalDate, Money, Name, Nothing, Timestamp, page, route } from '#platform/contract';
import { ProposalEntry } from './proposal-contract.ts';

export const InvitationState = z.enum([
  'draft',
  'sent',
  'answered',
  'countered',
  'declined',
  'expired',
  'chosen',
  'passed_over',
  'withdrawn',
]);
export type InvitationState = z.infer<typeof InvitationState>;

/** What may be done with an invitation; `answer`, `agree` and `decline` are the publisher’s. */
export const InvitationMove = z.enum([
  'send',
  'answer',
  'counter',
  'agree',
  'choose',
  'pass_over',
  'decline',
  'expire',
  'reopen',
  'withdraw',
]);
export type InvitationMove = z.infer<typeof InvitationMove>;

const space = {
  name: Name,
  /** Where, in words: a site, a section, a position. */
  where: z.string().trim().max(300).default(''),
  /** An external placement of ours that stands for it, where there is one. */
  placement_id: Id.nullable().default(null),
  sizes: z.array(PlacementFormat).max(20).default([]),
  /** Conversions are counted by goals of the buyer’s sites: a publisher cannot promise them. */
  unit: GoalUnit.exclude(['conversions']),
  model: RateModel,
  first_day: LocalDate,
  last_day: LocalDate.describe('Included'),
  note: z.string().trim().max(1000).default(''),
};
const Quantity = z.int().min(0).max(1e12);
const Price = z.int().min(0).max(1e12).describe('Minor units of the request’s currency, for a unit of the price model');

/** A line that is asked for; without quantity or price, the publisher says. */
export const AskedLine = z.strictObject({
  id: Id.optional(),
  ...space,
  quantity: Quantity.nullable().default(null),
  amount: Price.nullable().default(null).describe('Price one hopes for, shown to the publishers; minor units'),
});
export type AskedLine = z.output<typeof AskedLine> & { id: string };

/** A line that is offered: the answer to an asked one under its id, or one more. */
export const AnswerLine = z.strictObject({
  id: Id.optional(),
  ...space,
  /** Domain of the site it is on; needed where no placement of the buyer’s stands for it. */
  site: z.union([Domain, z.literal('')]).default(''),
  quantity: Quantity,
  amount: Price,
});
export type AnswerLine = z.output<typeof AnswerLine>;

export const KeptAnswer = AnswerLine.extend({
  id: Id,
  /** Whether it answers a line that was asked for. */
  asked: z.boolean(),
  total: Money.nullable().describe('Quantity × price; null where only delivery tells'),
});
export type KeptAnswer = z.output<typeof KeptAnswer>;

export const Invitation = z.object({
  id: Id,
  rfp_id: Id,
  publisher_id: Id,
  publisher_name: z.string(),
  contact_id: Id.nullable(),
  contact_name: z.string().nullable(),
  email: z.string().nullable(),
  state: InvitationState,
  moves: z.array(InvitationMove),
  version: z.int(),
  /** Whose the newest version is; null before the first answer. */
  side: z.enum(['us', 'them']).nullable(),
  lines: z.array(KeptAnswer),
  total: z.int().describe('Sum of the lines whose amount is known, minor units'),
  due_at: Timestamp,
  opened_at: Timestamp.nullable().describe('When the link was first opened'),
  reminded_at: Timestamp.nullable(),
  order_id: Id.nullable(),
});
export type Invitation = z.infer<typeof Invitation>;

export const Rfp = z.object({
  id: Id,
  name: z.string(),
  advertiser_id: Id,
  advertiser_name: z.string(),
  language: z.enum(['en', 'fr']),
  currency: z.string(),
  brief: z.string(),
  terms: z.string(),
  lines: z.array(AskedLine.extend({ id: Id })),
  due_at: Timestamp,
  created_by: z.string(),
  created_at: Timestamp,
  invitations: z.array(Invitation),
});
export type Rfp = z.infer<typeof Rfp>;

const read = 'proposals.read';
const write = 'campaigns.write';
const Note = z.string().trim().max(5000);

const fields = {
  name: Name,
  language: z.enum(['en', 'fr']),
  brief: z.string().trim().max(20_000),
  terms: z.string().trim().max(50_000),
  lines: z.array(AskedLine).min(1).max(100),
  due_at: Timestamp.describe('Until when answers are asked for'),
};
const Invited = z.strictObject({
  publisher_id: Id,
  contact_id: Id.nullable().default(null),
  email: Email.nullable().default(null).describe('Where letters go; without it the contact’s address'),
});

export const listRfps = route({
  method: 'GET',
  path: '/api/rfps',
  can: read,
  summary: 'List requests for proposals, newest first.',
  input: ListInput.extend({ advertiser_id: Id.optional(), q: z.string().trim().max(100).optional() }),
  reply: page(Rfp),
});
export const createRfp = route({
  method: 'POST',
  path: '/api/rfps',
  can: write,
  status: 201,
  summary: 'Write a request for proposals to outside publishers; nothing is sent yet.',
  input: z.strictObject({
    ...fields,
    advertiser_id: Id,
    currency: Currency,
    language: fields.language.default('en'),
    brief: fields.brief.default(''),
    terms: fields.terms.default(''),
    invited: z.array(Invited).max(50).default([]),
  }),
  reply: Rfp,
});
export const readRfp = route({
  method: 'GET',
  path: '/api/rfps/:id',
  can: read,
  summary: 'A request for proposals with every publisher’s newest offer.',
  input: IdInput,
  reply: Rfp,
});
export const changeRfp = route({
  method: 'PATCH',
  path: '/api/rfps/:id',
  can: write,
  summary: 'Change a request that was sent to nobody yet; afterwards only its name and terms of purchase.',
  input: z.strictObject(fields).partial().extend({ id: Id }),
  reply: Rfp,
});
export const deleteRfp = route({
  method: 'DELETE',
  path: '/api/rfps/:id',
  can: write,
  status: 204,
  summary: 'Delete a request that was sent to nobody.',
  input: IdInput,
  reply: Nothing,
});
export const invitePublisher = route({
  method: 'POST',
  path: '/api/rfps/:id/invitations',
  can: write,
  status: 201,
  summary: 'Ask one more publisher; nothing is sent yet.',
  input: Invited.extend({ id: Id }),
  reply: Rfp,
});

const Sent = z.object({
  rfp: Rfp,
  path: z.string().describe('The private link’s path, /p/…/request: shown this once'),
  mailed: z.boolean().describe('Whether a letter with the link left'),
});
export const sendInvitation = route({
  method: 'POST',
  path: '/api/rfp-invitations/:id/send',
  can: write,
  summary: 'Make the private link and send it by e-mail where an address and a mail server are there.',
  input: IdInput.extend({ note: Note.default('') }),
  reply: Sent,
});
export const remindInvitation = route({
  method: 'POST',
  path: '/api/rfp-invitations/:id/remind',
  can: write,
  summary: 'Remind a publisher whose answer is missing; the letter carries a link of its own.',
  input: IdInput.extend({ note: Note.default('') }),
  reply: Sent,
});
export const moveInvitation = route({
  method: 'POST',
  path: '/api/rfp-invitations/:id/move',
  can: write,
  summary: 'Pass over an offer, withdraw a request, open it again with a new date.',
  input: IdInput.extend({
    move: z.enum(['pass_over', 'withdraw', 'reopen']),
    note: Note.default(''),
    due_at: Timestamp.optional().describe('For `reopen`: the new date; a week from now unless said'),
  }),
  reply: Rfp,
});
export const counterInvitation = route({
  method: 'POST',
  path: '/api/rfp-invitations/:id/counter',
  can: write,
  summary: 'Answer an offer with a counter-offer: price, quantity, days per line.',
  input: IdInput.extend({
    note: Note.default(''),
    due_at: Timestamp.optional(),
    lines: z
      .array(
        z.strictObject({
          line_id: Id,
          amount: Price.optional(),
          quantity: Quantity.optional(),
          first_day: LocalDate.optional(),
          last_day: LocalDate.optional(),
        }),
      )
      .min(1)
      .max(100),
  }),
  reply: Rfp,
});
export const commentInvitation = route({
  method: 'POST',
  path: '/api/rfp-invitations/:id/comments',
  can: write,
  summary: 'Say something to the publisher.',
  input: IdInput.extend({ note: Note.min(1) }),
  reply: z.object({ items: z.array(ProposalEntry) }),
});
export const readInvitationThread = route({
  method: 'GET',
  path: '/api/rfp-invitations/:id/thread',
  can: read,
  summary: 'What was said and done with a publisher, oldest first, with the differences between versions.',
  input: IdInput,
  reply: z.object({ items: z.array(ProposalEntry) }),
});
export const chooseOffer = route({
  method: 'POST',
  path: '/api/rfp-invitations/:id/choose',
  can: 'campaigns.book',
  summary: 'Choose an offer: a bought order with its booked lines and a numbered purchase insertion order.',
  input: IdInput.extend({
    po_number: z.string().trim().max(100).nullable().default(null),
    lines: z.array(Id).min(1).max(100).optional().describe('Lines that are taken; all unless said'),
    note: Note.default(''),
  }),
  reply: Rfp,
});

// The publisher, by the private link

const Token = z.string().min(20).max(100);

export const SharedRequest = Rfp.pick({
  name: true,
  advertiser_name: true,
  language: true,
  currency: true,
  brief: true,
  terms: true,
}).extend({
  buyer: z.string(),
  publisher_name: z.string(),
  asked: z.array(AskedLine.extend({ id: Id })),
  state: InvitationState,
  moves: z.array(InvitationMove),
  version: z.int(),
  side: z.enum(['us', 'them']).nullable(),
  offer: z.array(KeptAnswer),
  total: z.int(),
  due_at: Timestamp,
  thread: z.array(ProposalEntry),
});
export type SharedRequest = z.infer<typeof SharedRequest>;

export const openRequest = route({
  method: 'GET',
  path: '/p/:token/request',
  can: 'public',
  kind: 'file',
  summary: 'The page of a request for proposals behind its private link.',
  input: z.strictObject({ token: Token, lang: z.enum(['en', 'fr']).optional() }),
  reply: z.unknown(),
});
export const openTags = route({
  method: 'GET',
  path: '/p/:token/tags',
  can: 'public',
  kind: 'file',
  summary: 'The tags of a chosen offer, for the publisher’s ad server.',
  input: z.strictObject({ token: Token, lang: z.enum(['en', 'fr']).optional() }),
  reply: z.unknown(),
});
const Who = { token: Token, name: Name.describe('Who speaks') };
export const readRequest = route({
  method: 'GET',
  path: '/api/p/:token/request',
  can: 'public',
  summary: 'A request for proposals behind its private link.',
  input: z.strictObject({ token: Token }),
  reply: SharedRequest,
});
export const answerRequest = route({
  method: 'POST',
  path: '/api/p/:token/offer',
  can: 'public',
  summary: 'Answer with an offer: places, prices, quantities, days; a newer one replaces it.',
  input: z.strictObject({ ...Who, note: Note.default(''), lines: z.array(AnswerLine).min(1).max(100) }),
  reply: SharedRequest,
});
export const agreeToCounter = route({
  method: 'POST',
  path: '/api/p/:token/agree',
  can: 'public',
  summary: 'Agree to the buyer’s counter-offer: it becomes the offer.',
  input: z.strictObject({ ...Who, version: z.int().describe('The version that was read'), note: Note.default('') }),
  reply: SharedRequest,
});
export const declineRequest = route({
  method: 'POST',
  path: '/api/p/:token/refuse',
  can: 'public',
  summary: 'Say that no offer will come.',
  input: z.strictObject({ ...Who, note: Note.default('') }),
  reply: SharedRequest,
});
export const commentRequest = route({
  method: 'POST',
  path: '/api/p/:token/say',
  can: 'public',
  summary: 'Say something to the buyer.',
  input: z.strictObject({ ...Who, note: Note.min(1) }),
  reply: SharedRequest,
});
