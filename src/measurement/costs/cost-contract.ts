/** Advertising costs, as the outside brings and sees them. */
import * as z from 'zod';
import { Id, ListInput, Nothing, page, route, Timestamp } from '#platform/contract';

export const costPlatforms = ['google', 'meta', 'linkedin', 'microsoft', 'other'] as const;
const Column = z.string().min(1).max(200);

/** Which column is which, by its name in the file. */
const CostColumns = z.strictObject({
  day: Column.optional(),
  end: Column.optional(),
  campaign: Column,
  campaign_id: Column.optional(),
  account: Column.optional(),
  source: Column.optional(),
  medium: Column.optional(),
  currency: Column.optional(),
  cost: Column,
  impressions: Column.optional(),
  clicks: Column.optional(),
  conversions: Column.optional(),
  value: Column.optional(),
});

export const CostImport = z.object({
  id: Id,
  site_id: Id,
  platform: z.enum(costPlatforms),
  file: z.string(),
  rows: z.int(),
  first_day: z.string(),
  last_day: z.string(),
  currency: z.string(),
  spend_micros: z.number(),
  /** Rows that covered several days and were spread evenly over them. */
  spread: z.int(),
  created_at: Timestamp,
});
export type CostImport = z.infer<typeof CostImport>;

/** What came of a file; totals and notices that were left out, by their lines. */
const CostImported = CostImport.extend({
  skipped: z.array(z.object({ line: z.int(), reason: z.enum(['total', 'notice']) })),
});
export type CostImported = z.infer<typeof CostImported>;

export const importCosts = route({
  method: 'POST',
  path: '/api/cost-imports',
  can: 'costs.write',
  kind: 'upload',
  status: 201,
  input: z.strictObject({
    site_id: Id,
    platform: z.enum(costPlatforms).optional(),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as EUR')
      .optional(),
    /** Of rows that name none: whose campaigns these are, where two accounts have campaigns of one name. */
    account: z.string().trim().min(1).max(200).optional(),
    /** What becomes of figures that a report of another name brought for the same campaign and day, where nothing tells the accounts apart. */
    overlap: z.enum(['refuse', 'replace']).optional(),
    /** JSON in a multipart field; remembered for files with the same header. */
    columns: z.preprocess((given) => (typeof given === 'string' ? parsed(given) : given), CostColumns.optional()),
  }),
  reply: z.object({ imports: z.array(CostImported) }),
  summary:
    'Import cost reports of Google Ads, Meta, LinkedIn, Microsoft, or any CSV with its columns named (multipart, field `file`)',
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export const previewCosts = route({
  method: 'POST',
  path: '/api/cost-imports/preview',
  can: 'costs.write',
  kind: 'upload',
  input: z.strictObject({}),
  reply: z.object({
    platform: z.enum(costPlatforms).nullable(),
    header: z.array(z.string()),
    /** What was chosen for this header before. */
    columns: z.record(z.string(), z.string()).nullable(),
  }),
  summary: 'What a cost report is, and its columns; nothing is kept',
});

export const listCosts = route({
  method: 'GET',
  path: '/api/cost-imports',
  can: 'audience.read',
  input: ListInput.extend({ site_id: Id.optional() }),
  reply: page(CostImport),
  summary: 'Cost reports imported, newest first',
});

export const nameCampaign = route({
  method: 'PUT',
  path: '/api/cost-campaigns',
  can: 'costs.write',
  input: z.strictObject({ campaign: z.string().min(1).max(400), utm_campaign: z.string().min(1).max(200) }),
  reply: Nothing,
  status: 204,
  summary: 'Say which utm_campaign a platform’s campaign is; its costs of the past follow',
});
