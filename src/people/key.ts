/** API keys: 32 random bytes after `vg_`, shown once; only their SHA-256 is kept (they are random, so no slow hash is needed). */
import { createHash, randomBytes } from 'node:crypto';
import { newId, Refusal, type Caller, type Database, type Sql } from '#platform';
import type * as z from 'zod';
import { audit } from './audit.ts';
import { checkScope } from './advertiser.ts';
import type { createKey as createRoute, Key, listKeys as listRoute, Role } from './contract.ts';
import { listRows, nameHas, requireRow } from './rows.ts';

const select = 'select id, org_id, name, role, advertiser_id, prefix, created_at, revoked_at from keys';

/** What is kept of a key, and what an edge compares with: SHA-256 in hex. */
export const hashOfKey = (key: string): string => createHash('sha256').update(key).digest('hex');

/** Makes a key in the caller's organisation. The key itself is in the answer and nowhere else. */
export async function createKey(
  tx: Sql,
  caller: Caller,
  input: z.output<(typeof createRoute)['input']>,
): Promise<Key & { key: string }> {
  const advertiser_id = await checkScope(tx, caller.org_id, input);
  const key = `vg_${randomBytes(32).toString('base64url')}`;
  const id = newId('key');
  await tx.query(
    'insert into keys (id, org_id, name, role, advertiser_id, hash, prefix) values ($1, $2, $3, $4, $5, $6, $7)',
    [id, caller.org_id, input.name, input.role, advertiser_id, hashOfKey(key), key.slice(0, 10)],
  );
  const made = await readKey(tx, caller, id);
  await audit(tx, caller, { action: 'key.create', subject: { kind: 'key', id }, after: made });
  return { ...made, key };
}

export const readKey = (sql: Sql, caller: Caller, id: string, lock = false): Promise<Key> =>
  requireRow<Key>(sql, {
    select,
    filters: [
      ['org_id = ?', caller.org_id],
      ['id = ?', id],
    ],
    what: 'key',
    lock,
  });

export const listKeys = (sql: Sql, caller: Caller, input: z.output<(typeof listRoute)['input']>) =>
  listRows<Key>(sql, {
    select,
    filters: [['org_id = ?', caller.org_id], nameHas(input.name)],
    limit: input.limit,
    cursor: input.cursor,
  });

/** Ends a key at once. Revoking it again changes nothing. */
export const revokeKey = (db: Database, caller: Caller, id: string): Promise<void> =>
  db.transaction(async (tx) => {
    const before = await readKey(tx, caller, id, true);
    if (before.revoked_at !== null) return;
    if (caller.kind === 'key' && caller.id === id) throw new Refusal('wrong-state', 'A key cannot revoke itself.');
    await tx.query('update keys set revoked_at = now() where id = $1 and org_id = $2', [id, caller.org_id]);
    await audit(tx, caller, {
      action: 'key.revoke',
      subject: { kind: 'key', id },
      before,
      after: await readKey(tx, caller, id),
    });
  });

/** Who bears this key, or undefined when it is unknown or revoked. */
export async function callerOfKey(sql: Sql, key: string): Promise<Caller | undefined> {
  const row = await sql.one<{ id: string; name: string; org_id: string; role: Role; advertiser_id: string | null }>(
    'select id, name, org_id, role, advertiser_id from keys where hash = $1 and revoked_at is null',
    [hashOfKey(key)],
  );
  return row && { kind: 'key', ...row };
}

/** Every key in force of the installation, for the book: an edge knows keyed callers without asking. */
export const keysInForce = (sql: Sql) =>
  sql.query<{ id: string; hash: string; org_id: string; role: Role; advertiser_id: string | null }>(
    'select id, hash, org_id, role, advertiser_id from keys where revoked_at is null order by id',
  );
