/** Many writes in one transaction, each tried on its own so that all refusals are told at once: all are kept, or none. */
import { type RoomCheck, withRoom } from '#forecasting';
import { Refusal, type Caller, type Clock, type Database, type Events, type Sql } from '#platform';
import type { RowRefusal } from './bulk-contract.ts';

export type Desk = { db: Database; clock: Clock; events?: Pick<Events, 'query'> };

export type Work<T> = (tx: Sql, room: RoomCheck) => Promise<T>;
export type Outcome<T> = { done: T; refusal: null } | { done: null; refusal: RowRefusal };

/** After so many refusals the rest is not looked at: it is told as not looked at. */
const mostRefusals = 100;

/** Ends a transaction that was only tried. */
class Undone<T> extends Error {
  readonly outcomes: Outcome<T>[];
  constructor(outcomes: Outcome<T>[]) {
    super('undone');
    this.outcomes = outcomes;
  }
}

/**
 * Runs all works. When one is refused, or with `dry_run`, nothing of any of them stays. The space that lines take is looked at for all
 * of them together: first they run with every room granted, to learn what will be asked for, then in earnest.
 */
export async function inOneGo<T>(
  desk: Desk,
  caller: Caller,
  works: readonly Work<T>[],
  { dry_run }: { dry_run: boolean },
): Promise<{ saved: boolean; outcomes: Outcome<T>[] }> {
  const kept = (ran: Outcome<T>[]): Outcome<T>[] => {
    if (dry_run || ran.some(({ refusal }) => refusal)) throw new Undone(ran);
    return ran;
  };
  try {
    const outcomes = await withRoom(desk, caller, async (tx, room) => {
      const asked: Parameters<RoomCheck>[1][] = [];
      await tx.query('savepoint rehearsal');
      const rehearsed = await runAll(tx, works, async (_tx, wanted) => {
        asked.push(wanted);
        return [];
      });
      if (asked.length === 0) return kept(rehearsed);
      await tx.query('rollback to savepoint rehearsal');
      let next = 0;
      const ran = await runAll(tx, works, (within, wanted) => {
        // A row may be refused before it asks this time.
        const place = asked.findIndex((one, at) => at >= next && one.line_item_id === wanted.line_item_id);
        next = (place < 0 ? next : place) + 1;
        return room(within, wanted, asked.slice(next));
      });
      return kept(ran);
    });
    return { saved: true, outcomes };
  } catch (error) {
    if (error instanceof Undone) return { saved: false, outcomes: error.outcomes };
    throw error;
  }
}

async function runAll<T>(tx: Sql, works: readonly Work<T>[], room: RoomCheck): Promise<Outcome<T>[]> {
  const outcomes: Outcome<T>[] = [];
  let refusals = 0;
  for (const work of works) {
    if (refusals >= mostRefusals) {
      const sentence = 'Not looked at: too many rows before it are refused.';
      outcomes.push({ done: null, refusal: { code: 'too-many', field: null, sentence } });
      continue;
    }
    await tx.query('savepoint work');
    try {
      outcomes.push({ done: await work(tx, room), refusal: null });
      await tx.query('release savepoint work');
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      await tx.query('rollback to savepoint work');
      const { field } = error.detail;
      const refusal = { code: error.code, field: typeof field === 'string' ? field : null, sentence: error.message };
      outcomes.push({ done: null, refusal });
      refusals++;
    }
  }
  return outcomes;
}
