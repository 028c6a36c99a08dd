import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BookLine, FrequencyCap } from './contract.ts';
import { newCounters } from './counters.ts';
import { type Ask, choose, commit } from './decide.ts';
import { openFrequency } from './frequency.ts';
import { loadBook } from './load-book.ts';
import { sampleBook, sampleLine } from './sample-book.ts';

const start = Date.parse('2026-03-02T10:00:00.789Z');
const minute = 60_000;
const ad = (line: string, creative = 'cr_1') => ({ line, creative });
const adopted = (...lines: BookLine[]) => {
  const frequency = openFrequency();
  frequency.adopt(lines);
  return frequency;
};
const capped = (frequency_caps: FrequencyCap[], more: Partial<BookLine> = {}) =>
  sampleLine({ id: 'line', frequency_caps, ...more });

describe('a decision and its impression', () => {
  test('count once, although the address holds whole seconds', () => {
    const book = sampleBook({ lines: [capped([{ count: 2, per: 'hour' }])] });
    const counters = newCounters();
    const loaded = loadBook(book, counters);
    const placement = loaded.sites.get('journal.example')?.placements.get('top');
    if (!placement) throw new Error('the book has its placement');
    const askAt = (at: number): Ask => ({
      at,
      placement,
      formats: placement.formats,
      request: {},
      page: { visitor: '7', chosen: [], seen: [], codes: [] },
      frequency: counters.frequency,
      shares: counters.shares,
      random: () => 0,
    });
    const shows = (at: number) => {
      const chosen = choose(loaded, askAt(at));
      if (!chosen) return false;
      commit(chosen, askAt(at), at);
      const decidedAt = Math.floor(at / 1000) * 1000;
      const id = { high: at, low: 1 };
      counters.count({ kind: 'impression', id, decidedAt, at: at + 350, line: 'line', creative: 'cr_1', visitor: '7' });
      return true;
    };
    expect([0, 1, 2].map((n) => shows(start + n * minute))).toEqual([true, true, false]);
  });

  test('a decision counts as long as its impression may come, an hour, and no longer', () => {
    const frequency = adopted(capped([{ count: 1, per: 'lifetime' }]));
    frequency.decided('7', ad('line'), start);
    expect(frequency.allows('7', frequency.capsOf('line'), start + 60 * minute - 1)).toBe(false);
    expect(frequency.allows('7', frequency.capsOf('line'), start + 60 * minute)).toBe(true);
  });

  test('an impression whose decision was made elsewhere counts', () => {
    const frequency = adopted(capped([{ count: 1, per: 'day' }]));
    frequency.shown('7', ad('line'), { decidedAt: Number.NaN, at: start });
    expect(frequency.allows('7', frequency.capsOf('line'), start + minute)).toBe(false);
    expect(frequency.allows('8', frequency.capsOf('line'), start + minute)).toBe(true);
  });
});

describe('whose exposures count together', () => {
  const two = (more: Partial<BookLine>) => [
    sampleLine({ id: 'a', ...more }),
    sampleLine({ id: 'b', ...more }),
    sampleLine({ id: 'other', order_id: 'ord_2', advertiser_id: 'adv_2' }),
  ];
  const once: FrequencyCap[] = [{ count: 1, per: 'day' }];
  test.each([
    ['an order', { order_caps: once }],
    ['an advertiser', { advertiser_caps: once }],
  ])('all line items of %s', (_, more) => {
    const frequency = adopted(...two(more));
    frequency.decided('7', ad('a'), start);
    expect(['a', 'b', 'other'].map((line) => frequency.allows('7', frequency.capsOf(line), start))).toEqual([
      false,
      false,
      true,
    ]);
  });

  test('a creative on any line item, while the line has others', () => {
    const creatives = [
      { id: 'cr_1', weight: 100, start: null, end: null, frequency_caps: once },
      { id: 'cr_2', weight: 100, start: null, end: null },
    ];
    const frequency = adopted(sampleLine({ id: 'a', creatives }), sampleLine({ id: 'b' }));
    frequency.decided('7', ad('b', 'cr_1'), start);
    expect(frequency.allows('7', frequency.capsOf('a'), start)).toBe(true);
    expect(frequency.allowsCreative('7', 'a', 'cr_1', start)).toBe(false);
    expect(frequency.allowsCreative('7', 'a', 'cr_2', start)).toBe(true);
  });

  test('without an identifier the page is all that is known', () => {
    const frequency = adopted(...two({ advertiser_caps: [{ count: 2, per: 'week' }] }));
    expect(frequency.allowsOnPage([ad('a')], frequency.capsOf('b'))).toBe(true);
    expect(frequency.allowsOnPage([ad('a'), ad('b')], frequency.capsOf('b'))).toBe(false);
    expect(frequency.allowsOnPage([ad('a'), ad('b')], frequency.capsOf('other'))).toBe(true);
  });
});

type Step = { gap: number; visitor: string; line: 0 | 1; delay: number | undefined };
const units = { minute, hour: 60 * minute, day: 1440 * minute, week: 7 * 1440 * minute, month: 30 * 1440 * minute };

test('what is allowed is what a list of all exposures allows, whatever was let go or written down meanwhile', () => {
  const caps = fc.array(
    fc.record({
      count: fc.integer({ min: 1, max: 4 }),
      per: fc.constantFrom<FrequencyCap['per']>('minute', 'hour', 'day', 'week', 'month', 'lifetime', 'visit'),
      every: fc.integer({ min: 1, max: 3 }),
    }),
    { maxLength: 3 },
  );
  const steps = fc.array(
    fc.record<Step>({
      gap: fc.oneof(fc.integer({ min: 1, max: 90_000 }), fc.integer({ min: 1, max: 20 * 86_400_000 })),
      visitor: fc.constantFrom('1', '2', '18446744073709551615'),
      line: fc.constantFrom(0, 1),
      delay: fc.option(fc.integer({ min: 0, max: 3_000_000 }), { nil: undefined }),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(
      fc.tuple(caps, caps, caps),
      steps,
      fc.integer({ min: 1, max: 20 }),
      ([own, order, both], all, restart) => {
        const lines = [0, 1].map((n) =>
          sampleLine({
            id: `l${n}`,
            order_id: `o${n}`,
            frequency_caps: n === 0 ? own : [],
            order_caps: n === 1 ? order : [],
            advertiser_caps: both,
          }),
        );
        let frequency = adopted(...lines);
        const seen: { visitor: string; line: number; at: number; until: number }[] = [];
        const visits = new Map<string, { from: number; last: number }>();
        let now = start;
        for (const [index, { gap, visitor, line, delay }] of all.entries()) {
          now += gap;
          if (index % restart === 0) {
            const kept = frequency.dump();
            frequency = openFrequency();
            frequency.load(kept);
            frequency.adopt(lines);
          }
          const visit = visits.get(visitor);
          const isNew = !visit || now - visit.last > 30 * minute;
          visits.set(visitor, { from: isNew ? now : visit.from, last: now });
          frequency.arrive(visitor, now);
          const within = ({ count, per, every = 1 }: FrequencyCap, of: (line: number) => boolean) => {
            const since =
              per === 'visit'
                ? (visits.get(visitor)?.from ?? 0) - 1
                : per === 'lifetime'
                  ? Number.NEGATIVE_INFINITY
                  : now - units[per] * every;
            return (
              seen.filter((one) => one.visitor === visitor && of(one.line) && one.at > since && now < one.until)
                .length < count
            );
          };
          const wanted =
            (line === 0 ? own : order).every((cap) => within(cap, (other) => other === line)) &&
            both.every((cap) => within(cap, () => true));
          expect(frequency.allows(visitor, frequency.capsOf(`l${line}`), now)).toBe(wanted);
          if (!wanted) continue;
          frequency.decided(visitor, ad(`l${line}`), now);
          if (delay === undefined) seen.push({ visitor, line, at: now, until: now + 60 * minute });
          else {
            frequency.shown(visitor, ad(`l${line}`), {
              decidedAt: Math.floor(now / 1000) * 1000,
              at: now + (delay % 1000),
            });
            now += delay % 1000;
            seen.push({ visitor, line, at: now, until: Number.POSITIVE_INFINITY });
          }
        }
      },
    ),
    { numRuns: 200 },
  );
});

describe('bounded', () => {
  test('the visitors unseen for longest make room, those here keep their exposures', () => {
    const frequency = openFrequency(1000);
    frequency.adopt([capped([{ count: 2, per: 'day' }])]);
    for (let n = 0; n < 20_000; n++) {
      const visitor = n % 4 === 0 ? 'regular' : String(n);
      frequency.arrive(visitor, start + n);
      if (n < 8 || visitor !== 'regular') frequency.decided(visitor, ad('line'), start + n);
    }
    expect(frequency.size().visitors).toBe(1000);
    expect(frequency.size().exposures).toBeLessThanOrEqual(3000);
    expect(frequency.allows('regular', frequency.capsOf('line'), start + 20_000)).toBe(false);
  });

  test('a cap of thousands for one visitor is never passed', () => {
    const frequency = adopted(
      capped([
        { count: 3000, per: 'week' },
        { count: 5000, per: 'lifetime' },
      ]),
    );
    let shown = 0;
    for (let n = 0; n < 12_000; n++) {
      const at = start + n * 2 * minute;
      frequency.arrive('7', at);
      if (!frequency.allows('7', frequency.capsOf('line'), at)) continue;
      frequency.shown('7', ad('line'), { decidedAt: Number.NaN, at });
      shown++;
    }
    // A little fewer than a list of all would allow, never more.
    expect(shown).toBeLessThanOrEqual(5000);
    expect(shown).toBeGreaterThanOrEqual(4950);
    expect(frequency.size().exposures).toBeLessThanOrEqual(400);
  });

  test('what no cap asks for is not kept', () => {
    const frequency = adopted(capped([]));
    frequency.decided('7', ad('line'), start);
    frequency.shown('7', ad('line'), { decidedAt: start, at: start });
    expect(frequency.size().exposures).toBe(0);
  });
});
