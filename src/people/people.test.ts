import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestApi, openTestDatabase, callerOf, type TestApi } from '#platform/testing';
import type { Database } from '#platform';
import { audit, createOrganisation, may, onWrite, routes } from './index.ts';

let db: Database;
let api: TestApi;
let org: string;
let other: string;

const admin = () => callerOf('admin', org);
const stranger = () => callerOf('admin', other);

beforeAll(async () => {
  db = await openTestDatabase();
  api = await openTestApi({ routes, db, may });
  org = (await db.transaction((tx) => createOrganisation(tx, { name: 'La Régie' }))).id;
  other = (await db.transaction((tx) => createOrganisation(tx, { name: 'Elsewhere' }))).id;
});

afterAll(async () => {
  await api?.close();
  await db?.close();
});

const made = async (url: string, body: object, org_caller = admin()) => {
  const reply = await api.call(org_caller, 'POST', url, body);
  expect(reply.text, url).toContain('"id"');
  expect(reply.status).toBe(201);
  return reply.body as { id: string } & Record<string, unknown>;
};

const things = [
  {
    url: '/api/advertisers',
    body: { name: 'Acme', category: 'retail' },
    change: { category: null },
    forbidden: 'studio',
  },
  {
    url: '/api/publishers',
    body: { name: 'Le Quotidien' },
    change: { name: 'Le Quotidien du soir' },
    forbidden: 'analyst',
  },
  {
    url: '/api/contacts',
    body: { name: 'Ada', email: 'ADA@Example.org' },
    change: { phone: '+33 1 00 00' },
    forbidden: 'studio',
  },
];

describe.each(things)('$url', ({ url, body, change, forbidden }) => {
  test('is closed to who may not write it, and to nobody signed in', async () => {
    expect((await api.call(callerOf(forbidden, org), 'POST', url, body)).status).toBe(403);
    expect((await api.call(undefined, 'POST', url, body)).status).toBe(401);
    expect((await api.call(undefined, 'GET', url)).status).toBe(401);
  });

  test('is made, read, changed, removed, each in the trail with before and after', async () => {
    const thing = await made(url, body);
    const at = `${url}/${thing.id}`;
    expect((await api.call(admin(), 'GET', at)).body).toEqual(thing);

    const changed = await api.call(admin(), 'PATCH', at, change);
    expect(changed.body).toEqual({ ...thing, ...change });
    expect((await api.call(admin(), 'PATCH', at, {})).body).toEqual(changed.body);

    expect((await api.call(admin(), 'DELETE', at)).status).toBe(204);
    expect((await api.call(admin(), 'GET', at)).status).toBe(404);

    const trail = (await api.call(admin(), 'GET', `/api/audit?subject_id=${thing.id}`)).body as {
      items: Record<string, unknown>[];
    };
    expect(trail.items.map((entry) => String(entry['action']).split('.')[1])).toEqual([
      'remove',
      'change',
      'change',
      'create',
    ]);
    expect(trail.items[2]).toMatchObject({ before: thing, after: { ...thing, ...change } });
    expect(trail.items[0]).toMatchObject({ after: null });
  });

  test('of another organisation does not exist', async () => {
    const thing = await made(url, { ...body, name: 'Hidden' });
    const at = `${url}/${thing.id}`;
    expect((await api.call(stranger(), 'GET', at)).status).toBe(404);
    expect((await api.call(stranger(), 'PATCH', at, { name: 'Mine now' })).status).toBe(404);
    expect((await api.call(stranger(), 'DELETE', at)).status).toBe(404);
    expect((await api.call(stranger(), 'GET', url)).body).toEqual({ items: [], next: null });
  });

  test.each([{ name: '' }, { name: 3 }, { name: 'x'.repeat(201) }, { name: 'ok', colour: 'red' }, {}])(
    'refuses %o',
    async (bad) => {
      const reply = await api.call(admin(), 'POST', url, bad);
      expect(reply).toMatchObject({ status: 400, body: { code: 'bad-input' } });
    },
  );
});

describe('a list', () => {
  test('comes in pages that hold every row once, and finds names that hold what was typed', async () => {
    const names = ['Page 1', 'Page 2', 'Page 3', 'Page 4', 'Page 5'];
    for (const name of names) await made('/api/advertisers', { name });

    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await api.call(admin(), 'GET', `/api/advertisers?name=pAge&limit=2${cursor}`);
      const { items, next } = body as { items: { name: string }[]; next: string | null };
      seen.push(...items.map((item) => item.name));
      cursor = next ? `&cursor=${next}` : '';
    } while (cursor);
    expect(seen.toSorted()).toEqual(names);
  });

  test.each(['limit=0', 'limit=201', 'limit=abc', 'colour=red'])('refuses ?%s', async (query) => {
    expect((await api.call(admin(), 'GET', `/api/advertisers?${query}`)).status).toBe(400);
  });

  test('takes % and _ for themselves', async () => {
    await made('/api/advertisers', { name: '100% pur_jus' });
    const found = await api.call(admin(), 'GET', '/api/advertisers?name=0%25+pur_');
    expect((found.body as { items: unknown[] }).items).toHaveLength(1);
    expect((await api.call(admin(), 'GET', '/api/advertisers?name=1%25pur')).body).toEqual({ items: [], next: null });
  });

  test('refuses a cursor of the trail that is none', async () => {
    expect((await api.call(admin(), 'GET', '/api/audit?cursor=abc')).body).toMatchObject({
      code: 'bad-input',
      field: 'cursor',
    });
  });
});

describe('advertisers', () => {
  test('have a name of their own, and stay while a contact names them', async () => {
    const { id } = await made('/api/advertisers', { name: 'Twice' });
    expect(await api.call(admin(), 'POST', '/api/advertisers', { name: 'Twice' })).toMatchObject({
      status: 409,
      body: { code: 'conflict', field: 'name' },
    });
    expect((await api.call(stranger(), 'POST', '/api/advertisers', { name: 'Twice' })).status).toBe(201);

    const contact = await made('/api/contacts', { name: 'Bob', advertiser_id: id });
    expect(await api.call(admin(), 'DELETE', `/api/advertisers/${id}`)).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
    await api.call(admin(), 'DELETE', `/api/contacts/${contact.id}`);
    expect((await api.call(admin(), 'DELETE', `/api/advertisers/${id}`)).status).toBe(204);
  });

  test('are one for a client: its own', async () => {
    const own = await made('/api/advertisers', { name: 'Own' });
    const rival = await made('/api/advertisers', { name: 'Rival' });
    const client = callerOf('client', org, own.id);
    expect((await api.call(client, 'GET', '/api/advertisers')).body).toEqual({ items: [own], next: null });
    expect((await api.call(client, 'GET', `/api/advertisers/${rival.id}`)).status).toBe(404);
    expect((await api.call(client, 'GET', '/api/contacts')).status).toBe(403);
    expect((await api.call(client, 'PATCH', `/api/advertisers/${own.id}`, { name: 'No' })).status).toBe(403);
  });

  test('of another organisation cannot be named by a contact', async () => {
    const theirs = await made('/api/advertisers', { name: 'Theirs' }, stranger());
    const reply = await api.call(admin(), 'POST', '/api/contacts', { name: 'Eve', advertiser_id: theirs.id });
    expect(reply).toMatchObject({ status: 404, body: { field: 'advertiser_id' } });
  });
});

describe('the trail', () => {
  test('is read by admins and traffic managers only, and only their organisation’s', async () => {
    for (const role of ['sales', 'studio', 'analyst', 'client']) {
      expect((await api.call(callerOf(role, org), 'GET', '/api/audit')).status, role).toBe(403);
    }
    const { items } = (await api.call(stranger(), 'GET', '/api/audit?subject_kind=publisher')).body as {
      items: unknown[];
    };
    expect(items).toEqual([]);
  });

  test('is not written, and nobody hears of it, when its change is rolled back; listeners hear of the others until they stop', async () => {
    const heard: string[] = [];
    const stop = onWrite(({ subject }) => heard.push(subject.id));
    const failing = db.transaction(async (tx) => {
      await audit(tx, admin(), { action: 'thing.change', subject: { kind: 'thing', id: 'thing_1' } });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await db.transaction(async (tx) => {
      await audit(tx, admin(), { action: 'thing.change', subject: { kind: 'thing', id: 'thing_2' } });
      expect(heard, 'before the commit').toEqual([]);
    });
    expect(heard).toEqual(['thing_2']);
    stop();
    await db.transaction((tx) =>
      audit(tx, admin(), { action: 'thing.change', subject: { kind: 'thing', id: 'thing_2' } }),
    );

    expect(heard).toEqual(['thing_2']);
    const { items } = (await api.call(admin(), 'GET', '/api/audit?subject_kind=thing')).body as {
      items: { subject: unknown }[];
    };
    expect(items.map((entry) => entry.subject)).toEqual([
      { kind: 'thing', id: 'thing_2' },
      { kind: 'thing', id: 'thing_2' },
    ]);
  });
});
