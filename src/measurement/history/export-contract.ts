import * as z from 'zod';
import { Id, LocalDate, Nothing, route } from '#platform/contract';

export const exportFormats = ['csv', 'parquet'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export const exportData = route({
  method: 'GET',
  path: '/api/export',
  can: 'data.export',
  kind: 'file',
  input: z.strictObject({
    /** Absent: every site of the organisation. */
    site_id: Id.optional(),
    format: z.enum(exportFormats).default('csv'),
    from: LocalDate.optional(),
    to: LocalDate.optional(),
  }),
  reply: Nothing,
  summary:
    'Everything as a zip: every table of facts (hits, ignored hits, visits, ads, costs, Search Console, imported figures) as CSV or Parquet, and the settings (JSON)',
});
