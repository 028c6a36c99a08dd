import fc from 'fast-check';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createOrganisation, may } from '#people';
import { type Database, openDataFiles, parseCsv } from '#platform';
import { callerOf, openTestApi, openTestDatabase, openTestEvents, type TestApi } from '#platform/testing';
import { routesOf } from '../routes.ts';
import { derivedTables, exportedFiles, exportedTables, exportTo, slicesOf } from './export-data.ts';

let db: Database;
let store: Awaited<ReturnType<typeof openTestEvents>>;
let api: TestApi;
let org: string;
let folder: string;
beforeAll(async () => {
  [db, store] = await Promise.all([openTestDatabase(), openTestEvents()]);
  org = (await db.transaction((tx) => createOrganisation(tx, { name: 'Org' }))).id;
  await db.query(
    "insert into sites (id, org_id, domain, name, time_zone, currency) values ('s1', $1, 'a.example', 'A', 'UTC', 'EUR'), ('s2', $1, 'b.example', 'B', 'UTC', 'EUR')",
    [org],
  );
  await db.query('create table many_of_test (id int primary key, org_id text, note text)');
  await db.query('create table parts_of_test (id int primary key, whole_id int references many_of_test (id))');
  const hit = (site: string, day: string, n: number) => ({
    org_id: org,
    site_id: site,
    at: `${day} 10:00:0${n}`,
    local_time: `${day} 10:00:0${n}`,
    hit_id: `${site} ${day} ${n}`,
    visitor: '18446744073709551615',
    name: 'pageview',
    path: '/"quoted", é',
  });
  await store.events.insert(
    'hits',
    [hit('s1', '2026-01-30', 1), hit('s1', '2026-01-31', 2), hit('s1', '2026-02-01', 3), hit('s2', '2026-02-01', 4)],
    { token: 'export' },
  );
  api = await openTestApi({
    routes: routesOf({ countryOf: () => '', visitorKey: 'k', consentedHash: () => '1' }),
    db,
    events: store.events,
    may,
  });
  folder = await mkdtemp(join(tmpdir(), 'vigie-export-'));
}, 60_000);
afterAll(async () => {
  await api?.close();
  await store?.close();
  await db?.close();
  await rm(folder, { recursive: true, force: true });
});

test('a site’s hits by month as CSV that reads back, and settings without secrets', async () => {
  const files = await exportedFiles({ db, events: store.events }, { org_id: org, sites: ['s1'], format: 'csv' });
  const written = await exportTo(folder, files);
  expect(written.filter(({ path }) => path.startsWith('hits'))).toEqual([
    { path: 'hits/2026-01.csv', rows: 2 },
    { path: 'hits/2026-02.csv', rows: 1 },
  ]);
  const text = await readFile(join(folder, 'hits/2026-01.csv'), 'utf8');
  expect(text.split('\n')).toHaveLength(4);
  expect(text).toContain('18446744073709551615');
  expect(text).toContain('"/""quoted"", é"');
  const settings = JSON.parse(await readFile(join(folder, 'settings.json'), 'utf8')) as Record<
    string,
    { domain?: string }[]
  >;
  expect(settings['sites']?.map(({ domain }) => domain)).toEqual(['a.example', 'b.example']);
  expect(Object.keys(settings)).not.toContain('keys');
  expect((await readdir(folder)).some((name) => name.endsWith('.part'))).toBe(false);
});

test('the zip of the API holds every site as Parquet', async () => {
  const reply = await api.call(callerOf('admin', org), 'GET', '/api/export?format=parquet');
  expect(reply.status).toBe(200);
  const files = await openDataFiles([{ name: 'all.zip', bytes: reply.bytes }]);
  expect(files.map(({ name }) => name)).toEqual(['2026-01.parquet', '2026-02.parquet', 'settings.json']);
  const [first] = files;
  const bytes = Buffer.concat(await Array.fromAsync(first?.chunks() ?? []));
  expect(bytes.subarray(0, 4).toString()).toBe('PAR1');
  expect(bytes.subarray(-4).toString()).toBe('PAR1');
});

test('every table of the store is exported, or is made from those that are', async () => {
  const stored = await store.events.query<{ name: string }>(
    "select name from system.tables where database = currentDatabase() and engine like '%MergeTree' order by name",
  );
  const facts = stored.map(({ name }) => name).filter((name) => !/^(?:\.inner|migrations|applied_)/.test(name));
  expect(facts.filter((name) => ![...exportedTables, ...derivedTables].includes(name))).toEqual([]);
  expect(exportedTables.filter((name) => !facts.includes(name))).toEqual([]);
});

test('a text that a spreadsheet would run is plain in CSV and reads back; Parquet has it as it is', async () => {
  const day = { org_id: org, site_id: 's3', local_date: '2026-03-01' };
  const campaigns = ['=HYPERLINK("http://x")', '+1', '-1', '@a', "'=a", 'plain', "'tis"];
  await store.events.insert(
    'hits',
    campaigns.map((utm_campaign, n) => ({
      ...day,
      at: `2026-03-01 10:00:0${n}`,
      local_time: `2026-03-01 10:00:0${n}`,
      hit_id: `f${n}`,
      utm_campaign,
    })),
    { token: 'formulas' },
  );
  const costs = { ...day, platform: 'google', campaign_key: 'a', campaign: '=1+1', currency: 'EUR' };
  await store.events.insert('cost_days', [{ ...costs, spend_micros: 1, import: 1 }], { token: 'costs 1' });
  await store.events.insert('cost_days', [{ ...costs, spend_micros: -2, import: 2 }], { token: 'costs 2' });
  await store.events.insert(
    'search_console',
    [{ ...day, first_date: '2026-03-01', last_date: '2026-03-28', kind: 'query', value: '@word', import: 1 }],
    { token: 'search' },
  );
  await store.events.insert('ignored_hits', [{ ...day, at: '2026-03-01 10:00:00', reason: 'bot' }], { token: 'i' });
  await store.events.insert('ad_decisions', [{ ...day, line_item_id: 'l', decisions: 2 }], { token: 'd' });
  const asked = { org_id: org, sites: ['s3'] } as const;
  const files = await exportedFiles({ db, events: store.events }, { ...asked, format: 'csv' });
  const text = async (path: string) =>
    Buffer.concat(await Array.fromAsync((await files.find((file) => file.path === path)?.open()) ?? [])).toString();
  const hits = await text('hits/2026-03.csv');
  expect(hits).not.toMatch(/(?:^|,)"?[=+@]/m);
  const [header, ...rows] = parseCsv(hits);
  const at = header?.cells.indexOf('utm_campaign') ?? -1;
  expect(rows.map(({ cells }) => cells[at])).toEqual(campaigns);
  const [names, ...spent] = parseCsv(await text('cost_days/2026-03.csv'));
  expect(spent.map(({ cells }) => cells[names?.cells.indexOf('spend_micros') ?? -1])).toEqual(['-2']);
  expect(await text('search_console/2026-03.csv')).toContain("'@word");
  expect(await text('ignored_hits/2026-03.csv')).toContain('bot');
  expect(files.map(({ path }) => path)).toContain('ad_decisions/2026-03.csv');

  const raw = await exportedFiles({ db, events: store.events }, { ...asked, format: 'parquet' });
  const parquet = await raw.find(({ path }) => path === 'hits/2026-03.parquet')?.open();
  expect(
    Buffer.concat(await Array.fromAsync(parquet ?? []))
      .subarray(0, 4)
      .toString(),
  ).toBe('PAR1');
});

test('settings are whole, however many rows a table has', async () => {
  await db.query(`insert into many_of_test (id, org_id, note) select i, $1, 'n' from generate_series(1, 100001) as i`, [
    org,
  ]);
  await db.query("insert into many_of_test (id, org_id, note) values (100002, 'other', 'n')");
  await db.query('insert into parts_of_test (id, whole_id) values (1, 7), (2, 100002)');
  const files = await exportedFiles({ db, events: store.events }, { org_id: org, sites: [], format: 'csv' });
  const file = files.find(({ path }) => path === 'settings.json');
  const parts = await Array.fromAsync((await file?.open()) ?? []);
  const settings = JSON.parse(parts.map(String).join('')) as Record<string, object[]>;
  expect(settings['many_of_test']).toHaveLength(100_001);
  expect(settings['parts_of_test']).toEqual([{ id: 1, whole_id: 7 }]);
});

test('another organisation’s site is not found, an analyst may not take everything', async () => {
  expect((await api.call(callerOf('admin', 'other'), 'GET', '/api/export?site_id=s1')).status).toBe(404);
  expect((await api.call(callerOf('analyst', org), 'GET', '/api/export')).status).toBe(403);
});

test('slices hold every day once, in order', () => {
  const days = fc
    .uniqueArray(fc.integer({ min: 0, max: 400 }), { minLength: 1 })
    .map((list) =>
      list
        .toSorted((a, b) => a - b)
        .map((n) => ({ day: new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10), n })),
    );
  fc.assert(
    fc.property(days, fc.integer({ min: 1, max: 3_000_000 }), (list, rows) => {
      const slices = slicesOf(list.map(({ day }) => ({ day, rows })));
      for (const { day } of list) expect(slices.filter(({ from, to }) => from <= day && day <= to)).toHaveLength(1);
      expect(slices.reduce((sum, one) => sum + one.rows, 0)).toBe(rows * list.length);
    }),
  );
});
