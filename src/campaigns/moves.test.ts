import { Refusal } from '#platform';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LineItem, LineItemState } from './contract.ts';
import { lapseHolds, startAndEndLines } from './jobs.ts';
import { ledgerStates, lineItemMoves, mayMove } from './line-item-states.ts';
import { moveLineItem } from './move-line-item.ts';
import { type Desk, openDesk } from './testing.ts';

let now = new Date('2026-11-23T12:00:00Z');
const clock = () => now;
let desk: Desk;

beforeAll(async () => {
  desk = await openDesk(clock);
});
afterAll(() => desk.close());

const stateOf = async (id: string) =>
  (await desk.db.one<{ state: LineItemState }>('select state from line_items where id = $1', [id]))?.state;
const ledgerOf = async (id: string) => {
  const row = await desk.db.one<{ state: string }>('select state from reservations where line_item_id = $1', [id]);
  return row === undefined || row.state === 'released' ? null : row.state;
};
const codes = (body: unknown) => LineItem.parse(body).warnings.map((warning) => warning.code);

/** The shortest way from draft to a state, along the table. */
function wayTo(goal: LineItemState): LineItemState[] {
  const ways: LineItemState[][] = [['draft']];
  for (const way of ways) {
    const last = way.at(-1) ?? 'draft';
    if (last === goal) return way.slice(1);
    for (const next of lineItemMoves[last]) if (!way.includes(next)) ways.push([...way, next]);
  }
  throw new Error(`no way to ${goal}`);
}

describe('every pair of states, over HTTP', () => {
  test.each(LineItemState.options)('from %s', async (from) => {
    for (const to of LineItemState.options) {
      const { id } = await desk.aLine();
      for (const step of wayTo(from)) expect((await desk.move(id, step)).status).toBe(200);
      const reply = await desk.move(id, to, { reason: 'because' });
      const allowed = from === to || mayMove(from, to);
      expect(reply.status, `${from} → ${to}`).toBe(allowed ? 200 : 409);
      if (!allowed)
        expect(reply.body).toMatchObject({ code: 'wrong-state', detail: expect.stringMatching(/\.$/), from, to });
      expect(await stateOf(id)).toBe(allowed ? to : from);
      expect(await ledgerOf(id), `${from} → ${to}`).toBe(ledgerStates[allowed ? to : from]);
    }
  });
});

test('any sequence of moves stays inside the table, and the ledger holds exactly while a line is held or sold', async () => {
  const moves = fc.array(fc.constantFrom(...LineItemState.options), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(moves, async (steps) => {
      const { id } = await desk.aLine();
      let state: LineItemState = 'draft';
      for (const to of steps) {
        const outcome = await moveLineItem({ db: desk.db, clock }, desk.manager, { id, to }).catch(
          (error: unknown) => error,
        );
        if (to === state || mayMove(state, to)) {
          expect(outcome).toMatchObject({ state: to, moves: lineItemMoves[to] });
          state = to;
        } else {
          expect(outcome).toBeInstanceOf(Refusal);
        }
        expect(await stateOf(id)).toBe(state);
        expect(await ledgerOf(id)).toBe(ledgerStates[state]);
      }
    }),
    { numRuns: 40 },
  );
});

describe('booking', () => {
  test('is accepted without creative and forecast, with a warning of each', async () => {
    const { id } = await desk.aLine();
    const reply = await desk.move(id, 'booked');
    expect(codes(reply.body)).toEqual(['no-creative', 'no-forecast']);
    const again = await desk.move(id, 'booked');
    expect(again.status).toBe(200);
    expect(codes(again.body)).toEqual(codes(reply.body));
    expect(codes((await desk.call('GET', `/api/line-items/${id}`)).body)).toEqual(['no-creative']);
  });

  test('an approved creative ends the warning, a waiting one does not', async () => {
    const { id } = await desk.aLine();
    await desk.db.query(
      `insert into creatives (id, org_id, advertiser_id, name, kind, width, height, landing_url) values ('cr_w', 'org_test', 'adv_acme', 'x', 'image', 300, 250, 'https://acme.example')`,
    );
    expect((await desk.call('POST', '/api/assignments', { line_item_id: id, creative_id: 'cr_w' })).status).toBe(201);
    expect(codes((await desk.move(id, 'booked')).body)).toContain('no-creative');
    await desk.db.query("update creatives set state = 'approved' where id = 'cr_w'");
    expect(codes((await desk.call('GET', `/api/line-items/${id}`)).body)).toEqual([]);
  });

  test('writes down what is held, and by whom the move was made', async () => {
    const { id } = await desk.aLine({ frequency_caps: [{ count: 3, per: 'day' }] });
    await desk.move(id, 'booked', { reason: 'Signed' });
    expect(await desk.db.one('select * from reservations where line_item_id = $1', [id])).toMatchObject({
      org_id: 'org_test',
      state: 'booked',
      priority: 8,
      placements: ['pl_side'],
      sizes: ['300x250', 'native'],
      goal_unit: 'impressions',
      goal_quantity: 100_000,
      starts_at: '2026-10-31T23:00:00.000Z',
      frequency_caps: [{ count: 3, per: 'day', every: 1 }],
    });
    const entry = await desk.db.one("select * from audit_entries where subject_id = $1 and action = 'line-item.move'", [
      id,
    ]);
    expect(entry).toMatchObject({
      actor_name: 'traffic_manager',
      before: { state: 'draft' },
      after: { state: 'booked', state_reason: 'Signed' },
    });
  });

  test('shares of one space beyond 100 % are refused whole, unless forced', async () => {
    const share = (quantity: number) =>
      desk.aLine({
        type: 'sponsorship',
        goal: { unit: 'share', quantity },
        rate: { model: 'cpd', amount: 1, currency: 'EUR' },
        start: '2027-03-01T00:00:00Z',
        end: '2027-03-05T00:00:00Z',
        placements: ['pl_top'],
      });
    const [first, second] = [await share(60), await share(60)];
    expect((await desk.move(first.id, 'booked')).status).toBe(200);
    const refused = await desk.move(second.id, 'booked');
    expect(refused.body).toMatchObject({ status: 409, code: 'no-capacity' });
    expect(await stateOf(second.id)).toBe('draft');
    expect(await ledgerOf(second.id)).toBeNull();
    expect((await desk.move(second.id, 'booked', { force: true })).status).toBe(200);
    const later = await desk.call('PATCH', `/api/line-items/${second.id}`, { pacing: 'asap' });
    expect(later.status, 'what was forced may still be paced').toBe(200);
  });

  test.each([
    ['no state', {}, 400],
    ['an unknown state', { to: 'lost' }, 400],
    ['force in words', { to: 'booked', force: 'yes' }, 400],
    ['an expiry on a booking', { to: 'booked', expires_at: '2026-12-01T00:00:00Z' }, 400],
    ['a hold that is over', { to: 'reserved', expires_at: '2026-11-01T00:00:00Z' }, 400],
    ['a hold for ever and a day', { to: 'reserved', expires_at: '9999-12-01T00:00:00Z' }, 400],
  ])('%s is refused', async (_, body, status) => {
    const { id } = await desk.aLine();
    expect((await desk.call('POST', `/api/line-items/${id}/move`, body)).status).toBe(status);
    expect(await stateOf(id)).toBe('draft');
  });

  test('a placement that lost its format since is found out', async () => {
    const { id } = await desk.aLine({ sizes: ['300x250'] });
    await desk.db.query("update placements set formats = '{native}' where id = 'pl_side'");
    const reply = await desk.move(id, 'booked');
    await desk.db.query("update placements set formats = '{300x250,native}' where id = 'pl_side'");
    expect(reply.body).toMatchObject({ status: 400, detail: expect.stringMatching(/^sizes: /) });
    expect(await stateOf(id)).toBe('draft');
  });

  test('two moves at once: one of them wins, the other is told', async () => {
    const { id } = await desk.aLine();
    await desk.move(id, 'booked');
    const outcomes = await Promise.all(['cancelled', 'live'].map((to) => desk.move(id, to)));
    const state = await stateOf(id);
    expect(['cancelled', 'live']).toContain(state);
    expect(outcomes.map((outcome) => outcome.status).toSorted((a, b) => a - b)).toEqual(
      state === 'cancelled' ? [200, expect.any(Number)] : [200, 200],
    );
    expect(await ledgerOf(id)).toBe(ledgerStates[state ?? 'draft']);
  });
});

describe('by their own dates', () => {
  test('lines start, end, do both when they are over, and others are left alone', async () => {
    now = new Date('2026-11-23T12:00:00Z');
    const soon = await desk.aLine({ start: '2026-11-23T12:00:10Z', end: '2026-11-24T00:00:00Z' });
    const past = await desk.aLine({ start: '2026-11-01T00:00:00Z', end: '2026-11-02T00:00:00Z' });
    const paused = await desk.aLine({ start: '2026-11-20T00:00:00Z', end: '2026-11-24T00:00:00Z' });
    const draft = await desk.aLine({ start: '2026-11-01T00:00:00Z', end: '2026-11-02T00:00:00Z' });
    for (const line of [soon, past, paused]) await desk.move(line.id, 'booked');
    await desk.move(paused.id, 'paused');
    const states = async () => Promise.all([soon, past, paused, draft].map((line) => stateOf(line.id)));

    await startAndEndLines({ db: desk.db, clock });
    expect(await states()).toEqual(['booked', 'ended', 'paused', 'draft']);
    expect(await ledgerOf(past.id)).toBeNull();

    now = new Date('2026-11-23T12:00:10Z');
    await startAndEndLines({ db: desk.db, clock });
    expect(await states()).toEqual(['live', 'ended', 'paused', 'draft']);

    now = new Date('2026-11-24T00:00:00Z');
    expect(await startAndEndLines({ db: desk.db, clock })).toBeGreaterThanOrEqual(2);
    expect(await states()).toEqual(['ended', 'ended', 'ended', 'draft']);
    expect(await startAndEndLines({ db: desk.db, clock })).toBe(0);

    const trail = await desk.db.query<{ actor_kind: string; after: { state: string } }>(
      "select actor_kind, after from audit_entries where subject_id = $1 and action = 'line-item.move' order by seq",
      [past.id],
    );
    expect(trail.map((entry) => [entry.actor_kind, entry.after.state])).toEqual([
      ['user', 'booked'],
      ['system', 'live'],
      ['system', 'ended'],
    ]);
    now = new Date('2026-11-23T12:00:00Z');
  });

  test('moved by hand outside its dates, a line says so', async () => {
    const future = await desk.aLine({ start: '2026-12-24T00:00:00Z', end: '2026-12-25T00:00:00Z' });
    await desk.move(future.id, 'booked');
    expect(codes((await desk.move(future.id, 'live')).body)).toContain('not-started');
    const past = await desk.aLine({ start: '2026-10-24T00:00:00Z', end: '2026-10-25T00:00:00Z' });
    expect(codes((await desk.move(past.id, 'booked')).body)).toContain('already-over');
  });

  test('a hold lapses at its time and gives back what it held', async () => {
    const { id } = await desk.aLine();
    expect((await desk.move(id, 'reserved', { expires_at: '2026-11-23T13:00:00Z' })).body).toMatchObject({
      expires_at: '2026-11-23T13:00:00.000Z',
    });
    expect(await lapseHolds({ db: desk.db, clock })).toBe(0);
    now = new Date('2026-11-23T13:00:00Z');
    expect(await lapseHolds({ db: desk.db, clock })).toBe(1);
    now = new Date('2026-11-23T12:00:00Z');
    expect(await stateOf(id)).toBe('draft');
    expect(await ledgerOf(id)).toBeNull();
    expect((await desk.call('GET', `/api/line-items/${id}`)).body).toMatchObject({
      state_reason: 'The hold has lapsed.',
      expires_at: null,
    });
  });
});
