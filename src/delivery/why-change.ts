/** The one change that would help a line item most: what stops it altogether first, then the reason that costs it most requests. */
import { lineItemTypes } from '#campaigns';
import type { LineWhy, Reason } from './contract.ts';
import { decimalsOf } from './price.ts';
import type { LineFacts } from './why-line.ts';

type Facts = {
  line: LineFacts;
  standing: LineWhy['standing'];
  found: LineWhy['reasons'];
  instead: LineWhy['instead'];
  now: number;
};
type Change = NonNullable<LineWhy['change']>;

/** Null when nothing needs to change: it serves, and is on its plan. */
export function changeThatHelps(facts: Facts): Change | null {
  const { line, found, standing } = facts;
  const stopped = stoppedBy(facts);
  if (stopped) return stopped;
  const isCounted = standing.delivered !== null && standing.expected !== null;
  const isBehind = isCounted && (standing.delivered ?? 0) < (standing.expected ?? 0) * 0.98;
  // On its plan, whatever the last hour was: a line that is ahead waits.
  if (isCounted && !isBehind && (standing.delivered ?? 0) > 0) return null;
  const had = found.find(({ reason }) => reason === 'chosen')?.percent ?? 0;
  if (found.length === 0)
    return {
      reason: 'no_requests',
      field: 'placements',
      sentence: 'No request of its placements was decided in the last hour: check that their tags are on the pages.',
    };
  const [worst] = found.filter(({ reason }) => reason in remedies);
  if (!worst || (!isBehind && had > 0)) return null;
  const remedy = remedies[worst.reason];
  return remedy ? { reason: worst.reason, ...remedy(facts, worst.percent, line) } : null;
}

/** What no request can get past. */
function stoppedBy({ line, now }: Facts): Change | undefined {
  if (line.state !== 'booked' && line.state !== 'live') {
    const over = line.state === 'ended' || line.state === 'cancelled';
    return {
      reason: 'not_live',
      field: 'state',
      sentence: over
        ? `The line item is ${line.state}: copy it to run it again.`
        : line.state === 'paused'
          ? 'The line item is paused: set it live again.'
          : `The line item is ${line.state}: book it.`,
    };
  }
  if (now < Date.parse(line.starts_at))
    return {
      reason: 'not_started',
      field: 'start',
      sentence: `It starts on ${line.starts_at}: nothing to do until then.`,
    };
  if (now >= Date.parse(line.ends_at))
    return { reason: 'ended', field: 'end', sentence: 'Its end has passed: give it a later end.' };
  if (line.creatives === 0)
    return {
      reason: 'no_creative',
      field: 'creatives',
      sentence: 'No approved creative is assigned to it for today: assign one, or approve the one that waits.',
    };
  return undefined;
}

type Remedy = (facts: Facts, percent: number, line: LineFacts) => Omit<Change, 'reason'>;

const remedies: Partial<Record<Reason, Remedy>> = {
  wrong_size: (_, percent, line) => ({
    field: 'creatives',
    sentence: `${percent} % of the requests ask for a size it has no creative for: add one in ${(line.sizes.length > 0 ? line.sizes : line.formats).slice(0, 5).join(', ')}.`,
  }),
  not_targeted: (_, percent) => ({
    field: 'targeting',
    sentence: `${percent} % of the requests of its placements are outside its targeting: widen it, or add placements where its audience is.`,
  }),
  frequency_capped: (_, percent) => ({
    field: 'frequency_caps',
    sentence: `In ${percent} % of the requests the visitor had it, its order, advertiser or creative often enough: raise the cap, or add placements with other readers.`,
  }),
  excluded: (_, percent) => ({
    field: 'exclusion_labels',
    sentence: `In ${percent} % of the requests a competitor was on the page already: lift the exclusion, or give it placements of its own.`,
  }),
  roadblock: (_, percent) => ({
    field: 'roadblock',
    sentence: `In ${percent} % of the requests the page did not offer what its roadblock asks for: allow each placement on its own.`,
  }),
  below_floor: (_, percent, line) => ({
    field: 'rate',
    sentence: `In ${percent} % of the requests its price is under the floor${line.floor === null ? '' : `: ${line.floor / 10 ** decimalsOf(line.currency)} ${line.currency} per thousand would pass`}.`,
  }),
  share_met: (_, percent) => ({
    field: 'goal',
    sentence: `In ${percent} % of the requests it had its share already: raise the share.`,
  }),
  daily_cap_met: (_, percent) => ({
    field: 'daily_cap',
    sentence: `In ${percent} % of the requests it had the most that it may deliver on a day: raise the daily limit, or lift it.`,
  }),
  lifetime_cap_met: () => ({
    field: 'lifetime_cap',
    sentence: 'It has the most that it may deliver in all: raise the limit, or lift it.',
  }),
  goal_met: () => ({
    field: 'goal',
    sentence: 'Its goal is met by what is delivered and on its way: raise the goal to go on.',
  }),
  ahead_of_pace: (_, percent) => ({
    field: 'pacing',
    sentence: `In ${percent} % of the requests its pacing held it back: deliver as fast as possible, or from the front, if it must catch up.`,
  }),
  outranked: ({ instead }, percent, line) => {
    const [first] = instead;
    const by = first ? `, most often to ${first.name}` : '';
    const isHigher = first !== undefined && first.priority < line.priority;
    const [, best] = lineItemTypes[line.type].priority;
    if (first !== undefined && first.priority < best && line.type !== 'price_priority')
      return {
        field: 'placements',
        sentence: `It lost ${percent} % of the requests to others${by}, which goes before all of its type: add placements where it does not run.`,
      };
    return {
      field: line.type === 'price_priority' ? 'rate' : 'priority',
      sentence: `It lost ${percent} % of the requests to others${by}: ${
        line.type === 'price_priority'
          ? 'raise its price'
          : isHigher
            ? `a priority of ${first.priority} would compete with it`
            : 'a higher priority would go before its equals'
      }.`,
    };
  },
};
