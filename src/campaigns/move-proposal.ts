/** What we do with a proposal: submit, approve, send, revise, take over a counter-offer, withdraw. */
import { createHash, randomBytes } from 'node:crypto';
import { withRoom } from '#forecasting';
import { audit, may, requireRow, tellContact } from '#people';
import { Refusal, type Caller, type Clock, type Database, type Events, type Log, type Mail, type Sql } from '#platform';
import type * as z from 'zod';
import type * as contract from './contract.ts';
import type { CounterLine, Proposal, ProposalMove, ProposalState } from './contract.ts';
import { holdLines, releaseLines } from './proposal-holds.ts';
import { mailProposal } from './proposal-letter.ts';
import { holdsSpace, nextState } from './proposal-states.ts';
import { say } from './proposal-thread.ts';
import { withCounter } from './proposal-versions.ts';
import {
  keepable,
  keepVersion,
  largestDiscount,
  offered,
  proposalRow,
  type ProposalRow,
  readProposal,
} from './proposal.ts';

type Desk = { db: Database; clock: Clock };

/** Longest life of a link: a proposal that is open for ever holds space for ever. */
const longestDays = 366;

export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex');

export const moveProposal = (
  { db, clock }: Desk,
  caller: Caller,
  { id, move, note = '' }: z.output<(typeof contract.moveProposal)['input']>,
): Promise<Proposal> =>
  db.transaction(async (tx) => {
    const now = clock();
    const row = await proposalRow(tx, caller, id, true);
    if ((move === 'approve' || move === 'refuse') && !may(caller.role, 'proposals.approve'))
      throw new Refusal('not-allowed', `The role ${caller.role} does not hold the right proposals.approve.`);
    let to = nextState(row.state, move);
    if (move === 'submit' && largestDiscount(row.lines) <= Number(row.approval_above)) to = 'approved';
    if (move === 'refuse' && note === '')
      throw new Refusal('bad-input', 'note: say why, so that it can be put right.', { field: 'note' });

    let version = row.version;
    if (move === 'revise' || move === 'take_counter') {
      version += 1;
      const lines = move === 'revise' ? row.lines : await counteredLines(tx, caller, row);
      await keepVersion(tx, id, version, lines);
    }
    if (holdsSpace(row.state) && !holdsSpace(to)) await releaseLines(tx, caller, row.lines);
    const approval =
      move === 'approve' ? { name: caller.name, at: now.toISOString(), note } : to === 'draft' ? null : row.approval;
    await tx.query('update proposals set state = $2, version = $3, approval = $4 where id = $1', [
      id,
      to,
      version,
      approval && JSON.stringify(approval),
    ]);
    await say(tx, { id, version }, { kind: move, side: 'us', author: caller.name, at: now, note });
    await trail(tx, caller, row, move, to);
    return readProposal(tx, caller, id);
  });

async function counteredLines(tx: Sql, caller: Caller, row: ProposalRow) {
  const last = await tx.one<{ counter: CounterLine[] }>(
    "select counter from proposal_entries where proposal_id = $1 and version = $2 and kind = 'counter' order by seq desc limit 1",
    [row.id, row.version],
  );
  const lines = withCounter(row.lines, last?.counter ?? []).map(offered);
  return keepable(tx, caller, { lines, currency: row.currency, before: row.lines });
}

const trail = (tx: Sql, caller: Caller, row: ProposalRow, move: ProposalMove, to: ProposalState) =>
  audit(tx, caller, {
    action: `proposal.${move.replaceAll('_', '-')}`,
    subject: { kind: 'proposal', id: row.id },
    before: { state: row.state, version: row.version },
    after: { state: to },
  });

/**
 * Sends the present version: a new link (256 random bits, kept as a hash; an earlier link stops), the space held until the
 * proposal expires. Throws no-capacity when the space is gone.
 */
export const sendProposal = async (
  desk: Desk & { events?: Pick<Events, 'query'>; mail?: Mail; log?: Log; origin?: string },
  caller: Caller,
  { id, expires_at, hold, note, contact_id }: z.output<(typeof contract.sendProposal)['input']>,
): Promise<{ proposal: Proposal; path: string; mailed: boolean }> => {
  const sent = await withRoom(desk, caller, async (tx, room) => {
    const now = desk.clock();
    const row = await proposalRow(tx, caller, id, true);
    const to = nextState(row.state, 'send');
    const until = new Date(expires_at ?? row.expires_at ?? now.getTime() + 14 * 86_400_000);
    if (!(until.getTime() > now.getTime() && until.getTime() <= now.getTime() + longestDays * 86_400_000))
      throw new Refusal('bad-input', `expires_at: must lie in the next ${longestDays} days.`, { field: 'expires_at' });
    const contact = contact_id === undefined ? undefined : await contactOf(tx, caller, contact_id);

    const token = randomBytes(32).toString('base64url');
    if (hold) await holdLines(tx, caller, { lines: row.lines, until: until.toISOString(), room });
    await tx.query(
      'update proposals set state = $2, expires_at = $3, token_hash = $4, contact_id = coalesce($5, contact_id) where id = $1',
      [id, to, until.toISOString(), tokenHash(token), contact_id ?? null],
    );
    await say(tx, row, { kind: 'send', side: 'us', author: caller.name, at: now, note });
    await tellProposal(tx, { ...row, contact_id: contact_id ?? row.contact_id }, 'sent', caller.name, now, note);
    await trail(tx, caller, row, 'send', to);
    return { row, until, contact, proposal: await readProposal(tx, caller, id), path: `/p/${token}` };
  });
  const { row, until, contact, proposal, path } = sent;
  const letter = { to: contact?.email ?? null, row, until, note: note ?? '', link: (desk.origin ?? '') + path };
  return { proposal, path, mailed: await mailProposal(desk, letter) };
};

type Contact = { id: string; name: string; email: string | null };
const contactOf = (tx: Sql, caller: Caller, id: string): Promise<Contact> =>
  requireRow<Contact>(tx, {
    select: 'select id, name, email from contacts',
    filters: [
      ['org_id = ?', caller.org_id],
      ['id = ?', id],
    ],
    what: 'contact',
    field: 'contact_id',
  });

/** Notes in the history of the contact to whom a proposal was sent. */
export const tellProposal = (
  tx: Sql,
  row: Pick<ProposalRow, 'id' | 'org_id' | 'name' | 'contact_id'>,
  kind: string,
  author: string,
  at: Date,
  note?: string,
) =>
  tellContact(tx, row.org_id, {
    contact_id: row.contact_id,
    kind,
    author,
    at,
    note,
    subject: { kind: 'proposal', id: row.id, name: row.name },
  });

/** Says something to the other side; nothing else changes. */
export const commentProposal = (
  { db, clock }: Desk,
  caller: Caller,
  { id, note }: { id: string; note: string },
): Promise<void> =>
  db.transaction(async (tx) => {
    const row = await proposalRow(tx, caller, id, true);
    await say(tx, row, { kind: 'comment', side: 'us', author: caller.name, at: clock(), note });
    await audit(tx, caller, { action: 'proposal.comment', subject: { kind: 'proposal', id }, after: { note } });
  });

/** Proposals whose time is over expire, and give back what they held. Answers how many. */
export async function expireProposals({ db, clock }: Desk, signal?: AbortSignal): Promise<number> {
  const now = clock();
  const due = await db.query<{ id: string; org_id: string }>(
    "select id, org_id from proposals where state in ('sent', 'countered') and expires_at <= $1 order by expires_at, id",
    [now.toISOString()],
  );
  let count = 0;
  for (const { id, org_id } of due) {
    if (signal?.aborted) break;
    const caller: Caller = { kind: 'system', id: 'clock', name: 'Dates', org_id, role: 'admin', advertiser_id: null };
    count += await db.transaction(async (tx) => {
      const row = await proposalRow(tx, caller, id, true);
      if (!holdsSpace(row.state) || row.expires_at === null || Date.parse(row.expires_at) > now.getTime()) return 0;
      await releaseLines(tx, caller, row.lines);
      await tx.query("update proposals set state = 'expired' where id = $1", [id]);
      await say(tx, row, { kind: 'expire', side: 'clock', author: caller.name, at: now });
      await trail(tx, caller, row, 'expire', 'expired');
      return 1;
    });
  }
  return count;
}
