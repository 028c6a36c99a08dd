/** Of the changes that might help a line item, the one that a trial shows to help most; the smallest where several do as much. */
import type { Book, LineWhy, Reason } from '../contract.ts';
import { type Possible, possibleChanges } from './possible-changes.ts';
import type { AskedFor } from './recent-requests.ts';
import { openTrials } from './try-change.ts';

type Change = NonNullable<LineWhy['change']>;

const betweenPlacements: ReadonlySet<Reason> = new Set(['excluded', 'roadblock']);

/** Changes tried at most: each decides some hundred requests. */
const mostTried = 16;

/**
 * `reasons`: why it did not answer, most often first. Undefined when there is nothing to try (no request is known, no change is
 * possible); a change whose trial gains nothing says so, and what is left to do.
 */
export async function bestChange({
  book,
  lineId,
  askedFor,
  reasons,
  floor,
  at,
}: {
  book: Book;
  lineId: string;
  askedFor: readonly AskedFor[];
  reasons: readonly { reason: Reason; percent: number }[];
  floor: number | null;
  at: number;
}): Promise<Change | undefined> {
  const line = book.lines.find(({ id }) => id === lineId);
  if (!line || askedFor.length === 0) return undefined;
  const names = reasons.map(({ reason }) => reason);
  const possible = possibleChanges({ book, line, floor }, names).slice(0, mostTried);
  if (possible.length === 0) return undefined;
  const whole = names.some((name) => betweenPlacements.has(name));
  const trials = openTrials(book, lineId, { askedFor, at, whole });
  const before = trials.of(line);
  const tried: { one: Possible; after: number }[] = [];
  for (const one of possible) {
    // Others are answered between two trials.
    await new Promise(setImmediate);
    tried.push({ one, after: trials.of(one.line, one.creatives).served });
  }
  const gained = Math.max(...tried.map(({ after }) => after)) - before.served;
  const enough = Math.max(1, before.requests * 0.01);
  const worst = reasons[0] ?? { reason: 'outranked' as const, percent: 100 };
  if (gained < enough)
    return {
      reason: worst.reason,
      field: 'placements',
      sentence: `${worst.percent} % of the requests: ${says[worst.reason] ?? 'it did not answer'}. No single change of its own terms helps, as ${tried.length} tried on requests like those of the last hour show: add placements, or ease what runs before it.`,
      patch: null,
      tried: { requests: before.requests, before: before.served, after: before.served },
    };
  const found = tried.find(({ after }) => after - before.served >= gained * 0.9);
  if (!found) return undefined;
  const { one, after } = found;
  return {
    reason: one.reason,
    field: one.field,
    sentence: sentenceOf(one, reasons),
    patch: one.patch,
    tried: { requests: before.requests, before: before.served, after },
  };
}

function sentenceOf({ reason, sentence }: Possible, reasons: readonly { reason: Reason; percent: number }[]): string {
  const percent = reasons.find((one) => one.reason === reason)?.percent ?? 0;
  return `In ${percent} % of the requests ${says[reason] ?? 'it did not answer'}: ${sentence}.`;
}

const says: Partial<Record<Reason, string>> = {
  wrong_size: 'it has no creative of the size asked for',
  not_targeted: 'the reader is outside its targeting',
  frequency_capped: 'the reader had it, its order, advertiser or creative often enough',
  excluded: 'a competitor was on the page already',
  roadblock: 'the page did not offer what its roadblock asks for',
  below_floor: 'its price is under the floor',
  share_met: 'it had its share already',
  goal_met: 'its goal is met by what is delivered and on its way',
  ahead_of_pace: 'its pacing held it back',
  outranked: 'another line went before it',
};
