import { afterAll, beforeAll, expect, test } from 'vitest';
import { Assignment, LineItem, Order } from './contract.ts';
import { type Desk, lineOf, openDesk, refusal } from './testing.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk(() => new Date('2026-11-23T12:00:00Z'));
});
afterAll(() => desk.close());

const day = [{ count: 3, per: 'day', every: 1 }];

test('an order has frequency caps over all its lines, and keeps them when something else changes', async () => {
  const made = Order.parse(
    (await desk.call('POST', '/api/orders', { advertiser_id: 'adv_acme', name: 'Capped', frequency_caps: day })).body,
  );
  expect(made.frequency_caps).toEqual(day);
  const renamed = Order.parse((await desk.call('PATCH', `/api/orders/${made.id}`, { name: 'Renamed' })).body);
  expect(renamed.frequency_caps).toEqual(day);
  const open = Order.parse((await desk.call('PATCH', `/api/orders/${made.id}`, { frequency_caps: [] })).body);
  expect(open.frequency_caps).toEqual([]);
  const twice = [
    { count: 1, per: 'day' },
    { count: 2, per: 'day' },
  ];
  expect(refusal(await desk.call('PATCH', `/api/orders/${made.id}`, { frequency_caps: twice }))).toMatch(
    /^400 bad-input/,
  );
});

test('a line has a curve with custom pacing only, and says which field is wrong', async () => {
  const { order_id } = await desk.aLine();
  const post = (more: object) => desk.call('POST', '/api/line-items', lineOf(order_id, { ...more }));
  expect(refusal(await post({ pacing: 'custom' }))).toMatch(/^400 bad-input pacing_curve: is needed/);
  expect(refusal(await post({ pacing: 'custom', pacing_curve: [0, 0] }))).toMatch(/pacing_curve: one weight/);
  expect(refusal(await post({ pacing_curve: [1, 2] }))).toMatch(/pacing_curve: belongs to custom pacing/);
  const made = LineItem.parse(
    (await post({ pacing: 'custom', pacing_curve: [3, 2, 1], excluded_advertisers: ['adv_globex'] })).body,
  );
  expect(made).toMatchObject({ pacing: 'custom', pacing_curve: [3, 2, 1], excluded_advertisers: ['adv_globex'] });
  const even = LineItem.parse((await desk.call('PATCH', `/api/line-items/${made.id}`, { pacing: 'even' })).body);
  expect(even).toMatchObject({ pacing: 'even', pacing_curve: null, excluded_advertisers: ['adv_globex'] });
});

test('a line has hard limits by day and in all, which may be changed and lifted', async () => {
  const { order_id } = await desk.aLine();
  const post = (more: object) => desk.call('POST', '/api/line-items', lineOf(order_id, { ...more }));
  expect(refusal(await post({ daily_cap: 0 }))).toMatch(/^400 bad-input daily_cap/);
  expect(refusal(await post({ lifetime_cap: 1.5 }))).toMatch(/^400 bad-input lifetime_cap/);
  expect(LineItem.parse((await post({})).body)).toMatchObject({ daily_cap: null, lifetime_cap: null });
  const made = LineItem.parse((await post({ name: 'Limited', daily_cap: 500, lifetime_cap: 9000 })).body);
  expect(made).toMatchObject({ daily_cap: 500, lifetime_cap: 9000 });
  const change = (more: object) => desk.call('PATCH', `/api/line-items/${made.id}`, more);
  expect(LineItem.parse((await change({ daily_cap: 700 })).body)).toMatchObject({ daily_cap: 700, lifetime_cap: 9000 });
  expect(LineItem.parse((await change({ lifetime_cap: null })).body)).toMatchObject({ lifetime_cap: null });
});

test('a creative on a line has caps of its own', async () => {
  const line = await desk.aLine();
  await desk.db.query(
    `insert into creatives (id, org_id, advertiser_id, name, kind, width, height, landing_url, state)
     values ('cr_capped', 'org_test', $1, 'Capped', 'image', 300, 250, 'https://acme.example', 'approved')`,
    [line.advertiser_id],
  );
  const made = Assignment.parse(
    (
      await desk.call('POST', '/api/assignments', {
        line_item_id: line.id,
        creative_id: 'cr_capped',
        frequency_caps: day,
      })
    ).body,
  );
  expect(made.frequency_caps).toEqual(day);
  const heavier = Assignment.parse((await desk.call('PATCH', `/api/assignments/${made.id}`, { weight: 300 })).body);
  expect(heavier).toMatchObject({ weight: 300, frequency_caps: day });
});
