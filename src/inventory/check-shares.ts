/** Sponsored shares of one space cannot pass 100 %: the one shortage that needs no forecast to be certain. */
import { Refusal, type Sql } from '#platform';
import type { Holding } from './reservation.ts';

type Rival = { line_item_id: string; share: number; placements: string[]; starts_at: string; ends_at: string };

/** Priorities of a sponsorship (Google Ad Manager's range is 2 to 5); below them a share is of what is unsold, and never clashes. */
const lastSponsored = 5;

/**
 * Throws `no-capacity` when, at some moment and on some placement, the untargeted sponsorships that may fill the same formats
 * would pass 100 % together. Targeted ones may be about different requests: a forecast judges them.
 */
export async function checkShares(tx: Sql, org_id: string, holding: Holding): Promise<void> {
  if (holding.goal.unit !== 'share' || holding.priority > lastSponsored || holding.targeting) return;

  const rivals = await tx.query<Rival>(
    `select line_item_id, goal_quantity as share, placements, starts_at, ends_at from reservations
     where org_id = $1 and line_item_id <> $2 and goal_unit = 'share' and priority <= $3 and targeting is null
       and (state = 'booked' or (state = 'held' and (expires_at is null or expires_at > now())))
       and starts_at < $5 and ends_at > $4 and placements && $6 and sizes && $7`,
    [org_id, holding.line_item_id, lastSponsored, holding.start, holding.end, holding.placements, holding.sizes],
  );

  for (const placement of holding.placements) {
    const here = rivals.filter((rival) => rival.placements.includes(placement));
    const left = 100 - mostAtOnce(here, Date.parse(holding.start));
    if (holding.goal.quantity > left) {
      throw new Refusal('no-capacity', `goal.quantity: ${left} % of a placement is left on these dates.`, {
        field: 'goal.quantity',
        available: left,
        placement,
        contending: here.map((rival) => rival.line_item_id),
      });
    }
  }
}

/** The largest sum of shares at one moment; it is reached when one of them starts, or when the new one does. */
function mostAtOnce(rivals: readonly Rival[], start: number): number {
  const moments = [start, ...rivals.map((rival) => Math.max(start, Date.parse(rival.starts_at)))];
  const sumAt = (moment: number) =>
    rivals
      .filter((rival) => Date.parse(rival.starts_at) <= moment && moment < Date.parse(rival.ends_at))
      .reduce((sum, rival) => sum + rival.share, 0);
  return Math.max(...moments.map(sumAt));
}
