import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { route } from './contract.ts';
import { withIdempotency } from './idempotency.ts';
import { openLog } from './logger.ts';
import { Refusal } from './refusal.ts';
import { serve } from './served.ts';
import type { Database } from './sql.ts';
import { callerOf, openTestApi, openTestDatabase, type TestApi } from './testing.ts';

const input = z.strictObject({ name: z.string() });
const make = route({
  method: 'POST',
  path: '/api/things',
  can: 'signed-in',
  input,
  reply: z.object({ n: z.int() }),
  status: 201,
  summary: '',
});
const open = route({ ...make, path: '/api/open', can: 'public' });
const remove = route({
  method: 'DELETE',
  path: '/api/things',
  can: 'signed-in',
  input: z.strictObject({}),
  reply: z.strictObject({}),
  status: 204,
  summary: '',
});

let db: Database;
let api: TestApi;
let done = 0;
beforeAll(async () => {
  db = await openTestDatabase();
  const count = async ({ name }: { name: string }) => {
    if (name === 'refused') throw new Refusal('wrong-state', 'Not now.');
    if (name === 'broken') throw new Error('broken');
    await new Promise((resolve) => setTimeout(resolve, 30));
    return { n: ++done };
  };
  const routes = [serve(make, count), serve(open, count), serve(remove, async () => (done++, {}))];
  api = await openTestApi({ routes, db, may: () => true, log: openLog('test', 'error', () => undefined) });
});
afterAll(async () => {
  await api.close();
  await db.close();
});

const alice = callerOf('admin');
const post = (key: string, name = 'a', caller = alice, url = '/api/things') =>
  api.call(caller, 'POST', url, { name }, { 'idempotency-key': key });

test('the same request under the same key: the same answer and status, done once', async () => {
  const before = done;
  const [first, second] = [await post('same'), await post('same')];
  expect(first).toMatchObject({ status: 201, body: { n: before + 1 } });
  expect(second).toMatchObject({ status: 201, body: first.body });
  expect(done).toBe(before + 1);
});

test('ten at once: done once, all answered alike', async () => {
  const before = done;
  const replies = await Promise.all(Array.from({ length: 10 }, () => post('at once')));
  expect(new Set(replies.map((reply) => `${reply.status} ${reply.text}`))).toEqual(
    new Set([`201 {"n":${before + 1}}`]),
  );
  expect(done).toBe(before + 1);
});

test('without a key, each is done', async () => {
  const before = done;
  await Promise.all([
    api.call(alice, 'POST', '/api/things', { name: 'a' }),
    api.call(alice, 'POST', '/api/things', { name: 'a' }),
  ]);
  expect(done).toBe(before + 2);
});

test('a 204 is repeated as a 204', async () => {
  const before = done;
  for (let i = 0; i < 2; i++)
    expect(await api.call(alice, 'DELETE', '/api/things', undefined, { 'idempotency-key': 'gone' })).toMatchObject({
      status: 204,
      text: '',
    });
  expect(done).toBe(before + 1);
});

test('another request, address or caller under the key is a conflict; nothing is done', async () => {
  await post('taken');
  const before = done;
  expect(await post('taken', 'b')).toMatchObject({ status: 409, body: { code: 'conflict', field: 'Idempotency-Key' } });
  expect(await post('taken', 'a', alice, '/api/things?x=1')).toMatchObject({ status: 400 });
  expect(await post('taken', 'a', callerOf('client', 'org_test', 'adv_1'))).toMatchObject({ status: 409 });
  expect(done).toBe(before);
});

test('the key of another organisation is another key', async () => {
  const [mine, theirs] = [await post('shared'), await post('shared', 'a', callerOf('admin', 'org_other'))];
  expect(theirs.status).toBe(201);
  expect(theirs.body).not.toEqual(mine.body);
});

test('strangers share no keys', async () => {
  const [one, other] = [await post('public', 'a', alice, '/api/open'), await post('public', 'a', alice, '/api/open')];
  expect(other.body).not.toEqual(one.body);
});

test.each([
  ['refused', 409],
  ['broken', 500],
])('a %s request frees its key', async (name, status) => {
  for (let i = 0; i < 2; i++) expect((await post(`key ${name}`, name)).status).toBe(status);
  expect((await post(`key ${name}`, 'now it works')).status).toBe(201);
});

test('an empty or endless key is refused', async () => {
  expect(await post('k'.repeat(201))).toMatchObject({ status: 400, body: { field: 'Idempotency-Key' } });
  expect(await post('')).toMatchObject({ status: 400, body: { field: 'Idempotency-Key' } });
});

test('a first request that never ended is not done again silently', async () => {
  await db.query(
    "insert into idempotent_replies (org_id, key, request_hash, status) select org_id, 'cut', request_hash, 0 from idempotent_replies where key = 'same'",
  );
  const hash = { db, orgId: 'org_test', key: 'cut', fingerprint: [1], patienceMs: 50, done: async () => ++done };
  await expect(withIdempotency(hash)).rejects.toThrow(/another request/);
  await db.query("delete from idempotent_replies where key = 'cut'");
  const before = done;
  const never = withIdempotency({ ...hash, done: () => new Promise<number>(() => undefined) });
  await new Promise((resolve) => setTimeout(resolve, 20));
  await expect(withIdempotency(hash)).rejects.toThrow(/has not ended/);
  expect(done).toBe(before);
  void never;
});

test('after a day the key is free', async () => {
  const [first] = [await post('yesterday')];
  await db.query("update idempotent_replies set created_at = now() - interval '25 hours' where key = 'yesterday'");
  expect((await post('yesterday', 'other')).body).not.toEqual(first?.body);
});
