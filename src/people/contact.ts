/** Contacts: the people to talk to at an advertiser or a publisher. */
import { newId, type Caller, type Database, type Sql } from '#platform';
import type * as z from 'zod';
import { readAdvertiser } from './advertiser.ts';
import { audit } from './audit.ts';
import type * as contract from './contract.ts';
import type { Contact } from './contract.ts';
import { readPublisher } from './publisher.ts';
import { deleteRow, insertRow, listRows, nameHas, requireRow, updateRow } from './rows.ts';

const select = 'select id, org_id, advertiser_id, publisher_id, name, email, phone, role, created_at from contacts';
const subject = (id: string) => ({ kind: 'contact', id });

export const readContact = (sql: Sql, caller: Caller, id: string, lock = false): Promise<Contact> =>
  requireRow<Contact>(sql, {
    select,
    filters: [
      ['org_id = ?', caller.org_id],
      ['id = ?', id],
    ],
    what: 'contact',
    lock,
  });

export const listContacts = (sql: Sql, caller: Caller, input: z.output<(typeof contract.listContacts)['input']>) =>
  listRows<Contact>(sql, {
    select,
    filters: [
      ['org_id = ?', caller.org_id],
      ['advertiser_id = ?', input.advertiser_id],
      ['publisher_id = ?', input.publisher_id],
      nameHas(input.name),
    ],
    limit: input.limit,
    cursor: input.cursor,
  });

export const createContact = (
  db: Database,
  caller: Caller,
  input: z.output<(typeof contract.createContact)['input']>,
): Promise<Contact> =>
  db.transaction(async (tx) => {
    await checkParties(tx, caller, input);
    const id = newId('con');
    await insertRow(tx, 'contacts', {
      id,
      org_id: caller.org_id,
      advertiser_id: input.advertiser_id ?? null,
      publisher_id: input.publisher_id ?? null,
      name: input.name,
      email: input.email ?? null,
      phone: input.phone ?? null,
      role: input.role ?? null,
    });
    const after = await readContact(tx, caller, id);
    await audit(tx, caller, { action: 'contact.create', subject: subject(id), after });
    return after;
  });

export const changeContact = (
  db: Database,
  caller: Caller,
  { id, ...values }: z.output<(typeof contract.changeContact)['input']>,
): Promise<Contact> =>
  db.transaction(async (tx) => {
    const before = await readContact(tx, caller, id, true);
    await checkParties(tx, caller, values);
    await updateRow(tx, { table: 'contacts', id, org_id: caller.org_id, values });
    const after = await readContact(tx, caller, id);
    await audit(tx, caller, { action: 'contact.change', subject: subject(id), before, after });
    return after;
  });

export const removeContact = (db: Database, caller: Caller, id: string): Promise<void> =>
  db.transaction(async (tx) => {
    const before = await readContact(tx, caller, id, true);
    await deleteRow(tx, { table: 'contacts', id, org_id: caller.org_id });
    await audit(tx, caller, { action: 'contact.remove', subject: subject(id), before });
  });

type Parties = { advertiser_id?: string | null | undefined; publisher_id?: string | null | undefined };

async function checkParties(tx: Sql, caller: Caller, { advertiser_id, publisher_id }: Parties): Promise<void> {
  if (advertiser_id) await readAdvertiser(tx, caller, advertiser_id, { field: 'advertiser_id' });
  if (publisher_id) await readPublisher(tx, caller, publisher_id, { field: 'publisher_id' });
}
