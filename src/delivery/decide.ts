/**
 * Which line item answers a request. Rules decide who may, in a fixed order whose names are the reasons people read; priority,
 * need and price decide who does, as in Google Ad Manager: the lower priority number wins; within one, shares and quantities by
 * what they have to catch up, the rest by price.
 */
import type { TargetingRequest } from '#inventory';
import { matches } from '#inventory';
import type { Reason } from './contract.ts';
import type { Frequency } from './frequency.ts';
import type { LoadedBook, LoadedCreative, LoadedLine, LoadedPlacement } from './load-book.ts';
import { allow, grain, mayRunAhead, need, noteDecision } from './pacing.ts';
import { rotate } from './rotation.ts';

/** What the placements of one request have together. */
export type Page = {
  /** Decimal identifier of the visitor; empty without consent to identification. */
  visitor: string;
  chosen: LoadedLine[];
  /** Codes of the placements asked for. */
  codes: readonly { code: string }[];
};

export type Ask = {
  /** UTC milliseconds. */
  at: number;
  placement: LoadedPlacement;
  /** Formats the placement takes here. */
  formats: ReadonlySet<string>;
  request: TargetingRequest;
  page: Page;
  frequency: Frequency;
};

type Rule = (line: LoadedLine, ask: Ask) => boolean;

/** In this order. The first rule that a line item fails is the reason why it did not run. */
const rules = {
  other_placement: ({ placements }, { placement }) => placements.has(placement.placement.id),
  not_live: ({ line }) => line.serves,
  not_started: ({ start }, { at }) => start <= at,
  ended: ({ end }, { at }) => at < end,
  no_creative: (line, { at }) => hasCreative(line, at),
  wrong_size: (line, ask) => showable(line, ask),
  not_targeted: ({ line }, { request }) => matches(line.targeting, request),
  goal_met: (line, { at }) => allowance(line, at) !== 'goal_met',
  frequency_capped: (line, ask) => !isCapped(line, ask),
  excluded: ({ line }, { page }) => page.chosen.length === 0 || !isExcluded(line, page),
  roadblock: (line, ask) => fitsRoadblock(line, ask),
  below_floor: ({ line, value }, { placement: { floor } }) =>
    !floor || line.type !== 'price_priority' || (line.rate.currency === floor.currency && value >= floor.micros),
  share_met: ({ share, state }) => share === 0 || state.served + 1 <= share * (state.asked + 1) + 1e-9,
  ahead_of_pace: (line, { at }) => allowance(line, at) !== 'ahead_of_pace',
} satisfies Partial<Record<Reason, Rule>>;

type Failure = keyof typeof rules;
const inOrder = Object.entries(rules) as [Failure, Rule][];

/**
 * The same rules where only yes or no matters: without those that the index has answered, without pacing, which is asked first,
 * and shares, which are asked last, since they count the requests that they could have had.
 */
const quickly: readonly Rule[] = (
  ['not_started', 'ended', 'wrong_size', 'frequency_capped', 'excluded', 'roadblock', 'below_floor'] as const
).map((name) => rules[name]);

function allowance({ plan, state, zone }: LoadedLine, at: number) {
  return plan ? allow(plan, state.pace, at, zone) : 'go';
}

function mayShow(
  { line }: LoadedLine,
  { format, creative, start, end }: LoadedCreative,
  { at, formats }: Ask,
): boolean {
  if (at < start || at >= end) return false;
  if (line.sizes.length > 0 && creative.width !== null && format.includes('x') && !line.sizes.includes(format))
    return false;
  return (
    formats.has(format) || (formats.has('interstitial') && (creative.kind === 'image' || creative.kind === 'html5'))
  );
}

function hasCreative({ creatives }: LoadedLine, at: number): boolean {
  for (const { start, end } of creatives) if (start <= at && at < end) return true;
  return false;
}

function showable(line: LoadedLine, ask: Ask): boolean {
  for (const creative of line.creatives) if (mayShow(line, creative, ask)) return true;
  return false;
}

const isExcluded = (line: LoadedLine['line'], { chosen }: Page): boolean =>
  line.exclusion_labels.some((label) =>
    chosen.some((other) => other.line.id !== line.id && other.line.exclusion_labels.includes(label)),
  );

function isCapped({ line }: LoadedLine, { page, frequency, at }: Ask): boolean {
  if (line.frequency_caps.length === 0) return false;
  if (page.visitor !== '') return !frequency.allows(page.visitor, line.id, line.frequency_caps, at);
  let onPage = 0;
  for (const other of page.chosen) if (other.line.id === line.id) onPage++;
  return line.frequency_caps.some((cap) => onPage >= cap.count);
}

function fitsRoadblock({ line }: LoadedLine, { page, placement: { site } }: Ask): boolean {
  if (line.roadblock === 'only_one') return !page.chosen.some((other) => other.line.id === line.id);
  if (line.roadblock !== 'all') return true;
  const ofThisSite = site.placements.values().map(({ placement }) => placement);
  return ofThisSite.every(
    ({ id, code }) => !line.placements.includes(id) || page.codes.some((asked) => asked.code === code),
  );
}

/** The line item and creative that answer, or undefined. Notes nothing but how often shares were asked for. */
export function choose(
  { matcher, lines, pausedUntil }: LoadedBook,
  ask: Ask,
): { line: LoadedLine; creative: LoadedCreative } | undefined {
  const { at } = ask;
  let best: LoadedLine | undefined;
  let bestNeed = 0;
  let spare: LoadedLine | undefined;
  matcher.start(ask.placement.candidates, ask.request);
  for (let index = matcher.next(); index >= 0; index = matcher.next()) {
    // Nothing but time makes a line go on that its pacing held back: it is not looked at again before its plan moves.
    const until = pausedUntil[index] ?? 0;
    if (at < until && at >= until - grain) continue;
    const line = lines[index];
    if (!line || (best && comesAfter(line, best))) break;
    // What nobody of a priority is due goes to the one that may be short of it later, before any lower priority.
    if (!best && spare && line.line.priority > spare.line.priority) break;
    const allowed = allowance(line, at);
    if (allowed !== 'go') {
      if (allowed === 'ahead_of_pace' && line.plan && mayRunAhead(line.plan, line.state.pace)) {
        if ((!spare || line.state.pace.tightness > spare.state.pace.tightness) && passes(line, ask)) spare = line;
      } else pausedUntil[index] = at + grain;
      continue;
    }
    if (!passes(line, ask)) continue;
    if (line.share > 0) {
      const hasRoom = rules.share_met(line);
      noteAsked(line);
      if (!hasRoom) continue;
    }
    const needed = needOf(line);
    if (best && !goesBefore(line, needed, best, bestNeed)) continue;
    best = line;
    bestNeed = needed;
  }
  const line = best ?? spare;
  if (!line) return undefined;
  const creative = line.creatives.length === 1 ? line.creatives[0] : nextOf(line, ask);
  return creative && { line, creative };
}

function nextOf(line: LoadedLine, ask: Ask): LoadedCreative | undefined {
  const rotating = line.creatives.map((creative) => creative.rotating);
  const index = rotate(rotating, line.line.rotation, (i) => {
    const creative = line.creatives[i];
    return creative !== undefined && mayShow(line, creative, ask);
  });
  return line.creatives[index];
}

function passes(line: LoadedLine, ask: Ask): boolean {
  for (const holds of quickly) if (!holds(line, ask)) return false;
  return true;
}

/** Lines come in serving order: nothing after this one can win against the best so far. */
const comesAfter = (line: LoadedLine, best: LoadedLine): boolean =>
  line.line.priority !== best.line.priority || line.rank !== best.rank || (line.rank === 2 && line.value < best.value);

function needOf({ rank, share, state, plan }: LoadedLine): number {
  if (rank === 0) return share * state.asked - state.served;
  return rank === 1 && plan ? need(plan, state.pace) : 0;
}

function goesBefore(line: LoadedLine, needed: number, best: LoadedLine, bestNeed: number): boolean {
  if (needed !== bestNeed) return needed > bestNeed;
  if (line.value !== best.value) return line.value > best.value;
  return line.state.turn < best.state.turn;
}

function noteAsked({ state, share }: LoadedLine): void {
  state.asked++;
  // What a share could not get for long is not claimed later, and old times are forgotten.
  state.served = Math.max(state.served, share * state.asked - 20);
  if (state.asked > 100_000) {
    state.asked /= 2;
    state.served /= 2;
  }
}

/** Notes a decision as made. `turn` grows with every decision of the process. */
export function commit(
  { line, creative }: { line: LoadedLine; creative: LoadedCreative },
  ask: Ask,
  turn: number,
): void {
  line.state.turn = turn;
  line.state.served++;
  creative.rotating.served++;
  if (line.plan) noteDecision(line.state.pace, ask.at);
  if (ask.page.visitor !== '' && line.line.frequency_caps.length > 0)
    ask.frequency.decided(ask.page.visitor, line.line.id, ask.at);
  ask.page.chosen.push(line);
}

/** For every line item of the organisation, why it would or would not answer. Asked before `commit`. */
export function explain(
  { lines }: LoadedBook,
  ask: Ask,
  chosen: LoadedLine | undefined,
): { line_item: string; reason: Reason }[] {
  const { org_id } = ask.placement.placement;
  return lines
    .filter(({ line }) => line.org_id === org_id)
    .map((line) => {
      if (line === chosen) return { line_item: line.line.id, reason: 'chosen' };
      return { line_item: line.line.id, reason: inOrder.find(([, holds]) => !holds(line, ask))?.[0] ?? 'outranked' };
    });
}
