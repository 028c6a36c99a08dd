/** The bookings and holds that a question has to do with, and the placements they reach. */
import { ledgerVersion, reservationsBetween } from '#inventory';
import type { Reservation } from '#inventory/contract';
import type { Sql } from '#platform';
import { lastGuaranteed } from './contract.ts';
import { mostDays } from './period.ts';

export type Rivals = {
  /** Those that share supply with the question, directly or through others. */
  reservations: Reservation[];
  /** All placements that matter. */
  placements: Set<string>;
  version: number;
};

type Asked = {
  placements: Iterable<string>;
  priority: number;
  line_item_id?: string | undefined;
  /** Reservations that are not in the ledger yet. */
  granted: readonly Reservation[];
  now: Date;
};

/** What goes before the rest at any price of the asked line: the promised lines, and those of its own level and above. */
const goesBefore = ({ priority, goal }: Reservation, asked: number): boolean =>
  priority <= Math.max(lastGuaranteed, asked) &&
  goal.unit !== 'conversions' &&
  (goal.unit !== 'share' || priority <= 5);

/** Reads the ledger as it stands, with its version. */
export async function rivalsOf(sql: Sql, org_id: string, asked: Asked): Promise<Rivals> {
  const from = asked.now.toISOString();
  const to = new Date(asked.now.getTime() + mostDays * 86_400_000).toISOString();
  // The version first: what is written between the two readings then makes the answer stale, never wrong unseen.
  const version = await ledgerVersion(sql, org_id);
  const late = new Set(asked.granted.map(({ line_item_id }) => line_item_id));
  const kept = await reservationsBetween(sql, org_id, { from, to, now: asked.now });
  const all = [...kept.filter(({ line_item_id }) => !late.has(line_item_id)), ...asked.granted].filter(
    (one) => one.line_item_id !== asked.line_item_id && goesBefore(one, asked.priority),
  );
  const byPlacement = new Map<string, Reservation[]>();
  for (const one of all) {
    for (const id of one.placements) {
      const list = byPlacement.get(id);
      if (list) list.push(one);
      else byPlacement.set(id, [one]);
    }
  }
  const placements = new Set(asked.placements);
  const found = new Set<Reservation>();
  // A set is walked in the order of insertion, what is added on the way included.
  for (const id of placements) {
    for (const one of byPlacement.get(id) ?? []) {
      if (found.has(one)) continue;
      found.add(one);
      for (const other of one.placements) placements.add(other);
    }
  }
  return { reservations: all.filter((one) => found.has(one)), placements, version };
}
