/** `Idempotency-Key`: a write repeated under the same key is answered, not done again. Kept for a day. */
import { createHash } from 'node:crypto';
import { Refusal } from './refusal.ts';
import type { Database } from './sql.ts';

type Kept = { request_hash: string; status: number; body: unknown };

/**
 * Runs `done` once for a key of an organisation. The same key with the same request gives the first answer again;
 * with another request, or while the first one still runs, it is a conflict. A refused request may be tried again.
 */
export async function withIdempotency<T>(options: { db: Database; orgId: string; key: string; fingerprint: unknown; done: () => Promise<T> }): Promise<T> {
  const { db, orgId, key } = options;
  if (key.length > 200) throw new Refusal('bad-input', 'Idempotency-Key: at most 200 characters.', { field: 'Idempotency-Key' });
  const hash = createHash('sha256').update(JSON.stringify(options.fingerprint)).digest('hex');
  await db.query("delete from idempotent_replies where org_id = $1 and key = $2 and created_at < now() - interval '1 day'", [orgId, key]);
  const taken = await db.query('insert into idempotent_replies (org_id, key, request_hash, status) values ($1, $2, $3, 0) on conflict do nothing returning key', [orgId, key, hash]);
  if (taken.length === 0) {
    const kept = await db.one<Kept>('select request_hash, status, body from idempotent_replies where org_id = $1 and key = $2', [orgId, key]);
    if (kept?.request_hash !== hash) throw new Refusal('conflict', 'Idempotency-Key: this key was used for another request.', { field: 'Idempotency-Key' });
    if (kept.status === 0) throw new Refusal('conflict', 'Idempotency-Key: the first request under this key still runs.', { field: 'Idempotency-Key' });
    return kept.body as T;
  }
  try {
    const result = await options.done();
    await db.query('update idempotent_replies set status = 200, body = $3 where org_id = $1 and key = $2', [orgId, key, JSON.stringify(result ?? null)]);
    return result;
  } catch (error) {
    await db.query('delete from idempotent_replies where org_id = $1 and key = $2', [orgId, key]);
    throw error;
  }
}
