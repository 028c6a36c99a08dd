/**
 * The serving plan of a book: the expected requests of each class cut where flights begin and end, shared among the promised lines
 * by what they still need. What an edge gets of it is a price a line, which it corrects by what it sees.
 */
import { comfort, type PlanLine, servingPlan } from '#forecasting';
import type { BookLine, LinePlan } from './contract.ts';
import type { Expected } from './expected-traffic.ts';
import { intoWeek, type Zone } from './local-time.ts';
import { mostPrice, shapeOf, traffic, weekHours } from './pacing.ts';
import { usualRates } from './price.ts';

const hour = 3_600_000;
/** More periods than this make no better plan; those that are far away are joined. */
const mostPeriods = 40;
/** Of nodes and lines together; the largest classes come first, and stand for the others. */
const mostArcs = 25_000;
/** A line that needs more than this of all its requests cannot be met, should even more come than was expected. */
const beyond = 1.4;

export type Planned = {
  lines: readonly BookLine[];
  expected: Expected;
  /** Of a placement's wall clock. */
  zoneOf(placement: string): Zone;
  now: number;
  /** Units of the goal that a line still needs. */
  remaining(line: BookLine): number;
  /** How the requests of a placement come, beside what is expected, soon and later; 1: as expected. */
  level?: ((placement: string) => { soon: number; later: number }) | undefined;
};

/** Lines whose goal is promised: a quantity, and a priority of standard lines or above. */
export const isPlanned = ({ goal, priority, serves }: BookLine): boolean =>
  serves &&
  priority <= 10 &&
  (goal.unit === 'impressions' || goal.unit === 'viewable_impressions' || goal.unit === 'clicks');

/** Of what is left of its goal, what its limits by day and in all let it have. */
function limited({ goal, daily_cap, lifetime_cap, end }: BookLine, left: number, from: number): number {
  const most = (lifetime_cap ?? Number.POSITIVE_INFINITY) - (goal.quantity - left);
  const days = Math.ceil((Date.parse(end) - from) / (24 * hour));
  return Math.min(left, most, (daily_cap ?? Number.POSITIVE_INFINITY) * days);
}

const perUnit = ({ goal }: BookLine): number =>
  goal.unit === 'clicks' ? 1 / usualRates.click : goal.unit === 'viewable_impressions' ? 1 / usualRates.viewable : 1;

type Wanted = { line: BookLine; demand: number; start: number; end: number };

/** Prices by line id; lines that no known traffic reaches have none. */
export function planDelivery(planned: Planned): Record<string, LinePlan> {
  const { lines, now } = planned;
  const wanted = lines.flatMap((line): Wanted[] => {
    const [start, end] = [Date.parse(line.start), Date.parse(line.end)];
    if (!isPlanned(line) || end <= now) return [];
    const demand = Math.max(0, limited(line, planned.remaining(line), Math.max(start, now))) * perUnit(line);
    return demand > 0 ? [{ line, demand, start: Math.max(start, now), end }] : [];
  });
  const graph = graphOf(planned, wanted);
  const isBeyond = wanted.map(({ demand }, j) => demand > beyond * (graph.reach[j] ?? 0));
  const plan = servingPlan(
    graph.supply,
    graph.lines.map((one, j) => ({ ...one, most: mostPrice(wanted[j]?.line.priority ?? 10, isBeyond[j] ?? false) })),
  );
  const prices: Record<string, LinePlan> = {};
  for (const [j, { line, demand }] of wanted.entries()) {
    const reach = graph.reach[j] ?? 0;
    if (reach <= 0) continue;
    prices[line.id] = {
      price: rounded(Math.max(plan.price[j] ?? 0, comfort)),
      tightness: rounded(tightnessOf(line, planned, demand / perUnit(line))),
      ...(isBeyond[j] ? { beyond: true } : {}),
    };
  }
  return prices;
}

/** As an edge reckons it. */
function tightnessOf(
  { traffic: hours, start, end, placements }: BookLine,
  { now, zoneOf }: Planned,
  remaining: number,
): number {
  const shape = shapeOf(hours);
  const local = zoneOf(placements[0] ?? '').offset(now) - 4 * 24 * hour;
  const finish = Date.parse(end) - Math.min((Date.parse(end) - Date.parse(start)) / 200, 240_000);
  return remaining / Math.max(1e-9, traffic(shape, Math.max(now, Date.parse(start)) + local, finish + local));
}

const rounded = (value: number): number => Number(value.toPrecision(5));

type Graph = {
  supply: number[];
  lines: PlanLine[];
  /** Requests that each line may have in all. */
  reach: Float64Array;
};

function graphOf({ expected, zoneOf, now, level, lines }: Planned, wanted: readonly Wanted[]): Graph {
  const numbers = new Map(wanted.map(({ line }, j) => [line.id, j]));
  const shares = new Map(
    lines.flatMap(({ id, serves, goal, start, end }): [string, Sponsor][] =>
      serves && goal.unit === 'share'
        ? [[id, { start: Date.parse(start), end: Date.parse(end), part: goal.quantity / 100 }]]
        : [],
    ),
  );
  const cuts = cutsOf(wanted, now);
  const walls = new Map<Zone, Moment[]>();
  const wallsOf = (zone: Zone) => {
    const known = walls.get(zone) ?? cuts.map((at) => momentOf(at + zone.offset(at)));
    walls.set(zone, known);
    return known;
  };
  const nodes: number[][] = wanted.map(() => []);
  const parts: number[][] = wanted.map(() => []);
  const reach = new Float64Array(wanted.length);
  const kept = new Float64Array(wanted.length);
  const supply: number[] = [];
  const classes = expected.classes
    .map((one) => ({ ...one, takers: one.lines.flatMap((id) => numbers.get(id) ?? []), sums: sumsOf(one.hours) }))
    .filter(({ takers, sums }) => takers.length > 0 && (sums[weekHours] ?? 0) > 0)
    .toSorted((a, b) => (b.sums[weekHours] ?? 0) - (a.sums[weekHours] ?? 0));
  let arcs = 0;
  for (const { placement, takers, lines: ids, sums } of classes) {
    const factor = level?.(placement) ?? { soon: 1, later: 1 };
    const clock = wallsOf(zoneOf(placement));
    const sponsors = ids.flatMap((id) => shares.get(id) ?? []);
    // Classes beyond the largest only say how much the lines may have.
    if (arcs >= mostArcs) {
      const zone = zoneOf(placement);
      for (const j of takers) {
        const { start = 0, end = 0, line } = wanted[j] ?? {};
        if (!line) continue;
        const [from, to] = [momentOf(start + zone.offset(start)), momentOf(end + zone.offset(end))];
        const requests = Math.max(0, upTo(sums, to) - upTo(sums, from)) * factor.later;
        const left = requests * (1 - shareOf(sponsors, start, end));
        reach[j] = (reach[j] ?? 0) + left * (expected.parts.get(line.id) ?? 1);
      }
      continue;
    }
    let before = upTo(sums, clock[0]);
    for (let p = 0; p + 1 < cuts.length; p++) {
      const [from = 0, to = 0] = [cuts[p], cuts[p + 1]];
      const after = upTo(sums, clock[p + 1]);
      const requests = (after - before) * (from - now < 6 * hour ? factor.soon : factor.later);
      before = after;
      if (requests <= 0) continue;
      const left = requests * (1 - shareOf(sponsors, from, to));
      const node = supply.length;
      let used = false;
      for (const j of takers) {
        const { start = 0, end = 0, line } = wanted[j] ?? {};
        const active = Math.min(1, Math.max(0, Math.min(end, to) - Math.max(start, from)) / (to - from));
        if (active <= 0 || !line) continue;
        const part = active * (expected.parts.get(line.id) ?? 1);
        reach[j] = (reach[j] ?? 0) + left * part;
        kept[j] = (kept[j] ?? 0) + left * part;
        nodes[j]?.push(node);
        parts[j]?.push(part);
        arcs++;
        used = true;
      }
      if (used) supply.push(left);
    }
  }
  return {
    supply,
    reach,
    lines: wanted.map(({ demand }, j) => ({
      // What was left out would have taken its part.
      demand: (demand * (kept[j] ?? 0)) / Math.max(1e-9, reach[j] ?? 0),
      nodes: nodes[j] ?? [],
      parts: parts[j] ?? [],
    })),
  };
}

/** A line that is sold as a share, 0 to 1. */
type Sponsor = { start: number; end: number; part: number };

function shareOf(sponsors: readonly Sponsor[], from: number, to: number): number {
  let sum = 0;
  for (const { start, end, part } of sponsors)
    sum += (part * Math.max(0, Math.min(end, to) - Math.max(start, from))) / (to - from);
  return Math.min(1, sum);
}

/** Moments at which flights begin or end, the first of them now. */
function cutsOf(wanted: readonly Wanted[], now: number): number[] {
  const moments = [...new Set([now, ...wanted.flatMap(({ start, end }) => [start, end])])].toSorted((a, b) => a - b);
  if (moments.length <= mostPeriods + 1) return moments;
  // Those close to one another, for how far away they are, are taken together.
  const last = moments.at(-1) ?? now;
  let step = 0.02;
  for (;;) {
    const kept = [now];
    for (const moment of moments)
      if (moment - (kept.at(-1) ?? now) >= Math.max(600_000, step * (moment - now))) kept.push(moment);
    if (kept.at(-1) !== last) kept.push(last);
    if (kept.length <= mostPeriods + 1) return kept;
    step *= 1.5;
  }
}

/** By the hours they are of: a class keeps its hours from plan to plan. */
const knownSums = new WeakMap<Float64Array, Float64Array>();

function sumsOf(hours: Float64Array): Float64Array {
  const known = knownSums.get(hours);
  if (known) return known;
  const sums = new Float64Array(weekHours + 1);
  for (let h = 0; h < weekHours; h++) sums[h + 1] = (sums[h] ?? 0) + (hours[h] ?? 0);
  knownSums.set(hours, sums);
  return sums;
}

/** A moment of the wall clock: weeks, whole hours of the week, and the part of the next hour that has passed. */
type Moment = { weeks: number; whole: number; into: number };

function momentOf(local: number): Moment {
  const into = intoWeek(local);
  const whole = Math.floor(into / hour);
  return { weeks: Math.round((local - into) / (weekHours * hour)), whole, into: into / hour - whole };
}

/** Requests until a moment, from the beginning of time. */
function upTo(sums: Float64Array, moment: Moment | undefined): number {
  if (!moment) return 0;
  const { weeks, whole, into } = moment;
  const before = sums[whole] ?? 0;
  return weeks * (sums[weekHours] ?? 0) + before + ((sums[whole + 1] ?? before) - before) * into;
}
