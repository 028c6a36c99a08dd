/** Lines aimed at regions and cities, decided by a MaxMind-format database that is written here: readers by address, as an edge knows them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openGeo } from '#measurement';
import { decisionsAnswerer } from './answer-decisions.ts';
import { DecisionReply, DecisionRequest } from './contract.ts';
import { newCounters } from './counters.ts';
import { loadBook } from './load-book.ts';
import { openRequestCounts } from './request-counts.ts';
import { sampleBook, sampleLine } from './sample-book.ts';

type Value = string | number | Value[] | { [name: string]: Value };

/** MaxMind DB file format 2.0, "Data section": a control byte, then the payload; numbers are written as uint32. */
function encoded(value: Value): Buffer {
  const control = (type: number, size: number) =>
    size < 29 ? Buffer.from([(type << 5) | size]) : Buffer.from([(type << 5) | 29, size - 29]);
  if (typeof value === 'string') return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([control(6, 4), bytes]);
  }
  // An array is type 11: extended, its type minus 7 in a byte of its own.
  if (Array.isArray(value)) return Buffer.concat([Buffer.from([value.length, 4]), ...value.map(encoded)]);
  const entries = Object.entries(value);
  return Buffer.concat([
    control(7, entries.length),
    ...entries.flatMap(([name, one]) => [encoded(name), encoded(one)]),
  ]);
}

/** A database of version 4 networks with records of 24 bits. */
function mmdbOf(networks: Record<string, Value>): Buffer {
  const nodes: (number | { data: number } | undefined)[][] = [[undefined, undefined]];
  const data: Buffer[] = [];
  let size = 0;
  for (const [network, value] of Object.entries(networks)) {
    const [address = '', bits = '32'] = network.split('/');
    const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
    let at = 0;
    for (let bit = 0; bit < Number(bits); bit++) {
      const side = Math.floor(number / 2 ** (31 - bit)) % 2;
      const node = nodes[at] ?? [];
      const next = node[side];
      if (bit === Number(bits) - 1) node[side] = { data: size };
      else if (typeof next === 'number') at = next;
      else at = node[side] = nodes.push([undefined, undefined]) - 1;
    }
    const bytes = encoded(value);
    data.push(bytes);
    size += bytes.length;
  }
  const tree = Buffer.alloc(nodes.length * 6);
  for (const [index, node] of nodes.entries())
    for (const side of [0, 1]) {
      const one = node[side];
      const record = typeof one === 'number' ? one : one ? nodes.length + 16 + one.data : nodes.length;
      tree.writeUIntBE(record, index * 6 + side * 3, 3);
    }
  const about = encoded({
    node_count: nodes.length,
    record_size: 24,
    ip_version: 4,
    database_type: 'Test-City',
    languages: ['en'],
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_750_000_000,
    description: { en: 'Three places' },
  });
  const marker = Buffer.concat([Buffer.from([0xab, 0xcd, 0xef]), Buffer.from('MaxMind.com')]);
  return Buffer.concat([tree, Buffer.alloc(16), ...data, marker, about]);
}

let folder: string;
let geo: Awaited<ReturnType<typeof openGeo>>;
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
  geo = await openGeo(file);
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
