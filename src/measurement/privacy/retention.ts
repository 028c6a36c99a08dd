/** Ends what was kept long enough: by site, facts and what was added up from them; imported rows count from the day of their import. */
import { audit, systemOf } from '#people';
import type { Clock, Database, Events } from '#platform';
import { exemptMonths } from './privacy-contract.ts';
import { removeFacts } from './rewrite-days.ts';

export type Retention = { audience_months: number; ads_months: number; imported_months: number };

/** Of a site that says nothing else; `months` are the installation's (VIGIE_RETENTION_MONTHS). */
export const usualRetention = (months: number = exemptMonths): Retention => ({
  audience_months: months,
  ads_months: months,
  imported_months: months,
});

/** What the limit of the exemption is about: the audience, counted here or brought in. */
export const audienceMonths = ['audience_months', 'imported_months'] as const;

type Site = { id: string; org_id: string; mode: string } & Record<keyof Retention, number | null>;

/** The day before which nothing is kept. */
export function firstKept(now: Date, months: number): string {
  const at = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, 1));
  const lastOfMonth = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();
  at.setUTCDate(Math.min(now.getUTCDate(), lastOfMonth));
  return at.toISOString().slice(0, 10);
}

/** A row of the past counts from when it came in; one of the moment from its day. */
const old = (days: string, imported: string) =>
  `if(origin = 'live', local_date < {${days}:Date}, greatest(local_date, toDate(ingested_at)) < {${imported}:Date})`;

/** One round over every site. Answers the rows that went. */
export async function endRetention(
  { db, events, clock, months }: { db: Database; events: Events; clock: Clock; months?: number | undefined },
  signal?: AbortSignal,
): Promise<number> {
  const sites = await db.query<Site>(
    'select sites.id, sites.org_id, sites.mode, audience_months, ads_months, imported_months from sites left join site_retention on site_retention.site_id = sites.id',
  );
  let all = 0;
  for (const site of sites) {
    signal?.throwIfAborted();
    all += await endForSite({ db, events, clock }, site, months);
  }
  return all;
}

async function endForSite(
  { db, events, clock }: { db: Database; events: Events; clock: Clock },
  site: Site,
  usual: number | undefined,
): Promise<number> {
  const months = usualRetention(usual);
  for (const name of ['audience_months', 'ads_months', 'imported_months'] as const)
    months[name] = site[name] ?? months[name];
  // What a site may keep with consent it may not without, whatever was set before its mode changed.
  if (site.mode === 'exempt') for (const name of audienceMonths) months[name] = Math.min(months[name], exemptMonths);
  const now = clock();
  const params = {
    audience: firstKept(now, months.audience_months),
    ads: firstKept(now, months.ads_months),
    imported: firstKept(now, months.imported_months),
  };
  const gone: Record<string, number> = {
    hits: await removeFacts(events, 'hits', site.id, { where: old('audience', 'imported'), params }),
    ad_events: await removeFacts(events, 'ad_events', site.id, { where: 'local_date < {ads:Date}', params }),
    ad_requests: await removeFacts(events, 'ad_requests', site.id, { where: 'local_date < {ads:Date}', params }),
  };
  const others = {
    ignored_hits: old('audience', 'imported'),
    imported_figures: 'toDate(ingested_at) < {imported:Date}',
    imported_days: 'toDate(ingested_at) < {imported:Date}',
  };
  for (const [table, where] of Object.entries(others))
    gone[table] = await removePlain(events, table, site.id, where, params);
  const sum = Object.values(gone).reduce((a, b) => a + b, 0);
  if (sum > 0)
    await db.transaction((tx) =>
      audit(tx, systemOf(site.org_id), {
        action: 'retention.end',
        subject: { kind: 'site', id: site.id },
        after: { ...gone, before: params },
      }),
    );
  return sum;
}

/** Rows that nothing was added up from. */
async function removePlain(
  events: Events,
  table: string,
  site: string,
  where: string,
  params: Record<string, unknown>,
): Promise<number> {
  const [found] = await events.query<{ rows: number }>(
    `select count() as rows from ${table} where site_id = {site:String} and ${where}`,
    { ...params, site },
    { heavy: true },
  );
  const rows = Number(found?.rows ?? 0);
  if (rows > 0)
    await events.command(`delete from ${table} where site_id = {site:String} and ${where}`, { ...params, site });
  return rows;
}
