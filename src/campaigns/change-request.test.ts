import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callerOf } from '#platform/testing';
import { changeMoves, nextChangeState } from './change-request-states.ts';
import { ChangeMove, ChangeRequest, ChangeRequestState, InsertionOrder, LineItem } from './contract.ts';
import { type Desk, openDesk, refusal } from './testing.ts';

let now = new Date('2026-10-20T12:00:00Z');
let desk: Desk;
const sales = callerOf('sales');
const manager = callerOf('traffic_manager');

beforeAll(async () => {
  desk = await openDesk(() => now);
});
afterAll(() => desk.close());

/** A sold line of November on an order of its own. */
async function aSold(change: Record<string, unknown> = {}): Promise<{ order: string; line: string }> {
  now = new Date('2026-10-20T12:00:00Z');
  const { id, order_id } = await desk.aLine(change);
  expect((await desk.move(id, 'booked')).status).toBe(200);
  return { order: order_id, line: id };
}
const ask = (order: string, body: object, caller = sales) =>
  desk.call('POST', `/api/orders/${order}/change-requests`, body, caller);
async function asked(order: string, body: object): Promise<ChangeRequest & { token: string }> {
  const reply = await ask(order, body);
  expect(reply.status, reply.text).toBe(201);
  const { path } = reply.body as { path: string | null };
  return { ...ChangeRequest.parse(reply.body), token: path?.split('/')[2] ?? '' };
}
const answer = (id: string, body: object, caller = manager) =>
  desk.call('POST', `/api/change-requests/${id}/answer`, body, caller);
const byLink = (token: string, body: object) =>
  desk.call('POST', `/api/p/${token}/change`, { name: 'Ada Lovelace', title: 'CMO', ...body }, null);
const read = async (id: string) => LineItem.parse((await desk.call('GET', `/api/line-items/${id}`)).body);
const heldBy = (line: string) =>
  desk.db.one<{ goal_quantity: number; ends_at: string; state: string }>(
    'select goal_quantity, ends_at, state from reservations where line_item_id = $1',
    [line],
  );
const papers = async (order: string) =>
  ((await desk.call('GET', `/api/orders/${order}/insertion-orders`)).body as { items: unknown[] }).items.map((one) =>
    InsertionOrder.parse(one),
  );

test('every move from every state leads where the table says, or is refused in words', () => {
  for (const from of ChangeRequestState.options)
    for (const move of ChangeMove.options) {
      const to = changeMoves[from][move];
      if (to) expect(nextChangeState(from, move)).toBe(to);
      else expect(() => nextChangeState(from, move)).toThrow(/was \w+ already/);
    }
});

describe('who may', () => {
  test('ask: those who write campaigns; answer: approvers, on what is ours to approve', async () => {
    const { order, line } = await aSold();
    const body = { asked_of: 'us', lines: [{ line_item_id: line, quantity: 120_000 }] };
    expect((await desk.call('POST', `/api/orders/${order}/change-requests`, body, null)).status).toBe(401);
    for (const role of ['studio', 'analyst', 'client'])
      expect((await ask(order, body, callerOf(role, 'org_test', 'adv_acme'))).status, role).toBe(403);
    expect((await ask(order, body, callerOf('admin', 'org_other'))).status).toBe(404);
    const { id } = await asked(order, body);
    expect(refusal(await answer(id, { move: 'approve' }, sales))).toMatch(/^403 not-allowed The role sales/);
    expect((await answer(id, { move: 'approve' }, callerOf('admin', 'org_other'))).status).toBe(404);
    const theirs = await asked(order, { ...body, asked_of: 'them' });
    expect(refusal(await answer(theirs.id, { move: 'approve' }))).toMatch(/asked of the other side/);
    const list = await desk.call(
      'GET',
      `/api/orders/${order}/change-requests`,
      undefined,
      callerOf('client', 'org_test', 'adv_globex'),
    );
    expect(list.status).toBe(404);
  });
});

describe('a change', () => {
  test('by private link: what changes is shown, and on approval lines, ledger and insertion order follow', async () => {
    const { order, line } = await aSold();
    const first = await desk.call('POST', `/api/orders/${order}/insertion-orders`, { terms: 'Thirty days.' }, sales);
    expect(first.status).toBe(201);
    const change = await asked(order, {
      asked_of: 'them',
      note: 'As spoken this morning.',
      lines: [{ line_item_id: line, quantity: 150_000, rate: 1100, last_day: '2026-12-15' }],
    });
    expect(change.differences.map(({ field, before, after }) => [field, before, after])).toEqual([
      ['quantity', '100000 impressions', '150000 impressions'],
      ['rate', '1250 EUR cpm', '1100 EUR cpm'],
      ['end', '2026-11-30T23:00:00.000Z', '2026-12-15T23:00:00.000Z'],
    ]);
    const page = await desk.call('GET', `/p/${change.token}/change?lang=en`, undefined, null);
    for (const part of ['As spoken this morning.', '150,000 impressions', '€11.00 per thousand', 'Dec 15, 2026'])
      expect(page.text).toContain(part);
    expect(refusal(await byLink(change.token, { move: 'approve', document_hash: '0'.repeat(64) }))).toMatch(
      /^409 conflict/,
    );
    const yes = { move: 'approve', document_hash: change.document_hash };
    expect((await byLink(change.token, yes)).body).toEqual({ state: 'applied' });
    expect((await byLink(change.token, yes)).body).toEqual({ state: 'applied' });

    expect(await read(line)).toMatchObject({
      state: 'booked',
      goal: { quantity: 150_000 },
      rate: { amount: 1100 },
      end: '2026-12-15T23:00:00.000Z',
    });
    expect(await heldBy(line)).toMatchObject({
      goal_quantity: 150_000,
      ends_at: '2026-12-15T23:00:00.000Z',
      state: 'booked',
    });
    const [amended, before] = await papers(order);
    expect(before?.state).toBe('superseded');
    expect(amended).toMatchObject({ state: 'accepted', acceptance: { name: 'Ada Lovelace', title: 'CMO' } });
    const text = (
      await desk.db.one<{ document: string }>('select document from insertion_orders where id = $1', [amended?.id])
    )?.document;
    expect(JSON.parse(text ?? '{}')).toMatchObject({ amends: before?.number, terms: 'Thirty days.' });
    expect((await desk.call('GET', `/p/${change.token}/pdf`, undefined, null)).headers['content-type']).toBe(
      'application/pdf',
    );
  });

  test('refused or withdrawn, nothing moves; a withdrawn link leads nowhere', async () => {
    const { order, line } = await aSold();
    const body = { asked_of: 'them', lines: [{ line_item_id: line, cancel: true }] };
    const refused = await asked(order, body);
    await byLink(refused.token, { move: 'refuse', note: 'No.', document_hash: refused.document_hash });
    const withdrawn = await asked(order, body);
    expect((await answer(withdrawn.id, { move: 'withdraw' }, sales)).status).toBe(200);
    expect((await desk.call('GET', `/p/${withdrawn.token}/change`, undefined, null)).text).toContain('leads nowhere');
    expect((await byLink(withdrawn.token, { move: 'approve', document_hash: withdrawn.document_hash })).status).toBe(
      404,
    );
    expect((await read(line)).state).toBe('booked');
    const cancel = await asked(order, { ...body, asked_of: 'us' });
    expect((await answer(cancel.id, { move: 'approve' })).status).toBe(200);
    expect((await read(line)).state).toBe('cancelled');
    expect((await heldBy(line))?.state).toBe('released');
  });

  test('asked of a line that has moved since is a conflict, and says what moved', async () => {
    const { order, line } = await aSold();
    const change = await asked(order, { asked_of: 'us', lines: [{ line_item_id: line, quantity: 130_000 }] });
    expect((await desk.call('PATCH', `/api/line-items/${line}`, { end: '2026-12-10T00:00:00+01:00' })).status).toBe(
      200,
    );
    expect(refusal(await answer(change.id, { move: 'approve' }))).toMatch(
      /^409 conflict lines\.0: .* has changed since \(end\)/,
    );
    expect((await read(line)).goal.quantity).toBe(100_000);
  });

  test.each([
    [
      'the price of a line that has begun',
      { rate: 900 },
      /^409 wrong-state lines\.0: rate: a line that has begun keeps/,
    ],
    ['the first day of a line that has begun', { first_day: '2026-11-03' }, /^409 wrong-state lines\.0: first_day/],
    ['an end that is over', { last_day: '2026-11-02' }, /^409 wrong-state lines\.0: last_day: must not be over/],
    ['nothing', { quantity: 100_000 }, /^400 bad-input lines\.0: nothing is to change/],
    ['a place that there is not', { placements: ['pl_none'] }, /^404 not-found lines\.0: placements/],
  ])('%s is refused', async (_, part, sentence) => {
    const { order, line } = await aSold();
    now = new Date('2026-11-05T12:00:00Z');
    expect(refusal(await ask(order, { asked_of: 'us', lines: [{ line_item_id: line, ...part }] }))).toMatch(sentence);
  });

  test('whatever is asked of the quantity and the end, the ledger says what the line says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 1, max: 28 }), async (quantity, day) => {
        const { order, line } = await aSold();
        const last_day = `2026-12-${String(day).padStart(2, '0')}`;
        const { id } = await asked(order, { asked_of: 'us', lines: [{ line_item_id: line, quantity, last_day }] });
        expect((await answer(id, { move: 'approve' })).status).toBe(200);
        const [after, held] = [await read(line), await heldBy(line)];
        expect(held).toMatchObject({ goal_quantity: after.goal.quantity, ends_at: after.end, state: 'booked' });
        expect(after.goal.quantity).toBe(quantity);
      }),
      { numRuns: 15 },
    );
  });
});
