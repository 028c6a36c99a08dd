import { afterAll, beforeAll, expect, test } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as analytics from '#analytics';
import * as campaigns from '#campaigns';
import * as creatives from '#creatives';
import * as inventory from '#inventory';
import * as people from '#people';
import { type Database, openFiles, openLog, type Services } from '#platform';
import { noEvents, openTestDatabase } from '#platform/testing';
import { calendarOf } from './calendar.ts';
import { makeCatalogue } from './catalogue.ts';

const now = new Date();
const routes = [
  ...people.routes,
  ...inventory.routes,
  ...analytics.routes,
  ...creatives.routesOf({ edgeUrl: 'http://localhost:4001' }),
  ...campaigns.routes,
];
let db: Database;
let folder: string;
let services: Services;
let made: { org_id: string };
let running: string[];

const keep = async ({ db: inside }: { db: Database }) => {
  running = (await inside.query<{ name: string }>("select name from line_items where state = 'live'")).map(
    ({ name }) => name,
  );
};

beforeAll(async () => {
  db = await openTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'vigie-sample-'));
  services = {
    db,
    events: noEvents,
    files: openFiles(folder),
    mail: { send: async () => undefined, close: () => undefined },
    clock: () => now,
    log: openLog('test', 'error'),
  };
  made = await makeCatalogue({ services, routes, calendar: calendarOf(now.getTime()), keep });
}, 60_000);
afterAll(async () => {
  await db.close();
  await rm(folder, { recursive: true });
});

test('a catalogue that fails half-way leaves nothing', async () => {
  const broken = routes.filter(({ route }) => route.path !== '/api/assignments');
  const before = await db.one('select count(*)::int as n from audit_entries');
  await expect(
    makeCatalogue({ services, routes: broken, calendar: calendarOf(now.getTime()), keep }),
  ).rejects.toThrow();
  expect(await db.one('select count(*)::int as n from audit_entries')).toEqual(before);
});

test('lines that ran in the past are live while the book of the past is made, and stopped or ended after it', async () => {
  const rows = await db.query<{ name: string; state: string; state_reason: string | null }>(
    'select name, state, state_reason from line_items where org_id = $1',
    [made.org_id],
  );
  const counted = Object.fromEntries(
    Object.entries(Object.groupBy(rows, ({ state }) => state)).map(([state, lines]) => [state, lines?.length]),
  );
  expect(counted).toEqual({
    draft: 1,
    proposed: 1,
    reserved: 1,
    booked: 2,
    live: 13,
    paused: 1,
    ended: 2,
    cancelled: 1,
  });
  for (const { name, state, state_reason } of rows) {
    const isPast = ['paused', 'ended', 'cancelled'].includes(state);
    expect(running.includes(name), name).toBe(isPast || state === 'live');
    if (state === 'paused' || state === 'cancelled') expect(state_reason).toBeTruthy();
  }
});

test('one creative waits, one line starts soon without any, every line that runs has one of each size it can fill', async () => {
  expect(
    await db.query("select name from creatives where org_id = $1 and state <> 'approved'", [made.org_id]),
  ).toHaveLength(1);
  const bare = await db.query<{ state: string }>(
    "select l.state from line_items l where l.org_id = $1 and l.state in ('booked', 'live') and not exists (select 1 from assignments a where a.line_item_id = l.id)",
    [made.org_id],
  );
  expect(bare).toEqual([{ state: 'booked' }]);
});

test('each role has one person, and the admin can sign in by name', async () => {
  const rows = await db.query<{ role: string; email: string }>(
    'select m.role, u."email" as email from memberships m join "user" u on u."id" = m.user_id where m.org_id = $1',
    [made.org_id],
  );
  expect(rows.map(({ role }) => role).toSorted()).toEqual([
    'admin',
    'analyst',
    'client',
    'sales',
    'studio',
    'traffic_manager',
  ]);
  expect(rows.find(({ role }) => role === 'admin')?.email).toBe('camille@courrier-des-lacs.example');
});
