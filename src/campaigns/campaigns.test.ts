import { callerOf } from '#platform/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LineItem, OrderSummary, Assignment } from './contract.ts';
import { type Desk, lineOf, openDesk, refusal } from './testing.ts';

const now = new Date('2026-11-23T12:00:00Z');
let desk: Desk;
const stranger = callerOf('admin', 'org_other');
const client = callerOf('client', 'org_test', 'adv_acme');

beforeAll(async () => {
  desk = await openDesk(() => now);
});
afterAll(() => desk.close());

describe('who may not', () => {
  test('nobody unsigned, no studio, analyst or client writes', async () => {
    const line = await desk.aLine();
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
      expect((await desk.call(method, url, body, null)).status, `${method} ${url}`).toBe(401);
      for (const caller of [client, callerOf('studio'), callerOf('analyst')]) {
        expect((await desk.call(method, url, body, caller)).status, `${method} ${url} as ${caller.role}`).toBe(403);
      }
    }
  });

  test('another organisation finds nothing of ours', async () => {
    const line = await desk.aLine();
    const assignment = Assignment.parse((await desk.assign(line.id, await desk.aCreative())).body);
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
      expect((await desk.call(method, url, body, stranger)).status, `${method} ${url}`).toBe(404);
    }
    for (const list of ['orders', 'line-items', 'assignments']) {
      expect((await desk.call('GET', `/api/${list}`, undefined, stranger)).body, list).toEqual({
        items: [],
        next: null,
      });
    }
  });

  test('a client reads its own advertiser and nothing else', async () => {
    const own = await desk.aLine();
    const foreign = await desk.aLine({}, (await desk.anOrder({ advertiser_id: 'adv_globex' })).id);
    expect((await desk.call('GET', `/api/line-items/${own.id}`, undefined, client)).status).toBe(200);
    expect((await desk.call('GET', `/api/orders/${own.order_id}/summary`, undefined, client)).status).toBe(200);
    expect((await desk.call('GET', `/api/line-items/${foreign.id}`, undefined, client)).status).toBe(404);
    expect((await desk.call('GET', `/api/orders/${foreign.order_id}`, undefined, client)).status).toBe(404);
    for (const list of ['orders', 'line-items']) {
      const { items } = (await desk.call('GET', `/api/${list}?limit=200`, undefined, client)).body as {
        items: { advertiser_id: string }[];
      };
      expect(new Set(items.map((item) => item.advertiser_id)), list).toEqual(new Set(['adv_acme']));
      expect((await desk.call('GET', `/api/${list}?advertiser_id=adv_globex`, undefined, client)).body).toEqual({
        items: [],
        next: null,
      });
    }
  });
});

describe('orders', () => {
  test('sold by default, changed, deleted, on the trail', async () => {
    const order = await desk.anOrder({ po_number: 'PO-7' });
    expect(order).toMatchObject({
      side: 'sell',
      publisher_id: null,
      po_number: 'PO-7',
      advertiser_name: 'acme',
      lines: 0,
      start: null,
    });
    const changed = await desk.call('PATCH', `/api/orders/${order.id}`, {
      name: 'Renamed',
      side: 'buy',
      publisher_id: 'pub_mag',
      po_number: null,
    });
    expect(changed.body).toMatchObject({ name: 'Renamed', side: 'buy', publisher_name: 'Mag', po_number: null });
    expect((await desk.call('DELETE', `/api/orders/${order.id}`)).status).toBe(204);
    expect((await desk.call('GET', `/api/orders/${order.id}`)).status).toBe(404);
    const trail = await desk.db.query<{ action: string }>(
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
    expect(
      refusal(await desk.call('POST', '/api/orders', { advertiser_id: 'adv_acme', name: 'x', ...change })),
    ).toMatch(sentence);
  });

  test('who trades with whom is fixed by the first line; an order with lines is not deleted', async () => {
    const line = await desk.aLine();
    expect(refusal(await desk.call('PATCH', `/api/orders/${line.order_id}`, { advertiser_id: 'adv_globex' }))).toMatch(
      /^409 wrong-state advertiser_id/,
    );
    expect(
      (await desk.call('PATCH', `/api/orders/${line.order_id}`, { advertiser_id: 'adv_acme', name: 'Same trade' }))
        .status,
    ).toBe(200);
    expect(refusal(await desk.call('DELETE', `/api/orders/${line.order_id}`))).toMatch(
      /^409 wrong-state This order has 1 line/,
    );
  });

  test('the summary adds up what is sold, by currency', async () => {
    const { id } = await desk.anOrder();
    const booked = await desk.aLine({}, id);
    const dollars = await desk.aLine({ rate: { model: 'flat', amount: 700, currency: 'USD' } }, id);
    await desk.aLine({ name: 'Still a draft' }, id);
    for (const line of [booked, dollars]) expect((await desk.move(line.id, 'booked')).status).toBe(200);
    const summary = OrderSummary.parse((await desk.call('GET', `/api/orders/${id}/summary`)).body);
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
    expect(await desk.aLine()).toMatchObject({
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
    const line = await desk.aLine(terms);
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
    const reply = await desk.call('POST', '/api/line-items', lineOf((await desk.anOrder()).id, change));
    expect(refusal(reply)).toMatch(sentence);
  });

  test('a bought order takes external placements of its publisher only', async () => {
    const order = await desk.anOrder({ side: 'buy', publisher_id: 'pub_mag' });
    expect((await desk.aLine({ placements: ['pl_box'] }, order.id)).side).toBe('buy');
    expect(refusal(await desk.call('POST', '/api/line-items', lineOf(order.id)))).toMatch(
      /^400 bad-input placements: side of news\.example is on an own site/,
    );
    const other = await desk.anOrder({ side: 'buy', publisher_id: 'pub_wire' });
    expect(refusal(await desk.call('POST', '/api/line-items', lineOf(other.id, { placements: ['pl_box'] })))).toMatch(
      /another publisher/,
    );
  });

  test('lists are filtered, and paged without a gap or a twin', async () => {
    const { id } = await desk.anOrder();
    const wanted: string[] = [];
    for (let index = 0; index < 5; index++) wanted.push((await desk.aLine({ name: `Paged ${index}` }, id)).id);
    await desk.move(wanted[0] ?? '', 'cancelled');
    const seen: string[] = [];
    let cursor = '';
    do {
      const { items, next } = (await desk.call('GET', `/api/line-items?order_id=${id}&limit=2${cursor}`)).body as {
        items: LineItem[];
        next: string | null;
      };
      seen.push(...items.map((item) => item.id));
      cursor = next === null ? '' : `&cursor=${next}`;
    } while (cursor);
    expect(seen.toSorted()).toEqual(wanted.toSorted());
    const count = async (query: string) =>
      ((await desk.call('GET', `/api/line-items?order_id=${id}&${query}`)).body as { items: unknown[] }).items.length;
    expect(await count('state=draft')).toBe(4);
    expect(await count('type=house')).toBe(0);
    expect(await count('placement_id=pl_side')).toBe(5);
    expect(await count('placement_id=pl_top')).toBe(0);
    expect(await count('q=paged%203')).toBe(1);
    expect(await count('side=buy')).toBe(0);
    expect((await desk.call('GET', '/api/line-items?limit=1001')).status).toBe(400);
  });

  test('only a draft is deleted', async () => {
    const line = await desk.aLine();
    await desk.assign(line.id, await desk.aCreative());
    await desk.move(line.id, 'proposed');
    expect(refusal(await desk.call('DELETE', `/api/line-items/${line.id}`))).toMatch(/^409 wrong-state Only a draft/);
    await desk.move(line.id, 'draft');
    expect((await desk.call('DELETE', `/api/line-items/${line.id}`)).status).toBe(204);
    expect((await desk.call('GET', `/api/line-items/${line.id}`)).status).toBe(404);
    expect((await desk.call('GET', `/api/assignments?line_item_id=${line.id}`)).body).toEqual({
      items: [],
      next: null,
    });
  });

  test('a clone is a draft with the same terms and creatives', async () => {
    const line = await desk.aLine({ targeting: { and: [{ key: 'device', in: ['phone'] }] } });
    const [kept, retired] = [await desk.aCreative(), await desk.aCreative()];
    await desk.assign(line.id, kept, { weight: 30 });
    await desk.assign(line.id, retired);
    await desk.db.query("update creatives set state = 'retired' where id = $1", [retired]);
    await desk.move(line.id, 'booked');
    const reply = await desk.call('POST', `/api/line-items/${line.id}/clone`, {});
    expect(reply.status).toBe(201);
    const copy = LineItem.parse(reply.body);
    expect(copy).toMatchObject({
      name: 'Side, November (copy)',
      state: 'draft',
      goal: line.goal,
      targeting: line.targeting,
      order_id: line.order_id,
    });
    const { items } = (await desk.call('GET', `/api/assignments?line_item_id=${copy.id}`)).body as {
      items: Assignment[];
    };
    expect(items).toMatchObject([{ creative_id: kept, weight: 30 }]);
  });
});
