/** `Idempotency-Key`: a write repeated under the same key is answered, not done again. Kept for a day. */
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Refusal } from './refusal.ts';
import type { Database } from './sql.ts';

/** `status` 0: the first request still runs (or its process ended before it was answered). */
type Kept = { request_hash: string; status: number; body: unknown };

const sweepEveryMs = 3_600_000;
const sweptAt = new WeakMap<object, number>();

type Options<T> = {
  db: Database;
  orgId: string;
  key: string;
  fingerprint: unknown;
  done: () => Promise<T>;
  patienceMs?: number;
};

/**
 * Runs `done` once for a key of an organisation. The same key with the same request gives the first answer again,
 * waiting up to `patienceMs` (10 s) for it; with another request it is a conflict. A refused request may be tried again.
 */
export async function withIdempotency<T>(options: Options<T>): Promise<T> {
  const { db, orgId, key, done, patienceMs = 10_000 } = options;
  if (key.length === 0 || key.length > 200) throw refusal('bad-input', 'from 1 to 200 characters.');
  const hash = createHash('sha256').update(JSON.stringify(options.fingerprint)).digest('hex');
  await sweep(db);
  const until = performance.now() + patienceMs;
  while (!(await take(db, orgId, key, hash))) {
    const kept = await db.one<Kept>(
      'select request_hash, status, body from idempotent_replies where org_id = $1 and key = $2',
      [orgId, key],
    );
    if (!kept) continue; // refused just now: it may be tried again
    if (kept.request_hash !== hash) throw refusal('conflict', 'this key was used for another request.');
    if (kept.status !== 0) return kept.body as T;
    if (performance.now() > until) {
      throw refusal(
        'conflict',
        'the first request under this key has not ended; look whether it was done before you use a new key.',
      );
    }
    await delay(25);
  }
  let result: T;
  try {
    result = await done();
  } catch (error) {
    await db.query('delete from idempotent_replies where org_id = $1 and key = $2', [orgId, key]);
    throw error;
  }
  // Done: from here on a failure must not free the key, or a repeat would do it again.
  await db.query('update idempotent_replies set status = 200, body = $3 where org_id = $1 and key = $2', [
    orgId,
    key,
    JSON.stringify(result ?? null),
  ]);
  return result;
}

async function take(db: Database, orgId: string, key: string, hash: string): Promise<boolean> {
  const taken = await db.query(
    `insert into idempotent_replies (org_id, key, request_hash, status) values ($1, $2, $3, 0)
     on conflict (org_id, key) do update set request_hash = excluded.request_hash, status = 0, body = null, created_at = now()
       where idempotent_replies.created_at < now() - interval '1 day'
     returning key`,
    [orgId, key, hash],
  );
  return taken.length > 0;
}

/** Replies of more than a day ago fall away, looked for once an hour. */
async function sweep(db: Database): Promise<void> {
  const now = performance.now();
  const last = sweptAt.get(db.pool);
  if (last !== undefined && now - last < sweepEveryMs) return;
  sweptAt.set(db.pool, now);
  await db.query("delete from idempotent_replies where created_at < now() - interval '1 day'");
}

const refusal = (code: 'bad-input' | 'conflict', why: string) =>
  new Refusal(code, `Idempotency-Key: ${why}`, { field: 'Idempotency-Key' });
