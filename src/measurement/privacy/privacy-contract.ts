/** What is kept of visitors, for how long, and the rights they have. */
import * as z from 'zod';
import { Id, IdInput, Nothing, route } from '#platform/contract';

const Months = z.int().min(1).max(120);
export const exemptMonths = 25;

export const SitePrivacy = z.object({
  site_id: Id,
  mode: z.enum(['exempt', 'consented']),
  audience_months: Months,
  ads_months: Months,
  imported_months: Months,
  /** What lies there now: rows and the oldest day, by table. */
  stored: z.array(z.object({ table: z.string(), rows: z.int(), oldest: z.string().nullable() })),
  kept: z.array(
    z.object({
      columns: z.array(z.string()),
      what: z.object({ en: z.string(), fr: z.string() }),
      why: z.object({ en: z.string(), fr: z.string() }),
      used: z.boolean(),
    }),
  ),
});
export type SitePrivacy = z.infer<typeof SitePrivacy>;

export const readPrivacy = route({
  method: 'GET',
  path: '/api/sites/:id/privacy',
  can: 'privacy.read',
  input: IdInput,
  reply: SitePrivacy,
  summary: 'What is kept of a site’s visitors, why, and for how long',
});

export const changePrivacy = route({
  method: 'PATCH',
  path: '/api/sites/:id/privacy',
  can: 'privacy.manage',
  input: z.strictObject({
    id: Id,
    audience_months: Months.optional(),
    ads_months: Months.optional(),
    /** Counted from the day of the import. */
    imported_months: Months.optional(),
  }),
  reply: SitePrivacy,
  summary: 'Change how long a site keeps its facts; at most 25 months of audience and imported rows in exempt mode',
});

const Visitor = z.strictObject({
  site_id: Id,
  /** As the page, the server or the earlier product named the visitor. */
  visitor_id: z.string().min(1).max(256),
});

export const VisitorFound = z.object({
  tables: z.array(
    z.object({ table: z.string(), rows: z.int(), first: z.string().nullable(), last: z.string().nullable() }),
  ),
  rows: z.int(),
});
export type VisitorFound = z.infer<typeof VisitorFound>;

export const findVisitor = route({
  method: 'POST',
  path: '/api/visitors/find',
  can: 'privacy.manage',
  input: Visitor,
  reply: VisitorFound,
  summary: 'What is kept of one visitor, by the identifier they were given',
});

export const exportVisitor = route({
  method: 'POST',
  path: '/api/visitors/export',
  can: 'privacy.manage',
  kind: 'file',
  input: Visitor,
  reply: Nothing,
  summary: 'Everything kept of one visitor, as JSON (right of access)',
});

export const eraseVisitor = route({
  method: 'POST',
  path: '/api/visitors/erase',
  can: 'privacy.manage',
  input: Visitor,
  reply: VisitorFound,
  summary: 'Erase everything kept of one visitor: facts, visits, and what was added up from them',
});
