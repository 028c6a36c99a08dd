import type { Caller, Clock, Database, Job } from '#platform';
import type { LineItem, LineItemState } from './contract.ts';
import { liveRows, toLineItem } from './line-item.ts';
import { moveWithin } from './move-line-item.ts';
import { expireProposals } from './move-proposal.ts';

/** The jobs of campaigns, over the database they work on. */
export const jobsOf = ({ db }: { db: Database }): Job[] => [
  {
    name: 'start-and-end-lines',
    everySeconds: 10,
    run: async ({ clock, signal }) => {
      await startAndEndLines({ db, clock }, signal);
    },
  },
  {
    name: 'lapse-holds',
    everySeconds: 10,
    run: async ({ clock, signal }) => {
      await lapseHolds({ db, clock }, signal);
    },
  },
  {
    name: 'expire-proposals',
    everySeconds: 10,
    run: async ({ clock, signal }) => {
      await expireProposals({ db, clock }, signal);
    },
  },
];

type Due = { id: string; org_id: string; state: LineItemState; is_over: boolean };

/**
 * Booked line items whose start has come go live; live and paused ones whose end has come end. A line whose dates are
 * wholly over does both. Answers how many moves were made. Each line has its own transaction: one that fails holds up no other.
 */
export async function startAndEndLines(
  { db, clock }: { db: Database; clock: Clock },
  signal?: AbortSignal,
): Promise<number> {
  const now = clock();
  const due = await db.query<Due>(
    `select id, org_id, state, ends_at <= $1 as is_over from line_items
     where (state = 'booked' and starts_at <= $1) or (state in ('live', 'paused') and ends_at <= $1) order by starts_at, id`,
    [now.toISOString()],
  );
  let moves = 0;
  for (const line of due) {
    if (signal?.aborted) break;
    const steps: LineItemState[] = [
      ...(line.state === 'booked' ? ['live' as const] : []),
      ...(line.is_over ? ['ended' as const] : []),
    ];
    moves += await db.transaction(async (tx) => {
      const seen = await tx.one<{ state: LineItemState }>('select state from line_items where id = $1 for update', [
        line.id,
      ]);
      if (seen?.state !== line.state) return 0; // somebody moved it meanwhile; the next run looks again
      for (const to of steps) await moveWithin(tx, clockCaller(line.org_id), { id: line.id, to, now });
      return steps.length;
    });
  }
  return moves;
}

/** Reserved line items whose hold has lapsed go back to draft, and give back what they held. Answers how many. */
export async function lapseHolds({ db, clock }: { db: Database; clock: Clock }, signal?: AbortSignal): Promise<number> {
  const now = clock();
  const lapsed = await db.query<{ id: string; org_id: string }>(
    `select l.id, l.org_id from line_items l join reservations r on r.line_item_id = l.id
     where l.state = 'reserved' and r.state = 'held' and r.expires_at <= $1 order by r.expires_at, l.id`,
    [now.toISOString()],
  );
  let count = 0;
  for (const { id, org_id } of lapsed) {
    if (signal?.aborted) break;
    count += await db.transaction(async (tx) => {
      const seen = await tx.one<{ state: LineItemState }>('select state from line_items where id = $1 for update', [
        id,
      ]);
      if (seen?.state !== 'reserved') return 0;
      await moveWithin(tx, clockCaller(org_id), { id, to: 'draft', reason: 'The hold has lapsed.', now });
      return 1;
    });
  }
  return count;
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

export const liveLineItems = async (db: Database, orgId: string): Promise<LineItem[]> =>
  (await liveRows(db, orgId)).map((row) => toLineItem(row));
