/** A page is opened in the guarded browser, and what its placements answer is told: through the API, with the real tag. */
import { createServer, type Server } from 'node:http';
import { routesOf } from '#creatives';
import { may } from '#people';
import type { Database } from '#platform';
import { callerOf, openTestApi, openTestDatabase, type TestApi } from '#platform/testing';
import { buildTags } from '#tag';
import { afterAll, beforeAll, expect, test } from 'vitest';

let db: Database;
let api: TestApi;
let server: Server;
let origin: string;
const seen: string[] = [];
const manager = callerOf('traffic_manager');

beforeAll(async () => {
  const tags = await buildTags();
  // Site and edge in one: only the edge may be private.
  server = createServer((request, response) => {
    const path = request.url ?? '/';
    seen.push(`${path} ${request.headers['user-agent']}`);
    const script = Object.entries(tags).find(([name]) => path === `/${name}`)?.[1];
    if (script) return void response.setHeader('content-type', 'text/javascript').end(script);
    if (path === '/v1/decisions') {
      const creative = { id: 'cr_1', kind: 'image', width: 300, height: 250, markup: '<b>Ad</b>' };
      const nothing = { id: 'd', line_item: null, creative: null };
      const decisions = [
        { id: 'd', placement: 'top', line_item: 'li_1', creative },
        { ...nothing, placement: 'side' },
        { ...nothing, placement: 'stray' },
      ];
      return void response.setHeader('content-type', 'application/json').end(JSON.stringify({ decisions }));
    }
    if (path === '/e') return void response.writeHead(202).end();
    if (path === '/plain') return void response.setHeader('content-type', 'text/html').end('<p>No tag</p>');
    if (path === '/inside') return void response.writeHead(302, { location: 'http://127.0.0.1:8443/' }).end();
    const slot = (code: string, sizes: string, style = '') =>
      `<div data-vigie-placement="${code}" data-sizes="${sizes}" style="${style}"></div>`;
    response.setHeader('content-type', 'text/html').end(
      `<title>Une</title>${slot('top', '300x250')}${slot('side', '160x600')}${slot('stray', '300x250')}${slot('hidden', '300x250', 'display:none')}
      <script>setTimeout(() => { throw new Error('broken page') })</script>
      <script async src="/vigie.js" data-site="journal.example" data-local></script>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  db = await openTestDatabase();
  const allow = (role: string, right: string) => may(role as Parameters<typeof may>[0], right);
  api = await openTestApi({ routes: routesOf({ edgeUrl: origin }), db, may: allow });
  await db.query(`insert into organisations (id, name) values ('org_test', 'Test')`);
  await db.query(
    `insert into sites (id, org_id, domain, name, time_zone, currency) values ('site_1', 'org_test', 'journal.example', 'Journal', 'Europe/Paris', 'EUR')`,
  );
  for (const code of ['top', 'side', 'hidden', 'bottom'])
    await db.query(
      `insert into placements (id, org_id, site_id, code, name, formats) values ($1, 'org_test', 'site_1', $2, $2, array['300x250'])`,
      [`pl_${code}`, code],
    );
}, 60_000);
afterAll(async () => {
  await api?.close();
  await db?.close();
  server?.closeAllConnections();
  server?.close();
});

test('only who may change placements may have pages opened', async () => {
  for (const [caller, status] of [
    [undefined, 401],
    [callerOf('client', 'org_test', 'adv'), 403],
    [callerOf('analyst'), 403],
  ] as const)
    expect((await api.call(caller, 'POST', '/api/tag-checks', { url: `${origin}/` })).status).toBe(status);
});

test('every placement of the page, what it asked for and what came; those that are not there', async () => {
  const { status, body } = await api.call(manager, 'POST', '/api/tag-checks', { url: `${origin}/` });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    status: 200,
    has_script: true,
    site: 'journal.example',
    missing: ['bottom'],
    errors: ['broken page'],
    placements: [
      {
        code: 'top',
        outcome: 'filled',
        is_shown: true,
        line_item_id: 'li_1',
        creative: { kind: 'image', size: '300x250' },
      },
      { code: 'side', outcome: 'empty', sizes: ['160x600'], creative: null },
      { code: 'stray', outcome: 'unknown', name: null },
      { code: 'hidden', outcome: 'not_asked', width: 0 },
    ],
  });
  expect(seen.every((line) => /VigieBot/.test(line))).toBe(true);
}, 60_000);

test('a page without the tag says so', async () => {
  const { body } = await api.call(manager, 'POST', '/api/tag-checks', { url: `${origin}/plain` });
  expect(body).toMatchObject({ has_script: false, site: null, placements: [], missing: [] });
}, 60_000);

test.each([
  ['http://127.0.0.1:8443/', /not a public one/],
  ['http://169.254.169.254/latest/meta-data', /not a public one/],
  ['http://localhost/', /not a public one/],
  ['https://[::1]/', /not a public one/],
  ['ftp://example.org', /absolute http or https/],
  ['http://user:pass@example.org', /absolute http or https/],
  ['file:///etc/passwd', /absolute http or https/],
])(
  '%s is not opened',
  async (url, sentence) => {
    const { status, body } = await api.call(manager, 'POST', '/api/tag-checks', { url });
    expect({ status, body }).toEqual({
      status: 400,
      body: expect.objectContaining({ detail: expect.stringMatching(sentence) }),
    });
  },
  60_000,
);

test('a page that leads into a private network is not followed', async () => {
  const { status } = await api.call(manager, 'POST', '/api/tag-checks', { url: `${origin}/inside` });
  expect(status).toBe(400);
}, 60_000);
