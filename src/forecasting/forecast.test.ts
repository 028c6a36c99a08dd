import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { may } from '#people/contract';
import type { Database, Events } from '#platform';
import { callerOf, openTestApi, openTestDatabase, openTestEvents, type TestApi } from '#platform/testing';
import { Forecast } from './contract.ts';
import { weekdayOf } from './day.ts';
import { routes } from './routes.ts';
import { insertPast } from './testing.ts';

let db: Database;
let store: { events: Events; close(): Promise<void> };
let api: TestApi;
const planner = callerOf('sales');
/** Tuesday 24 November 2026, one in the morning in Paris. */
const now = new Date('2026-11-24T00:00:00Z');

beforeAll(async () => {
  [db, store] = await Promise.all([openTestDatabase(), openTestEvents()]);
  api = await openTestApi({ routes, db, events: store.events, clock: () => now, may });
  await db.query("insert into organisations (id, name) values ('org_test', 'Ours'), ('org_other', 'Theirs')");
  await db.query(
    `insert into sites (id, org_id, domain, name, time_zone, currency) values
       ('site_news', 'org_test', 'news.example', 'News', 'Europe/Paris', 'EUR'), ('site_new', 'org_test', 'new.example', 'New', 'Europe/Paris', 'EUR'),
       ('site_other', 'org_other', 'other.example', 'Other', 'Europe/Paris', 'EUR')`,
  );
  await db.query(
    `insert into placements (id, org_id, site_id, code, name, formats) values
       ('pl_top', 'org_test', 'site_news', 'top', 'Top', '{728x90}'), ('pl_side', 'org_test', 'site_news', 'side', 'Side', '{300x250}'),
       ('pl_young', 'org_test', 'site_news', 'young', 'Young', '{300x250}'), ('pl_bare', 'org_test', 'site_new', 'bare', 'Bare', '{300x250}'),
       ('pl_theirs', 'org_other', 'site_other', 'top', 'Top', '{728x90}')`,
  );
  const days = { site_id: 'site_news', from: '2026-09-01', to: '2026-11-24' };
  const mix = [
    { country: 'FR', device: 'desktop', part: 0.5 },
    { country: 'FR', device: 'phone', part: 0.3 },
    { country: 'BE', device: 'phone', part: 0.2 },
  ];
  await insertPast(store.events, [
    { ...days, placement_id: 'pl_top', perDay: (day) => (weekdayOf(day) > 4 ? 600 : 1200), mix },
    { ...days, placement_id: 'pl_side', perDay: () => 3000, mix },
    { ...days, placement_id: 'pl_young', from: '2026-11-21', perDay: () => 300, mix },
  ]);
}, 60_000);
afterAll(async () => {
  await api?.close();
  await store?.close();
  await db?.close();
});

const ask = (body: object, caller = planner) => api.call(caller, 'POST', '/api/forecast', body);
async function asked(body: object): Promise<Forecast> {
  const reply = await ask(body);
  expect(reply.status, reply.text).toBe(200);
  return Forecast.parse(reply.body);
}
const december = { start: '2026-12-01', end: '2026-12-14' };

describe('who may not, and what cannot be asked', () => {
  test('nobody, studio, analyst, client', async () => {
    expect((await api.call(undefined, 'POST', '/api/forecast', { placements: ['pl_top'], ...december })).status).toBe(
      401,
    );
    for (const role of ['studio', 'analyst', 'client'])
      expect((await ask({ placements: ['pl_top'], ...december }, callerOf(role))).status).toBe(403);
  });

  test.each([
    ['another organisation’s placement', { placements: ['pl_theirs'], ...december }, 404, 'pl_theirs'],
    ['another organisation’s site', { sites: ['other.example'], ...december }, 404, 'other.example'],
    ['neither placements nor sites', december, 400, 'placements'],
    ['both', { placements: ['pl_top'], sites: ['news.example'], ...december }, 400, 'placements'],
    ['an end before the start', { placements: ['pl_top'], start: '2026-12-02', end: '2026-12-01' }, 400, 'end'],
    ['too long', { placements: ['pl_top'], start: '2026-12-02', end: '2029-12-01' }, 400, 'end'],
    ['no moment', { placements: ['pl_top'], start: 'soon', end: '2029-12-01' }, 400, 'start'],
    ['an unknown field', { placements: ['pl_top'], ...december, colour: 'red' }, 400, 'colour'],
  ])('%s', async (_, body, status, word) => {
    const reply = await ask(body);
    expect(reply.status, reply.text).toBe(status);
    expect(reply.text).toContain(word);
  });
});

test('a day of every week, with its range and what it rests on', async () => {
  const { days, total, basis, warnings, placements, targeted, reach } = await asked({
    placements: ['pl_top'],
    ...december,
  });
  expect(days).toHaveLength(14);
  for (const { date, forecast, low, high } of days) {
    const usual = weekdayOf(Date.parse(date) / 86_400_000) > 4 ? 600 : 1200;
    expect(Math.abs(forecast - usual)).toBeLessThan(usual * 0.08);
    expect(low).toBeLessThanOrEqual(forecast);
    expect(high).toBeGreaterThanOrEqual(forecast);
  }
  expect(total.forecast).toBe(days.reduce((sum, day) => sum + day.forecast, 0));
  expect(basis.map(({ code }) => code)).toContain('history');
  expect(warnings).toEqual([]);
  expect(placements).toMatchObject([{ id: 'pl_top', source: 'history', days_of_history: 84 }]);
  expect([targeted, reach]).toEqual([null, null]);
});

test('targeting takes its part', async () => {
  const phones = await asked({
    sites: ['news.example'],
    ...december,
    targeting: {
      and: [
        { key: 'device', in: ['phone'] },
        { key: 'geo.country', in: ['FR'] },
      ],
    },
  });
  expect(phones.targeted?.share).toBeCloseTo(0.3, 2);
  const mornings = await asked({
    placements: ['pl_side'],
    start: '2026-12-07',
    end: '2026-12-13',
    targeting: { and: [{ key: 'daypart', in: ['mon 00:00-12:00'] }] },
  });
  // A third of the day's requests comes at six.
  expect(Math.round((mornings.days[0]?.forecast ?? 0) / 100)).toBe(10);
  expect(mornings.days.slice(1).every(({ forecast }) => forecast === 0)).toBe(true);
});

test('what requests do not carry narrows nothing, and is said', async () => {
  const all = await asked({ placements: ['pl_side'], ...december });
  const some = await asked({
    placements: ['pl_side'],
    ...december,
    targeting: { and: [{ key: 'kv.topic', in: ['ski'] }] },
  });
  expect(some.total).toEqual(all.total);
  expect(some.warnings.map(({ code }) => code)).toEqual(['targeting-not-measured']);
});

test('a new placement goes by its site’s older ones; a new site has no forecast', async () => {
  const young = await asked({ placements: ['pl_young'], ...december });
  expect(young.placements[0]).toMatchObject({ source: 'analogy', days_of_history: 3 });
  expect(young.total.forecast).toBeGreaterThan(300 * 14);
  expect(young.total.forecast).toBeLessThan(3000 * 14);
  expect(young.warnings.map(({ code }) => code)).toEqual(['no-forecast']);
  const bare = await asked({ placements: ['pl_bare'], ...december });
  expect(bare).toMatchObject({ total: { forecast: 0 }, placements: [{ source: 'none', days_of_history: 0 }] });
  expect(bare.warnings.map(({ code }) => code)).toEqual(['no-forecast']);
});

test('days gone by are no forecast, and the rest of today is a part of today', async () => {
  const { days } = await asked({ placements: ['pl_side'], start: '2026-11-20', end: '2026-11-25' });
  expect(days.map(({ date }) => date)).toEqual(['2026-11-24', '2026-11-25']);
  expect((await asked({ placements: ['pl_side'], start: '2026-11-01', end: '2026-11-02' })).days).toEqual([]);
});

test('facts that come late are learnt', async () => {
  const bare = {
    site_id: 'site_new',
    placement_id: 'pl_bare',
    from: '2026-11-01',
    to: '2026-11-20',
    perDay: () => 500,
  };
  await insertPast(store.events, [bare]);
  const { placements, total } = await asked({ placements: ['pl_bare'], ...december });
  expect(placements[0]?.source).toBe('history');
  expect(Math.abs(total.forecast - 7000)).toBeLessThan(700);
});
