/** Requests as they may come: drawn from measured means, so many an hour, with the attributes that were measured. Pure but for `draw`. */
import type { Zone } from '../local-time.ts';
import { intoWeek } from '../local-time.ts';
import type { SimulatedRequest } from '../simulate-scenario.ts';
import type { MeasuredPlacement } from './measured-traffic.ts';

export type TrafficOrder = {
  placements: readonly MeasuredPlacement[];
  zone: Zone;
  /** Instants; whole hours of the zone. */
  start: number;
  end: number;
  /** Percent of the measured traffic on a local date. */
  percentOf: (date: string) => number;
  /** One request in so many is made. */
  thinning: number;
  knownPercent: number;
  /** Requests of a known reader in a day. */
  perReader: number;
  draw: () => number;
};

const hour = 3_600_000;

/** Mean requests of a usual day, all placements together, before thinning. */
export const perDay = (placements: readonly MeasuredPlacement[]): number =>
  placements.reduce((sum, { hours }) => sum + hours.reduce((total, requests) => total + requests, 0), 0) / 7;

/** Requests in the order of their times. */
export function* makeRequests(order: TrafficOrder): Generator<SimulatedRequest> {
  const { zone, start, end, percentOf, thinning, draw } = order;
  const readers = readersOf(order);
  for (let from = start; from < end; from += hour) {
    const local = from + zone.offset(from);
    const date = new Date(local).toISOString().slice(0, 10);
    const factor = percentOf(date) / 100 / thinning;
    const slot = Math.floor(intoWeek(local) / hour);
    const made: { at: number; request: Omit<SimulatedRequest, 'at'> }[] = [];
    for (const placement of order.placements) {
      const expected = (placement.hours[slot] ?? 0) * factor;
      const count = Math.floor(expected) + (draw() < expected % 1 ? 1 : 0);
      for (let i = 0; i < count; i++)
        made.push({ at: from + draw() * hour, request: { placement: placement.id, ...attributesOf(placement, draw) } });
    }
    made.sort((a, b) => a.at - b.at);
    for (const { at, request } of made)
      if (at < end) yield { at: new Date(at).toISOString(), ...request, ...readers(date) };
  }
}

function attributesOf({ mix }: MeasuredPlacement, draw: () => number): Pick<SimulatedRequest, 'geo' | 'device'> {
  let left = draw();
  const found = mix.find(({ part }) => (left -= part) < 0) ?? mix.at(-1);
  if (!found) return {};
  return {
    ...(found.country === '' ? {} : { geo: { country: found.country } }),
    ...(found.device === '' ? {} : { device: found.device }),
  };
}

/**
 * Who asks. Half of the known requests are of readers who come every day, half of readers of that day: between the two lies what a
 * real audience does with a frequency cap.
 */
function readersOf({ placements, thinning, knownPercent, perReader, draw }: TrafficOrder) {
  const pool = Math.max(1, Math.round((perDay(placements) * knownPercent) / 100 / thinning / perReader / 2));
  return (date: string): Pick<SimulatedRequest, 'visitor_id' | 'consent'> => {
    if (draw() * 100 >= knownPercent) return {};
    const number = Math.floor(draw() * pool);
    return { visitor_id: draw() < 0.5 ? `r${number}` : `${date}-${number}`, consent: { ads: true } };
  };
}
