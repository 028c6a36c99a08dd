/** Access, export and erasure of one visitor, by the identifier that a page, a server or an earlier product gave them. */
import { createHash } from 'node:crypto';
import { audit } from '#people';
import { findSite } from '#inventory';
import { type Caller, type Database, type Events, type FileReply, Refusal } from '#platform';
import { products } from '../history/history-names.ts';
import { visitorNamed } from '../visitor.ts';
import type { VisitorFound } from './privacy-contract.ts';
import { removeFacts } from './rewrite-days.ts';

export type VisitorKeys = {
  /** The key of visitors that servers and imports name. */
  visitorKey: string;
  /** The hash of an identifier that a visitor consented to, as audience and ads keep it. */
  consentedHash: (siteId: string, visitorId: string) => string;
};

type Asked = { site_id: string; visitor_id: string };
type Services = { db: Database; events: Events };

/** Every number under which one identifier can lie there. */
export function numbersOf(
  { visitorKey, consentedHash }: VisitorKeys,
  site: string,
  id: string,
): { named: string[]; consented: string } {
  const named = visitorNamed(visitorKey);
  return {
    named: [named(site, id), ...products.map((product) => named(site, `${product} ${id}`))],
    consented: consentedHash(site, id),
  };
}

// Numbers of 64 bits travel as texts.
const numbers = (name: string) => `(select toUInt64(arrayJoin({${name}:Array(String)})))`;
const audience = `(visitor in ${numbers('named')} or identified in ${numbers('all')})`;
const wheres = { hits: audience, visits: audience, ad_events: `visitor in ${numbers('all')}` } as const;
const tables = ['hits', 'visits', 'ad_events'] as const;
/** A visit counts in its day's current build only. */
const current =
  ' and (site_id, local_date, build) in (select site_id, local_date, max(build) from visit_days where site_id = {site:String} group by site_id, local_date)';

async function scopeOf({ db }: Services, caller: Caller, keys: VisitorKeys, { site_id, visitor_id }: Asked) {
  const site = await findSite(db, caller.org_id, site_id);
  if (!site) throw new Refusal('not-found', 'site_id: there is no such site.', { field: 'site_id' });
  const { named, consented } = numbersOf(keys, site.id, visitor_id);
  return { site: site.id, params: { site: site.id, named, all: [...named, consented] } };
}

async function found(events: Events, params: Record<string, unknown>): Promise<VisitorFound> {
  const answers: VisitorFound['tables'] = [];
  for (const table of tables) {
    const [row] = await events.query<{ rows: number; first: string; last: string }>(
      `select count() as rows, toString(min(local_date)) as first, toString(max(local_date)) as last from ${table}
       where site_id = {site:String} and ${wheres[table]}${table === 'visits' ? current : ''}`,
      params,
    );
    const rows = Number(row?.rows ?? 0);
    answers.push({
      table,
      rows,
      first: rows > 0 ? (row?.first ?? null) : null,
      last: rows > 0 ? (row?.last ?? null) : null,
    });
  }
  return { tables: answers, rows: answers.reduce((sum, { rows }) => sum + rows, 0) };
}

export async function findVisitor(
  services: Services,
  caller: Caller,
  keys: VisitorKeys,
  asked: Asked,
): Promise<VisitorFound> {
  const { params } = await scopeOf(services, caller, keys, asked);
  return found(services.events, params);
}

/** The trail names the visitor by a hash: an erasure must not keep what it erased. */
const trailId = (site: string, id: string) => createHash('sha256').update(`${site}\0${id}`).digest('hex').slice(0, 16);

export async function exportVisitor(
  services: Services,
  caller: Caller,
  keys: VisitorKeys,
  asked: Asked,
): Promise<FileReply> {
  const { db, events } = services;
  const { site, params } = await scopeOf(services, caller, keys, asked);
  const rows: Record<string, unknown[]> = {};
  for (const table of tables)
    rows[table] = await events.query(
      `select * from ${table} where site_id = {site:String} and ${wheres[table]}${table === 'visits' ? current : ''} order by local_date limit 200000`,
      params,
      { heavy: true },
    );
  await db.transaction((tx) =>
    audit(tx, caller, {
      action: 'visitor.export',
      subject: { kind: 'visitor', id: trailId(site, asked.visitor_id) },
      after: { site_id: site },
    }),
  );
  return {
    bytes: JSON.stringify({ site_id: site, ...rows }, undefined, 2),
    media_type: 'application/json',
    file_name: 'visitor.json',
  };
}

/** Erases and answers what went. Journals of edges lose their shipped segments within minutes by themselves. */
export async function eraseVisitor(
  services: Services,
  caller: Caller,
  keys: VisitorKeys,
  asked: Asked,
): Promise<VisitorFound> {
  const { db, events } = services;
  const { site, params } = await scopeOf(services, caller, keys, asked);
  const gone = await found(events, params);
  await removeFacts(events, 'hits', site, { where: wheres.hits, params });
  await removeFacts(events, 'ad_events', site, { where: wheres.ad_events, params });
  // Old builds hold the visitor until they are purged.
  await events.command(`delete from visits where site_id = {site:String} and ${wheres.visits}`, params);
  await db.transaction((tx) =>
    audit(tx, caller, {
      action: 'visitor.erase',
      subject: { kind: 'visitor', id: trailId(site, asked.visitor_id) },
      after: { site_id: site, tables: Object.fromEntries(gone.tables.map(({ table, rows }) => [table, rows])) },
    }),
  );
  return gone;
}
