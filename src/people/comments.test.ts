import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '#platform';
import { callerOf, openTestApi, openTestDatabase, type TestApi } from '#platform/testing';
import { Comment, Notification } from './comment-contract.ts';
import { may, type Role } from './policy.ts';
import { routes } from './routes.ts';

let db: Database;
let api: TestApi;
const ana = { ...callerOf('traffic_manager'), id: 'u_ana', name: 'Ana' };
const bob = { ...callerOf('studio'), id: 'u_bob', name: 'Bob' };
const admin = { ...callerOf('admin'), id: 'u_admin', name: 'Admin' };

beforeAll(async () => {
  db = await openTestDatabase();
  api = await openTestApi({
    routes,
    db,
    may: (role, right) => may(role as Role, right),
    clock: () => new Date('2026-11-28T12:00:00Z'),
  });
  await db.query("insert into organisations (id, name) values ('org_test', 'Ours'), ('org_other', 'Theirs')");
  await db.query("insert into advertisers (id, org_id, name) values ('adv', 'org_test', 'Acme')");
  for (const [id, org, role] of [
    ['u_ana', 'org_test', 'traffic_manager'],
    ['u_bob', 'org_test', 'studio'],
    ['u_admin', 'org_test', 'admin'],
    ['u_client', 'org_test', 'client'],
    ['u_far', 'org_other', 'admin'],
  ]) {
    await db.query(`insert into "user" ("id", "name", "email", "emailVerified") values ($1, $2, $3, true)`, [
      id,
      id?.slice(2),
      `${id}@x.example`,
    ]);
    await db.query('insert into memberships (id, user_id, org_id, role, advertiser_id) values ($1, $1, $2, $3, $4)', [
      id,
      org,
      role,
      role === 'client' ? 'adv' : null,
    ]);
  }
  await db.query("insert into orders (id, org_id, advertiser_id, name) values ('or_1', 'org_test', 'adv', 'Autumn')");
}, 60_000);
afterAll(async () => {
  await api?.close();
  await db?.close();
});

const say = (who: typeof ana, text: string, more: object = {}) =>
  api.call(who, 'POST', '/api/comments', { subject_kind: 'order', subject_id: 'or_1', text, ...more });
const told = async (who: typeof ana) => {
  const { body } = await api.call(who, 'GET', '/api/notifications');
  const { items, unread } = Object(body);
  return { unread, items: (items as Notification[]).map((item) => Notification.parse(item)) };
};

test('who is mentioned is told, and who spoke before is told of replies; the author never is', async () => {
  const first = await say(ana, 'Which banner?', { mentions: ['u_bob'] });
  expect(first.status, first.text).toBe(201);
  expect(Comment.parse(first.body)).toMatchObject({
    author: { id: 'u_ana', name: 'Ana' },
    mentions: [{ id: 'u_bob' }],
  });
  expect((await told(bob)).items).toMatchObject([
    { kind: 'mention', subject_name: 'Autumn', comment: { author_name: 'Ana', text: 'Which banner?' }, read_at: null },
  ]);
  await say(bob, 'The blue one.');
  expect(await told(ana)).toMatchObject({ unread: 1, items: [{ kind: 'reply' }] });
  expect((await told(bob)).unread).toBe(1);
  const listed = Object((await api.call(bob, 'GET', '/api/comments?subject_kind=order&subject_id=or_1')).body).items;
  expect(listed.map(({ text }: Comment) => text)).toEqual(['The blue one.', 'Which banner?']);

  expect((await api.call(bob, 'POST', '/api/notifications/read', {})).body).toEqual({ unread: 0 });
  expect((await told(ana)).unread).toBe(1);
  expect(Object((await api.call(bob, 'GET', '/api/notifications?unread=true')).body).items).toEqual([]);
});

test('one’s own words alone may be changed; an admin may take back anybody’s', async () => {
  const { id } = Comment.parse((await say(ana, 'A typo')).body);
  expect((await api.call(bob, 'PATCH', `/api/comments/${id}`, { text: 'x' })).status).toBe(403);
  expect((await api.call(bob, 'DELETE', `/api/comments/${id}`)).status).toBe(403);
  expect((await api.call(ana, 'PATCH', `/api/comments/${id}`, { text: 'No typo' })).body).toMatchObject({
    text: 'No typo',
    changed_at: '2026-11-28T12:00:00.000Z',
  });
  expect((await api.call(admin, 'DELETE', `/api/comments/${id}`)).status).toBe(204);
  expect((await api.call(ana, 'GET', `/api/comments/${id}`)).status).toBe(404);
});

test.each([
  [{ text: ' ' }, 400, 'text'],
  [{ subject_id: 'none' }, 404, 'subject_id'],
  [{ subject_kind: 'invoice' }, 400, 'subject_kind'],
  [{ mentions: ['u_far'] }, 404, 'mentions.0'],
  [{ mentions: ['u_client'] }, 404, 'mentions.0'],
])('%j is refused', async (change, status, field) => {
  const reply = await say(ana, 'Hello', change);
  expect([reply.status, Object(reply.body).field]).toEqual([status, field]);
});

test('another organisation and clients see nothing of it', async () => {
  const stranger = callerOf('admin', 'org_other');
  expect(Object((await api.call(stranger, 'GET', '/api/comments')).body).items).toEqual([]);
  expect(
    (await api.call(stranger, 'POST', '/api/comments', { subject_kind: 'order', subject_id: 'or_1', text: 'x' }))
      .status,
  ).toBe(404);
  expect((await api.call(callerOf('client'), 'GET', '/api/comments')).status).toBe(403);
});
