import { audit } from '#people';
import { Refusal, type Caller, type Clock, type Database, type Sql } from '#platform';
import { checkPlaces } from './check-places.ts';
import type { LineItem, LineItemState, Warning } from './contract.ts';
import { holdOrRelease } from './ledger.ts';
import { ledgerStates, lineItemMoves, mayMove, whyNotMove } from './line-item-states.ts';
import { lineItemRow, type LineItemRow, toLineItem } from './line-item.ts';

export type Move = {
  id: string;
  to: LineItemState;
  /** Take the space in spite of a lack of it. */
  force?: boolean | undefined;
  /** When a hold lapses. */
  expires_at?: string | undefined;
  reason?: string | undefined;
};

/**
 * Moves a line item along the table of its states, keeping the reservation ledger in step. To its present state is a
 * success that changes nothing. Throws wrong-state, saying why in words, or no-capacity.
 */
export const moveLineItem = (
  { db, clock }: { db: Database; clock: Clock },
  caller: Caller,
  move: Move,
): Promise<LineItem> => db.transaction((tx) => moveWithin(tx, caller, { ...move, now: clock() }));

/** The same inside the caller's transaction; the row stays locked until it ends, so that two moves never cross. */
export async function moveWithin(tx: Sql, caller: Caller, move: Move & { now: Date }): Promise<LineItem> {
  checkExpiry(move);
  const row = await lineItemRow(tx, caller, move.id, 'for update of l');
  if (row.state === move.to) return toLineItem(row, warningsOfMove(row, move));
  if (!mayMove(row.state, move.to)) {
    throw new Refusal('wrong-state', whyNotMove(row.state, move.to), {
      from: row.state,
      to: move.to,
      moves: lineItemMoves[row.state],
    });
  }

  if (ledgerStates[row.state] !== ledgerStates[move.to]) await changeLedger(tx, caller, row, move);
  await tx.query('update line_items set state = $2, state_reason = $3 where id = $1', [
    row.id,
    move.to,
    move.reason ?? null,
  ]);

  const after = await lineItemRow(tx, caller, row.id);
  await audit(tx, caller, {
    action: 'line-item.move',
    subject: { kind: 'line-item', id: row.id },
    before: { state: row.state, state_reason: row.state_reason },
    after: { state: move.to, state_reason: after.state_reason, ...(move.force ? { force: true } : {}) },
  });
  return toLineItem(after, warningsOfMove(after, move));
}

function checkExpiry({ to, expires_at, now }: Move & { now: Date }): void {
  const field = 'expires_at';
  if (expires_at === undefined) return;
  if (to !== 'reserved') throw new Refusal('bad-input', `${field}: only a reserved line item has one.`, { field });
  const at = Date.parse(expires_at);
  if (!(at > now.getTime() && at < Date.UTC(2100, 0, 1)))
    throw new Refusal('bad-input', `${field}: must be later than now.`, { field });
}

async function changeLedger(tx: Sql, caller: Caller, row: LineItemRow, { to, force, expires_at }: Move): Promise<void> {
  // What a line takes is looked at once more on the way in: its placements may have changed since it was drafted.
  const { formats } = ledgerStates[to] === null ? { formats: [] } : await checkPlaces(tx, caller, row, row);
  const until = expires_at === undefined ? null : new Date(expires_at).toISOString();
  await holdOrRelease(tx, caller, { row, state: to, formats, expires_at: until, force: force ?? false });
}

function warningsOfMove(row: LineItemRow, { to, now }: { to: LineItemState; now: Date }): Warning[] {
  const warnings: Warning[] = [];
  if (to === 'reserved' || to === 'booked') {
    warnings.push({
      code: 'no-forecast',
      sentence: 'There is no forecast for these placements yet: whether the goal can be met is not known.',
    });
  }
  if (ledgerStates[to] !== null && Date.parse(row.ends_at) <= now.getTime()) {
    warnings.push({ code: 'already-over', sentence: `The dates of this line item are over since ${row.ends_at}.` });
  } else if (to === 'live' && Date.parse(row.starts_at) > now.getTime()) {
    warnings.push({
      code: 'not-started',
      sentence: `Nothing is served before the start of this line item, ${row.starts_at}.`,
    });
  }
  return warnings;
}
