/** Booking against the forecast: what fits, what is refused, what is forced, and two who want the last of it. */
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { insertPast } from '#forecasting/testing';
import { may } from '#people';
import { type Database, type Events, openLog } from '#platform';
import {
  callerOf,
  openTestApi,
  openTestDatabase,
  openTestEvents,
  type TestApi,
  type TestReply,
} from '#platform/testing';
import { allRoutes, fillHouse, lineOf, refusal } from './testing.ts';

let db: Database;
let store: { events: Events; close(): Promise<void> };
let api: TestApi;
let order: string;
const now = new Date('2026-11-23T23:00:00Z');
const manager = callerOf('traffic_manager');
const seller = callerOf('sales');

beforeAll(async () => {
  [db, store] = await Promise.all([openTestDatabase(), openTestEvents()]);
  api = await openTestApi({ routes: allRoutes, db, events: store.events, clock: () => now, may });
  await fillHouse(db);
  await insertPast(store.events, [
    { site_id: 'site_news', placement_id: 'pl_side', from: '2026-10-01', to: '2026-11-23', perDay: () => 3000 },
  ]);
  const made = await api.call(manager, 'POST', '/api/orders', { advertiser_id: 'adv_acme', name: 'Acme' });
  order = Object(made.body).id;
}, 60_000);
afterAll(async () => {
  await api?.close();
  await store?.close();
  await db?.close();
});
beforeEach(async () => {
  await db.query('delete from reservations');
});

const dates = { start: '2026-12-01T00:00:00+01:00', end: '2026-12-11T00:00:00+01:00' };

/** A draft that wants so many of the 30,000 impressions that ten days of December bring. */
async function draft(quantity: number, change: object = {}): Promise<string> {
  const body = lineOf(order, { ...dates, goal: { unit: 'impressions', quantity }, ...change });
  const reply = await api.call(manager, 'POST', '/api/line-items', body);
  expect(reply.status, reply.text).toBe(201);
  return Object(reply.body).id;
}
const move = (id: string, to: string, more: object = {}, caller = manager) =>
  api.call(caller, 'POST', `/api/line-items/${id}/move`, { to, ...more });
const codes = ({ body }: TestReply): string[] => Object(body).warnings.map(({ code }: { code: string }) => code);

describe('booking', () => {
  test('what fits is booked, without a word of forecasts', async () => {
    const reply = await move(await draft(20_000), 'booked');
    expect([reply.status, codes(reply)]).toEqual([200, ['no-creative']]);
  });

  test('what does not fit is refused, with the shortfall and who is in the way; nothing has changed', async () => {
    const first = await draft(25_000);
    await move(first, 'booked');
    const second = await draft(10_000);
    const reply = await move(second, 'booked');
    expect(refusal(reply)).toMatch(
      /^409 no-capacity goal\.quantity: \d+ of 10000 impressions are available on these dates; \d+ are missing\.$/,
    );
    expect(Object(reply.body)).toMatchObject({ field: 'goal.quantity', contending: [first] });
    expect(Object(reply.body).alternatives.length).toBeGreaterThan(0);
    expect(Object((await api.call(manager, 'GET', `/api/line-items/${second}`)).body).state).toBe('draft');
    expect(await db.query('select 1 from reservations where line_item_id = $1', [second])).toEqual([]);
  });

  test('forced by those who may, with the reason kept', async () => {
    await move(await draft(29_000), 'booked');
    const id = await draft(10_000);
    expect((await move(id, 'booked', { force: true, reason: 'Agreed' }, seller)).status).toBe(403);
    const reply = await move(id, 'booked', { force: true, reason: 'Agreed' });
    expect([reply.status, codes(reply)]).toEqual([200, ['no-creative', 'overbooked']]);
    expect(Object(reply.body).state_reason).toBe('Agreed');
  });

  test('a hold takes space as well, and becomes a booking without asking again', async () => {
    const held = await draft(25_000);
    expect((await move(held, 'reserved')).status).toBe(200);
    expect((await move(await draft(10_000), 'reserved')).status).toBe(409);
    expect((await move(held, 'booked')).status).toBe(200);
  });

  test('a goal grows as far as there is room', async () => {
    const id = await draft(10_000);
    await move(id, 'booked');
    await move(await draft(15_000), 'booked');
    const grow = (quantity: number) =>
      api.call(manager, 'PATCH', `/api/line-items/${id}`, { goal: { unit: 'impressions', quantity } });
    expect((await grow(12_000)).status).toBe(200);
    expect((await grow(20_000)).status).toBe(409);
  });

  test('lines that promise nothing are never refused; neither is a placement without a week of history', async () => {
    await move(await draft(29_000), 'booked');
    expect((await move(await draft(50_000, { type: 'bulk' }), 'booked')).status).toBe(200);
    const unknown = await move(await draft(9_000_000, { placements: ['pl_top'], sizes: [] }), 'booked');
    expect([unknown.status, codes(unknown)]).toEqual([200, ['no-creative', 'no-forecast']]);
  });
});

test('several who book at once: as many win as there is room for, the others are told', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 6, max: 28 }), { minLength: 2, maxLength: 4 }), async (thousands) => {
      await db.query('delete from reservations');
      const ids = await Promise.all(thousands.map((count) => draft(count * 1000)));
      const replies = await Promise.all(ids.map((id) => move(id, 'booked')));
      const won = thousands.filter((_, i) => replies[i]?.status === 200).reduce((sum, count) => sum + count, 0);
      expect(won).toBeGreaterThan(0);
      expect(won).toBeLessThanOrEqual(30.5);
      for (const [i, reply] of replies.entries()) {
        if (reply.status === 200) continue;
        expect(refusal(reply)).toContain('409 no-capacity');
        expect(won + (thousands[i] ?? 0)).toBeGreaterThan(29.5);
      }
    }),
    { numRuns: 6, seed: 5 },
  );
}, 60_000);

describe('a proposal of two hundred lines', () => {
  const offer = (quantity: number, index: number): object => {
    const { order_id: _, ...line } = lineOf('', { ...dates, name: `Line ${index}` });
    return { ...line, goal: { unit: 'impressions', quantity } };
  };
  async function send(quantities: readonly number[]): Promise<TestReply> {
    const lines = quantities.map(offer);
    const body = { advertiser_id: 'adv_acme', name: 'Many', currency: 'EUR', lines };
    const made = await api.call(manager, 'POST', '/api/proposals', body);
    expect(made.status, made.text).toBe(201);
    const { id } = Object(made.body);
    await api.call(manager, 'POST', `/api/proposals/${id}/move`, { move: 'submit' });
    return api.call(manager, 'POST', `/api/proposals/${id}/send`, {});
  }

  test('is held in one go', async () => {
    const reply = await send(Array.from({ length: 200 }, () => 100));
    expect(reply.status, reply.text).toBe(200);
    expect(await db.query("select 1 from reservations where state = 'held'")).toHaveLength(200);
  });

  test('is refused as a whole when its last line finds too little', async () => {
    const reply = await send([...Array.from({ length: 31 }, () => 100), 40_000]);
    expect(refusal(reply)).toContain('409 no-capacity');
    expect(await db.query('select 1 from reservations')).toEqual([]);
  });
});

test('a fault in the forecast is a fault, not a booking that knows nothing', async () => {
  const broken = await openTestApi({
    routes: allRoutes,
    db,
    events: { ...store.events, query: () => Promise.reject(new TypeError('a fault')) },
    clock: () => now,
    may,
    log: openLog('test', 'error', () => undefined),
  });
  const id = await draft(100);
  expect((await broken.call(manager, 'POST', `/api/line-items/${id}/move`, { to: 'booked' })).status).toBe(500);
  await broken.close();
});
