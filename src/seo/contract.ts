/** Being found: what Search Console tells, beside what visitors then did. */
import * as z from 'zod';
import { Id, ListInput, LocalDate, page, route, Timestamp } from '#platform/contract';

export const SearchImport = z.object({
  id: Id,
  site_id: Id,
  origin: z.enum(['file', 'api']),
  files: z.array(z.string()),
  first_day: z.string(),
  last_day: z.string(),
  search_type: z.string(),
  rows: z.int(),
  /** Days of which Google told as many rows as it tells (50,000 by query or page): there may be more. */
  cut_days: z.array(z.string()).default([]),
  created_at: Timestamp,
});
export type SearchImport = z.infer<typeof SearchImport>;

export const importSearchConsole = route({
  method: 'POST',
  path: '/api/search-console/imports',
  can: 'seo.write',
  kind: 'upload',
  status: 201,
  input: z.strictObject({ site_id: Id, from: LocalDate.optional(), to: LocalDate.optional() }),
  reply: SearchImport,
  summary:
    'Import a Search Console export (multipart, field `file`: the zip or its CSV tables, English or French and four more)',
});

export const fetchSearchConsole = route({
  method: 'POST',
  path: '/api/search-console/fetch',
  can: 'seo.write',
  status: 201,
  input: z.strictObject({
    site_id: Id,
    /** `sc-domain:example.com`, or the address of a URL-prefix property. */
    property: z
      .string()
      .regex(/^(?:sc-domain:[\w.-]+|https?:\/\/\S+)$/, 'must be sc-domain:example.com or an address')
      .max(300),
    from: LocalDate,
    to: LocalDate,
  }),
  reply: SearchImport,
  summary: 'Ask Search Console’s API with the service account of the settings (VIGIE_SEARCH_CONSOLE_KEY)',
});

export const listSearchConsole = route({
  method: 'GET',
  path: '/api/search-console/imports',
  can: 'seo.read',
  input: ListInput.extend({ site_id: Id.optional() }),
  reply: page(SearchImport),
  summary: 'Search Console reports imported, newest first',
});

export const searchKinds = ['query', 'page', 'country', 'device', 'day'] as const;

const Row = z.object({
  value: z.string(),
  clicks: z.int(),
  impressions: z.int(),
  /** Percent; null without impressions. */
  ctr: z.number().nullable(),
  position: z.number().nullable(),
  /** On-site, by page only: visits from Google's search that entered on it (host and path), over the same days. */
  visits: z.int().nullable(),
  bounce_rate: z.number().nullable(),
  visit_duration: z.number().nullable(),
});
export type SearchRow = z.infer<typeof Row>;

export const SearchFigures = z.object({
  first_day: z.string().nullable(),
  last_day: z.string().nullable(),
  rows: z.array(Row),
  totals: z.object({ clicks: z.int(), impressions: z.int() }),
  /** Clicks of the period that no row names: words that Google withholds (by query only). */
  withheld_clicks: z.int().nullable(),
});
export type SearchFigures = z.infer<typeof SearchFigures>;

export const askSearch = route({
  method: 'GET',
  path: '/api/search-console',
  can: 'seo.read',
  input: z.strictObject({
    site_id: Id,
    kind: z.enum(searchKinds),
    /** An import; absent: the newest. */
    import_id: Id.optional(),
    limit: z.coerce.number().int().min(1).max(5000).default(1000),
  }),
  reply: SearchFigures,
  summary:
    'Clicks, impressions, CTR and position of a report, by query, page, country, device or day; pages beside their visits',
});
