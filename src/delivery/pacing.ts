/**
 * When a line item with a goal may be served. A credit of impressions grows with the expected traffic: in each stretch of time
 * by (what remains of the goal) × (traffic expected in the stretch / traffic expected until the end). What could not be served
 * goes back into what remains, so an outage or a wrong forecast is made up for over the rest of the flight, not in one burst
 * (adaptive pacing on a traffic shape: Xu et al., KDD 2015; Agarwal et al., KDD 2014).
 */

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
  for (let h = 0; h < weekHours; h++) shape[h + 1] = (shape[h] ?? 0) + (total > 0 ? Math.max(hours?.[h] ?? 0, least) : 1);
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
  pacing: 'even' | 'frontloaded' | 'asap';
  shape: Shape;
  /** UTC milliseconds. */
  start: number;
  end: number;
};

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
  onTheWay: OnTheWay;
};

/** Decisions whose events may still come. Older ones than `fresh` are taken as lost: an ad that loads, loads within minutes. */
export type OnTheWay = {
  decided: Float64Array;
  came: Float64Array;
  /** What their decisions took from the credit. */
  charged: Float64Array;
  slot: number;
  /** Sums over the slots, kept as they change. */
  open: number;
  /** Decisions whose time has passed and the events they brought, fading. */
  resolved: number;
  brought: number;
  usual: number;
};

const slotMs = 30_000;
const slots = 10;

/** `usual`: events a decision brings, until its own are known. */
export const newPace = (usual: number): Pace => ({
  delivered: 0,
  credit: 0,
  at: Number.NaN,
  rate: 0,
  onTheWay: { decided: new Float64Array(slots), came: new Float64Array(slots), charged: new Float64Array(slots), slot: 0, open: 0, resolved: 0, brought: 0, usual },
});

/** Events that one decision brings: what was seen, with the usual rate standing in for the first twenty. */
export const renderRate = ({ resolved, brought, usual }: OnTheWay): number =>
  Math.min(1, Math.max((brought + 20 * usual) / (resolved + 20), usual / 20));

/** Delivered, and decided × render rate for what is still on its way. */
export const committed = (pace: Pace): number => pace.delivered + Math.max(0, pace.onTheWay.open) * renderRate(pace.onTheWay);

/** Forgets decisions whose time has passed; the credit gets back what they took and did not bring. */
function advance(pace: Pace, now: number): void {
  const way = pace.onTheWay;
  const slot = Math.floor(now / slotMs);
  if (slot <= way.slot) return;
  if (way.slot === 0) way.slot = slot - slots;
  for (let next = Math.max(way.slot + 1, slot - slots + 1); next <= slot; next++) {
    const index = next % slots;
    const decided = way.decided[index] ?? 0;
    const came = way.came[index] ?? 0;
    way.open -= decided - came;
    way.resolved += decided;
    way.brought += came;
    pace.credit += (way.charged[index] ?? 0) - came;
    way.charged[index] = 0;
    way.decided[index] = 0;
    way.came[index] = 0;
  }
  way.slot = slot;
  if (way.resolved > 5000) {
    way.resolved /= 2;
    way.brought /= 2;
  }
}

/** A decision was made at `now`. */
export function noteDecision(pace: Pace, now: number): void {
  advance(pace, now);
  const way = pace.onTheWay;
  const index = way.slot % slots;
  const unit = renderRate(way);
  way.decided[index] = (way.decided[index] ?? 0) + 1;
  way.charged[index] = (way.charged[index] ?? 0) + unit;
  way.open++;
  pace.credit -= unit;
}

/** A unit of the goal was counted; its decision was made at `decidedAt` (NaN: unknown, or before a restart). */
export function noteDelivered(pace: Pace, decidedAt: number): void {
  pace.delivered++;
  const slot = Math.floor(decidedAt / slotMs);
  const way = pace.onTheWay;
  if (!(slot > way.slot - slots && slot <= way.slot)) return;
  const index = slot % slots;
  if ((way.came[index] ?? 0) >= (way.decided[index] ?? 0)) return;
  way.came[index] = (way.came[index] ?? 0) + 1;
  way.open--;
}

/** What the goal is steered to: a little above it while it is uncertain how many of those on their way arrive (two standard deviations). */
function aim(plan: Plan, { onTheWay }: Pace): number {
  const rate = renderRate(onTheWay);
  const doubt = 2 * Math.sqrt(Math.max(0, onTheWay.open) * rate * (1 - rate));
  return plan.goal + Math.min(doubt, plan.goal * 0.003);
}

export type Allowance = 'go' | 'goal_met' | 'ahead_of_pace';

/** Whether one more may be decided at `now`. `offset`: of the wall clock of the traffic shape, milliseconds ahead of UTC. */
export function allow(plan: Plan, pace: Pace, now: number, offset: number): Allowance {
  advance(pace, now);
  const unit = renderRate(pace.onTheWay);
  const remaining = aim(plan, pace) - committed(pace);
  if (remaining < unit - 1e-6) return 'goal_met';
  if (plan.pacing === 'asap') return 'go';
  refresh(plan, pace, now, offset);
  return pace.credit >= Math.min(unit, 1) - 1e-6 ? 'go' : 'ahead_of_pace';
}

const monday = 4 * 86_400_000;
/** The credit is brought up to date at most this often: a plan needs no finer grain. Milliseconds. */
const grain = 250;
/** Longest time whose unserved plan may be made up for at once. Milliseconds. */
const burst = 600_000;

function refresh(plan: Plan, pace: Pace, now: number, offset: number): void {
  // Simulated time may begin again earlier.
  if (now < pace.at - hour) pace.at = Number.NaN;
  if (!(now - pace.at < grain)) {
    const from = Number.isNaN(pace.at) ? Math.max(plan.start, now - grain) : Math.max(pace.at, plan.start);
    const local = offset - monday;
    // The last moments are left to top up what did not render.
    const finish = plan.end - Math.min((plan.end - plan.start) / 200, 120_000);
    const left = traffic(plan.shape, from + local, finish + local);
    const remaining = Math.max(0, plan.goal - committed(pace) - Math.max(0, pace.credit));
    if (left <= 0) {
      pace.credit = aim(plan, pace) - committed(pace);
      pace.rate = pace.credit / Math.max(1, plan.end - now);
    } else {
      const planned = (remaining * traffic(plan.shape, from + local, Math.min(now, finish) + local)) / left;
      const head = plan.pacing === 'frontloaded' ? 1.4 - 0.35 * ((now - plan.start) / (plan.end - plan.start)) : 1;
      const step = Math.max(1, now - from);
      pace.rate = (planned * head) / step || pace.rate;
      pace.credit = Math.min(pace.credit + planned * head, Math.max(2, pace.rate * burst));
    }
    pace.at = now;
  }
}

/** How many milliseconds of its plan a line is behind: the larger, the more it needs the next impression. */
export const need = (plan: Plan, pace: Pace): number =>
  plan.pacing === 'asap' || pace.rate === 0 ? 0 : pace.credit / pace.rate;
