/** Review: comments pinned on a creative, versions, and what the holder of a private link does. */
import * as z from 'zod';
import { CreativeContentInput } from './creative-content.ts';
import { CreativeKind, CreativeState } from './words.ts';
import { CreativeRequest, Token } from './request-contract.ts';
import { Id, IdInput, Name, Timestamp, route } from '#platform/contract';

export const CreativeComment = z.object({
  id: Id,
  creative_id: Id,
  version: z.int(),
  side: z.enum(['us', 'them']),
  author: z.string(),
  body: z.string(),
  /** The point it is about, from the upper left corner, 0 to 1. */
  x: z.number().nullable(),
  y: z.number().nullable(),
  /** The second of the animation it is about. */
  at_s: z.number().nullable(),
  resolved_at: Timestamp.nullable(),
  created_at: Timestamp,
});
export type CreativeComment = z.infer<typeof CreativeComment>;

const pin = {
  body: z.string().trim().min(1).max(2000),
  x: z.number().min(0).max(1).optional(),
  y: z.number().min(0).max(1).optional(),
  at_s: z.number().min(0).max(3600).optional(),
};

export const listCreativeComments = route({
  method: 'GET',
  path: '/api/creatives/:id/comments',
  can: 'creatives.read',
  summary: 'What was said about a creative, and about the other versions of it, oldest first (at most 500).',
  input: IdInput,
  reply: z.object({ items: z.array(CreativeComment) }),
});
export const addCreativeComment = route({
  method: 'POST',
  path: '/api/creatives/:id/comments',
  can: 'creatives.read',
  status: 201,
  summary: 'Comment on a creative, on a point of it, or on a second of its animation.',
  input: z.strictObject({ id: Id, ...pin }),
  reply: CreativeComment,
});
export const resolveCreativeComment = route({
  method: 'POST',
  path: '/api/creative-comments/:id/resolve',
  can: 'creatives.write',
  summary: 'Say that a comment is dealt with, or that it is not.',
  input: z.strictObject({ id: Id, resolved: z.boolean().default(true) }),
  reply: CreativeComment,
});

export const previewCreative = route({
  method: 'POST',
  path: '/api/creatives/:id/preview',
  can: 'creatives.read',
  status: 201,
  summary: 'Force a creative onto a real page for a while: an address to open, signed, expiring, never counted.',
  input: z.strictObject({
    id: Id,
    url: z
      .string()
      .trim()
      .max(2048)
      .regex(/^https?:\/\/[^\s@"'<>\\]+$/i, 'must be an absolute http or https address of a page with the tag'),
    placement: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .optional()
      .describe('Code of the placement; every one of its size otherwise'),
    hours: z.int().min(1).max(720).default(24),
  }),
  reply: z.object({ url: z.string(), expires_at: Timestamp }),
});

export const creativeDuplicates = route({
  method: 'GET',
  path: '/api/creatives/:id/duplicates',
  can: 'creatives.read',
  summary: 'Other creatives with the same file, or that look alike (at most 50).',
  input: IdInput,
  reply: z.object({
    items: z.array(
      z.object({
        id: Id,
        name: z.string(),
        advertiser_name: z.string(),
        state: CreativeState,
        same: z.enum(['file', 'look']),
        /** Bits of 64 in which the looks differ; 0 for the same file. */
        distance: z.int(),
      }),
    ),
  }),
});

export const creativeUsage = route({
  method: 'GET',
  path: '/api/creatives/:id/usage',
  can: 'creatives.read',
  summary: 'The lines that a creative is on, newest first (at most 200).',
  input: IdInput,
  reply: z.object({
    items: z.array(
      z.object({
        line_item_id: Id,
        line_item_name: z.string(),
        order_id: Id,
        order_name: z.string(),
        line_item_state: z.string(),
        weight: z.int(),
        start: Timestamp,
        end: Timestamp,
        rights_end_before: z.boolean().describe('Whether its rights end before the line does'),
      }),
    ),
  }),
});

// By private link

/** A creative as its maker and its client see it. */
export const ExchangeCreative = z.object({
  id: Id,
  name: z.string(),
  kind: CreativeKind,
  width: z.int().nullable(),
  height: z.int().nullable(),
  state: CreativeState,
  state_reason: z.string().nullable(),
  version: z.int(),
  family_id: Id,
  landing_url: z.string(),
  weight_bytes: z.int().nullable(),
  media_type: z.string().nullable(),
  /** On the edge, sandboxed. */
  preview_path: z.string().nullable(),
  has_file: z.boolean(),
  title: z.string().nullable(),
  checked: z.boolean(),
  faults: z.array(
    z.object({
      code: z.string(),
      level: z.string(),
      sentence: z.string(),
      advice: z.string().optional(),
      /** The same in French. */
      fr: z.object({ sentence: z.string(), advice: z.string().optional() }),
    }),
  ),
  comments: z.array(CreativeComment),
  created_at: Timestamp,
});
export type ExchangeCreative = z.infer<typeof ExchangeCreative>;

export const Exchange = z.object({
  seller: z.string(),
  advertiser: z.string(),
  may_upload: z.boolean(),
  may_approve: z.boolean(),
  expires_at: Timestamp,
  edge: z.string(),
  requests: z.array(CreativeRequest.omit({ creatives: true, note: true }).extend({ note: z.string() })),
  creatives: z.array(ExchangeCreative),
});
export type Exchange = z.infer<typeof Exchange>;

const Pixels = z.int().min(1).max(10_000);

export const readExchange = route({
  method: 'GET',
  path: '/api/p/:token/creatives',
  can: 'public',
  summary: 'What is needed and what is there, behind a private link.',
  input: z.strictObject({ token: Token }),
  reply: Exchange,
});
export const deliverCreative = route({
  method: 'POST',
  path: '/api/p/:token/creative',
  can: 'public',
  status: 201,
  summary:
    'Hand a creative in by private link: a complete upload, or the content of a tag, a text, a native ad or a VAST address.',
  input: z.strictObject({
    token: Token,
    upload_id: z
      .string()
      .regex(/^[0-9a-f]{32}-[0-9a-f]{16}$/, 'must be the id of an upload')
      .optional(),
    landing_url: z.string().trim().min(1).max(2048),
    name: Name.optional(),
    kind: CreativeKind.optional(),
    width: Pixels.optional(),
    height: Pixels.optional(),
    content: CreativeContentInput.optional(),
    replaces: Id.optional(),
    request_id: Id.optional(),
    payer: z.string().trim().min(1).max(200).optional(),
    legal_text: z.string().trim().min(1).max(1000).optional(),
  }),
  reply: ExchangeCreative,
});
export const judgeByLink = route({
  method: 'POST',
  path: '/api/p/:token/verdict',
  can: 'public',
  summary: 'Approve or reject a creative by private link.',
  input: z.strictObject({
    token: Token,
    creative_id: Id,
    name: Name.describe('Who decides'),
    verdict: z.enum(['approve', 'reject']),
    reason: z.string().trim().max(500).default(''),
  }),
  reply: ExchangeCreative,
});
export const remarkByLink = route({
  method: 'POST',
  path: '/api/p/:token/remark',
  can: 'public',
  status: 201,
  summary: 'Comment on a creative by private link.',
  input: z.strictObject({ token: Token, creative_id: Id, name: Name, ...pin }),
  reply: CreativeComment,
});
export const exchangeFile = route({
  method: 'GET',
  path: '/p/:token/file',
  can: 'public',
  kind: 'file',
  summary: 'The picture or film of a creative behind a private link.',
  input: z.strictObject({ token: Token, creative_id: Id }),
  reply: z.unknown(),
});
