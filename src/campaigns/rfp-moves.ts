/** What the buyer does with an invitation: send, remind, counter, comment, pass over, withdraw, open again. And what the clock does. */
import { randomBytes } from 'node:crypto';
import { audit, tellContact } from '#people';
import { Refusal, type Caller, type Clock, type Database, type Log, type Mail, type Sql } from '#platform';
import type * as z from 'zod';
import type * as contract from './contract.ts';
import type { InvitationMove, InvitationState, Rfp } from './contract.ts';
import { tokenHash } from './move-proposal.ts';
import { requestLetter } from './rfp-letters.ts';
import { checkOffer, counteredOffer } from './rfp-lines.ts';
import { checkDue, type InvitationRow, invitationRow, readRfp, rfpRow, type RfpRow, sayTo } from './rfp.ts';
import { nextInvitationState } from './rfp-states.ts';

/** `origin`: where the private pages are read from. */
export type RfpDesk = { db: Database; clock: Clock; mail: Mail; log: Log; origin: string };
type Sent = { rfp: Rfp; path: string; mailed: boolean };

/** A link of its own (256 random bits, kept as a hash): those that went before stay good. */
async function newLink(tx: Sql, invitation: string): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await tx.query('insert into rfp_links (token_hash, invitation_id) values ($1, $2)', [tokenHash(token), invitation]);
  return `/p/${token}/request`;
}

export const trail = (tx: Sql, caller: Caller, row: InvitationRow, move: string, after: unknown) =>
  audit(tx, caller, {
    action: `rfp.${move.replaceAll('_', '-')}`,
    subject: { kind: 'rfp', id: row.rfp_id },
    before: { publisher: row.publisher_name, state: row.state },
    after,
  });

/** Notes in the history of the contact who was asked. */
export const tell = (
  tx: Sql,
  row: InvitationRow,
  {
    kind,
    author,
    at,
    note,
    rfp,
  }: { kind: string; author: string; at: Date; note: string; rfp: Pick<RfpRow, 'id' | 'name'> },
) =>
  tellContact(tx, row.org_id, {
    contact_id: row.contact_id,
    kind,
    author,
    at,
    note,
    subject: { kind: 'rfp', id: rfp.id, name: rfp.name },
  });

export const setState = (tx: Sql, id: string, state: InvitationState) =>
  tx.query('update rfp_invitations set state = $2 where id = $1', [id, state]);

export const sendInvitation = async (
  desk: RfpDesk,
  caller: Caller,
  { id, note }: z.output<(typeof contract.sendInvitation)['input']>,
): Promise<Sent> => {
  const now = desk.clock();
  const done = await desk.db.transaction(async (tx) => {
    const row = await invitationRow(tx, caller, id, true);
    const to = nextInvitationState(row.state, 'send');
    checkDue(row.due_at, now);
    await setState(tx, id, to);
    await sayTo(tx, row, { kind: 'send', side: 'us', author: caller.name, at: now, note });
    await trail(tx, caller, row, 'send', { state: to });
    const rfp = await rfpRow(tx, caller, row.rfp_id);
    await tell(tx, row, { kind: 'sent', author: caller.name, at: now, note, rfp });
    return { row, path: await newLink(tx, id), rfp };
  });
  return mailed(desk, caller, { ...done, note, kind: 'request' });
};

export const remindInvitation = async (
  desk: RfpDesk,
  caller: Caller,
  { id, note }: z.output<(typeof contract.remindInvitation)['input']>,
): Promise<Sent> => {
  const done = await desk.db.transaction(async (tx) => {
    const row = await invitationRow(tx, caller, id, true);
    if (row.state !== 'sent' && row.state !== 'countered')
      throw new Refusal('wrong-state', `No answer of this publisher is missing: the request is ${row.state}.`, {
        state: row.state,
      });
    return remindWithin(tx, caller, row, note, desk.clock());
  });
  return mailed(desk, caller, { ...done, note, kind: 'reminder' });
};

async function remindWithin(tx: Sql, caller: Caller, row: InvitationRow, note: string, now: Date) {
  await tx.query('update rfp_invitations set reminded_at = $2 where id = $1', [row.id, now.toISOString()]);
  const side = caller.kind === 'system' ? 'clock' : 'us';
  await sayTo(tx, row, { kind: 'remind', side, author: caller.name, at: now, note });
  await trail(tx, caller, row, 'remind', { note });
  const rfp = await rfpRow(tx, caller, row.rfp_id);
  await tell(tx, row, { kind: 'reminded', author: caller.name, at: now, note, rfp });
  return { row, path: await newLink(tx, row.id), rfp };
}

type Letter = { row: InvitationRow; rfp: RfpRow; path: string; note: string; kind: 'request' | 'reminder' };

/** The letter leaves after the transaction: whether it does, changes nothing of what was done. The link is shown in any case. */
async function mailed(desk: RfpDesk, caller: Caller, { row, rfp, path, note, kind }: Letter): Promise<Sent> {
  const shown = async (sent: boolean): Promise<Sent> => ({
    rfp: await readRfp(desk.db, caller, row.rfp_id),
    path,
    mailed: sent,
  });
  if (row.email === null) return shown(false);
  try {
    await desk.mail.send(
      requestLetter({ to: row.email, rfp, due_at: row.due_at, link: desk.origin + path, note, kind }),
    );
    return await shown(true);
  } catch (error) {
    desk.log.warn('a request for proposals could not be mailed', { invitation: row.id, error: String(error) });
    return shown(false);
  }
}

export const moveInvitation = (
  { db, clock }: Pick<RfpDesk, 'db' | 'clock'>,
  caller: Caller,
  { id, move, note, due_at }: z.output<(typeof contract.moveInvitation)['input']>,
): Promise<Rfp> =>
  db.transaction(async (tx) => {
    const now = clock();
    const row = await invitationRow(tx, caller, id, true);
    const to = nextInvitationState(row.state, move);
    if (move === 'reopen') {
      const until = due_at ?? new Date(now.getTime() + 7 * 86_400_000).toISOString();
      checkDue(until, now);
      await tx.query('update rfp_invitations set due_at = $2, reminded_at = null where id = $1', [id, until]);
    }
    await setState(tx, id, to);
    if (move === 'withdraw') await tx.query('delete from rfp_links where invitation_id = $1', [id]);
    await sayTo(tx, row, { kind: move, side: 'us', author: caller.name, at: now, note });
    await trail(tx, caller, row, move, { state: to, note });
    return readRfp(tx, caller, row.rfp_id);
  });

/** Writes the next version of an offer, by either side. */
export async function keepOffer(
  tx: Sql,
  row: InvitationRow,
  { side, lines, at }: { side: 'us' | 'them'; lines: unknown; at: Date },
): Promise<number> {
  const version = row.version + 1;
  await tx.query(
    'insert into rfp_offers (invitation_id, version, side, lines, created_at) values ($1, $2, $3, $4, $5)',
    [row.id, version, side, JSON.stringify(lines), at.toISOString()],
  );
  await tx.query('update rfp_invitations set version = $2 where id = $1', [row.id, version]);
  return version;
}

export const counterInvitation = (
  { db, clock }: Pick<RfpDesk, 'db' | 'clock'>,
  caller: Caller,
  { id, note, due_at, lines }: z.output<(typeof contract.counterInvitation)['input']>,
): Promise<Rfp> =>
  db.transaction(async (tx) => {
    const now = clock();
    const row = await invitationRow(tx, caller, id, true);
    const to = nextInvitationState(row.state, 'counter');
    const rfp = await rfpRow(tx, caller, row.rfp_id);
    const wanted = counteredOffer(row.offer ?? [], lines);
    checkOffer(wanted, rfp.currency);
    const until = due_at ?? new Date(Math.max(Date.parse(row.due_at), now.getTime() + 7 * 86_400_000)).toISOString();
    checkDue(until, now);
    const version = await keepOffer(tx, row, { side: 'us', lines: wanted, at: now });
    await tx.query('update rfp_invitations set state = $2, due_at = $3, reminded_at = null where id = $1', [
      id,
      to,
      until,
    ]);
    await sayTo(tx, { id, version }, { kind: 'counter', side: 'us', author: caller.name, at: now, note });
    await trail(tx, caller, row, 'counter', { state: to, lines });
    await tell(tx, row, { kind: 'countered', author: caller.name, at: now, note, rfp });
    return readRfp(tx, caller, row.rfp_id);
  });

export const commentInvitation = (
  { db, clock }: Pick<RfpDesk, 'db' | 'clock'>,
  caller: Caller,
  { id, note }: { id: string; note: string },
): Promise<void> =>
  db.transaction(async (tx) => {
    const row = await invitationRow(tx, caller, id, true);
    await sayTo(tx, row, { kind: 'comment', side: 'us', author: caller.name, at: clock(), note });
    await trail(tx, caller, row, 'comment', { note });
  });

const clockCaller = (org_id: string): Caller => ({
  kind: 'system',
  id: 'clock',
  name: 'Dates',
  org_id,
  role: 'admin',
  advertiser_id: null,
});

/** How long before the due date a publisher that has not answered is reminded, once. */
const remindBefore = 2 * 86_400_000;

type Due = { id: string; org_id: string };

/** Requests whose time is over expire. Answers how many. */
export async function expireInvitations(
  { db, clock }: Pick<RfpDesk, 'db' | 'clock'>,
  signal?: AbortSignal,
): Promise<number> {
  const now = clock();
  const move: InvitationMove = 'expire';
  const due = await db.query<Due>(
    "select id, org_id from rfp_invitations where state in ('sent', 'countered') and due_at <= $1 order by due_at, id limit 500",
    [now.toISOString()],
  );
  let count = 0;
  for (const { id, org_id } of due) {
    if (signal?.aborted) break;
    const caller = clockCaller(org_id);
    count += await db.transaction(async (tx) => {
      const row = await invitationRow(tx, caller, id, true);
      if ((row.state !== 'sent' && row.state !== 'countered') || Date.parse(row.due_at) > now.getTime()) return 0;
      await setState(tx, id, nextInvitationState(row.state, move));
      await sayTo(tx, row, { kind: move, side: 'clock', author: caller.name, at: now });
      await trail(tx, caller, row, move, { state: 'expired' });
      return 1;
    });
  }
  return count;
}

/** Publishers with an address whose answer is missing two days before the date are reminded, once. Answers how many. */
export async function remindInvitations(desk: RfpDesk, signal?: AbortSignal): Promise<number> {
  const now = desk.clock();
  const due = await desk.db.query<Due>(
    `select i.id, i.org_id from rfp_invitations i left join contacts c on c.id = i.contact_id
     where i.state in ('sent', 'countered') and i.reminded_at is null and coalesce(i.email, c.email) is not null and i.due_at > $1 and i.due_at <= $2
       and exists (select 1 from rfp_entries e where e.invitation_id = i.id and e.kind in ('send', 'counter', 'reopen') and e.at < $3)
     order by i.due_at, i.id limit 100`,
    [
      now.toISOString(),
      new Date(now.getTime() + remindBefore).toISOString(),
      // What was sent within the day is fresh enough.
      new Date(now.getTime() - 86_400_000).toISOString(),
    ],
  );
  let count = 0;
  for (const { id, org_id } of due) {
    if (signal?.aborted) break;
    const caller = clockCaller(org_id);
    const done = await desk.db.transaction(async (tx) => {
      const row = await invitationRow(tx, caller, id, true);
      if ((row.state !== 'sent' && row.state !== 'countered') || row.reminded_at !== null) return undefined;
      return remindWithin(tx, caller, row, '', now);
    });
    if (!done) continue;
    await mailed(desk, caller, { ...done, note: '', kind: 'reminder' });
    count += 1;
  }
  return count;
}
