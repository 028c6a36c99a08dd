import type { Letter } from '#platform';
import { callerOf } from '#platform/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  InsertionOrder,
  InvitationMove,
  InvitationState,
  OrderSummary,
  ProposalEntry,
  Rfp,
  SharedRequest,
} from './contract.ts';
import { expireInvitations, remindInvitations } from './rfp-moves.ts';
import { invitationMoves, invitationMovesOf, nextInvitationState } from './rfp-states.ts';
import { type Desk, openDesk, refusal } from './testing.ts';

const start = new Date('2026-11-23T12:00:00Z');
let now = start;
let desk: Desk;
const sales = callerOf('sales');

beforeAll(async () => {
  desk = await openDesk(() => now);
});
afterAll(() => desk.close());

const asked = (change: object = {}): Record<string, unknown> => ({
  name: 'Rectangle, culture',
  where: 'Culture section',
  sizes: ['300x250'],
  unit: 'impressions',
  quantity: 200_000,
  model: 'cpm',
  amount: 600,
  first_day: '2027-01-04',
  last_day: '2027-01-31',
  ...change,
});

async function aRequest(change: object = {}): Promise<Rfp> {
  const body = {
    advertiser_id: 'adv_acme',
    name: 'Acme winter',
    currency: 'EUR',
    brief: 'Be seen by readers of culture.',
    terms: 'Paid at thirty days.',
    due_at: '2026-12-01T18:00:00Z',
    lines: [asked()],
    invited: [{ publisher_id: 'pub_mag', email: 'ads@mag.example' }, { publisher_id: 'pub_wire' }],
    ...change,
  };
  const reply = await desk.call('POST', '/api/rfps', body, sales);
  expect(reply.status, reply.text).toBe(201);
  return Rfp.parse(reply.body);
}
const read = async (id: string) => Rfp.parse((await desk.call('GET', `/api/rfps/${id}`, undefined, sales)).body);
const invitationOf = (rfp: Rfp, publisher: string) => {
  const row = rfp.invitations.find(({ publisher_id }) => publisher_id === publisher);
  if (!row) throw new Error(`${publisher} was not asked`);
  return row;
};
async function send(invitation: string, step = 'send'): Promise<string> {
  const reply = await desk.call('POST', `/api/rfp-invitations/${invitation}/${step}`, {}, sales);
  expect(reply.status, reply.text).toBe(200);
  return /\/p\/(.+)\/request/.exec((reply.body as { path: string }).path)?.[1] ?? '';
}
const shared = async (token: string) =>
  SharedRequest.parse((await desk.call('GET', `/api/p/${token}/request`, undefined, null)).body);
const says = (token: string, step: string, body: object = {}) =>
  desk.call('POST', `/api/p/${token}/${step}`, { name: 'Nadia Mag', ...body }, null);
const offered = (change: object = {}) => {
  const { amount: _, ...line } = asked({ site: 'https://www.culture-mag.example/', ...change });
  return { amount: 800, ...line, ...change };
};
const step = (invitation: string, path: string, body: object = {}) =>
  desk.call('POST', `/api/rfp-invitations/${invitation}/${path}`, body, sales);

describe('the table of moves', () => {
  test('every move from every state leads where the table says, or is refused in words', () => {
    for (const from of InvitationState.options)
      for (const move of InvitationMove.options) {
        const to = invitationMoves[from][move];
        if (to) expect(nextInvitationState(from, move)).toBe(to);
        else expect(() => nextInvitationState(from, move), `${from} ${move}`).toThrow(/\w{4,}.*\.$/);
      }
  });

  test('the two sides share no move, and the clock’s is nobody’s', () => {
    for (const state of InvitationState.options) {
      const [us, them] = [invitationMovesOf(state, 'us'), invitationMovesOf(state, 'them')];
      expect(us.filter((move) => them.includes(move))).toEqual([]);
      expect([...us, ...them]).not.toContain('expire');
    }
  });

  test('chosen and withdrawn are ends; every state is reached', () => {
    expect(invitationMoves.chosen).toEqual({});
    expect(invitationMoves.withdrawn).toEqual({});
    const reached = new Set(Object.values(invitationMoves).flatMap((moves) => Object.values(moves)));
    expect([...InvitationState.options].filter((state) => state !== 'draft' && !reached.has(state))).toEqual([]);
  });
});

describe('who may not', () => {
  test('no studio, analyst or client; nobody unsigned; no other organisation', async () => {
    const rfp = await aRequest();
    const invitation = invitationOf(rfp, 'pub_mag').id;
    for (const [method, url, body] of [
      ['GET', '/api/rfps', undefined],
      ['POST', '/api/rfps', {}],
      ['GET', `/api/rfps/${rfp.id}`, undefined],
      ['PATCH', `/api/rfps/${rfp.id}`, { name: 'x' }],
      ['POST', `/api/rfps/${rfp.id}/invitations`, { publisher_id: 'pub_mag' }],
      ['POST', `/api/rfp-invitations/${invitation}/send`, {}],
      ['POST', `/api/rfp-invitations/${invitation}/remind`, {}],
      ['POST', `/api/rfp-invitations/${invitation}/move`, { move: 'withdraw' }],
      ['POST', `/api/rfp-invitations/${invitation}/counter`, { lines: [{ line_id: 'x' }] }],
      ['POST', `/api/rfp-invitations/${invitation}/comments`, { note: 'x' }],
      ['GET', `/api/rfp-invitations/${invitation}/thread`, undefined],
      ['POST', `/api/rfp-invitations/${invitation}/choose`, {}],
      ['DELETE', `/api/rfps/${rfp.id}`, undefined],
    ] as const) {
      expect((await desk.call(method, url, body, null)).status, url).toBe(401);
      for (const caller of [callerOf('studio'), callerOf('analyst'), callerOf('client', 'org_test', 'adv_acme')])
        expect((await desk.call(method, url, body, caller)).status, `${method} ${url} ${caller.role}`).toBe(403);
      const stranger = await desk.call(method, url, body, callerOf('admin', 'org_other'));
      if (/\/(rfp|rin)_?/.test(url) && url !== '/api/rfps') expect(stranger.status, `${method} ${url}`).toBe(404);
    }
  });

  test('a wrong token opens nothing; withdrawing stops every link; a publisher sees nothing of the others', async () => {
    const wrong = 'x'.repeat(43);
    expect((await desk.call('GET', `/api/p/${wrong}/request`, undefined, null)).status).toBe(404);
    for (const [path, body] of [
      ['offer', { lines: [offered()] }],
      ['refuse', {}],
      ['say', { note: 'x' }],
      ['agree', { version: 1 }],
    ] as const)
      expect((await says(wrong, path, body)).status, path).toBe(404);
    const rfp = await aRequest();
    const { id } = invitationOf(rfp, 'pub_mag');
    const [first, second] = [await send(id), await send(id, 'remind')];
    for (const token of [first, second]) {
      const page = await desk.call('GET', `/p/${token}/request`, undefined, null);
      expect(page.text).toContain('Acme winter');
      expect(page.text).not.toContain('Wire');
    }
    expect((await step(id, 'move', { move: 'withdraw' })).status).toBe(200);
    for (const token of [first, second])
      expect((await desk.call('GET', `/p/${token}/request`, undefined, null)).text).toContain('leads nowhere');
  });
});

describe('from the request to the order', () => {
  test('two publishers answer; one offer is countered, agreed to, chosen: a bought order, signed by the same link, with tags', async () => {
    now = start;
    const rfp = await aRequest();
    const [mag, wire] = [invitationOf(rfp, 'pub_mag').id, invitationOf(rfp, 'pub_wire').id];
    const [token, other] = [await send(mag), await send(wire)];
    expect(await shared(token)).toMatchObject({ state: 'sent', moves: ['answer', 'decline'], offer: [] });

    const line = rfp.lines[0]?.id;
    const more = offered({
      name: 'Newsletter',
      where: 'Weekly letter',
      unit: 'clicks',
      model: 'cpc',
      amount: 90,
      quantity: 500,
    });
    expect((await says(token, 'offer', { lines: [offered({ id: line }), more] })).status).toBe(200);
    expect(
      (await says(other, 'offer', { lines: [offered({ id: line, amount: 950, site: 'wire.example' })] })).status,
    ).toBe(200);
    const offers = await read(rfp.id);
    // 200,000 at 8.00 a thousand, and 500 clicks at 0.90.
    expect(invitationOf(offers, 'pub_mag')).toMatchObject({
      state: 'answered',
      version: 1,
      side: 'them',
      total: 205_000,
    });
    expect(invitationOf(offers, 'pub_mag').lines.map((one) => one.asked)).toEqual([true, false]);
    expect(invitationOf(offers, 'pub_wire').total).toBe(190_000);

    const counter = { lines: [{ line_id: line, amount: 700, last_day: '2027-02-07' }], note: 'For two weeks more?' };
    expect((await step(mag, 'counter', counter)).status).toBe(200);
    expect(refusal(await step(mag, 'choose'))).toBe(
      '409 wrong-state A counter-offer waits for the publisher: nothing is agreed yet.',
    );
    const seen = await shared(token);
    expect(seen).toMatchObject({ state: 'countered', side: 'us', moves: ['answer', 'agree', 'decline'] });
    expect(seen.thread.at(-1)?.differences.map(({ field, before, after }) => [field, before, after])).toEqual([
      ['rate', '800 EUR cpm', '700 EUR cpm'],
      ['last_day', '2027-01-31', '2027-02-07'],
    ]);
    expect(refusal(await says(token, 'agree', { version: 1 }))).toMatch(/^409 conflict version: /);
    expect((await says(token, 'agree', { version: seen.version })).status).toBe(200);

    const chosen = await step(mag, 'choose', { po_number: 'PO-7', note: 'Thank you.' });
    expect(chosen.status, chosen.text).toBe(200);
    const order = invitationOf(Rfp.parse(chosen.body), 'pub_mag').order_id ?? '';
    const summary = OrderSummary.parse((await desk.call('GET', `/api/orders/${order}/summary`)).body);
    expect(summary.order).toMatchObject({
      side: 'buy',
      publisher_id: 'pub_mag',
      po_number: 'PO-7',
      advertiser_id: 'adv_acme',
    });
    expect(summary.lines.map(({ name, state, rate, end }) => [name, state, rate.amount, end])).toEqual([
      ['Rectangle, culture', 'booked', 700, '2027-02-07T23:00:00.000Z'],
      ['Newsletter', 'booked', 90, '2027-01-31T23:00:00.000Z'],
    ]);
    const places = await desk.db.query<{ domain: string; kind: string; code: string; publisher_id: string }>(
      `select s.domain, s.kind, s.publisher_id, p.code from placements p join sites s on s.id = p.site_id where s.domain = 'www.culture-mag.example' order by p.code`,
    );
    expect(places).toEqual([
      { domain: 'www.culture-mag.example', kind: 'external', code: 'culture-section', publisher_id: 'pub_mag' },
      { domain: 'www.culture-mag.example', kind: 'external', code: 'weekly-letter', publisher_id: 'pub_mag' },
    ]);

    // The publisher signs and takes its tags on the link it has.
    const papers = (await desk.call('GET', `/api/orders/${order}/insertion-orders`)).body as { items: unknown[] };
    const paper = InsertionOrder.parse(papers.items[0]);
    expect((await desk.call('GET', `/p/${token}/insertion`, undefined, null)).text).toContain(paper.number);
    expect((await desk.call('GET', `/p/${token}/pdf`, undefined, null)).headers['content-type']).toBe(
      'application/pdf',
    );
    const signed = await says(token, 'sign', { title: 'Sales', document_hash: paper.document_hash });
    expect(signed.body).toMatchObject({ state: 'accepted' });
    const tags = await desk.call('GET', `/p/${token}/tags?lang=fr`, undefined, null);
    expect(tags.text).toContain('culture-section @ www.culture-mag.example');
    expect((await desk.call('GET', `/p/${other}/tags`, undefined, null)).text).toContain('leads nowhere');
    expect((await desk.call('GET', `/p/${other}/pdf`, undefined, null)).status).toBe(404);

    const { items } = (await desk.call('GET', `/api/rfp-invitations/${mag}/thread`, undefined, sales)).body as {
      items: unknown[];
    };
    expect(items.map((one) => ProposalEntry.parse(one).kind)).toEqual(['send', 'answer', 'counter', 'agree', 'choose']);
    expect(refusal(await step(mag, 'choose'))).toMatch(/^409 wrong-state This offer was chosen/);
  });

  test('a second purchase on the same space takes the placement that is there', async () => {
    now = start;
    const before = await desk.db.one<{ count: number }>('select count(*)::int as count from placements');
    for (const _ of [1, 2]) {
      const rfp = await aRequest({ invited: [{ publisher_id: 'pub_mag' }] });
      const { id } = invitationOf(rfp, 'pub_mag');
      const token = await send(id);
      await says(token, 'offer', {
        lines: [offered({ id: rfp.lines[0]?.id, site: 'twice.mag.example', where: 'Top' })],
      });
      expect((await step(id, 'choose')).status).toBe(200);
    }
    const after = await desk.db.one<{ count: number }>('select count(*)::int as count from placements');
    expect((after?.count ?? 0) - (before?.count ?? 0)).toBe(1);
  });

  test.each([
    ['a day before the other', { last_day: '2027-01-01' }, /lines\.0\.last_day: must not be before/],
    ['no site', { site: '' }, /lines\.0\.site: say on which site/],
    ['no size', { sizes: [] }, /lines\.0\.sizes: say which sizes/],
    ['a price that pays for something else', { unit: 'clicks', model: 'cpm' }, /lines\.0: rate\.model: cpm pays for/],
    ['nothing', { quantity: 0 }, /lines\.0: goal\.quantity: must be at least 1/],
    ['more than a line may cost', { quantity: 1e12, amount: 1e12 }, /lines\.0: rate\.amount/],
  ])('an offer with %s is refused in words', async (_, change, sentence) => {
    now = start;
    const rfp = await aRequest({ invited: [{ publisher_id: 'pub_mag' }] });
    const token = await send(invitationOf(rfp, 'pub_mag').id);
    expect(refusal(await says(token, 'offer', { lines: [offered(change)] }))).toMatch(sentence);
  });

  test('a site that is our own, or another publisher’s, is not bought from this one', async () => {
    now = start;
    for (const [site, sentence] of [
      ['news.example', /news\.example is a site of your own/],
      ['mag.example', /mag\.example belongs to another publisher than Wire/],
    ] as const) {
      const rfp = await aRequest({ invited: [{ publisher_id: 'pub_wire' }] });
      const { id } = invitationOf(rfp, 'pub_wire');
      const token = await send(id);
      await says(token, 'offer', { lines: [offered({ site })] });
      expect(refusal(await step(id, 'choose'))).toMatch(sentence);
      expect(invitationOf(await read(rfp.id), 'pub_wire')).toMatchObject({ state: 'answered', order_id: null });
    }
  });

  test('what was read cannot be changed under the publisher', async () => {
    now = start;
    const rfp = await aRequest();
    expect((await desk.call('PATCH', `/api/rfps/${rfp.id}`, { brief: 'Better' }, sales)).status).toBe(200);
    await send(invitationOf(rfp, 'pub_mag').id);
    expect(refusal(await desk.call('PATCH', `/api/rfps/${rfp.id}`, { lines: [asked()] }, sales))).toMatch(
      /^409 wrong-state lines: cannot change once/,
    );
    expect((await desk.call('PATCH', `/api/rfps/${rfp.id}`, { name: 'Renamed' }, sales)).status).toBe(200);
    expect((await desk.call('DELETE', `/api/rfps/${rfp.id}`, undefined, sales)).status).toBe(409);
  });
});

describe('the clock', () => {
  const letters: Letter[] = [];
  const house = () => ({
    db: desk.db,
    clock: () => now,
    mail: { send: async (letter: Letter) => void letters.push(letter), close: () => undefined },
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    origin: 'https://vigie.example',
  });

  test('reminds once, two days before, whoever has an address and has not answered; the letter’s link opens the request', async () => {
    now = start;
    const rfp = await aRequest();
    for (const { id } of rfp.invitations) await send(id);
    expect(await remindInvitations(house())).toBe(0);
    now = new Date('2026-11-30T09:00:00Z');
    letters.length = 0;
    await remindInvitations(house());
    const mine = letters.filter(({ text }) => text.includes('Acme winter'));
    expect(mine.length).toBeGreaterThan(0);
    expect(mine.every(({ to, subject }) => to[0] === 'ads@mag.example' && subject.startsWith('Reminder'))).toBe(true);
    const token = /\/p\/(\S+)\/request/.exec(mine.at(-1)?.text ?? '')?.[1] ?? '';
    expect((await shared(token)).name).toBe('Acme winter');
    letters.length = 0;
    await remindInvitations(house());
    expect(letters).toEqual([]);
  });

  test('expires what was not answered in time; a late answer is refused; opening again takes it', async () => {
    now = start;
    const rfp = await aRequest({ invited: [{ publisher_id: 'pub_mag' }] });
    const { id } = invitationOf(rfp, 'pub_mag');
    const token = await send(id);
    now = new Date('2026-12-01T18:00:00Z');
    // The page says so before the job ran.
    expect((await shared(token)).state).toBe('expired');
    expect(refusal(await says(token, 'offer', { lines: [offered()] }))).toMatch(
      /^409 wrong-state The time to answer is over/,
    );
    expect(await expireInvitations(house())).toBeGreaterThanOrEqual(1);
    expect(await expireInvitations(house())).toBe(0);
    expect(invitationOf(await read(rfp.id), 'pub_mag').state).toBe('expired');
    expect((await step(id, 'move', { move: 'reopen', due_at: '2026-12-10T00:00:00Z' })).status).toBe(200);
    expect((await says(token, 'offer', { lines: [offered()] })).status).toBe(200);
  });
});
