/** Creatives: what is shown. Their shape, their states, and the routes by which they are uploaded, checked and approved. */
import * as z from 'zod';
import { Id, IdInput, ListInput, Name, Nothing, Timestamp, page, route } from '#platform/contract';

export const CreativeKind = z.enum(['image', 'html5', 'native', 'text', 'video', 'tag']);
export type CreativeKind = z.infer<typeof CreativeKind>;

export const CreativeState = z.enum(['uploaded', 'checking', 'waiting', 'approved', 'rejected', 'retired']);
export type CreativeState = z.infer<typeof CreativeState>;

const plainText = (max: number) => z.string().trim().min(1).max(max);

/** Assets of a native or text creative. `image` is the `file_hash` of an image creative of the same advertiser. */
export const CreativeContent = z.strictObject({
  title: plainText(140),
  body: plainText(1000).optional(),
  sponsored_by: plainText(100).optional(),
  call_to_action: plainText(40).optional(),
  image: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be the file_hash of an image creative')
    .optional(),
});
export type CreativeContent = z.infer<typeof CreativeContent>;

/** One automatic check of a creative; a warning never blocks, people decide. */
export const CreativeCheck = z.object({
  code: z.enum(['size', 'weight', 'landing']),
  level: z.enum(['ok', 'warning']),
  sentence: z.string(),
});
export type CreativeCheck = z.infer<typeof CreativeCheck>;

export const Creative = z.object({
  id: Id,
  advertiser_id: Id,
  advertiser_name: z.string(),
  name: z.string(),
  kind: CreativeKind,
  /** Pixels, read from the file. */
  width: z.int().nullable(),
  height: z.int().nullable(),
  landing_url: z.string(),
  state: CreativeState,
  state_reason: z.string().nullable(),
  /** SHA-256 of the file, in hex. */
  file_hash: z.string().nullable(),
  file_name: z.string().nullable(),
  /** Where signed-in callers fetch the file. */
  file_url: z.string().nullable(),
  media_type: z.string().nullable(),
  weight_bytes: z.int().nullable(),
  content: CreativeContent.nullable(),
  checks: z.array(CreativeCheck),
  created_at: Timestamp,
});
export type Creative = z.infer<typeof Creative>;

const LandingUrl = z.string().trim().min(1).max(2048);

export const listCreatives = route({
  method: 'GET',
  path: '/api/creatives',
  can: 'creatives.read',
  summary: 'List creatives, newest first.',
  input: ListInput.extend({
    advertiser_id: Id.optional(),
    state: CreativeState.optional(),
    kind: CreativeKind.optional(),
    size: z
      .string()
      .regex(/^\d{1,4}x\d{1,4}$/, 'must look like 300x250')
      .optional(),
    q: z.string().trim().max(100).optional(),
  }),
  reply: page(Creative),
});

/** A form's field that holds a JSON object as text, beside the same object sent as JSON. */
const orJsonText = <T extends z.ZodType>(shape: T) =>
  z.preprocess((value) => {
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      return value;
    }
  }, shape);

const Pixels = z.coerce.number().int().min(1).max(10_000);

/**
 * Multipart with the file in `file`; native and text creatives have `content` instead. Width and height are read from
 * the file: sent along, they must agree with it.
 */
export const createCreative = route({
  method: 'POST',
  path: '/api/creatives',
  can: 'creatives.write',
  kind: 'upload',
  status: 201,
  summary: 'Upload a creative.',
  input: z.strictObject({
    advertiser_id: Id,
    name: Name.optional(),
    landing_url: LandingUrl,
    kind: CreativeKind.optional(),
    width: Pixels.optional(),
    height: Pixels.optional(),
    content: orJsonText(CreativeContent).optional(),
  }),
  reply: Creative,
});

export const readCreative = route({
  method: 'GET',
  path: '/api/creatives/:id',
  can: 'creatives.read',
  summary: 'Read a creative.',
  input: IdInput,
  reply: Creative,
});

export const changeCreative = route({
  method: 'PATCH',
  path: '/api/creatives/:id',
  can: 'creatives.write',
  summary: 'Change a creative. A new landing page or content sends an approved or rejected one back to waiting.',
  input: z.strictObject({
    id: Id,
    name: Name.optional(),
    landing_url: LandingUrl.optional(),
    content: CreativeContent.optional(),
  }),
  reply: Creative,
});

export const deleteCreative = route({
  method: 'DELETE',
  path: '/api/creatives/:id',
  can: 'creatives.write',
  status: 204,
  summary: 'Delete a creative that no line item uses; one in use is retired instead.',
  input: IdInput,
  reply: Nothing,
});

export const approveCreative = route({
  method: 'POST',
  path: '/api/creatives/:id/approve',
  can: 'creatives.approve',
  summary: 'Approve a creative: it may be served.',
  input: IdInput,
  reply: Creative,
});

export const rejectCreative = route({
  method: 'POST',
  path: '/api/creatives/:id/reject',
  can: 'creatives.approve',
  summary: 'Reject a creative, saying why.',
  input: z.strictObject({ id: Id, reason: z.string().trim().min(1).max(500) }),
  reply: Creative,
});

export const retireCreative = route({
  method: 'POST',
  path: '/api/creatives/:id/retire',
  can: 'creatives.write',
  summary: 'Retire a creative: it is served no more, and stays readable.',
  input: IdInput,
  reply: Creative,
});

export const readCreativeFile = route({
  method: 'GET',
  path: '/api/creatives/:id/file',
  can: 'creatives.read',
  kind: 'file',
  summary: 'The bytes of a creative.',
  input: IdInput,
  reply: z.unknown(),
});
