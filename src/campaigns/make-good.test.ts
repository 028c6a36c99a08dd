import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { may } from '#people';
import type { Database, Events } from '#platform';
import { callerOf, openTestApi, openTestDatabase, openTestEvents, type TestApi } from '#platform/testing';
import { InvoiceBasis, LineItem, MakeGood, Shortfall } from './contract.ts';
import { routes } from './routes.ts';
import { fillHouse, lineOf, refusal } from './testing.ts';

let db: Database;
let store: { events: Events; close(): Promise<void> };
let api: TestApi;
let now = new Date('2026-10-20T12:00:00Z');
const sales = callerOf('sales');

beforeAll(async () => {
  [db, store] = await Promise.all([openTestDatabase(), openTestEvents()]);
  api = await openTestApi({ routes, db, events: store.events, clock: () => now, may });
  await fillHouse(db);
}, 60_000);
afterAll(async () => {
  await api?.close();
  await store?.close();
  await db?.close();
});

const call = (method: string, url: string, body?: unknown, caller: typeof sales | undefined = sales) =>
  api.call(caller, method, url, body);

/** A line of November that delivered so many impressions and is over. */
async function aLine(delivered: number, change: Record<string, unknown> = {}): Promise<LineItem> {
  now = new Date('2026-10-20T12:00:00Z');
  const order = await call('POST', '/api/orders', { advertiser_id: 'adv_acme', name: 'Acme autumn' });
  const made = await call('POST', '/api/line-items', lineOf((order.body as { id: string }).id, change));
  const line = LineItem.parse(made.body);
  expect((await call('POST', `/api/line-items/${line.id}/move`, { to: 'booked' })).status).toBe(200);
  await store.events.insert(
    'ad_hours',
    [
      {
        org_id: 'org_test',
        local_hour: '2026-11-10 10:00:00',
        local_date: '2026-11-10',
        kind: 'impression',
        invalid: '',
        line_item_id: line.id,
        events: delivered,
      },
    ],
    { token: line.id },
  );
  now = new Date('2026-12-02T12:00:00Z');
  for (const to of ['live', 'ended']) await call('POST', `/api/line-items/${line.id}/move`, { to });
  return line;
}
const shortOf = async (id: string) => Shortfall.parse((await call('GET', `/api/line-items/${id}/shortfall`)).body);
const makeGood = (id: string, body: object, caller = sales) =>
  call('POST', `/api/line-items/${id}/make-goods`, body, caller);
const basisOf = async (order: string) =>
  InvoiceBasis.parse((await call('GET', `/api/orders/${order}/invoice-basis?from=2026-11-01&to=2026-12-31`)).body);

describe('a line that delivered less', () => {
  test('says what is missing and what it is worth', async () => {
    const line = await aLine(60_000);
    // 40,000 of 100,000 at 12.50 a thousand.
    expect(await shortOf(line.id)).toMatchObject({
      ordered: 100_000,
      delivered: 60_000,
      missing: 40_000,
      worth: { amount: 50_000, currency: 'EUR' },
      made_good: 0,
    });
    const flat = await aLine(60_000, { rate: { model: 'flat', amount: 200_000, currency: 'EUR' } });
    expect((await shortOf(flat.id)).worth).toEqual({ amount: 80_000, currency: 'EUR' });
  });

  test('is made good for by a booked line, linked to it, that the invoice names', async () => {
    const line = await aLine(60_000);
    const reply = await makeGood(line.id, { kind: 'line', note: 'Server was away.' });
    expect(reply.status, reply.text).toBe(201);
    const made = MakeGood.parse(reply.body);
    expect(made).toMatchObject({ line_item_id: line.id, kind: 'line', quantity: 40_000, day: '2026-12-02' });
    const item = LineItem.parse((await call('GET', `/api/line-items/${made.made_line_item_id}`)).body);
    // Billed by what it delivers: both together come to what was ordered.
    expect(item).toMatchObject({
      order_id: line.order_id,
      state: 'booked',
      goal: { quantity: 40_000 },
      rate: { amount: 1250 },
      start: '2026-12-02T23:00:00.000Z',
      end: '2026-12-16T23:00:00.000Z',
    });
    expect((await shortOf(line.id)).made_good).toBe(40_000);
    const basis = await basisOf(line.order_id);
    expect(basis.lines.find(({ line_item_id }) => line_item_id === item.id)?.make_good_of).toBe(line.name);
  });

  test('is free where the first is paid whatever it delivers', async () => {
    const line = await aLine(60_000, { rate: { model: 'flat', amount: 200_000, currency: 'EUR' } });
    const made = MakeGood.parse((await makeGood(line.id, { kind: 'line' })).body);
    const item = LineItem.parse((await call('GET', `/api/line-items/${made.made_line_item_id}`)).body);
    expect(item.rate).toMatchObject({ model: 'flat', amount: 0 });
  });

  test('or by a credit, which the invoice takes off; never more than the line costs', async () => {
    const line = await aLine(60_000);
    expect((await basisOf(line.order_id)).totals).toEqual([{ amount: 75_000, currency: 'EUR' }]);
    expect(MakeGood.parse((await makeGood(line.id, { kind: 'credit', amount: 10_000 })).body).amount.amount).toBe(
      10_000,
    );
    const basis = await basisOf(line.order_id);
    expect(basis.credits).toMatchObject([{ line_item_id: line.id, day: '2026-12-02', amount: { amount: -10_000 } }]);
    expect(basis.totals).toEqual([{ amount: 65_000, currency: 'EUR' }]);
    const csv = await call(
      'GET',
      `/api/orders/${line.order_id}/invoice-basis.csv?from=2026-11-01&to=2026-12-31&language=fr`,
    );
    expect(csv.text).toContain('· avoir');
    expect(csv.text).toContain('-100.00');
    expect(refusal(await makeGood(line.id, { kind: 'credit', amount: 120_000 }))).toMatch(
      /amount: credits would exceed/,
    );
  });

  test.each([
    ['nothing is missing', 100_000, {}, { kind: 'line' }, /quantity: nothing is missing/],
    ['nothing to credit', 100_000, {}, { kind: 'credit' }, /amount: nothing is missing/],
    ['days backwards', 1000, {}, { kind: 'line', first_day: '2026-12-10', last_day: '2026-12-09' }, /last_day/],
  ])('%s: refused', async (_, delivered, change, body, sentence) => {
    const line = await aLine(delivered, change);
    expect(refusal(await makeGood(line.id, body))).toMatch(sentence);
  });

  test('is nobody else’s to make good for', async () => {
    const line = await aLine(60_000);
    expect((await api.call(undefined, 'POST', `/api/line-items/${line.id}/make-goods`, { kind: 'line' })).status).toBe(
      401,
    );
    expect((await makeGood(line.id, { kind: 'line' }, callerOf('admin', 'org_other'))).status).toBe(404);
    for (const role of ['studio', 'analyst', 'client'])
      expect((await makeGood(line.id, { kind: 'line' }, callerOf(role, 'org_test', 'adv_acme'))).status).toBe(403);
    expect(
      (
        await call(
          'GET',
          `/api/line-items/${line.id}/shortfall`,
          undefined,
          callerOf('client', 'org_test', 'adv_globex'),
        )
      ).status,
    ).toBe(404);
  });
});
