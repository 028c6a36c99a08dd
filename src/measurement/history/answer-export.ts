import { findSite } from '#inventory';
import { audit } from '#people';
import { type Context, type FileReply, Refusal } from '#platform';
import type * as z from 'zod';
import type { exportData } from './export-contract.ts';
import { exportedFiles, zipOf } from './export-data.ts';

/** The export of a site, or of all, as a zip. That it was taken is in the audit trail. */
export async function answerExport(
  { db, events, caller, clock, log }: Context,
  input: z.output<(typeof exportData)['input']>,
): Promise<FileReply> {
  const { site_id, format, from, to } = input;
  if (from && to && from > to) throw new Refusal('bad-input', 'from: must not lie after to.', { field: 'from' });
  const site = site_id === undefined ? undefined : await findSite(db, caller.org_id, site_id);
  if (site_id !== undefined && !site)
    throw new Refusal('not-found', 'site_id: there is no such site.', { field: 'site_id' });
  const sites = site
    ? [site.id]
    : (await db.query<{ id: string }>('select id from sites where org_id = $1', [caller.org_id])).map(({ id }) => id);
  const files = await exportedFiles({ db, events }, { org_id: caller.org_id, sites, format, from, to });
  await db.transaction((tx) =>
    audit(tx, caller, {
      action: 'data.export',
      subject: { kind: 'organisation', id: caller.org_id },
      after: { site: site?.domain ?? 'all', format, from, to },
    }),
  );
  const day = clock().toISOString().slice(0, 10);
  return {
    bytes: zipOf(files, (error) => log.error('an export broke off', { error: String(error) })),
    media_type: 'application/zip',
    file_name: `vigie-${site?.domain ?? 'all'}-${day}.zip`,
  };
}
