import { may } from '#people';
import type { Database } from '#platform';
import { callerOf, openTestApi, openTestDatabase, type TestApi } from '#platform/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Assignment, LineItem, Order, OrderSummary } from './contract.ts';
import { routes } from './routes.ts';
import { fillHouse, lineOf } from './testing.ts';

let db: Database;
let api: TestApi;
const now = new Date('2026-11-23T12:00:00Z');
const manager = callerOf('traffic_manager');
const stranger = callerOf('admin', 'org_other');
const client = callerOf('client', 'org_test', 'adv_acme');

beforeAll(async () => {
  db = await openTestDatabase();
  const allow = (role: string, right: string) => may(role as Parameters<typeof may>[0], right);
  api = await openTestApi({ routes, db, may: allow, clock: () => now });
  await fillHouse(db);
});
afterAll(async () => {
  await api.close();
  await db.close();
});

const call = (method: string, url: string, body?: unknown, caller: typeof manager | undefined = manager) =>
  api.call(caller, method, url, body);
const refusal = ({ status, body }: { status: number; body: unknown }) =>
  `${status} ${(body as { code: string }).code} ${(body as { detail: string }).detail}`;

async function anOrder(change: Record<string, unknown> = {}): Promise<Order> {
  const reply = await call('POST', '/api/orders', { advertiser_id: 'adv_acme', name: 'Acme autumn', ...change });
  expect(reply.status, reply.text).toBe(201);
  return Order.parse(reply.body);
}
async function aLine(change: Record<string, unknown> = {}, orderId?: string): Promise<LineItem> {
  const reply = await call('POST', '/api/line-items', lineOf(orderId ?? (await anOrder()).id, change));
  expect(reply.status, reply.text).toBe(201);
  return LineItem.parse(reply.body);
}
const move = (id: string, to: string, more: Record<string, unknown> = {}) =>
  call('POST', `/api/line-items/${id}/move`, { to, ...more });
async function aCreative(
  change: { advertiser_id?: string; width?: number; height?: number; kind?: string; state?: string } = {},
): Promise<string> {
  const id = `cr_${Math.random().toString(36).slice(2)}`;
  const { advertiser_id = 'adv_acme', width = 300, height = 250, kind = 'image', state = 'approved' } = change;
  await db.query(
    `insert into creatives (id, org_id, advertiser_id, name, kind, width, height, landing_url, state) values ($1, 'org_test', $2, 'Autumn', $3, $4, $5, 'https://acme.example', $6)`,
    [id, advertiser_id, kind, width, height, state],
  );
  return id;
}
const assign = (line_item_id: string, creative_id: string, more: Record<string, unknown> = {}) =>
  call('POST', '/api/assignments', { line_item_id, creative_id, ...more });

describe('who may not', () => {
  test('nobody unsigned, no studio, analyst or client writes', async () => {
    const line = await aLine();
    for (const [method, url, body] of [
      ['POST', '/api/orders', { advertiser_id: 'adv_acme', name: 'x' }],
      ['PATCH', `/api/orders/${line.order_id}`, { name: 'x' }],
      ['DELETE', `/api/orders/${line.order_id}`, undefined],
      ['POST', '/api/line-items', lineOf(line.order_id)],
      ['PATCH', `/api/line-items/${line.id}`, { name: 'x' }],
      ['DELETE', `/api/line-items/${line.id}`, undefined],
      ['POST', `/api/line-items/${line.id}/clone`, {}],
      ['POST', `/api/line-items/${line.id}/move`, { to: 'booked' }],
      ['POST', '/api/assignments', { line_item_id: line.id, creative_id: 'x' }],
    ] as const) {
      expect((await api.call(undefined, method, url, body)).status, `${method} ${url}`).toBe(401);
      for (const caller of [client, callerOf('studio'), callerOf('analyst')]) {
        expect((await api.call(caller, method, url, body)).status, `${method} ${url} as ${caller.role}`).toBe(403);
      }
    }
  });

  test('another organisation finds nothing of ours', async () => {
    const line = await aLine();
    const assignment = Assignment.parse((await assign(line.id, await aCreative())).body);
    for (const [method, url, body] of [
      ['GET', `/api/orders/${line.order_id}`, undefined],
      ['GET', `/api/orders/${line.order_id}/summary`, undefined],
      ['PATCH', `/api/orders/${line.order_id}`, { name: 'x' }],
      ['DELETE', `/api/orders/${line.order_id}`, undefined],
      ['POST', '/api/line-items', lineOf(line.order_id, { placements: ['other_pl_side'] })],
      ['GET', `/api/line-items/${line.id}`, undefined],
      ['PATCH', `/api/line-items/${line.id}`, { name: 'x' }],
      ['DELETE', `/api/line-items/${line.id}`, undefined],
      ['POST', `/api/line-items/${line.id}/clone`, {}],
      ['POST', `/api/line-items/${line.id}/move`, { to: 'booked' }],
      ['GET', `/api/assignments/${assignment.id}`, undefined],
      ['PATCH', `/api/assignments/${assignment.id}`, { weight: 1 }],
      ['DELETE', `/api/assignments/${assignment.id}`, undefined],
      ['POST', '/api/assignments', { line_item_id: line.id, creative_id: assignment.creative_id }],
    ] as const) {
      expect((await call(method, url, body, stranger)).status, `${method} ${url}`).toBe(404);
    }
    for (const list of ['orders', 'line-items', 'assignments']) {
      expect((await call('GET', `/api/${list}`, undefined, stranger)).body, list).toEqual({ items: [], next: null });
    }
  });

  test('a client reads its own advertiser and nothing else', async () => {
    const own = await aLine();
    const foreign = await aLine({}, (await anOrder({ advertiser_id: 'adv_globex' })).id);
    expect((await call('GET', `/api/line-items/${own.id}`, undefined, client)).status).toBe(200);
    expect((await call('GET', `/api/orders/${own.order_id}/summary`, undefined, client)).status).toBe(200);
    expect((await call('GET', `/api/line-items/${foreign.id}`, undefined, client)).status).toBe(404);
    expect((await call('GET', `/api/orders/${foreign.order_id}`, undefined, client)).status).toBe(404);
    for (const list of ['orders', 'line-items']) {
      const { items } = (await call('GET', `/api/${list}?limit=200`, undefined, client)).body as {
        items: { advertiser_id: string }[];
      };
      expect(new Set(items.map((item) => item.advertiser_id)), list).toEqual(new Set(['adv_acme']));
      expect((await call('GET', `/api/${list}?advertiser_id=adv_globex`, undefined, client)).body).toEqual({
        items: [],
        next: null,
      });
    }
  });
});

describe('orders', () => {
  test('sold by default, changed, deleted, on the trail', async () => {
    const order = await anOrder({ po_number: 'PO-7' });
    expect(order).toMatchObject({
      side: 'sell',
      publisher_id: null,
      po_number: 'PO-7',
      advertiser_name: 'acme',
      lines: 0,
      start: null,
    });
    const changed = await call('PATCH', `/api/orders/${order.id}`, {
      name: 'Renamed',
      side: 'buy',
      publisher_id: 'pub_mag',
      po_number: null,
    });
    expect(changed.body).toMatchObject({ name: 'Renamed', side: 'buy', publisher_name: 'Mag', po_number: null });
    expect((await call('DELETE', `/api/orders/${order.id}`)).status).toBe(204);
    expect((await call('GET', `/api/orders/${order.id}`)).status).toBe(404);
    const trail = await db.query<{ action: string }>(
      'select action from audit_entries where subject_id = $1 order by seq',
      [order.id],
    );
    expect(trail.map((entry) => entry.action)).toEqual(['order.create', 'order.change', 'order.delete']);
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['a publisher on a sold order', { publisher_id: 'pub_mag' }, /^400 bad-input publisher_id: only a bought order/],
    ['an unknown publisher', { side: 'buy', publisher_id: 'pub_none' }, /^404 not-found publisher_id: /],
    [
      'another organisation’s publisher',
      { side: 'buy', publisher_id: 'other_pub_mag' },
      /^404 not-found publisher_id: /,
    ],
    ['another organisation’s advertiser', { advertiser_id: 'other_adv_acme' }, /^404 not-found advertiser_id: /],
    ['no name', { name: '   ' }, /^400 bad-input name: /],
    ['a third side', { side: 'rent' }, /^400 bad-input side: /],
    ['an unknown field', { budget: 5 }, /^400 bad-input budget: is not a known field/],
    ['a character that cannot be stored', { name: 'a\u0000b' }, /^400 bad-input /],
  ])('%s is refused', async (_, change, sentence) => {
    expect(refusal(await call('POST', '/api/orders', { advertiser_id: 'adv_acme', name: 'x', ...change }))).toMatch(
      sentence,
    );
  });

  test('who trades with whom is fixed by the first line; an order with lines is not deleted', async () => {
    const line = await aLine();
    expect(refusal(await call('PATCH', `/api/orders/${line.order_id}`, { advertiser_id: 'adv_globex' }))).toMatch(
      /^409 wrong-state advertiser_id/,
    );
    expect(
      (await call('PATCH', `/api/orders/${line.order_id}`, { advertiser_id: 'adv_acme', name: 'Same trade' })).status,
    ).toBe(200);
    expect(refusal(await call('DELETE', `/api/orders/${line.order_id}`))).toMatch(
      /^409 wrong-state This order has 1 line/,
    );
  });

  test('the summary adds up what is sold, by currency', async () => {
    const { id } = await anOrder();
    const booked = await aLine({}, id);
    const dollars = await aLine({ rate: { model: 'flat', amount: 700, currency: 'USD' } }, id);
    await aLine({ name: 'Still a draft' }, id);
    for (const line of [booked, dollars]) expect((await move(line.id, 'booked')).status).toBe(200);
    const summary = OrderSummary.parse((await call('GET', `/api/orders/${id}/summary`)).body);
    expect(summary.lines).toHaveLength(3);
    expect(summary.order).toMatchObject({ lines: 3, start: '2026-10-31T23:00:00.000Z' });
    expect(summary.booked).toEqual([
      { amount: 125_000, currency: 'EUR' },
      { amount: 700, currency: 'USD' },
    ]);
  });
});

describe('line items', () => {
  test('what is left out is filled in, and the reply says whose it is and what it is worth', async () => {
    expect(await aLine()).toMatchObject({
      state: 'draft',
      priority: 8,
      sizes: [],
      targeting: null,
      frequency_caps: [],
      pacing: 'even',
      roadblock: 'one_or_more',
      rotation: 'even',
      order_name: 'Acme autumn',
      advertiser_id: 'adv_acme',
      advertiser_name: 'acme',
      side: 'sell',
      start: '2026-10-31T23:00:00.000Z',
      moves: ['proposed', 'reserved', 'booked', 'cancelled'],
      booked_amount: { amount: 125_000, currency: 'EUR' },
      warnings: [],
    });
  });

  test('every term comes back as it was given', async () => {
    const terms = {
      type: 'sponsorship',
      priority: 3,
      goal: { unit: 'share', quantity: 40 },
      rate: { model: 'cpd', amount: 90_000, currency: 'EUR' },
      placements: ['pl_top', 'pl_side'],
      sizes: ['728x90', '300x250'],
      targeting: {
        and: [
          { key: 'geo.country', in: ['FR', 'BE'] },
          {
            or: [
              { key: 'device', in: ['phone'] },
              { key: 'kv.topic', not_in: ['war'] },
            ],
          },
        ],
      },
      frequency_caps: [
        { count: 3, per: 'day', every: 1 },
        { count: 10, per: 'lifetime', every: 1 },
      ],
      pacing: 'frontloaded',
      roadblock: 'all',
      exclusion_labels: ['cars'],
      rotation: 'weighted',
    };
    const line = await aLine(terms);
    expect(line).toMatchObject(terms);
    expect(line.booked_amount).toEqual({ amount: 30 * 90_000, currency: 'EUR' });
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['dates backwards', { end: '2026-10-01T00:00:00Z' }, /^400 bad-input end: must be later than start/],
    ['a date without offset', { start: '2026-11-01T00:00:00' }, /^400 bad-input start: /],
    ['a date that is none', { start: '2026-02-30T00:00:00Z' }, /^400 bad-input start: /],
    ['a goal too far', { goal: { unit: 'impressions', quantity: 1e300 } }, /^400 bad-input goal\.quantity: /],
    ['half an impression', { goal: { unit: 'impressions', quantity: 0.5 } }, /^400 bad-input goal\.quantity: /],
    ['an amount in words', { rate: { model: 'cpm', amount: '12', currency: 'EUR' } }, /^400 bad-input rate\.amount: /],
    [
      'a currency that is none',
      { rate: { model: 'cpm', amount: 12, currency: 'euro' } },
      /^400 bad-input rate\.currency: /,
    ],
    ['no placements', { placements: [] }, /^400 bad-input placements: /],
    [
      'an unknown placement',
      { placements: ['pl_side', 'pl_none'] },
      /^404 not-found placements: there is no placement pl_none/,
    ],
    ['another organisation’s placement', { placements: ['other_pl_side'] }, /^404 not-found placements: /],
    [
      'an external placement on a sold order',
      { placements: ['pl_box'] },
      /^400 bad-input placements: box of mag\.example is on an external site/,
    ],
    [
      'a size nobody offers',
      { sizes: ['160x600'] },
      /^400 bad-input sizes: none of the placements takes 160x600; they take 300x250, native/,
    ],
    [
      'a placement left without a size',
      { placements: ['pl_side', 'pl_top'], sizes: ['728x90'] },
      /^400 bad-input placements: side of news\.example takes none/,
    ],
    [
      'a targeting key nobody knows',
      { targeting: { and: [{ key: 'mood', in: ['good'] }] } },
      /^400 bad-input targeting\.and\.0/,
    ],
    ['a cap of nothing', { frequency_caps: [{ count: 0, per: 'day' }] }, /^400 bad-input frequency_caps\.0\.count: /],
    ['an unknown field', { budget: 1 }, /^400 bad-input budget: is not a known field/],
    ['its own state', { state: 'live' }, /^400 bad-input state: is not a known field/],
    ['an unknown order', { order_id: 'or_none' }, /^404 not-found /],
  ])('%s is refused', async (_, change, sentence) => {
    const reply = await call('POST', '/api/line-items', lineOf((await anOrder()).id, change));
    expect(refusal(reply)).toMatch(sentence);
  });

  test('a bought order takes external placements of its publisher only', async () => {
    const order = await anOrder({ side: 'buy', publisher_id: 'pub_mag' });
    expect((await aLine({ placements: ['pl_box'] }, order.id)).side).toBe('buy');
    expect(refusal(await call('POST', '/api/line-items', lineOf(order.id)))).toMatch(
      /^400 bad-input placements: side of news\.example is on an own site/,
    );
    const other = await anOrder({ side: 'buy', publisher_id: 'pub_wire' });
    expect(refusal(await call('POST', '/api/line-items', lineOf(other.id, { placements: ['pl_box'] })))).toMatch(
      /another publisher/,
    );
  });

  test('lists are filtered, and paged without a gap or a twin', async () => {
    const { id } = await anOrder();
    const wanted: string[] = [];
    for (let index = 0; index < 5; index++) wanted.push((await aLine({ name: `Paged ${index}` }, id)).id);
    await move(wanted[0] ?? '', 'cancelled');
    const seen: string[] = [];
    let cursor = '';
    do {
      const { items, next } = (await call('GET', `/api/line-items?order_id=${id}&limit=2${cursor}`)).body as {
        items: LineItem[];
        next: string | null;
      };
      seen.push(...items.map((item) => item.id));
      cursor = next === null ? '' : `&cursor=${next}`;
    } while (cursor);
    expect(seen.toSorted()).toEqual(wanted.toSorted());
    const count = async (query: string) =>
      ((await call('GET', `/api/line-items?order_id=${id}&${query}`)).body as { items: unknown[] }).items.length;
    expect(await count('state=draft')).toBe(4);
    expect(await count('type=house')).toBe(0);
    expect(await count('placement_id=pl_side')).toBe(5);
    expect(await count('placement_id=pl_top')).toBe(0);
    expect(await count('q=paged%203')).toBe(1);
    expect(await count('side=buy')).toBe(0);
    expect((await call('GET', '/api/line-items?limit=1000')).status).toBe(400);
  });

  test('only a draft is deleted', async () => {
    const line = await aLine();
    await assign(line.id, await aCreative());
    await move(line.id, 'proposed');
    expect(refusal(await call('DELETE', `/api/line-items/${line.id}`))).toMatch(/^409 wrong-state Only a draft/);
    await move(line.id, 'draft');
    expect((await call('DELETE', `/api/line-items/${line.id}`)).status).toBe(204);
    expect((await call('GET', `/api/line-items/${line.id}`)).status).toBe(404);
    expect((await call('GET', `/api/assignments?line_item_id=${line.id}`)).body).toEqual({ items: [], next: null });
  });

  test('a clone is a draft with the same terms and creatives', async () => {
    const line = await aLine({ targeting: { and: [{ key: 'device', in: ['phone'] }] } });
    const [kept, retired] = [await aCreative(), await aCreative()];
    await assign(line.id, kept, { weight: 30 });
    await assign(line.id, retired);
    await db.query("update creatives set state = 'retired' where id = $1", [retired]);
    await move(line.id, 'booked');
    const reply = await call('POST', `/api/line-items/${line.id}/clone`, {});
    expect(reply.status).toBe(201);
    const copy = LineItem.parse(reply.body);
    expect(copy).toMatchObject({
      name: 'Side, November (copy)',
      state: 'draft',
      goal: line.goal,
      targeting: line.targeting,
      order_id: line.order_id,
    });
    const { items } = (await call('GET', `/api/assignments?line_item_id=${copy.id}`)).body as { items: Assignment[] };
    expect(items).toMatchObject([{ creative_id: kept, weight: 30 }]);
  });
});

describe('changing a line item', () => {
  const patch = (id: string, change: Record<string, unknown>) => call('PATCH', `/api/line-items/${id}`, change);
  const held = (id: string) =>
    db.one<{ state: string; goal_quantity: number; ends_at: string; expires_at: string | null }>(
      'select state, goal_quantity, ends_at, expires_at from reservations where line_item_id = $1',
      [id],
    );

  test('a draft changes freely, and a new type brings its own priority', async () => {
    const line = await aLine();
    const reply = await patch(line.id, {
      type: 'bulk',
      placements: ['pl_top'],
      goal: { unit: 'impressions', quantity: 5 },
      start: '2026-11-02T00:00:00Z',
    });
    expect(reply.body).toMatchObject({
      type: 'bulk',
      priority: 12,
      placements: ['pl_top'],
      goal: { quantity: 5 },
      start: '2026-11-02T00:00:00.000Z',
    });
    expect(refusal(await patch(line.id, { end: '2026-11-01T00:00:00Z' }))).toMatch(/^400 bad-input end: /);
    expect(refusal(await patch(line.id, { type: 'network' }))).toMatch(/^400 bad-input goal\.unit: /);
  });

  test('once booked: end, a higher goal, pacing, caps and targeting, and the ledger follows', async () => {
    const line = await aLine();
    await move(line.id, 'booked');
    const change = {
      end: '2026-12-15T00:00:00Z',
      goal: { unit: 'impressions', quantity: 150_000 },
      pacing: 'asap',
      frequency_caps: [{ count: 2, per: 'day', every: 1 }],
      targeting: { and: [{ key: 'device', in: ['phone'] }] },
    };
    expect((await patch(line.id, change)).body).toMatchObject({
      ...change,
      end: '2026-12-15T00:00:00.000Z',
      state: 'booked',
    });
    expect(await held(line.id)).toMatchObject({
      state: 'booked',
      goal_quantity: 150_000,
      ends_at: '2026-12-15T00:00:00.000Z',
    });
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    [
      'a lower goal',
      { goal: { unit: 'impressions', quantity: 99_999 } },
      /^409 wrong-state goal\.quantity: can only go up from 100000/,
    ],
    ['another goal', { goal: { unit: 'clicks', quantity: 200_000 } }, /^409 wrong-state goal\.unit: stays impressions/],
    [
      'another price',
      { rate: { model: 'cpm', amount: 1, currency: 'EUR' } },
      /^409 wrong-state rate: cannot change once a line item is booked/,
    ],
    ['another start', { start: '2026-11-05T00:00:00Z' }, /^409 wrong-state start: /],
    ['other placements', { placements: ['pl_top'] }, /^409 wrong-state placements: /],
    ['an end in the past', { end: '2026-11-20T00:00:00Z' }, /^409 wrong-state end: must be later than now/],
  ])('once booked, %s is refused', async (_, change, sentence) => {
    const line = await aLine();
    await move(line.id, 'booked');
    expect(refusal(await patch(line.id, change))).toMatch(sentence);
    const same = Object.fromEntries(Object.keys(change).map((field) => [field, line[field as 'goal']]));
    expect((await patch(line.id, same)).status, 'the same value is no change').toBe(200);
  });

  test('a cancelled line keeps its terms', async () => {
    const line = await aLine();
    await move(line.id, 'cancelled');
    expect(refusal(await patch(line.id, { pacing: 'asap' }))).toMatch(
      /^409 wrong-state pacing: the line item is cancelled/,
    );
  });

  test('a reserved line changes freely, keeps its expiry, and the ledger follows', async () => {
    const line = await aLine();
    await move(line.id, 'reserved', { expires_at: '2026-11-30T00:00:00Z' });
    expect((await patch(line.id, { goal: { unit: 'impressions', quantity: 5 } })).body).toMatchObject({
      expires_at: '2026-11-30T00:00:00.000Z',
    });
    expect(await held(line.id)).toMatchObject({
      state: 'held',
      goal_quantity: 5,
      expires_at: '2026-11-30T00:00:00.000Z',
    });
  });

  test('sizes stay wide enough for the creatives that are on the line', async () => {
    const line = await aLine({ placements: ['pl_side'] });
    await assign(line.id, await aCreative());
    expect(refusal(await patch(line.id, { sizes: ['native'] }))).toMatch(
      /^400 bad-input sizes: the creative "Autumn" \(300x250\)/,
    );
  });
});

describe('assignments', () => {
  test('a creative is put on a line, weighed, dated, taken off', async () => {
    const line = await aLine();
    const reply = await assign(line.id, await aCreative(), { weight: 3, start: '2026-11-10T00:00:00Z' });
    expect(reply.status).toBe(201);
    const assignment = Assignment.parse(reply.body);
    expect(assignment).toMatchObject({
      weight: 3,
      start: '2026-11-10T00:00:00.000Z',
      end: null,
      creative_state: 'approved',
      width: 300,
    });
    const changed = await call('PATCH', `/api/assignments/${assignment.id}`, {
      weight: 9,
      start: null,
      end: '2026-11-20T00:00:00Z',
    });
    expect(changed.body).toMatchObject({ weight: 9, start: null, end: '2026-11-20T00:00:00.000Z' });
    expect((await call('DELETE', `/api/assignments/${assignment.id}`)).status).toBe(204);
    expect((await call('GET', `/api/assignments/${assignment.id}`)).status).toBe(404);
  });

  test.each<
    [
      string,
      { creative?: Parameters<typeof aCreative>[0]; more?: Record<string, unknown>; line?: Record<string, unknown> },
      RegExp,
    ]
  >([
    [
      'another advertiser’s creative',
      { creative: { advertiser_id: 'adv_globex' } },
      /^400 bad-input creative_id: this creative belongs to another advertiser/,
    ],
    [
      'a creative that does not fit',
      { creative: { width: 160, height: 600 } },
      /^400 bad-input creative_id: a creative of 160x600 does not fit .* 300x250, native/,
    ],
    [
      'a creative that the line’s sizes leave out',
      { line: { sizes: ['native'] } },
      /^400 bad-input creative_id: a creative of 300x250/,
    ],
    [
      'a retired creative',
      { creative: { state: 'retired' } },
      /^409 wrong-state creative_id: this creative is retired/,
    ],
    ['no weight', { more: { weight: 0 } }, /^400 bad-input weight: /],
    [
      'dates backwards',
      { more: { start: '2026-11-10T00:00:00Z', end: '2026-11-09T00:00:00Z' } },
      /^400 bad-input end: /,
    ],
    [
      'dates after the line',
      { more: { start: '2027-01-01T00:00:00Z', end: '2027-01-02T00:00:00Z' } },
      /^400 bad-input start: lies after/,
    ],
    [
      'dates before the line',
      { more: { start: '2025-01-01T00:00:00Z', end: '2025-01-02T00:00:00Z' } },
      /^400 bad-input end: lies before/,
    ],
  ])('%s is refused', async (_, { creative, more, line }, sentence) => {
    expect(refusal(await assign((await aLine(line)).id, await aCreative(creative), more))).toMatch(sentence);
  });

  test('once is enough, and an unknown creative is not found', async () => {
    const [line, creative] = [await aLine(), await aCreative()];
    await assign(line.id, creative);
    expect(refusal(await assign(line.id, creative))).toMatch(/^409 conflict creative_id/);
    expect(refusal(await assign(line.id, 'cr_none'))).toMatch(/^404 not-found creative_id/);
    await move(line.id, 'cancelled');
    expect(refusal(await assign(line.id, await aCreative()))).toMatch(/^409 wrong-state This line item is cancelled/);
  });

  test('a native creative fits a native space', async () => {
    expect((await assign((await aLine()).id, await aCreative({ kind: 'native' }))).status).toBe(201);
    expect(
      (await assign((await aLine({ placements: ['pl_top'] })).id, await aCreative({ kind: 'native' }))).status,
    ).toBe(400);
  });
});
