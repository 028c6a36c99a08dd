import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { Id, route } from './contract.ts';
import { openLog } from './logger.ts';
import { Refusal } from './refusal.ts';
import { serve, type Served } from './served.ts';
import { callerOf, openTestApi, openTestDatabase, type TestApi } from './testing.ts';
import type { Database } from './sql.ts';

const Group: z.ZodType<{ and?: unknown[] | undefined }> = z.strictObject({
  and: z.lazy(() => z.array(Group)).optional(),
});
const Thing = z.object({ id: Id, name: z.string() });
const thing = route({
  method: 'POST',
  path: '/api/things/:id',
  can: 'things.write',
  input: z.strictObject({
    id: Id,
    name: z.string().max(2_000_000).optional(),
    count: z.int().optional(),
    deep: z.strictObject({ inside: z.array(z.strictObject({ size: z.number() })) }).optional(),
    target: Group.optional(),
  }),
  reply: Thing,
  status: 201,
  summary: 'Make a thing',
});
const things = route({
  method: 'GET',
  path: '/api/things',
  can: 'things.read',
  input: z.strictObject({ q: z.string().optional() }),
  reply: z.object({ q: z.string() }),
  summary: 'Find things',
});
const failing = route({
  method: 'GET',
  path: '/api/fail/:how',
  can: 'public',
  input: z.strictObject({ how: z.string() }),
  reply: Thing,
  summary: 'Fails',
});
const upload = route({
  method: 'POST',
  path: '/api/files',
  can: 'signed-in',
  kind: 'upload',
  input: z.strictObject({ title: z.string() }),
  reply: z.object({ got: z.array(z.string()) }),
  summary: 'Upload',
});

const failures: Record<string, () => unknown> = {
  bug: () => {
    throw new Error('secret of the house');
  },
  nothing: () => {
    throw undefined;
  },
  client: () => {
    throw Object.assign(new Error('upstream said 404 about secret'), { statusCode: 404 });
  },
  shape: () => ({ id: 'a' }),
  busy: () => {
    throw new Refusal('too-many', 'Slow down.', { retry_after: 5 });
  },
};

const routes: Served[] = [
  serve(thing, async ({ id, name }) => ({ id, name: name ?? '' })),
  serve(things, async ({ q }) => ({ q: q ?? '' })),
  serve(failing, async ({ how }) => failures[how]?.() as z.input<typeof Thing>),
  serve(upload, async () => ({ got: [] })),
];

const writer = callerOf('writer');
let db: Database;
let api: TestApi;
const logged: string[] = [];
beforeAll(async () => {
  db = await openTestDatabase();
  api = await openTestApi({
    routes,
    db,
    may: (role, right) => role === 'writer' || right === 'things.read',
    log: openLog('test', 'error', (line) => logged.push(line)),
  });
});
afterAll(async () => {
  await api.close();
  await db.close();
});

const json = { 'content-type': 'application/json' };
const nested = (levels: number) => `{"target":${'{"and":['.repeat(levels)}${']}'.repeat(levels)}}`;

describe('what is refused, and how', () => {
  test.each<
    [
      string,
      {
        method?: string;
        url?: string;
        body?: unknown;
        headers?: Record<string, string>;
        status: number;
        code: string;
        says: RegExp;
        field?: string;
      },
    ]
  >([
    [
      'an unknown field',
      {
        body: { colour: 'red' },
        status: 400,
        code: 'bad-input',
        says: /^colour: is not a known field\.$/,
        field: 'colour',
      },
    ],
    [
      'an unknown field inside',
      {
        body: { deep: { inside: [{ size: 1, x: 2 }] } },
        status: 400,
        code: 'bad-input',
        says: /^deep\.inside\.0\.x: is not a known field/,
        field: 'deep.inside.0.x',
      },
    ],
    ['a wrong type', { body: { name: 5 }, status: 400, code: 'bad-input', says: /^name: /, field: 'name' }],
    [
      'a huge number',
      { body: '{"count":1e400}', headers: json, status: 400, code: 'bad-input', says: /^count: /, field: 'count' },
    ],
    [
      'a number past 2^53',
      { body: { count: 2 ** 60 }, status: 400, code: 'bad-input', says: /^count: /, field: 'count' },
    ],
    ['broken JSON', { body: '{"name":', headers: json, status: 400, code: 'bad-input', says: /JSON|Unexpected/ }],
    ['an empty JSON body', { body: '', headers: json, status: 400, code: 'bad-input', says: /empty/ }],
    ['an array', { body: [1], status: 400, code: 'bad-input', says: /must be a JSON object/ }],
    ['a bare text', { body: '"text"', headers: json, status: 400, code: 'bad-input', says: /must be a JSON object/ }],
    [
      'another media type',
      {
        body: '<a/>',
        headers: { 'content-type': 'application/xml' },
        status: 400,
        code: 'bad-input',
        says: /must be JSON/,
      },
    ],
    [
      'a form',
      {
        body: 'name=a',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        status: 400,
        code: 'bad-input',
        says: /must be JSON/,
      },
    ],
    ['10 MB', { body: { name: 'a'.repeat(10 << 20) }, status: 413, code: 'too-large', says: /larger/ }],
    [
      '__proto__',
      { body: '{"__proto__":{"admin":true}}', headers: json, status: 400, code: 'bad-input', says: /not valid JSON/ },
    ],
    [
      'constructor.prototype',
      {
        body: '{"constructor":{"prototype":{}}}',
        headers: json,
        status: 400,
        code: 'bad-input',
        says: /not valid JSON/,
      },
    ],
    [
      'a prototype key in the query',
      {
        method: 'GET',
        url: '/api/things?__proto__=1',
        status: 400,
        code: 'bad-input',
        says: /__proto__: is not a known field/,
      },
    ],
    [
      'toString in the query',
      {
        method: 'GET',
        url: '/api/things?toString=1',
        status: 400,
        code: 'bad-input',
        says: /toString: is not a known field/,
      },
    ],
    [
      'a repeated query parameter',
      { method: 'GET', url: '/api/things?q=1&q=2', status: 400, code: 'bad-input', says: /^q: / },
    ],
    [
      'NUL in the body',
      { body: { name: 'a\0b' }, status: 400, code: 'bad-input', says: /^name: holds a character/, field: 'name' },
    ],
    [
      'NUL in a key',
      { body: { deep: { 'a\0': 1 } }, status: 400, code: 'bad-input', says: /^deep: holds a character/, field: 'deep' },
    ],
    [
      'half a surrogate pair',
      { body: '{"name":"\\ud800"}', headers: json, status: 400, code: 'bad-input', says: /^name: holds a character/ },
    ],
    [
      'NUL in the query',
      { method: 'GET', url: '/api/things?q=%00', status: 400, code: 'bad-input', says: /^q: holds a character/ },
    ],
    [
      'NUL in the path',
      { url: '/api/things/%00', body: {}, status: 400, code: 'bad-input', says: /^id: holds a character/ },
    ],
    [
      'broken percent-encoding in the path',
      { url: '/api/things/%zz', body: {}, status: 400, code: 'bad-input', says: /percent-encoding/ },
    ],
    [
      'bytes that are no UTF-8 in the path',
      { url: '/api/things/%ff', body: {}, status: 400, code: 'bad-input', says: /percent-encoding/ },
    ],
    [
      'an id without end',
      { url: `/api/things/${'a'.repeat(5000)}`, body: {}, status: 404, code: 'not-found', says: /identifier/ },
    ],
    [
      'an id that is too long',
      { url: `/api/things/${'a'.repeat(100)}`, body: {}, status: 400, code: 'bad-input', says: /^id: /, field: 'id' },
    ],
    [
      '100,000 levels',
      {
        body: nested(100_000),
        headers: json,
        status: 400,
        code: 'bad-input',
        says: /^target: is nested/,
        field: 'target',
      },
    ],
    [
      'a method that is not there',
      { method: 'PUT', url: '/api/things/a', body: {}, status: 404, code: 'not-found', says: /PUT \/api\/things\/a/ },
    ],
    [
      'an address that is not there',
      { method: 'GET', url: '/api/nothing?secret=1', status: 404, code: 'not-found', says: /GET \/api\/nothing\.$/ },
    ],
    [
      'an upload that is none',
      { url: '/api/files', body: {}, status: 400, code: 'bad-input', says: /multipart/, field: 'file' },
    ],
    [
      'a refusal of the handler',
      { method: 'GET', url: '/api/fail/busy', status: 429, code: 'too-many', says: /^Slow down\.$/ },
    ],
  ])('%s', async (_, { method = 'POST', url = '/api/things/a', body, headers, status, code, says, field }) => {
    const reply = await api.call(writer, method, url, body, headers);
    expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(reply.body).toMatchObject({
      type: 'about:blank',
      title: expect.any(String),
      status,
      code,
      detail: expect.stringMatching(says),
      ...(field ? { field } : {}),
    });
    expect(reply.status).toBe(status);
    expect(reply.headers['x-content-type-options']).toBe('nosniff');
  });

  test('rights: nobody, somebody without the right, somebody with it; before the body is read', async () => {
    expect(await api.call(undefined, 'POST', '/api/things/a', { colour: 1 })).toMatchObject({
      status: 401,
      body: { code: 'not-signed-in', status: 401 },
    });
    expect(await api.call(callerOf('reader'), 'POST', '/api/things/a', { colour: 1 })).toMatchObject({
      status: 403,
      body: { code: 'not-allowed', detail: expect.stringContaining('things.write') },
    });
    expect(await api.call(callerOf('reader'), 'GET', '/api/things?q=a')).toMatchObject({
      status: 200,
      body: { q: 'a' },
    });
    expect(await api.call(writer, 'POST', '/api/things/a', { name: 'b' })).toMatchObject({
      status: 201,
      body: { id: 'a', name: 'b' },
    });
    expect(await api.call(undefined, 'POST', '/api/files', {})).toMatchObject({ status: 401 });
  });

  test.each(['bug', 'nothing', 'client', 'shape'])(
    'a bug (%s) is a 500 that tells nothing of the inside',
    async (how) => {
      logged.length = 0;
      const reply = await api.call(undefined, 'GET', `/api/fail/${how}`);
      expect(reply).toMatchObject({ status: 500, body: { code: 'broken', status: 500 } });
      expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(reply.text).not.toMatch(/secret|stack|expected/i);
      expect(logged).toHaveLength(1);
    },
  );

  test('whatever the body, the answer is a success or a problem, never a 5xx', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.json().map((inside) => `{"deep":${inside}}`),
        ),
        async (body) => {
          const { status } = await api.call(writer, 'POST', '/api/things/a', body, json);
          expect([201, 400]).toContain(status);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('whatever the address, never a 5xx', async () => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[!-~]{0,40}$/), async (path) => {
        const { status } = await api.call(writer, 'GET', `/api/things${path.replace('#', '')}`);
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 150 },
    );
  });
});
