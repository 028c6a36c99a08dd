/** Where a line stands against what was ordered. */
import type { GoalUnit, LineItemState, Pacing } from '#campaigns/contract';
import { localDay } from './calendar.ts';
import type { Counts, LineStatus, Progress } from './figures.ts';

/** Within 5 % of the expected quantity a line is on schedule: even pacing itself may run up to 5 % ahead. */
export const tolerance = 0.05;

export type LineTerms = {
  state: LineItemState;
  start: string;
  end: string;
  pacing: Pacing;
  goal: { unit: GoalUnit; quantity: number };
};

/**
 * Share of the goal due when `elapsed` of the time has passed. Frontloaded lines start 40 % above the even rate and slow
 * down evenly; a line served as fast as possible owes at least the even share.
 */
export const dueShare = (pacing: Pacing, elapsed: number): number =>
  pacing === 'frontloaded' ? 1.4 * elapsed - 0.4 * elapsed * elapsed : elapsed;

const deliveredIn = (unit: GoalUnit, counts: Counts): number | null => {
  if (unit === 'impressions') return counts.impressions;
  if (unit === 'viewable_impressions') return counts.viewable;
  if (unit === 'conversions') return counts.conversions ?? null;
  return unit === 'clicks' ? counts.clicks : null;
};

/** `toDate` counts from the line's start to `asOf`. */
export function progressOf(
  line: LineTerms,
  toDate: Counts,
  asOf: Date,
  timeZone: string,
): { status: LineStatus; progress: Progress | null } {
  const [start, end] = [Date.parse(line.start), Date.parse(line.end)];
  const elapsed = Math.min(1, Math.max(0, (asOf.getTime() - start) / (end - start)));
  const delivered = deliveredIn(line.goal.unit, toDate);
  if (delivered === null || line.goal.quantity === 0) {
    return { status: elapsed === 0 ? 'upcoming' : toDate.impressions === 0 ? 'silent' : 'no-goal', progress: null };
  }
  const ordered = line.goal.quantity;
  const due = dueShare(line.pacing, elapsed);
  const projected = due > 0 ? Math.min(Math.max(ordered, delivered), Math.round(delivered / due)) : 0;
  const progress: Progress = {
    delivered,
    ordered,
    elapsed,
    expected: Math.round(ordered * due),
    projected,
    reached_on: reachedOn(line, { delivered, elapsed, start, end }, timeZone),
  };
  return { status: statusOf(line, progress, toDate), progress };
}

function statusOf(
  line: LineTerms,
  { delivered, ordered, expected, elapsed }: Progress,
  { impressions }: Counts,
): LineStatus {
  if (delivered >= ordered) return 'complete';
  if (elapsed >= 1) return 'ended-short';
  if (line.state === 'paused') return 'paused';
  if (elapsed === 0) return 'upcoming';
  // Ads that were shown and led to nothing are late, not silent.
  if (delivered === 0 && (line.goal.unit !== 'conversions' || impressions === 0)) return 'silent';
  // Counts scatter by their square root: a gap inside twice that is not a delay.
  const gap = delivered - expected;
  if (Math.abs(gap) <= Math.max(tolerance * expected, 2 * Math.sqrt(expected))) return 'on-track';
  if (gap < 0) return 'behind';
  return line.pacing === 'asap' ? 'on-track' : 'ahead';
}

/** The day the goal is reached at the rate since the start; null unless that is at least a day before the end. */
function reachedOn(
  line: LineTerms,
  { delivered, elapsed, start, end }: { delivered: number; elapsed: number; start: number; end: number },
  timeZone: string,
): string | null {
  const ordered = line.goal.quantity;
  if (delivered === 0 || delivered >= ordered || elapsed >= 1) return null;
  // Frontloading slows down on purpose, so its rate so far says nothing of the end.
  if (line.pacing === 'frontloaded') return null;
  const at = start + ((end - start) * elapsed * ordered) / delivered;
  return at <= end - 86_400_000 ? localDay(new Date(at), timeZone) : null;
}
