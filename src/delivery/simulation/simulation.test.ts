import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertPast } from '#forecasting/testing';
import { may, type Role } from '#people';
import { type Database, type Events, openLog } from '#platform';
import { callerOf, openTestApi, openTestDatabase, openTestEvents, type TestApi } from '#platform/testing';
import { openRecentReasons } from '../reason-tally.ts';
import { routesOf } from '../routes.ts';
import { openZone } from '../local-time.ts';
import { Simulation } from './contract.ts';
import { makeRequests } from './make-requests.ts';
import { runSimulation } from './run-simulation.ts';

let db: Database;
let store: { events: Events; close(): Promise<void> };
let api: TestApi;
const now = new Date('2026-11-23T23:00:00Z');
const planner = callerOf('sales');

beforeAll(async () => {
  [db, store] = await Promise.all([openTestDatabase(), openTestEvents()]);
  api = await openTestApi({
    routes: routesOf({ recent: openRecentReasons(() => now.getTime()) }),
    db,
    events: store.events,
    clock: () => now,
    may: (role, right) => may(role as Role, right),
  });
  await db.query("insert into organisations (id, name) values ('org_test', 'Ours'), ('org_other', 'Theirs')");
  await db.query("insert into advertisers (id, org_id, name) values ('adv_1', 'org_test', 'Acme')");
  await db.query("insert into orders (id, org_id, advertiser_id, name) values ('o_1', 'org_test', 'adv_1', 'O')");
  await db.query(
    "insert into sites (id, org_id, domain, name, time_zone, currency) values ('site_1', 'org_test', 'news.example', 'News', 'Europe/Paris', 'EUR')",
  );
  await db.query(
    `insert into placements (id, org_id, site_id, code, name, formats) values
       ('pl_top', 'org_test', 'site_1', 'top', 'Top', '{728x90}'), ('pl_mute', 'org_test', 'site_1', 'mute', 'Mute', '{728x90}')`,
  );
  for (const [id, state, quantity, priority] of [
    ['li_mine', 'draft', 4000, 8],
    ['li_rival', 'booked', 5000, 6],
  ] as const)
    await db.query(
      `insert into line_items (id, org_id, order_id, name, type, priority, state, goal_unit, goal_quantity, rate_model, rate_amount, currency, starts_at, ends_at, placements)
       values ($1, 'org_test', 'o_1', $1, 'standard', $2, $3, 'impressions', $4, 'cpm', 500, 'EUR', '2026-11-24T00:00:00+01', '2026-12-01T00:00:00+01', '{pl_top}')`,
      [id, priority, state, quantity],
    );
  await insertPast(store.events, [
    {
      site_id: 'site_1',
      placement_id: 'pl_top',
      from: '2026-10-20',
      to: '2026-11-23',
      perDay: () => 2400,
      hours: [...Array(24).keys()],
      mix: [
        { country: 'FR', device: 'phone', part: 0.75 },
        { country: 'BE', device: 'desktop', part: 0.25 },
      ],
    },
  ]);
}, 60_000);
afterAll(async () => {
  await api?.close();
  await store?.close();
  await db?.close();
});

const asked = { name: 'What if', line_items: ['li_mine'], start: '2026-11-24', days: 7 };
const wish = {
  name: 'Wish',
  type: 'standard',
  goal: { unit: 'impressions', quantity: 2000 },
  rate: { model: 'cpm', amount: 900, currency: 'EUR' },
  start: '2026-11-24T00:00:00+01:00',
  end: '2026-12-01T00:00:00+01:00',
  placements: ['pl_top'],
};
const send = async (body: object) => api.call(planner, 'POST', '/api/simulations', body);

async function ran(body: object): Promise<Simulation> {
  const made = await send(body);
  expect(made.status, made.text).toBe(201);
  const { id } = Simulation.parse(made.body);
  await runSimulation(
    { db, events: store.events, clock: () => now, log: openLog('test', 'error') },
    id,
    new AbortController().signal,
  );
  return Simulation.parse((await api.call(planner, 'GET', `/api/simulations/${id}`)).body);
}

test('a chosen draft, a wished-for line and a booked rival share the measured traffic, day by day', async () => {
  const { state, percent, result, problem } = await ran({
    ...asked,
    wished: [
      {
        ...wish,
        targeting: {
          and: [
            { key: 'geo.country', in: ['BE'] },
            { key: 'kv.topic', in: ['sport'] },
          ],
        },
      },
    ],
  });
  expect([state, percent, problem]).toEqual(['done', 100, null]);
  const byName = Object.fromEntries(result?.lines.map((line) => [line.name, line]) ?? []);
  expect(result?.lines.map(({ role }) => role)).toEqual(['chosen', 'wished', 'rival']);
  expect(byName['li_mine']).toMatchObject({ line_item_id: 'li_mine', ordered: 4000, unit: 'impressions' });
  // 16,800 requests, 4,200 of them Belgian, for 11,000: all are met.
  for (const line of result?.lines ?? []) {
    expect(line.delivered, line.name).toBeGreaterThanOrEqual(line.ordered * 0.97);
    expect(line.delivered, line.name).toBeLessThanOrEqual(line.ordered + 1);
    expect(Object.keys(line.by_day)).toHaveLength(7);
    expect(Object.values(line.by_day).reduce((sum, n) => sum + n, 0)).toBe(line.delivered);
  }
  expect(result?.days).toHaveLength(7);
  for (const { requests } of result?.days ?? []) expect(requests).toBe(2400);
  expect(result?.requests).toBe(16_800);
  expect(result?.warnings.map(({ code, subject }) => [code, subject])).toEqual([['not-measured', 'kv.topic']]);
}, 60_000);

test('half of the traffic, and days without any, are felt where the priorities say', async () => {
  const { result } = await ran({
    ...asked,
    traffic_percent: 50,
    surprises: [{ from: '2026-11-26', to: '2026-11-27', percent: 0 }],
  });
  expect(result?.days.map(({ requests }) => requests)).toEqual([1200, 1200, 1200, 1200, 1200]);
  const [mine, rival] = result?.lines ?? [];
  expect(rival?.delivered).toBeGreaterThanOrEqual(4900);
  // 6,000 requests came for 9,000.
  expect((mine?.delivered ?? 0) + (rival?.delivered ?? 0)).toBeLessThanOrEqual(6000);
  expect(mine?.by_day['2026-11-26']).toBeUndefined();
}, 60_000);

test('without rivals it is alone; a placement without traffic is said', async () => {
  const { result } = await ran({
    ...asked,
    with_rivals: false,
    wished: [{ ...wish, placements: ['pl_mute'] }],
  });
  expect(result?.lines.map(({ name, delivered }) => [name, delivered > 0])).toEqual([
    ['li_mine', true],
    ['Wish', false],
  ]);
  expect(result?.warnings.map(({ code, subject }) => [code, subject])).toEqual([['no-traffic', 'mute']]);
}, 60_000);

test('what cannot be run is refused, naming the field', async () => {
  const refused = async (change: object) => {
    const { status, body } = await send({ ...asked, ...change });
    return [status, Object(body).field, Object(body).detail];
  };
  expect(await refused({ line_items: [] })).toEqual([
    400,
    'line_items',
    'line_items: choose line items, or wish for one.',
  ]);
  expect((await refused({ line_items: ['none'] })).slice(0, 2)).toEqual([404, 'line_items.0']);
  expect((await refused({ days: 93 })).slice(0, 2)).toEqual([400, 'days']);
  expect((await refused({ wished: [{ ...wish, end: wish.start }] })).slice(0, 2)).toEqual([400, 'wished.0.end']);
  expect((await refused({ wished: [{ ...wish, placements: ['none'] }] })).slice(0, 2)).toEqual([
    404,
    'wished.0.placements',
  ]);
  expect((await refused({ surprises: [{ from: '2026-11-25', to: '2026-11-24', percent: 0 }] })).slice(0, 2)).toEqual([
    400,
    'surprises.0.to',
  ]);
});

test('a cancelled one is not run, and five wait at most', async () => {
  const made = [];
  for (let i = 0; i < 5; i++) made.push(Simulation.parse((await send(asked)).body));
  expect((await send(asked)).status).toBe(429);
  const id = made[0]?.id ?? '';
  const stopped = await api.call(planner, 'POST', `/api/simulations/${id}/cancel`);
  expect(Object(stopped.body).state).toBe('cancelled');
  await runSimulation(
    { db, events: store.events, clock: () => now, log: openLog('test', 'error') },
    id,
    new AbortController().signal,
  );
  expect(Object((await api.call(planner, 'GET', `/api/simulations/${id}`)).body)).toMatchObject({
    state: 'cancelled',
    result: null,
  });
  expect((await api.call(callerOf('admin', 'org_other'), 'GET', `/api/simulations/${id}`)).status).toBe(404);
  for (const one of made) expect((await api.call(planner, 'DELETE', `/api/simulations/${one.id}`)).status).toBe(204);
});

test('a run that is stopped while it runs ends within a second', async () => {
  const { id } = Simulation.parse((await send({ ...asked, days: 92, traffic_percent: 250 })).body);
  const running = runSimulation(
    { db, events: store.events, clock: () => now, log: openLog('test', 'error') },
    id,
    new AbortController().signal,
  );
  await new Promise((resolve) => setTimeout(resolve, 700));
  await api.call(planner, 'POST', `/api/simulations/${id}/cancel`);
  await running;
  expect(Object((await api.call(planner, 'GET', `/api/simulations/${id}`)).body)).toMatchObject({
    result: null,
    state: 'cancelled',
  });
}, 60_000);

test('requests keep the measured means and come in order, over the hour that a clock change leaves out too', () => {
  const zone = openZone('Europe/Paris');
  const hours = Array.from({ length: 168 }, (_, slot) => 10 + (slot % 24) / 2);
  const start = Date.parse('2026-03-27T23:00:00Z');
  const made = [
    ...makeRequests({
      placements: [{ id: 'p', hours, mix: [{ country: 'FR', device: 'phone', part: 1 }] }],
      zone,
      start,
      end: start + 47 * 3_600_000,
      percentOf: () => 100,
      thinning: 1,
      knownPercent: 50,
      perReader: 4,
      draw: Math.random,
    }),
  ];
  const times = made.map(({ at }) => Date.parse(at));
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  // Two days less the hour from 2 to 3 of the second.
  const expected = 2 * hours.slice(0, 24).reduce((sum, n) => sum + n, 0) - (hours[2] ?? 0);
  expect(Math.abs(made.length - expected)).toBeLessThanOrEqual(24);
  const known = made.filter(({ visitor_id }) => visitor_id !== undefined).length;
  expect(known / made.length).toBeGreaterThan(0.4);
  expect(known / made.length).toBeLessThan(0.6);
});
