/** Client reports: an order over a period, in one language, with a commentary that people may rewrite. */
import * as z from 'zod';
import { Id, IdInput, ListInput, LocalDate, Name, Nothing, Timestamp, page, route } from '#platform/contract';

export const ReportLanguage = z.enum(['fr', 'en']);
export type ReportLanguage = z.infer<typeof ReportLanguage>;

export const ReportFormat = z.enum(['pdf', 'xlsx', 'html']);
export type ReportFormat = z.infer<typeof ReportFormat>;

/** Two years of days. */
export const longestPeriod = 731;
const dayMs = 86_400_000;

/** Site days, both included. */
export const ReportPeriod = z
  .strictObject({ from: LocalDate, to: LocalDate })
  .refine(({ from, to }) => from <= to, { error: 'must not end before it starts', path: ['to'] })
  .refine(({ from, to }) => (Date.parse(to) - Date.parse(from)) / dayMs < longestPeriod, {
    error: `must be at most ${longestPeriod} days`,
    path: ['to'],
  })
  .refine(({ from, to }) => from >= '2000-01-01' && to <= '2100-12-31', {
    error: 'must lie between 2000 and 2100',
    path: ['from'],
  });
export type ReportPeriod = z.infer<typeof ReportPeriod>;

/**
 * What someone wrote in place of a block of the commentary; null hides the block. Keys are those of the commentary's blocks;
 * `note` is a free text that opens it.
 */
export const CommentaryEdit = z.strictObject({
  key: z.string().min(1).max(200),
  text: z.string().trim().min(1).max(4000).nullable(),
});
export type CommentaryEdit = z.infer<typeof CommentaryEdit>;

const Edits = z
  .array(CommentaryEdit)
  .max(200)
  .refine((edits) => new Set(edits.map((edit) => edit.key)).size === edits.length, {
    error: 'must name each block once',
  });

export const Report = z.object({
  id: Id,
  order_id: Id,
  order_name: z.string(),
  advertiser_id: Id,
  advertiser_name: z.string(),
  period: z.object({ from: z.string(), to: z.string() }),
  language: ReportLanguage,
  title: z.string(),
  /** The blocks that were rewritten or hidden. */
  commentary: z.array(z.object({ key: z.string(), text: z.string().nullable() })),
  created_at: Timestamp,
  updated_at: Timestamp,
});
export type Report = z.infer<typeof Report>;

export const CommentaryBlock = z.object({
  key: z.string(),
  /** The rule that wrote it. */
  rule: z.string(),
  /** What the rule says of today's figures; null when it has nothing to say, and for the free note. */
  generated: z.string().nullable(),
  /** What the report shows; null when hidden. */
  text: z.string().nullable(),
  edited: z.boolean(),
  /** Edited, and the figures behind the sentence have moved since. */
  outdated: z.boolean(),
  /** 0–100; blocks come in this order. */
  importance: z.number(),
  /** The figures in the sentence: counts, percent, money in minor units. */
  values: z.record(z.string(), z.number()),
});
export const Commentary = z.object({ blocks: z.array(CommentaryBlock) });
export type Commentary = z.infer<typeof Commentary>;

const read = 'reports.read';
const write = 'reports.write';

export const listReports = route({
  method: 'GET',
  path: '/api/reports',
  can: read,
  summary: 'List saved reports, newest first.',
  input: ListInput.extend({ order_id: Id.optional(), advertiser_id: Id.optional() }),
  reply: page(Report),
});

export const createReport = route({
  method: 'POST',
  path: '/api/reports',
  can: write,
  status: 201,
  summary: 'Save a report on an order.',
  input: z.strictObject({
    order_id: Id,
    period: ReportPeriod,
    language: ReportLanguage.default('fr'),
    /** The order’s name when absent. */
    title: Name.optional(),
    commentary: Edits.optional(),
  }),
  reply: Report,
});

export const readReport = route({
  method: 'GET',
  path: '/api/reports/:id',
  can: read,
  summary: 'Read a report.',
  input: IdInput,
  reply: Report,
});

export const changeReport = route({
  method: 'PATCH',
  path: '/api/reports/:id',
  can: write,
  summary: 'Change a report. `commentary` replaces all edits of its text.',
  input: z.strictObject({
    id: Id,
    period: ReportPeriod.optional(),
    language: ReportLanguage.optional(),
    title: Name.optional(),
    commentary: Edits.optional(),
  }),
  reply: Report,
});

export const deleteReport = route({
  method: 'DELETE',
  path: '/api/reports/:id',
  can: write,
  status: 204,
  summary: 'Delete a report.',
  input: IdInput,
  reply: Nothing,
});

export const renderReport = route({
  method: 'GET',
  path: '/api/reports/:id/render',
  can: read,
  kind: 'file',
  summary: 'The report as a file, with today’s figures.',
  input: IdInput.extend({ format: ReportFormat.default('pdf') }),
  reply: z.unknown(),
});

export const readCommentary = route({
  method: 'GET',
  path: '/api/reports/:id/commentary',
  can: read,
  summary: 'The commentary of a report: every sentence with its rule and figures.',
  input: IdInput,
  reply: Commentary,
});

export const resetCommentary = route({
  method: 'POST',
  path: '/api/reports/:id/commentary/reset',
  can: write,
  summary: 'Take edits of the commentary back: of the given blocks, or of all.',
  input: z.strictObject({ id: Id, keys: z.array(z.string().min(1).max(200)).max(200).optional() }),
  reply: Commentary,
});
