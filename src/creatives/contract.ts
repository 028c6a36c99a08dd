/** Creatives: what is shown. Their shape, their states, and the routes by which they are uploaded, checked and approved. */
import * as z from 'zod';
import { CreativeContentInput, keptContents } from './creative-content.ts';
import { CreativeKind, CreativeState } from './words.ts';
import { Id, IdInput, ListInput, LocalDate, Name, Nothing, Timestamp, page, route, sorted } from '#platform/contract';

/** A third party's macros filled, for whoever serves its snippet. */
export { fillMacros, fillPatterns } from './click-macros.ts';
export { Html5Content } from './creative-content.ts';

import { LanguageTag } from './request-contract.ts';

export * from './request-contract.ts';
export * from './review-contract.ts';
export { CreativeLimits } from './limits.ts';
export { CreativeKind, CreativeState };

export const checkCodes = [
  'size',
  'weight',
  'landing',
  'animation',
  'files',
  'ad_size',
  'click',
  'https',
  'forbidden_calls',
  'sound',
  'bitrate',
  'assets',
  'sponsor',
  'load_weight',
  'subload_weight',
  'requests',
  'network',
  'cpu',
  'third_parties',
  'broken_requests',
  'console_errors',
  'cookies',
  'blank',
  'render',
  'landing_page',
  'utm',
  'booked_size',
  'backup_image',
  'storage',
  'document_write',
  'loops',
  'frame_rate',
  'contrast',
  'expand',
  'mime',
  'svg',
  'macros',
  'cache_buster',
  'payer',
  'legal_text',
  'language',
  'deadline',
  'rights',
  'cpu_share',
  'click_area',
  'click_window',
  'consent',
  'landing_tls',
  'landing_redirects',
  'landing_speed',
  'video_length',
] as const;

/** One automatic check of a creative; neither a warning nor a failure blocks by itself, people decide. */
export const CreativeCheck = z.object({
  code: z.enum(checkCodes),
  level: z.enum(['ok', 'warning', 'failed']),
  sentence: z.string(),
  measured: z.string().optional(),
  limit: z.string().optional(),
  /** Where the rule comes from. */
  source: z.string().optional(),
  /** What to do about it. */
  advice: z.string().optional(),
});
export type CreativeCheck = z.infer<typeof CreativeCheck>;

const creativeFields = {
  id: Id,
  advertiser_id: Id,
  advertiser_name: z.string(),
  name: z.string(),
  /** Pixels, read from the file where it tells. */
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
  /** Path under the edge where a creative that is a page of its own is shown, sandboxed and never counted. */
  preview_path: z.string().nullable(),
  media_type: z.string().nullable(),
  weight_bytes: z.int().nullable(),
  checks: z.array(CreativeCheck),
  /** When all checks were made; null while it still has to be looked at in a browser. */
  checked_at: Timestamp.nullable(),
  /** Pictures of it after 0, 1, 5, 15 and 30 seconds, once it was looked at. */
  film: z.array(z.string()),
  /** Versions of one creative share it: the id of the first. */
  family_id: Id,
  version: z.int(),
  tags: z.array(z.string()),
  /** Last day on which it may be shown; afterwards it is not served. */
  rights_until: LocalDate.nullable(),
  /** Creatives that are tried against each other. */
  ab_group: z.string().nullable(),
  /** Who pays, where it is not the advertiser (Regulation (EU) 2022/2065, article 26). */
  payer: z.string().nullable(),
  /** Legal words that it shows, for kinds whose words cannot be read. */
  legal_text: z.string().nullable(),
  language: z.string().nullable(),
  /** Where the bytes are as they came, when what is served was made of them. */
  original_url: z.string().nullable(),
  created_at: Timestamp,
};

const creativeOf = <K extends CreativeKind>(kind: K) =>
  z.object({ ...creativeFields, kind: z.literal(kind), content: keptContents[kind] });

/** By `kind`: what `content` holds. */
export const Creative = z.discriminatedUnion('kind', [
  creativeOf('image'),
  creativeOf('html5'),
  creativeOf('native'),
  creativeOf('text'),
  creativeOf('video'),
  creativeOf('tag'),
]);
export type Creative = z.infer<typeof Creative>;

const LandingUrl = z.string().trim().min(1).max(2048);

const creativeFilters = {
  advertiser_id: Id.optional(),
  state: CreativeState.optional(),
  kind: CreativeKind.optional(),
  size: z
    .string()
    .regex(/^\d{1,4}x\d{1,4}$/, 'must look like 300x250')
    .optional(),
  q: z.string().trim().max(100).optional(),
  tag: z.string().trim().toLowerCase().max(40).optional(),
  ab_group: z.string().trim().max(100).optional(),
  family_id: Id.optional(),
  latest: z.enum(['true', 'false']).optional().describe('Only the newest version of each'),
  rights_before: LocalDate.optional().describe('Rights that end before this day'),
  ...sorted(['name', 'advertiser', 'kind', 'state', 'size', 'weight', 'created']),
};

export const listCreatives = route({
  method: 'GET',
  path: '/api/creatives',
  can: 'creatives.read',
  summary: 'List creatives, newest first unless sorted.',
  input: ListInput.extend(creativeFilters),
  reply: page(Creative),
});

export const exportCreatives = route({
  method: 'GET',
  path: '/api/creatives.csv',
  can: 'creatives.read',
  kind: 'file',
  summary: 'The same list as CSV, every row of it.',
  input: z.strictObject(creativeFilters),
  reply: z.string(),
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

/** A list in JSON, or a form's field with commas. */
const Tags = z.preprocess(
  (value) =>
    typeof value === 'string'
      ? value
          .split(',')
          .map((tag) => tag.trim())
          .filter(Boolean)
      : value,
  z.array(z.string().trim().toLowerCase().min(1).max(40)).max(20),
);
const noneIfEmpty = <T extends z.ZodType>(shape: T) =>
  z.preprocess((value) => (value === '' ? null : value), shape.nullable());

/** What is said of a creative beside its content. */
const described = {
  tags: Tags.optional(),
  rights_until: noneIfEmpty(LocalDate).optional(),
  ab_group: noneIfEmpty(z.string().trim().max(100)).optional(),
  payer: noneIfEmpty(z.string().trim().max(200)).optional(),
  legal_text: noneIfEmpty(z.string().trim().max(1000)).optional(),
  language: noneIfEmpty(LanguageTag).optional(),
};

/** How a new creative relates to those that are there. */
const placed = {
  replaces: Id.optional().describe('The creative of which this is the next version'),
  match: z
    .preprocess((value) => (value === 'true' ? true : value === 'false' ? false : value), z.boolean())
    .optional()
    .describe('Put it on the booked lines of its advertiser that still need its size'),
};

/**
 * Multipart with the file in `file` (an image, the zip of an HTML5 creative, an MP4 or WebM film); native, text and tag
 * creatives, and films that are a VAST address, have `content` instead. Width and height are read from the file: sent along,
 * they must agree with it; a tag, and a zip that does not say its size, need them.
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
    content: orJsonText(CreativeContentInput).optional(),
    ...described,
    ...placed,
  }),
  reply: Creative,
});

/**
 * A file that came in pieces by the tus protocol (`/api/uploads`, see the guide) becomes a creative; unless said otherwise it is
 * put on the lines that need its size.
 */
export const createCreativeFromUpload = route({
  method: 'POST',
  path: '/api/uploads/:id/creative',
  can: 'creatives.write',
  status: 201,
  summary: 'Make a creative of a resumable upload that is complete.',
  input: z.strictObject({
    id: z.string().regex(/^[0-9a-f]{32}-[0-9a-f]{16}$/, 'must be the id of an upload'),
    advertiser_id: Id,
    name: Name.optional(),
    landing_url: LandingUrl,
    kind: CreativeKind.optional(),
    width: Pixels.optional(),
    height: Pixels.optional(),
    content: CreativeContentInput.optional(),
    ...described,
    ...placed,
  }),
  reply: Creative,
});

export const convertCreative = route({
  method: 'POST',
  path: '/api/creatives/:id/convert',
  can: 'creatives.write',
  status: 201,
  summary: 'Make the next version of an image in another format, under a weight. The original is kept.',
  input: z.strictObject({
    id: Id,
    format: z.enum(['png', 'jpeg', 'webp', 'avif', 'gif']),
    max_kb: z.int().min(1).max(5120).optional(),
  }),
  reply: Creative,
});

export const readCreativeOriginal = route({
  method: 'GET',
  path: '/api/creatives/:id/original',
  can: 'creatives.read',
  kind: 'file',
  summary: 'The bytes of a creative as they came.',
  input: IdInput,
  reply: z.unknown(),
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
    content: CreativeContentInput.optional(),
    ...described,
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

export const checkCreative = route({
  method: 'POST',
  path: '/api/creatives/:id/check',
  can: 'creatives.write',
  summary: 'Check a creative again, an HTML5 one or a tag in a browser too: a few seconds.',
  input: IdInput,
  reply: Creative,
});

export const readCreativeFilm = route({
  method: 'GET',
  path: '/api/creatives/:id/film/:n',
  can: 'creatives.read',
  kind: 'file',
  summary: 'A picture of the creative as it ran when it was checked.',
  input: z.strictObject({ id: Id, n: z.coerce.number().int().min(0).max(99) }),
  reply: z.unknown(),
});

export const TagCheck = z.object({
  url: z.string(),
  /** Where the page was in the end. */
  final_url: z.string(),
  /** HTTP status of the page. */
  status: z.int(),
  /** Whether `/vigie.js` of this installation was loaded. */
  has_script: z.boolean(),
  /** The site that the tag asked for. */
  site: z.string().nullable(),
  placements: z.array(
    z.object({
      code: z.string(),
      name: z.string().nullable(),
      /** `unknown`: no placement of this code; `not_asked`: hidden, too narrow, or the script did not run. */
      outcome: z.enum(['filled', 'empty', 'not_asked', 'unknown']),
      /** Asked for by the page. */
      sizes: z.array(z.string()),
      /** Of its box on the page, CSS pixels. */
      width: z.int(),
      height: z.int(),
      is_shown: z.boolean(),
      line_item_id: z.string().nullable(),
      creative: z.object({ kind: z.string(), size: z.string().nullable() }).nullable(),
    }),
  ),
  /** Codes of the site's placements that are not on the page. */
  missing: z.array(z.string()),
  /** Errors of the page's scripts. */
  errors: z.array(z.string()),
});
export type TagCheck = z.infer<typeof TagCheck>;

export const checkTags = route({
  method: 'POST',
  path: '/api/tag-checks',
  can: 'inventory.write',
  summary: 'Open a page in the browser and say which placements answer. Nothing is counted.',
  input: z.strictObject({
    url: z
      .string()
      .trim()
      .max(2048)
      .regex(/^https?:\/\/[^\s@"'<>\\]+$/i, 'must be an absolute http or https address without credentials'),
  }),
  reply: TagCheck,
});
