/** Private calendar addresses: what is sold and held, for a calendar program that subscribes to it (RFC 5545). */
import { randomBytes } from 'node:crypto';
import { findSite } from '#inventory';
import { audit, listRows, requireRow } from '#people';
import {
  type CalendarEntry,
  iCalendar,
  newId,
  Refusal,
  type Caller,
  type Clock,
  type Database,
  type FileReply,
  type Sql,
} from '#platform';
import type * as z from 'zod';
import type * as contract from './contract.ts';
import type { CalendarFeed, CalendarFilters } from './contract.ts';
import { tokenHash } from './move-proposal.ts';
import { type Tenant, tenantsBetween } from './occupants.ts';
import { nextDay, startOfDay } from './zoned-day.ts';

const select = 'select id, org_id, name, filters, created_at from calendar_feeds';

export const listCalendarFeeds = (
  sql: Sql,
  caller: Caller,
  { limit, cursor }: z.output<(typeof contract.listCalendarFeeds)['input']>,
) => listRows<CalendarFeed>(sql, { select, filters: [['org_id = ?', caller.org_id]], limit, cursor });

/** The token has 256 random bits; only its hash is kept. Throws not-found for a site of nobody. */
export const createCalendarFeed = (
  db: Database,
  caller: Caller,
  { name, ...filters }: z.output<(typeof contract.createCalendarFeed)['input']>,
): Promise<CalendarFeed & { path: string }> =>
  db.transaction(async (tx) => {
    if (filters.site !== undefined && !(await findSite(tx, caller.org_id, filters.site)))
      throw new Refusal('not-found', `site: there is no site ${filters.site}.`, { field: 'site' });
    const id = newId('cal');
    const token = randomBytes(32).toString('base64url');
    await tx.query('insert into calendar_feeds (id, org_id, name, filters, token_hash) values ($1, $2, $3, $4, $5)', [
      id,
      caller.org_id,
      name,
      JSON.stringify(filters),
      tokenHash(token),
    ]);
    const after = await readFeed(tx, caller, id);
    await audit(tx, caller, { action: 'calendar-feed.create', subject: { kind: 'calendar-feed', id }, after });
    return { ...after, path: `/p/${token}/calendar` };
  });

const readFeed = (sql: Sql, caller: Caller, id: string): Promise<CalendarFeed> =>
  requireRow<CalendarFeed>(sql, {
    select,
    filters: [
      ['org_id = ?', caller.org_id],
      ['id = ?', id],
    ],
    what: 'calendar address',
  });

export const removeCalendarFeed = (db: Database, caller: Caller, id: string): Promise<void> =>
  db.transaction(async (tx) => {
    const before = await readFeed(tx, caller, id);
    await tx.query('delete from calendar_feeds where id = $1 and org_id = $2', [id, caller.org_id]);
    await audit(tx, caller, { action: 'calendar-feed.remove', subject: { kind: 'calendar-feed', id }, before });
  });

/** Entries of one calendar. */
const mostEntries = 2000;

/** Three months back and a year ahead. Throws not-found for an address that leads nowhere. */
export async function calendarOf({ db, clock }: { db: Database; clock: Clock }, token: string): Promise<FileReply> {
  const feed = await db.one<CalendarFeed & { org_id: string }>(`${select} where token_hash = $1`, [tokenHash(token)]);
  if (!feed) throw new Refusal('not-found', 'This address leads nowhere.');
  const now = clock();
  const today = now.toISOString().slice(0, 10);
  const span = { from: startOfDay(nextDay(today, -90), 'UTC'), to: startOfDay(nextDay(today, 366), 'UTC'), now };
  const tenants = await tenantsBetween(db, feed, { ...span, advertiser: feed.filters.advertiser });
  const names = await placementsOf(db, feed.org_id, feed.filters);
  const entries = tenants
    .filter(({ placements }) => placements.some((id) => names.has(id)))
    .slice(0, mostEntries)
    .map((one) => entryOf(one, names));
  return {
    bytes: iCalendar(feed.name, entries, now),
    media_type: 'text/calendar; charset=utf-8',
    file_name: 'vigie.ics',
    headers: { 'cache-control': 'private, max-age=300', 'x-robots-tag': 'noindex' },
  };
}

async function placementsOf(sql: Sql, org_id: string, filters: CalendarFilters): Promise<Map<string, string>> {
  const site = filters.site === undefined ? null : await findSite(sql, org_id, filters.site);
  const rows = await sql.query<{ id: string; name: string }>(
    `select p.id, s.name || ' › ' || p.name as name from placements p join sites s on s.id = p.site_id
     where p.org_id = $1 and ($2::text is null or p.site_id = $2) and ($3::text is null or p.section_id = $3) and ($4::text is null or $4 = any(p.formats))`,
    [org_id, filters.site === undefined ? null : (site?.id ?? ''), filters.section ?? null, filters.format ?? null],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}

const entryOf = (one: Tenant, names: ReadonlyMap<string, string>): CalendarEntry => ({
  id: one.id,
  title: `${one.advertiser_name} – ${one.name}`,
  place: one.placements.flatMap((id) => names.get(id) ?? []).join(', '),
  note: [
    `${one.goal.quantity} ${one.goal.unit}`,
    one.state,
    ...(one.space === 'held' && one.expires_at ? [`held until ${new Date(one.expires_at).toISOString()}`] : []),
  ].join(' · '),
  first: one.first_day,
  last: one.last_day,
  certain: one.space !== 'held',
});
