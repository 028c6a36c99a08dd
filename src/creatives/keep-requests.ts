/** Creative requests follow from what is booked: campaigns says what a line takes, and each of its formats becomes one request. */
import { audit } from '#people';
import { newId, type Caller, type Sql } from '#platform';
import { readLimits } from './keep-limits.ts';
import { fills } from './request.ts';
import { deadlineOf } from './request-deadline.ts';
import type { CreativeKind } from './words.ts';

/** A booked line as campaigns tells of it. Times ISO 8601. */
export type BookedLine = {
  id: string;
  name: string;
  order_id: string;
  order_name: string;
  advertiser_id: string;
  placements: readonly string[];
  formats: readonly string[];
  start: string;
};

/** What may be sent for a format. */
export function kindsOf(format: string): CreativeKind[] {
  if (format === 'native' || format === 'text' || format === 'video') return [format];
  return ['image', 'html5', 'tag'];
}

/**
 * Opens the requests of a line, or brings them in line with its changed terms, in the caller's transaction. Formats it no longer
 * takes are cancelled; a deadline that a person has set stays.
 */
export async function keepRequests(tx: Sql, caller: Caller, line: BookedLine, now: Date): Promise<void> {
  const limits = await readLimits(tx, caller.org_id, line);
  const before = await tx.query<{ format: string; cancelled_at: string | null }>(
    'select format, cancelled_at from creative_requests where line_item_id = $1 for update',
    [line.id],
  );
  for (const format of line.formats) {
    const [width = null, height = null] = /^\d+x\d+$/.test(format) ? format.split('x').map(Number) : [];
    const own = limits.get(format);
    const due = deadlineOf(Date.parse(line.start), own?.lead_days ?? 0, now.getTime());
    await tx.query(
      `insert into creative_requests (id, org_id, line_item_id, line_item_name, order_id, order_name, advertiser_id, placements, format, width, height, kinds, limits, starts_at, due_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
       on conflict (line_item_id, format) do update set line_item_name = excluded.line_item_name, order_name = excluded.order_name,
         placements = excluded.placements, limits = excluded.limits, starts_at = excluded.starts_at, cancelled_at = null,
         due_at = case when creative_requests.due_is_set or creative_requests.starts_at = excluded.starts_at then creative_requests.due_at else excluded.due_at end`,
      [
        newId('creq'),
        caller.org_id,
        line.id,
        line.name,
        line.order_id,
        line.order_name,
        line.advertiser_id,
        [...line.placements],
        format,
        width,
        height,
        kindsOf(format),
        JSON.stringify(own ?? {}),
        line.start,
        new Date(due).toISOString(),
      ],
    );
  }
  const gone = before.filter(({ format, cancelled_at }) => cancelled_at === null && !line.formats.includes(format));
  if (gone.length > 0)
    await tx.query('update creative_requests set cancelled_at = $3 where line_item_id = $1 and format = any($2)', [
      line.id,
      gone.map(({ format }) => format),
      now.toISOString(),
    ]);
  if (before.length === 0)
    await audit(tx, caller, {
      action: 'creative-requests.open',
      subject: { kind: 'line-item', id: line.id },
      after: { formats: line.formats },
    });
}

/** A line that runs no more needs nothing more: what it still lacked is cancelled. */
export async function cancelRequests(tx: Sql, caller: Caller, lineItemId: string, now: Date): Promise<void> {
  const gone = await tx.query<{ id: string }>(
    `update creative_requests r set cancelled_at = $2 where line_item_id = $1 and cancelled_at is null and not exists (
       select 1 from assignments y join creatives c on c.id = y.creative_id
       where y.line_item_id = r.line_item_id and c.state = 'approved' and ${fills}) returning id`,
    [lineItemId, now.toISOString()],
  );
  if (gone.length > 0)
    await audit(tx, caller, {
      action: 'creative-requests.cancel',
      subject: { kind: 'line-item', id: lineItemId },
      after: { requests: gone.map(({ id }) => id) },
    });
}
