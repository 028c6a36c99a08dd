import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Assignment } from './contract.ts';
import { type Desk, openDesk, refusal } from './testing.ts';

const now = new Date('2026-11-23T12:00:00Z');
let desk: Desk;

beforeAll(async () => {
  desk = await openDesk(() => now);
});
afterAll(() => desk.close());

describe('changing a line item', () => {
  const patch = (id: string, change: Record<string, unknown>) => desk.call('PATCH', `/api/line-items/${id}`, change);
  const held = (id: string) =>
    desk.db.one<{ state: string; goal_quantity: number; ends_at: string; expires_at: string | null }>(
      'select state, goal_quantity, ends_at, expires_at from reservations where line_item_id = $1',
      [id],
    );

  test('a draft changes freely, and a new type brings its own priority', async () => {
    const line = await desk.aLine();
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
    const line = await desk.aLine();
    await desk.move(line.id, 'booked');
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
    const line = await desk.aLine();
    await desk.move(line.id, 'booked');
    expect(refusal(await patch(line.id, change))).toMatch(sentence);
    const same = Object.fromEntries(Object.keys(change).map((field) => [field, line[field as 'goal']]));
    expect((await patch(line.id, same)).status, 'the same value is no change').toBe(200);
  });

  test('a cancelled line keeps its terms', async () => {
    const line = await desk.aLine();
    await desk.move(line.id, 'cancelled');
    expect(refusal(await patch(line.id, { pacing: 'asap' }))).toMatch(
      /^409 wrong-state pacing: the line item is cancelled/,
    );
  });

  test('a reserved line changes freely, keeps its expiry, and the ledger follows', async () => {
    const line = await desk.aLine();
    await desk.move(line.id, 'reserved', { expires_at: '2026-11-30T00:00:00Z' });
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
    const line = await desk.aLine({ placements: ['pl_side'] });
    await desk.assign(line.id, await desk.aCreative());
    expect(refusal(await patch(line.id, { sizes: ['native'] }))).toMatch(
      /^400 bad-input sizes: the creative "Autumn" \(300x250\)/,
    );
  });
});

describe('assignments', () => {
  test('a creative is put on a line, weighed, dated, taken off', async () => {
    const line = await desk.aLine();
    const reply = await desk.assign(line.id, await desk.aCreative(), { weight: 3, start: '2026-11-10T00:00:00Z' });
    expect(reply.status).toBe(201);
    const assignment = Assignment.parse(reply.body);
    expect(assignment).toMatchObject({
      weight: 3,
      start: '2026-11-10T00:00:00.000Z',
      end: null,
      creative_state: 'approved',
      width: 300,
    });
    const changed = await desk.call('PATCH', `/api/assignments/${assignment.id}`, {
      weight: 9,
      start: null,
      end: '2026-11-20T00:00:00Z',
    });
    expect(changed.body).toMatchObject({ weight: 9, start: null, end: '2026-11-20T00:00:00.000Z' });
    expect((await desk.call('DELETE', `/api/assignments/${assignment.id}`)).status).toBe(204);
    expect((await desk.call('GET', `/api/assignments/${assignment.id}`)).status).toBe(404);
  });

  test.each<
    [
      string,
      { creative?: Parameters<Desk['aCreative']>[0]; more?: Record<string, unknown>; line?: Record<string, unknown> },
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
    expect(refusal(await desk.assign((await desk.aLine(line)).id, await desk.aCreative(creative), more))).toMatch(
      sentence,
    );
  });

  test('once is enough, and an unknown creative is not found', async () => {
    const [line, creative] = [await desk.aLine(), await desk.aCreative()];
    await desk.assign(line.id, creative);
    expect(refusal(await desk.assign(line.id, creative))).toMatch(/^409 conflict creative_id/);
    expect(refusal(await desk.assign(line.id, 'cr_none'))).toMatch(/^404 not-found creative_id/);
    await desk.move(line.id, 'cancelled');
    expect(refusal(await desk.assign(line.id, await desk.aCreative()))).toMatch(
      /^409 wrong-state This line item is cancelled/,
    );
  });

  test('a native creative fits a native space', async () => {
    expect((await desk.assign((await desk.aLine()).id, await desk.aCreative({ kind: 'native' }))).status).toBe(201);
    expect(
      (await desk.assign((await desk.aLine({ placements: ['pl_top'] })).id, await desk.aCreative({ kind: 'native' })))
        .status,
    ).toBe(400);
  });
});
