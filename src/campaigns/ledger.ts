/** What a line item holds of the inventory, written to the reservation ledger that inventory keeps. */
import { release, reserve } from '#inventory';
import type { Caller, Sql } from '#platform';
import { type LineItemRow, termsOf } from './line-item.ts';
import { ledgerStates } from './line-item-states.ts';
import type { LineItemState } from './contract.ts';

type Hold = {
  row: LineItemRow;
  state: LineItemState;
  /** The formats the line may fill. */
  formats: readonly string[];
  expires_at: string | null;
  force: boolean;
};

/**
 * Makes the ledger say what a line item in `state` holds: its terms while it is reserved, booked, live or paused, nothing
 * otherwise. Throws no-capacity when there is no room, unless `force`.
 */
export async function holdOrRelease(
  tx: Sql,
  caller: Caller,
  { row, state, formats, expires_at, force }: Hold,
): Promise<void> {
  const holds = ledgerStates[state];
  if (holds === null) return release(tx, caller, row.id);
  const terms = termsOf(row);
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
}
