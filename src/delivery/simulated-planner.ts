/** Control's part of a simulation: what is expected of the traffic, learnt from the history and from what came, and the serving plan. */
import type { Book } from './contract.ts';
import { type Counters, newCounters } from './counters.ts';
import { openCapMeter } from './cap-meter.ts';
import { type Expected, openLearner, takersOf, targetingOf, withTraffic } from './expected-traffic.ts';
import { loadBook, type LoadedPlacement, type LoadedSite } from './load-book.ts';
import { mayIdentify } from './may-identify.ts';
import type { Zone } from './local-time.ts';
import { planDelivery } from './plan-delivery.ts';
import type { SimulatedRequest } from './simulate-scenario.ts';
import { openTrafficLevel } from './traffic-level.ts';

const minute = 60_000;
const hour = 60 * minute;
/** A plan is not made anew more often than this, nor more than some hundred times: edges correct it by what they see. */
const leastBetween = 10 * minute;
const mostPlans = 700;
/** A placement of fewer days is learnt from as its requests come. */
const enoughDays = 7;

export type SimulatedPlanner = {
  /** A request that came. */
  note(request: SimulatedRequest, at: number): void;
  /** The book with the traffic that is expected now, and the plan of it. */
  plan(now: number, counters: Counters): Book;
};

export async function openSimulatedPlanner({
  book,
  history,
  zone,
  start,
  end,
}: {
  book: Book;
  history: AsyncIterable<SimulatedRequest>;
  zone: Zone;
  start: number;
  end: number;
}): Promise<SimulatedPlanner> {
  const loaded = loadBook(book, newCounters());
  const site: LoadedSite | undefined = loaded.sites.values().next().value;
  const learner = openLearner(zone);
  const caps = openCapMeter(book.lines);
  const learn = (request: SimulatedRequest, at: number, placement: LoadedPlacement) => {
    if (!site) return;
    const takers = takersOf(loaded, placement, targetingOf(request, { at, site, placement }));
    learner.note(at, placement.placement.id, takers);
    if (request.visitor_id !== undefined && mayIdentify(request.consent, false))
      caps.note(at, request.visitor_id, takers);
    else caps.note(at, '', takers);
  };
  for await (const request of history) {
    const placement = site?.placements.get(request.placement);
    const at = Date.parse(request.at);
    // What comes later than the start cannot be known at it.
    if (placement && at < start) learn(request, at, placement);
  }
  const between = Math.max(leastBetween, (end - start) / mostPlans);
  const known = new Set(book.placements.flatMap(({ id }) => (learner.daysOf(id) >= enoughDays ? [id] : [])));
  let expected: Expected | undefined;
  let { lines } = book;
  let level = openTrafficLevel({}, zone, start);
  let expectedAt = Number.NEGATIVE_INFINITY;
  let planned: Book | undefined;
  let plannedAt = Number.NEGATIVE_INFINITY;

  return {
    note(request, at) {
      level.note(request.placement);
      const placement = site?.placements.get(request.placement);
      if (placement && !known.has(request.placement)) learn(request, at, placement);
    },
    plan(now, counters) {
      if (planned && now - plannedAt < between) return planned;
      plannedAt = now;
      if (!expected || (known.size < book.placements.length && now - expectedAt >= hour)) {
        expected = { ...learner.expected(), parts: caps.parts() };
        lines = withTraffic(book.lines, expected);
        if (known.size > 0 && expectedAt === Number.NEGATIVE_INFINITY)
          level = openTrafficLevel(
            Object.fromEntries(Object.entries(expected.placements).filter(([id]) => known.has(id))),
            zone,
            start,
          );
        expectedAt = now;
      }
      level.advance(now);
      planned = {
        ...book,
        lines,
        traffic: expected.placements,
        plan: planDelivery({
          lines,
          expected,
          zoneOf: () => zone,
          now,
          remaining: ({ id, goal }) => goal.quantity - counters.line(id).pace.delivered,
          level: (placement) => (known.has(placement) ? level.of(placement) : { soon: 1, later: 1 }),
        }),
      };
      return planned;
    },
  };
}
