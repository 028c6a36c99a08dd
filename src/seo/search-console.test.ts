import { generateKeyPairSync, createVerify } from 'node:crypto';
import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { createOrganisation, may } from '#people';
import { type Database, openDataFiles } from '#platform';
import { callerOf, openTestApi, openTestDatabase, openTestEvents, type TestApi } from '#platform/testing';
import { readSearchConsole } from './read-search-console.ts';
import { routesOf } from './routes.ts';
import { askSearchConsole } from './search-console-api.ts';
import { bindProperty } from './search-property.ts';
import type { SearchFigures } from './contract.ts';

let db: Database;
let store: Awaited<ReturnType<typeof openTestEvents>>;
let api: TestApi;
let folder: string;
let org: string;
let site: string;
let count = 0;
const asked: { url: string; body: string }[] = [];
const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

/** The outbound network: Google's two addresses, as its documentation describes them. */
const google: typeof fetch = async (input, init) => {
  const url = input instanceof Request ? input.url : String(input);
  const body =
    init?.body instanceof URLSearchParams ? init.body.toString() : typeof init?.body === 'string' ? init.body : '';
  asked.push({ url, body });
  if (url === 'https://oauth2.googleapis.com/token') {
    const [head = '', claim = '', signature = ''] = (new URLSearchParams(body).get('assertion') ?? '').split('.');
    const isSigned = createVerify('RSA-SHA256').update(`${head}.${claim}`).verify(publicKey, signature, 'base64url');
    return isSigned ? Response.json({ access_token: 'token' }) : new Response('', { status: 401 });
  }
  if (url.includes('forbidden')) return new Response('', { status: 403 });
  const { dimensions, startDate, endDate, startRow } = JSON.parse(body) as {
    dimensions: string[];
    startDate: string;
    endDate: string;
    startRow: number;
  };
  const many = url.includes('many') && dimensions[1] === 'query';
  if (many) {
    const keys = (n: number) => [startDate, `${startRow + n} words`];
    return Response.json({
      rows: Array.from({ length: 25_000 }, (_, n) => ({ keys: keys(n), clicks: 1, impressions: 1, position: 1 })),
    });
  }
  const days = ['2026-09-01', '2026-09-02'].filter((day) => startDate <= day && day <= endDate);
  const rows = days.map((day) => ({
    keys: dimensions.length > 1 ? [day, dimensions[1] === 'device' ? 'MOBILE' : 'vigie'] : [day],
    clicks: 3,
    impressions: 30,
    position: 2.5,
  }));
  return Response.json({ rows });
};

beforeAll(async () => {
  [db, store] = await Promise.all([openTestDatabase(), openTestEvents()]);
  org = (await db.transaction((tx) => createOrganisation(tx, { name: 'Org' }))).id;
  folder = await mkdtemp(join(tmpdir(), 'vigie-gsc-'));
  const keyFile = join(folder, 'key.json');
  await writeFile(keyFile, JSON.stringify({ client_email: 'a@b.iam.gserviceaccount.com', private_key: privateKey }));
  api = await openTestApi({
    routes: routesOf({ keyFile, ask: google }),
    db,
    events: store.events,
    may,
    clock: () => new Date('2026-11-28T12:00:00Z'),
  });
}, 60_000);
afterAll(async () => {
  await api?.close();
  await store?.close();
  await db?.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  site = `site_${count++}`;
  await db.query(
    "insert into sites (id, org_id, domain, name, time_zone, currency) values ($1, $2, $3, 'S', 'UTC', 'EUR')",
    [site, org, `g${count}.example`],
  );
});

const french = {
  'Requêtes.csv':
    'Requêtes les plus fréquentes,Clics,Impressions,CTR,Position\nvigie,"1 200",10000,"12 %","1,4"\npubliéité,30,900,"3,33 %","8,4"\n',
  'Pages.csv':
    'Pages les plus populaires,Clics,Impressions,CTR,Position\nhttps://g.example/a,1000,8000,"12,5 %","1,5"\n',
  'Pays.csv': 'Pays,Clics,Impressions,CTR,Position\nFrance,1400,11000,"12,73 %","2"\n',
  'Appareils.csv':
    'Appareil,Clics,Impressions,CTR,Position\nMobile,900,7000,"12,86 %","1,9"\nOrdinateur,500,4000,"12,5 %","2,2"\n',
  'Graphique.csv':
    'Date,Clics,Impressions,CTR,Position\n2026-09-02,700,5500,"12,73 %","2"\n2026-09-01,700,5500,"12,73 %","2"\n',
  'Filtres.csv': 'Filtre,Valeur\nType de recherche,Web\nDate,Les 28 derniers jours\n',
};

async function zipOf(files: Record<string, string>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, text] of Object.entries(files)) zip.addBuffer(Buffer.from(text), name);
  zip.end();
  return buffer(zip.outputStream);
}

async function send(bytes: Buffer, fields: Record<string, string> = {}, name = 'export.zip') {
  const form = new FormData();
  for (const [field, value] of Object.entries({ site_id: site, ...fields })) form.append(field, value);
  form.append('file', new Blob([Uint8Array.from(bytes)]), name);
  const request = new Request('http://x', { method: 'POST', body: form });
  return api.call(
    callerOf('admin', org),
    'POST',
    '/api/search-console/imports',
    Buffer.from(await request.arrayBuffer()),
    { 'content-type': request.headers.get('content-type') ?? '' },
  );
}
const figures = async (kind: string) =>
  (await api.call(callerOf('analyst', org), 'GET', `/api/search-console?site_id=${site}&kind=${kind}`))
    .body as SearchFigures;

describe('an export', () => {
  test('in French, from the zip: every table, the days, and the words that are withheld', async () => {
    const reply = await send(await zipOf(french));
    expect(reply.status, reply.text).toBe(201);
    expect(reply.body).toMatchObject({
      first_day: '2026-09-01',
      last_day: '2026-09-02',
      search_type: 'web',
      origin: 'file',
      rows: 8,
    });
    const queries = await figures('query');
    expect(queries.rows.map(({ value, clicks, ctr, position }) => [value, clicks, ctr, position])).toEqual([
      ['vigie', 1200, 12, 1.4],
      ['publiéité', 30, 3.33, 8.4],
    ]);
    expect(queries).toMatchObject({ totals: { clicks: 1400, impressions: 11000 }, withheld_clicks: 170 });
    expect((await figures('device')).rows.map(({ value }) => value)).toEqual(['phone', 'desktop']);
    expect((await figures('day')).rows.map(({ value }) => value)).toEqual(['2026-09-01', '2026-09-02']);
    await send(await zipOf(french));
    expect((await figures('query')).totals.clicks).toBe(1400);
  });

  test('pages stand beside the visits that entered on them from search', async () => {
    const visit = (n: number, channel: string, more: object = {}) => ({
      build: 1,
      org_id: org,
      site_id: site,
      local_date: '2026-09-01',
      visitor: n,
      visit_id: n,
      started_at: '2026-09-01 10:00:00',
      local_time: '2026-09-01 10:00:00',
      pageviews: 1,
      duration_ms: 40_000,
      bounce: n % 2,
      entry_page: '/a',
      hostname: 'g.example',
      source: 'Google',
      channel,
      ...more,
    });
    const visits = [
      visit(1, 'Organic Search'),
      visit(2, 'Organic Search'),
      visit(3, 'Direct', { source: '' }),
      visit(4, 'Organic Search', { source: 'Bing' }),
      visit(5, 'Organic Search', { hostname: 'blog.g.example' }),
    ];
    await store.events.insert('visits', visits, { token: `v${site}` });
    await store.events.insert('visit_days', [{ site_id: site, local_date: '2026-09-01', build: 1, visits: 5 }], {
      token: `d${site}`,
    });
    const pages = `${french['Pages.csv']}https://blog.g.example/a,7,80,"8,75 %",3\n`;
    await send(await zipOf({ ...french, 'Pages.csv': pages }));
    expect((await figures('page')).rows).toMatchObject([
      { value: 'https://g.example/a', clicks: 1000, visits: 2, bounce_rate: 50, visit_duration: 40 },
      { value: 'https://blog.g.example/a', clicks: 7, visits: 1, bounce_rate: 100 },
    ]);
  });

  const read = async (text: string, told = {}) =>
    readSearchConsole(await openDataFiles([{ name: 'Queries.csv', bytes: Buffer.from(text) }]), told);
  test.each([
    ['English', 'Top queries,Clicks,Impressions,CTR,Position\nvigie,"1,200",10000,12%,1.4\n'],
    [
      'a comparison',
      'Top queries,Last 3 months Clicks,Previous 3 months Clicks,Last 3 months Impressions,Previous 3 months Impressions,Last 3 months CTR,Previous 3 months CTR,Last 3 months Position,Previous 3 months Position\nvigie,1200,7,10000,70,12%,10%,1.4,9\n',
    ],
    [
      'a French comparison',
      'Requêtes les plus fréquentes;3 derniers mois Clics;3 mois précédents Clics;3 derniers mois Impressions;3 mois précédents Impressions;3 derniers mois Position;3 mois précédents Position\nvigie;1200;7;10000;70;1,4;9\n',
    ],
    [
      'German',
      'Häufigste Suchanfragen;Klicks;Impressionen;Klickrate;Durchschnittliche Position\nvigie;1200;10000;12 %;1,4\n',
    ],
  ])('%s', async (_, text) => {
    const { rows } = await read(text, { from: '2026-09-01', to: '2026-09-28' });
    expect(rows).toEqual([
      {
        kind: 'query',
        value: 'vigie',
        first: '2026-09-01',
        last: '2026-09-28',
        clicks: 1200,
        impressions: 10000,
        position: 1.4,
      },
    ]);
  });

  test.each([
    ['no days', 'Top queries,Clicks,Impressions\nvigie,1,2\n', 'line 1: the tables do not say'],
    ['another table', 'name,price\nbread,2\n', 'line 1: this is no table'],
    [
      'a word for a number',
      'Top queries,Clicks,Impressions,CTR,Position\nvigie,many,2,1%,1\n',
      'line 2, column "Clicks"',
    ],
    ['a short row', 'Top queries,Clicks,Impressions,CTR,Position\nvigie,1\n', 'line 2: the row has 2 cells'],
  ])('%s is refused with its line', async (name, text, where) => {
    await expect(read(text, name === 'no days' ? {} : { from: '2026-09-01', to: '2026-09-02' })).rejects.toThrow(
      `Queries.csv, ${where}`,
    );
  });
});

test('the API: a signed request for a token, every day by every dimension, added up again', async () => {
  asked.splice(0);
  const { domain } = (await db.one<{ domain: string }>('select domain from sites where id = $1', [site])) ?? {
    domain: '',
  };
  const body = { site_id: site, property: `sc-domain:${domain}`, from: '2026-09-01', to: '2026-09-02' };
  const reply = await api.call(callerOf('admin', org), 'POST', '/api/search-console/fetch', body);
  expect(reply.body, reply.text).toMatchObject({ origin: 'api', rows: 10 });
  expect(asked[1]?.url).toBe(
    `https://www.googleapis.com/webmasters/v3/sites/sc-domain%3A${domain}/searchAnalytics/query`,
  );
  expect((await figures('query')).rows).toMatchObject([{ value: 'vigie', clicks: 6, impressions: 60, position: 2.5 }]);
  expect((await figures('device')).rows).toMatchObject([{ value: 'phone' }]);
  const no = await api.call(callerOf('admin', org), 'POST', '/api/search-console/fetch', {
    ...body,
    property: `sc-domain:forbidden.${domain}`,
  });
  expect(no.body).toMatchObject({ field: 'property' });
});

const fetched = async (site_id: string, property: string, org_id = org) =>
  (
    await api.call(callerOf('admin', org_id), 'POST', '/api/search-console/fetch', {
      site_id,
      property,
      from: '2026-09-01',
      to: '2026-09-01',
    })
  ).status;
const domainOf = async () =>
  (await db.one<{ domain: string }>('select domain from sites where id = $1', [site]))?.domain ?? '';

test('the API is asked day by day; a day of which Google tells no more is said', async () => {
  const domain = await domainOf();
  const body = { site_id: site, property: `https://many.${domain}/`, from: '2026-09-01', to: '2026-09-02' };
  const largest: number[] = [];
  const parts = askSearchConsole(
    { key: JSON.stringify({ client_email: 'a@b.example', private_key: privateKey }), ...body },
    { ask: google, clock: () => new Date('2026-11-28T12:00:00Z') },
  );
  for await (const { rows } of parts) largest.push(rows.length);
  expect(Math.max(...largest)).toBe(25_000);
  const reply = await api.call(callerOf('admin', org), 'POST', '/api/search-console/fetch', body);
  expect(reply.body, reply.text).toMatchObject({ rows: 100_008, cut_days: ['2026-09-01', '2026-09-02'] });
  expect((await figures('query')).totals.clicks).toBe(6);
});

test('the installation’s account reads for an organisation only what belongs to its site', async () => {
  const domain = await domainOf();
  expect(await fetched(site, `https://www.${domain}/news/`)).toBe(201);
  expect(await fetched(site, 'https://elsewhere.example/')).toBe(400);
});

test('where several organisations are served, a property is read by the one that it was bound to', async () => {
  await db.query("insert into organisations (id, name) values ('org_else', 'Else') on conflict do nothing");
  const domain = await domainOf();
  const property = `sc-domain:${domain}`;
  // A site of any name can be entered by anybody.
  await db.query(
    "insert into sites (id, org_id, domain, name, time_zone, currency) values ($1, 'org_else', $2, 'S', 'UTC', 'EUR')",
    [`else_${site}`, `www.${domain}`],
  );
  expect(await fetched(site, property)).toBe(400);
  expect(await fetched(`else_${site}`, property, 'org_else')).toBe(400);
  await bindProperty(db, callerOf('admin', org), property);
  expect(await fetched(site, property)).toBe(201);
  expect(await fetched(`else_${site}`, property, 'org_else')).toBe(400);
  expect(await fetched(site, `https://www.${domain}/`)).toBe(400);
});

test('another organisation sees nothing of it', async () => {
  expect(
    (await api.call(callerOf('admin', 'other'), 'GET', `/api/search-console?site_id=${site}&kind=query`)).status,
  ).toBe(404);
});
