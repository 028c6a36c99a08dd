/**
 * Control's serving plan: what the event store measured of the last four weeks, cut into requests alike for the lines of the book,
 * shared among the promised ones. Made anew every few minutes; in between, edges correct it by what they see.
 */
import { conditionsOf, relaxed } from '#forecasting';
import type { TargetingGroup } from '#inventory/contract';
import type { Events } from '#platform';
import type { Book } from './contract.ts';
import { newCounters } from './counters.ts';
import { type Expected, takersOf, type TrafficClass, withTraffic } from './expected-traffic.ts';
import { type LoadedBook, loadBook, type LoadedPlacement } from './load-book.ts';
import { openZone, type Zone } from './local-time.ts';
import { weekHours } from './pacing.ts';
import { isPlanned, planDelivery } from './plan-delivery.ts';
import { type MeasuredPlacement, readMeasured } from './simulation/measured-traffic.ts';

type Measured = ReadonlyMap<string, MeasuredPlacement>;

const minute = 60_000;
/** What was measured changes slowly; a plan less so. */
const measuredFor = 60 * minute;
const plannedFor = 5 * minute;

export type LivePlanner = {
  /** The book with what its promised lines may expect, and the plan of it. Fails as the event store does. */
  plan(book: Book): Promise<Pick<Book, 'lines' | 'plan'>>;
};

export function openLivePlanner(events: Pick<Events, 'query'>): LivePlanner {
  let measured: { of: Measured; until: number; placements: string } | undefined;
  let learnt: { of: Expected; from: Measured; terms: string } | undefined;
  let planned: { of: NonNullable<Book['plan']>; until: number; from: Expected } | undefined;

  return {
    async plan(book) {
      const now = Date.parse(book.compiled_at);
      const promised = book.lines.filter(isPlanned);
      if (promised.length === 0) return { lines: book.lines, plan: {} };
      const placements = [...new Set(promised.flatMap((line) => line.placements))].toSorted();
      if (!measured || measured.until <= now || measured.placements !== placements.join(' '))
        measured = {
          of: await measuredOf(events, book, placements, now),
          until: now + measuredFor,
          placements: placements.join(' '),
        };
      // Both are kept while nothing that they were made of but time and deliveries has changed.
      const terms = JSON.stringify(promised.map((line) => ({ ...line, creatives: [] })));
      if (learnt?.from !== measured.of || learnt.terms !== terms)
        learnt = { of: expectedOf({ ...book, lines: promised }, measured.of), from: measured.of, terms };
      const lines = withTraffic(book.lines, learnt.of);
      if (!planned || planned.until <= now || planned.from !== learnt.of)
        planned = { of: planOf({ ...book, lines }, learnt.of, now), until: now + plannedFor, from: learnt.of };
      return { lines, plan: planned.of };
    },
  };
}

async function measuredOf(
  events: Pick<Events, 'query'>,
  { placements, sites }: Book,
  ids: readonly string[],
  now: number,
): Promise<Measured> {
  const zones = new Map(sites.map(({ id, time_zone }) => [id, openZone(time_zone)]));
  const wanted = new Set(ids);
  const groups = Map.groupBy(
    placements.filter(({ id }) => wanted.has(id)),
    ({ org_id, site_id }) => `${org_id} ${site_id}`,
  );
  const found = await Promise.all(
    [...groups.values()].map(async ([first, ...more]) => {
      if (!first) return [];
      const today = Math.floor((now + (zones.get(first.site_id)?.offset(now) ?? 0)) / (24 * 60 * minute));
      return readMeasured(events, { org_id: first.org_id, placements: [first, ...more].map(({ id }) => id), today });
    }),
  );
  return new Map(found.flat().map((one) => [one.id, one]));
}

const measuredKeys = new Set(['geo.country', 'device', 'daypart', 'placement', 'site']);

/** Requests alike: a placement's mean hours, parted by country and device; what is not measured counts as fulfilled. */
function expectedOf(book: Book, measured: Measured): Expected {
  const measurable = (targeting: TargetingGroup | null) =>
    targeting && relaxed(targeting, (key) => measuredKeys.has(key));
  const loaded = loadBook(
    { ...book, plan: undefined, lines: book.lines.map((line) => ({ ...line, targeting: measurable(line.targeting) })) },
    newCounters(),
  );
  const classes: TrafficClass[] = [];
  for (const site of loaded.sites.values()) {
    for (const placement of site.placements.values()) {
      const known = measured.get(placement.placement.id);
      if (known) classes.push(...classesOf(loaded, placement, known));
    }
  }
  return {
    classes,
    placements: Object.fromEntries([...measured].map(([id, { hours }]) => [id, hours])),
    parts: new Map(),
  };
}

/** Attributes of a placement that matter one by one; the rest counts with the largest. */
const mostParts = 30;

function classesOf(book: LoadedBook, placement: LoadedPlacement, { hours, mix }: MeasuredPlacement): TrafficClass[] {
  const id = placement.placement.id;
  const byHour = placement.sold.some(
    ({ line }) => line.targeting && conditionsOf(line.targeting).some(({ key }) => key === 'daypart'),
  );
  const found = new Map<string, { placement: string; lines: string[]; hours: Float64Array }>();
  for (const { country, device, part } of mix.slice(0, mostParts)) {
    const request = {
      ...(country === '' ? {} : { country }),
      ...(device === '' ? {} : { device }),
      site: placement.site.names,
      placement: placement.names,
    };
    for (let h = 0; h < weekHours; h += byHour ? 1 : weekHours) {
      const local = { weekday: Math.floor(h / 24), minute: (h % 24) * 60 + 30 };
      const takers = takersOf(book, placement, { ...request, local });
      const key = takers.join(' ');
      let one = found.get(key);
      if (!one) found.set(key, (one = { placement: id, lines: takers, hours: new Float64Array(weekHours) }));
      for (let at = h; at < (byHour ? h + 1 : weekHours); at++)
        one.hours[at] = (one.hours[at] ?? 0) + part * (hours[at] ?? 0);
    }
  }
  return [...found.values()];
}

const deliveredIn = { impressions: 'impressions', viewable_impressions: 'viewables', clicks: 'clicks' } as const;

function planOf(book: Book, expected: Expected, now: number): NonNullable<Book['plan']> {
  const zones = new Map(book.sites.map(({ id, time_zone }) => [id, openZone(time_zone)]));
  const utc: Zone = { offset: () => 0 };
  const zoneOf = new Map(book.placements.map(({ id, site_id }) => [id, zones.get(site_id) ?? utc]));
  const plan: NonNullable<Book['plan']> = {};
  for (const lines of Map.groupBy(book.lines, ({ org_id }) => org_id).values())
    Object.assign(
      plan,
      planDelivery({
        lines,
        expected,
        now,
        zoneOf: (placement) => zoneOf.get(placement) ?? utc,
        remaining({ id, goal: { unit, quantity } }) {
          const field = unit === 'share' || unit === 'conversions' ? 'impressions' : deliveredIn[unit];
          return quantity - (book.delivered[id]?.[field] ?? 0);
        },
      }),
    );
  return plan;
}
