/**
 * Bad input on every route of the API, generated from the route table: whatever is sent, the answer is a refusal in words (or a
 * success, where the input happens to be sound), never an error of ours, and what was refused has left nothing behind.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { createOrganisation, may } from '#people';
import type { Caller, Database, Served } from '#platform';
import { callerOf, openTestApi, openTestDatabase, openTestEvents, type TestApi } from '#platform/testing';
import { apiRoutes } from '../src/app/compose.ts';

const routes: Served[] = apiRoutes({ countryOf: () => 'FR', secret: 'a secret of at least 32 characters' });
const nameOf = ({ route }: Served) => `${route.method} ${route.path}`;
const withBody = routes.filter(({ route }) => route.method !== 'GET' && route.kind !== 'upload');

let db: Database;
let store: Awaited<ReturnType<typeof openTestEvents>>;
let api: TestApi;
let admin: Caller;

beforeAll(async () => {
  db = await openTestDatabase();
  store = await openTestEvents();
  api = await openTestApi({ routes, db, may, events: store.events });
  const { id } = await db.transaction((tx) => createOrganisation(tx, { name: 'Ours' }));
  admin = callerOf('admin', id);
  await makeThings();
}, 120_000);
afterAll(async () => {
  await api?.close();
  await store?.close();
  await db?.close();
});

/** Sound bodies: an odd value in one of their fields is all that is wrong with what is sent. */
const sound: Record<string, Record<string, unknown>> = {};

async function makeThings(): Promise<void> {
  const make = async (path: string, body: Record<string, unknown>): Promise<string> => {
    sound[`POST ${path}`] = body;
    const reply = await api.call(admin, 'POST', path, body);
    expect(reply.status, `POST ${path}: ${reply.text}`).toBe(201);
    return (reply.body as { id: string }).id;
  };
  const site_id = await make('/api/sites', {
    domain: 'journal.example',
    name: 'Journal',
    time_zone: 'Europe/Paris',
    currency: 'EUR',
    mode: 'exempt',
  });
  await make('/api/sections', { site_id, name: 'Sport', path: '/sport' });
  const placement = await make('/api/placements', {
    site_id,
    code: 'top',
    name: 'Top',
    formats: ['300x250'],
    floor: { amount: 100, currency: 'EUR' },
  });
  await make('/api/formats', { code: '333x222', name: 'Odd', kind: 'display', width: 333, height: 222 });
  await make('/api/rate-cards', {
    name: 'Rates',
    currency: 'EUR',
    valid_from: '2026-01-01',
    rates: [{ format: '300x250', model: 'cpm', amount: 900 }],
  });
  const advertiser_id = await make('/api/advertisers', { name: 'Brand', category: 'cars' });
  await make('/api/publishers', { name: 'House' });
  await make('/api/contacts', { advertiser_id, name: 'Somebody', email: 'a@example.org' });
  await make('/api/users', { email: 'b@example.org', name: 'B', password: 'a-long-password-1', role: 'sales' });
  await make('/api/keys', { name: 'Key', role: 'sales' });
  const order_id = await make('/api/orders', { advertiser_id, name: 'Order', side: 'sell', po_number: '12' });
  await make('/api/line-items', {
    order_id,
    name: 'Line',
    type: 'standard',
    priority: 8,
    goal: { unit: 'impressions', quantity: 1000 },
    rate: { model: 'cpm', amount: 500, currency: 'EUR' },
    start: '2027-01-01T00:00:00+01:00',
    end: '2027-02-01T00:00:00+01:00',
    placements: [placement],
    sizes: ['300x250'],
    targeting: { and: [{ key: 'geo.country', in: ['FR'] }] },
    frequency_caps: [{ count: 3, per: 'day' }],
    pacing: 'even',
    roadblock: 'one_or_more',
    exclusion_labels: ['cars'],
    rotation: 'even',
  });
  await make('/api/reports', {
    order_id,
    period: { from: '2026-11-01', to: '2026-11-15' },
    language: 'fr',
    title: 'Report',
  });
  sound['POST /api/query'] = {
    site_id,
    metrics: ['visitors', 'impressions'],
    date_range: '7d',
    dimensions: ['time:day'],
    filters: [['is', 'visit:country', ['FR']]],
    order_by: [['visitors', 'desc']],
    pagination: { limit: 10, offset: 0 },
    include: {},
  };
  sound['POST /api/ingest'] = {
    site_id,
    hits: [{ visitor_id: 'v', at: '2026-11-20T10:00:00Z', url: 'https://journal.example/a', props: { a: 'b' } }],
  };
}

/** Each way to put an odd value into one place of a body, two levels deep. */
function* oddBodies(body: Record<string, unknown>): Generator<{ where: string; value: unknown; body: unknown }> {
  for (const value of oddities) {
    for (const [field, given] of Object.entries(body)) {
      yield { where: field, value, body: { ...body, [field]: value } };
      const first: unknown = Array.isArray(given) ? given[0] : given;
      if (Array.isArray(given)) yield { where: `${field}.0`, value, body: { ...body, [field]: [value] } };
      if (typeof first !== 'object' || first === null || Array.isArray(first)) continue;
      for (const inner of Object.keys(first)) {
        const changed = { ...first, [inner]: value };
        yield {
          where: `${field}.${inner}`,
          value,
          body: { ...body, [field]: Array.isArray(given) ? [changed] : changed },
        };
      }
    }
  }
}

/** Values that no field, or hardly any, can take; each is tried in each field by itself. */
const oddities: readonly unknown[] = [
  null,
  '',
  -1,
  1e308,
  0.1,
  9_007_199_254_740_991,
  true,
  [],
  {},
  [[]],
  { in: 1 },
  'x'.repeat(70_000),
  '\u0000',
  '\ud800',
  "'; drop table sites; --",
  '2026-13-45',
  '9999999-01-01T00:00:00Z',
];

/** The fields that a route takes, beside those of its path. */
function fieldsOf({ route }: Served): string[] {
  const shape: Record<string, unknown> = route.input instanceof z.ZodObject ? route.input.shape : {};
  return Object.keys(shape).filter((field) => !route.path.includes(`:${field}`));
}

const at = (served: Served, id = 'none') => served.route.path.replace(/:\w+/g, id);

async function counts(): Promise<unknown> {
  const tables = await db.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = current_schema() and table_name <> 'idempotency_keys'`,
  );
  const rows: Record<string, number> = {};
  for (const { name } of tables) {
    const row = await db.one<{ n: number }>(`select count(*)::int as n from "${name}"`);
    rows[name] = row?.n ?? 0;
  }
  return rows;
}

/** Refused in words, or accepted; never a fault of ours. */
function expectSound(reply: { status: number; text: string; body: unknown }, what: string): void {
  expect(reply.status, `${what}: ${reply.text.slice(0, 300)}`).toBeLessThan(500);
  if (reply.status < 400) return;
  expect(reply.body, what).toMatchObject({
    status: reply.status,
    code: expect.any(String),
    detail: expect.any(String),
  });
  expect((reply.body as { detail: string }).detail.length, what).toBeGreaterThan(8);
}

describe.each(withBody.map((served) => ({ name: nameOf(served), served })))('$name', ({ name, served }) => {
  const { method } = served.route;

  test('refuses bodies that are no object, broken or too large, and keeps nothing of them', async () => {
    const before = await counts();
    const json = { 'content-type': 'application/json' };
    for (const body of ['{', '[1,2', 'null', '[]', '"text"', '12', '{"a":1}{"b":2}', '\u0000', 'a=1&b=2']) {
      const reply = await api.call(admin, method, at(served), body, json);
      expectSound(reply, `${name} with ${JSON.stringify(body)}`);
      expect(reply.status, `${name} with ${JSON.stringify(body)}: ${reply.text.slice(0, 200)}`).toBeGreaterThanOrEqual(
        method === 'DELETE' ? 200 : 400,
      );
    }
    const large = await api.call(admin, method, at(served), `{"name":"${'x'.repeat(11 << 20)}"}`, json);
    expect([400, 404, 413], `${name}: ${large.text.slice(0, 200)}`).toContain(large.status);
    expect(await counts()).toEqual(before);
  });

  test('refuses an odd value in any field in words', async () => {
    for (const field of fieldsOf(served)) {
      for (const value of oddities) {
        const reply = await api.call(admin, method, at(served), { [field]: value });
        expectSound(reply, `${name} with ${field} = ${JSON.stringify(value)?.slice(0, 60)}`);
      }
    }
    const unknown = await api.call(admin, method, at(served), { no_such_field_of_ours: 1 });
    expectSound(unknown, `${name} with an unknown field`);
    if (method !== 'DELETE') expect(unknown.status, unknown.text.slice(0, 200)).toBeGreaterThanOrEqual(400);
  });
});

test('an odd value anywhere in a sound body is refused in words, or can be read again', async () => {
  for (const [name, body] of Object.entries(sound)) {
    const [method = '', path = ''] = name.split(' ');
    for (const odd of oddBodies(body)) {
      const reply = await api.call(admin, method, path, odd.body);
      expectSound(reply, `${name} with ${odd.where} = ${JSON.stringify(odd.value)?.slice(0, 60)}`);
      if (reply.status !== 201) continue;
      const read = await api.call(admin, 'GET', `${path}/${(reply.body as { id: string }).id}`);
      expect(read.status, `${name} with ${odd.where}: ${read.text.slice(0, 200)}`).toBe(200);
    }
  }
}, 120_000);

describe.each(routes.map((served) => ({ name: nameOf(served), served })))('$name', ({ name, served }) => {
  const { method, path, kind } = served.route;

  test.runIf(path.includes('/:'))('refuses ids that are none', async () => {
    for (const id of [
      '%E0%A4%A',
      '%00',
      '..%2F..%2Fetc',
      '%ff%fe',
      'x'.repeat(3000),
      '9'.repeat(400),
      "'--",
      '%F0%9F%92%A9',
    ]) {
      const reply = await api.call(admin, method, at(served, id), method === 'GET' ? undefined : {});
      expectSound(reply, `${name} with the id ${id.slice(0, 20)}`);
      expect(reply.status, `${name} with the id ${id.slice(0, 20)}`).toBeGreaterThanOrEqual(400);
    }
  });

  test.runIf(method === 'GET' && kind !== 'stream')('refuses odd questions', async () => {
    const fields = ['limit', 'cursor', 'unknown_field', ...fieldsOf(served)];
    for (const field of fields) {
      for (const value of ['-1', '1e9', '99999999999999999999', 'abc', '%E0%A4%A', '%00', '[]', '', 'x'.repeat(5000)]) {
        const reply = await api.call(admin, 'GET', `${at(served)}?${field}=${value}`);
        expectSound(reply, `${name}?${field}=${value.slice(0, 30)}`);
      }
    }
  });
});
