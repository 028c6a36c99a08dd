import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noEvents, openTestDatabase } from '#platform/testing';
import { createHttp, openFiles, openLog, systemClock, type Database } from '#platform';
import { createSignIn, identify, may, routes, type SignIn } from './index.ts';

const origin = 'http://vigie.test:4000';
const password = 'un mot de passe correct';

let db: Database;
let signIn: SignIn;
let app: Awaited<ReturnType<typeof createHttp>>;

beforeAll(async () => {
  db = await openTestDatabase();
  signIn = createSignIn({ pool: db.pool, secret: 's'.repeat(40), baseUrl: origin, attemptsPerMinute: 8 });
  app = await createHttp({
    routes,
    services: {
      db,
      events: noEvents,
      files: openFiles('/nowhere'),
      mail: { send: async () => undefined, close: () => undefined },
      clock: systemClock,
      log: openLog('test', 'error'),
    },
    identify: (request) => identify(request, db, signIn),
    may,
    trustedProxies: [],
  });
});

afterAll(async () => {
  await app?.close();
  await db?.close();
});

type Asked = { cookie?: string; key?: string; from?: string | undefined };

async function call(
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  url: string,
  body?: object,
  { cookie, key, from = origin }: Asked = {},
) {
  const reply = await app.inject({
    method,
    url,
    headers: {
      host: 'vigie.test:4000',
      ...(from === '' ? {} : { origin: from }),
      ...(cookie === undefined ? {} : { cookie }),
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    },
    ...(body === undefined ? {} : { payload: body }),
  });
  const parsed: Record<string, unknown> = reply.body === '' ? {} : reply.json();
  return { status: reply.statusCode, body: parsed };
}

async function auth(path: string, body: object, { address = '10.0.0.1', from = origin, cookie = '' } = {}) {
  const reply = await signIn.handler(
    new Request(`${origin}/api/auth${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin: from,
        'x-forwarded-for': address,
        ...(cookie ? { cookie } : {}),
      },
      body: JSON.stringify(body),
    }),
  );
  const cookies = reply.headers.getSetCookie();
  return { status: reply.status, cookies, cookie: cookies.map((line) => line.split(';')[0]).join('; ') };
}

const enter = async (email: string, secret = password, address = '10.0.0.2') =>
  auth('/sign-in/email', { email, password: secret }, { address });

describe('from the first run to the last sign-out', () => {
  let cookie = '';
  let advertiser = '';

  test('nobody is there, so the first run is open, once', async () => {
    expect((await call('GET', '/api/first-run')).body).toEqual({ needed: true });
    expect(
      (
        await call('POST', '/api/first-run', {
          organisation: 'Régie',
          name: 'Ana',
          email: 'ana@example.org',
          password: 'court',
        })
      ).body,
    ).toMatchObject({
      code: 'bad-input',
      field: 'password',
    });
    const ask = (n: number) =>
      call('POST', '/api/first-run', {
        organisation: `Régie ${n}`,
        name: 'Ana',
        email: `Ana${n}@Example.org`,
        password,
      });
    const both = await Promise.all([ask(1), ask(2)]);
    expect(both.map((reply) => reply.status).toSorted((a, b) => a - b)).toEqual([201, 409]);
    expect(both.find((reply) => reply.status === 409)?.body).toMatchObject({ code: 'wrong-state' });
    expect((await call('GET', '/api/first-run')).body).toEqual({ needed: false });
    expect(await db.query('select 1 from organisations')).toHaveLength(1);
  });

  test('a wrong password and an unknown address get the same answer; the right one a locked cookie', async () => {
    const wrong = await enter('ana1@example.org', 'pas le bon mot');
    expect(wrong.status).toBe(401);
    expect((await enter('nobody@example.org')).status).toBe(wrong.status);

    const right = await enter('ana1@example.org');
    expect(right.status).toBe(200);
    expect(right.cookies.join('\n')).toMatch(/vigie\.session_token=.*HttpOnly.*SameSite=Lax/i);
    cookie = right.cookie;
    expect((await call('GET', '/api/me', undefined, { cookie })).body).toMatchObject({
      user: { name: 'Ana', email: 'ana1@example.org', kind: 'user' },
      organisation: { name: 'Régie 1' },
      role: 'admin',
      rights: expect.arrayContaining(['people.manage', 'campaigns.book']),
    });
  });

  test('a cookie that was tampered with is nobody', async () => {
    expect(
      (await call('GET', '/api/me', undefined, { cookie: cookie.replace(/token=..../, 'token=AAAA') })).status,
    ).toBe(401);
    expect((await call('GET', '/api/me')).status).toBe(401);
  });

  test('a write with the cookie must come from our own pages', async () => {
    const advertisers = (from: string) => call('POST', '/api/advertisers', { name: `From ${from}` }, { cookie, from });
    for (const from of ['https://evil.example', '', 'null', 'http://vigie.test:4000.evil.example']) {
      expect(await advertisers(from), from).toMatchObject({ status: 403, body: { code: 'not-allowed' } });
    }
    const made = await advertisers(origin);
    expect(made.status).toBe(201);
    advertiser = String(made.body['id']);
  });

  test('sign-up is closed, and sign-in from another site refused', async () => {
    expect((await auth('/sign-up/email', { email: 'x@example.org', password, name: 'X' })).status).toBe(400);
    expect(
      (await auth('/sign-in/email', { email: 'ana1@example.org', password }, { from: 'https://evil.example', cookie }))
        .status,
    ).toBe(403);
    expect(await db.query('select 1 from "user"')).toHaveLength(1);
  });

  test('an admin adds people; a client needs its advertiser; an address is used once', async () => {
    const add = (body: object) => call('POST', '/api/users', { name: 'Cli', password, ...body }, { cookie });
    expect(await add({ email: 'c@example.org', role: 'client' })).toMatchObject({
      status: 400,
      body: { field: 'advertiser_id' },
    });
    expect(await add({ email: 'c@example.org', role: 'sales', advertiser_id: advertiser })).toMatchObject({
      status: 400,
      body: { field: 'advertiser_id' },
    });
    expect(await add({ email: 'c@example.org', role: 'client', advertiser_id: 'adv_none' })).toMatchObject({
      status: 404,
    });
    expect(await add({ email: 'c@example.org', role: 'client', advertiser_id: advertiser })).toMatchObject({
      status: 201,
      body: { role: 'client', advertiser_id: advertiser },
    });
    expect(await add({ email: 'C@example.org', role: 'sales' })).toMatchObject({
      status: 409,
      body: { field: 'email' },
    });

    const client = await enter('c@example.org');
    const seen = await call('GET', '/api/advertisers', undefined, { cookie: client.cookie });
    expect(seen.body['items']).toMatchObject([{ id: advertiser }]);
    expect((await call('GET', '/api/users', undefined, { cookie: client.cookie })).status).toBe(403);
  });

  test('the last admin stays, oneself stays, a new password ends sessions, and who is removed is out', async () => {
    const { items } = (await call('GET', '/api/users', undefined, { cookie })).body as {
      items: { id: string; email: string }[];
    };
    const id = (email: string) => items.find((user) => user.email === email)?.id ?? '';
    const ana = `/api/users/${id('ana1@example.org')}`;
    expect(await call('PATCH', ana, { role: 'sales' }, { cookie })).toMatchObject({
      status: 409,
      body: { code: 'wrong-state' },
    });
    expect(await call('DELETE', ana, undefined, { cookie })).toMatchObject({ status: 409 });

    const client = await enter('c@example.org', password, '10.0.0.3');
    const cli = `/api/users/${id('c@example.org')}`;
    expect(
      (await call('PATCH', cli, { password: 'un autre mot de passe', role: 'studio' }, { cookie })).body,
    ).toMatchObject({ role: 'studio', advertiser_id: null });
    expect((await call('GET', '/api/me', undefined, { cookie: client.cookie })).status).toBe(401);
    expect((await enter('c@example.org', password, '10.0.0.3')).status).toBe(401);
    const again = await enter('c@example.org', 'un autre mot de passe', '10.0.0.3');
    expect(again.status).toBe(200);

    expect((await call('DELETE', cli, undefined, { cookie })).status).toBe(204);
    expect((await call('GET', '/api/me', undefined, { cookie: again.cookie })).status).toBe(401);
    expect((await call('GET', '/api/audit?subject_kind=user', undefined, { cookie })).body['items']).toMatchObject([
      { action: 'user.remove' },
      { action: 'user.change', after: { password: 'changed' } },
      { action: 'user.create' },
      { action: 'user.create' },
    ]);
    expect(JSON.stringify(await db.query('select before, after from audit_entries'))).not.toContain('un autre mot');
  });

  test('signing out ends the session on the server, not only in the browser', async () => {
    expect((await auth('/sign-out', {}, { cookie })).status).toBe(200);
    expect((await call('GET', '/api/me', undefined, { cookie })).status).toBe(401);
  });

  test('guessing is slowed down after some attempts from an address', async () => {
    const codes: number[] = [];
    for (let n = 0; n < 10; n++) codes.push((await enter('ana1@example.org', 'faux', '10.9.9.9')).status);
    expect(codes.slice(0, 8)).toEqual(Array(8).fill(401));
    expect(codes.slice(8)).toEqual([429, 429]);
  });
});

describe('keys', () => {
  test('are shown once, kept as a hash, act for their role, and end at once', async () => {
    const admin = await enter('ana1@example.org', password, '10.0.0.4');
    const cookie = admin.cookie;
    const made = await call('POST', '/api/keys', { name: 'Robot', role: 'analyst' }, { cookie });
    expect(made).toMatchObject({
      status: 201,
      body: { role: 'analyst', key: expect.stringMatching(/^vg_[\w-]{43}$/) },
    });
    const key = String(made.body['key']);
    const at = `/api/keys/${String(made.body['id'])}`;

    expect(JSON.stringify(await db.query('select * from keys'))).not.toContain(key);
    expect(JSON.stringify(await db.query('select * from audit_entries'))).not.toContain(key);
    expect((await call('GET', at, undefined, { cookie })).body).not.toHaveProperty('key');

    expect((await call('GET', '/api/me', undefined, { key })).body).toMatchObject({
      role: 'analyst',
      user: { kind: 'key', email: null },
    });
    expect((await call('POST', '/api/advertisers', { name: 'No' }, { key, from: '' })).status).toBe(403);
    expect((await call('GET', '/api/keys', undefined, { key })).status).toBe(403);
    expect((await call('GET', '/api/me', undefined, { key: `${key}x` })).status).toBe(401);
    expect((await call('GET', '/api/me', undefined, { key: '' })).status).toBe(401);

    expect((await call('DELETE', at, undefined, { cookie })).status).toBe(204);
    expect((await call('DELETE', at, undefined, { cookie })).status).toBe(204);
    expect((await call('GET', '/api/me', undefined, { key })).status).toBe(401);
    expect((await call('GET', at, undefined, { cookie })).body['revoked_at']).toEqual(expect.any(String));
  });

  test('write without an origin: no browser sends a bearer by itself', async () => {
    const { cookie } = await enter('ana1@example.org', password, '10.0.0.5');
    const key = String((await call('POST', '/api/keys', { name: 'Sales', role: 'sales' }, { cookie })).body['key']);
    expect((await call('POST', '/api/advertisers', { name: 'By key' }, { key, from: '' })).status).toBe(201);
  });
});
