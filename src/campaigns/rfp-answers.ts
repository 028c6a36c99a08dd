/** The publisher's side of a request for proposals: whoever holds a private link reads it, offers, agrees, declines, writes. */
import { newId, Refusal, type Caller, type Clock, type Database, type Sql } from '#platform';
import type * as z from 'zod';
import type * as contract from './contract.ts';
import type { InvitationMove, SharedRequest } from './contract.ts';
import { tokenHash } from './move-proposal.ts';
import { mostEntries } from './proposal-thread.ts';
import { checkOffer, withIds, withTotal } from './rfp-lines.ts';
import { keepOffer, setState, tell, trail } from './rfp-moves.ts';
import {
  entriesOfInvitation,
  type InvitationRow,
  rfpRow,
  type RfpRow,
  sayTo,
  selectInvitations,
  threadOfInvitation,
} from './rfp.ts';
import { invitationMovesOf, nextInvitationState } from './rfp-states.ts';

type Desk = { db: Database; clock: Clock };

/** Who the audit trail names: a holder of the link, by the name given. */
const holder = (org_id: string, name: string): Caller => ({
  kind: 'system',
  id: 'private-link',
  name: `${name} (private link)`,
  org_id,
  role: 'admin',
  advertiser_id: null,
});

/** Throws not-found for a token that opens nothing. */
export async function invitationOf(sql: Sql, token: string, lock = false): Promise<InvitationRow> {
  const row = await sql.one<InvitationRow>(
    `${selectInvitations} where i.id = (select invitation_id from rfp_links where token_hash = $1)${lock ? ' for update of i' : ''}`,
    [tokenHash(token)],
  );
  if (!row) throw new Refusal('not-found', 'This link leads nowhere: the request may have been withdrawn.');
  return row;
}

const waits = (row: InvitationRow): boolean => row.state === 'sent' || row.state === 'countered';
const stateAt = (row: InvitationRow, now: Date) =>
  waits(row) && Date.parse(row.due_at) <= now.getTime() ? 'expired' : row.state;

/** What the buyer's own people do among themselves is not the publisher's to read. */
const hidden = new Set(['pass_over']);

export async function readRequest({ db, clock }: Desk, token: string): Promise<SharedRequest> {
  const row = await invitationOf(db, token);
  const rfp = await rfpRow(db, holder(row.org_id, ''), row.rfp_id);
  // The job that lets it expire may be seconds behind.
  const state = stateAt(row, clock());
  const offer = (row.offer ?? []).map((line) => withTotal(line, rfp.currency));
  return {
    name: rfp.name,
    advertiser_name: rfp.advertiser_name,
    language: rfp.language,
    currency: rfp.currency,
    brief: rfp.brief,
    terms: rfp.terms,
    buyer: rfp.org_name,
    publisher_name: row.publisher_name,
    asked: rfp.lines,
    state,
    moves: invitationMovesOf(state, 'them'),
    version: row.version,
    side: row.side,
    offer,
    total: offer.reduce((sum, { total }) => sum + (total?.amount ?? 0), 0),
    due_at: row.due_at,
    thread: (await threadOfInvitation(db, row, rfp)).filter(({ kind }) => !hidden.has(kind)),
  };
}

/** Notes that the link was opened, the first time. */
export const noteOpened = ({ db, clock }: Desk, token: string): Promise<unknown> =>
  db.query(
    `update rfp_invitations set opened_at = $2 where opened_at is null and id = (select invitation_id from rfp_links where token_hash = $1)`,
    [tokenHash(token), clock().toISOString()],
  );

type Answering = { tx: Sql; row: InvitationRow; rfp: RfpRow; caller: Caller; now: Date };

/** Runs an answer in one transaction, on the locked invitation; then answers what the holder of the link sees. */
async function answer(
  desk: Desk,
  { token, name }: { token: string; name: string },
  act: (answering: Answering) => Promise<void>,
): Promise<SharedRequest> {
  await desk.db.transaction(async (tx) => {
    const row = await invitationOf(tx, token, true);
    if ((await entriesOfInvitation(tx, row.id)).length >= mostEntries)
      throw new Refusal('too-many', 'This request has too many comments.');
    const caller = holder(row.org_id, name);
    await act({ tx, row, rfp: await rfpRow(tx, caller, row.rfp_id), caller, now: desk.clock() });
  });
  return readRequest(desk, token);
}

const moved = (row: InvitationRow, move: InvitationMove, now: Date) => nextInvitationState(stateAt(row, now), move);

export const answerRequest = (desk: Desk, input: z.output<(typeof contract.answerRequest)['input']>) =>
  answer(desk, input, async ({ tx, row, rfp, caller, now }) => {
    const to = moved(row, 'answer', now);
    const lines = withIds(input.lines, { asked: rfp.lines, before: row.offer ?? [], newId: () => newId('rln') });
    checkOffer(lines, rfp.currency);
    const version = await keepOffer(tx, row, { side: 'them', lines, at: now });
    await setState(tx, row.id, to);
    const saying = { kind: 'answer', side: 'them', author: input.name, at: now, note: input.note } as const;
    await sayTo(tx, { id: row.id, version }, saying);
    await trail(tx, caller, row, 'answer', { state: to, version });
    await tell(tx, row, { ...saying, kind: 'answered', rfp });
  });

/** Throws conflict when a newer counter-offer came meanwhile: only what was read can be agreed to. */
export const agreeToCounter = (desk: Desk, input: z.output<(typeof contract.agreeToCounter)['input']>) =>
  answer(desk, input, async ({ tx, row, rfp, caller, now }) => {
    const to = moved(row, 'agree', now);
    if (input.version !== row.version)
      throw new Refusal('conflict', 'version: the counter-offer has changed since it was read; read it again.', {
        field: 'version',
      });
    const version = await keepOffer(tx, row, { side: 'them', lines: row.offer, at: now });
    await setState(tx, row.id, to);
    const saying = { kind: 'agree', side: 'them', author: input.name, at: now, note: input.note } as const;
    await sayTo(tx, { id: row.id, version }, saying);
    await trail(tx, caller, row, 'agree', { state: to, version });
    await tell(tx, row, { ...saying, kind: 'agreed', rfp });
  });

export const declineRequest = (desk: Desk, input: z.output<(typeof contract.declineRequest)['input']>) =>
  answer(desk, input, async ({ tx, row, rfp, caller, now }) => {
    const to = moved(row, 'decline', now);
    await setState(tx, row.id, to);
    await sayTo(tx, row, { kind: 'decline', side: 'them', author: input.name, at: now, note: input.note });
    await trail(tx, caller, row, 'decline', { state: to, note: input.note });
    await tell(tx, row, { kind: 'declined', author: input.name, at: now, note: input.note, rfp });
  });

export const commentRequest = (desk: Desk, input: z.output<(typeof contract.commentRequest)['input']>) =>
  answer(desk, input, async ({ tx, row, rfp, caller, now }) => {
    await sayTo(tx, row, { kind: 'comment', side: 'them', author: input.name, at: now, note: input.note });
    await trail(tx, caller, row, 'comment', { note: input.note });
    await tell(tx, row, { kind: 'wrote', author: input.name, at: now, note: input.note, rfp });
  });
