import { may, type Role } from '#people';
import type { Database } from '#platform';
import { callerOf, noEvents, openTestApi, openTestDatabase, type TestApi } from '#platform/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decisionsAnswerer } from './answer-decisions.ts';
import { DecisionRequest, LineWhy } from './contract.ts';
import { newCounters } from './counters.ts';
import { loadBook } from './load-book.ts';
import { openReasonTally, openRecentReasons, type RecentReasons } from './reason-tally.ts';
import { openRequestCounts } from './request-counts.ts';
import { routesOf } from './routes.ts';
import { sampleBook, sampleLine } from './sample-book.ts';

/** Impressions of the line, as the event store has them. */
let delivered = 0;
let now = Date.parse('2026-03-12T10:00:00Z');
let heard: RecentReasons = openRecentReasons(() => now);
let db: Database;
let api: TestApi;

beforeAll(async () => {
  db = await openTestDatabase();
  api = await openTestApi({
    routes: routesOf({ recent: { hear: (counts) => heard.hear(counts), of: (line) => heard.of(line) } }),
    db,
    may: (role, right) => may(role as Role, right),
    clock: () => new Date(now),
    events: {
      ...noEvents,
      query: <T>(sql: string) =>
        Promise.resolve(
          (sql.includes('from ad_line_days') && delivered > 0
            ? [{ line_item_id: 'mine', kind: 'impression', events: delivered }]
            : []) as T[],
        ),
    },
  });
  await db.query("insert into organisations (id, name) values ('org_test', 'Test'), ('org_other', 'Other')");
  await db.query(
    "insert into advertisers (id, org_id, name) values ('adv_1', 'org_test', 'Acme'), ('adv_2', 'org_test', 'Globex')",
  );
  await db.query(
    "insert into sites (id, org_id, domain, name, time_zone, currency) values ('site_1', 'org_test', 'journal.example', 'J', 'Europe/Paris', 'EUR')",
  );
  await db.query(
    "insert into placements (id, org_id, site_id, code, name, formats) values ('pl_top', 'org_test', 'site_1', 'top', 'Top', '{300x250}')",
  );
  await db.query(
    `insert into creatives (id, org_id, advertiser_id, name, kind, landing_url, state) values ('cr_1', 'org_test', 'adv_1', 'C', 'image', 'https://acme.example', 'approved')`,
  );
  for (const [id, advertiser] of [
    ['mine', 'adv_1'],
    ['sponsor', 'adv_2'],
  ]) {
    await db.query(
      `insert into orders (id, org_id, advertiser_id, name) values ('o_' || $1::text, 'org_test', $2, 'O')`,
      [id, advertiser],
    );
    await db.query(
      `insert into line_items (id, org_id, order_id, name, type, priority, state, goal_unit, goal_quantity, rate_model, rate_amount, currency, starts_at, ends_at, placements)
       values ($1, 'org_test', 'o_' || $1::text, 'Line ' || $1::text, 'standard', $2, 'live', 'impressions', 1000000, 'cpm', 500, 'EUR', '2026-03-02', '2026-04-01', '{pl_top}')`,
      [id, id === 'mine' ? 8 : 6],
    );
    await db.query(
      `insert into assignments (id, org_id, line_item_id, creative_id) values ('as_' || $1::text, 'org_test', $1, 'cr_1')`,
      [id],
    );
  }
}, 60_000);
afterAll(async () => {
  await api?.close();
  await db?.close();
});
beforeEach(async () => {
  heard = openRecentReasons(() => now);
  await db.query("update line_items set state = 'live', ends_at = '2026-04-01'");
});

const why = async (id = 'mine', caller = callerOf('traffic_manager')) =>
  api.call(caller, 'GET', `/api/line-items/${id}/why`);
const read = async (caller = callerOf('traffic_manager')) => LineWhy.parse((await why('mine', caller)).body);

describe('who may ask', () => {
  test('nobody without signing in, nobody of another organisation, a client of its own lines only', async () => {
    expect((await api.call(undefined, 'GET', '/api/line-items/mine/why')).status).toBe(401);
    expect((await why('mine', callerOf('admin', 'org_other'))).status).toBe(404);
    expect((await why('mine', callerOf('client', 'org_test', 'adv_2'))).status).toBe(404);
    expect((await why('mine', callerOf('client', 'org_test', 'adv_1'))).status).toBe(200);
    expect((await why('none')).status).toBe(404);
  });
});

describe('what it says', () => {
  test('reasons of the last hour by how often, who won instead, and what would help', async () => {
    heard.hear([
      { line: 'mine', reason: 'outranked', winner: 'sponsor', decisions: 60 },
      { line: 'mine', reason: 'not_targeted', winner: 'sponsor', decisions: 30 },
      { line: 'mine', reason: 'chosen', winner: '', decisions: 10 },
      { line: 'sponsor', reason: 'chosen', winner: '', decisions: 90 },
    ]);
    const answer = await read();
    expect(answer.decisions).toBe(100);
    expect(answer.reasons.map(({ reason, percent }) => [reason, percent])).toEqual([
      ['outranked', 60],
      ['not_targeted', 30],
      ['chosen', 10],
    ]);
    expect(answer.instead).toEqual([{ line_item_id: 'sponsor', name: 'Line sponsor', priority: 6, decisions: 90 }]);
    expect(answer.standing).toEqual({ ordered: 1_000_000, delivered: 0, expected: 347_222 });
    expect(answer.change).toMatchObject({ reason: 'outranked', field: 'priority' });
    expect(answer.change?.sentence).toContain('60 %');
    expect(answer.change?.sentence).toContain('Line sponsor');
  });

  test('a client is not told of the lines of others', async () => {
    heard.hear([{ line: 'mine', reason: 'outranked', winner: 'sponsor', decisions: 60 }]);
    const answer = await read(callerOf('client', 'org_test', 'adv_1'));
    expect(answer.instead).toEqual([]);
    expect(answer.change?.sentence).not.toContain('sponsor');
  });

  test.each([
    ['paused', "state = 'paused'", 'not_live'],
    ['over', "ends_at = '2026-03-05'", 'ended'],
  ])('what stops it altogether goes first: %s', async (_, change, reason) => {
    heard.hear([{ line: 'mine', reason: 'outranked', winner: 'sponsor', decisions: 60 }]);
    await db.query(`update line_items set ${change} where id = 'mine'`);
    expect((await read()).change?.reason).toBe(reason);
  });

  test('a line that is on its plan needs nothing, whatever the last hour was', async () => {
    heard.hear([{ line: 'mine', reason: 'ahead_of_pace', winner: 'sponsor', decisions: 60 }]);
    delivered = 400_000;
    expect(await read()).toMatchObject({ change: null, standing: { delivered: 400_000 } });
    delivered = 0;
  });

  test('no request at all', async () => {
    expect((await read()).change?.reason).toBe('no_requests');
  });

  test('after an hour it is forgotten', async () => {
    heard.hear([{ line: 'mine', reason: 'outranked', winner: 'sponsor', decisions: 60 }]);
    now += 3_300_000;
    expect((await read()).decisions).toBe(60);
    now += 600_000;
    expect((await read()).decisions).toBe(0);
    now -= 3_900_000;
  });
});

test('the edge explains some decisions a second, and each stands for those since the last', () => {
  let at = Date.parse('2026-03-02T10:00:00Z');
  const book = sampleBook({
    lines: [
      sampleLine({ id: 'mine', priority: 8 }),
      sampleLine({ id: 'sponsor', type: 'sponsorship', priority: 4, goal: { unit: 'share', quantity: 100 } }),
      sampleLine({ id: 'elsewhere', placements: ['pl_side'] }),
    ],
  });
  const counters = newCounters();
  const loaded = loadBook(book, counters);
  const reasons = openReasonTally(() => at, 5);
  const answer = decisionsAnswerer({
    book: () => loaded,
    counters,
    requests: openRequestCounts(),
    reasons,
    knowledge: { countryOf: () => '', agentOf: () => ({ device: { type: '', browser: '', os: '' }, bot: null }) },
    base: () => '',
    simulatedTime: false,
    random: Math.random,
  });
  const request = DecisionRequest.parse({ site: 'journal.example', placements: [{ code: 'top' }] });
  const visit = { ip: '', userAgent: '', acceptLanguage: '', globalPrivacyControl: false, key: undefined };
  for (let n = 0; n < 1001; n++) {
    at += 4;
    answer(request, visit, at);
  }
  const counts = reasons.take();
  const of = (line: string) => counts.filter((count) => count.line === line);
  expect(of('mine')).toEqual([
    { line: 'mine', reason: 'outranked', winner: 'sponsor', decisions: expect.closeTo(1000, -2) },
  ]);
  expect(of('sponsor')).toMatchObject([{ reason: 'chosen', winner: '' }]);
  expect(of('elsewhere')).toEqual([]);
  expect(reasons.take()).toEqual([]);
});
