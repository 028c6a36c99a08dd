/** Finds what a report is about in the stores, and asks for its figures. */
import { runQuery } from '#analytics';
import { Query } from '#analytics/contract';
import { orderWithLines } from '#campaigns';
import type { Caller, Clock, Database, Events, FileStore, Sql } from '#platform';
import type { Period, ReportFigures } from './figures.ts';
import {
  reportFigures,
  type ReportedCreative,
  type ReportedPlacement,
  type ReportedSite,
  type ReportSubject,
} from './report-figures.ts';
import { type Thumbnail, thumbnailOf } from './render/thumbnail.ts';

export type Sources = { db: Database; events: Events; clock: Clock; caller: Caller };

/** Throws not-found for an order that the caller may not see. */
export async function loadFigures(sources: Sources, orderId: string, period: Period): Promise<ReportFigures> {
  const subject = await subjectOf(sources.db, sources.caller, orderId);
  const query = (question: unknown) => runQuery(sources, Query.parse(question));
  return reportFigures({ query, subject, period, now: sources.clock() });
}

async function subjectOf(sql: Sql, caller: Caller, orderId: string): Promise<ReportSubject> {
  const { order, lines } = await orderWithLines(sql, caller, orderId);
  const organisation = await sql.one<{ name: string }>('select name from organisations where id = $1', [caller.org_id]);
  const spaces = await sql.query<{
    id: string;
    name: string;
    site: string;
    site_id: string;
    time_zone: string;
    currency: string;
  }>(
    `select p.id, p.name, s.domain as site, s.id as site_id, s.time_zone, s.currency
     from placements p join sites s on s.id = p.site_id where p.org_id = $1 and p.id = any($2)`,
    [caller.org_id, [...new Set(lines.flatMap((line) => line.placements))]],
  );
  const served = await sql.query<{ line_item_id: string }>(
    `select distinct x.line_item_id from assignments x join creatives c on c.id = x.creative_id
     where x.org_id = $1 and c.state = 'approved' and x.line_item_id = any($2)`,
    [caller.org_id, lines.map((line) => line.id)],
  );
  // All of the advertiser's, not only those assigned today: one taken off a line has figures still.
  const creatives = await sql.query<ReportedCreative>(
    'select id, name, kind, width, height from creatives where org_id = $1 and advertiser_id = $2',
    [caller.org_id, order.advertiser_id],
  );
  const ready = new Set(served.map((row) => row.line_item_id));
  return {
    order: {
      id: order.id,
      name: order.name,
      side: order.side,
      po_number: order.po_number,
      advertiser: order.advertiser_name,
      publisher: order.publisher_name,
    },
    organisation: organisation?.name ?? '',
    lines: lines.map((line) => ({
      ...line,
      budget: line.booked_amount?.amount ?? null,
      has_creative: ready.has(line.id),
    })),
    creatives,
    placements: spaces.map(({ id, name, site }): ReportedPlacement => ({ id, name, site })),
    sites: sitesOf(spaces),
  };
}

function sitesOf(spaces: readonly { site_id: string; time_zone: string; currency: string }[]): ReportedSite[] {
  const sites = new Map(
    spaces.map((space) => [space.site_id, { id: space.site_id, time_zone: space.time_zone, currency: space.currency }]),
  );
  return [...sites.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Pictures of image creatives, by creative id; those that cannot be shown are left out. */
export async function loadThumbnails(
  sql: Sql,
  files: FileStore,
  caller: Caller,
  ids: readonly string[],
): Promise<Map<string, Thumbnail>> {
  const rows = await sql.query<{ id: string; file_hash: string }>(
    `select id, file_hash from creatives where org_id = $1 and id = any($2) and kind = 'image' and file_hash is not null`,
    [caller.org_id, [...ids]],
  );
  const found = new Map<string, Thumbnail>();
  for (const { id, file_hash } of rows) {
    const bytes = await files.get(file_hash);
    const thumbnail = bytes && thumbnailOf(bytes);
    if (thumbnail) found.set(id, thumbnail);
  }
  return found;
}
