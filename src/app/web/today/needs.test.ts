import { expect, test } from 'vitest';
import type { LineItem } from '#campaigns/contract';
import type { Creative } from '#creatives/contract';
import { standingOf } from '#reporting/web';
import { needsOf } from './needs.ts';

const now = new Date('2026-11-24T12:00:00Z');
const base: LineItem = {
  id: 'li',
  order_id: 'or',
  order_name: 'Order',
  advertiser_id: 'ad',
  advertiser_name: 'Advertiser',
  side: 'sell',
  name: 'Line',
  type: 'standard',
  priority: 8,
  goal: { unit: 'impressions', quantity: 10_000 },
  rate: { model: 'cpm', amount: 500, currency: 'EUR' },
  start: '2026-11-14T00:00:00Z',
  end: '2026-12-05T00:00:00Z',
  placements: ['pl'],
  sizes: [],
  targeting: null,
  frequency_caps: [],
  daily_cap: null,
  lifetime_cap: null,
  pacing: 'even',
  pacing_curve: null,
  roadblock: 'one_or_more',
  exclusion_labels: [],
  excluded_advertisers: [],
  rotation: 'even',
  state: 'live',
  state_reason: null,
  moves: [],
  booked_amount: null,
  expires_at: null,
  warnings: [],
  created_at: '2026-11-01T00:00:00Z',
};
const noCreative = [{ code: 'no-creative' as const, sentence: 'No approved creative.' }];
const creative: Creative = {
  id: 'cr',
  advertiser_id: 'ad',
  advertiser_name: 'Advertiser',
  name: 'Banner',
  kind: 'image',
  width: 300,
  height: 250,
  landing_url: 'https://a.example/',
  state: 'waiting',
  state_reason: null,
  file_hash: null,
  file_name: null,
  file_url: null,
  preview_path: null,
  media_type: null,
  weight_bytes: null,
  content: null,
  checks: [],
  checked_at: null,
  film: [],
  family_id: 'cr',
  version: 1,
  tags: [],
  rights_until: null,
  ab_group: null,
  payer: null,
  legal_text: null,
  language: null,
  original_url: null,
  created_at: '2026-11-01T00:00:00Z',
};

const kinds = (
  lines: LineItem[],
  impressions: number,
  more: { creatives?: Creative[]; pageviews?: { halfHour: number; today: number } } = {},
) => {
  const totals = new Map(lines.map(({ id }) => [id, { impressions, viewable: 0, clicks: 0, spend: 0 }]));
  return needsOf({
    lines,
    standing: (line) => standingOf(line, totals, line.id, now),
    creatives: more.creatives ?? [],
    pageviews: more.pageviews,
    now,
  }).map(({ kind }) => kind);
};

test.each<[string, Partial<LineItem>, number, string[]]>([
  ['on pace', {}, 5_000, []],
  ['half of what is due', {}, 2_500, ['behind']],
  ['nothing delivered', {}, 0, ['silent']],
  ['nothing delivered, but it started a quarter of an hour ago', { start: '2026-11-24T11:45:00Z' }, 0, []],
  ['nothing counted of a line bought elsewhere', { side: 'buy' }, 0, []],
  ['behind, but paused by someone', { state: 'paused' }, 100, []],
  ['ends tomorrow', { end: '2026-11-25T12:00:00Z' }, 9_600, ['ending']],
  [
    'starts in 3 days without a creative',
    { state: 'booked', start: '2026-11-27T12:00:00Z', warnings: noCreative },
    0,
    ['no-creative'],
  ],
  [
    'starts in 3 weeks without a creative',
    { state: 'booked', start: '2026-12-15T00:00:00Z', end: '2026-12-30T00:00:00Z', warnings: noCreative },
    0,
    [],
  ],
  ['proposed, starts in 2 days', { state: 'proposed', start: '2026-11-26T00:00:00Z' }, 0, ['unbooked']],
  ['proposed, over', { state: 'proposed', start: '2026-11-01T00:00:00Z', end: '2026-11-20T00:00:00Z' }, 0, []],
])('%s', (_, part, impressions, wanted) => expect(kinds([{ ...base, ...part }], impressions)).toEqual(wanted));

test('what is being lost now comes before what waits', () => {
  const late = { ...base, id: 'b' };
  const bare = { ...base, id: 'c', warnings: noCreative };
  expect(kinds([late, bare], 2_500, { creatives: [creative], pageviews: { halfHour: 0, today: 40 } })).toEqual([
    'quiet',
    'no-creative',
    'behind',
    'creative',
  ]);
});

test('a night without any visit today is no failure of the tag', () => {
  expect(kinds([], 0, { pageviews: { halfHour: 0, today: 0 } })).toEqual([]);
});
