import { type RoomCheck, withRoom } from '#forecasting';
import { audit } from '#people';
import { Refusal, type Caller, type Clock, type Database, type Events, type Sql } from '#platform';
import { askCreatives } from './ask-creatives.ts';
import { checkPlaces } from './check-places.ts';
import type { LineItem, LineItemState, Warning } from './contract.ts';
import { holdOrRelease } from './ledger.ts';
import { ledgerStates, lineItemMoves, mayMove, whyNotMove } from './line-item-states.ts';
import { lineItemRow, type LineItemRow, termsOf, toLineItem } from './line-item.ts';

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
  desk: { db: Database; clock: Clock; events?: Pick<Events, 'query'> },
  caller: Caller,
  move: Move,
): Promise<LineItem> =>
  withRoom(desk, caller, (tx, room) => moveWithin(tx, caller, { ...move, now: desk.clock(), room }));

/**
 * The same inside the caller's transaction; the row stays locked until it ends, so that two moves never cross. `room` is asked
 * where the line takes space that it did not hold.
 */
export async function moveWithin(
  tx: Sql,
  caller: Caller,
  move: Move & { now: Date; room?: RoomCheck | undefined },
): Promise<LineItem> {
  checkExpiry(move);
  const row = await lineItemRow(tx, caller, move.id, 'for update of l');
  if (row.state === move.to) return toLineItem(row, [...(await spaceOf(tx, row, move)), ...warningsOfMove(row, move)]);
  if (!mayMove(row.state, move.to)) {
    throw new Refusal('wrong-state', whyNotMove(row.state, move.to), {
      from: row.state,
      to: move.to,
      moves: lineItemMoves[row.state],
    });
  }

  const space =
    ledgerStates[row.state] === ledgerStates[move.to]
      ? await spaceOf(tx, row, move)
      : await changeLedger(tx, caller, row, move);
  await tx.query('update line_items set state = $2, state_reason = $3 where id = $1', [
    row.id,
    move.to,
    move.reason ?? null,
  ]);

  const after = await lineItemRow(tx, caller, row.id);
  if ((ledgerStates[row.state] === 'booked') !== (ledgerStates[move.to] === 'booked'))
    await askCreatives(tx, caller, after, { state: move.to, now: move.now });
  await audit(tx, caller, {
    action: 'line-item.move',
    subject: { kind: 'line-item', id: row.id },
    before: { state: row.state, state_reason: row.state_reason },
    after: { state: move.to, state_reason: after.state_reason, ...(move.force ? { force: true } : {}) },
  });
  return toLineItem(after, [...space, ...warningsOfMove(after, move)]);
}

function checkExpiry({ to, expires_at, now }: Move & { now: Date }): void {
  const field = 'expires_at';
  if (expires_at === undefined) return;
  if (to !== 'reserved') throw new Refusal('bad-input', `${field}: only a reserved line item has one.`, { field });
  const at = Date.parse(expires_at);
  if (!(at > now.getTime() && at < Date.UTC(2100, 0, 1)))
    throw new Refusal('bad-input', `${field}: must be later than now.`, { field });
}

/** What is to be known of the space that a line already holds, when it is asked for once more. */
const spaceOf = async (
  tx: Sql,
  row: LineItemRow,
  { to, room }: Move & { room?: RoomCheck | undefined },
): Promise<Warning[]> =>
  room && (to === 'reserved' || to === 'booked')
    ? room(tx, { line_item_id: row.id, ...termsOf(row), granted: true })
    : [];

async function changeLedger(
  tx: Sql,
  caller: Caller,
  row: LineItemRow,
  { to, force, expires_at, room }: Move & { room?: RoomCheck | undefined },
): Promise<Warning[]> {
  // What a line takes is looked at once more on the way in: its placements may have changed since it was drafted.
  const { formats } = ledgerStates[to] === null ? { formats: [] } : await checkPlaces(tx, caller, row, row);
  const until = expires_at === undefined ? null : new Date(expires_at).toISOString();
  // What was held until now is booked without asking again: the hold was the promise.
  const warnings = ledgerStates[row.state] === 'held' ? await spaceOf(tx, row, { id: row.id, to, room }) : [];
  const asked = ledgerStates[row.state] === 'held' ? undefined : room;
  const hold = { row, state: to, formats, expires_at: until, force: force ?? false, room: asked };
  return [...warnings, ...(await holdOrRelease(tx, caller, hold))];
}

function warningsOfMove(row: LineItemRow, { to, now }: { to: LineItemState; now: Date }): Warning[] {
  const warnings: Warning[] = [];
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
