/**
 * The work of a live plan: measured traffic is cut into requests alike for the lines of a book and shared among the promised ones.
 * Pure, with what it learnt kept from plan to plan; it runs in a thread, since at thousands of lines it takes seconds.
 */
import * as z from 'zod';
import { conditionsOf, relaxed } from '#forecasting';
import type { TargetingGroup } from '#inventory/contract';
import type { Book } from './contract.ts';
import { newCounters } from './counters.ts';
import { type Expected, takersOf, type TrafficClass, withTraffic } from './expected-traffic.ts';
import { type LoadedBook, loadBook, type LoadedPlacement } from './load-book.ts';
import { openZone, type Zone } from './local-time.ts';
import { weekHours } from './pacing.ts';
import { isPlanned, planDelivery } from './plan-delivery.ts';
import type { MeasuredPlacement } from './simulation/measured-traffic.ts';

/** What has not changed since the question before is left out. Texts are JSON: they cross to a thread fastest. */
export type PlanQuestion = {
  /** Of a Book: sites, placements, lines, creatives. */
  terms?: string | undefined;
  measured?: MeasuredPlacement[] | undefined;
  /** Of a Book. */
  delivered: string;
  /** UTC milliseconds. */
  now: number;
};

export const PlanAnswer = z.object({
  /** What lines may expect, where it was learnt anew: 168 hours for each id. */
  traffic: z.object({ ids: z.array(z.string()), hours: z.instanceof(Float64Array) }).optional(),
  /** Of a Book. */
  plan: z.string(),
});
export type PlanAnswer = z.infer<typeof PlanAnswer>;

type Measured = ReadonlyMap<string, MeasuredPlacement>;

/** Answers one question after the other; the first has everything. */
export function openLivePlan(): (question: PlanQuestion) => PlanAnswer {
  let book: Book | undefined;
  let measured: Measured = new Map();
  let learnt: Expected | undefined;

  return ({ terms, measured: news, delivered, now }) => {
    if (terms !== undefined) {
      const read: Pick<Book, 'sites' | 'placements' | 'lines' | 'creatives'> = JSON.parse(terms);
      book = { ...nothing, ...read };
    }
    if (news) measured = new Map(news.map((one) => [one.id, one]));
    if (!book) throw new Error('The first question has the terms of the lines.');
    let isNew = false;
    if (!learnt || terms !== undefined || news) {
      learnt = expectedOf({ ...book, lines: book.lines.filter(isPlanned) }, measured);
      book = { ...book, lines: withTraffic(book.lines, learnt) };
      isNew = true;
    }
    const plan = planOf({ ...book, delivered: JSON.parse(delivered) }, learnt, now);
    return { plan: JSON.stringify(plan), ...(isNew ? { traffic: trafficOf(book) } : {}) };
  };
}

const nothing: Book = {
  version: '',
  compiled_at: '',
  sites: [],
  placements: [],
  lines: [],
  creatives: [],
  keys: [],
  signing_keys: [{ id: 1, key: '' }],
  salts: {},
  delivered: {},
  traffic: {},
};

function trafficOf({ lines }: Book): NonNullable<PlanAnswer['traffic']> {
  const known = lines.filter(({ traffic }) => traffic);
  const hours = new Float64Array(known.length * weekHours);
  for (const [index, { traffic }] of known.entries()) hours.set(traffic ?? [], index * weekHours);
  return { ids: known.map(({ id }) => id), hours };
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
