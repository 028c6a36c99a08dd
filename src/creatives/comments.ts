/** What reviewers say about a creative: about the whole, a point of it, or a second of its animation. */
import { audit } from '#people';
import { newId, Refusal, type Caller, type Clock, type Database, type Sql } from '#platform';
import type { CreativeComment } from './contract.ts';
import { creativeRow } from './creative.ts';

const select = `select m.id, m.creative_id, c.version, m.side, m.author, m.body, m.x, m.y, m.at_s, m.resolved_at, m.created_at
  from creative_comments m join creatives c on c.id = m.creative_id`;

/** A creative with more is being abused. */
const most = 500;

/** Of the creative and of its other versions: what was asked of version 1 is looked for in version 2. */
export async function listComments(sql: Sql, caller: Caller, id: string): Promise<{ items: CreativeComment[] }> {
  const { family_id } = await creativeRow(sql, caller, id);
  const items = await sql.query<CreativeComment>(
    `${select} where c.family_id = $1 and m.org_id = $2 order by m.created_at, m.id limit ${most}`,
    [family_id, caller.org_id],
  );
  return { items };
}

export type Pin = { body: string; x?: number | undefined; y?: number | undefined; at_s?: number | undefined };

/** `as`: who the other side says it is, for a private link. A point has both of its coordinates. */
export function addComment(
  { db, clock }: { db: Database; clock: Clock },
  caller: Caller,
  id: string,
  pin: Pin,
  as?: string,
): Promise<CreativeComment> {
  if ((pin.x === undefined) !== (pin.y === undefined)) {
    const field = pin.x === undefined ? 'x' : 'y';
    throw new Refusal('bad-input', `${field}: a point has an x and a y.`, { field });
  }
  return db.transaction(async (tx) => {
    const row = await creativeRow(tx, caller, id, 'for update of c');
    const count = await tx.one<{ count: number }>(
      'select count(*)::int as count from creative_comments where creative_id = $1',
      [row.id],
    );
    if ((count?.count ?? 0) >= most) throw new Refusal('too-many', `A creative has at most ${most} comments.`);
    const commentId = newId('ccom');
    await tx.query(
      `insert into creative_comments (id, org_id, creative_id, side, author, body, x, y, at_s, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        commentId,
        caller.org_id,
        row.id,
        caller.role === 'client' ? 'them' : 'us',
        as ?? caller.name,
        pin.body,
        pin.x ?? null,
        pin.y ?? null,
        pin.at_s ?? null,
        clock().toISOString(),
      ],
    );
    const after = await readComment(tx, caller, commentId);
    await audit(tx, caller, { action: 'creative.comment', subject: { kind: 'creative', id: row.id }, after });
    return after;
  });
}

async function readComment(sql: Sql, caller: Caller, id: string): Promise<CreativeComment> {
  const found = await sql.one<CreativeComment>(`${select} where m.id = $1 and m.org_id = $2`, [id, caller.org_id]);
  if (!found) throw new Refusal('not-found', 'There is no such comment.');
  return found;
}

export function resolveComment(
  { db, clock }: { db: Database; clock: Clock },
  caller: Caller,
  { id, resolved }: { id: string; resolved: boolean },
): Promise<CreativeComment> {
  return db.transaction(async (tx) => {
    const before = await readComment(tx, caller, id);
    await creativeRow(tx, caller, before.creative_id);
    await tx.query('update creative_comments set resolved_at = $2 where id = $1', [
      id,
      resolved ? (before.resolved_at ?? clock().toISOString()) : null,
    ]);
    const after = await readComment(tx, caller, id);
    await audit(tx, caller, {
      action: 'creative.comment-resolve',
      subject: { kind: 'creative', id: before.creative_id },
      before,
      after,
    });
    return after;
  });
}
