import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOrganisation, may, routes as peopleRoutes } from '#people';
import type { Database } from '#platform';
import { callerOf, openTestApi, openTestDatabase, type TestApi } from '#platform/testing';
import { findSite, ledgerVersion, release, reservationsBetween, reserve, routes, siteByDomain } from './index.ts';
import type { Holding } from './reservation.ts';

let db: Database;
let api: TestApi;
let org: string;
let other: string;

const manager = () => callerOf('traffic_manager', org);
const stranger = () => callerOf('admin', other);

beforeAll(async () => {
  db = await openTestDatabase();
  api = await openTestApi({ routes: [...peopleRoutes, ...routes], db, may });
  org = (await db.transaction((tx) => createOrganisation(tx, { name: 'La Régie' }))).id;
  other = (await db.transaction((tx) => createOrganisation(tx, { name: 'Elsewhere' }))).id;
});

afterAll(async () => {
  await api?.close();
  await db?.close();
});

type Made = { id: string } & Record<string, unknown>;

async function made(url: string, body: object, caller = manager()): Promise<Made> {
  const reply = await api.call(caller, 'POST', url, body);
  expect(reply.text).toContain('"id"');
  expect(reply.status).toBe(201);
  return reply.body as Made;
}

let serial = 0;
const siteBody = (more: object = {}) => ({
  domain: `site-${++serial}.example`,
  name: 'Le Journal',
  time_zone: 'Europe/Paris',
  currency: 'EUR',
  mode: 'exempt',
  ...more,
});
const newSite = (more: object = {}, caller = manager()) => made('/api/sites', siteBody(more), caller);
const newPlacement = async (more: object = {}) =>
  made('/api/placements', { site_id: (await newSite()).id, code: 'top', name: 'Top', formats: ['300x250'], ...more });

const things: { url: string; body: () => Promise<object>; change: object; allowed: string; forbidden: string }[] = [
  {
    url: '/api/sites',
    body: async () => siteBody(),
    change: { name: 'Autre' },
    allowed: 'traffic_manager',
    forbidden: 'sales',
  },
  {
    url: '/api/sections',
    body: async () => ({ site_id: (await newSite()).id, name: 'Sport', path: '/sport/' }),
    change: { path: '/sports/*' },
    allowed: 'traffic_manager',
    forbidden: 'analyst',
  },
  {
    url: '/api/placements',
    body: async () => ({
      site_id: (await newSite()).id,
      code: 'top',
      name: 'Top',
      formats: ['300x250', 'native'],
      floor: { amount: 150, currency: 'EUR' },
    }),
    change: { floor: null, formats: ['728x90'] },
    allowed: 'traffic_manager',
    forbidden: 'studio',
  },
  {
    url: '/api/formats',
    body: async () => ({ code: `${++serial}x77`, name: 'Odd', kind: 'display', width: serial, height: 77 }),
    change: { max_initial_kb: 80 },
    allowed: 'admin',
    forbidden: 'sales',
  },
  {
    url: '/api/rate-cards',
    body: async () => ({
      name: '2026',
      currency: 'EUR',
      valid_from: '2026-01-01',
      rates: [{ format: '300x250', model: 'cpm', amount: 1200 }],
    }),
    change: { valid_to: '2026-12-31' },
    allowed: 'sales',
    forbidden: 'studio',
  },
];

describe.each(things)('$url', ({ url, body, change, allowed, forbidden }) => {
  test('is closed to who may not write it, to clients, and to nobody signed in', async () => {
    const given = await body();
    expect((await api.call(callerOf(forbidden, org), 'POST', url, given)).status).toBe(403);
    expect((await api.call(callerOf('client', org, 'adv_1'), 'GET', url)).status).toBe(403);
    expect((await api.call(callerOf('client', org, 'adv_1'), 'POST', url, given)).status).toBe(403);
    expect((await api.call(undefined, 'GET', url)).status).toBe(401);
  });

  test('is made, read, listed, changed, removed, each in the trail', async () => {
    const caller = callerOf(allowed, org);
    const given = await body();
    const thing = await made(url, given, caller);
    const at = `${url}/${thing.id}`;
    expect(thing).toMatchObject(given);
    expect((await api.call(caller, 'GET', at)).body).toEqual(thing);
    expect(((await api.call(caller, 'GET', `${url}?limit=200`)).body as { items: unknown[] }).items).toContainEqual(
      thing,
    );
    expect((await api.call(caller, 'PATCH', at, change)).body).toEqual({ ...thing, ...change });
    expect((await api.call(caller, 'DELETE', at)).status).toBe(204);
    expect((await api.call(caller, 'GET', at)).status).toBe(404);

    const trail = await api.call(manager(), 'GET', `/api/audit?subject_id=${thing.id}`);
    expect((trail.body as { items: { action: string }[] }).items.map(({ action }) => action.split('.')[1])).toEqual([
      'remove',
      'change',
      'create',
    ]);
  });

  test('of another organisation does not exist', async () => {
    const thing = await made(url, await body(), callerOf(allowed, org));
    const at = `${url}/${thing.id}`;
    for (const [method, change_] of [['GET'], ['PATCH', change], ['DELETE']] as const) {
      expect(await api.call(stranger(), method, at, change_), method).toMatchObject({
        status: 404,
        body: { code: 'not-found' },
      });
    }
    const seen = (await api.call(stranger(), 'GET', `${url}?limit=200`)).body as { items: { id: string }[] };
    expect(seen.items.map((item) => item.id)).not.toContain(thing.id);
  });

  test('refuses unknown fields and wrong types, and keeps nothing of them', async () => {
    const given = await body();
    const table = url.replace('/api/', '').replace('-', '_');
    const count = async () => (await db.query(`select 1 from ${table}`)).length;
    const before = await count();
    for (const bad of [
      { ...given, colour: 'red' },
      { ...given, name: 7 },
      { ...given, name: '' },
      {},
      { ...given, id: 'x' },
    ]) {
      expect(await api.call(callerOf(allowed, org), 'POST', url, bad)).toMatchObject({
        status: 400,
        body: { code: 'bad-input' },
      });
    }
    expect(await count()).toBe(before);
  });
});

describe('sites', () => {
  test('keep their domain in one form, unique in the installation, in the same words for everyone', async () => {
    const site = await newSite({ domain: 'HTTPS://Unique.Example/' });
    expect(site).toMatchObject({ domain: 'unique.example', kind: 'own', publisher_id: null });
    const again = await api.call(manager(), 'POST', '/api/sites', siteBody({ domain: 'unique.example' }));
    const elsewhere = await api.call(stranger(), 'POST', '/api/sites', siteBody({ domain: 'UNIQUE.example' }));
    expect(elsewhere).toMatchObject({ status: 409, body: { code: 'conflict', field: 'domain' } });
    expect(elsewhere.body).toEqual(again.body);
    expect(elsewhere.text).not.toContain(org);
  });

  test('are found by id or domain in their organisation, by domain for the public side', async () => {
    const site = await newSite({ domain: 'found.example' });
    expect((await findSite(db, org, 'Found.Example'))?.id).toBe(site.id);
    expect((await findSite(db, org, site.id))?.id).toBe(site.id);
    expect(await findSite(db, other, 'found.example')).toBeUndefined();
    expect(await siteByDomain(db, 'FOUND.example')).toMatchObject({ id: site.id, org_id: org });
    expect(await siteByDomain(db, 'lost.example')).toBeUndefined();
  });

  test('have a publisher only when external, and one of the organisation', async () => {
    const publisher = await made('/api/publishers', { name: 'Éditeur' });
    const theirs = await made('/api/publishers', { name: 'Éditeur' }, stranger());
    const post = (more: object) => api.call(manager(), 'POST', '/api/sites', siteBody(more));
    expect(await post({ publisher_id: publisher.id })).toMatchObject({ status: 400, body: { field: 'publisher_id' } });
    expect(await post({ kind: 'external', publisher_id: theirs.id })).toMatchObject({
      status: 404,
      body: { field: 'publisher_id' },
    });
    const bought = await newSite({ kind: 'external', publisher_id: publisher.id });
    expect(await api.call(manager(), 'PATCH', `/api/sites/${bought.id}`, { kind: 'own' })).toMatchObject({
      status: 400,
    });
    expect((await api.call(manager(), 'DELETE', `/api/publishers/${publisher.id}`)).status).toBe(409);
    expect(
      (await api.call(manager(), 'PATCH', `/api/sites/${bought.id}`, { kind: 'own', publisher_id: null })).status,
    ).toBe(200);
  });

  test.each([
    ['domain', { domain: 'not a domain' }],
    ['time_zone', { time_zone: 'Europe/Atlantis' }],
    ['currency', { currency: 'XXZ' }],
    ['mode', { mode: 'none' }],
  ])('refuse a wrong %s and say which', async (field, more) => {
    expect(await api.call(manager(), 'POST', '/api/sites', siteBody(more))).toMatchObject({
      status: 400,
      body: { code: 'bad-input', field },
    });
  });

  test('stay while they have a section or a placement', async () => {
    const placement = await newPlacement();
    expect(await api.call(manager(), 'DELETE', `/api/sites/${String(placement['site_id'])}`)).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
  });
});

describe('placements', () => {
  test('have a code of their own in their site, a section of it, a floor in its currency', async () => {
    const placement = await newPlacement();
    const site_id = placement['site_id'];
    const post = (more: object) =>
      api.call(manager(), 'POST', '/api/placements', {
        site_id,
        code: 'side',
        name: 'Side',
        formats: ['native'],
        ...more,
      });
    expect(await post({ code: 'top' })).toMatchObject({ status: 409, body: { field: 'code' } });
    const elsewhere = await made('/api/sections', { site_id: (await newSite()).id, name: 'Sport', path: '/sport' });
    expect(await post({ section_id: elsewhere.id })).toMatchObject({ status: 400, body: { field: 'section_id' } });
    expect(await post({ floor: { amount: 10, currency: 'USD' } })).toMatchObject({
      status: 400,
      body: { field: 'floor.currency' },
    });
    expect(await post({ floor: { amount: -1, currency: 'EUR' } })).toMatchObject({
      status: 400,
      body: { field: 'floor.amount' },
    });
    expect(await post({ formats: [] })).toMatchObject({ status: 400, body: { field: 'formats' } });
    expect(await post({ formats: ['native', 'native'] })).toMatchObject({ status: 201, body: { formats: ['native'] } });
  });

  test('cannot be made on another organisation’s site', async () => {
    const theirs = await newSite({}, stranger());
    const reply = await api.call(manager(), 'POST', '/api/placements', {
      site_id: theirs.id,
      code: 'x',
      name: 'X',
      formats: ['native'],
    });
    expect(reply).toMatchObject({ status: 404, body: { field: 'site_id' } });
  });

  test('are found by format', async () => {
    const placement = await newPlacement({ formats: ['970x250', 'video'] });
    const found = await api.call(
      manager(),
      'GET',
      `/api/placements?format=970x250&site_id=${String(placement['site_id'])}`,
    );
    expect((found.body as { items: unknown[] }).items).toEqual([placement]);
    const none = await api.call(
      manager(),
      'GET',
      `/api/placements?format=160x600&site_id=${String(placement['site_id'])}`,
    );
    expect((none.body as { items: unknown[] }).items).toEqual([]);
  });
});

describe('formats', () => {
  test('start as the IAB’s, with their weights', async () => {
    const { items } = (await api.call(stranger(), 'GET', '/api/formats?limit=200')).body as {
      items: Record<string, unknown>[];
    };
    const of = (code: string) => items.find((format) => format['code'] === code);
    expect(of('970x250')).toMatchObject({
      kind: 'display',
      width: 970,
      height: 250,
      max_initial_kb: 250,
      max_subload_kb: 500,
    });
    expect(of('320x50')).toMatchObject({ max_initial_kb: 50, max_subload_kb: 100 });
    expect(of('300x600')).toMatchObject({ max_initial_kb: null });
    expect(of('native')).toMatchObject({ kind: 'native', width: null });
  });

  test('say their size, and stay while a placement takes them', async () => {
    const post = (body: object) => api.call(manager(), 'POST', '/api/formats', { name: 'F', kind: 'display', ...body });
    expect(await post({ code: '10x20' })).toMatchObject({ status: 400 });
    expect(await post({ code: '10x20', width: 10 })).toMatchObject({ status: 400, body: { field: 'height' } });
    expect(await post({ code: '10x20', width: 10, height: 30 })).toMatchObject({
      status: 400,
      body: { field: 'code' },
    });
    const format = await made('/api/formats', { code: '11x22', name: 'F', kind: 'display', width: 11, height: 22 });
    await newPlacement({ formats: ['11x22'] });
    expect((await api.call(manager(), 'DELETE', `/api/formats/${format.id}`)).status).toBe(409);
    expect(await api.call(manager(), 'PATCH', `/api/formats/${format.id}`, { width: 12 })).toMatchObject({
      status: 400,
    });
    expect((await api.call(manager(), 'GET', `/api/formats/${format.id}`)).body).toEqual(format);
  });
});

test('a rate card is valid between its days, and names places that exist', async () => {
  const body = { name: 'Q1', currency: 'EUR', valid_from: '2031-01-01', valid_to: '2031-03-31', rates: [] };
  const post = (more: object) => api.call(manager(), 'POST', '/api/rate-cards', { ...body, ...more });
  expect(await post({ valid_to: '2030-12-31' })).toMatchObject({ status: 400, body: { field: 'valid_to' } });
  expect(await post({ valid_from: '2031-02-30' })).toMatchObject({ status: 400, body: { field: 'valid_from' } });
  expect(await post({ rates: [{ placement_id: 'plc_none', model: 'cpm', amount: 1 }] })).toMatchObject({
    status: 404,
    body: { field: 'rates.0.placement_id' },
  });
  const card = await made('/api/rate-cards', body);
  const on = async (day: string) =>
    (
      (await api.call(manager(), 'GET', `/api/rate-cards?on=${day}&name=q1`)).body as { items: { id: string }[] }
    ).items.map((item) => item.id);
  expect(await on('2031-01-01')).toEqual([card.id]);
  expect(await on('2031-03-31')).toEqual([card.id]);
  expect(await on('2031-04-01')).toEqual([]);
});

describe('the ledger', () => {
  const holding = (line_item_id: string, more: Partial<Holding> = {}): Holding => ({
    line_item_id,
    state: 'booked',
    priority: 8,
    placements: ['plc_a'],
    sizes: ['300x250'],
    targeting: null,
    frequency_caps: [],
    goal: { unit: 'impressions', quantity: 1000 },
    start: '2032-01-01T00:00:00.000Z',
    end: '2032-02-01T00:00:00.000Z',
    ...more,
  });
  const take = (line: string, more?: Partial<Holding>) =>
    db.transaction((tx) => reserve(tx, manager(), holding(line, more)));
  const between = async (from: string, to: string, now = '2031-12-01T00:00:00Z') =>
    (await reservationsBetween(db, org, { from, to, now: new Date(now) })).map((row) => row.line_item_id);

  test('holds what a line took, once, until it gives it back, and its version grows with each change', async () => {
    const versions = [await ledgerVersion(db, org)];
    const step = async (work: Promise<void>) => {
      await work;
      versions.push(await ledgerVersion(db, org));
    };
    await step(
      take('li_1', {
        targeting: { and: [{ key: 'device', in: ['phone'] }] },
        frequency_caps: [{ count: 3, per: 'day', every: 1 }],
      }),
    );
    await step(take('li_1', { goal: { unit: 'impressions', quantity: 2000 } }));
    const [row, ...rest] = await reservationsBetween(db, org, {
      from: '2032-01-15T00:00:00Z',
      to: '2032-01-16T00:00:00Z',
      now: new Date(),
    });
    expect(rest).toEqual([]);
    expect(row).toMatchObject({
      line_item_id: 'li_1',
      state: 'booked',
      goal: { quantity: 2000 },
      targeting: null,
      start: '2032-01-01T00:00:00.000Z',
    });

    await step(db.transaction((tx) => release(tx, manager(), 'li_1')));
    expect(await between('2032-01-15T00:00:00Z', '2032-01-16T00:00:00Z')).toEqual([]);
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    expect(new Set(versions).size).toBe(4);

    const still = await ledgerVersion(db, org);
    await db.transaction((tx) => release(tx, manager(), 'li_1'));
    await db.transaction((tx) => release(tx, manager(), 'li_never'));
    expect(await ledgerVersion(db, org)).toBe(still);
    expect(await ledgerVersion(db, other)).toBe(0);
  });

  test('knows what overlaps: ends are excluded, lapsed holds gone', async () => {
    await take('li_2', { start: '2033-01-01T00:00:00Z', end: '2033-01-08T00:00:00Z' });
    await take('li_3', {
      state: 'held',
      start: '2033-01-08T00:00:00Z',
      end: '2033-01-15T00:00:00Z',
      expires_at: '2032-12-01T00:00:00Z',
    });
    expect(await between('2033-01-07T23:59:59Z', '2033-01-08T00:00:00Z')).toEqual(['li_2']);
    expect(await between('2033-01-08T00:00:00Z', '2033-01-09T00:00:00Z')).toEqual(['li_3']);
    expect(await between('2033-01-08T00:00:00Z', '2033-01-09T00:00:00Z', '2032-12-01T00:00:00Z')).toEqual([]);
    expect(await between('2033-01-01T00:00:00Z', '2033-02-01T00:00:00Z')).toEqual(['li_2', 'li_3']);
  });

  test('refuses sponsored shares that pass 100 % at some moment of a placement, and only those', async () => {
    const share = (line: string, quantity: number, from: string, to: string, more: Partial<Holding> = {}) =>
      take(line, {
        priority: 4,
        placements: ['plc_s'],
        goal: { unit: 'share', quantity },
        start: `2034-${from}T00:00:00Z`,
        end: `2034-${to}T00:00:00Z`,
        ...more,
      });

    await share('li_s1', 60, '01-01', '01-10');
    await share('li_s2', 40, '01-05', '01-20');
    await share('li_s3', 60, '01-10', '01-20');
    await expect(share('li_s4', 1, '01-06', '01-07')).rejects.toMatchObject({
      code: 'no-capacity',
      detail: { available: 0, placement: 'plc_s', contending: ['li_s1', 'li_s2'] },
    });
    await expect(share('li_s4', 41, '01-01', '01-05')).rejects.toMatchObject({ detail: { available: 40 } });
    await share('li_s4', 40, '01-01', '01-05');
    await share('li_s5', 100, '01-01', '01-20', { sizes: ['970x250'] });
    await share('li_s6', 100, '01-01', '01-20', { placements: ['plc_t'] });
    await share('li_s7', 100, '01-01', '01-20', { targeting: { and: [{ key: 'device', in: ['tv'] }] } });
    await share('li_s8', 100, '01-01', '01-20', { priority: 16 });
    await share('li_s2', 40, '01-05', '01-20');
    await share('li_s9', 100, '01-01', '01-20', { force: true });
    await db.transaction((tx) => release(tx, manager(), 'li_s9'));
    await share('li_s10', 100, '01-20', '01-30');
  });

  test('is listed to staff, of their organisation only', async () => {
    const list = async (caller = manager()) =>
      (await api.call(caller, 'GET', '/api/reservations?placement_id=plc_t')).body as { items: { id: string }[] };
    const { items } = await list();
    expect(items).toMatchObject([{ line_item_id: 'li_s6', goal: { unit: 'share', quantity: 100 } }]);
    expect((await list(stranger())).items).toEqual([]);
    const at = `/api/reservations/${items[0]?.id}`;
    expect((await api.call(manager(), 'GET', at)).status).toBe(200);
    expect((await api.call(stranger(), 'GET', at)).status).toBe(404);
    expect((await api.call(callerOf('client', org, 'adv_1'), 'GET', at)).status).toBe(403);
    expect((await api.call(manager(), 'GET', '/api/reservations?from=tomorrow')).status).toBe(400);
  });

  test('keeps a placement that it names', async () => {
    const placement = await newPlacement();
    await take('li_p', { placements: [placement.id] });
    await db.transaction((tx) => release(tx, manager(), 'li_p'));
    expect(await api.call(manager(), 'DELETE', `/api/placements/${placement.id}`)).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
  });
});
