/** Lines aimed at regions and cities, decided by a MaxMind-format database that is written here: readers by address, as an edge knows them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openGeo } from '#measurement';
import { mmdbOf } from '#platform/testing';
import { decisionsAnswerer } from './answer-decisions.ts';
import { DecisionReply, DecisionRequest } from './contract.ts';
import { newCounters } from './counters.ts';
import { loadBook } from './load-book.ts';
import { openRequestCounts } from './request-counts.ts';
import { sampleBook, sampleLine } from './sample-book.ts';

let folder: string;
let geo: ReturnType<typeof openGeo>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-places-'));
  const file = join(folder, 'places.mmdb');
  // As GeoLite2 writes it, as DB-IP does, and a network of which only the country is known.
  await writeFile(
    file,
    mmdbOf({
      '192.0.2.0/24': {
        country: { iso_code: 'FR' },
        subdivisions: [{ iso_code: 'ARA', names: { en: 'Auvergne-Rhône-Alpes' } }],
        city: { names: { en: 'Annecy' } },
      },
      '198.51.100.0/25': { country_code: 'CH', state_code: 'GE', city: 'Geneva' },
      '203.0.113.0/24': { country: { iso_code: 'FR' } },
    }),
  );
  geo = openGeo(file);
});
afterAll(() => rm(folder, { recursive: true }));

const book = sampleBook({
  lines: [
    sampleLine({ id: 'city', priority: 6, targeting: { and: [{ key: 'geo.city', in: ['Annecy'] }] } }),
    sampleLine({ id: 'region', priority: 7, targeting: { and: [{ key: 'geo.region', in: ['CH-GE', 'FR-ARA'] }] } }),
    sampleLine({
      id: 'elsewhere',
      priority: 8,
      targeting: {
        and: [
          { key: 'geo.country', in: ['FR'] },
          { key: 'geo.region', not_in: ['FR-ARA'] },
        ],
      },
    }),
    sampleLine({ id: 'anybody', type: 'house', priority: 16 }),
  ],
});

test.each([
  ['a city', '192.0.2.77', 'city', { geo: ['FR', 'FR-ARA', 'Annecy'] }],
  ['a region of another country', '198.51.100.9', 'region', { geo: ['CH', 'CH-GE', 'Geneva'] }],
  [
    'a region that is not known is not the one left out',
    '203.0.113.5',
    'elsewhere',
    { geo: ['FR', undefined, undefined] },
  ],
  ['nowhere known', '198.51.100.200', 'anybody', { geo: ['', undefined, undefined] }],
])('%s', (_, ip, expected, { geo: place }) => {
  const counters = newCounters();
  const loaded = loadBook(book, counters);
  const answer = decisionsAnswerer({
    book: () => loaded,
    counters,
    requests: openRequestCounts(),
    knowledge: {
      countryOf: geo.countryOf,
      placeOf: geo.placeOf,
      agentOf: () => ({ device: { type: '', browser: '', os: '' }, bot: null }),
    },
    base: () => '',
    simulatedTime: false,
    random: Math.random,
  });
  const { region, city } = geo.placeOf?.(ip) ?? {};
  expect([geo.countryOf(ip), region, city]).toEqual(place);
  const request = DecisionRequest.parse({ site: 'journal.example', placements: [{ code: 'top' }] });
  const visit = { ip, userAgent: '', acceptLanguage: '', globalPrivacyControl: false, key: undefined };
  const reply = DecisionReply.parse(JSON.parse(answer(request, visit, Date.parse('2026-03-02T10:00:00Z'))));
  expect(reply.decisions[0]?.line_item).toBe(expected);
});
