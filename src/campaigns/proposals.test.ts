import { callerOf } from '#platform/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OrderSummary, Proposal, ProposalEntry, ProposalMove, ProposalState, SharedProposal } from './contract.ts';
import { expireProposals } from './move-proposal.ts';
import { movesOf, nextState, proposalMoves } from './proposal-states.ts';
import { differencesBetween, discountOf, documentHash } from './proposal-versions.ts';
import { type Desk, lineOf, openDesk, refusal } from './testing.ts';
import { dayOf, nextDay, startOfDay } from './zoned-day.ts';

let now = new Date('2026-11-23T12:00:00Z');
let desk: Desk;
const sales = callerOf('sales');

beforeAll(async () => {
  desk = await openDesk(() => now);
  await desk.db.query(
    `insert into rate_cards (id, org_id, name, currency, valid_from, rates)
     values ('rate_26', 'org_test', '2026', 'EUR', '2026-01-01', '[{"model":"cpm","amount":1000}]')`,
  );
});
afterAll(() => desk.close());

const offer = (change: Record<string, unknown> = {}): Record<string, unknown> => {
  const { order_id: _, ...line } = lineOf('', { start: '2027-01-01T00:00:00+01:00', end: '2027-02-01T00:00:00+01:00' });
  return { ...line, rate: { model: 'cpm', amount: 900, currency: 'EUR' }, ...change };
};
const aProposal = async (lines: unknown[] = [offer()], change: object = {}): Promise<Proposal> => {
  const body = {
    advertiser_id: 'adv_acme',
    name: 'Acme 2027',
    currency: 'EUR',
    terms: 'Thirty days.',
    lines,
    ...change,
  };
  const reply = await desk.call('POST', '/api/proposals', body, sales);
  expect(reply.status, reply.text).toBe(201);
  return Proposal.parse(reply.body);
};
const move = (id: string, step: string, more: object = {}, caller = sales) =>
  desk.call('POST', `/api/proposals/${id}/move`, { move: step, ...more }, caller);
const read = async (id: string) =>
  Proposal.parse((await desk.call('GET', `/api/proposals/${id}`, undefined, sales)).body);
async function aSent(lines?: unknown[], more: object = {}): Promise<{ id: string; token: string }> {
  const { id } = await aProposal(lines);
  expect((await move(id, 'submit')).status).toBe(200);
  return { id, token: await sent(id, more) };
}
async function sent(id: string, more: object = {}): Promise<string> {
  const reply = await desk.call('POST', `/api/proposals/${id}/send`, more, sales);
  expect(reply.status, reply.text).toBe(200);
  return (reply.body as { path: string }).path.replace('/p/', '');
}
const shared = async (token: string) =>
  SharedProposal.parse((await desk.call('GET', `/api/p/${token}`, undefined, null)).body);
const answered = (token: string, step: string, body: object) =>
  desk.call('POST', `/api/p/${token}/${step}`, { name: 'Ada', ...body }, null);
const heldBy = (line: string) =>
  desk.db.one<{ state: string; expires_at: string }>(
    'select state, expires_at from reservations where line_item_id = $1',
    [line],
  );

describe('who may not', () => {
  test('no studio, analyst or client; nobody unsigned; no other organisation', async () => {
    const { id } = await aProposal();
    for (const [method, url, body] of [
      ['GET', '/api/proposals', undefined],
      ['POST', '/api/proposals', {}],
      ['GET', `/api/proposals/${id}`, undefined],
      ['PATCH', `/api/proposals/${id}`, { name: 'x' }],
      ['DELETE', `/api/proposals/${id}`, undefined],
      ['GET', `/api/proposals/${id}/thread`, undefined],
      ['POST', `/api/proposals/${id}/move`, { move: 'submit' }],
      ['POST', `/api/proposals/${id}/send`, {}],
      ['POST', `/api/proposals/${id}/comments`, { note: 'x' }],
    ] as const) {
      expect((await desk.call(method, url, body, null)).status, url).toBe(401);
      for (const caller of [callerOf('studio'), callerOf('analyst'), callerOf('client', 'org_test', 'adv_acme')])
        expect((await desk.call(method, url, body, caller)).status, `${method} ${url} ${caller.role}`).toBe(403);
      const stranger = await desk.call(method, url, body, callerOf('admin', 'org_other'));
      if (url.includes(id)) expect(stranger.status, `${method} ${url}`).toBe(404);
    }
    expect((await desk.call('PUT', '/api/selling-rules', { approval_above_percent: 90 }, sales)).status).toBe(403);
  });

  test('a wrong token opens nothing, and a replaced one stops', async () => {
    const wrong = 'x'.repeat(43);
    expect((await desk.call('GET', `/api/p/${wrong}`, undefined, null)).status).toBe(404);
    for (const step of ['comments', 'decline']) expect((await answered(wrong, step, { note: 'x' })).status).toBe(404);
    const page = await desk.call('GET', `/p/${wrong}`, undefined, null);
    expect(page.text).toContain('leads nowhere');
    const { id, token } = await aSent([offer({ placements: ['pl_top'] })]);
    await move(id, 'revise');
    await move(id, 'submit');
    const newer = await sent(id);
    expect((await desk.call('GET', `/api/p/${token}`, undefined, null)).status).toBe(404);
    expect((await shared(newer)).version).toBe(2);
    const row = await desk.db.one<{ token_hash: string }>('select token_hash from proposals where id = $1', [id]);
    expect(row?.token_hash).toMatch(/^[0-9a-f]{64}$/);
    await move(id, 'withdraw');
  });
});

describe('the table of states', () => {
  test.each(ProposalState.options.flatMap((from) => ProposalMove.options.map((step) => [from, step] as const)))(
    '%s, %s',
    (from, step) => {
      const to = proposalMoves[from][step];
      if (to) return expect(nextState(from, step)).toBe(to);
      expect(() => nextState(from, step)).toThrow(/\.$/);
    },
  );
  test('sides share no move, and ends are ends', () => {
    for (const state of ProposalState.options) {
      const both = movesOf(state, 'us').filter((one) => movesOf(state, 'them').includes(one));
      expect(both).toEqual([]);
    }
    expect(proposalMoves.accepted).toEqual({});
    expect(proposalMoves.withdrawn).toEqual({});
  });
});

describe('pure rules', () => {
  test.each([
    [900, 1000, 10],
    [1000, 1000, 0],
    [1100, 1000, 0],
    [0, 1000, 100],
    [667, 1000, 33.3],
    [1, 3, 66.67],
    [5, null, 0],
    [5, 0, 0],
  ])('%i for a list rate of %s is %s % off', (rate, list, percent) => {
    expect(discountOf(rate, list)).toBe(percent);
  });
  test('the hash does not depend on the order of keys, and on everything else it does', () => {
    const doc = { proposal_id: 'p', version: 1, name: 'n', advertiser_id: 'a', currency: 'EUR', terms: '', lines: [] };
    const turned = Object.fromEntries(Object.entries(doc).toReversed()) as typeof doc;
    expect(documentHash(turned)).toBe(documentHash(doc));
    for (const change of [{ version: 2 }, { terms: ' ' }, { currency: 'USD' }, { name: 'm' }])
      expect(documentHash({ ...doc, ...change })).not.toBe(documentHash(doc));
  });
  test('a version differs from itself in nothing', () => {
    const line = { ...offer(), id: 'a' } as never;
    expect(differencesBetween([line], [line])).toEqual([]);
    expect(differencesBetween([line], [])).toMatchObject([{ field: 'line', after: null }]);
    expect(differencesBetween([], [line])).toMatchObject([{ field: 'line', before: null }]);
  });
  test('the first instant of a day is of that day, and the one before is not', () => {
    const zones = [
      'UTC',
      'Europe/Paris',
      'America/Sao_Paulo',
      'Asia/Kathmandu',
      'Pacific/Kiritimati',
      'America/Santiago',
    ];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), fc.constantFrom(...zones), (days, zone) => {
        const day = nextDay('1990-01-01', days);
        const start = startOfDay(day, zone);
        // Kiritimati and others skipped whole days once: then the day after begins where this one would.
        expect(dayOf(start, zone) >= day).toBe(true);
        expect(dayOf(new Date(Date.parse(start) - 1).toISOString(), zone) < day).toBe(true);
      }),
      { numRuns: 200 },
    );
    expect(startOfDay('2026-03-30', 'Europe/Paris')).toBe('2026-03-29T22:00:00.000Z');
  });
});

describe('a draft', () => {
  test('knows the list rate, the discount and the amount of its lines', async () => {
    const proposal = await aProposal();
    expect(proposal).toMatchObject({ state: 'draft', version: 1, total: 90_000, discount: 10, approval_above: 15 });
    expect(proposal.lines[0]).toMatchObject({
      list_rate: { amount: 1000 },
      discount: 10,
      placement_names: ['Side · News'],
    });
  });
  test.each<[string, Record<string, unknown>, RegExp]>([
    ['another currency', { rate: { model: 'cpm', amount: 1, currency: 'USD' } }, /lines\.0\.rate\.currency/],
    ['dates the wrong way', { end: '2026-01-01T00:00:00Z' }, /lines\.0\.end/],
    ['an unknown placement', { placements: ['pl_none'] }, /lines\.0\.placements/],
    ['an external placement', { placements: ['pl_box'] }, /lines\.0\.placements/],
  ])('%s is refused, naming the line', async (_, change, sentence) => {
    const body = { advertiser_id: 'adv_acme', name: 'x', currency: 'EUR', lines: [offer(change)] };
    expect(refusal(await desk.call('POST', '/api/proposals', body, sales))).toMatch(sentence);
  });
  test('a line’s id from elsewhere is not taken over', async () => {
    const line = await desk.aLine();
    const { lines } = await aProposal([offer({ id: line.id })]);
    expect(lines[0]?.id).not.toBe(line.id);
  });
  test('is changed and deleted; what was sent is neither', async () => {
    const { id, lines } = await aProposal();
    const [line] = lines;
    const changed = await desk.call('PATCH', `/api/proposals/${id}`, {
      lines: [{ ...offer({ name: 'Renamed' }), id: line?.id }, offer()],
    });
    const after = Proposal.parse(changed.body);
    expect(after.lines.map(({ id: same }) => same === line?.id)).toEqual([true, false]);
    expect((await desk.call('DELETE', `/api/proposals/${id}`, undefined, sales)).status).toBe(204);
    const open = await aSent([offer({ placements: ['pl_top'] })]);
    expect(refusal(await desk.call('PATCH', `/api/proposals/${open.id}`, { name: 'x' }))).toMatch(/^409 wrong-state/);
    expect((await desk.call('DELETE', `/api/proposals/${open.id}`)).status).toBe(409);
    await move(open.id, 'withdraw');
  });
});

describe('approval', () => {
  test('a discount beyond the rule waits for somebody who holds the right', async () => {
    const { id } = await aProposal([offer({ rate: { model: 'cpm', amount: 800, currency: 'EUR' } })]);
    expect((await move(id, 'submit')).body).toMatchObject({ state: 'awaiting_approval', discount: 20 });
    expect((await move(id, 'approve')).status).toBe(403);
    expect((await desk.call('POST', `/api/proposals/${id}/send`, {}, sales)).status).toBe(409);
    const manager = callerOf('traffic_manager');
    expect(refusal(await move(id, 'refuse', {}, manager))).toMatch(/note: say why/);
    expect((await move(id, 'refuse', { note: 'Too low' }, manager)).body).toMatchObject({ state: 'draft' });
    await move(id, 'submit');
    const approved = await move(id, 'approve', { note: 'This once' }, manager);
    expect(approved.body).toMatchObject({
      state: 'approved',
      approval: { name: 'traffic_manager', note: 'This once' },
    });
    expect((await move(id, 'revise')).body).toMatchObject({ state: 'draft', version: 2, approval: null });
  });
  test('the rule is the organisation’s', async () => {
    expect((await desk.call('PUT', '/api/selling-rules', { approval_above_percent: 5 })).status).toBe(200);
    const { id } = await aProposal();
    expect((await move(id, 'submit')).body).toMatchObject({ state: 'awaiting_approval' });
    await desk.call('PUT', '/api/selling-rules', { approval_above_percent: 15 });
    expect((await desk.call('GET', '/api/selling-rules')).body).toEqual({ approval_above_percent: 15 });
  });
});

describe('by the private link', () => {
  test('read, comment, counter, take over, accept: an order with booked lines', async () => {
    const { id, token } = await aSent([offer({ name: '<b>Side</b>' })]);
    const first = await shared(token);
    const line = first.lines[0];
    expect(first).toMatchObject({
      seller: 'org_test',
      state: 'sent',
      holds: true,
      total: 90_000,
      moves: ['counter', 'accept', 'decline'],
    });
    expect(await heldBy(line?.id ?? '')).toMatchObject({ state: 'held', expires_at: first.expires_at });
    const page = await desk.call('GET', `/p/${token}?lang=fr`, undefined, null);
    expect(page.text).toContain('Accepter la proposition');
    expect(page.text).not.toContain('<b>Side');
    expect(String(page.headers['content-security-policy'])).toContain("default-src 'none'");
    expect(page.text).toContain('<meta name="referrer" content="no-referrer">');

    expect((await answered(token, 'comments', { note: 'Can you do better?' })).status).toBe(200);
    expect(refusal(await answered(token, 'counter', { lines: [{ line_id: 'none', rate: 1 }] }))).toMatch(
      /lines\.0\.line_id/,
    );
    expect(refusal(await answered(token, 'counter', { lines: [{ line_id: line?.id, quantity: 0 }] }))).toMatch(
      /goal\.quantity/,
    );
    const countered = await answered(token, 'counter', {
      note: 'Our budget',
      lines: [{ line_id: line?.id, rate: 870, quantity: 120_000, last_day: '2027-02-14' }],
    });
    expect(countered.body).toMatchObject({ state: 'countered', moves: ['counter', 'decline'] });
    expect(refusal(await answered(token, 'accept', { document_hash: first.document_hash }))).toMatch(
      /^409 wrong-state/,
    );

    expect((await move(id, 'take_counter')).body).toMatchObject({
      state: 'draft',
      version: 2,
      lines: [{ id: line?.id, rate: { amount: 870 }, goal: { quantity: 120_000 }, end: '2027-02-14T23:00:00.000Z' }],
    });
    expect(await heldBy(line?.id ?? '')).toMatchObject({ state: 'released' });
    expect(await shared(token)).toMatchObject({ state: 'draft', version: 1, moves: [], total: 90_000 });
    await move(id, 'submit');
    const second = await sent(id);
    const offer2 = await shared(second);
    expect(offer2.thread.at(-1)).toMatchObject({ kind: 'send', version: 2 });
    expect(offer2.thread.at(-1)?.differences.map(({ field }) => field)).toEqual(['quantity', 'rate', 'end']);
    expect(offer2.thread.map(({ kind }) => kind)).not.toContain('submit');

    expect(refusal(await answered(second, 'accept', { document_hash: first.document_hash }))).toMatch(
      /^409 conflict document_hash/,
    );
    const accepted = await answered(second, 'accept', { title: 'CMO', document_hash: offer2.document_hash });
    expect(accepted.body, accepted.text).toMatchObject({
      state: 'accepted',
      moves: [],
      accepted: { name: 'Ada', title: 'CMO' },
    });
    expect((await answered(second, 'accept', { document_hash: offer2.document_hash })).status).toBe(200);

    const proposal = await read(id);
    expect(proposal.acceptance).toMatchObject({ name: 'Ada', document_hash: offer2.document_hash });
    expect(proposal.acceptance?.address).not.toBe('');
    const order = OrderSummary.parse((await desk.call('GET', `/api/orders/${proposal.order_id}/summary`)).body);
    expect(order.order).toMatchObject({ name: 'Acme 2027', advertiser_id: 'adv_acme', lines: 1 });
    expect(order.lines[0]).toMatchObject({
      state: 'booked',
      rate: { amount: 870 },
      booked_amount: { amount: 104_400 },
    });
    expect(await heldBy(order.lines[0]?.id ?? '')).toMatchObject({ state: 'booked' });
    expect(await heldBy(line?.id ?? '')).toMatchObject({ state: 'released' });
    const thread = (await desk.call('GET', `/api/proposals/${id}/thread`)).body as { items: unknown[] };
    expect(thread.items.map((entry) => ProposalEntry.parse(entry).kind)).toEqual([
      'create',
      'submit',
      'send',
      'comment',
      'counter',
      'take_counter',
      'submit',
      'send',
      'accept',
    ]);
  });

  test('two holders accept at once: one order', async () => {
    const { id, token } = await aSent();
    const { document_hash } = await shared(token);
    const replies = await Promise.all([1, 2, 3].map(() => answered(token, 'accept', { document_hash })));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    const orders = await desk.db.query('select 1 from orders where id = $1', [(await read(id)).order_id]);
    expect(orders).toHaveLength(1);
    const made = await desk.db.query(
      "select 1 from audit_entries where action = 'proposal.accept' and subject_id = $1",
      [id],
    );
    expect(made).toHaveLength(1);
  });

  test('two proposals for the last of a space: the second is told', async () => {
    const sole = offer({
      type: 'sponsorship',
      goal: { unit: 'share', quantity: 100 },
      rate: { model: 'cpd', amount: 5000, currency: 'EUR' },
      placements: ['pl_top'],
      start: '2028-01-01T00:00:00+01:00',
      end: '2028-01-08T00:00:00+01:00',
    });
    const one = await aProposal([sole]);
    const two = await aProposal([sole]);
    for (const { id } of [one, two]) await move(id, 'submit');
    const replies = await Promise.all(
      [one, two].map(({ id }) => desk.call('POST', `/api/proposals/${id}/send`, {}, sales)),
    );
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    expect(replies.find(({ status }) => status === 409)?.body).toMatchObject({ code: 'no-capacity' });
    const states = await Promise.all([one, two].map(async ({ id }) => (await read(id)).state));
    expect(states.sort()).toEqual(['approved', 'sent']);
  });

  test('declined: the space is free again', async () => {
    const { id, token } = await aSent();
    const line = (await shared(token)).lines[0]?.id ?? '';
    expect((await answered(token, 'decline', { note: 'No budget' })).body).toMatchObject({ state: 'declined' });
    expect(await heldBy(line)).toMatchObject({ state: 'released' });
    expect((await move(id, 'revise')).body).toMatchObject({ state: 'draft', version: 2 });
  });

  test('expires on time, at the door before the job comes round', async () => {
    const { id, token } = await aSent(undefined, { expires_at: '2026-11-24T12:00:00Z' });
    const { document_hash, lines } = await shared(token);
    expect(await expireProposals({ db: desk.db, clock: () => now })).toBe(0);
    now = new Date('2026-11-24T12:00:00Z');
    expect(await shared(token)).toMatchObject({ state: 'expired', moves: [], holds: false });
    expect(refusal(await answered(token, 'accept', { document_hash }))).toMatch(
      /^409 wrong-state This proposal has expired/,
    );
    expect((await read(id)).state).toBe('sent');
    expect(await expireProposals({ db: desk.db, clock: () => now })).toBeGreaterThanOrEqual(1);
    expect((await read(id)).state).toBe('expired');
    expect(await heldBy(lines[0]?.id ?? '')).toMatchObject({ state: 'released' });
    expect(await expireProposals({ db: desk.db, clock: () => now })).toBe(0);
  });
});
