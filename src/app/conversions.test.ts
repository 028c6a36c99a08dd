import { afterAll, beforeAll, expect, test } from 'vitest';
import { conversionsAfterAds, runQuery } from '#analytics';
import { Query } from '#analytics/contract';
import { compileBook, countConversions } from '#delivery';
import type { Database, Events } from '#platform';
import { callerOf, openTestDatabase, openTestEvents } from '#platform/testing';

let db: Database;
let store: { events: Events; close(): Promise<void> };
const now = new Date('2026-11-23T12:00:00Z');
const clock = () => now;
const org = 'org_test';

beforeAll(async () => {
  [db, store] = await Promise.all([openTestDatabase(), openTestEvents()]);
  await db.query("insert into organisations (id, name) values ($1, 'Gazette')", [org]);
  await db.query(
    "insert into sites (id, org_id, domain, name, time_zone, currency, mode) values ('site_a', $1, 'a.example', 'A', 'UTC', 'EUR', 'consented')",
    [org],
  );
  await db.query("insert into advertisers (id, org_id, name) values ('adv', $1, 'Adv')", [org]);
  await db.query("insert into orders (id, org_id, advertiser_id, name) values ('ord', $1, 'adv', 'O')", [org]);
  await db.query(
    `insert into goals (id, org_id, site_id, name, match) values ('goal_1', $1, 'site_a', 'Signup', '{"kind": "event", "name": "Signup"}')`,
    [org],
  );
  for (const id of ['li_1', 'li_2'])
    await db.query(
      `insert into line_items (id, org_id, order_id, name, type, priority, state, goal_unit, goal_quantity, goal_id, rate_model, rate_amount, currency, starts_at, ends_at, placements)
       values ($2, $1, 'ord', $2, 'standard', 8, 'live', 'conversions', 3, 'goal_1', 'cpa', 250, 'EUR', '2026-11-01', '2026-12-31', '{}')`,
      [org, id],
    );
}, 60_000);
afterAll(async () => {
  await store?.close();
  await db?.close();
});

const base = { org_id: org, site_id: 'site_a' };
let number = 0;

/** A visit with one sign-up in it. */
async function signUp(
  at: string,
  { line = '', identified = 0 }: { line?: string; identified?: number },
): Promise<void> {
  const id = ++number;
  const when = { at: `2026-11-${at}.000`, local_time: `2026-11-${at}`, local_date: `2026-11-${at.slice(0, 2)}` };
  const shared = { ...base, visitor: id, identified };
  await store.events.insert('hits', [{ ...shared, ...when, hit_id: `h${id}`, name: 'Signup', path: '/' }], {
    token: `h${id}`,
  });
  await store.events.insert(
    'visits',
    [
      {
        ...shared,
        build: 1,
        local_date: when.local_date,
        local_time: when.local_time,
        visit_id: id,
        started_at: when.at,
        ended_at: when.at,
        line_item_id: line,
      },
    ],
    { token: `v${id}` },
  );
  await store.events.insert('visit_days', [{ site_id: 'site_a', local_date: when.local_date, build: 1, visits: 1 }], {
    token: `d${id}`,
  });
}
const ad = (kind: string, line: string, at: string, visitor: number) =>
  store.events.insert(
    'ad_events',
    [
      {
        ...base,
        kind,
        at: `2026-11-${at}.000`,
        local_time: `2026-11-${at}`,
        decision_id: `d${++number}`,
        line_item_id: line,
        advertiser_id: 'adv',
        order_id: 'ord',
        side: 'sell',
        visitor,
      },
    ],
    { token: `a${number}` },
  );
const count = () =>
  countConversions({
    db,
    events: store.events,
    clock,
    conversionsOf: (asked) => conversionsAfterAds({ db, events: store.events, clock }, asked),
  });
const told = async () =>
  (
    await runQuery(
      { db, events: store.events, clock, caller: callerOf('admin') },
      Query.parse({
        metrics: ['ad_conversions', 'spend', 'cpa'],
        dimensions: ['ad:line_item'],
        date_range: ['2026-11-01', '2026-11-30'],
        filters: [['is', 'ad:kind', ['conversion']]],
        order_by: [['ad:line_item', 'asc']],
      }),
    )
  ).results.map(({ dimensions, metrics }) => [dimensions[0], ...metrics]);

test('completions after ads are counted once, under the line that earned them, at its price', async () => {
  await signUp('20 10:00:00', { line: 'li_1' });
  await signUp('20 11:00:00', {});
  // A click of last week beats a view of this morning; a view counts for a day, and only for who is known.
  await ad('click', 'li_1', '14 09:00:00', 77);
  await ad('impression', 'li_2', '21 08:00:00', 77);
  await signUp('21 09:00:00', { identified: 77 });
  await ad('impression', 'li_2', '21 08:00:00', 88);
  await signUp('21 20:00:00', { identified: 88 });
  await ad('impression', 'li_2', '19 08:00:00', 99);
  await signUp('21 21:00:00', { identified: 99 });
  expect(await count()).toBe(3);
  expect(await told()).toEqual([
    ['li_1', 2, 500, 250],
    ['li_2', 1, 250, 250],
  ]);
  expect(await count()).toBe(0);
  expect((await told())[0]).toEqual(['li_1', 2, 500, 250]);
});

test('a line that has its conversions is told to the edge as having them', async () => {
  await signUp('22 10:00:00', { line: 'li_1' });
  expect(await count()).toBe(1);
  const salts = { current: async () => ({}) } as unknown as Parameters<typeof compileBook>[0]['salts'];
  const book = await compileBook({
    db,
    events: store.events,
    clock,
    salts,
    secret: 'a secret of at least 32 characters',
  });
  expect(book.lines.map(({ id, conversions }) => [id, conversions])).toEqual([
    ['li_1', 3],
    ['li_2', 1],
  ]);
});
