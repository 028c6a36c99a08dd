import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database, Events } from '#platform';
import { openTestDatabase, openTestEvents } from '#platform/testing';
import { compileBook } from './compile-book.ts';

let db: Database;
let store: { events: Events; close(): Promise<void> };
const clock = () => new Date('2026-11-23T12:00:00Z');

beforeAll(async () => {
  [db, store] = await Promise.all([openTestDatabase(), openTestEvents()]);
  await db.query("insert into organisations (id, name) values ('org_test', 'Gazette')");
  await db.query(
    "insert into sites (id, org_id, domain, name, time_zone, currency) values ('site_a', 'org_test', 'a.example', 'A', 'UTC', 'EUR')",
  );
  await db.query("insert into advertisers (id, org_id, name) values ('adv', 'org_test', 'Adv')");
  await db.query("insert into orders (id, org_id, advertiser_id, name) values ('ord', 'org_test', 'adv', 'O')");
  for (const [id, cap] of [
    ['li_limited', 200],
    ['li_free', null],
  ])
    await db.query(
      `insert into line_items (id, org_id, order_id, name, type, priority, state, goal_unit, goal_quantity, rate_model, rate_amount, currency, starts_at, ends_at, placements, daily_cap)
       values ($1, 'org_test', 'ord', $1, 'house', 16, 'live', 'impressions', 0, 'cpm', 0, 'EUR', '2026-11-01', '2026-12-31', '{}', $2)`,
      [id, cap],
    );
}, 60_000);
afterAll(async () => {
  await store?.close();
  await db?.close();
});

const version = async () => {
  const salts = { current: async () => ({}) } as unknown as Parameters<typeof compileBook>[0]['salts'];
  return (await compileBook({ db, events: store.events, clock, salts, secret: 's' }, {})).version;
};
let number = 0;
const deliver = (line: string, count: number) =>
  store.events.insert(
    'ad_events',
    Array.from({ length: count }, () => ({
      org_id: 'org_test',
      site_id: 'site_a',
      kind: 'impression',
      at: '2026-11-23 10:00:00.000',
      local_time: '2026-11-23 10:00:00',
      decision_id: `d${++number}`,
      line_item_id: line,
      advertiser_id: 'adv',
      order_id: 'ord',
      side: 'sell',
    })),
    { token: `t${number}` },
  );

test('a limited line that comes a percent nearer to its limit makes a new book, for the other edges; no other line does', async () => {
  await deliver('li_limited', 2);
  const first = await version();
  await deliver('li_free', 500);
  expect(await version()).toBe(first);
  await deliver('li_limited', 1);
  expect(await version()).toBe(first);
  await deliver('li_limited', 1);
  expect(await version()).not.toBe(first);
});
