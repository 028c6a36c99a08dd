/** Creative requests as they are kept, read and changed. */
import { audit } from '#people';
import { Refusal, type Caller, type Clock, type Database, type Sql } from '#platform';
import type * as z from 'zod';
import { ownAdvertiser } from './creative.ts';
import type {
  changeCreativeRequest as changeRoute,
  CreativeRequest,
  CreativeRequestState,
  listCreativeRequests as listRoute,
} from './request-contract.ts';

/** Whether a creative `c` fills a request `r`, as `formatsOfCreative` says. */
export const fills = `(case when c.kind in ('native', 'text', 'video') then r.format = c.kind
  else r.format = c.width || 'x' || c.height or r.format = 'interstitial' end)`;

/**
 * The state follows from the creatives that are on the line and fill the format. What is on the line is campaigns' to say;
 * a creative that was handed in is on it from that moment.
 */
const select = `select r.id, r.line_item_id, r.line_item_name, r.order_id, r.order_name, r.advertiser_id, a.name as advertiser_name,
    (select coalesce(array_agg(s.name || ' › ' || p.name order by s.name, p.name), '{}') from placements p join sites s on s.id = p.site_id
      where p.id = any(r.placements)) as placements,
    r.format, r.width, r.height, r.kinds, r.limits, r.languages, r.note, r.starts_at as start, r.due_at as due, r.created_at,
    (select max(m.sent_at) from creative_reminders m where m.request_id = r.id) as reminded_at,
    x.creatives, case when r.cancelled_at is not null then 'cancelled' else x.state end as state
  from creative_requests r
  join advertisers a on a.id = r.advertiser_id
  cross join lateral (
    select coalesce(json_agg(json_build_object('id', c.id, 'name', c.name, 'state', c.state, 'version', c.version) order by c.id), '[]') as creatives,
      case when bool_or(c.state = 'approved') then 'done'
           when bool_or(c.state in ('uploaded', 'checking', 'waiting')) then 'received'
           when bool_or(c.state = 'rejected') then 'refused' else 'open' end as state
    from assignments y join creatives c on c.id = y.creative_id
    where y.line_item_id = r.line_item_id and c.state <> 'retired' and ${fills}
  ) x`;

export type RequestRow = Omit<CreativeRequest, 'is_late'>;

type Filter = Partial<Omit<z.output<(typeof listRoute)['input']>, 'limit'>> & { limit: number };

const toRequest = (row: RequestRow, now: Date): CreativeRequest => ({
  ...row,
  is_late: row.state !== 'done' && row.state !== 'cancelled' && Date.parse(row.due) <= now.getTime(),
});

/** By deadline, then id; the cursor is both. Requests that were cancelled are listed only when asked for. */
export async function listRequests(
  sql: Sql,
  caller: Caller,
  filter: Filter,
  now: Date,
): Promise<{ items: CreativeRequest[]; next: string | null }> {
  const [after = null, afterId = null] = cursorOf(filter.cursor);
  const rows = await sql.query<RequestRow>(
    `select * from (${select}
       where r.org_id = $1 and ($2::text is null or r.advertiser_id = $2) and ($3::text is null or r.advertiser_id = $3)
         and ($4::text is null or r.order_id = $4) and ($5::text is null or r.line_item_id = $5)
         and ($6::timestamptz is null or (r.due_at, r.id) > ($6, $7))) q
     where ($8::text is null and q.state <> 'cancelled' or q.state = $8)
       and ($9::bool is not true or (q.due <= $10 and q.state not in ('done', 'cancelled')))
     order by q.due, q.id limit $11`,
    [
      caller.org_id,
      ownAdvertiser(caller),
      filter.advertiser_id ?? null,
      filter.order_id ?? null,
      filter.line_item_id ?? null,
      after,
      afterId,
      filter.state ?? null,
      filter.late === 'true',
      now.toISOString(),
      filter.limit + 1,
    ],
  );
  const items = rows.slice(0, filter.limit).map((row) => toRequest(row, now));
  const last = items.at(-1);
  return { items, next: rows.length > filter.limit && last ? `${new Date(last.due).toISOString()}~${last.id}` : null };
}

function cursorOf(cursor: string | undefined): string[] {
  if (cursor === undefined) return [];
  const [due = '', id = ''] = cursor.split('~');
  if (!Number.isFinite(Date.parse(due)) || id === '')
    throw new Refusal('bad-input', 'cursor: must be the `next` of an earlier reply.', { field: 'cursor' });
  return [due, id];
}

/** Throws not-found, also for what belongs to somebody else. */
export async function readRequest(sql: Sql, caller: Caller, id: string, now: Date): Promise<CreativeRequest> {
  const row = await sql.one<RequestRow>(
    `${select} where r.org_id = $1 and r.id = $2 and ($3::text is null or r.advertiser_id = $3)`,
    [caller.org_id, id, ownAdvertiser(caller)],
  );
  if (!row) throw new Refusal('not-found', 'There is no such creative request.');
  return toRequest(row, now);
}

export function changeRequest(
  { db, clock }: { db: Database; clock: Clock },
  caller: Caller,
  change: z.output<(typeof changeRoute)['input']>,
): Promise<CreativeRequest> {
  return db.transaction(async (tx) => {
    await tx.query('select 1 from creative_requests where id = $1 and org_id = $2 for update', [
      change.id,
      caller.org_id,
    ]);
    const before = await readRequest(tx, caller, change.id, clock());
    await tx.query(
      `update creative_requests set due_at = coalesce($2, due_at), due_is_set = due_is_set or $2::timestamptz is not null,
         languages = coalesce($3, languages), note = coalesce($4, note) where id = $1`,
      [before.id, change.due ?? null, change.languages ?? null, change.note ?? null],
    );
    const after = await readRequest(tx, caller, before.id, clock());
    await audit(tx, caller, {
      action: 'creative-request.change',
      subject: { kind: 'creative-request', id: before.id },
      before,
      after,
    });
    return after;
  });
}

/** States in which something is still to be done by the other side. */
export const isWanted = (state: CreativeRequestState): boolean => state === 'open' || state === 'refused';
