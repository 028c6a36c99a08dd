/** What was said to and by a contact: noted by hand, or by the domains where it happens. */
import { Refusal, type Caller, type Clock, type Database, type Sql } from '#platform';
import type * as z from 'zod';
import { audit } from './audit.ts';
import type * as contract from './contact-history-contract.ts';
import type { ContactEntry } from './contact-history-contract.ts';
import { readContact } from './contact.ts';

type Row = Omit<ContactEntry, 'id' | 'subject'> & {
  seq: number;
  subject_kind: string | null;
  subject_id: string | null;
  subject_name: string | null;
};

export async function contactHistory(sql: Sql, caller: Caller, id: string): Promise<ContactEntry[]> {
  await readContact(sql, caller, id);
  const rows = await sql.query<Row>(
    `select seq, at, kind, author, note, subject_kind, subject_id, subject_name from contact_entries
     where contact_id = $1 and org_id = $2 order by at desc, seq desc limit 200`,
    [id, caller.org_id],
  );
  return rows.map(({ seq, subject_kind: kind, subject_id, subject_name, ...row }) => ({
    id: String(seq),
    ...row,
    subject: kind && subject_id ? { kind, id: subject_id, name: subject_name ?? '' } : null,
  }));
}

export type Told = {
  contact_id: string | null;
  kind: string;
  at: Date;
  author: string;
  note?: string | undefined;
  subject?: { kind: string; id: string; name: string } | undefined;
};

/** Adds to a contact's history inside the caller's transaction; where no contact is known, nothing is noted. */
export async function tellContact(tx: Sql, org_id: string, told: Told): Promise<void> {
  if (told.contact_id === null) return;
  await tx.query(
    `insert into contact_entries (org_id, contact_id, at, kind, author, note, subject_kind, subject_id, subject_name)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      org_id,
      told.contact_id,
      told.at.toISOString(),
      told.kind,
      told.author,
      told.note ?? '',
      told.subject?.kind ?? null,
      told.subject?.id ?? null,
      told.subject?.name ?? null,
    ],
  );
}

export const noteContact = (
  { db, clock }: { db: Database; clock: Clock },
  caller: Caller,
  { id, kind, note, at }: z.output<(typeof contract.noteContact)['input']>,
): Promise<ContactEntry[]> =>
  db.transaction(async (tx) => {
    await readContact(tx, caller, id, true);
    const when = at === undefined ? clock() : new Date(at);
    if (when.getTime() > clock().getTime() + 60_000)
      throw new Refusal('bad-input', 'at: cannot lie in the future; make a reminder of it.', { field: 'at' });
    await tellContact(tx, caller.org_id, { contact_id: id, kind, at: when, author: caller.name, note });
    await audit(tx, caller, { action: 'contact.note', subject: { kind: 'contact', id }, after: { kind, note } });
    return contactHistory(tx, caller, id);
  });
