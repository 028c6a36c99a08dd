import type { FrequencyCap, GoalUnit, Reservation, TargetingGroup } from '#inventory/contract';
import type { Sql } from '#platform';
import { allocate, type Allocation, type AllocationLine, type Room } from './allocation.ts';
import { alternativesOf, type Candidate, candidatesFor } from './alternatives.ts';
import type { Availability, AvailabilityInput, Remark, SpaceWarning } from './contract.ts';
import { dateOf } from './day.ts';
import {
  type Delivered,
  needOf,
  partUnderCaps,
  type Rates,
  readDelivered,
  readRates,
  readViews,
  requestsFor,
  unitsOf,
} from './demand.ts';
import type { Asking } from './forecast.ts';
import { type Grounds, groundsOf } from './grounds.ts';
import { type Span, spanOf } from './period.ts';
import { type Place, placesOf, placesOfSites } from './places.ts';
import { basisOf, noForecast, notMeasured } from './remarks.ts';
import { type Rivals, rivalsOf } from './rivals.ts';
import { type Reach, type SupplyGraph, supplyGraph } from './supply-graph.ts';

/** The line that is asked for. */
export type Asked = Span & {
  places: readonly Place[];
  targeting: TargetingGroup | null;
  goal?: { unit: GoalUnit; quantity: number } | undefined;
  priority: number;
  frequency_caps: readonly FrequencyCap[];
  line_item_id?: string | undefined;
  /** What was granted in the same breath and is not in the ledger yet. */
  granted?: readonly Granted[];
};

type Granted = Pick<Reservation, 'line_item_id' | 'priority' | 'goal' | 'start' | 'end' | 'targeting'> & {
  placements: readonly string[];
  frequency_caps: readonly FrequencyCap[];
};

/** Everything an answer is drawn from. */
export type Ground = {
  asked: Asked;
  rivals: Rivals;
  grounds: Grounds;
  rates: Rates;
  delivered: Delivered;
  views: readonly number[];
};

/** What could be sold to one line over a reach. */
type Verdict = { room: Room; requests: number; units: number; enough: boolean };

/**
 * What of the expected requests one more line could have, beside all that is booked and held. Read outside any transaction: the
 * answer carries the version of the ledger it was computed on. Throws bad-input or not-found naming the field.
 */
export async function availabilityOf(asking: Asking, input: AvailabilityInput): Promise<Availability> {
  const places = await placesOf(asking.db, asking.caller.org_id, input);
  const fitting = places.filter(
    ({ formats }) => !input.sizes || input.sizes.length === 0 || formats.some((one) => input.sizes?.includes(one)),
  );
  const asked: Asked = {
    ...spanOf(input, places[0]?.time_zone ?? 'UTC'),
    places: fitting,
    targeting: input.targeting ?? null,
    goal: input.goal,
    priority: input.priority,
    frequency_caps: input.frequency_caps ?? [],
    line_item_id: input.line_item_id,
  };
  return answer(asking, asked, { alternatives: input.alternatives, sizes: input.sizes ?? [] });
}

/** The same for a line whose placements are read. `sizes`: what alternatives must take. */
export async function answer(
  asking: Asking,
  asked: Asked,
  wanted: { alternatives: boolean; sizes: readonly string[] },
): Promise<Availability> {
  const { db } = asking;
  const now = asking.clock();
  const ground = await readGround(asking, asked, []);
  const { graph, base, first } = planOf(ground, [], now.getTime());
  const own = judge(ground, asked, { graph, base, index: first });

  const warnings = warningsOf(ground);
  const certain = asked.places.every(({ id }) => ground.grounds.forecasts.get(id)?.source === 'history');
  const share = asked.goal?.unit === 'share';
  const quantity = asked.goal?.quantity ?? 0;
  const shortfall = certain && asked.goal && !own.enough ? Math.max(0, quantity - own.units) : 0;
  const days = daysOfAnswer(ground, { graph, room: own.room, nodes: graph.nodesOf[first] ?? [] });
  const sum = (field: 'forecast' | 'booked' | 'held' | 'available') =>
    days.reduce((total, day) => total + day[field], 0);
  const range = {
    low: days.reduce((total, day) => total + day.low, 0),
    high: days.reduce((total, day) => total + day.high, 0),
  };
  if (certain && asked.goal && own.enough && !share && sum('forecast') > 0) {
    const lowRoom = own.requests - (sum('forecast') - range.low);
    if ((requestsFor(asked.goal, ground.rates) ?? 0) > Math.max(0, lowRoom))
      warnings.push({
        code: 'tight',
        sentence:
          'There is room by the forecast, but not by its low end: fewer readers than expected would leave the goal short.',
      });
  }
  return {
    days,
    total: {
      forecast: sum('forecast'),
      booked: sum('booked'),
      held: sum('held'),
      available: sum('available'),
      ...range,
      available_units: share ? Math.floor(own.units) : Math.floor(own.units + 1e-6),
    },
    contending: await contendingOf(db, ground, { room: own.room, nodes: graph.nodesOf[first] ?? [] }),
    enough: shortfall === 0,
    shortfall: Math.ceil(shortfall - 1e-6),
    alternatives:
      shortfall > 0 && wanted.alternatives ? await lookElsewhere(asking, ground, { own, sizes: wanted.sizes }) : [],
    basis: [
      ...basisOf(asked.places.flatMap(({ id }) => ground.grounds.forecasts.get(id) ?? [])),
      ...basisOfRates(ground),
    ],
    warnings,
    ledger_version: ground.rivals.version,
  };
}

/** A second look with what might do instead, only when there is too little. */
async function lookElsewhere(
  asking: Asking,
  { asked }: Ground,
  { own, sizes }: { own: Verdict; sizes: readonly string[] },
): Promise<Availability['alternatives']> {
  const sites = [...new Set(asked.places.map(({ site_id }) => site_id))];
  const siblings = await placesOfSites(asking.db, asking.caller.org_id, sites);
  const ground = await readGround(asking, asked, siblings);
  const candidates = candidatesFor(ground, siblings, sizes);
  const { graph, base, first } = planOf(ground, candidates, asking.clock().getTime());
  return alternativesOf(candidates, own.units, (i) =>
    judge(ground, candidates[i]?.asked ?? asked, { graph, base, index: first + 1 + i }),
  );
}

/** What a question about everything is drawn from. */
export const groundOfAll = (asking: Asking, asked: Asked): Promise<Ground> => readGround(asking, asked, []);

async function readGround(asking: Asking, asked: Asked, siblings: readonly Place[]): Promise<Ground> {
  const { db, events, clock, caller } = asking;
  const org_id = caller.org_id;
  const now = clock();
  const ids = [...asked.places, ...siblings].map(({ id }) => id);
  const granted = (asked.granted ?? []).map((one) => reservationOf(one, now));
  const rivals = await rivalsOf(db, org_id, { ...asked, granted, placements: ids, now });
  const { reservations } = rivals;
  const known = new Map([...asked.places, ...siblings].map((place) => [place.id, place]));
  const others = [...rivals.placements].filter((id) => !known.has(id));
  for (const place of await readPlaces(db, org_id, others)) known.set(place.id, place);
  const places = [...known.values()];
  const running = reservations.filter(({ start }) => Date.parse(start) < now.getTime());
  const capped =
    asked.frequency_caps.length > 0 || reservations.some(({ frequency_caps }) => frequency_caps.length > 0);
  const [grounds, rates, delivered, views] = await Promise.all([
    groundsOf(
      { events, clock },
      { org_id, places, targetings: [asked.targeting, ...reservations.map(({ targeting }) => targeting)] },
    ),
    readRates({ events, clock }, org_id),
    readDelivered(
      events,
      org_id,
      running.map(({ line_item_id }) => line_item_id),
    ),
    capped ? readViews({ events, clock }, { org_id, sites: [...new Set(places.map(({ site_id }) => site_id))] }) : [],
  ]);
  return { asked, rivals, grounds, rates, delivered, views };
}

const reservationOf = (one: Granted, now: Date): Reservation => ({
  ...one,
  id: one.line_item_id,
  state: 'booked',
  placements: [...one.placements],
  frequency_caps: [...one.frequency_caps],
  sizes: [],
  expires_at: null,
  created_at: now.toISOString(),
});

/** Placements removed since are simply not there. */
async function readPlaces(sql: Sql, org_id: string, ids: readonly string[]): Promise<Place[]> {
  if (ids.length === 0) return [];
  const rows = await sql.query<{ id: string }>('select id from placements where org_id = $1 and id = any($2)', [
    org_id,
    ids,
  ]);
  return rows.length === 0 ? [] : placesOf(sql, org_id, { placements: rows.map(({ id }) => id) });
}

/** The graph of everybody's supply, with the asked line and the candidates as lines without a demand, and who gets what of it. */
export function planOf(ground: Ground, candidates: readonly Candidate[], now: number) {
  const { asked, rivals, grounds } = ground;
  const reaches: Reach[] = [
    ...rivals.reservations.map(reachOfReservation),
    reachOf(asked),
    ...candidates.map((one) => reachOf(one.asked)),
  ];
  const graph = supplyGraph(grounds, reaches, now);
  const lines = rivals.reservations.map((one, i) => lineOf(ground, one, graph.nodesOf[i] ?? [], graph));
  return { graph, base: allocate(graph.supply, lines), first: lines.length };
}

export const reachOfReservation = ({ start, end, placements, targeting }: Reservation): Reach => ({
  start: Date.parse(start),
  end: Date.parse(end),
  placements: new Set(placements),
  targeting,
});

export const reachOf = ({ start, end, places, targeting }: Asked): Reach => ({
  start,
  end,
  placements: new Set(places.map(({ id }) => id)),
  targeting,
});

export function lineOf(ground: Ground, one: Reservation, nodes: readonly number[], graph: SupplyGraph): AllocationLine {
  const { priority, goal, frequency_caps } = one;
  if (goal.unit === 'share') {
    const part = Math.min(1, goal.quantity / 100);
    return { priority, nodes, part: Math.max(1e-9, part), demand: part * sumOf(nodes, graph) };
  }
  return { priority, nodes, part: partUnderCaps(frequency_caps, ground.views), demand: needOf(one, ground) };
}

const sumOf = (nodes: readonly number[], { supply }: SupplyGraph) =>
  nodes.reduce((sum, node) => sum + (supply[node] ?? 0), 0);

type Plan = { graph: SupplyGraph; base: Allocation; index: number };

/** What a line could have over its nodes, and whether its goal fits. */
export function judge(ground: Ground, asked: Asked, { graph, base, index }: Plan): Verdict {
  const nodes = graph.nodesOf[index] ?? [];
  const { priority, goal } = asked;
  const part = partUnderCaps(asked.frequency_caps, ground.views);
  if (goal?.unit === 'share') return judgeShare(nodes, { graph, base, quantity: goal.quantity, priority });
  const room = base.room({ priority, nodes, part, demand: Number.POSITIVE_INFINITY });
  const unit = goal?.unit ?? 'impressions';
  const units = unitsOf(room.total, unit, ground.rates);
  const wanted = goal && requestsFor(goal, ground.rates);
  return { room, requests: room.total, units, enough: wanted === undefined || room.total + 1e-3 >= wanted };
}

type Sharing = { graph: SupplyGraph; base: Allocation; quantity: number; priority: number };

/** A share is had when it can be taken of every node at once: the largest one is found by halving. */
function judgeShare(nodes: readonly number[], { graph, base, quantity, priority }: Sharing): Verdict {
  const all = sumOf(nodes, graph);
  const room = base.room({ priority, nodes, demand: Number.POSITIVE_INFINITY });
  const fits = (percent: number) =>
    percent === 0 ||
    base.room({ priority, nodes, part: percent / 100, demand: (all * percent) / 100 }).total >=
      (all * percent) / 100 - 0.01 * nodes.length;
  const verdict = (units: number, enough: boolean) => ({ room, requests: room.total, units, enough });
  if (fits(Math.min(100, quantity)) && quantity <= 100) return verdict(Math.max(quantity, 0), true);
  let [low, high] = [0, Math.min(100, quantity)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return verdict(low, false);
}

type Drawn = { graph: SupplyGraph; room: Room; nodes: readonly number[] };

function daysOfAnswer({ rivals, grounds }: Ground, { graph, room, nodes }: Drawn): Availability['days'] {
  type Sums = { forecast: number; booked: number; held: number; available: number; low: number; high: number };
  const days = new Map<number, Sums>();
  for (const [i, node] of nodes.entries()) {
    const all = graph.supply[node] ?? 0;
    const expected = grounds.forecasts.get(graph.placeOf(node).id);
    let [booked, held] = [0, 0];
    for (const { line, taken } of room.others(i)) {
      if (rivals.reservations[line]?.state === 'held') held += taken;
      else booked += taken;
    }
    for (const { day, part } of graph.daysOfNode(node)) {
      const sum = days.get(day) ?? { forecast: 0, booked: 0, held: 0, available: 0, low: 0, high: 0 };
      const at = day - (expected?.firstDay ?? day);
      const middle = expected?.forecast[at] ?? 0;
      sum.forecast += part * all;
      sum.booked += part * booked;
      sum.held += part * held;
      sum.available += part * (room.taken[i] ?? 0);
      // The ends of the range shrink with the part of the day's requests that is asked for.
      if (middle > 0) {
        sum.low += (part * all * (expected?.low[at] ?? 0)) / middle;
        sum.high += (part * all * (expected?.high[at] ?? 0)) / middle;
      }
      days.set(day, sum);
    }
  }
  return [...days]
    .toSorted((a, b) => a[0] - b[0])
    .map(([day, { forecast, booked, held, available, low, high }]) => ({
      date: dateOf(day),
      forecast: Math.round(forecast),
      booked: Math.round(booked),
      held: Math.round(held),
      available: Math.floor(available + 1e-6),
      low: Math.floor(low),
      high: Math.ceil(high),
    }));
}

const mostContending = 50;

async function contendingOf(
  sql: Sql,
  { rivals }: Ground,
  { room, nodes }: { room: Room; nodes: readonly number[] },
): Promise<Availability['contending']> {
  const sums = new Map<number, number>();
  for (const i of nodes.keys()) {
    for (const { line, taken } of room.others(i)) sums.set(line, (sums.get(line) ?? 0) + taken);
  }
  const largest = [...sums]
    .filter(([, quantity]) => quantity >= 0.5)
    .toSorted((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, mostContending);
  const ids = largest.flatMap(([line]) => rivals.reservations[line]?.line_item_id ?? []);
  const rows = await sql.query<{ id: string; name: string }>('select id, name from line_items where id = any($1)', [
    ids,
  ]);
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return largest.flatMap(([line, quantity]) => {
    const one = rivals.reservations[line];
    if (!one || one.state === 'released') return [];
    const { line_item_id, state, priority, start, end, expires_at } = one;
    const name = names.get(line_item_id) ?? null;
    return [{ id: line_item_id, name, state, priority, quantity: Math.round(quantity), start, end, expires_at }];
  });
}

function warningsOf({ asked, grounds, views }: Ground): SpaceWarning[] {
  const warnings: SpaceWarning[] = [];
  const none = noForecast(asked.places, grounds.forecasts);
  if (none) warnings.push(none);
  const unknown = new Set(
    asked.places.flatMap((place) => grounds.cells.get(place.site_id)?.unmeasured(asked.targeting, place) ?? []),
  );
  if (unknown.size > 0) warnings.push(notMeasured([...unknown]));
  if (asked.places.length === 0)
    warnings.push({ code: 'no-such-size', sentence: 'None of these placements takes one of the sizes.' });
  if (asked.goal?.unit === 'conversions')
    warnings.push({
      code: 'no-rate',
      sentence: 'How many requests a conversion needs is not known: the goal was not judged.',
    });
  if (asked.frequency_caps.length > 0 && views.every((count) => count === 0))
    warnings.push({
      code: 'caps-not-measured',
      sentence: 'No page views to judge frequency caps by: they were not counted.',
    });
  return warnings;
}

function basisOfRates({ asked, rates }: Ground): Remark[] {
  const unit = asked.goal?.unit;
  if (unit !== 'viewable_impressions' && unit !== 'clicks') return [];
  const rate = unit === 'clicks' ? rates.click : rates.viewable;
  const said = `${Math.round(rate * 10_000) / 100} %`;
  const what = unit === 'clicks' ? 'clicks' : 'viewable impressions';
  return [
    rates.counted > 0
      ? {
          code: 'rate',
          sentence: `${said} of impressions become ${what}, by ${rates.counted} impressions of the last 28 days.`,
          figures: { percent: Math.round(rate * 10_000) / 100, impressions: rates.counted },
        }
      : {
          code: 'usual-rate',
          sentence: `${said} of impressions become ${what}: a usual rate, for too few were counted here.`,
          figures: { percent: Math.round(rate * 10_000) / 100 },
        },
  ];
}
