import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createOrganisation, may } from '#people';
import type { Database } from '#platform';
import { callerOf, openTestApi, openTestDatabase, openTestEvents, type TestApi } from '#platform/testing';
import { idsStored, inTurn } from '../hit-once.ts';
import { routesOf } from '../routes.ts';
import { visitorNamed } from '../visitor.ts';
import { keptOfHits } from './kept.ts';
import { endRetention, firstKept } from './retention.ts';
import { removeFacts } from './rewrite-days.ts';

let db: Database;
let store: Awaited<ReturnType<typeof openTestEvents>>;
let api: TestApi;
let org: string;
let site: string;
let count = 0;
const now = new Date('2026-11-28T12:00:00Z');
const clock = () => now;
beforeAll(async () => {
  [db, store] = await Promise.all([openTestDatabase(), openTestEvents()]);
  org = (await db.transaction((tx) => createOrganisation(tx, { name: 'Org' }))).id;
  const keys = { visitorKey: 'key', consentedHash: (_: string, id: string) => String(1000 + id.length) };
  api = await openTestApi({ routes: routesOf({ countryOf: () => '', ...keys }), db, events: store.events, may, clock });
}, 60_000);
afterAll(async () => {
  await api?.close();
  await store?.close();
  await db?.close();
});
beforeEach(async () => {
  site = `site_${count++}`;
  await db.query(
    "insert into sites (id, org_id, domain, name, time_zone, currency) values ($1, $2, $3, 'News', 'UTC', 'EUR')",
    [site, org, `p${count}.example`],
  );
});

let n = 0;
const hit = (day: string, more: object = {}) => ({
  org_id: org,
  site_id: site,
  at: `${day} 10:00:00.000`,
  local_time: `${day} 10:00:00`,
  local_date: day,
  hit_id: `h${n++}`,
  visitor: '7',
  name: 'pageview',
  path: '/',
  hostname: 'p.example',
  origin: 'live',
  ingested_at: `${day} 10:00:00.000`,
  ...more,
});
const insert = (rows: object[], table = 'hits') => store.events.insert(table, rows, { token: `t${n++}` });
const days = (table: string, sum = 'count()') => added(table, sum, 'local_date');
const months = (table: string, sum: string) => added(table, sum, 'month');
const added = async (table: string, sum: string, by: 'local_date' | 'month') =>
  Object.fromEntries(
    (
      await store.events.query<{ day: string; n: number }>(
        `select toString(${by}) as day, ${sum} as n from ${table} where site_id = {site:String} group by ${by} having n > 0`,
        { site },
      )
    ).map(({ day, n: found }) => [day, Number(found)]),
  );

test('the first kept day is so many months ago, on the last of a shorter month', () => {
  expect(firstKept(now, 25)).toBe('2024-10-28');
  expect(firstKept(new Date('2026-03-31T00:00:00Z'), 1)).toBe('2026-02-28');
});

test('facts end with what was added up from them; imported rows count from their import', async () => {
  await insert([
    hit('2024-10-27'),
    hit('2024-10-28'),
    hit('2020-01-01', { origin: 'import', ingested_at: '2026-11-01 00:00:00.000' }),
    hit('2020-01-01', { origin: 'import', ingested_at: '2024-01-01 00:00:00.000' }),
    hit('2020-01-02', { origin: 'import', ingested_at: '2024-01-01 00:00:00.000' }),
  ]);
  expect(await endRetention({ db, events: store.events, clock })).toBe(3);
  const left = { '2020-01-01': 1, '2024-10-28': 1 };
  expect(await days('hits')).toEqual(left);
  expect(await days('hits_hours', 'sum(hits)')).toEqual(left);
  expect(await days('pages_days', 'sum(hits)')).toEqual(left);
  expect(await endRetention({ db, events: store.events, clock })).toBe(0);
  const [entry] = await db.query<{ action: string }>('select action from audit_entries where subject_id = $1', [site]);
  expect(entry?.action).toBe('retention.end');
});

test('ids of hits that stay are still known after their day was written anew, those of before the upgrade too', async () => {
  await insert([
    hit('2026-11-01', { hit_id: 'old stays', batch: 0 }),
    hit('2026-11-01', { hit_id: 'old goes', batch: 0, path: '/gone' }),
    hit('2026-11-01', { hit_id: 'new stays', batch: 3 }),
    hit('2026-11-01', { hit_id: 'new goes', batch: 3, path: '/gone' }),
  ]);
  // As the upgrade wrote them: the view knows only hits with a batch.
  const old = ['old stays', 'old goes'].map((hit_id) => ({
    site_id: site,
    hit_id,
    local_date: '2026-11-01',
    batch: 1,
  }));
  await insert(old, 'hit_ids');
  const removing = removeFacts(store.events, 'hits', site, { where: "path = '/gone'", params: {} });
  // Who asks meanwhile waits until it is done.
  const ids = ['old stays', 'old goes', 'new stays', 'new goes'];
  const asked = inTurn(store.events, () => idsStored(store.events, site, ids));
  expect(await removing).toBe(2);
  expect([...(await asked)].sort()).toEqual(['new stays', 'old stays']);
});

test('ad facts have their own time, and their rollup follows', async () => {
  const ad = (day: string) => ({
    org_id: org,
    site_id: site,
    at: `${day} 10:00:00`,
    local_time: `${day} 10:00:00`,
    local_date: day,
    kind: 'impression',
    decision_id: `d${n++}`,
  });
  await insert([ad('2026-10-01'), ad('2026-11-20')], 'ad_events');
  const reply = await api.call(callerOf('admin', org), 'PATCH', `/api/sites/${site}/privacy`, { ads_months: 1 });
  expect(reply.body).toMatchObject({ ads_months: 1, audience_months: 25 });
  await endRetention({ db, events: store.events, clock });
  expect(await days('ad_events')).toEqual({ '2026-11-20': 1 });
  expect(await days('ad_hours', 'sum(events)')).toEqual({ '2026-11-20': 1 });
});

test('an exempt site keeps its audience for 25 months at most', async () => {
  const admin = callerOf('admin', org);
  const path = `/api/sites/${site}/privacy`;
  expect((await api.call(admin, 'PATCH', path, { audience_months: 26 })).body).toMatchObject({
    field: 'audience_months',
  });
  expect((await api.call(admin, 'PATCH', path, { imported_months: 26 })).body).toMatchObject({
    field: 'imported_months',
  });
  await db.query("update sites set mode = 'consented' where id = $1", [site]);
  expect((await api.call(admin, 'PATCH', path, { audience_months: 36, imported_months: 120 })).status).toBe(200);
  await db.query("update sites set mode = 'exempt' where id = $1", [site]);
  expect((await api.call(admin, 'GET', path)).body).toMatchObject({ audience_months: 25, imported_months: 25 });
  await insert([
    hit('2024-01-01'),
    hit('2024-01-02', { origin: 'import', ingested_at: '2024-01-03 00:00:00.000' }),
    hit('2024-01-02', { origin: 'import', ingested_at: '2025-01-03 00:00:00.000' }),
  ]);
  expect(await endRetention({ db, events: store.events, clock })).toBe(2);
});

test('a visitor is found, exported and erased by id: facts, visits, rollups; the others stay', async () => {
  const visitor = visitorNamed('key')(site, 'jane');
  const umami = visitorNamed('key')(site, 'umami jane');
  await insert([
    hit('2026-11-01', { visitor }),
    hit('2026-11-01'),
    hit('2026-11-02', { visitor: umami }),
    hit('2026-11-03', { identified: '1004' }),
    hit('2026-11-03', { identified: '1005' }),
    hit('2026-10-31'),
  ]);
  for (const table of ['visit_months', 'visit_figure_months'])
    await insert(
      ['2026-10-01', '2026-11-01'].map((month) => ({ org_id: org, site_id: site, month, build: 1 })),
      table,
    );
  await insert(
    [
      {
        org_id: org,
        site_id: site,
        local_date: '2026-11-01',
        visitor,
        build: 1,
        visit_id: 1,
        started_at: '2026-11-01 10:00:00',
        pageviews: 1,
      },
    ],
    'visits',
  );
  await insert([{ site_id: site, local_date: '2026-11-01', build: 1, visits: 1 }], 'visit_days');
  await insert(
    [
      {
        org_id: org,
        site_id: site,
        at: '2026-11-03 10:00:00',
        local_time: '2026-11-03 10:00:00',
        local_date: '2026-11-03',
        kind: 'impression',
        decision_id: 'd',
        visitor: '1004',
      },
    ],
    'ad_events',
  );
  const admin = callerOf('admin', org);
  const asked = { site_id: site, visitor_id: 'jane' };
  expect((await api.call(admin, 'POST', '/api/visitors/find', asked)).body).toEqual({
    rows: 5,
    tables: [
      { table: 'hits', rows: 3, first: '2026-11-01', last: '2026-11-03' },
      { table: 'visits', rows: 1, first: '2026-11-01', last: '2026-11-01' },
      { table: 'ad_events', rows: 1, first: '2026-11-03', last: '2026-11-03' },
    ],
  });
  const taken = JSON.parse((await api.call(admin, 'POST', '/api/visitors/export', asked)).text) as { hits: unknown[] };
  expect(taken.hits).toHaveLength(3);

  expect((await api.call(admin, 'POST', '/api/visitors/erase', asked)).body).toMatchObject({ rows: 5 });
  expect((await api.call(admin, 'POST', '/api/visitors/find', asked)).body).toMatchObject({ rows: 0 });
  const left = { '2026-10-31': 1, '2026-11-01': 1, '2026-11-03': 1 };
  expect(await days('hits')).toEqual(left);
  expect(await days('hits_hours', 'sum(hits)')).toEqual(left);
  expect(await days('hits_days', 'sum(hits)')).toEqual(left);
  expect(await days('visits')).toEqual({});
  expect(await days('ad_hours', 'sum(events)')).toEqual({});
  expect(await days('ad_line_days', 'sum(events)')).toEqual({});
  expect(await days('ad_placement_days', 'sum(events)')).toEqual({});
  expect(await months('pages_months', 'sum(hits)')).toEqual({ '2026-10-01': 1, '2026-11-01': 2 });
  // A month that was added up with the visitor counts no more.
  for (const table of ['visit_months', 'visit_figure_months'])
    expect(await months(table, 'sum(build)')).toEqual({ '2026-10-01': 1 });
  const trail = await db.query<{ after: unknown; subject_id: string }>(
    "select subject_id, after from audit_entries where action = 'visitor.erase'",
  );
  expect(trail.at(-1)).toMatchObject({ after: { site_id: site, tables: { hits: 3, visits: 1, ad_events: 1 } } });
  expect(JSON.stringify(trail)).not.toContain('jane');
});

test('every column of the hits is said on the privacy page', async () => {
  const columns = await store.events.query<{ name: string }>(
    "select name from system.columns where database = currentDatabase() and table = 'hits'",
  );
  const said = new Set(keptOfHits.flatMap((fact) => fact.columns));
  expect(columns.map(({ name }) => name).filter((name) => !said.has(name))).toEqual([]);
});

test('strangers find and erase nothing', async () => {
  const stranger = callerOf('admin', 'other');
  for (const way of ['find', 'export', 'erase'])
    expect((await api.call(stranger, 'POST', `/api/visitors/${way}`, { site_id: site, visitor_id: 'x' })).status).toBe(
      404,
    );
  expect(
    (await api.call(callerOf('analyst', org), 'POST', '/api/visitors/erase', { site_id: site, visitor_id: 'x' }))
      .status,
  ).toBe(403);
});
