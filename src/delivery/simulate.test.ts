import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { simulate, type Simulated } from './simulate.ts';
import { readRequests, readScenario, type SimulatedRequest } from './simulate-scenario.ts';

const start = Date.parse('2026-03-02T00:00:00Z');
const hour = 3_600_000;
const day = 24 * hour;
/** Requests by hour of the day, in percent of the busiest. */
const curve = [9, 5, 3, 2, 3, 9, 27, 55, 66, 58, 50, 52, 68, 63, 50, 46, 48, 56, 68, 66, 62, 64, 50, 24];
const curveSum = curve.reduce((sum, share) => sum + share, 0);

function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

type Stream = { from: number; days: number; perDay: number; factor?: (day: number) => number; seed: number };

/** Traffic of four placements, the first the busiest, from two countries and two devices. */
function trafficOf({ from, days, perDay, factor = () => 1, seed }: Stream): SimulatedRequest[] {
  const random = randomOf(seed);
  const made: { at: number; request: Omit<SimulatedRequest, 'at'> }[] = [];
  for (let d = 0; d < days; d++) {
    for (const [h, share] of curve.entries()) {
      const count = Math.round((perDay * factor(d) * share) / curveSum);
      for (let i = 0; i < count; i++) {
        made.push({
          at: from + d * day + (h + random()) * hour,
          request: {
            placement: `p${Math.floor(4 * random() ** 2)}`,
            geo: { country: random() < 0.7 ? 'FR' : 'BE' },
            device: random() < 0.6 ? 'phone' : 'desktop',
          },
        });
      }
    }
  }
  made.sort((a, b) => a.at - b.at);
  return made.map(({ at, request }) => ({ at: new Date(at).toISOString(), ...request }));
}

async function* streamed(requests: readonly SimulatedRequest[]): AsyncGenerator<SimulatedRequest> {
  yield* requests;
}

const line = (more: object) => ({
  name: 'Line',
  type: 'standard',
  goal: { unit: 'impressions', quantity: 1000 },
  rate: { model: 'cpm', amount: 500, currency: 'EUR' },
  start: '2026-03-02T00:00:00Z',
  end: '2026-03-07T00:00:00Z',
  placements: ['p0', 'p1', 'p2', 'p3'],
  ...more,
});

const scenarioOf = (line_items: object[], more: object = {}) => ({
  time_zone: 'UTC',
  start: '2026-03-02T00:00:00Z',
  days: 5,
  replan_minutes: 60,
  placements: ['p0', 'p1', 'p2', 'p3'].map((code) => ({ code, formats: ['300x250'] })),
  line_items,
  history: 'history.jsonl',
  requests: 'requests.jsonl',
  ...more,
});

const history = trafficOf({ from: start - 14 * day, days: 14, perDay: 4000, seed: 1 });
const ordinary = trafficOf({ from: start, days: 5, perDay: 4000, seed: 2 });

const run = (scenario: object, requests = ordinary): Promise<Simulated> =>
  simulate({
    scenario: readScenario(scenario),
    history: streamed(history),
    requests: streamed(requests),
    stopwatch: () => performance.now(),
  });

/** What a random choice among all lines that may run would give: goals that can certainly be met together. */
function feasibleGoals(
  lines: { placements: string[]; country?: string; from: number; to: number }[],
  slack: number,
): number[] {
  const random = randomOf(9);
  const goals = lines.map(() => 0);
  for (const request of ordinary) {
    const at = Date.parse(request.at);
    const eligible = lines.flatMap((one, index) =>
      one.placements.includes(request.placement) &&
      (!one.country || one.country === request.geo?.country) &&
      at >= start + one.from * day &&
      at < start + one.to * day
        ? [index]
        : [],
    );
    const index = eligible[Math.floor(random() * eligible.length)];
    if (index !== undefined && random() > slack) goals[index] = (goals[index] ?? 0) + 1;
  }
  return goals;
}

test('one line is met, its days add up, and a house line takes what is left', async () => {
  const { lines, requests, filled, replans } = await run(
    scenarioOf([
      line({ name: 'Sold', goal: { unit: 'impressions', quantity: 6000 } }),
      line({ name: 'House', type: 'house', goal: { unit: 'impressions', quantity: 1_000_000 } }),
    ]),
  );
  const [sold, house] = lines;
  expect(sold).toMatchObject({ name: 'Sold', ordered: 6000, capped: 0 });
  // Met, but for one where no request came in the last minutes.
  const delivered = sold?.delivered ?? 0;
  expect(6000 - delivered).toBeOneOf([0, 1]);
  expect(Object.values(sold?.by_day ?? {}).reduce((sum, count) => sum + count, 0)).toBe(delivered);
  expect(Object.keys(sold?.by_day ?? {})).toEqual([
    '2026-03-02',
    '2026-03-03',
    '2026-03-04',
    '2026-03-05',
    '2026-03-06',
  ]);
  for (const count of Object.values(sold?.by_day ?? {})) expect(Math.abs(count - 1200)).toBeLessThanOrEqual(120);
  expect(requests).toBe(ordinary.length);
  expect(filled).toBe(delivered + (house?.delivered ?? 0));
  expect(filled).toBeGreaterThan(requests * 0.99);
  expect(replans).toBe(5 * 24 - 1);
});

test('lines that compete with 15 % of slack are each delivered 99 % or within two impressions, and never passed by more than one', async () => {
  const wanted = [
    { placements: ['p0', 'p1'], from: 0, to: 5 },
    { placements: ['p0'], country: 'FR', from: 0, to: 3 },
    { placements: ['p0', 'p2'], country: 'BE', from: 1, to: 4 },
    { placements: ['p1', 'p2', 'p3'], from: 0, to: 5 },
    { placements: ['p3'], from: 2, to: 5 },
    { placements: ['p0', 'p1', 'p2', 'p3'], country: 'FR', from: 1, to: 5 },
  ];
  const goals = feasibleGoals(wanted, 0.15);
  const items = wanted.map(({ placements, country, from, to }, index) =>
    line({
      name: `L${index}`,
      placements,
      goal: { unit: 'impressions', quantity: goals[index] },
      start: new Date(start + from * day).toISOString(),
      end: new Date(start + to * day).toISOString(),
      ...(country ? { targeting: { and: [{ key: 'geo.country', in: [country] }] } } : {}),
    }),
  );
  const restarts = [1.5, 3.25].map((days) => ({
    at: new Date(start + days * day).toISOString(),
    kind: 'edge_restart',
  }));
  const { lines } = await run(scenarioOf(items, { events: restarts }));
  for (const { name, ordered, delivered } of lines) {
    expect(delivered, name).toBeGreaterThanOrEqual(Math.min(ordered * 0.99, ordered - 2));
    expect(delivered, name).toBeLessThanOrEqual(ordered + 1);
  }
});

test('a daily limit is reached and never passed, over a restart, and one in all ends a line', async () => {
  const { lines } = await run(
    scenarioOf(
      [
        line({ name: 'By day', goal: { unit: 'impressions', quantity: 15_000 }, daily_cap: 700 }),
        line({ name: 'In all', type: 'sponsorship', goal: { unit: 'share', quantity: 30 }, lifetime_cap: 1234 }),
      ],
      { events: [{ at: '2026-03-03T13:00:00Z', kind: 'edge_restart' }] },
    ),
  );
  expect(Object.values(lines[0]?.by_day ?? {})).toEqual([700, 700, 700, 700, 700]);
  expect(lines[1]?.delivered).toBe(1234);
});

test('caps of an order, an advertiser and a creative hold over lines and over a restart', async () => {
  const visitors = 50;
  const requests = ordinary.map((request, index) => ({
    ...request,
    visitor_id: `v${index % visitors}`,
    consent: { ads: true },
  }));
  const lifetime = (count: number) => [{ count, per: 'lifetime' }];
  const wanted = { goal: { unit: 'impressions', quantity: 9000 }, pacing: 'asap' };
  const { lines } = await run(
    scenarioOf(
      [
        line({ ...wanted, name: 'A', order_id: 'one', order_caps: lifetime(3) }),
        line({ ...wanted, name: 'B', order_id: 'one', order_caps: lifetime(3) }),
        line({ ...wanted, name: 'C', order_id: 'two', advertiser_id: 'adv', advertiser_caps: lifetime(4) }),
        line({ ...wanted, name: 'D', order_id: 'three', advertiser_id: 'adv', advertiser_caps: lifetime(4) }),
        line({ ...wanted, name: 'E', creative_caps: lifetime(2) }),
      ],
      { events: [{ at: '2026-03-02T09:00:00Z', kind: 'edge_restart' }] },
    ),
    requests,
  );
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = lines.map(({ delivered }) => delivered);
  expect([a + b, c + d, e]).toEqual([3 * visitors, 4 * visitors, 2 * visitors]);
});

test('caps hold for visitors who consent, and are counted', async () => {
  const requests = ordinary.map((request, index) => ({
    ...request,
    visitor_id: `v${index % 50}`,
    consent: { ads: true },
  }));
  const { lines } = await run(
    scenarioOf([
      line({
        goal: { unit: 'impressions', quantity: 5000 },
        frequency_caps: [{ count: 2, per: 'day' }],
        pacing: 'asap',
      }),
    ]),
    requests,
  );
  // Fifty visitors, two a day, over five days; a rolling day may hold back some of the last morning's.
  expect(lines[0]?.delivered).toBeLessThanOrEqual(500);
  expect(lines[0]?.delivered).toBeGreaterThan(400);
  expect(lines[0]?.capped).toBeGreaterThan(10_000);
});

test('the same scenario gives the same answer', async () => {
  const scenario = scenarioOf([
    line({ goal: { unit: 'clicks', quantity: 5 }, rate: { model: 'cpc', amount: 40, currency: 'EUR' } }),
  ]);
  const [first, second] = [await run(scenario), await run(scenario)];
  expect(second.lines).toEqual(first.lines);
});

test.each([
  [{ time_zone: 'Mars/Olympus' }, /time_zone/],
  [{ days: 0 }, /days/],
  [{ unknown: 1 }, /unknown/],
  [{ events: [{ at: '2026-03-02T00:00:00Z', kind: 'flood' }] }, /events/],
  [{ line_items: [line({ placements: ['nowhere'] })] }, /line_items\.0\.placements.*nowhere/],
  [{ line_items: [line({ end: '2026-03-01T00:00:00Z' })] }, /line_items\.0\.end/],
  [{ line_items: [line({ state: 'draft' })] }, /state/],
])('a scenario with %j is refused with its field', (more, sentence) => {
  expect(() => readScenario(scenarioOf([line({})], more))).toThrow(sentence);
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-simulate-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(name: string, content: string | Buffer): Promise<SimulatedRequest[]> {
  await writeFile(join(folder, name), content);
  const all: SimulatedRequest[] = [];
  for await (const request of readRequests(join(folder, 'scenario.json'), name, 'requests')) all.push(request);
  return all;
}

test('files are read beside the scenario, gzipped or not', async () => {
  const text = ordinary
    .slice(0, 100)
    .map((request) => JSON.stringify(request))
    .join('\n');
  expect(await read('a.jsonl', `${text}\n\n`)).toEqual(ordinary.slice(0, 100));
  expect(await read('a.jsonl.gz', gzipSync(text))).toEqual(ordinary.slice(0, 100));
});

test('a broken line, a broken file and no file are refused in words', async () => {
  await expect(read('b.jsonl', '{"at":"2026-03-02T00:00:00Z","placement":"p0"}\n{')).rejects.toThrow(
    /requests, line 2 of b\.jsonl/,
  );
  await expect(read('c.jsonl', '{"at":"yesterday","placement":"p0"}')).rejects.toThrow(/line 1.*at/);
  await expect(read('d.jsonl', '{"at":"2026-03-02T00:00:00Z","placement":"p0","colour":1}')).rejects.toThrow(
    /line 1.*colour/,
  );
  await expect(read('e.jsonl.gz', 'no gzip')).rejects.toThrow(/requests: e\.jsonl\.gz cannot be read/);
  const missing = readRequests(join(folder, 'scenario.json'), 'none.jsonl', 'history');
  await expect(missing.next()).rejects.toThrow(/history: none\.jsonl cannot be read/);
});
