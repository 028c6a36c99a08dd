/** The space that a proposal holds while the other side thinks: a reservation for each line, under the line's id. */
import type { RoomCheck } from '#forecasting';
import { release, reserve } from '#inventory';
import type { Caller, Sql } from '#platform';
import { checkPlaces } from './check-places.ts';
import { withDefaults } from './create-line-item.ts';
import { offered, type KeptLine } from './proposal.ts';

/** Throws no-capacity when a line's space is taken. */
export async function holdLines(
  tx: Sql,
  caller: Caller,
  { lines, until, room }: { lines: readonly KeptLine[]; until: string; room: RoomCheck },
): Promise<void> {
  for (const line of lines) {
    const { id, ...rest } = offered(line);
    const terms = withDefaults(rest);
    const { formats } = await checkPlaces(tx, caller, terms, { side: 'sell', publisher_id: null });
    await room(tx, { line_item_id: id, ...terms });
    await reserve(tx, caller, {
      line_item_id: id,
      state: 'held',
      priority: terms.priority,
      placements: terms.placements,
      sizes: formats,
      targeting: terms.targeting,
      frequency_caps: terms.frequency_caps,
      goal: { unit: terms.goal.unit, quantity: terms.goal.quantity },
      start: new Date(terms.start).toISOString(),
      end: new Date(terms.end).toISOString(),
      expires_at: until,
    });
  }
}

export async function releaseLines(tx: Sql, caller: Caller, lines: readonly KeptLine[]): Promise<void> {
  for (const { id } of lines) await release(tx, caller, id);
}
