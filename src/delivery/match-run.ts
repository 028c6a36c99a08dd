/** The choice of a line item by itself, timed: by the index, or by the obvious loop over all lines that it must agree with. */
import { matches, type TargetingRequest } from '#inventory';
import type { Book } from './contract.ts';
import { newCounters } from './counters.ts';
import { type Ask, choose, commit } from './decide.ts';
import { fitOf, type LoadedBook, type LoadedPlacement, loadBook } from './load-book.ts';

export type MatchRun = {
  book: Book;
  domain: string;
  asks: readonly { placement: string; request: TargetingRequest }[];
  requests: number;
  /** Milliseconds; each request comes 5 µs after the one before, as it does at 200,000 a second. */
  now: number;
  how: 'index' | 'loop';
  /** Milliseconds of a clock that only runs forward. */
  stopwatch: () => number;
  /** Milliseconds that this thread has computed: what else the machine does is not counted. */
  computed: () => number;
};

/** `decisions_per_s`: in a second of a core's time. */
export type MatchFigures = { decisions_per_s: number; p50_us: number; p99_us: number; filled_percent: number };

/** Asks round and round, a first tenth uncounted. Requests share some thousand visitors, so caps are looked up too. */
export function matchRun({ book, domain, asks, requests, now, how, stopwatch, computed }: MatchRun): MatchFigures {
  const counters = newCounters();
  const loaded = loadBook(book, counters);
  const site = loaded.sites.get(domain);
  if (!site) throw new Error(`the book has no site ${domain}`);
  const prepared = asks.flatMap(({ placement: code, request }) => {
    const placement = site.placements.get(code);
    if (!placement) return [];
    const asked = how === 'loop' ? withLoop(loaded, placement) : placement;
    return [{ placement: asked, request: { ...request, site: site.names, placement: placement.names } }];
  });
  const visitors = Array.from({ length: 5000 }, (_, n) => String(n * 7919));
  const warm = Math.floor(requests / 10);
  const took = new Float64Array(requests);
  let filled = 0;
  let began = computed();
  for (let n = 0; n < warm + requests; n++) {
    if (n === warm) began = computed();
    const asked = prepared[n % prepared.length];
    if (!asked) break;
    const at = now + n / 200;
    const visitor = n % 2 === 0 ? (visitors[n % visitors.length] ?? '') : '';
    const from = stopwatch();
    if (visitor !== '') counters.frequency.arrive(visitor, at);
    const ask: Ask = {
      at,
      placement: asked.placement,
      formats: asked.placement.formats,
      request: asked.request,
      page: { visitor, chosen: [], seen: [], codes: [] },
      frequency: counters.frequency,
      shares: counters.shares,
      random: Math.random,
    };
    const chosen = choose(loaded, ask);
    if (chosen) commit(chosen, ask, n);
    if (n < warm) continue;
    took[n - warm] = stopwatch() - from;
    if (chosen) filled++;
  }
  const seconds = (computed() - began) / 1000;
  took.sort();
  const at = (part: number) => Math.round((took[Math.floor(requests * part)] ?? 0) * 10_000) / 10;
  return {
    decisions_per_s: Math.round(requests / seconds),
    p50_us: at(0.5),
    p99_us: at(0.99),
    filled_percent: Math.round((1000 * filled) / requests) / 10,
  };
}

/** The same placement with a matcher that looks at every line of the book in serving order. */
export function withLoop({ lines }: LoadedBook, placement: LoadedPlacement): LoadedPlacement {
  let asked: TargetingRequest = {};
  let at = 0;
  const found = new Int32Array(1);
  return {
    ...placement,
    matcher: {
      found,
      start(request) {
        asked = request;
        at = 0;
      },
      more() {
        while (at < lines.length) {
          const loaded = lines[at++];
          const isSold = loaded?.line.serves && loaded.placements.has(placement.placement.id);
          if (!isSold || !matches(loaded.line.targeting, asked)) continue;
          found[0] = (at - 1) * 4 + fitOf(loaded, placement.formats);
          return 1;
        }
        return 0;
      },
      hold: () => undefined,
    },
  };
}
