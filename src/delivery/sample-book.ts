/** Small books for tests and benches: every field has a plain default, a case says only what it is about. */
import type { Book, BookCreative, BookLine, BookPlacement } from './contract.ts';

const day = '2026-03-02T00:00:00.000Z';

export const sampleLine = (more: Partial<BookLine> & { id: string }): BookLine => ({
  org_id: 'org_1',
  order_id: 'ord_1',
  advertiser_id: 'adv_1',
  advertiser: 'Maison Verte',
  side: 'sell',
  name: more.id,
  type: 'standard',
  priority: 8,
  serves: true,
  goal: { unit: 'impressions', quantity: 0 },
  rate: { model: 'cpm', amount: 500, currency: 'EUR' },
  start: day,
  end: '2026-04-01T00:00:00.000Z',
  placements: ['pl_top'],
  sizes: [],
  targeting: null,
  frequency_caps: [],
  pacing: 'even',
  roadblock: 'one_or_more',
  exclusion_labels: [],
  rotation: 'even',
  creatives: [{ id: 'cr_1', weight: 100, start: null, end: null }],
  ...more,
});

export const sampleCreative = (more: Partial<BookCreative> & { id: string }): BookCreative => ({
  kind: 'image',
  name: more.id,
  width: 300,
  height: 250,
  landing_url: 'https://maison-verte.example/printemps?utm_source=journal',
  file_hash: 'a'.repeat(64),
  media_type: 'image/png',
  content: null,
  ...more,
});

export const samplePlacement = (more: Partial<BookPlacement> & { id: string; code: string }): BookPlacement => ({
  org_id: 'org_1',
  site_id: 'site_1',
  section_id: null,
  formats: ['300x250', '728x90'],
  floor: null,
  ...more,
});

export const sampleBook = (more: Partial<Book> = {}): Book => ({
  version: 'v1',
  compiled_at: day,
  sites: [
    {
      id: 'site_1',
      number: 1,
      org_id: 'org_1',
      domain: 'journal.example',
      time_zone: 'Europe/Paris',
      currency: 'EUR',
      mode: 'exempt',
      sections: [{ id: 'sec_sport', path: '/sport' }],
    },
  ],
  placements: [samplePlacement({ id: 'pl_top', code: 'top' }), samplePlacement({ id: 'pl_side', code: 'side' })],
  lines: [],
  creatives: [sampleCreative({ id: 'cr_1' })],
  keys: [],
  signing_keys: [{ id: 1, key: 'c2VjcmV0LW9mLWEtdGVzdC13aXRoLTMyLWJ5dGVzLi4' }],
  salts: {},
  delivered: {},
  traffic: {},
  ...more,
});
