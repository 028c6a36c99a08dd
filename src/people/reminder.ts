/** Reminders about contacts: due on a day, shown on Today, mailed to whoever made them. */
import {
  newId,
  Refusal,
  type Caller,
  type Clock,
  type Database,
  type Job,
  type Log,
  type Mail,
  type Sql,
} from '#platform';
import type * as z from 'zod';
import { audit } from './audit.ts';
import type * as contract from './contact-history-contract.ts';
import type { Reminder } from './contact-history-contract.ts';
import { readContact } from './contact.ts';

const select = `select r.id, r.contact_id, c.name as contact_name, coalesce(a.name, p.name) as party_name, to_char(r.due_on, 'YYYY-MM-DD') as due_on,
    r.note, r.owner_name, r.done_at, r.created_at
  from contact_reminders r join contacts c on c.id = r.contact_id
  left join advertisers a on a.id = c.advertiser_id left join publishers p on p.id = c.publisher_id`;

/** The first to be due first. */
export async function listReminders(
  sql: Sql,
  caller: Caller,
  { limit, cursor, contact_id, open, due_by }: z.output<(typeof contract.listReminders)['input']>,
): Promise<{ items: Reminder[]; next: string | null }> {
  const [day, after] = cursor?.split(' ') ?? [];
  const rows = await sql.query<Reminder>(
    `${select} where r.org_id = $1 and ($2::text is null or r.contact_id = $2) and ($3::text is null or (r.done_at is null) = ($3 = 'true'))
       and ($4::date is null or r.due_on <= $4) and ($5::date is null or (r.due_on, r.id) > ($5, $6::text)) order by r.due_on, r.id limit $7`,
    [caller.org_id, contact_id ?? null, open ?? null, due_by ?? null, isDay(day) ? day : null, after ?? '', limit + 1],
  );
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last ? `${last.due_on} ${last.id}` : null };
}

const isDay = (text: string | undefined): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text ?? '');

async function readReminder(sql: Sql, caller: Caller, id: string): Promise<Reminder> {
  const row = await sql.one<Reminder>(`${select} where r.id = $1 and r.org_id = $2`, [id, caller.org_id]);
  if (!row) throw new Refusal('not-found', 'There is no such reminder.');
  return row;
}

const subject = (id: string) => ({ kind: 'reminder', id });

export const createReminder = (
  db: Database,
  caller: Caller,
  { contact_id, due_on, note }: z.output<(typeof contract.createReminder)['input']>,
): Promise<Reminder> =>
  db.transaction(async (tx) => {
    await readContact(tx, caller, contact_id);
    const id = newId('rem');
    await tx.query(
      'insert into contact_reminders (id, org_id, contact_id, due_on, note, owner_id, owner_name) values ($1, $2, $3, $4, $5, $6, $7)',
      [id, caller.org_id, contact_id, due_on, note, caller.id, caller.name],
    );
    const after = await readReminder(tx, caller, id);
    await audit(tx, caller, { action: 'reminder.create', subject: subject(id), after });
    return after;
  });

/** Settling what is settled changes nothing. */
export const settleReminder = (
  { db, clock }: { db: Database; clock: Clock },
  caller: Caller,
  id: string,
): Promise<Reminder> =>
  db.transaction(async (tx) => {
    const before = await readReminder(tx, caller, id);
    if (before.done_at !== null) return before;
    await tx.query('update contact_reminders set done_at = $2 where id = $1', [id, clock().toISOString()]);
    const after = await readReminder(tx, caller, id);
    await audit(tx, caller, { action: 'reminder.done', subject: subject(id), before, after });
    return after;
  });

export const removeReminder = (db: Database, caller: Caller, id: string): Promise<void> =>
  db.transaction(async (tx) => {
    const before = await readReminder(tx, caller, id);
    await tx.query('delete from contact_reminders where id = $1', [id]);
    await audit(tx, caller, { action: 'reminder.remove', subject: subject(id), before });
  });

type Desk = { db: Database; clock: Clock; mail: Mail; log: Log; origin: string };
type Due = { id: string; note: string; due_on: string; contact_id: string; contact_name: string; email: string };

/**
 * Mails what is due to those who made it, once; answers how many letters left. A reminder made by a key has nobody to write to. A
 * letter that does not leave is tried again by the next run.
 */
export async function mailReminders({ db, clock, mail, log, origin }: Desk, signal?: AbortSignal): Promise<number> {
  const now = clock();
  const due = await db.query<Due>(
    `select r.id, r.note, to_char(r.due_on, 'YYYY-MM-DD') as due_on, r.contact_id, c.name as contact_name, u.email
     from contact_reminders r join contacts c on c.id = r.contact_id join "user" u on u.id = r.owner_id
     where r.done_at is null and r.mailed_at is null and r.due_on <= $1::date order by r.due_on, r.id limit 100`,
    [now.toISOString().slice(0, 10)],
  );
  let count = 0;
  for (const one of due) {
    if (signal?.aborted) break;
    try {
      await mail.send({
        to: [one.email],
        subject: `${one.contact_name} : ${one.note.slice(0, 120)}`,
        text: `${one.due_on}\n\n${one.contact_name}\n${one.note}\n\n${origin}/contacts/${one.contact_id}\n`,
      });
    } catch (error) {
      log.debug('a reminder could not be mailed', { reminder: one.id, error: String(error) });
      break;
    }
    await db.query('update contact_reminders set mailed_at = $2 where id = $1', [one.id, now.toISOString()]);
    count += 1;
  }
  return count;
}

export const reminderJob = (desk: Omit<Desk, 'clock'>): Job => ({
  name: 'mail-reminders',
  everySeconds: 300,
  run: async ({ clock, signal }) => {
    await mailReminders({ ...desk, clock }, signal);
  },
});
