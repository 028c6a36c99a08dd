/**
 * What is known of the requests to come, by hour of the week: learnt from those that came. Requests alike for every line item (the
 * same placement, taken by the same targetings) are one class; the pacing of a line follows the classes that it may have, and the
 * serving plan shares them.
 */
import type { TargetingRequest } from '#inventory';
import type { BookLine } from './contract.ts';
import type { LoadedBook, LoadedPlacement, LoadedSite } from './load-book.ts';
import { intoWeek, type Zone } from './local-time.ts';
import { weekHours } from './pacing.ts';
import type { SimulatedRequest } from './simulate-scenario.ts';

const hour = 3_600_000;
const dayHours = 24;

/** Requests alike: where they come, which line items may have them (by their ids), and how many in each hour of the week. */
export type TrafficClass = { placement: string; lines: readonly string[]; hours: Float64Array };

export type Expected = {
  classes: readonly TrafficClass[];
  /** Requests by placement and hour of the week. */
  placements: Record<string, number[]>;
  /** Of a line with frequency caps, the part of its requests that its visitors' caps leave. */
  parts: ReadonlyMap<string, number>;
};

export type Learner = {
  /** A request of a placement at `at`; `lines` may have it, `uncapped` of them still under their caps if they had all before. */
  note(at: number, placement: string, lines: readonly string[]): void;
  /** Days of which a placement has been known. */
  daysOf(placement: string): number;
  expected(): Expected;
};

/** Requests of a day by its hours where nothing is known of them: people sleep. */
const usualDay = [
  0.35, 0.25, 0.2, 0.2, 0.25, 0.4, 0.7, 1, 1.2, 1.25, 1.25, 1.3, 1.35, 1.3, 1.2, 1.2, 1.25, 1.35, 1.4, 1.4, 1.4, 1.3, 1,
  0.6,
];

type Seen = { placement: string; lines: readonly string[]; counts: Float64Array };

/** Learns from requests in the order of time; the zone is that of the wall clock. */
export function openLearner(zone: Zone): Learner {
  const classes = new Map<string, Seen>();
  /** By placement: its requests by hour of the week, when it was first and last heard of. */
  const places = new Map<string, { counts: Float64Array; first: number; last: number }>();
  /** Local days on which any request came, and the first and last moment. */
  const days = new Set<number>();
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;

  /** How often each hour of the week was seen since `from`: days without a single request were not. */
  function coverage(from: number): Float64Array {
    const seen = new Float64Array(weekHours);
    for (const day of days) {
      const weekday = (((day - 4) % 7) + 7) % 7;
      for (let h = 0; h < dayHours; h++) {
        const at = (day * dayHours + h) * hour;
        const [begins, ends] = [Math.max(at, from), Math.min(at + hour, last)];
        if (ends > begins) seen[weekday * dayHours + h] = (seen[weekday * dayHours + h] ?? 0) + (ends - begins) / hour;
      }
    }
    return seen;
  }

  return {
    note(at, placement, lines) {
      const local = at + zone.offset(at);
      first = Math.min(first, local);
      last = Math.max(last, local);
      days.add(Math.floor(local / (dayHours * hour)));
      const slot = Math.floor(intoWeek(local) / hour);
      const key = `${placement} ${lines.join(' ')}`;
      let known = classes.get(key);
      if (!known) classes.set(key, (known = { placement, lines: [...lines], counts: new Float64Array(weekHours) }));
      known.counts[slot] = (known.counts[slot] ?? 0) + 1;
      let place = places.get(placement);
      if (!place) places.set(placement, (place = { counts: new Float64Array(weekHours), first: local, last: local }));
      place.counts[slot] = (place.counts[slot] ?? 0) + 1;
      place.first = Math.min(place.first, local);
      place.last = Math.max(place.last, local);
    },
    daysOf(placement) {
      const known = places.get(placement);
      return known ? (known.last - known.first) / (dayHours * hour) : 0;
    },
    expected() {
      const all = coverage(first);
      const network = new Float64Array(weekHours);
      for (const { counts } of places.values())
        for (let h = 0; h < weekHours; h++) network[h] = (network[h] ?? 0) + (counts[h] ?? 0);
      const shape = ratesOf(network, all, undefined);
      const rates = new Map<string, { hours: Float64Array; sum: number }>();
      for (const [id, { counts, first: since }] of places) {
        // One that was heard of well after the others is new: it was not there before.
        const isNew = since - first > 3 * dayHours * hour;
        const hours = ratesOf(counts, isNew ? coverage(since) : all, shape);
        rates.set(id, { hours, sum: counts.reduce((sum, count) => sum + count, 0) });
      }
      return {
        classes: [...classes.values()].map(({ placement, lines, counts }) => {
          const place = rates.get(placement);
          return {
            placement,
            lines,
            hours: classRates(counts, place?.hours ?? shape, places.get(placement)?.counts ?? counts),
          };
        }),
        placements: Object.fromEntries([...rates].map(([id, { hours }]) => [id, Array.from(hours)])),
        parts: new Map(),
      };
    },
  };
}

/**
 * Requests an hour: what was counted by how often the hour was seen. An hour of the week that was not is like the same hour of the
 * other days; one that none of them had follows the shape of all placements, or that of people's days.
 */
function ratesOf(counts: Float64Array, seen: Float64Array, shape: Float64Array | undefined): Float64Array {
  const rates = new Float64Array(weekHours);
  const guess = shape ?? Float64Array.from({ length: weekHours }, (_, h) => usualDay[h % dayHours] ?? 1);
  let [counted, guessed] = [0, 0];
  for (let h = 0; h < weekHours; h++) {
    counted += counts[h] ?? 0;
    guessed += (guess[h] ?? 0) * (seen[h] ?? 0);
  }
  const scale = guessed > 0 ? counted / guessed : 0;
  const ofDay = (h: number) => {
    let [sum, days] = [0, 0];
    for (let other = h % dayHours; other < weekHours; other += dayHours) {
      sum += counts[other] ?? 0;
      days += seen[other] ?? 0;
    }
    return { sum, days };
  };
  for (let h = 0; h < weekHours; h++) {
    const [here, often] = [counts[h] ?? 0, seen[h] ?? 0];
    if (often >= 1) rates[h] = here / often;
    else {
      const { sum, days } = ofDay(h);
      const prior = days >= 1 ? sum / days : (sum + 2 * (guess[h] ?? 0) * scale) / (days + 2);
      rates[h] = (here + prior) / (often + 1);
    }
  }
  return rates;
}

/** A class has its part of its placement's requests: hour by hour where that is plenty, else the same part at all hours. */
function classRates(counts: Float64Array, ofPlace: Float64Array, placeCounts: Float64Array): Float64Array {
  const rates = new Float64Array(weekHours);
  let [mine, all] = [0, 0];
  for (let h = 0; h < weekHours; h++) {
    if ((counts[h] ?? 0) === 0) continue;
    mine += counts[h] ?? 0;
  }
  for (let h = 0; h < weekHours; h++) all += placeCounts[h] ?? 0;
  const part = all > 0 ? mine / all : 0;
  for (let h = 0; h < weekHours; h++) {
    const seen = placeCounts[h] ?? 0;
    rates[h] = seen > 0 ? ((counts[h] ?? 0) / seen) * (ofPlace[h] ?? 0) : part * (ofPlace[h] ?? 0);
  }
  return rates;
}

/** The lines of a book with what they may expect, hour by hour of the week. */
export function withTraffic(lines: readonly BookLine[], { classes, parts }: Expected): BookLine[] {
  const byLine = new Map<string, number[]>();
  for (const { lines: takers, hours } of classes) {
    for (const id of takers) {
      let sums = byLine.get(id);
      if (!sums) byLine.set(id, (sums = Array<number>(weekHours).fill(0)));
      const part = parts.get(id) ?? 1;
      for (let h = 0; h < weekHours; h++) sums[h] = (sums[h] ?? 0) + part * (hours[h] ?? 0);
    }
  }
  return lines.map((line) => {
    const traffic = byLine.get(line.id);
    return traffic?.some((count) => count > 0) ? { ...line, traffic: traffic.map(rounded) } : line;
  });
}

const rounded = (requests: number): number => Math.round(requests * 100) / 100;

/** The line items whose targeting takes a request of a placement, whatever their dates. */
export function takersOf({ lines }: LoadedBook, placement: LoadedPlacement, request: TargetingRequest): string[] {
  const takers: string[] = [];
  const { matcher } = placement;
  matcher.start(request);
  for (let count = matcher.more(); count > 0; count = matcher.more())
    for (const item of matcher.found.subarray(0, count)) {
      const index = item >> 2;
      const line = lines[index];
      if (line) takers.push(line.line.id);
    }
  return takers;
}

/** What targeting sees of a request. */
export function targetingOf(
  { geo, device, kv }: SimulatedRequest,
  { at, site, placement }: { at: number; site: LoadedSite; placement: LoadedPlacement },
): TargetingRequest {
  const local = intoWeek(at + site.zone.offset(at));
  return {
    country: geo?.country,
    device,
    kv,
    site: site.names,
    section: [],
    placement: placement.names,
    local: { weekday: Math.floor(local / (24 * hour)), minute: Math.floor(local / 60_000) % 1440 },
  };
}
