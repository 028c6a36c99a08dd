/** The space that a proposal holds while the other side thinks: a reservation for each line, under the line's id. */
import type { RoomCheck } from '#forecasting';
import { release, reserve } from '#inventory';
import { Refusal, type Caller, type Sql } from '#platform';
import { checkPlaces } from './check-places.ts';
import { withDefaults } from './create-line-item.ts';
import { offered, type KeptLine } from './proposal.ts';

/** Throws no-capacity when a line's space is taken. */
export async function holdLines(
  tx: Sql,
  caller: Caller,
  { lines, until, room }: { lines: readonly KeptLine[]; until: string; room: RoomCheck },
): Promise<void> {
  const wanted = lines.map((line) => {
    const { id, ...rest } = offered(line);
    return { id, terms: withDefaults(rest) };
  });
  for (const [index, { id, terms }] of wanted.entries()) {
    const { formats } = await checkPlaces(tx, caller, terms, { side: 'sell', publisher_id: null });
    const coming = wanted.slice(index + 1).map((one) => ({ line_item_id: one.id, ...one.terms }));
    await roomOfLine(room(tx, { line_item_id: id, ...terms }, coming), index);
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

/** Says of which line the space is gone. */
async function roomOfLine(asked: ReturnType<RoomCheck>, index: number): Promise<void> {
  try {
    await asked;
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'no-capacity') throw error;
    throw new Refusal(error.code, `lines.${index}.${error.message}`, {
      ...error.detail,
      field: `lines.${index}.goal.quantity`,
    });
  }
}

export async function releaseLines(tx: Sql, caller: Caller, lines: readonly KeptLine[]): Promise<void> {
  for (const { id } of lines) await release(tx, caller, id);
}
