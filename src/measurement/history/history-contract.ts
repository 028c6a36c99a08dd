/** Imports from other products, as the outside sees them. */
import * as z from 'zod';
import { Id, IdInput, ListInput, LocalDate, Nothing, page, route, Timestamp } from '#platform/contract';
import { families, products } from './history-names.ts';

export const historyFamilies = families;

export const HistoryImport = z.object({
  id: Id,
  site_id: Id,
  product: z.enum(products),
  files: z.array(z.string()),
  state: z.enum(['running', 'done', 'failed']),
  rows_read: z.int(),
  /** Rows kept, by table; `hits` where the product gave the hits themselves. */
  families: z.record(z.string(), z.int()),
  first_day: z.string().nullable(),
  last_day: z.string().nullable(),
  /** Why it failed, or what was left out. */
  problem: z.string().nullable(),
  created_at: Timestamp,
  ended_at: Timestamp.nullable(),
});
export type HistoryImport = z.infer<typeof HistoryImport>;

export const startHistory = route({
  method: 'POST',
  path: '/api/history-imports',
  can: 'imports.write',
  kind: 'upload',
  status: 202,
  input: z.strictObject({
    site_id: Id,
    /** Days that a report without a date covers. */
    from: LocalDate.optional(),
    to: LocalDate.optional(),
    /** Which table an unnamed report of Matomo is. */
    family: z.enum(families).optional(),
    /** Hits on days on which the site has hits of its own: refused (default), left out (`keep` what is there), or counted beside these. */
    live_days: z.enum(['refuse', 'keep', 'add']).optional(),
  }),
  reply: z.object({ import: HistoryImport, already: z.boolean() }),
  summary:
    'Import exports of Plausible, Matomo, Google Analytics 4 or Umami (multipart, field `file`, several allowed); the format is found in the files',
});

export const listHistory = route({
  method: 'GET',
  path: '/api/history-imports',
  can: 'audience.read',
  input: ListInput.extend({ site_id: Id.optional() }),
  reply: page(HistoryImport),
  summary: 'Imports from other products, newest first',
});

export const readHistory = route({
  method: 'GET',
  path: '/api/history-imports/:id',
  can: 'audience.read',
  input: IdInput,
  reply: HistoryImport,
  summary: 'One import, with its progress',
});

export const removeHistory = route({
  method: 'DELETE',
  path: '/api/history-imports/:id',
  can: 'imports.write',
  status: 204,
  input: IdInput,
  reply: Nothing,
  summary: 'Take back what an import brought',
});
