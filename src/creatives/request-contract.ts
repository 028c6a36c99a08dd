/** Creative requests: what each booked line needs to be made, by when, within which limits; and the private links to hand it in. */
import * as z from 'zod';
import { Id, IdInput, ListInput, Name, Nothing, Timestamp, page, route } from '#platform/contract';
import { CreativeKind, CreativeState } from './words.ts';
import { CreativeLimits } from './limits.ts';

export const CreativeRequestState = z.enum(['open', 'received', 'refused', 'done', 'cancelled']);
export type CreativeRequestState = z.infer<typeof CreativeRequestState>;

/** BCP 47, such as fr or en-GB. */
export const LanguageTag = z
  .string()
  .trim()
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'must be a language tag such as fr or en-GB');

export const CreativeRequest = z.object({
  id: Id,
  line_item_id: Id,
  line_item_name: z.string(),
  order_id: Id,
  order_name: z.string(),
  advertiser_id: Id,
  advertiser_name: z.string(),
  /** Where it will run, by name. */
  placements: z.array(z.string()),
  format: z.string(),
  width: z.int().nullable(),
  height: z.int().nullable(),
  /** What may be sent for it. */
  kinds: z.array(CreativeKind),
  limits: CreativeLimits,
  languages: z.array(z.string()),
  note: z.string(),
  start: Timestamp,
  due: Timestamp,
  /** `open`: nothing is in; `received`: in, and not decided; `refused`: all that came was rejected; `done`: one is approved. */
  state: CreativeRequestState,
  is_late: z.boolean(),
  creatives: z.array(z.object({ id: Id, name: z.string(), state: CreativeState, version: z.int() })),
  reminded_at: Timestamp.nullable(),
  created_at: Timestamp,
});
export type CreativeRequest = z.infer<typeof CreativeRequest>;

const filters = {
  order_id: Id.optional(),
  advertiser_id: Id.optional(),
  line_item_id: Id.optional(),
};

export const listCreativeRequests = route({
  method: 'GET',
  path: '/api/creative-requests',
  can: 'creatives.read',
  summary: 'What booked lines need, the nearest deadline first.',
  input: ListInput.extend({
    ...filters,
    state: CreativeRequestState.optional(),
    late: z.enum(['true', 'false']).optional().describe('Only those whose deadline is over and that are not done'),
  }),
  reply: page(CreativeRequest),
});
export const readCreativeRequest = route({
  method: 'GET',
  path: '/api/creative-requests/:id',
  can: 'creatives.read',
  summary: 'One creative request.',
  input: IdInput,
  reply: CreativeRequest,
});
export const changeCreativeRequest = route({
  method: 'PATCH',
  path: '/api/creative-requests/:id',
  can: 'creatives.write',
  summary: 'Set another deadline, the languages, or a note for the studio.',
  input: z.strictObject({
    id: Id,
    due: Timestamp.optional(),
    languages: z.array(LanguageTag).max(20).optional(),
    note: z.string().trim().max(2000).optional(),
  }),
  reply: CreativeRequest,
});
export const remindCreativeRequest = route({
  method: 'POST',
  path: '/api/creative-requests/:id/remind',
  can: 'creatives.write',
  summary: 'Write to the contacts of the advertiser now, with a private link.',
  input: z.strictObject({ id: Id, to: z.array(z.email().max(200)).min(1).max(10).optional() }),
  reply: CreativeRequest,
});
export const creativeRequestsPdf = route({
  method: 'GET',
  path: '/api/creative-requests.pdf',
  can: 'creatives.read',
  kind: 'file',
  summary: 'The list of what an order or an advertiser needs, as a PDF for the studio or the client.',
  input: z.strictObject({ ...filters, language: z.enum(['en', 'fr']).default('en') }),
  reply: z.unknown(),
});
export const creativeRequestsCalendar = route({
  method: 'GET',
  path: '/api/creative-requests.ics',
  can: 'creatives.read',
  kind: 'file',
  summary: 'The deadlines as an iCalendar file.',
  input: z.strictObject(filters),
  reply: z.unknown(),
});

// Private links

export const CreativeLink = z.object({
  id: Id,
  /** `exchange`: hand creatives in, approve them; `calendar`: the deadlines, for a calendar program. */
  purpose: z.enum(['exchange', 'calendar']),
  advertiser_id: Id.nullable(),
  advertiser_name: z.string().nullable(),
  order_id: Id.nullable(),
  may_upload: z.boolean(),
  may_approve: z.boolean(),
  name: z.string(),
  email: z.string().nullable(),
  language: z.enum(['en', 'fr']),
  expires_at: Timestamp,
  revoked_at: Timestamp.nullable(),
  last_used_at: Timestamp.nullable(),
  created_by: z.string(),
  created_at: Timestamp,
});
export type CreativeLink = z.infer<typeof CreativeLink>;

export const listCreativeLinks = route({
  method: 'GET',
  path: '/api/creative-links',
  can: 'creatives.write',
  summary: 'Private links, newest first.',
  input: ListInput.extend({ advertiser_id: Id.optional(), order_id: Id.optional() }),
  reply: page(CreativeLink),
});
export const createCreativeLink = route({
  method: 'POST',
  path: '/api/creative-links',
  can: 'creatives.write',
  status: 201,
  summary:
    'Make a private link to hand creatives in or to approve them, or to subscribe to the deadlines. Its address is shown once.',
  input: z.strictObject({
    purpose: z.enum(['exchange', 'calendar']).default('exchange'),
    advertiser_id: Id.optional(),
    order_id: Id.optional(),
    may_upload: z.boolean().default(true),
    may_approve: z.boolean().default(false),
    name: Name.default('Studio'),
    email: z.email().max(200).optional(),
    language: z.enum(['en', 'fr']).default('en'),
    days: z.int().min(1).max(365).default(30),
    send: z.boolean().default(false).describe('Send the address to `email`'),
  }),
  reply: CreativeLink.extend({ path: z.string().describe('The link’s path, /p/…') }),
});
export const revokeCreativeLink = route({
  method: 'DELETE',
  path: '/api/creative-links/:id',
  can: 'creatives.write',
  status: 204,
  summary: 'Revoke a private link: it leads nowhere from now on.',
  input: IdInput,
  reply: Nothing,
});

// Limits

export const LimitsRow = z.object({
  id: Id,
  scope: z.enum(['house', 'publisher', 'placement']),
  scope_id: z.string(),
  scope_name: z.string(),
  format: z.string().describe('Empty: every format'),
  limits: CreativeLimits,
  created_at: Timestamp,
});
export type LimitsRow = z.infer<typeof LimitsRow>;

export const listCreativeLimits = route({
  method: 'GET',
  path: '/api/creative-limits',
  can: 'inventory.read',
  summary: 'Limits of creatives as the house, its publishers and its placements set them, beside the defaults.',
  input: z.strictObject({}),
  reply: z.object({ items: z.array(LimitsRow), defaults: CreativeLimits }),
});
export const setCreativeLimits = route({
  method: 'PUT',
  path: '/api/creative-limits',
  can: 'inventory.write',
  summary:
    'Set the limits of the house, a publisher or a placement, for one format or for all. What is left out follows the wider rule.',
  input: z.strictObject({
    scope: z.enum(['house', 'publisher', 'placement']),
    scope_id: z.string().max(64).default(''),
    format: z
      .string()
      .regex(
        /^(|\d{1,4}x\d{1,4}|native|video|interstitial|text)$/,
        'must be empty, a size such as 300x250, or a kind of format',
      )
      .default(''),
    limits: CreativeLimits,
  }),
  reply: LimitsRow,
});
export const removeCreativeLimits = route({
  method: 'DELETE',
  path: '/api/creative-limits/:id',
  can: 'inventory.write',
  status: 204,
  summary: 'Remove a set of limits: the wider rule stands.',
  input: IdInput,
  reply: Nothing,
});

// The other side, by the private link

export const Token = z.string().min(20).max(100);

export const openExchange = route({
  method: 'GET',
  path: '/p/:token/creatives',
  can: 'public',
  kind: 'file',
  summary: 'The page of a private link for creatives.',
  input: z.strictObject({ token: Token, lang: z.enum(['en', 'fr']).optional() }),
  reply: z.unknown(),
});
export const openExchangePdf = route({
  method: 'GET',
  path: '/p/:token/sheet',
  can: 'public',
  kind: 'file',
  summary: 'The list of what is needed, as a PDF, behind a private link.',
  input: z.strictObject({ token: Token, lang: z.enum(['en', 'fr']).optional() }),
  reply: z.unknown(),
});
export const openDeadlines = route({
  method: 'GET',
  path: '/p/:token/deadlines',
  can: 'public',
  kind: 'file',
  summary: 'The deadlines of creatives for a calendar program that subscribes to a private address.',
  input: z.strictObject({ token: Token }),
  reply: z.unknown(),
});
