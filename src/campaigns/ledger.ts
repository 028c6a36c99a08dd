/** What a line item holds of the inventory, written to the reservation ledger that inventory keeps. */
import type { RoomCheck } from '#forecasting';
import { release, reserve } from '#inventory';
import type { Caller, Sql } from '#platform';
import { type LineItemRow, termsOf } from './line-item.ts';
import { ledgerStates } from './line-item-states.ts';
import type { LineItemState, Warning } from './contract.ts';

type Hold = {
  row: LineItemRow;
  state: LineItemState;
  /** The formats the line may fill. */
  formats: readonly string[];
  expires_at: string | null;
  force: boolean;
  /** Asked before new space is taken; without it, space is taken unseen. */
  room?: RoomCheck | undefined;
};

/**
 * Makes the ledger say what a line item in `state` holds: its terms while it is reserved, booked, live or paused, nothing
 * otherwise. Throws no-capacity when there is no room, unless `force`. Answers what is to be known of the space.
 */
export async function holdOrRelease(
  tx: Sql,
  caller: Caller,
  { row, state, formats, expires_at, force, room }: Hold,
): Promise<Warning[]> {
  const holds = ledgerStates[state];
  if (holds === null) {
    await release(tx, caller, row.id);
    return [];
  }
  const terms = termsOf(row);
  const warnings = room ? await room(tx, { line_item_id: row.id, ...terms, force }) : [];
  await reserve(tx, caller, {
    line_item_id: row.id,
    state: holds,
    priority: terms.priority,
    placements: terms.placements,
    sizes: [...formats],
    targeting: terms.targeting,
    frequency_caps: terms.frequency_caps,
    goal: { unit: terms.goal.unit, quantity: terms.goal.quantity },
    start: terms.start,
    end: terms.end,
    expires_at,
    force,
  });
  return warnings;
}
