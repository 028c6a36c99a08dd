/** Organisations (tenants), and the first run, which makes the first of them with its admin. */
import { newId, Refusal, type Caller, type Database, type Sql } from '#platform';
import type * as z from 'zod';
import { audit } from './audit.ts';
import type { firstRun as firstRunRoute } from './contract.ts';
import { addUser } from './user.ts';

type Maker = (tx: Sql, org_id: string) => Promise<void>;
const makers = new Set<Maker>();

/** Lets a domain add what every new organisation starts with (inventory: its formats), in the same transaction. */
export function onNewOrganisation(maker: Maker): void {
  makers.add(maker);
}

/** Makes an organisation with what it starts with. `caller` is who is written in the trail; the program itself by default. */
export async function createOrganisation(tx: Sql, { name }: { name: string }): Promise<{ id: string; name: string }> {
  const id = newId('org');
  await tx.query('insert into organisations (id, name) values ($1, $2)', [id, name]);
  for (const make of makers) await make(tx, id);
  await audit(tx, systemOf(id), {
    action: 'organisation.create',
    subject: { kind: 'organisation', id },
    after: { id, name },
  });
  return { id, name };
}

/** The program itself, acting in an organisation with every right: the command line, the sample, the first run. */
export const systemOf = (org_id: string): Caller => ({
  kind: 'system',
  id: 'system',
  name: 'Vigie',
  org_id,
  role: 'admin',
  advertiser_id: null,
});

/** Whether nobody can sign in yet. */
export async function isFirstRun(sql: Sql): Promise<boolean> {
  const row = await sql.one<{ somebody: boolean }>('select exists (select 1 from "user") as somebody');
  return row?.somebody !== true;
}

/** Makes the first organisation and its admin, once. Two at the same moment: one wins, the other is refused. */
export const firstRun = (
  db: Database,
  input: z.output<(typeof firstRunRoute)['input']>,
): Promise<{ organisation_id: string; user_id: string }> =>
  db.transaction(async (tx) => {
    await tx.query("select pg_advisory_xact_lock(hashtext('first-run'))");
    if (!(await isFirstRun(tx)))
      throw new Refusal('wrong-state', 'This installation already has its first user; sign in.');

    const organisation = await createOrganisation(tx, { name: input.organisation });
    const admin = { email: input.email, name: input.name, password: input.password, role: 'admin' as const };
    const user = await addUser(tx, systemOf(organisation.id), admin);
    return { organisation_id: organisation.id, user_id: user.id };
  });
