/** The history of a contact, and reminders: shapes and routes. */
import * as z from 'zod';
import { Id, IdInput, ListInput, LocalDate, Nothing, Timestamp, page, route } from '#platform/contract';

/** What people note themselves; the rest is noted where it happens. */
export const SaidKind = z.enum(['call', 'meeting', 'email', 'note']);

export const ContactEntry = z.object({
  id: Id,
  at: Timestamp,
  kind: z
    .string()
    .describe(
      'call, meeting, email, note; or what was done: sent, reminded, answered, countered, agreed, declined, accepted, chosen',
    ),
  author: z.string(),
  note: z.string(),
  subject: z.object({ kind: z.string(), id: z.string(), name: z.string() }).nullable(),
});
export type ContactEntry = z.infer<typeof ContactEntry>;

export const Reminder = z.object({
  id: Id,
  contact_id: Id,
  contact_name: z.string(),
  /** The advertiser or publisher of the contact. */
  party_name: z.string().nullable(),
  due_on: LocalDate,
  note: z.string(),
  owner_name: z.string(),
  done_at: Timestamp.nullable(),
  created_at: Timestamp,
});
export type Reminder = z.infer<typeof Reminder>;

const Note = z.string().trim().min(1).max(5000);

export const readContactHistory = route({
  method: 'GET',
  path: '/api/contacts/:id/history',
  can: 'contacts.read',
  input: IdInput,
  reply: z.object({ items: z.array(ContactEntry) }),
  summary: 'What was said to and by a contact, newest first (at most 200)',
});
export const noteContact = route({
  method: 'POST',
  path: '/api/contacts/:id/history',
  can: 'contacts.write',
  status: 201,
  input: IdInput.extend({ kind: SaidKind.default('note'), note: Note, at: Timestamp.optional() }),
  reply: z.object({ items: z.array(ContactEntry) }),
  summary: 'Note a call, a meeting, an e-mail or anything else',
});
export const listReminders = route({
  method: 'GET',
  path: '/api/reminders',
  can: 'contacts.read',
  input: ListInput.extend({
    contact_id: Id.optional(),
    open: z.enum(['true', 'false']).optional(),
    due_by: LocalDate.optional().describe('Due on that day or before'),
  }),
  reply: page(Reminder),
  summary: 'Reminders, the first to be due first',
});
export const createReminder = route({
  method: 'POST',
  path: '/api/reminders',
  can: 'contacts.write',
  status: 201,
  input: z.strictObject({ contact_id: Id, due_on: LocalDate, note: Note.max(500) }),
  reply: Reminder,
  summary: 'Be reminded of something on a day, on Today and by e-mail',
});
export const settleReminder = route({
  method: 'POST',
  path: '/api/reminders/:id/done',
  can: 'contacts.write',
  input: IdInput,
  reply: Reminder,
  summary: 'Say that it is done',
});
export const removeReminder = route({
  method: 'DELETE',
  path: '/api/reminders/:id',
  can: 'contacts.write',
  status: 204,
  input: IdInput,
  reply: Nothing,
  summary: 'Remove a reminder',
});
