/** Users: a person's name, e-mail and password (tables of the sign-in library) and their role in the organisation. */
import { newId, Refusal, type Caller, type Database, type Sql } from '#platform';
import type * as z from 'zod';
import { checkScope } from './advertiser.ts';
import { audit } from './audit.ts';
import type * as contract from './contract.ts';
import type { User } from './contract.ts';
import { insertRow, listRows, nameHas, requireRow } from './rows.ts';

const select = `select * from (
  select u."id", m.org_id, u."name", u."email", m.role, m.advertiser_id, m.created_at
  from memberships m join "user" u on u."id" = m.user_id) people`;
const subject = (id: string) => ({ kind: 'user', id });

export const readUser = (sql: Sql, caller: Caller, id: string): Promise<User> =>
  requireRow<User>(sql, {
    select,
    filters: [
      ['org_id = ?', caller.org_id],
      ['id = ?', id],
    ],
    what: 'user',
  });

export const listUsers = (sql: Sql, caller: Caller, input: z.output<(typeof contract.listUsers)['input']>) =>
  listRows<User>(sql, {
    select,
    filters: [['org_id = ?', caller.org_id], ['role = ?', input.role], nameHas(input.name)],
    limit: input.limit,
    cursor: input.cursor,
  });

/**
 * Adds a person to the caller's organisation. An e-mail address belongs to one person of the installation: a second use is a
 * conflict, whichever organisation the first is in, and says no more than that.
 */
export async function addUser(
  tx: Sql,
  caller: Caller,
  input: z.output<(typeof contract.createUser)['input']>,
): Promise<User> {
  const advertiser_id = await checkScope(tx, caller.org_id, input);
  const id = newId('user');
  const now = new Date();
  await insertRow(tx, '"user"', { id, '"name"': input.name, '"email"': input.email, '"emailVerified"': true });
  await insertRow(tx, '"account"', {
    id: newId('acc'),
    '"accountId"': id,
    '"providerId"': 'credential',
    '"userId"': id,
    '"password"': await hashPassword(input.password),
    '"updatedAt"': now,
  });
  await insertRow(tx, 'memberships', {
    id: newId('mem'),
    org_id: caller.org_id,
    user_id: id,
    role: input.role,
    advertiser_id,
  });
  const after = await readUser(tx, caller, id);
  await audit(tx, caller, { action: 'user.create', subject: subject(id), after });
  return after;
}

/** Changes a person. A new password ends the sessions opened before it; a new role counts from the next request. */
export const changeUser = (
  db: Database,
  caller: Caller,
  input: z.output<(typeof contract.changeUser)['input']>,
): Promise<User> =>
  db.transaction(async (tx) => {
    await lockMembers(tx, caller.org_id);
    const before = await readUser(tx, caller, input.id);
    const role = input.role ?? before.role;
    const given = input.advertiser_id === undefined && role === 'client' ? before.advertiser_id : input.advertiser_id;
    const advertiser_id = await checkScope(tx, caller.org_id, { role, advertiser_id: given });
    if (before.role === 'admin' && role !== 'admin') await requireAnotherAdmin(tx, caller.org_id, input.id);

    await tx.query('update memberships set role = $3, advertiser_id = $4 where org_id = $1 and user_id = $2', [
      caller.org_id,
      input.id,
      role,
      advertiser_id,
    ]);
    if (input.name !== undefined)
      await tx.query('update "user" set "name" = $2, "updatedAt" = now() where "id" = $1', [input.id, input.name]);
    if (input.password !== undefined) await setPassword(tx, input.id, input.password);

    const after = await readUser(tx, caller, input.id);
    const changed = input.password === undefined ? after : { ...after, password: 'changed' };
    await audit(tx, caller, { action: 'user.change', subject: subject(input.id), before, after: changed });
    return after;
  });

/** Removes a person, their sessions with them. The last admin and oneself are refused. */
export const removeUser = (db: Database, caller: Caller, id: string): Promise<void> =>
  db.transaction(async (tx) => {
    await lockMembers(tx, caller.org_id);
    const before = await readUser(tx, caller, id);
    if (caller.kind === 'user' && caller.id === id) throw new Refusal('wrong-state', 'You cannot remove yourself.');
    if (before.role === 'admin') await requireAnotherAdmin(tx, caller.org_id, id);

    await tx.query('delete from memberships where org_id = $1 and user_id = $2', [caller.org_id, id]);
    await tx.query(
      'delete from "user" u where u."id" = $1 and not exists (select 1 from memberships where user_id = u."id")',
      [id],
    );
    await audit(tx, caller, { action: 'user.remove', subject: subject(id), before });
  });

/** The library's own hash (scrypt), so that it can verify what we store; loaded when first needed. */
async function hashPassword(password: string): Promise<string> {
  const library = await import('better-auth/crypto');
  return library.hashPassword(password);
}

async function setPassword(tx: Sql, id: string, password: string): Promise<void> {
  await tx.query(
    `update "account" set "password" = $2, "updatedAt" = now() where "userId" = $1 and "providerId" = 'credential'`,
    [id, await hashPassword(password)],
  );
  await tx.query('delete from "session" where "userId" = $1', [id]);
}

/** Serialises changes of roles in an organisation, or two admins could each remove the other. */
const lockMembers = (tx: Sql, org_id: string) =>
  tx.query('select id from memberships where org_id = $1 order by id for update', [org_id]);

async function requireAnotherAdmin(tx: Sql, org_id: string, id: string): Promise<void> {
  const other = await tx.one("select 1 from memberships where org_id = $1 and role = 'admin' and user_id <> $2", [
    org_id,
    id,
  ]);
  if (!other) throw new Refusal('wrong-state', 'The organisation needs an admin: this is the last one.');
}
