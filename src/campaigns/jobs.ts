import type { Caller, Clock, Database, Job } from '#platform';
import type { LineItem, LineItemState } from './contract.ts';
import { liveRows, toLineItem } from './line-item.ts';
import { moveWithin } from './move-line-item.ts';

/** The jobs of campaigns, over the database they work on. */
export const jobsOf = ({ db }: { db: Database }): Job[] => [
  {
    name: 'start-and-end-lines',
    everySeconds: 10,
    run: async ({ clock, signal }) => {
      await startAndEndLines({ db, clock }, signal);
    },
  },
];

type Due = { id: string; org_id: string; state: LineItemState; is_over: boolean };

/**
 * Booked line items whose start has come go live; live and paused ones whose end has come end. A line whose dates are
 * wholly over does both. Answers how many moves were made. Each line has its own transaction: one that fails holds up no other.
 */
export async function startAndEndLines({ db, clock }: { db: Database; clock: Clock }, signal?: AbortSignal): Promise<number> {
  const now = clock();
  const due = await db.query<Due>(
    `select id, org_id, state, ends_at <= $1 as is_over from line_items
     where (state = 'booked' and starts_at <= $1) or (state in ('live', 'paused') and ends_at <= $1) order by starts_at, id`,
    [now.toISOString()],
  );
  let moves = 0;
  for (const line of due) {
    if (signal?.aborted) break;
    const steps: LineItemState[] = [...(line.state === 'booked' ? ['live' as const] : []), ...(line.is_over ? ['ended' as const] : [])];
    moves += await db.transaction(async (tx) => {
      const seen = await tx.one<{ state: LineItemState }>('select state from line_items where id = $1 for update', [line.id]);
      if (seen?.state !== line.state) return 0; // somebody moved it meanwhile; the next run looks again
      for (const to of steps) await moveWithin(tx, clockCaller(line.org_id), { id: line.id, to, now });
      return steps.length;
    });
  }
  return moves;
}

/** Who the audit trail names for what the dates did. */
const clockCaller = (orgId: string): Caller => ({
  kind: 'system',
  id: 'clock',
  name: 'Dates',
  org_id: orgId,
  role: 'admin',
  advertiser_id: null,
});

export const liveLineItems = async (db: Database, orgId: string): Promise<LineItem[]> => (await liveRows(db, orgId)).map((row) => toLineItem(row));
