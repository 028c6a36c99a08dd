import { findSite } from '#inventory';
import { audit } from '#people';
import { type Caller, type Database, type Events, Refusal, type Sql } from '#platform';
import type { VisitRules } from './visit-rules-contract.ts';

/** No cut but the gap of 30 minutes. */
export const usualRules: VisitRules = { midnight: false, campaign: false };

/** The rules of the sites that have any. */
export async function rulesOfSites(db: Sql): Promise<Map<string, VisitRules>> {
  const rows = await db.query<VisitRules & { site_id: string }>(
    'select site_id, midnight, campaign from site_visit_rules where midnight or campaign',
  );
  return new Map(rows.map(({ site_id, midnight, campaign }) => [site_id, { midnight, campaign }]));
}

async function siteOf(sql: Sql, caller: Caller, id: string): Promise<string> {
  const site = await findSite(sql, caller.org_id, id);
  if (!site) throw new Refusal('not-found', 'There is no such site.');
  return site.id;
}

export async function readVisitRules(sql: Sql, caller: Caller, id: string): Promise<VisitRules> {
  const site = await siteOf(sql, caller, id);
  return (
    (await sql.one<VisitRules>('select midnight, campaign from site_visit_rules where site_id = $1', [site])) ??
    usualRules
  );
}

/** Every day of the site is marked as changed, so that its visits are built again under the new rules. */
export async function changeVisitRules(
  { db, events }: { db: Database; events: Events },
  caller: Caller,
  { id, ...given }: { id: string; midnight?: boolean | undefined; campaign?: boolean | undefined },
): Promise<VisitRules> {
  return db.transaction(async (tx) => {
    const site = await siteOf(tx, caller, id);
    const before = await readVisitRules(tx, caller, id);
    const after = { midnight: given.midnight ?? before.midnight, campaign: given.campaign ?? before.campaign };
    await tx.query(
      `insert into site_visit_rules (site_id, org_id, midnight, campaign) values ($1, $2, $3, $4)
       on conflict (site_id) do update set midnight = $3, campaign = $4, changed_at = now()`,
      [site, caller.org_id, after.midnight, after.campaign],
    );
    await audit(tx, caller, { action: 'site.visit-rules', subject: { kind: 'site', id: site }, before, after });
    if (before.midnight !== after.midnight || before.campaign !== after.campaign)
      await events.command(
        'insert into dirty_days (site_id, local_date, changed_at) select site_id, local_date, now64(3) from hits where site_id = {site:String} group by site_id, local_date',
        { site },
      );
    return after;
  });
}
