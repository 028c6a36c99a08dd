/** Many line items at once: a grid saved in one go, an order copied, a file read. */
import * as z from 'zod';
import { Id, LocalDate, Name, route } from '#platform/contract';
import { LineItemChange, LineItemState, Order, Warning } from './line-item-contract.ts';

/** Rows of one save. */
export const mostBulkRows = 500;

/** Why a row is refused: the field at fault where there is one, and a sentence. */
export const RowRefusal = z.object({ code: z.string(), field: z.string().nullable(), sentence: z.string() });
export type RowRefusal = z.infer<typeof RowRefusal>;

export const BulkChange = LineItemChange.extend({
  id: Id,
  /** A state to move to, after its terms are changed. */
  to: LineItemState.optional(),
  /** Book in spite of a lack of capacity. */
  force: z.boolean().optional(),
  reason: z.string().trim().max(500).optional(),
});
export type BulkChange = z.output<typeof BulkChange>;

export const BulkResult = z.object({
  /** False when a row was refused (nothing was changed then), and for a dry run. */
  saved: z.boolean(),
  refused: z.int(),
  rows: z.array(z.object({ id: Id, refusal: RowRefusal.nullable(), warnings: z.array(Warning) })),
});
export type BulkResult = z.infer<typeof BulkResult>;

export const changeLineItems = route({
  method: 'PATCH',
  path: '/api/line-items',
  can: 'campaigns.write',
  summary:
    'Change many line items: all of them, or none when a row is refused; each refusal says its row, field and why.',
  input: z.strictObject({
    changes: z.array(BulkChange).min(1).max(mostBulkRows),
    /** Checks everything and changes nothing. */
    dry_run: z.boolean().default(false),
  }),
  reply: BulkResult,
});

export const copyOrder = route({
  method: 'POST',
  path: '/api/orders/:id/copy',
  can: 'campaigns.write',
  status: 201,
  summary: 'Copy an order with its line items, as drafts, their dates moved by whole days of their sites’ calendars.',
  input: z.strictObject({
    id: Id,
    name: Name.optional(),
    /** Of another advertiser: creatives are not copied then. */
    advertiser_id: Id.optional(),
    /** Days by which every line moves; or `start`, the day on which the first one is to begin. */
    shift_days: z.int().min(-3660).max(3660).optional(),
    start: LocalDate.optional(),
    with_creatives: z.boolean().default(true),
  }),
  reply: Order,
});

/** Of a file. */
export const mostImportRows = 500;
export const mostImportBytes = 2 * 1024 * 1024;

export const ImportedRow = z.object({
  /** Of the file, from 1. */
  line: z.int(),
  id: Id.nullable(),
  name: z.string(),
  action: z.enum(['create', 'change', 'same', 'refused']),
  /** Columns whose value changes. */
  changes: z.array(z.string()),
  refusal: z.object({ column: z.string().nullable(), sentence: z.string() }).nullable(),
});
export type ImportedRow = z.infer<typeof ImportedRow>;

export const ImportResult = z.object({
  saved: z.boolean(),
  refused: z.int(),
  created: z.int(),
  changed: z.int(),
  rows: z.array(ImportedRow),
});
export type ImportResult = z.infer<typeof ImportResult>;

export const importLineItems = route({
  method: 'POST',
  path: '/api/line-items/import',
  can: 'campaigns.write',
  kind: 'upload',
  summary:
    'Read line items from a CSV file (field `file`): rows with an id are changed, those without are made, as drafts. A dry run unless `dry_run` is false; all of them, or none when a row is refused.',
  input: z.strictObject({
    /** The order of new rows that name none. */
    order_id: Id.optional(),
    dry_run: z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]).default(true),
  }),
  reply: ImportResult,
});
