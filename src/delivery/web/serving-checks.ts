/** The rules of a decision that can be judged from the line alone, in the order in which a decision asks them. */
import type { Assignment, LineItem } from '#campaigns/contract';
import type { Reason } from '#delivery/contract';

export type ServingCheck = {
  reason: Extract<Reason, 'not_live' | 'not_started' | 'ended' | 'no_creative' | 'wrong_size' | 'goal_met'>;
  passed: boolean;
};

type Facts = {
  line: Pick<LineItem, 'state' | 'start' | 'end' | 'sizes' | 'goal'>;
  assignments: readonly Pick<Assignment, 'creative_state' | 'width' | 'height' | 'start' | 'end'>[];
  delivered: number | undefined;
  now: Date;
};

export const servingChecks = ({ line, assignments, delivered, now }: Facts): ServingCheck[] => {
  const at = now.getTime();
  const running = assignments.filter(
    ({ creative_state, start, end }) =>
      creative_state === 'approved' && (!start || Date.parse(start) <= at) && (!end || at < Date.parse(end)),
  );
  const fits = running.filter(
    ({ width, height }) =>
      line.sizes.length === 0 || width === null || height === null || line.sizes.includes(`${width}x${height}`),
  );
  return [
    { reason: 'not_live', passed: line.state === 'booked' || line.state === 'live' },
    { reason: 'not_started', passed: Date.parse(line.start) <= at },
    { reason: 'ended', passed: at < Date.parse(line.end) && line.state !== 'ended' },
    { reason: 'no_creative', passed: running.length > 0 },
    { reason: 'wrong_size', passed: running.length === 0 || fits.length > 0 },
    {
      reason: 'goal_met',
      passed: line.goal.unit === 'share' || delivered === undefined || delivered < line.goal.quantity,
    },
  ];
};
