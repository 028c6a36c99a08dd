/**
 * Which line item answers a request. Rules decide who may, in a fixed order whose names are the reasons people read; priority,
 * need and price decide who does, as in Google Ad Manager: the lower priority number wins; within one, shares and quantities by
 * what they have to catch up, the rest by price.
 */
import type { TargetingRequest } from '#inventory';
import { matches } from '#inventory';
import type { Reason } from './contract.ts';
import type { Shares } from './counters.ts';
import type { Exposure, Frequency } from './frequency.ts';
import {
  fact,
  fit,
  type LoadedBook,
  type LoadedCreative,
  type LoadedLine,
  type LoadedPlacement,
  promisedLevel,
} from './load-book.ts';
import { allow, grain, mayRunAhead, need, noteDecision } from './pacing.ts';
import { figureOf, limitMet, newLimited, noteLimitedDecision } from './quantity-cap.ts';
import { keepUp, rotate } from './rotation.ts';

/** What the placements of one request have together. */
export type Page = {
  /** Decimal identifier of the visitor; empty without consent to identification. */
  visitor: string;
  chosen: LoadedLine[];
  /** What is on the page, with its creatives. */
  seen: Exposure[];
  /** The placements asked for, in the order in which they are decided. */
  codes: readonly { code: string; sizes?: readonly string[] | undefined }[];
  /** A line item that has all its placements of the page. */
  owner?: LoadedLine | undefined;
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
  shares: Shares;
  /** 0 ≤ number < 1; draws between creatives that are optimised. */
  random: () => number;
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
  daily_cap_met: (line, { at }) => allowance(line, at) !== 'daily_cap_met',
  lifetime_cap_met: (line, { at }) => allowance(line, at) !== 'lifetime_cap_met',
  frequency_capped: (line, ask) => !isCapped(line, ask),
  excluded: ({ line }, { page }) => page.chosen.length === 0 || !isExcluded(line, page),
  roadblock: (line, ask) => fitsRoadblock(line, ask),
  below_floor: ({ line, value }, { placement: { floor } }) =>
    !floor || line.type !== 'price_priority' || (line.rate.currency === floor.currency && value >= floor.micros),
  share_met: ({ share, state }, { shares }) => share === 0 || hasRoom(shares, state.place, share),
  ahead_of_pace: (line, { at }) => !isHeldBack(allowance(line, at)),
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

/** By its pacing; or by what this edge has in hand of a budget that others share. */
const isHeldBack = (allowed: ReturnType<typeof allowance>): boolean =>
  allowed === 'ahead_of_pace' || allowed === 'no_slice';

function allowance({ line, plan, state, zone, limits, placements }: LoadedLine, at: number) {
  if (line.goal.unit === 'conversions' && (line.conversions ?? 0) >= line.goal.quantity) return 'goal_met';
  if (limits) {
    // A page that it takes whole takes as many as it has placements.
    const units = line.roadblock === 'all' ? placements.size : 1;
    const delivered = state[figureOf[limits.kind]];
    const met = limitMet(limits, (state.limited ??= newLimited(line.goal.unit)), { now: at, delivered, units });
    if (met) return met;
  }
  return plan ? allow(plan, state.pace, at, zone) : 'go';
}

function mayShow(
  { line }: Pick<LoadedLine, 'line'>,
  { format, creative, start, end }: LoadedCreative,
  { at, formats }: Pick<Ask, 'at' | 'formats'>,
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
  chosen.some(
    ({ line: other }) =>
      other.id !== line.id &&
      (line.exclusion_labels.some((label) => other.exclusion_labels.includes(label)) ||
        (line.excluded_advertisers?.includes(other.advertiser_id) ?? false) ||
        (other.excluded_advertisers?.includes(line.advertiser_id) ?? false)),
  );

/** Whether no creative of the line may be seen once more: the line's own caps, those above it, those of each creative. */
function isCapped(line: LoadedLine, ask: Ask): boolean {
  const { page, frequency, at } = ask;
  const { caps } = line;
  if (caps) {
    if (page.visitor !== '') {
      if (!frequency.allows(page.visitor, caps, at)) return true;
    } else if (page.seen.length > 0 && !frequency.allowsOnPage(page.seen, caps)) return true;
  }
  if (!line.hasCappedCreative) return false;
  for (const creative of line.creatives)
    if (mayShow(line, creative, ask) && !isCreativeCapped(line, creative, ask)) return false;
  return true;
}

function isCreativeCapped({ line }: LoadedLine, { creative, isCapped: has }: LoadedCreative, ask: Ask): boolean {
  const { page, frequency, at } = ask;
  if (!has) return false;
  return page.visitor === ''
    ? !frequency.allowsCreativeOnPage(page.seen, line.id, creative.id)
    : !frequency.allowsCreative(page.visitor, line.id, creative.id, at);
}

function fitsRoadblock(line: LoadedLine, ask: Ask): boolean {
  const { roadblock } = line.line;
  if (roadblock === 'only_one') return !ask.page.chosen.some((other) => other.line.id === line.line.id);
  return roadblock !== 'all' || canTakeAll(line, ask);
}

/** Every placement of the line on the site is asked for, is still to be decided, and has a creative of the line. */
function canTakeAll(line: LoadedLine, { page: { codes }, placement: { site, placement }, at }: Ask): boolean {
  const here = codes.findIndex(({ code }) => code === placement.code);
  for (const other of site.placements.values()) {
    if (!line.placements.has(other.placement.id)) continue;
    const place = codes.findIndex(({ code }) => code === other.placement.code);
    if (place < here || place < 0) return false;
    const sizes = codes[place]?.sizes;
    const formats = sizes ? new Set(sizes.filter((size) => other.formats.has(size))) : other.formats;
    if (!line.creatives.some((creative) => mayShow(line, creative, { at, formats }))) return false;
  }
  return true;
}

/** The line item and creative that answer, or undefined. Notes nothing but how often shares were asked for. */
export function choose(
  { lines, facts, isNarrowed }: LoadedBook,
  ask: Ask,
): { line: LoadedLine; creative: LoadedCreative } | undefined {
  const { at, page, shares } = ask;
  const { owner } = page;
  if (owner?.placements.has(ask.placement.placement.id)) {
    const creative = nextOf(owner, ask);
    if (creative) return { line: owner, creative };
  }
  const isFirst = page.chosen.length === 0;
  let best: LoadedLine | undefined;
  let bestNeed = 0;
  let spare: LoadedLine | undefined;
  let spareNeed = 0;
  let bestLevel = -1;
  const { matcher } = ask.placement;
  const isUsual = isFirst && !isNarrowed && ask.formats === ask.placement.formats;
  matcher.start(ask.request, isFirst ? at : undefined);
  const { found } = matcher;
  let next = 0;
  let count = 0;
  for (;;) {
    if (next === count) {
      next = 0;
      count = matcher.more();
      if (count === 0) break;
    }
    const match = found[next++] ?? 0;
    const index = match >> 2;
    const here = index * fact.size;
    const level = facts[here + fact.level] ?? 0;
    const until = facts[here + fact.pausedUntil] ?? 0;
    // Lines come in serving order: nothing after one of another level can win against the best so far, but for promised lines and
    // those of their priority that the serving plan does not know yet, which lie between each other.
    if (best && level !== bestLevel) {
      const meets = meetingOf(lines, index, level, best, bestLevel);
      if (meets < 0) break;
      if (meets === 0) continue;
    }
    const fits = isUsual ? match & 3 : fit.unsure;
    const place = facts[here + fact.place] ?? -1;
    if (place >= 0 && !spare && fits !== fit.unsure) {
      // A request may match dozens of shares, each of which has to note that it could have had it.
      if (at < (facts[here + fact.start] ?? 0) || at >= (facts[here + fact.end] ?? 0)) continue;
      if (fits !== fit.plain && !passesAlways(lineAt(lines, index), ask)) continue;
      const share = facts[here + fact.share] ?? 0;
      const mayHave = hasRoom(shares, place, share);
      const due = noteAsked(shares, place, share);
      if (!mayHave) continue;
      if (best && due < bestNeed) continue;
      const line = lineAt(lines, index);
      if (best && !goesBefore(line, due, best, bestNeed)) continue;
      best = line;
      bestNeed = due;
      bestLevel = level;
      continue;
    }
    // Nothing but time makes a line go on that its pacing held back: it is not looked at again before its plan moves.
    if (isFirst && isPaused(until, at)) {
      matcher.hold(next - 1, until);
      continue;
    }
    // Of lines that are sold by price, nothing after a lower one can win.
    if (best && best.rank === 2 && (facts[here + fact.value] ?? 0) < best.value) break;
    const line = lineAt(lines, index);
    // One that is on the page already, and takes as many of its placements as it can, goes on before its equals, ahead of its pace too.
    const goesOn = !isFirst && line.line.roadblock === 'as_many' && page.chosen.includes(line);
    if (!isFirst && !goesOn && isPaused(until, at)) continue;
    // What nobody of a priority is due goes to the one that may be short of it later, before any lower priority.
    if (!best && spare && line.line.priority > spare.line.priority && !(line.isPromised && spare.isPromised)) break;
    const allowed = allowance(line, at);
    if (allowed !== 'go' && !(goesOn && allowed === 'ahead_of_pace')) {
      if (allowed === 'ahead_of_pace' && line.plan && mayRunAhead(line.plan, line.state.pace)) {
        const needed = needOf(line, shares) - aheadOf;
        if (best && !goesBefore(line, needed, best, bestNeed)) continue;
        if ((!spare || goesBefore(line, needed, spare, spareNeed)) && passes(line, ask, fits)) {
          spare = line;
          spareNeed = needed;
        }
      } else {
        facts[here + fact.pausedUntil] = at + grain;
        if (isFirst) matcher.hold(next - 1, at + grain);
      }
      continue;
    }
    const needed = goesOn ? Number.POSITIVE_INFINITY : needOf(line, shares);
    // What would lose against the best so far is not looked at closer; a share is, as it is noted that it could have had the request.
    if (line.share === 0 && best && !goesBefore(line, needed, best, bestNeed)) continue;
    if (!passes(line, ask, fits)) continue;
    if (line.share > 0) {
      const mayHave = hasRoom(shares, line.state.place, line.share);
      noteAsked(shares, line.state.place, line.share);
      if (!mayHave) continue;
    }
    const due = line.share > 0 && !goesOn ? needOf(line, shares) : needed;
    if (best && !goesBefore(line, due, best, bestNeed)) continue;
    best = line;
    bestNeed = due;
    bestLevel = level;
  }
  const line = best && spare && goesBefore(spare, spareNeed, best, bestNeed) ? spare : (best ?? spare);
  if (!line) return undefined;
  const creative = line.creatives.length === 1 ? line.creatives[0] : nextOf(line, ask);
  return creative && { line, creative };
}

const isPaused = (until: number, at: number): boolean => at < until && at >= until - grain;

function lineAt(lines: readonly LoadedLine[], index: number): LoadedLine {
  const line = lines[index];
  if (!line) throw new Error(`the book has no line ${index}`);
  return line;
}

/** How a line meets the best so far, which is of another level: 1, they compete; 0, it loses; −1, it loses and so do all after it. */
function meetingOf(
  lines: readonly LoadedLine[],
  index: number,
  level: number,
  best: LoadedLine,
  bestLevel: number,
): -1 | 0 | 1 {
  if (bestLevel === promisedLevel) {
    if (level > lastPromised) return -1;
    return level === quantityLevel(best) ? 1 : 0;
  }
  if (level !== promisedLevel) return -1;
  return quantityLevel(lineAt(lines, index)) === bestLevel ? 1 : -1;
}

/** The level of lines with a quantity, of the priority of a line, that the serving plan does not know. */
const quantityLevel = ({ line }: LoadedLine): number => line.priority * 4 + 1;

function nextOf(line: LoadedLine, ask: Ask): LoadedCreative | undefined {
  const rotating = line.creatives.map((creative) => creative.rotating);
  keepUp(rotating, (i) => ask.at < (line.creatives[i]?.start ?? 0));
  const may = (i: number) => {
    const creative = line.creatives[i];
    return creative !== undefined && mayShow(line, creative, ask) && !isCreativeCapped(line, creative, ask);
  };
  const index = rotate(rotating, line.line.rotation, may, ask.random);
  return line.creatives[index];
}

/** `fits`: as the matcher noted it, where the request is the first of its page and asks for the usual formats. */
function passes(line: LoadedLine, ask: Ask, fits: number): boolean {
  if (fits === fit.unsure) {
    for (const holds of quickly) if (!holds(line, ask)) return false;
    return true;
  }
  const { at } = ask;
  if (at < line.start || at >= line.end) return false;
  return fits === fit.plain || passesAlways(line, ask);
}

/** What is left to ask of a line that has a creative for the placement at any time. */
const passesAlways = (line: LoadedLine, ask: Ask): boolean =>
  rules.frequency_capped(line, ask) && rules.roadblock(line, ask) && rules.below_floor(line, ask);

function needOf({ rank, share, state, plan }: LoadedLine, { asked, served }: Shares): number {
  if (rank === 0) return share * (asked[state.place] ?? 0) - (served[state.place] ?? 0);
  return rank === 1 && plan ? need(plan, state.pace) : 0;
}

/** How much more a line that runs ahead of its plan must need a request than one that is due. */
const aheadOf = 0.15;
/** Level of the last promised priority. */
const lastPromised = 10 * 4 + 3;

function goesBefore(line: LoadedLine, needed: number, best: LoadedLine, bestNeed: number): boolean {
  if (line.isPromised && best.isPromised) {
    if (needed !== bestNeed) return needed > bestNeed;
    if (line.line.priority !== best.line.priority) return line.line.priority < best.line.priority;
  }
  if (needed !== bestNeed) return needed > bestNeed;
  if (line.value !== best.value) return line.value > best.value;
  return line.state.turn < best.state.turn;
}

const hasRoom = ({ asked, served }: Shares, place: number, share: number): boolean =>
  (served[place] ?? 0) + 1 <= share * ((asked[place] ?? 0) + 1) + 1e-9;

/** Notes that a share could have had a request; says how many it is now due. */
function noteAsked({ asked, served }: Shares, place: number, share: number): number {
  const now = (asked[place] ?? 0) + 1;
  const due = share * now - (served[place] ?? 0);
  asked[place] = now;
  // What a share could not get for long is not claimed later, and old times are forgotten.
  if (due <= 20 && now <= 100_000) return due;
  const fade = now > 100_000 ? 0.5 : 1;
  asked[place] = now * fade;
  served[place] = (share * now - Math.min(due, 20)) * fade;
  return Math.min(due, 20) * fade;
}

/** Notes a decision as made. `turn` grows with every decision of the process. */
export function commit(
  { line, creative }: { line: LoadedLine; creative: LoadedCreative },
  ask: Ask,
  turn: number,
): void {
  line.state.turn = turn;
  ask.shares.served[line.state.place] = (ask.shares.served[line.state.place] ?? 0) + 1;
  creative.rotating.served++;
  if (line.plan) noteDecision(line.state.pace, ask.at);
  if (line.limits) noteLimitedDecision((line.state.limited ??= newLimited(line.line.goal.unit)), ask.at);
  const exposure = { line: line.line.id, creative: creative.creative.id };
  if (ask.page.visitor !== '') ask.frequency.decided(ask.page.visitor, exposure, ask.at);
  ask.page.chosen.push(line);
  ask.page.seen.push(exposure);
  if (line.line.roadblock === 'all') ask.page.owner = line;
}

/** Why a line that was not chosen did not answer. */
export const reasonOf = (line: LoadedLine, ask: Ask): Reason =>
  inOrder.find(([, holds]) => !holds(line, ask))?.[0] ?? 'outranked';

/** For every line item of the organisation, why it would or would not answer. Asked before `commit`. */
export function explain(
  { lines }: LoadedBook,
  ask: Ask,
  chosen: LoadedLine | undefined,
): { line_item: string; reason: Reason }[] {
  const { org_id } = ask.placement.placement;
  return lines
    .filter(({ line }) => line.org_id === org_id)
    .map((line) => ({ line_item: line.line.id, reason: line === chosen ? 'chosen' : reasonOf(line, ask) }));
}
