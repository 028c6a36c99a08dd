import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemOf } from '#people';
import type { Database, Events } from '#platform';
import { openTestDatabase, openTestEvents } from '#platform/testing';
import { lineFunnel } from '../funnel/line-funnel.ts';
import { decisionIdText } from '../token.ts';
import { listTrafficChanges, readInvalidTraffic } from './invalid-traffic.ts';
import { listTrafficReviews, readTrafficReview, reviewTraffic } from './review-traffic.ts';

let db: Database;
let store: { events: Events; close(): Promise<void> };
const clock = () => new Date('2026-11-20T10:00:00Z');
const begins = Date.parse('2026-11-18T10:00:00Z');

type Event = { n: number; kind: string; after: number; visitor?: string; invalid?: string; spend?: number };

/** `after`: milliseconds after the decision. */
const row = ({ n, kind, after, visitor = '0', invalid = '', spend = 0 }: Event) => {
  const decided = begins / 1000 + n;
  const at = new Date(decided * 1000 + after).toISOString().replace('T', ' ').replace('Z', '');
  return {
    org_id: 'org_test',
    site_id: 'site_1',
    at,
    local_time: at.slice(0, 19),
    kind,
    decision_id: decisionIdText(decided, { high: 7, low: n + 1 }),
    side: 'sell',
    advertiser_id: 'adv_1',
    order_id: 'o_1',
    line_item_id: 'li_cpc',
    placement_id: 'pl_1',
    visitor,
    spend_micros: spend,
    currency: 'EUR',
    invalid,
  };
};

beforeAll(async () => {
  [db, store] = await Promise.all([openTestDatabase(), openTestEvents()]);
  await db.query("insert into organisations (id, name) values ('org_test', 'Ours')");
  await db.query("insert into advertisers (id, org_id, name) values ('adv_1', 'org_test', 'Acme')");
  await db.query("insert into orders (id, org_id, advertiser_id, name) values ('o_1', 'org_test', 'adv_1', 'O')");
  await db.query(
    `insert into line_items (id, org_id, order_id, name, type, priority, state, goal_unit, goal_quantity, rate_model, rate_amount, currency, starts_at, ends_at, placements)
     values ('li_cpc', 'org_test', 'o_1', 'L', 'standard', 8, 'live', 'clicks', 100, 'cpc', 40, 'EUR', '2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z', '{pl_1}')`,
  );
  const events: Event[] = [
    // A person: shown, seen, clicked.
    { n: 0, kind: 'impression', after: 300 },
    { n: 0, kind: 'viewable', after: 1400 },
    { n: 0, kind: 'click', after: 5000, spend: 400_000 },
    // In view before a second was over; clicked sooner than a hand can.
    { n: 1, kind: 'impression', after: 20 },
    { n: 1, kind: 'viewable', after: 300 },
    { n: 2, kind: 'impression', after: 20 },
    { n: 2, kind: 'click', after: 60, spend: 400_000 },
    // Without an impression.
    { n: 3, kind: 'click', after: 9000, spend: 400_000 },
    // Thought to be without one, which came all the same.
    { n: 4, kind: 'impression', after: 500 },
    { n: 4, kind: 'click', after: 8000, invalid: 'click_without_impression' },
    // What only the door could tell stays.
    { n: 5, kind: 'impression', after: 400 },
    { n: 5, kind: 'click', after: 9000, invalid: 'replayed' },
    // A burst of a reader without an identifier: by an address that the facts do not hold.
    { n: 6, kind: 'impression', after: 400 },
    { n: 6, kind: 'click', after: 9000, invalid: 'click_burst' },
    // Fourteen clicks of one reader within a minute: the last four are too many.
    ...Array.from({ length: 14 }, (_, i): Event[] => [
      { n: 100 + i, kind: 'impression', after: 200, visitor: '77' },
      { n: 100 + i, kind: 'click', after: 3000, visitor: '77', spend: 400_000 },
    ]).flat(),
  ];
  await store.events.insert('ad_events', events.map(row), { token: 'facts' });
}, 60_000);
afterAll(async () => {
  await store?.close();
  await db?.close();
});

const hours = (table = 'ad_hours') =>
  store.events.query<{ kind: string; invalid: string; events: number; spend: number }>(
    `select kind, invalid, toFloat64(sum(${table}.events)) as events, toFloat64(sum(spend_micros)) as spend from ${table} group by kind, invalid having events != 0 order by kind, invalid`,
  );
const facts = () =>
  store.events.query<{ kind: string; invalid: string; events: number; spend: number }>(
    `select kind, invalid, toFloat64(count()) as events, toFloat64(sum(spend_micros)) as spend from ad_events group by kind, invalid order by kind, invalid`,
  );

test('past events are judged again; hours and facts agree before and after; a second review finds nothing', async () => {
  const desk = { db, events: store.events, clock };
  const before = await facts();
  for (const table of ['ad_hours', 'ad_line_days', 'ad_placement_days'])
    expect([table, await hours(table)]).toEqual([table, before]);

  const review = await reviewTraffic(desk, systemOf('org_test'), { from: '2026-11-18', to: '2026-11-18' });
  expect(review).toMatchObject({ state: 'done', events: before.reduce((sum, { events }) => sum + events, 0) });
  expect(
    new Set(review.changes.map(({ kind, was, becomes, events }) => `${events} ${kind} ${was} → ${becomes}`)),
  ).toEqual(
    new Set([
      '1 viewable  → too_fast',
      '1 click  → too_fast',
      '1 click  → click_without_impression',
      '1 click click_without_impression → ',
      '4 click  → click_burst',
    ]),
  );
  const after = await facts();
  for (const table of ['ad_hours', 'ad_line_days', 'ad_placement_days'])
    expect([table, await hours(table)]).toEqual([table, after]);
  expect(after).toContainEqual({ kind: 'click', invalid: '', events: 12, spend: 12 * 400_000 });
  expect(after).toContainEqual({ kind: 'click', invalid: 'replayed', events: 1, spend: 0 });
  // Nothing is lost: gross stays what it was.
  expect(after.reduce((sum, { events }) => sum + events, 0)).toBe(before.reduce((sum, { events }) => sum + events, 0));

  const again = await reviewTraffic(desk, systemOf('org_test'), { from: '2026-11-17', to: '2026-11-19' });
  expect(again.changes).toEqual([]);
  expect(await facts()).toEqual(after);
  expect(await readTrafficReview(db, systemOf('org_test'), review.id)).toEqual(review);
  await expect(readTrafficReview(db, systemOf('org_other'), review.id)).rejects.toThrow('no such review');
  const audited = await db.query<{ action: string }>(
    "select action from audit_entries where action = 'traffic.review'",
  );
  expect(audited).toHaveLength(2);
});

test('what does not count: by reason, day and line; what a review changed, with amounts', async () => {
  const desk = { db, events: store.events, caller: systemOf('org_test') };
  const traffic = await readInvalidTraffic(desk, { from: '2026-11-17', to: '2026-11-19' });
  expect(traffic.reasons).toEqual([
    { kind: 'click', reason: 'click_burst', events: 5 },
    { kind: 'click', reason: 'click_without_impression', events: 1 },
    { kind: 'click', reason: 'replayed', events: 1 },
    { kind: 'click', reason: 'too_fast', events: 1 },
    { kind: 'viewable', reason: 'too_fast', events: 1 },
  ]);
  const counts = { impressions: 20, invalid_impressions: 0, clicks: 12, invalid_clicks: 8 };
  expect(traffic.total).toEqual(counts);
  expect(traffic.days).toEqual([{ date: '2026-11-18', ...counts }]);
  expect(traffic.lines).toEqual([{ line_item_id: 'li_cpc', name: 'L', ...counts, main_reason: 'click_burst' }]);
  expect((await readInvalidTraffic(desk, { from: '2026-10-01', to: '2026-10-02' })).lines).toEqual([]);
  expect(
    (await readInvalidTraffic({ ...desk, caller: systemOf('org_other') }, { from: '2026-11-17', to: '2026-11-19' }))
      .reasons,
  ).toEqual([]);

  const [review] = (await listTrafficReviews(db, desk.caller, { limit: 9 })).items.toReversed();
  const { items } = await listTrafficChanges(desk, review?.id ?? '');
  expect(items[0]).toEqual({
    date: '2026-11-18',
    line_item_id: 'li_cpc',
    name: 'L',
    kind: 'click',
    was: '',
    becomes: 'click_burst',
    events: 4,
    spend_micros: -1_600_000,
    currency: 'EUR',
  });
  expect(items).toHaveLength(5);
  await expect(listTrafficChanges({ ...desk, caller: systemOf('org_other') }, review?.id ?? '')).rejects.toThrow(
    'no such review',
  );
});

test('the funnel of a line: requests, decisions, impressions, views and clicks, with what each step loses', async () => {
  const base = {
    org_id: 'org_test',
    site_id: 'site_1',
    placement_id: 'pl_1',
    at: '2026-11-18 10:00:00.000',
    local_time: '2026-11-18 11:00:00',
  };
  await store.events.insert('ad_requests', [{ ...base, requests: 100, filled: 40 }], { token: 'requests' });
  await store.events.insert('ad_decisions', [{ ...base, line_item_id: 'li_cpc', decisions: 25 }], {
    token: 'decisions',
  });
  const funnel = await lineFunnel({ db, events: store.events, clock, caller: systemOf('org_test') }, 'li_cpc');
  expect(funnel.steps).toEqual([
    { step: 'requests', count: 100, percent: null, lost: null },
    { step: 'decisions', count: 25, percent: 25, lost: 75 },
    { step: 'impressions', count: 20, percent: 80, lost: 5 },
    { step: 'viewable_impressions', count: 1, percent: 5, lost: 19 },
    { step: 'clicks', count: 12, percent: 1200, lost: 0 },
  ]);
  expect(funnel.invalid).toContainEqual({ kind: 'click', reason: 'click_burst', events: 5 });
  await expect(
    lineFunnel({ db, events: store.events, clock, caller: systemOf('org_other') }, 'li_cpc'),
  ).rejects.toThrow('no such line item');
});
