import { afterAll, beforeAll, expect, test } from 'vitest';
import { may } from '#people';
import type { Database, Events } from '#platform';
import { callerOf, openTestApi, openTestDatabase, openTestEvents, type TestApi } from '#platform/testing';
import { AudienceProfile } from './contract.ts';
import { profileIfThere } from './audience-profile.ts';
import { routes } from './routes.ts';

let db: Database;
let store: { events: Events; close(): Promise<void> };
let api: TestApi;
const clock = () => new Date('2026-11-23T12:00:00Z');

beforeAll(async () => {
  [db, store] = await Promise.all([openTestDatabase(), openTestEvents()]);
  api = await openTestApi({ routes, db, events: store.events, clock, may });
  await db.query("insert into organisations (id, name) values ('org_test', 'Test'), ('org_other', 'Other')");
  await db.query(
    `insert into sites (id, org_id, domain, name, time_zone, currency) values ('site_news', 'org_test', 'news.example', 'News', 'Europe/Paris', 'EUR')`,
  );
  await db.query(
    "insert into sections (id, org_id, site_id, name, path) values ('sec_sport', 'org_test', 'site_news', 'Sport', '/sport')",
  );
  await db.query(
    "insert into placements (id, org_id, site_id, section_id, code, name, formats) values ('plc_sport', 'org_test', 'site_news', 'sec_sport', 'top', 'Top', '{300x250}')",
  );
  const hit = (visitor: number, section_id: string, device: string, country: string) => ({
    org_id: 'org_test',
    site_id: 'site_news',
    local_time: '2026-11-10 09:00:00',
    local_date: '2026-11-10',
    name: 'pageview',
    visitor,
    section_id,
    device,
    country,
    language: 'fr',
  });
  const hits = [
    ...Array.from({ length: 75 }, (_, i) => hit(i + 1, 'sec_sport', 'mobile', 'FR')),
    ...Array.from({ length: 25 }, (_, i) => hit(i + 76, 'sec_sport', 'desktop', 'BE')),
    ...Array.from({ length: 100 }, (_, i) => hit(i + 200, '', 'desktop', 'FR')),
    { ...hit(999, 'sec_sport', 'tv', 'US'), local_date: '2026-09-01', local_time: '2026-09-01 09:00:00' },
    { ...hit(998, 'sec_sport', 'tv', 'US'), name: 'signup' },
  ];
  await store.events.insert('hits', hits, { token: 'readers' });
}, 60_000);
afterAll(async () => {
  await api?.close();
  await store?.close();
  await db?.close();
});

const ask = (query: string, role = 'sales', org = 'org_test') =>
  api.call(callerOf(role, org, role === 'client' ? 'adv' : null), 'GET', `/api/audience-profile?${query}`);
const profileOf = async (query: string) => AudienceProfile.parse((await ask(query)).body);

test('of a section, of the placement on it, and of the whole site', async () => {
  const section = await profileOf('section_id=sec_sport');
  expect(section).toMatchObject({ counted: 100, visitors_per_day: 100, from: '2026-10-26', to: '2026-11-22' });
  expect(section.devices).toEqual([
    { key: 'mobile', part: 0.75 },
    { key: 'desktop', part: 0.25 },
  ]);
  expect(section.countries).toEqual([
    { key: 'FR', part: 0.75 },
    { key: 'BE', part: 0.25 },
  ]);
  expect(section.hours).toEqual([{ key: '9', part: 1 }]);
  expect(await profileOf('placement_id=plc_sport')).toEqual(section);
  expect((await profileOf('site_id=site_news')).devices).toEqual([
    { key: 'desktop', part: 0.625 },
    { key: 'mobile', part: 0.375 },
  ]);
});

test('of a few readers nothing is said', async () => {
  await db.query(
    "insert into sections (id, org_id, site_id, name, path) values ('sec_empty', 'org_test', 'site_news', 'Empty', '/empty')",
  );
  expect(await profileOf('section_id=sec_empty')).toMatchObject({ visitors_per_day: 0, devices: [], hours: [] });
});

test('is closed to clients and strangers, and asks for one thing', async () => {
  expect((await api.call(undefined, 'GET', '/api/audience-profile?site_id=site_news')).status).toBe(401);
  expect((await ask('site_id=site_news', 'client')).status).toBe(403);
  expect((await ask('site_id=site_news', 'admin', 'org_other')).status).toBe(404);
  expect((await ask('')).status).toBe(400);
  expect((await ask('site_id=site_news&section_id=sec_sport')).status).toBe(400);
});

test('a store that is away leaves the offer readable; a fault is a fault', async () => {
  const where = { org_id: 'org_test', site_id: 'site_news', section_id: null };
  const failing = (code?: string) => ({
    clock,
    events: { query: () => Promise.reject(Object.assign(new Error('x'), code ? { code } : {})) },
  });
  expect(await profileIfThere(failing('ECONNREFUSED'), where)).toBeNull();
  await expect(profileIfThere(failing(), where)).rejects.toThrow('x');
});
