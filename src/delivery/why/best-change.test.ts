import { expect, test } from 'vitest';
import type { BookLine, Reason } from '../contract.ts';
import { sampleBook, sampleCreative, sampleLine, samplePlacement } from '../sample-book.ts';
import { bestChange } from './best-change.ts';
import type { AskedFor } from './recent-requests.ts';
import { openTrials } from './try-change.ts';

const at = Date.parse('2026-03-12T10:00:00Z');
const asked = (more: Partial<AskedFor> = {}): AskedFor => ({
  placement_id: 'pl_top',
  country: 'FR',
  device: 'desktop',
  requests: 3000,
  ...more,
});
const french = asked();

type Case = {
  mine: Partial<BookLine>;
  rivals?: (Partial<BookLine> & { id: string })[];
  because: Reason;
  askedFor?: AskedFor[];
  formats?: string[];
  floor?: number;
};

async function askedOf({ mine, rivals = [], because, askedFor = [french], formats = ['300x250'], floor }: Case) {
  const book = sampleBook({
    placements: [
      samplePlacement({
        id: 'pl_top',
        code: 'top',
        formats,
        floor: floor === undefined ? null : { amount: floor, currency: 'EUR' },
      }),
    ],
    lines: [sampleLine({ id: 'mine', ...mine }), ...rivals.map((rival) => sampleLine(rival))],
    creatives: [sampleCreative({ id: 'cr_1' })],
  });
  const question = { book, lineId: 'mine', askedFor, at, floor: floor ?? null };
  const change = await bestChange({ ...question, reasons: [{ reason: because, percent: 80 }] });
  const trial = (line: BookLine) => openTrials(book, 'mine', { askedFor, at, whole: false }).of(line).served;
  return { change, trial, line: book.lines[0] ?? sampleLine({ id: 'mine' }) };
}

const full = { unit: 'impressions', quantity: 10_000_000 } as const;

test.each<[string, Case, string, object]>([
  [
    'a line of its type that goes before it',
    {
      mine: { priority: 9, goal: full },
      rivals: [{ id: 'other', priority: 7, goal: full, pacing: 'asap' }],
      because: 'outranked',
    },
    'priority',
    { priority: 6 },
  ],
  [
    'one condition of its targeting, not the other',
    {
      mine: {
        targeting: {
          and: [
            { key: 'device', in: ['desktop'] },
            { key: 'geo.country', in: ['DE'] },
          ],
        },
      },
      because: 'not_targeted',
    },
    'targeting',
    { targeting: { and: [{ key: 'device', in: ['desktop'] }] } },
  ],
  [
    'its only condition',
    { mine: { targeting: { and: [{ key: 'geo.country', in: ['DE'] }] } }, because: 'not_targeted' },
    'targeting',
    { targeting: null },
  ],
  [
    'its share',
    {
      mine: { type: 'sponsorship', priority: 4, goal: { unit: 'share', quantity: 10 } },
      because: 'share_met',
    },
    'goal',
    { goal: { unit: 'share', quantity: 100 } },
  ],
  [
    'its frequency caps',
    { mine: { frequency_caps: [{ count: 2, per: 'day' }] }, because: 'frequency_capped' },
    'frequency_caps',
    { frequency_caps: [{ count: 4, per: 'day' }] },
  ],
  [
    'its pacing',
    {
      mine: { goal: { unit: 'impressions', quantity: 30_000 }, start: '2026-03-12T09:00:00Z' },
      because: 'ahead_of_pace',
    },
    'pacing',
    { pacing: 'asap' },
  ],
  [
    'its price under the floor',
    { mine: { type: 'price_priority', priority: 12 }, floor: 700, because: 'below_floor' },
    'rate',
    { rate: { model: 'cpm', amount: 700, currency: 'EUR' } },
  ],
  [
    'its price under that of another',
    {
      mine: { type: 'price_priority', priority: 12 },
      rivals: [
        { id: 'dear', type: 'price_priority', priority: 12, rate: { model: 'cpm', amount: 900, currency: 'EUR' } },
      ],
      because: 'outranked',
    },
    'rate',
    { rate: { model: 'cpm', amount: 901, currency: 'EUR' } },
  ],
])('what stands in its way is %s: the change is found, and with it the line serves', async (_, given, field, patch) => {
  const { change, trial, line } = await askedOf(given);
  expect(change).toMatchObject({ reason: given.because, field, patch });
  const [before, after] = [change?.tried?.before ?? 0, change?.tried?.after ?? 0];
  expect(after).toBeGreaterThan(before);
  // Applied as the API would, the line serves as often as was said.
  expect(trial({ ...line, ...patch })).toBe(after);
  expect(trial(line)).toBe(before);
});

test('a size that is missing: the one that is asked for', async () => {
  const { change } = await askedOf({ mine: {}, formats: ['728x90'], because: 'wrong_size' });
  expect(change).toMatchObject({ field: 'creatives', patch: null, tried: { before: 0, after: 400 } });
  expect(change?.sentence).toContain('728x90');
});

test('a sponsor of all requests: nothing of its own helps, and it is said so', async () => {
  const { change } = await askedOf({
    mine: { goal: full },
    rivals: [{ id: 'sponsor', type: 'sponsorship', priority: 4, goal: { unit: 'share', quantity: 100 } }],
    because: 'outranked',
  });
  expect(change).toMatchObject({ field: 'placements', patch: null, tried: { before: 0, after: 0 } });
  expect(change?.sentence).toContain('No single change');
});

test('what requests do not tell is taken as fulfilled; without requests nothing is tried', async () => {
  const and = [
    { key: 'kv.topic' as const, in: ['ski'] },
    { key: 'geo.country' as const, in: ['DE'] },
  ];
  const given: Case = { mine: { targeting: { and } }, because: 'not_targeted' };
  expect((await askedOf(given)).change).toMatchObject({
    patch: { targeting: { and: [{ key: 'kv.topic', in: ['ski'] }] } },
  });
  expect((await askedOf({ ...given, askedFor: [] })).change).toBeUndefined();
});
