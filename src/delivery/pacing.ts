/**
 * When a line item with a goal may be served. A credit of impressions grows with the expected traffic: in each stretch of time
 * by (what remains of the goal) × (traffic expected in the stretch / traffic expected until the end). What could not be served
 * goes back into what remains, so an outage or a wrong forecast is made up for over the rest of the flight, not in one burst
 * (adaptive pacing on a traffic shape: Xu et al., KDD 2015; Agarwal et al., KDD 2014).
 */

import type { LinePlan } from './contract.ts';
import type { Zone } from './local-time.ts';
import { mayTake, type Slice, take } from './sharing/slice.ts';

/** Expected traffic by hour of the week, as its running sum: entry h is what comes before hour h. 169 entries. */
export type Shape = Float64Array;

export const weekHours = 168;
const hour = 3_600_000;
const week = weekHours * hour;

/** The shape of hourly expectations (168 numbers, or undefined: the same at all hours). No hour counts for nothing. */
export function shapeOf(hours: readonly number[] | undefined): Shape {
  const shape = new Float64Array(weekHours + 1);
  const total = hours ? hours.reduce((sum, requests) => sum + requests, 0) : 0;
  const least = (total / weekHours) * 0.02;
  for (let h = 0; h < weekHours; h++)
    shape[h + 1] = (shape[h] ?? 0) + (total > 0 ? Math.max(hours?.[h] ?? 0, least) : 1);
  return shape;
}

/** Traffic from the beginning of a week to `into` milliseconds of it. */
function upTo(shape: Shape, into: number): number {
  const whole = Math.floor(into / hour);
  const before = shape[whole] ?? 0;
  return before + ((shape[whole + 1] ?? before) - before) * (into / hour - whole);
}

/** Expected traffic between two moments, given as milliseconds since a Monday 00:00 of the wall clock. */
export function traffic(shape: Shape, from: number, to: number): number {
  if (to <= from) return 0;
  const weeks = Math.floor(to / week) - Math.floor(from / week);
  return weeks * (shape[weekHours] ?? 0) + upTo(shape, to % week) - upTo(shape, from % week);
}

export type Plan = {
  goal: number;
  pacing: 'even' | 'frontloaded' | 'asap' | 'custom';
  /** Weights of so many equal stretches of the flight, for `custom`. */
  curve?: readonly number[] | undefined;
  shape: Shape;
  /** Whether the shape counts requests that were seen; otherwise it says nothing but that all hours are alike. */
  isMeasured: boolean;
  /** UTC milliseconds. */
  start: number;
  end: number;
  /** What is asked of the placements of the line by all lines with a quantity, and the traffic of these placements; absent: the line is alone. */
  around?: { shape: Shape; demands: readonly Demand[] } | undefined;
  /** What the serving plan says of the line. */
  serving?: LinePlan | undefined;
  /** The price beyond which it does without. */
  most: number;
};

/** Units that the lines of a placement still need, by request of that placement. `weight`: its part of the traffic of the line. */
export type Demand = { of: { perRequest: number }; weight: number };

/** What is known of a line's delivery against its plan; all in units of the goal (impressions, viewable impressions, clicks). */
export type Pace = {
  /** Counted for good. */
  delivered: number;
  /** Units that the plan allows now, and that nobody took yet. */
  credit: number;
  /** When the credit was last brought up to date; NaN: not yet. */
  at: number;
  /** Units per millisecond that the plan runs at now. */
  rate: number;
  /** Units of the goal that remain, by request that the line may still have. */
  tightness: number;
  /** The same by request of its placements, as it stands in their demand. */
  density: number;
  /** The larger of its own tightness and that of its placements with all lines on them. */
  pressure: number;
  /** How much fewer requests than expected may come by chance alone, as a factor of 1 or more: small numbers are uncertain. */
  doubt: number;
  onTheWay: OnTheWay;
  /** What it may decide of a goal that several edges share; undefined: the edge is alone. */
  slice: Slice | undefined;
  /** On their way at other edges, units; and which part of the traffic of the line comes here. */
  elsewhere: number;
  part: number;
};

/**
 * Decisions whose events may still come, by slots of half a minute. An ad that loads mostly does so within a minute: `fresh`
 * ones count at the render rate, `stale` ones at the little chance that is left, those of five minutes ago as lost.
 */
export type OnTheWay = {
  decided: Float64Array;
  came: Float64Array;
  /** What their decisions took from the credit. */
  charged: Float64Array;
  slot: number;
  /** Decisions without their event, kept up as they change. */
  fresh: number;
  stale: number;
  /** Decisions whose time has passed and the events they brought, fading. */
  resolved: number;
  brought: number;
  usual: number;
};

const slotMs = 30_000;
const slots = 10;
const freshSlots = 2;
/** Share of the events that come while their decision is fresh. */
const prompt = 0.98;

/** `usual`: events a decision brings, until its own are known. */
export const newPace = (usual: number): Pace => ({
  delivered: 0,
  credit: 0,
  at: Number.NaN,
  rate: 0,
  tightness: 0,
  density: 0,
  pressure: 0,
  doubt: 1,
  onTheWay: {
    decided: new Float64Array(slots),
    came: new Float64Array(slots),
    charged: new Float64Array(slots),
    slot: 0,
    fresh: 0,
    stale: 0,
    resolved: 0,
    brought: 0,
    usual,
  },
  slice: undefined,
  elsewhere: 0,
  part: 1,
});

/** Events that one decision brings: what was seen, with the usual rate standing in for the first twenty. */
export const renderRate = ({ resolved, brought, usual }: OnTheWay): number =>
  Math.min(1, Math.max((brought + 20 * usual) / (resolved + 20), usual / 20));

/** Delivered, and decided × the chance that it is still delivered. */
export function committed({ delivered, onTheWay, elsewhere }: Pace): number {
  const rate = renderRate(onTheWay);
  const late = (rate * (1 - prompt)) / (1 - rate * prompt);
  return delivered + elsewhere + onTheWay.fresh * rate + onTheWay.stale * late;
}

/** Units of a shared goal that were decided here and may still come. An impression counts in full while it is fresh, so that edges together never pass the goal. */
export function using(pace: Pace): number {
  const { onTheWay } = pace;
  const rate = renderRate(onTheWay);
  const late = (rate * (1 - prompt)) / (1 - rate * prompt);
  return onTheWay.fresh * (isByRate(pace) ? rate : 1) + onTheWay.stale * late;
}

/** Moves decisions on with time; as they turn stale, the credit gets back what they took and did not bring. */
function advance(pace: Pace, now: number): void {
  const way = pace.onTheWay;
  const slot = Math.floor(now / slotMs);
  if (slot <= way.slot) return;
  if (way.slot === 0) way.slot = slot;
  for (const last = Math.min(slot, way.slot + slots); way.slot < last;) {
    way.slot++;
    const turning = (way.slot - freshSlots + slots) % slots;
    const open = (way.decided[turning] ?? 0) - (way.came[turning] ?? 0);
    way.fresh -= open;
    way.stale += open;
    pace.credit += (way.charged[turning] ?? 0) - (way.came[turning] ?? 0);
    forget(way, way.slot % slots);
  }
  // A longer silence is no more turns: after one round of the slots everything is gone.
  way.slot = slot;
  if (way.resolved > 5000) {
    way.resolved /= 2;
    way.brought /= 2;
  }
}

function forget(way: OnTheWay, index: number): void {
  const [decided, came] = [way.decided[index] ?? 0, way.came[index] ?? 0];
  way.stale -= decided - came;
  way.resolved += decided;
  way.brought += came;
  way.decided[index] = 0;
  way.came[index] = 0;
  way.charged[index] = 0;
}

/** Decisions that may still bring their event, as many as there are. */
export function openDecisions(pace: Pace, now: number): number {
  advance(pace, now);
  return pace.onTheWay.fresh + pace.onTheWay.stale;
}

/** A decision was made at `now`. */
export function noteDecision(pace: Pace, now: number): void {
  advance(pace, now);
  const way = pace.onTheWay;
  const index = way.slot % slots;
  const unit = renderRate(way);
  if (pace.slice) take(pace.slice, sliceUnit(pace));
  way.decided[index] = (way.decided[index] ?? 0) + 1;
  way.charged[index] = (way.charged[index] ?? 0) + unit;
  way.fresh++;
  pace.credit -= unit;
}

/** A unit of the goal was counted; its decision was made at `decidedAt` (NaN: unknown, or before a restart). */
export function noteDelivered(pace: Pace, decidedAt: number): void {
  pace.delivered++;
  noteCame(pace, decidedAt);
}

/** A decision made here at `decidedAt` brought its event, wherever that was counted. */
export function noteCame(pace: Pace, decidedAt: number): void {
  const slot = Math.floor(decidedAt / slotMs);
  const way = pace.onTheWay;
  if (!(slot > way.slot - slots && slot <= way.slot)) return;
  const index = slot % slots;
  if ((way.came[index] ?? 0) >= (way.decided[index] ?? 0)) return;
  way.came[index] = (way.came[index] ?? 0) + 1;
  if (slot > way.slot - freshSlots) way.fresh--;
  else {
    way.stale--;
    pace.credit--;
  }
}

/** What the goal is steered to: a little above it while it is uncertain how many of those on their way arrive (two standard deviations). */
function aim(plan: Plan, { onTheWay }: Pace): number {
  const rate = renderRate(onTheWay);
  const doubt = 2 * Math.sqrt(onTheWay.fresh * rate * (1 - rate));
  return plan.goal + Math.min(doubt, plan.goal * 0.003);
}

/** `no_slice`: of a shared goal, nothing is in hand now. */
export type Allowance = 'go' | 'goal_met' | 'ahead_of_pace' | 'no_slice';

/** Whether one more may be decided at `now`. `zone`: of the wall clock of the traffic shape. */
export function allow(plan: Plan, pace: Pace, now: number, zone: Zone | undefined): Allowance {
  advance(pace, now);
  const unit = renderRate(pace.onTheWay);
  // What is elsewhere is known as it was a moment ago, and may come back: it holds nothing up for good.
  if (aim(plan, pace) - committed(pace) + pace.elsewhere < unit - 1e-6) return 'goal_met';
  refresh(plan, pace, now, zone);
  const paced = plan.pacing === 'asap' || pace.credit >= unit - 1e-6 ? 'go' : 'ahead_of_pace';
  if (pace.slice && (paced === 'go' || mayRunAhead(plan, pace)) && !mayTake(pace.slice, sliceUnit(pace)))
    return 'no_slice';
  return paced;
}

/** Of what hardly ever comes (clicks), decisions count by their rate; anything else in full. */
export const isByRate = ({ onTheWay }: Pace): boolean => onTheWay.usual < 0.1;
/** What one decision takes from a slice of the goal. */
export const sliceUnit = (pace: Pace): number => (isByRate(pace) ? renderRate(pace.onTheWay) : 1);

const monday = 4 * 86_400_000;
/** The credit is brought up to date at most this often: a plan needs no finer grain. Milliseconds. */
export const grain = 250;
/** Longest time whose unserved plan may be made up for at once. Milliseconds. */
const burst = 600_000;

function refresh(plan: Plan, pace: Pace, now: number, zone: Zone | undefined): void {
  // Simulated time may begin again earlier.
  if (now < pace.at - hour) pace.at = Number.NaN;
  if (!(now - pace.at < grain)) {
    const from = Number.isNaN(pace.at) ? Math.max(plan.start, now - grain) : Math.max(pace.at, plan.start);
    const local = (zone?.offset(now) ?? 0) - monday;
    // The last moments are left to top up what did not render.
    const finish = plan.end - Math.min((plan.end - plan.start) / 200, 240_000);
    const left = traffic(plan.shape, from + local, finish + local);
    weigh(plan, pace, { left, from: from + local, to: finish + local });
    const remaining = Math.max(0, plan.goal - committed(pace) - Math.max(0, pace.credit));
    if (left <= 0) {
      pace.credit = aim(plan, pace) - committed(pace);
      pace.rate = pace.credit / Math.max(1, plan.end - now);
    } else {
      // The fewer requests are left, the more of them are kept for what chance may take away.
      const sure = left - (plan.isMeasured ? Math.min(left * 0.3, 3 + 2 * Math.sqrt(left) * shortness(pace)) : 0);
      const planned = Math.min(
        remaining,
        remaining * pace.part * partOf(plan, { from, to: Math.min(now, finish), finish, local }, left) * (left / sure),
      );
      const head = plan.pacing === 'frontloaded' ? 1.4 - 0.35 * ((now - plan.start) / (plan.end - plan.start)) : 1;
      const step = Math.max(1, now - from);
      pace.rate = (planned * head) / step || pace.rate;
      pace.credit = Math.min(pace.credit + planned * head, Math.max(2, pace.rate * burst));
    }
    pace.at = now;
  }
}

/** From 0, requests are plenty, to 1, half of them or more are needed. */
const shortness = ({ tightness }: Pace): number => Math.min(1, (tightness / 0.5) ** 2);

/** Which part of what remains belongs to the time from `from` to `to`. `left`: traffic until `finish`. */
function partOf(
  { shape, curve, start, end }: Plan,
  { from, to, finish, local }: { from: number; to: number; finish: number; local: number },
  left: number,
): number {
  if (!curve) return traffic(shape, from + local, to + local) / left;
  const stretch = (end - start) / curve.length;
  let [now, later] = [0, 0];
  for (const [index, weight] of curve.entries()) {
    const begins = Math.max(from, start + index * stretch);
    const ends = start + (index + 1) * stretch;
    if (weight === 0 || ends <= from) continue;
    now += weight * traffic(shape, begins + local, Math.min(ends, to) + local);
    later += weight * traffic(shape, begins + local, Math.min(ends, finish) + local);
  }
  return later > 0 ? Math.min(1, now / later) : 0;
}

/**
 * How much a line needs the next impression: what remains of its goal, of the traffic that may still bring it. A line that can
 * wait (its targeting is wide, its flight long) leaves scarce requests to one that cannot. Where no traffic is known, by the time it is behind its plan.
 */
export const need = (plan: Plan, pace: Pace): number =>
  plan.serving
    ? Math.min(plan.most, pressed(plan.serving, pace)) * pace.doubt
    : plan.isMeasured || pace.rate === 0
      ? pace.tightness
      : Math.min(1, pace.credit / pace.rate / burst);

/**
 * The price beyond which a line does without: where there is not enough for all, the lower priority gives way. One that can be met
 * elsewhere pays less than this, and leaves the request to either. One that cannot be met at all (`isBeyond`) goes before lower
 * priorities that fall short too, and hardly ever before a line that can be met: forecasts may be too high.
 */
export function mostPrice(priority: number, isBeyond: boolean): number {
  const above = 10 - priority;
  const most = 0.9 + 0.08 * above;
  return isBeyond ? Math.min(most - 0.05, 0.7 + 0.13 * above) : most;
}

/** The price of the plan, more since what the line then lacked became harder to have, less since it became easier. */
const pressed = ({ price, tightness }: LinePlan, pace: Pace): number =>
  price * Math.min(4, Math.max(0.25, tightness > 0 ? pace.tightness / tightness : 1));

function weigh(plan: Plan, pace: Pace, { left, from, to }: { left: number; from: number; to: number }): void {
  if (!plan.isMeasured) return;
  const remaining = Math.max(0, plan.goal - committed(pace));
  pace.tightness = remaining / Math.max(left, 1e-9);
  pace.pressure = pace.tightness;
  pace.doubt = 1 / (1 - Math.min(0.6, 2 / Math.sqrt(Math.max(left, 1))));
  if (!plan.around) return;
  const density = Math.min(1, remaining / Math.max(traffic(plan.around.shape, from, to), 1e-9));
  let asked = 0;
  for (const { of, weight } of plan.around.demands) {
    of.perRequest += density - pace.density;
    asked += of.perRequest * weight;
  }
  pace.density = density;
  pace.pressure = Math.max(pace.tightness, asked);
}

/** Above this little of the traffic is to spare, should less come than was expected: a forecast may be wrong by 30 %. */
const tight = 0.66;

/**
 * Whether a line may run ahead of its plan on requests that no other is due: what its placements have is nearly all sold, and a
 * request that is let go today is missed tomorrow.
 */
export const mayRunAhead = ({ goal, curve, serving }: Plan, pace: Pace): boolean =>
  !curve &&
  (serving ? pressed(serving, pace) * pace.doubt > tight : pace.pressure > tight) &&
  -pace.credit < goal * farthestAhead;

/** Part of the goal. Should the forecast be far too low, a line that runs ahead is still spread over its dates. */
const farthestAhead = 0.5;
