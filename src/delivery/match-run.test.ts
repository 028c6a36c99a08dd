import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TargetingGroup } from '#inventory/contract';
import type { BookLine } from './contract.ts';
import { newCounters } from './counters.ts';
import { type Ask, choose, commit } from './decide.ts';
import { loadBook } from './load-book.ts';
import { withLoop } from './match-run.ts';
import { sampleBook, sampleCreative, sampleLine, samplePlacement } from './sample-book.ts';

const start = Date.parse('2026-03-02T10:00:00Z');
const types: [BookLine['type'], number][] = [
  ['sponsorship', 4],
  ['standard', 6],
  ['standard', 8],
  ['bulk', 12],
  ['price_priority', 12],
  ['house', 16],
];

const line = fc
  .record({
    kind: fc.constantFrom(...types),
    share: fc.integer({ min: 1, max: 100 }),
    quantity: fc.constantFrom(0, 2, 20, 3_000_000, 30_000_000),
    amount: fc.integer({ min: 10, max: 900 }),
    placements: fc.subarray(['pl_0', 'pl_1', 'pl_2'], { minLength: 1 }),
    country: fc.option(fc.constantFrom<string[]>(['FR'], ['BE', 'CH'], ['US']), { nil: null }),
    notDevice: fc.boolean(),
    beside: fc.constantFrom<TargetingGroup | null>(
      null,
      null,
      {
        or: [
          { key: 'kv.mood', in: ['calm'] },
          {
            and: [
              { key: 'kv.mood', not_in: ['sad'] },
              { key: 'language', in: ['fr'] },
            ],
          },
        ],
      },
      { and: [{ key: 'url', in: ['/sport/*'] }] },
      {
        or: [
          { key: 'daypart', in: ['mon 10:00-10:01'] },
          { key: 'browser', not_in: ['Firefox'] },
        ],
      },
    ),
    caps: fc.constantFrom<BookLine['frequency_caps']>([], [], [{ count: 2, per: 'hour' }]),
    roadblock: fc.constantFrom<BookLine['roadblock']>('one_or_more', 'one_or_more', 'only_one', 'all', 'as_many'),
    label: fc.constantFrom<string[]>([], [], ['cars']),
    pacing: fc.constantFrom<BookLine['pacing']>('even', 'asap'),
    serves: fc.constantFrom(true, true, true, false),
    startsIn: fc.constantFrom(0, 0, 60_000),
  })
  .map((one): Partial<BookLine> => {
    const [type, priority] = one.kind;
    const isShare = type === 'sponsorship';
    return {
      type,
      priority,
      goal: { unit: isShare ? 'share' : 'impressions', quantity: isShare ? one.share : one.quantity },
      rate: { model: 'cpm', amount: one.amount, currency: 'EUR' },
      placements: one.placements,
      targeting:
        one.country || one.notDevice || one.beside
          ? {
              and: [
                ...(one.beside ? [one.beside] : []),
                ...(one.country ? [{ key: 'geo.country' as const, in: one.country }] : []),
                ...(one.notDevice ? [{ key: 'device' as const, not_in: ['phone'] }] : []),
              ],
            }
          : null,
      frequency_caps: one.caps,
      roadblock: one.roadblock,
      exclusion_labels: one.label,
      pacing: one.pacing,
      serves: one.serves,
      start: new Date(start + one.startsIn).toISOString(),
      end: '2026-03-03T00:00:00.000Z',
    };
  });

const visit = fc.record({
  country: fc.constantFrom('FR', 'BE', 'US', undefined),
  device: fc.constantFrom('phone', 'desktop'),
  browser: fc.constantFrom('Firefox', 'Safari'),
  language: fc.constantFrom('fr-ca', 'en', undefined),
  kv: fc.constantFrom({ mood: ['calm'] }, { mood: ['sad'] }, undefined),
  url: fc.constantFrom('https://journal.example/sport/a', 'https://journal.example/food'),
  visitor: fc.constantFrom('', '1', '2'),
  /** Milliseconds since the visit before; clocks are set back, too. */
  after: fc.constantFrom(1, 5, 10, 70, 120, 245, 2000, 30_000, -40, -3000),
  codes: fc.uniqueArray(fc.constantFrom('p0', 'p1', 'p2'), { minLength: 1 }),
});

test('the index decides as the loop over all lines does, request after request', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), fc.array(visit, { maxLength: 60 }), (lines, visits) => {
      const book = sampleBook({
        lines: lines.map((more, n) => sampleLine({ id: `li_${n}`, ...more })),
        creatives: [sampleCreative({ id: 'cr_1' })],
        placements: [0, 1, 2].map((n) =>
          samplePlacement({
            id: `pl_${n}`,
            code: `p${n}`,
            ...(n === 2 ? { floor: { amount: 300, currency: 'EUR' } } : {}),
          }),
        ),
      });
      const [byIndex, byLoop] = [false, true].map((loops) => {
        const counters = newCounters();
        const loaded = loadBook(book, counters);
        const site = loaded.sites.get('journal.example');
        let at = start;
        return visits.map(({ visitor, codes, after, ...asked }, n) => {
          at += after;
          const page = { visitor, chosen: [], seen: [], codes: codes.map((code) => ({ code })) };
          if (visitor !== '') counters.frequency.arrive(visitor, at);
          return codes.map((code) => {
            const placement = site?.placements.get(code);
            if (!placement) throw new Error(`no placement ${code}`);
            const ask: Ask = {
              at,
              placement: loops ? withLoop(loaded, placement) : placement,
              // A set of its own: no shortcut is taken then.
              formats: loops ? new Set(placement.formats) : placement.formats,
              request: {
                ...asked,
                local: { weekday: 0, minute: Math.floor(at / 60_000) % 1440 },
                placement: placement.names,
              },
              page,
              frequency: counters.frequency,
              shares: counters.shares,
              random: () => 0.5,
            };
            const chosen = choose(loaded, ask);
            if (chosen) commit(chosen, ask, n);
            return chosen?.line.line.id;
          });
        });
      });
      expect(byIndex).toEqual(byLoop);
    }),
    { numRuns: 300 },
  );
});
