/** What is wrong with a calendar: one space promised whole to two, competitors side by side, more taken than will come. Pure. */
import type { Conflict, OccupiedPlacement } from './contract.ts';
import type { Tenant } from './occupants.ts';

type Pair = { a: Tenant; b: Tenant; first_day: string; last_day: string };

/** Conflicts that one reply tells. */
const most = 500;

export function conflictsOf(placements: readonly OccupiedPlacement[], tenants: readonly Tenant[]): Conflict[] {
  const here = new Map<string, Tenant[]>();
  for (const tenant of tenants) {
    if (tenant.space === 'past') continue;
    for (const id of tenant.placements) {
      const list = here.get(id);
      if (list) list.push(tenant);
      else here.set(id, [tenant]);
    }
  }
  const neighbours = new Map<string, Tenant[]>();
  for (const [page, ids] of pagesOf(placements))
    neighbours.set(page, [...new Set(ids.flatMap((id) => here.get(id) ?? []))]);
  const told = new Set<string>();
  const found: Conflict[] = [];
  for (const place of placements) {
    const own = here.get(place.id) ?? [];
    for (const pair of overlapping(own, own))
      if (isExclusiveTwice(pair)) found.push(conflict('exclusive-twice', place.id, pair, null));
    // Beside: on the same placement, or on one of the same pages. Two lines that meet in many places are told of once.
    for (const pair of overlapping(own, neighbours.get(pageOf(place)) ?? [])) {
      const both = [pair.a.id, pair.b.id].toSorted().join(' ');
      const why = told.has(both) ? null : sharedBy(pair);
      if (why === null) continue;
      told.add(both);
      found.push(conflict('competitor-beside', place.id, pair, why));
    }
    found.push(...overbooked(place, own));
    if (found.length >= most) break;
  }
  return found.slice(0, most);
}

const pageOf = ({ site_id, section_id }: OccupiedPlacement): string => `${site_id} ${section_id ?? ''}`;

function pagesOf(placements: readonly OccupiedPlacement[]): Map<string, string[]> {
  const pages = new Map<string, string[]>();
  for (const place of placements) pages.set(pageOf(place), [...(pages.get(pageOf(place)) ?? []), place.id]);
  return pages;
}

const conflict = (
  code: Conflict['code'],
  placement_id: string,
  { a, b, first_day, last_day }: Pair,
  why: string | null,
) => ({
  code,
  placement_id,
  occupants: [a.id, b.id],
  first_day,
  last_day,
  why,
});

/** Pairs that share time, each named once. Days are compared first: most pairs end there. */
function overlapping(own: readonly Tenant[], others: readonly Tenant[]): Pair[] {
  const pairs: Pair[] = [];
  const mine = new Set(own);
  for (const a of own) {
    for (const b of others) {
      if (a === b || a.first_day > b.last_day || b.first_day > a.last_day || (mine.has(b) && a.id > b.id)) continue;
      if (Date.parse(a.start) >= Date.parse(b.end) || Date.parse(b.start) >= Date.parse(a.end)) continue;
      pairs.push({
        a,
        b,
        first_day: a.first_day > b.first_day ? a.first_day : b.first_day,
        last_day: a.last_day < b.last_day ? a.last_day : b.last_day,
      });
    }
  }
  return pairs;
}

/** Two shares of the same requests that come to more than all of them. Targetings that differ may be of different requests. */
const isExclusiveTwice = ({ a, b }: Pair): boolean =>
  a.goal.unit === 'share' &&
  b.goal.unit === 'share' &&
  a.type === 'sponsorship' &&
  b.type === 'sponsorship' &&
  a.goal.quantity + b.goal.quantity > 100 &&
  (a.targeting === null || b.targeting === null || JSON.stringify(a.targeting) === JSON.stringify(b.targeting));

/** What makes competitors of two advertisers: their category, or an exclusion label that both lines bear; null for no competitors. */
function sharedBy({ a, b }: Pair): string | null {
  if (a.advertiser_id === b.advertiser_id) return null;
  const label = a.labels.find((one) => b.labels.some((other) => other.toLowerCase() === one.toLowerCase()));
  if (label !== undefined) return label;
  const [one, other] = [a.category?.trim(), b.category?.trim()];
  return one && other && one.toLowerCase() === other.toLowerCase() ? one : null;
}

/** Who finds too little here. */
const overbooked = (place: OccupiedPlacement, own: readonly Tenant[]): Conflict[] =>
  own
    .filter(({ missing }) => missing > 0)
    .map(({ id, first_day, last_day }) => ({
      code: 'overbooked',
      placement_id: place.id,
      occupants: [id],
      first_day,
      last_day,
      why: null,
    }));
