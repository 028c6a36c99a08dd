/**
 * Ids for hits that come without one. They sort as the hits came in, so that of two hits of one instant (a log's second, a queue
 * that was sent late) the first to be told is the first of the visit.
 */
import { randomBytes } from 'node:crypto';

export function hitIds(now: () => number, random: (bytes: number) => Buffer = randomBytes): () => string {
  const own = random(6).toString('hex');
  let last = 0;
  let count = 0;
  return () => {
    // A clock that is set back does not put later hits first.
    const at = Math.max(now(), last);
    count = at === last ? count + 1 : 0;
    last = at;
    return `${at.toString(36).padStart(9, '0')}-${count.toString(36).padStart(4, '0')}-${own}`;
  };
}
