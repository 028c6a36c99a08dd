/** What a site keeps of its visitors, and for how long. */
import { findSite } from '#inventory';
import { audit } from '#people';
import { type Caller, type Database, type Events, Refusal, type Sql } from '#platform';
import type * as z from 'zod';
import { keptOfHits } from './kept.ts';
import { type changePrivacy as changeRoute, exemptMonths, type SitePrivacy } from './privacy-contract.ts';
import { audienceMonths, type Retention, usualRetention } from './retention.ts';

/** `usual`: months of sites that say nothing else. */
type Services = { db: Database; events: Events; usual?: number | undefined };

async function retentionOf(db: Pick<Database, 'one'>, site: string, usual: number | undefined): Promise<Retention> {
  const row = await db.one<Retention>(
    'select audience_months, ads_months, imported_months from site_retention where site_id = $1',
    [site],
  );
  return row ?? usualRetention(usual);
}

/** What holds in the site's mode: what was set before it became exempt holds no longer than the exemption allows. */
function heldBy(mode: string, months: Retention): Retention {
  if (mode !== 'exempt') return months;
  return {
    ...months,
    audience_months: Math.min(months.audience_months, exemptMonths),
    imported_months: Math.min(months.imported_months, exemptMonths),
  };
}

async function siteOf(sql: Sql, caller: Caller, id: string) {
  const site = await findSite(sql, caller.org_id, id);
  if (!site) throw new Refusal('not-found', 'There is no such site.');
  return site;
}

export async function readSitePrivacy(
  { db, events, usual }: Services,
  caller: Caller,
  id: string,
): Promise<SitePrivacy> {
  const site = await siteOf(db, caller, id);
  const stored: SitePrivacy['stored'] = [];
  for (const table of ['hits', 'visits', 'ad_events', 'ad_requests', 'imported_figures', 'ignored_hits']) {
    const [row] = await events.query<{ rows: number; oldest: string }>(
      `select count() as rows, toString(min(local_date)) as oldest from ${table} where org_id = {org:String} and site_id = {site:String}`,
      { org: caller.org_id, site: site.id },
    );
    const rows = Number(row?.rows ?? 0);
    stored.push({ table, rows, oldest: rows > 0 ? (row?.oldest ?? null) : null });
  }
  return {
    site_id: site.id,
    mode: site.mode,
    ...heldBy(site.mode, await retentionOf(db, site.id, usual)),
    stored,
    kept: keptOfHits.map(({ columns, what, why, modes }) => ({
      columns: [...columns],
      what,
      why,
      used: modes.includes(site.mode),
    })),
  };
}

export async function changeSitePrivacy(
  services: Services,
  caller: Caller,
  { id, ...given }: z.output<(typeof changeRoute)['input']>,
): Promise<SitePrivacy> {
  await services.db.transaction(async (tx) => {
    const site = await siteOf(tx, caller, id);
    const before = heldBy(site.mode, await retentionOf(tx, id, services.usual));
    const after = {
      ...before,
      ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    };
    const tooLong = audienceMonths.find((name) => after[name] > exemptMonths);
    if (site.mode === 'exempt' && tooLong)
      throw new Refusal(
        'bad-input',
        `${tooLong}: at most ${exemptMonths} months on a site measured without consent (CNIL).`,
        { field: tooLong },
      );
    await tx.query(
      `insert into site_retention (site_id, org_id, audience_months, ads_months, imported_months) values ($1, $2, $3, $4, $5)
       on conflict (site_id) do update set audience_months = $3, ads_months = $4, imported_months = $5, changed_at = now()`,
      [id, caller.org_id, after.audience_months, after.ads_months, after.imported_months],
    );
    await audit(tx, caller, { action: 'site.retention', subject: { kind: 'site', id }, before, after });
  });
  return readSitePrivacy(services, caller, id);
}
