/**
 * Days of traffic through the live decision: the same book, matcher, pacing, caps and counters as an edge's, under a clock that
 * the requests move. Each filled request is one impression at its time; where a goal counts viewable impressions or clicks, these
 * follow by chance at the usual rates, drawn from the seed.
 */
import type { Book, BookCreative, BookLine } from './contract.ts';
import { type Counters, newCounters } from './counters.ts';
import { type Ask, choose, commit } from './decide.ts';
import type { Frequency } from './frequency.ts';
import { targetingOf } from './expected-traffic.ts';
import { openSimulatedPlanner } from './simulated-planner.ts';
import { loadBook, type LoadedSite } from './load-book.ts';
import { openZone } from './local-time.ts';
import { mayIdentify } from './may-identify.ts';
import { usualRates } from './price.ts';
import type { Scenario, SimulatedRequest } from './simulate-scenario.ts';

export type Simulated = {
  lines: { name: string; ordered: number; delivered: number; by_day: Record<string, number>; capped: number }[];
  requests: number;
  filled: number;
  decisions_per_s: number;
  replans: number;
};

export type Simulation = {
  scenario: Scenario;
  history: AsyncIterable<SimulatedRequest>;
  requests: AsyncIterable<SimulatedRequest>;
  /** Milliseconds of a clock that only runs forward; measures `decisions_per_s`. */
  stopwatch: () => number;
  /** Told at each replan: simulated time and requests so far. */
  progress?: (at: Date, requests: number) => void;
};

const siteId = 'simulated';
const minute = 60_000;
const day = 86_400_000;

/** Runs a scenario. Requests outside its days, or of placements that it has not, count for nothing. */
export async function simulate({ scenario, history, requests, stopwatch, progress }: Simulation): Promise<Simulated> {
  const zone = openZone(scenario.time_zone);
  const start = startOf(scenario);
  const end = localStart(start, scenario.days, zone);
  const draw = seededRandom(scenario.seed ?? 1);
  let counters: Counters = newCounters();
  const planner = await openSimulatedPlanner({ book: bookOf(scenario, start), history, zone, start, end });
  let book = planner.plan(start, counters);
  let loaded = loadBook(book, counters);
  const restarts = (scenario.events ?? []).map(({ at }) => Date.parse(at)).toSorted((a, b) => a - b);

  const capped = new Map<string, number>();
  const byDay = new Map(book.lines.map(({ id }) => [id, new Map<string, number>()]));
  const sorted = await inOrder(requests, start, end);
  let [filled, replans, turn] = [0, 0, 0];
  let nextPlan = start + scenario.replan_minutes * minute;
  let dayEnds = Number.NEGATIVE_INFINITY;
  let date = '';
  const began = stopwatch();

  for (const [count, request] of sorted.entries()) {
    const at = request.time;
    while (restarts.length > 0 && (restarts[0] ?? 0) <= at) {
      restarts.shift();
      // What an edge has after a restart: its counters as they were kept, and the lines of its journal since, which hold it all.
      counters = newCounters(counters.dump());
      loaded = loadBook(book, counters);
    }
    if (at >= nextPlan) {
      // Plans that fall into hours without a request are one plan.
      nextPlan +=
        Math.ceil((at - nextPlan + 1) / (scenario.replan_minutes * minute)) * scenario.replan_minutes * minute;
      book = planner.plan(at, counters);
      loaded = loadBook(book, counters);
      replans++;
      progress?.(new Date(at), count);
    }
    const site = loaded.sites.get(siteId);
    const placement = site?.placements.get(request.placement);
    if (!site || !placement) continue;
    planner.note(request, at);
    const ask = askOf(request, {
      at,
      site,
      placement,
      frequency: counted(counters.frequency, capped),
      shares: counters.shares,
      random: draw,
    });
    const chosen = choose(loaded, ask);
    if (!chosen) continue;
    commit(chosen, ask, ++turn);
    filled++;
    const { line } = chosen.line;
    const event = {
      decidedAt: at,
      at,
      line: line.id,
      order: line.order_id,
      advertiser: line.advertiser_id,
      creative: chosen.creative.creative.id,
      visitor: ask.page.visitor,
      id: { high: 1, low: turn },
    };
    counters.count({ ...event, kind: 'impression' });
    const sees = draw() < usualRates.viewable;
    if (sees) counters.count({ ...event, kind: 'viewable' });
    const clicks = draw() < usualRates.click;
    if (clicks) counters.count({ ...event, kind: 'click' });
    const { unit } = line.goal;
    if (unit === 'viewable_impressions' ? !sees : unit === 'clicks' && !clicks) continue;
    if (at >= dayEnds) {
      date = new Date(at + zone.offset(at)).toISOString().slice(0, 10);
      dayEnds = localStart(at, 1, zone);
    }
    const days = byDay.get(line.id);
    days?.set(date, (days.get(date) ?? 0) + 1);
  }

  const seconds = Math.max(1e-6, (stopwatch() - began) / 1000);
  return {
    lines: book.lines.map(({ id, name, goal }) => {
      const days = Object.fromEntries(byDay.get(id) ?? []);
      return {
        name,
        ordered: goal.quantity,
        delivered: Object.values(days).reduce((sum, count) => sum + count, 0),
        by_day: days,
        capped: capped.get(id) ?? 0,
      };
    }),
    requests: sorted.length,
    filled,
    decisions_per_s: Math.round(sorted.length / seconds),
    replans,
  };
}

type Timed = SimulatedRequest & { time: number };

/** Requests within the days of the scenario, by time; a file need not be in order. */
async function inOrder(requests: AsyncIterable<SimulatedRequest>, start: number, end: number): Promise<Timed[]> {
  const kept: Timed[] = [];
  let isSorted = true;
  let last = Number.NEGATIVE_INFINITY;
  for await (const request of requests) {
    const time = Date.parse(request.at);
    if (time < start || time >= end) continue;
    if (time < last) isSorted = false;
    last = time;
    kept.push({ ...request, time });
  }
  return isSorted ? kept : kept.sort((a, b) => a.time - b.time);
}

/** Counts how often a cap held a line back that would otherwise have been in the running. */
const counted = (frequency: Frequency, capped: Map<string, number>): Frequency => ({
  ...frequency,
  allows(visitor, of, now) {
    const may = frequency.allows(visitor, of, now);
    if (!may) capped.set(of.line, (capped.get(of.line) ?? 0) + 1);
    return may;
  },
});

function askOf(
  request: SimulatedRequest,
  {
    at,
    site,
    placement,
    frequency,
    shares,
    random,
  }: {
    at: number;
    site: LoadedSite;
    placement: Ask['placement'];
    frequency: Frequency;
    shares: Ask['shares'];
    random: () => number;
  },
): Ask {
  const isKnown = request.visitor_id !== undefined && mayIdentify(request.consent, false);
  const visitor = isKnown ? (request.visitor_id ?? '') : '';
  if (visitor !== '') frequency.arrive(visitor, at);
  return {
    at,
    placement,
    formats: placement.formats,
    request: targetingOf(request, { at, site, placement }),
    page: { visitor, chosen: [], seen: [], codes: [{ code: request.placement }] },
    frequency,
    shares,
    random,
  };
}

/** The booked lines as a book: one site, one creative per line and format. */
function bookOf(scenario: Scenario, start: number): Book {
  const creatives = new Map<string, BookCreative>();
  const formatsOf = new Map(scenario.placements.map(({ code, formats }) => [code, formats]));
  const lines = scenario.line_items.map((item, index): BookLine => {
    const formats = item.sizes?.length ? item.sizes : item.placements.flatMap((code) => formatsOf.get(code) ?? []);
    // A creative with caps is the line's own: exposures of it on other lines would count.
    const own = item.creative_caps ? `_${index}` : '';
    const made = [...new Set(formats)].map((format) => creativeOf(format, own));
    for (const creative of made) creatives.set(creative.id, creative);
    return {
      id: `line_${index}`,
      org_id: siteId,
      order_id: item.order_id ?? '',
      advertiser_id: item.advertiser_id ?? item.order_id ?? '',
      advertiser: '',
      side: 'sell',
      name: item.name,
      type: item.type,
      priority: item.priority ?? priorityOf(item.type),
      serves: true,
      goal: item.goal,
      rate: item.rate,
      start: new Date(item.start).toISOString(),
      end: new Date(item.end).toISOString(),
      placements: item.placements,
      sizes: item.sizes ?? [],
      targeting: item.targeting ?? null,
      frequency_caps: item.frequency_caps ?? [],
      order_caps: item.order_caps,
      advertiser_caps: item.advertiser_caps,
      daily_cap: item.daily_cap,
      lifetime_cap: item.lifetime_cap,
      pacing: item.pacing ?? 'even',
      pacing_curve: item.pacing_curve,
      roadblock: item.roadblock ?? 'one_or_more',
      exclusion_labels: item.exclusion_labels ?? [],
      excluded_advertisers: item.excluded_advertisers,
      rotation: item.rotation ?? 'even',
      creatives: made.map(({ id }) => ({
        id,
        weight: 100,
        start: null,
        end: null,
        frequency_caps: item.creative_caps,
      })),
    };
  });
  return {
    version: 'simulated',
    compiled_at: new Date(start).toISOString(),
    sites: [
      {
        id: siteId,
        number: 1,
        org_id: siteId,
        domain: siteId,
        time_zone: scenario.time_zone,
        currency: scenario.line_items[0]?.rate.currency ?? 'EUR',
        mode: 'exempt',
        sections: [],
      },
    ],
    placements: scenario.placements.map(({ code, formats }) => ({
      id: code,
      org_id: siteId,
      site_id: siteId,
      section_id: null,
      code,
      formats,
      floor: null,
    })),
    lines,
    creatives: [...creatives.values()],
    keys: [],
    signing_keys: [{ id: 1, key: 'c2ltdWxhdGVk' }],
    salts: {},
    delivered: {},
    traffic: {},
  };
}

function creativeOf(format: string, own: string): BookCreative {
  const [width, height] = /^(\d+)x(\d+)$/.exec(format)?.slice(1).map(Number) ?? [null, null];
  const kind = format === 'native' || format === 'text' || format === 'video' ? format : 'image';
  return {
    id: `creative_${format}${own}`,
    kind,
    name: format,
    width: width ?? null,
    height: height ?? null,
    landing_url: 'https://example.org/',
    file_hash: 'simulated',
    media_type: null,
    content: null,
  };
}

function startOf({ start, time_zone }: Scenario): number {
  if (start.includes('T')) return Date.parse(start);
  const zone = openZone(time_zone);
  const guess = Date.parse(`${start}T00:00:00Z`);
  return guess - zone.offset(guess - zone.offset(guess));
}

/** The instant `days` local midnights after the local day that holds `at` began; DST days are 23 or 25 hours. */
function localStart(at: number, days: number, zone: { offset(at: number): number }): number {
  const local = at + zone.offset(at);
  // A scenario that starts at noon ends at noon.
  const wanted = days === 1 ? (Math.floor(local / day) + 1) * day : local + days * day;
  return wanted - zone.offset(wanted - zone.offset(wanted));
}

/** Mulberry32: small, fast, the same everywhere. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The default of the line's type. */
const priorityOf = (type: BookLine['type']): number =>
  ({ sponsorship: 4, standard: 8, bulk: 12, network: 12, price_priority: 12, house: 16 })[type];
