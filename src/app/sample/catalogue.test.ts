import { afterAll, beforeAll, expect, test } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as campaigns from '#campaigns';
import * as creatives from '#creatives';
import * as inventory from '#inventory';
import * as people from '#people';
import { type Database, openFiles, openLog, type Services } from '#platform';
import { noEvents, openTestDatabase } from '#platform/testing';
import { calendarOf } from './calendar.ts';
import { type Made, makeCatalogue } from './catalogue.ts';

const now = new Date();
const routes = [...people.routes, ...inventory.routes, ...creatives.routes, ...campaigns.routes];
let db: Database;
let folder: string;
let services: Services;
let made: Made;

beforeAll(async () => {
  db = await openTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'vigie-sample-'));
  services = { db, events: noEvents, files: openFiles(folder), mail: { send: async () => undefined, close: () => undefined }, clock: () => now, log: openLog('test', 'error') };
  made = await makeCatalogue({ services, routes, calendar: calendarOf(now.getTime()) });
}, 60_000);
afterAll(async () => {
  await db.close();
  await rm(folder, { recursive: true });
});

test('a catalogue that fails half-way leaves nothing', async () => {
  const broken = routes.filter(({ route }) => route.path !== '/api/assignments');
  const before = await db.one('select count(*)::int as n from audit_entries');
  await expect(makeCatalogue({ services, routes: broken, calendar: calendarOf(now.getTime()) })).rejects.toThrow();
  expect(await db.one('select count(*)::int as n from audit_entries')).toEqual(before);
});

test('every state of a line is there once the past is settled', async () => {
  const move = routes.find(({ route }) => route.path === '/api/line-items/:id/move');
  expect(made.settle.length).toBeGreaterThan(2);
  expect(move).toBeDefined();
  const states = await db.query<{ state: string; n: number }>('select state, count(*)::int as n from line_items where org_id = $1 group by state', [made.org_id]);
  const counted = Object.fromEntries(states.map(({ state, n }) => [state, n]));
  expect(counted).toMatchObject({ draft: 1, proposed: 1, reserved: 1, booked: 2 });
  expect(new Set(made.settle.map(({ to }) => to))).toEqual(new Set(['ended', 'paused', 'cancelled']));
});

test('one creative waits, one line starts soon without any, every line that runs has one of each size it can fill', async () => {
  expect(await db.query("select name from creatives where org_id = $1 and state <> 'approved'", [made.org_id])).toHaveLength(1);
  const bare = await db.query<{ state: string }>(
    "select l.state from line_items l where l.org_id = $1 and l.state in ('booked', 'live') and not exists (select 1 from assignments a where a.line_item_id = l.id)",
    [made.org_id],
  );
  expect(bare).toEqual([{ state: 'booked' }]);
});

test('each role has one person, and the admin can sign in by name', async () => {
  const rows = await db.query<{ role: string; email: string }>('select m.role, u."email" as email from memberships m join "user" u on u."id" = m.user_id where m.org_id = $1', [made.org_id]);
  expect(rows.map(({ role }) => role).toSorted()).toEqual(['admin', 'analyst', 'client', 'sales', 'studio', 'traffic_manager']);
  expect(rows.find(({ role }) => role === 'admin')?.email).toBe('camille@courrier-des-lacs.example');
});
