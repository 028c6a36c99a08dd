import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BookLine } from './contract.ts';
import { newCounters } from './counters.ts';
import { choose, commit } from './decide.ts';
import { openFrequency } from './frequency.ts';
import { loadBook } from './load-book.ts';
import { allow, committed, newPace, noteDecision, noteDelivered, shapeOf, traffic } from './pacing.ts';
import { sampleBook, sampleLine } from './sample-book.ts';

const hour = 3_600_000;
const start = Date.parse('2026-03-02T23:00:00Z'); // midnight in Paris

/** Page views by hour of a French news site's weekday: a night, a morning peak, lunch, an evening. Percent of the day. */
const curve = [
  1.1, 0.6, 0.4, 0.3, 0.4, 1.2, 3.4, 6.1, 7.2, 6.3, 5.6, 5.7, 7.4, 6.6, 5.1, 4.7, 4.8, 5.3, 5.9, 6.0, 5.6, 4.9, 3.4,
  2.0,
];

function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

type Day = {
  line?: Partial<BookLine>;
  requests?: number;
  /** Whether the traffic shape is known beforehand. */
  known?: boolean;
  /** Share of decisions whose impression comes, and how long after. */
  render?: number;
  delayMs?: number;
  /** Hours without any request. */
  outage?: (hour: number) => boolean;
  seed?: number;
};

/** One day of requests at one placement; answers impressions by hour of the day. */
function simulate({
  line,
  requests = 60_000,
  known = true,
  render = 1,
  delayMs = 0,
  outage = () => false,
  seed = 1,
}: Day): { total: number; byHour: number[] } {
  const random = randomOf(seed);
  const counters = newCounters();
  const total = curve.reduce((sum, percent) => sum + percent, 0);
  const book = loadBook(
    sampleBook({
      lines: [
        sampleLine({
          id: 'li_1',
          goal: { unit: 'impressions', quantity: 10_000 },
          start: new Date(start).toISOString(),
          end: new Date(start + 24 * hour).toISOString(),
          ...line,
        }),
      ],
      traffic: known
        ? { pl_top: Array.from({ length: 168 }, (_, h) => (requests * (curve[h % 24] ?? 0)) / total) }
        : {},
    }),
    counters,
  );
  const placement = book.sites.get('journal.example')?.placements.get('top');
  if (!placement) throw new Error('no placement');

  const times: number[] = [];
  const share = curve.reduce((sum, percent) => sum + percent, 0);
  for (const [h, percent] of curve.entries()) {
    if (outage(h)) continue;
    const count = Math.round((requests * percent * (0.9 + 0.2 * random())) / share);
    for (let i = 0; i < count; i++) times.push(start + (h + random()) * hour);
  }
  times.sort((a, b) => a - b);

  const byHour = Array<number>(24).fill(0);
  const coming: { at: number; decidedAt: number }[] = [];
  const arrive = (until: number) => {
    while (coming[0] && coming[0].at <= until) {
      const { at, decidedAt } = coming.shift() ?? { at: 0, decidedAt: 0 };
      counters.count({ kind: 'impression', id: { high: 1, low: 1 }, decidedAt, at, line: 'li_1', visitor: '' });
      const h = Math.min(23, Math.floor((at - start) / hour));
      byHour[h] = (byHour[h] ?? 0) + 1;
    }
  };
  const frequency = openFrequency();
  for (const [turn, at] of times.entries()) {
    arrive(at);
    const ask = {
      at,
      placement,
      formats: placement.formats,
      request: {},
      page: { visitor: '', chosen: [], seen: [], codes: [] },
      frequency,
      shares: counters.shares,
      random,
    };
    const chosen = choose(book, ask);
    if (!chosen) continue;
    commit(chosen, ask, turn);
    if (random() < render) coming.push({ at: at + delayMs, decidedAt: at });
  }
  arrive(Number.POSITIVE_INFINITY);
  return { total: byHour.reduce((sum, count) => sum + count, 0), byHour };
}

const shares = curve.map((percent) => percent / curve.reduce((sum, other) => sum + other, 0));

describe('a goal of 10,000 over a day', () => {
  test('known traffic: met and not passed, each hour within 10 % of its share', () => {
    for (const seed of [1, 2, 3]) {
      const { total, byHour } = simulate({ seed });
      expect(total).toBeGreaterThanOrEqual(10_000);
      expect(total).toBeLessThanOrEqual(10_050);
      for (const [h, share] of shares.entries())
        expect(Math.abs((byHour[h] ?? 0) / (10_000 * share) - 1), `hour ${h}`).toBeLessThanOrEqual(0.1);
    }
  });

  test('unknown traffic: met and not passed, each hour within 10 % of a twenty-fourth', () => {
    const { total, byHour } = simulate({ known: false, requests: 300_000 });
    expect(total).toBeGreaterThanOrEqual(10_000);
    expect(total).toBeLessThanOrEqual(10_050);
    for (const count of byHour) expect(Math.abs(count / (10_000 / 24) - 1)).toBeLessThanOrEqual(0.1);
  });

  test('one in five ads never renders, the others after ten seconds', () => {
    for (const seed of [4, 5, 6]) {
      const { total, byHour } = simulate({ render: 0.8, delayMs: 10_000, seed });
      expect(total).toBeGreaterThanOrEqual(10_000);
      expect(total).toBeLessThanOrEqual(10_050);
      for (const [h, share] of shares.entries())
        expect(Math.abs((byHour[h] ?? 0) / (10_000 * share) - 1), `hour ${h}`).toBeLessThanOrEqual(0.1);
    }
  });

  test('three hours without traffic are made up for over the rest of the day, not at once', () => {
    const { total, byHour } = simulate({ outage: (h) => h >= 9 && h < 12 });
    expect(total).toBeGreaterThanOrEqual(10_000);
    expect(total).toBeLessThanOrEqual(10_050);
    const lost = shares.slice(9, 12).reduce((sum, share) => sum + share, 0);
    const left = shares.slice(12).reduce((sum, share) => sum + share, 0);
    for (let h = 13; h < 23; h++) {
      const wanted = 10_000 * (shares[h] ?? 0) * (1 + lost / left);
      expect(Math.abs((byHour[h] ?? 0) / wanted - 1), `hour ${h}`).toBeLessThanOrEqual(0.1);
    }
  });

  test('too little traffic: every request is used', () => {
    const { total } = simulate({ requests: 5_000 });
    expect(total).toBeGreaterThan(4_800);
  });

  test('front-loaded runs ahead in the first half by up to a quarter and still meets the goal', () => {
    const { total, byHour } = simulate({ line: { pacing: 'frontloaded' } });
    expect(total).toBeGreaterThanOrEqual(10_000);
    expect(total).toBeLessThanOrEqual(10_050);
    const ratio =
      byHour.slice(0, 12).reduce((sum, count) => sum + count, 0) /
      (10_000 * shares.slice(0, 12).reduce((sum, share) => sum + share, 0));
    expect(ratio).toBeGreaterThan(1.1);
    expect(ratio).toBeLessThan(1.3);
  });

  test('as fast as possible takes every request until the goal is met', () => {
    const { total, byHour } = simulate({ line: { pacing: 'asap' } });
    expect(total).toBe(10_000);
    expect(byHour.slice(12).every((count) => count === 0)).toBe(true);
  });

  test.each([1, 3, 50])('a goal of %i is met exactly', (quantity) => {
    expect(simulate({ line: { goal: { unit: 'impressions', quantity } } }).total).toBe(quantity);
  });
});

test('traffic between two moments adds up, over the end of a week too', () => {
  const hours = Array.from({ length: 168 }, (_, h) => h + 100);
  const shape = shapeOf(hours);
  const all = hours.reduce((sum, requests) => sum + requests, 0);
  const week = 168 * hour;
  expect(traffic(shape, 0, hour)).toBeCloseTo(100);
  expect(traffic(shape, hour / 2, 1.5 * hour)).toBeCloseTo(50 + 50.5);
  expect(traffic(shape, 167 * hour, week + hour)).toBeCloseTo(267 + 100);
  expect(traffic(shape, 1.5 * hour, 3 * week + 1.5 * hour)).toBeCloseTo(3 * all);
  expect(traffic(shape, hour, hour)).toBe(0);
});

test('what is on its way fades with time, whatever the silences, and late arrivals are counted once', () => {
  const decision = fc.record({
    wait: fc.oneof(fc.nat(40_000), fc.nat(2_000_000)),
    comes: fc.option(fc.nat(400_000), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(decision, { maxLength: 60 }), (decisions) => {
      const pace = newPace(0.9);
      let at = start;
      let came = 0;
      const coming: { at: number; decidedAt: number }[] = [];
      for (const { wait, comes } of decisions) {
        at += wait;
        for (const one of coming.filter((other) => other.at <= at)) {
          noteDelivered(pace, one.decidedAt);
          came++;
          coming.splice(coming.indexOf(one), 1);
        }
        noteDecision(pace, at);
        if (comes !== undefined) coming.push({ at: at + comes, decidedAt: at });
        expect(pace.onTheWay.fresh).toBeGreaterThanOrEqual(1);
        expect(pace.onTheWay.stale).toBeGreaterThanOrEqual(0);
        expect(committed(pace)).toBeLessThanOrEqual(came + pace.onTheWay.fresh + pace.onTheWay.stale + 1e-9);
      }
      const plan = {
        goal: 1_000_000,
        pacing: 'even' as const,
        shape: shapeOf(undefined),
        isMeasured: false,
        start,
        end: at + 1000 * hour,
        most: 1,
      };
      allow(plan, pace, at + 600_000, undefined);
      expect([pace.delivered, pace.onTheWay.fresh, pace.onTheWay.stale]).toEqual([came, 0, 0]);
    }),
  );
});

test('an hour without history still counts for a little', () => {
  const shape = shapeOf([...Array<number>(167).fill(100), 0]);
  expect(traffic(shape, 167 * hour, 168 * hour)).toBeCloseTo(1.988, 2);
});
