/**
 * An edge's slice of a budget that several share: what it may decide without asking. The decision only looks at `left`; asking for
 * more, giving back what is not needed and letting go of what is too old happen between decisions.
 */
import { type BudgetAnswer, type BudgetTerms, usableMs } from './budget.ts';

export type Slice = {
  /** Units that may still be decided. */
  left: number;
  /** Units decided since the process began. */
  taken: number;
  /** Units that were asked for and not to be had, since the last question. */
  missed: number;
};

export const newSlice = (): Slice => ({ left: 0, taken: 0, missed: 0 });

/** Whether so many units may be decided; when not, that they were asked for is noted. */
export function mayTake(slice: Slice, units: number): boolean {
  if (slice.left >= units - 1e-6) return true;
  if (units > slice.missed) slice.missed = units;
  return false;
}

export function take(slice: Slice, units: number): void {
  slice.left -= units;
  slice.taken += units;
}

/** What an edge remembers of a slice between two questions. Times in milliseconds of a clock that only runs forward. */
export type Holding = {
  slice: Slice;
  /** The slice that was had last, and until when it may be used. */
  size: number;
  usableUntil: number;
  isScarce: boolean;
  askedAt: number;
  /** Of an unanswered demand: not before this it is asked for again. */
  notBefore: number;
  /** When it was last needed, and how long it is between two needs, smoothed. */
  neededAt: number;
  interval: number;
  /** Units a millisecond, smoothed over some ten seconds. */
  rate: number;
  takenThen: number;
  ratedAt: number;
};

export const newHolding = (slice: Slice, now: number): Holding => ({
  slice,
  size: 0,
  usableUntil: Number.NEGATIVE_INFINITY,
  isScarce: false,
  askedAt: Number.NEGATIVE_INFINITY,
  notBefore: Number.NEGATIVE_INFINITY,
  neededAt: Number.NEGATIVE_INFINITY,
  interval: 10_000,
  rate: 0,
  takenThen: slice.taken,
  ratedAt: now,
});

/** For how long a slice should last: where there is plenty, long enough to go on while Valkey is away. Milliseconds. */
const plentyFor = 300_000;
const scarceFor = 5_000;
const smoothedOver = 10_000;
const holdAtLeast = 2_000;
const holdAtMost = 600_000;
const again = 1_000;
/** A holding is told anew well before its time is over. */
const renewEvery = 10_000;

/** Takes notice of what was decided and missed since the last look, and lets go of a slice that is too old to be used. */
export function look(holding: Holding, now: number): void {
  const { slice } = holding;
  if (now >= holding.usableUntil) slice.left = 0;
  const used = slice.taken - holding.takenThen;
  const passed = Math.max(1, now - holding.ratedAt);
  if (used > 0 || holding.rate > 0) {
    const weight = 1 - Math.exp(-passed / smoothedOver);
    holding.rate += (used / passed - holding.rate) * weight;
    if (used === 0 && holding.rate * holdAtMost < 1e-6) holding.rate = 0;
  }
  if (used > 0 || slice.missed > 0) {
    const since = now - holding.neededAt;
    if (Number.isFinite(since)) holding.interval += (Math.min(since, holdAtMost) - holding.interval) * 0.3;
    holding.neededAt = now;
  }
  holding.takenThen = slice.taken;
  holding.ratedAt = now;
}

/** How many units the edge would like to have in hand. `least`: those of one decision. */
export function wish(holding: Holding, least: number, now: number): number {
  const { slice, rate, isScarce, size } = holding;
  if (slice.missed > 0) return Math.max(slice.missed, least, 2 * size, rate * (isScarce ? scarceFor : plentyFor));
  // What is needed now and then is held for some of the times between, else those who come seldom would never find any.
  const hold = isScarce ? Math.min(holdAtMost, Math.max(holdAtLeast, 3 * holding.interval)) : holdAtMost;
  if (now - holding.neededAt > hold) return 0;
  return Math.max(least, rate * (isScarce ? scarceFor : plentyFor));
}

/** Whether a question is due: something is missed, half of the slice is used, too much is held, or it must be told again that it is held. */
export function isDue(holding: Holding, least: number, now: number): boolean {
  const { slice, size, askedAt } = holding;
  if (slice.missed > 0) return now >= holding.notBefore;
  if (slice.left > 0 || size > 0) {
    if (now - askedAt >= renewEvery) return true;
    if (now - askedAt < again) return false;
    const wished = wish(holding, least, now);
    return (wished > 0 && slice.left < Math.min(size, wished) / 2) || (slice.left > 0 && slice.left > 2 * wished);
  }
  return false;
}

export type Asked = { wanted: number; left: number; taken: number; at: number };

/** The question as it leaves; what is too much is given back with it. */
export function ask(holding: Holding, least: number, now: number): Asked {
  const { slice } = holding;
  const wanted = wish(holding, least, now);
  // Given back before it is told: should the answer be lost, nobody has it rather than two.
  if (slice.left > 2 * wanted) slice.left = wanted;
  const asked = { wanted, left: Math.max(0, slice.left), taken: slice.taken, at: now };
  holding.askedAt = now;
  if (slice.missed > 0) holding.notBefore = now + again;
  slice.missed = 0;
  return asked;
}

export function answered(
  holding: Holding,
  asked: Asked,
  { slice: granted, isScarce }: BudgetAnswer,
  terms: BudgetTerms,
): void {
  const { slice } = holding;
  slice.left = granted - (slice.taken - asked.taken);
  holding.size = granted;
  holding.usableUntil = asked.at + usableMs(isScarce, terms);
  holding.isScarce = isScarce;
  if (granted >= asked.wanted) holding.notBefore = Number.NEGATIVE_INFINITY;
}
