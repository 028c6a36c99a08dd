import { afterAll, beforeAll, expect, test } from 'vitest';
import { may } from '#people/contract';
import type { Database, Events } from '#platform';
import { callerOf, openTestApi, openTestDatabase, openTestEvents, type TestApi } from '#platform/testing';
import { hits, now, visits } from './cases/facts.ts';
import type { AttributionReply } from './contract.ts';
import { routes } from './index.ts';

let db: Database;
let store: { events: Events; close(): Promise<void> };
let api: TestApi;
let goal: string;
const analyst = callerOf('analyst');

/** Each visitor with its visits, `day channel`, and the days on which it bought. Visits start at 10:00, purchases are at 10:05. */
const people: { id: number; visits: string[]; buys?: string[] }[] = [
  { id: 1, visits: ['01 Paid Search', '05 Email', '08 Direct'], buys: ['08'] },
  { id: 2, visits: ['05 Email'], buys: ['05'] },
  { id: 3, visits: ['02 Paid Search', '03 Direct'] },
  { id: 4, visits: ['04 Direct', '06 Email', '07 Direct'], buys: ['06'] },
];

beforeAll(async () => {
  [db, store] = await Promise.all([openTestDatabase(), openTestEvents()]);
  await db.query("insert into organisations (id, name) values ('org_test', 'Gazette')");
  await db.query(
    "insert into sites (id, org_id, domain, name, time_zone, currency) values ('site_gazette', 'org_test', 'gazette.fr', 'Gazette', 'Europe/Paris', 'EUR')",
  );
  const at = (day: string, minute: string) => ({
    at: `2026-11-${day} 09:${minute}:00`,
    local_time: `2026-11-${day} 10:${minute}:00`,
    local_date: `2026-11-${day}`,
  });
  const bought = people.flatMap(({ id, buys = [] }) =>
    buys.map((day) => ({
      ...hits[0],
      ...at(day, '05'),
      visitor: id,
      hit_id: `${id}${day}`,
      name: 'Purchase',
      revenue_micros: 20_000_000,
      currency: 'EUR',
    })),
  );
  const seen = people.flatMap(({ id, visits: list }) =>
    list.map((text, i) => {
      const { at: started_at, ...local } = at(text.slice(0, 2), '00');
      return {
        ...visits[0],
        build: 1,
        ...local,
        started_at,
        visitor: id,
        visit_id: id * 10 + i,
        channel: text.slice(3),
      };
    }),
  );
  const days = [...new Set(seen.map(({ local_date }) => local_date))];
  await store.events.insert('hits', bought, { token: 'hits' });
  await store.events.insert('visits', seen, { token: 'visits' });
  await store.events.insert(
    'visit_days',
    days.map((local_date) => ({ site_id: 'site_gazette', local_date, build: 1, visits: 1 })),
    { token: 'days' },
  );
  api = await openTestApi({ routes, db, events: store.events, clock: () => now, may });
  const made = await api.call(analyst, 'POST', '/api/goals', {
    site_id: 'site_gazette',
    name: 'Sale',
    match: { kind: 'event', name: 'Purchase' },
  });
  goal = (made.body as { id: string }).id;
});
afterAll(async () => {
  await api?.close();
  await store?.close();
  await db?.close();
});

const ask = async (more: object = {}): Promise<AttributionReply> => {
  const { status, body, text } = await api.call(analyst, 'POST', '/api/attribution', {
    goal_id: goal,
    date_range: ['2026-11-01', '2026-11-10'],
    ...more,
  });
  expect(status, text).toBe(200);
  return body as AttributionReply;
};
const creditsOf = ({ models, results }: AttributionReply, model: string) =>
  Object.fromEntries(
    results.map(({ contact, credits }) => [contact, credits[models.findIndex((one) => one === model)]]),
  );

test('a client and a stranger learn nothing', async () => {
  const input = { goal_id: goal, date_range: ['2026-11-01', '2026-11-10'] };
  expect((await api.call(callerOf('client'), 'POST', '/api/attribution', input)).status).toBe(403);
  expect((await api.call(callerOf('admin', 'org_other'), 'POST', '/api/attribution', input)).status).toBe(404);
});

test('paths end at their completion; visitors without one weigh against them', async () => {
  const reply = await ask();
  expect(reply).toMatchObject({ completions: 3, attributed: 3, value: 6000, currency: 'EUR', paths_without: 1 });
  expect(creditsOf(reply, 'last')).toEqual({ Direct: 1, Email: 2, 'Paid Search': 0 });
  expect(creditsOf(reply, 'first')).toEqual({ Direct: 1, Email: 1, 'Paid Search': 1 });
  expect(creditsOf(reply, 'linear')).toEqual({ Direct: 0.833333, Email: 1.833333, 'Paid Search': 0.333333 });
  expect(creditsOf(reply, 'shapley')).toEqual({ Direct: 0.833333, Email: 1.833333, 'Paid Search': 0.333333 });
});

test('visits before the lookback are forgotten, those before the period are not', async () => {
  expect(creditsOf(await ask({ lookback_days: 4 }), 'first')).toEqual({ Direct: 1, Email: 2, 'Paid Search': 0 });
  const late = await ask({ date_range: ['2026-11-08', '2026-11-10'] });
  expect(late).toMatchObject({ completions: 1, paths_without: 0 });
  expect(creditsOf(late, 'first')).toEqual({ 'Paid Search': 1, Email: 0, Direct: 0 });
});

test('nothing in the period is nothing, not an error', async () => {
  expect(await ask({ date_range: ['2026-10-01', '2026-10-02'] })).toMatchObject({
    results: [],
    completions: 0,
    value: 0,
  });
});

test.each([
  ['date_range', { date_range: ['2020-01-01', '2026-01-01'] }],
  ['date_range', { date_range: ['2026-02-01', '2026-01-01'] }],
  ['lookback_days', { lookback_days: 91 }],
  ['dimension', { dimension: 'event:page' }],
])('%s is checked', async (field, more) => {
  const { status, body } = await api.call(analyst, 'POST', '/api/attribution', {
    goal_id: goal,
    date_range: ['2026-11-01', '2026-11-10'],
    ...more,
  });
  expect([status, body]).toMatchObject([400, { field }]);
});
