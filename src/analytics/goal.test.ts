import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { may } from '#people/contract';
import type { Database, Events } from '#platform';
import { callerOf, openTestApi, openTestDatabase, openTestEvents, type TestApi } from '#platform/testing';
import { fill, now } from './cases/facts.ts';
import type { Goal, QueryReply } from './contract.ts';
import { routes } from './index.ts';

let db: Database;
let store: { events: Events; close(): Promise<void> };
let api: TestApi;
const analyst = callerOf('analyst');

beforeAll(async () => {
  [db, store] = await Promise.all([openTestDatabase(), openTestEvents()]);
  await fill({ db, events: store.events });
  api = await openTestApi({ routes, db, events: store.events, clock: () => now, may });
});
afterAll(async () => {
  await api?.close();
  await store?.close();
  await db?.close();
});

const add = async (goal: object, status = 201): Promise<Goal> => {
  const reply = await api.call(analyst, 'POST', '/api/goals', { site_id: 'site_gazette', ...goal });
  expect(reply.status, reply.text).toBe(status);
  return reply.body as Goal;
};
const ask = async (question: object): Promise<QueryReply> => {
  const base = { site_id: 'gazette.fr', date_range: ['2026-11-20', '2026-11-21'] };
  const { status, body, text } = await api.call(analyst, 'POST', '/api/query', { ...base, ...question });
  expect(status, text).toBe(200);
  return body as QueryReply;
};

test('a client and a stranger reach no goal, and only some roles write', async () => {
  const goal = await add({ name: 'Front page', match: { kind: 'page', path: '/' } });
  const codes = async (role: string, org = 'org_test') => [
    (await api.call(callerOf(role, org), 'GET', `/api/goals/${goal.id}`)).status,
    (await api.call(callerOf(role, org), 'DELETE', `/api/goals/${goal.id}`)).status,
  ];
  expect(await codes('client')).toEqual([403, 403]);
  expect(await codes('sales')).toEqual([200, 403]);
  expect(await codes('admin', 'org_other')).toEqual([404, 404]);
  expect(await codes('admin')).toEqual([200, 204]);
});

describe('what cannot be a goal', () => {
  test.each([
    ['match.path', { match: { kind: 'page', path: 'thanks' } }],
    ['match.seconds', { match: { kind: 'duration', seconds: 0 } }],
    ['match.at_least', { match: { kind: 'value', at_least: 12 } }],
    ['match', { match: { kind: 'nose' } }],
    ['value', { match: { kind: 'page', path: '/' }, value: { amount: -1, currency: 'EUR' } }],
  ])('%s', async (field, goal) => {
    const { status, body } = await api.call(analyst, 'POST', '/api/goals', {
      site_id: 'site_gazette',
      name: 'Wrong',
      ...goal,
    });
    expect([status, body]).toMatchObject([400, { field: expect.stringContaining(field) }]);
  });

  test('a name taken, a site of others', async () => {
    const { id } = await add({ name: 'Twice', match: { kind: 'page', path: '/' } });
    await add({ name: 'Twice', match: { kind: 'page', path: '/' } }, 409);
    await add({ site_id: 'site_other', name: 'Theirs', match: { kind: 'page', path: '/' } }, 404);
    expect((await api.call(analyst, 'DELETE', `/api/goals/${id}`)).status).toBe(204);
  });
});

test('goals hold for what happened before them, by completion, visit, rate and value', async () => {
  const sport = await add({ name: 'Any sport', match: { kind: 'page', path: '/sport/*' } });
  const once = await add({
    name: 'Sport, once',
    match: { kind: 'page', path: '/sport/*' },
    once_per_visit: true,
    value: { amount: 150, currency: 'EUR' },
  });
  const pro = await add({ name: 'Pro', match: { kind: 'event', name: 'Purchase', props: { plan: 'pro' } } });
  const basic = await add({ name: 'Basic', match: { kind: 'event', name: 'Purchase', props: { plan: 'basic' } } });
  const long = await add({
    name: 'Five minutes',
    match: { kind: 'duration', seconds: 300 },
    value: { amount: 2, currency: 'USD' },
  });
  const dear = await add({ name: 'Ten euros', match: { kind: 'value', at_least: { amount: 1000, currency: 'EUR' } } });
  const metrics = ['goal_completions', 'converting_visits', 'conversion_rate', 'goal_value'];
  const byGoal = await ask({ metrics, dimensions: ['event:goal'] });
  expect(
    Object.fromEntries(byGoal.results.map((row) => [byGoal.meta.labels[row.dimensions[0] ?? ''], row.metrics])),
  ).toEqual({
    'Any sport': [4, 3, 75, 0],
    'Sport, once': [3, 3, 75, 450],
    Pro: [1, 1, 25, 1250],
    Basic: [0, 0, 0, 0],
    'Five minutes': [2, 2, 50, 0],
    'Ten euros': [1, 1, 25, 1250],
  });
  expect(byGoal.meta.note_codes).toEqual(['several-currencies']);
  expect(Object.keys(byGoal.meta.labels).toSorted()).toEqual(
    [sport, once, pro, basic, long, dear].map(({ id }) => id).toSorted(),
  );

  const all = await ask({ metrics: ['converting_visits', 'conversion_rate', 'visits'] });
  expect(all.results).toEqual([{ dimensions: [], metrics: [3, 75, 4] }]);
  const only = await ask({
    metrics: ['goal_completions', 'conversion_rate'],
    dimensions: ['visit:channel'],
    filters: [['is', 'event:goal', [pro.id]]],
  });
  expect(only.results.map((row) => [row.dimensions[0], ...row.metrics])).toEqual([
    ['Email', 1, 100],
    ['Direct', 0, 0],
    ['Organic Search', 0, 0],
  ]);

  const renamed = await api.call(analyst, 'PATCH', `/api/goals/${pro.id}`, {
    match: { kind: 'page', path: '/sport/a' },
    value: { amount: 100, currency: 'EUR' },
  });
  expect(renamed.status, renamed.text).toBe(200);
  const changed = await ask({ metrics, filters: [['is', 'event:goal', [pro.id]]] });
  expect(changed.results[0]?.metrics).toEqual([3, 3, 75, 300]);
});

test('a path that looks like a pattern is only text', async () => {
  const { id } = await add({ name: 'Odd', match: { kind: 'page', path: '/spor.*(' } });
  const { results } = await ask({ metrics: ['goal_completions'], filters: [['is', 'event:goal', [id]]] });
  expect(results[0]?.metrics).toEqual([0]);
});
