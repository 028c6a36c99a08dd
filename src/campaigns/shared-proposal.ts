/** The other side of a proposal: whoever holds the private link reads it, comments, counters, accepts or declines. */
import { profileIfThere } from '#forecasting';
import type { AudienceProfile } from '#forecasting/contract';
import { audit } from '#people';
import { Refusal, type Caller, type Clock, type Database, type Events, type Sql } from '#platform';
import type * as z from 'zod';
import { checkTerms } from './check-terms.ts';
import type * as contract from './contract.ts';
import type { Acceptance, ProposalMove, SharedProposal } from './contract.ts';
import { createLineItemWithin, withDefaults } from './create-line-item.ts';
import { moveWithin } from './move-line-item.ts';
import { tellProposal, tokenHash } from './move-proposal.ts';
import { createOrderWithin } from './order.ts';
import { releaseLines } from './proposal-holds.ts';
import { holdsSpace, movesOf, nextState } from './proposal-states.ts';
import { mostEntries, say, threadOf } from './proposal-thread.ts';
import { withCounter } from './proposal-versions.ts';
import { hashOf, type KeptLine, offered, type ProposalRow, selectProposals, toLine } from './proposal.ts';

type Desk = { db: Database; clock: Clock; events?: Pick<Events, 'query'> };

async function rowOf(sql: Sql, token: string, lock = false): Promise<ProposalRow> {
  const row = await sql.one<ProposalRow>(
    `${selectProposals} where p.token_hash = $1${lock ? ' for update of p' : ''}`,
    [tokenHash(token)],
  );
  if (!row) throw new Refusal('not-found', 'This link leads nowhere: it may have been replaced by a newer one.');
  return row;
}

/** The version that was last sent: what is being drafted meanwhile is not shown. */
async function lastSent(sql: Sql, row: ProposalRow): Promise<ProposalRow> {
  const sent = await sql.one<{ version: number; lines: KeptLine[] }>(
    `select v.version, v.lines from proposal_entries e join proposal_versions v on v.proposal_id = e.proposal_id and v.version = e.version
     where e.proposal_id = $1 and e.kind = 'send' order by e.seq desc limit 1`,
    [row.id],
  );
  return sent ? { ...row, ...sent } : row;
}

const isOver = (row: ProposalRow, now: Date): boolean =>
  holdsSpace(row.state) && row.expires_at !== null && Date.parse(row.expires_at) <= now.getTime();

export async function readShared(desk: Desk, token: string): Promise<SharedProposal> {
  const { db, clock } = desk;
  const now = await rowOf(db, token);
  const row = await lastSent(db, now);
  // The job that lets it expire may be seconds behind.
  const state = isOver(row, clock()) ? 'expired' : row.state;
  const lines = row.lines.map(toLine);
  const audiences = await audiencesOf(desk, row);
  return {
    ...row,
    state,
    seller: row.org_name,
    // Field by field: list rates and discounts are ours, and the other side is not shown them.
    lines: lines.map((line, index) => ({
      id: line.id,
      name: line.name,
      type: line.type,
      goal: line.goal,
      rate: line.rate,
      start: line.start,
      end: line.end,
      sizes: line.sizes,
      placement_names: line.placement_names,
      amount: line.amount,
      time_zone: row.lines[index]?.time_zone ?? 'UTC',
      audience: audiences.get(line.placements[0] ?? '') ?? null,
    })),
    total: lines.reduce((sum, line) => sum + (line.amount?.amount ?? 0), 0),
    holds: holdsSpace(state),
    document_hash: hashOf(row),
    accepted: row.acceptance && { name: row.acceptance.name, title: row.acceptance.title, at: row.acceptance.at },
    moves: movesOf(state, 'them'),
    thread: await threadOf(db, row.id, 'them'),
  };
}

/** Who reads the pages of the first placement of each line, by placement; each section is asked about once. */
async function audiencesOf({ db, clock, events }: Desk, row: ProposalRow): Promise<Map<string, AudienceProfile>> {
  const found = new Map<string, AudienceProfile>();
  if (!events) return found;
  const places = await db.query<{ id: string; site_id: string; section_id: string | null }>(
    'select id, site_id, section_id from placements where org_id = $1 and id = any($2)',
    [row.org_id, [...new Set(row.lines.flatMap(({ placements }) => placements.slice(0, 1)))].slice(0, 20)],
  );
  const asked = new Map<string, Promise<AudienceProfile | null>>();
  for (const { id, site_id, section_id } of places) {
    const key = `${site_id} ${section_id ?? ''}`;
    const one = asked.get(key) ?? profileIfThere({ events, clock }, { org_id: row.org_id, site_id, section_id });
    asked.set(key, one);
    const profile = await one;
    if (profile && profile.devices.length > 0) found.set(id, profile);
  }
  return found;
}

/** Who the audit trail names: a holder of the link, by the name given. */
const holder = (row: ProposalRow, name: string): Caller => ({
  kind: 'system',
  id: 'private-link',
  name: `${name} (private link)`,
  org_id: row.org_id,
  role: 'admin',
  advertiser_id: null,
});

/** Runs an answer in one transaction, on the locked proposal; then answers what the holder of the link sees. */
async function answer(
  desk: Desk,
  token: string,
  act: (tx: Sql, row: ProposalRow, now: Date) => Promise<void>,
): Promise<SharedProposal> {
  const { db, clock } = desk;
  await db.transaction(async (tx) => {
    const row = await rowOf(tx, token, true);
    const said = await tx.one<{ count: number }>(
      'select count(*)::int as count from proposal_entries where proposal_id = $1',
      [row.id],
    );
    if ((said?.count ?? 0) >= mostEntries) throw new Refusal('too-many', 'This proposal has too many comments.');
    await act(tx, row, clock());
  });
  return readShared(desk, token);
}

function moved(row: ProposalRow, move: ProposalMove, now: Date) {
  return nextState(isOver(row, now) ? 'expired' : row.state, move);
}

const trail = (tx: Sql, row: ProposalRow, name: string, action: string, after: unknown) =>
  audit(tx, holder(row, name), {
    action: `proposal.${action}`,
    subject: { kind: 'proposal', id: row.id },
    before: { state: row.state },
    after,
  });

export const commentShared = (desk: Desk, { token, name, note }: z.output<(typeof contract.commentShared)['input']>) =>
  answer(desk, token, async (tx, row, now) => {
    await say(tx, await lastSent(tx, row), { kind: 'comment', side: 'them', author: name, at: now, note });
    await trail(tx, row, name, 'comment', { note });
    await tellProposal(tx, row, 'wrote', name, now, note);
  });

export const declineShared = (desk: Desk, { token, name, note }: z.output<(typeof contract.declineShared)['input']>) =>
  answer(desk, token, async (tx, row, now) => {
    const to = moved(row, 'decline', now);
    await releaseLines(tx, holder(row, name), row.lines);
    await tx.query('update proposals set state = $2 where id = $1', [row.id, to]);
    await say(tx, row, { kind: 'decline', side: 'them', author: name, at: now, note });
    await trail(tx, row, name, 'decline', { state: to, note });
    await tellProposal(tx, row, 'declined', name, now, note);
  });

/** The counter-offer must make a possible line of each; nothing is held or changed by it. */
export const counterShared = (
  desk: Desk,
  { token, name, note, lines }: z.output<(typeof contract.counterShared)['input']>,
) =>
  answer(desk, token, async (tx, row, now) => {
    const to = moved(row, 'counter', now);
    for (const kept of withCounter(row.lines, lines)) {
      const { id, ...terms } = offered(kept);
      const index = lines.findIndex(({ line_id }) => line_id === id);
      if (index < 0) continue;
      try {
        checkTerms(withDefaults(terms));
      } catch (error) {
        if (error instanceof Refusal)
          throw new Refusal(error.code, `lines.${index}: ${error.message}`, { field: `lines.${index}` });
        throw error;
      }
    }
    await tx.query('update proposals set state = $2 where id = $1', [row.id, to]);
    await say(tx, row, { kind: 'counter', side: 'them', author: name, at: now, note, counter: lines });
    await trail(tx, row, name, 'counter', { state: to, lines });
    await tellProposal(tx, row, 'countered', name, now, note);
  });

/**
 * Accepts exactly what was read (its hash says so): an order with a booked line item for each line, in the same
 * transaction. Accepting again what is accepted changes nothing.
 */
export const acceptShared = (
  desk: Desk,
  { token, name, title, document_hash }: z.output<(typeof contract.acceptShared)['input']>,
  address: string,
) =>
  answer(desk, token, async (tx, row, now) => {
    if (row.state === 'accepted' && row.acceptance?.document_hash === document_hash) return;
    const to = moved(row, 'accept', now);
    if (document_hash !== hashOf(row))
      throw new Refusal('conflict', 'document_hash: the proposal has changed since it was read; read it again.', {
        field: 'document_hash',
      });
    const caller = holder(row, name);
    await releaseLines(tx, caller, row.lines);
    const order = await createOrderWithin(tx, caller, {
      advertiser_id: row.advertiser_id,
      name: row.name,
      side: 'sell',
    });
    for (const kept of row.lines) {
      const { id: _, ...terms } = offered(kept);
      const line = await createLineItemWithin(tx, caller, { ...terms, order_id: order.id });
      await moveWithin(tx, caller, { id: line.id, to: 'booked', now });
    }
    const acceptance: Acceptance = { name, title, at: now.toISOString(), address, document_hash };
    await tx.query('update proposals set state = $2, acceptance = $3, order_id = $4 where id = $1', [
      row.id,
      to,
      JSON.stringify(acceptance),
      order.id,
    ]);
    await say(tx, row, { kind: 'accept', side: 'them', author: name, at: now, note: title });
    await trail(tx, row, name, 'accept', { state: to, acceptance, order_id: order.id });
    await tellProposal(tx, row, 'accepted', name, now, title);
  });
