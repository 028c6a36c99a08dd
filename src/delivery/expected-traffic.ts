/**
 * What the past says of the requests to come, by hour of the week: for every placement, and for every line item those that its
 * targeting takes. The pacing of a line follows the traffic that it may have, not that of its placements as a whole.
 */
import type { TargetingRequest } from '#inventory';
import type { Book, BookLine } from './contract.ts';
import type { LoadedBook, LoadedPlacement, LoadedSite } from './load-book.ts';
import { intoWeek, type Zone } from './local-time.ts';
import { weekHours } from './pacing.ts';
import type { SimulatedRequest } from './simulate-scenario.ts';

const hour = 3_600_000;
const week = weekHours * hour;

/** Requests an hour of the week, the mean of the weeks seen; with less than a week, each day counts for all days. */
export async function expectTraffic(
  { book, sites, lines }: LoadedBook,
  history: AsyncIterable<SimulatedRequest>,
  zone: Zone,
): Promise<Pick<Book, 'traffic' | 'lines'>> {
  const placements = new Map<string, Float64Array>();
  const byLine = lines.map(() => new Float64Array(weekHours));
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for await (const request of history) {
    const at = Date.parse(request.at);
    const site = sites.values().next().value;
    const placement = site?.placements.get(request.placement);
    if (!site || !placement) continue;
    first = Math.min(first, at);
    last = Math.max(last, at);
    const slot = Math.floor(intoWeek(at + zone.offset(at)) / hour);
    const seen = placements.get(placement.placement.id) ?? new Float64Array(weekHours);
    placements.set(placement.placement.id, seen);
    seen[slot] = (seen[slot] ?? 0) + 1;
    const { matcher } = placement;
    matcher.start(targetingOf(request, { at, site, placement }));
    for (let index = matcher.next(); index >= 0; index = matcher.next()) {
      const hours = byLine[index];
      if (hours) hours[slot] = (hours[slot] ?? 0) + 1;
    }
  }
  const span = last - first + hour;
  const mean = (hours: Float64Array): number[] => {
    if (span >= week) return Array.from(hours, (count) => (count * week) / span);
    const days = Math.max(1, span / (24 * hour));
    const ofDay = Array.from(
      { length: 24 },
      (_, h) => hours.reduce((sum, n, i) => sum + (i % 24 === h ? n : 0), 0) / days,
    );
    return Array.from({ length: weekHours }, (_, h) => ofDay[h % 24] ?? 0);
  };
  const known = new Map(lines.map(({ line, index }) => [line.id, byLine[index]]));
  const withTraffic = (line: BookLine): BookLine => {
    const hours = known.get(line.id);
    return hours?.some((count) => count > 0) ? { ...line, traffic: mean(hours) } : line;
  };
  return {
    traffic: Object.fromEntries([...placements].map(([id, hours]) => [id, mean(hours)])),
    lines: book.lines.map(withTraffic),
  };
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
