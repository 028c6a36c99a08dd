/** How much of every placement is taken, day by day, under the allocation of all promised lines and holds: what a calendar of the spaces shows. */
import { allocate } from './allocation.ts';
import { groundOfAll, lineOf, reachOf, reachOfReservation } from './availability.ts';
import { dateOf } from './day.ts';
import { lastGuaranteed } from './contract.ts';
import type { Asking } from './forecast.ts';
import type { Place } from './places.ts';
import { isStoreAway } from './store-away.ts';
import { supplyGraph } from './supply-graph.ts';

export type TakenDay = { forecast: number; booked: number; held: number };

export type TakenSpace = {
  /** By placement, then by day of its site (YYYY-MM-DD); a placement without a forecast of its own is left out. */
  places: ReadonlyMap<string, ReadonlyMap<string, TakenDay>>;
  /** By line item: the part of the requests of its placements and dates that it takes, in percent. */
  shares: ReadonlyMap<string, number>;
  /** By line item: requests that it still needs and that are not there for it. */
  missing: ReadonlyMap<string, number>;
};

const nothing: TakenSpace = { places: new Map(), shares: new Map(), missing: new Map() };

/** `start`, `end` (exclusive) in milliseconds; time that is over has no forecast. Empty while the event store is away. */
export async function takenSpace(
  asking: Asking,
  { places, start, end }: { places: readonly Place[]; start: number; end: number },
): Promise<TakenSpace> {
  if (places.length === 0 || end <= asking.clock().getTime()) return nothing;
  try {
    return await compute(asking, { places, start, end });
  } catch (error) {
    if (isStoreAway(error)) return nothing;
    throw error;
  }
}

async function compute(
  asking: Asking,
  { places, start, end }: { places: readonly Place[]; start: number; end: number },
): Promise<TakenSpace> {
  // What is promised counts; lines below that take what is left, and leave it to whoever buys it.
  const asked = { start, end, places, targeting: null, priority: lastGuaranteed, frequency_caps: [] };
  const ground = await groundOfAll(asking, asked);
  const { reservations } = ground.rivals;
  const graph = supplyGraph(
    ground.grounds,
    [...reservations.map(reachOfReservation), reachOf(asked)],
    asking.clock().getTime(),
  );
  const lines = reservations.map((one, i) => lineOf(ground, one, graph.nodesOf[i] ?? [], graph));
  const plan = allocate(graph.supply, lines);

  const booked = new Float64Array(graph.supply.length);
  const held = new Float64Array(graph.supply.length);
  const shares = new Map<string, number>();
  const missing = new Map<string, number>();
  for (const [i, one] of reservations.entries()) {
    const flow = plan.flowOf(i);
    const sums = one.state === 'held' ? held : booked;
    let all = 0;
    for (const [at, node] of (graph.nodesOf[i] ?? []).entries()) {
      sums[node] = (sums[node] ?? 0) + (flow[at] ?? 0);
      all += graph.supply[node] ?? 0;
    }
    const lack = (lines[i]?.demand ?? 0) - plan.got(i);
    // Without a forecast of its own a placement promises nothing, and nothing is missing on it.
    const known = one.placements.every((id) => ground.grounds.forecasts.get(id)?.source === 'history');
    if (known && lack >= Math.max(1, 0.005 * (lines[i]?.demand ?? 0))) missing.set(one.line_item_id, Math.round(lack));
    if (all > 0) shares.set(one.line_item_id, Math.round((plan.got(i) / all) * 1000) / 10);
  }

  const days = new Map<string, Map<string, TakenDay>>();
  for (const node of graph.nodesOf[reservations.length] ?? []) {
    const { id } = graph.placeOf(node);
    if (ground.grounds.forecasts.get(id)?.source !== 'history') continue;
    const own = days.get(id) ?? new Map<string, TakenDay>();
    days.set(id, own);
    for (const { day, part } of graph.daysOfNode(node)) {
      const date = dateOf(day);
      const sum = own.get(date) ?? { forecast: 0, booked: 0, held: 0 };
      sum.forecast += part * (graph.supply[node] ?? 0);
      sum.booked += part * (booked[node] ?? 0);
      sum.held += part * (held[node] ?? 0);
      own.set(date, sum);
    }
  }
  return { places: days, shares, missing };
}
