import fc from 'fast-check';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { may } from '#people';
import type { Database, Events } from '#platform';
import { callerOf, openTestApi, openTestDatabase, openTestEvents, type TestApi } from '#platform/testing';
import { InsertionOrder, InvoiceBasis } from './contract.ts';
import type { Delivery } from './delivered.ts';
import { invoiceCsv, invoiceLine } from './invoice-basis.ts';
import { routes } from './routes.ts';
import { fillHouse, lineOf, refusal } from './testing.ts';

let db: Database;
let store: { events: Events; close(): Promise<void> };
let api: TestApi;
const now = new Date('2026-11-23T23:00:00Z');
const seller = callerOf('sales');

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

const call = (method: string, url: string, body?: unknown, caller: typeof seller | undefined = seller) =>
  api.call(caller, method, url, body);
async function anOrder(
  lines: Record<string, unknown>[] = [{}],
  change: object = {},
): Promise<{ id: string; lines: string[] }> {
  const made = await call('POST', '/api/orders', {
    advertiser_id: 'adv_acme',
    name: 'Acme <i>autumn</i>',
    po_number: 'PO-7',
    ...change,
  });
  const { id } = Object(made.body);
  const ids: string[] = [];
  for (const line of lines) {
    const reply = await call('POST', '/api/line-items', lineOf(id, line));
    expect(reply.status, reply.text).toBe(201);
    ids.push(Object(reply.body).id);
    expect((await call('POST', `/api/line-items/${ids.at(-1)}/move`, { to: 'booked' })).status).toBe(200);
  }
  return { id, lines: ids };
}
async function issued(order: string, body: object = {}): Promise<InsertionOrder & { token: string }> {
  const reply = await call('POST', `/api/orders/${order}/insertion-orders`, body);
  expect(reply.status, reply.text).toBe(201);
  return { ...InsertionOrder.parse(reply.body), token: String(Object(reply.body).path).split('/')[2] ?? '' };
}
async function textOf(bytes: Buffer): Promise<string> {
  const document = await getDocument({ data: new Uint8Array(bytes), verbosity: 0 }).promise;
  const page = await document.getPage(1);
  const { items } = await page.getTextContent();
  await document.destroy();
  return items
    .map((item) => ('str' in item ? item.str : ''))
    .join(' ')
    .replaceAll(/\s+/g, ' ');
}

describe('an insertion order', () => {
  test('is closed to nobody, strangers and those who do not sell', async () => {
    const { id } = await anOrder();
    const url = `/api/orders/${id}/insertion-orders`;
    expect((await api.call(undefined, 'POST', url, {})).status).toBe(401);
    for (const role of ['studio', 'analyst', 'client'])
      expect((await call('POST', url, {}, callerOf(role, 'org_test', 'adv_acme'))).status, role).toBe(403);
    const io = await issued(id);
    expect((await call('GET', url, undefined, callerOf('admin', 'org_other'))).status).toBe(404);
    for (const stranger of [callerOf('admin', 'org_other'), callerOf('client', 'org_test', 'adv_globex')])
      expect((await call('GET', `/api/insertion-orders/${io.id}/pdf`, undefined, stranger)).status).toBe(404);
    expect(
      (await call('GET', `/api/insertion-orders/${io.id}/pdf`, undefined, callerOf('client', 'org_test', 'adv_acme')))
        .status,
    ).toBe(200);
  });

  test('needs a line to order', async () => {
    const { id } = await anOrder([]);
    expect(refusal(await call('POST', `/api/orders/${id}/insertion-orders`, {}))).toMatch(/^409 wrong-state/);
  });

  test('numbers have no gap and no twin, however many are issued at once', async () => {
    const orders = await Promise.all([anOrder(), anOrder(), anOrder()]);
    const all = await Promise.all(orders.map(({ id }) => issued(id)));
    const numbers = all.map(({ number }) => Number(number.split('-')[2])).toSorted((a, b) => a - b);
    expect(new Set(numbers).size).toBe(3);
    expect((numbers[2] ?? 0) - (numbers[0] ?? 0)).toBe(2);
    expect(all[0]?.number).toMatch(/^IO-2026-\d{4}$/);
  });

  test('is read and accepted by its link; the PDF bears who, when, from where and the hash', async () => {
    const { id } = await anOrder([{ name: 'Côté <script>' }]);
    const io = await issued(id, { language: 'fr', terms: 'Trente jours.\nTribunal de Lyon.' });
    const page = await api.call(undefined, 'GET', `/p/${io.token}/insertion`);
    expect(page.text).toContain(`Ordre d’insertion ${io.number}`);
    expect(page.text).toContain('Côté &#60;script&#62;');
    expect(String(page.headers['content-security-policy'])).toContain("default-src 'none'");
    const sign = (document_hash: string) =>
      api.call(undefined, 'POST', `/api/p/${io.token}/sign`, { name: 'Ada L.', title: 'CMO', document_hash });
    expect(refusal(await sign('0'.repeat(64)))).toMatch(/^409 conflict document_hash/);
    expect((await sign(io.document_hash)).body).toMatchObject({ state: 'accepted', acceptance: { name: 'Ada L.' } });
    expect((await sign(io.document_hash)).status).toBe(200);
    const pdf = await api.call(undefined, 'GET', `/p/${io.token}/pdf`);
    expect(pdf.headers['content-type']).toBe('application/pdf');
    const text = await textOf(pdf.bytes);
    for (const part of [io.number, 'Ada L.', '127.0.0.1', 'PO-7', 'Trente jours.', '1 250,00', 'Côté <script>'])
      expect(text.replaceAll(/[\u00a0\u202f]/g, ' ')).toContain(part);
    expect(text.replaceAll(' ', '')).toContain(io.document_hash);
    expect((await api.call(undefined, 'GET', `/p/${'x'.repeat(43)}/insertion`)).text).toContain('leads nowhere');
  });

  test('a newer one replaces what nobody accepted, and its link stops; paper is recorded', async () => {
    const { id } = await anOrder();
    const first = await issued(id);
    const second = await issued(id);
    expect(
      (
        await api.call(undefined, 'POST', `/api/p/${first.token}/sign`, {
          name: 'A',
          document_hash: first.document_hash,
        })
      ).status,
    ).toBe(404);
    const url = `/api/insertion-orders/${second.id}/accept-offline`;
    expect(refusal(await call('POST', url, { name: 'Ada', at: '2030-01-01T00:00:00Z' }))).toMatch(/^400 bad-input at:/);
    expect((await call('POST', url, { name: 'Ada', note: 'Fax' })).body).toMatchObject({ state: 'accepted_offline' });
    expect(refusal(await call('POST', url, { name: 'Ada' }))).toMatch(/^409 wrong-state/);
    const listed = Object((await call('GET', `/api/orders/${id}/insertion-orders`)).body).items;
    expect(listed.map(({ state }: InsertionOrder) => state)).toEqual(['accepted_offline', 'superseded']);
  });
});

test('an order is cancelled with its reason: every open line, and what it held', async () => {
  const { id, lines } = await anOrder([{ name: 'One' }, { name: 'Two' }]);
  const cancel = (body: object) => call('POST', `/api/orders/${id}/cancel`, body);
  expect(refusal(await cancel({ reason: ' ' }))).toMatch(/^400 bad-input reason/);
  expect((await cancel({ reason: 'The client went bankrupt' })).body).toEqual({ cancelled: lines.toSorted() });
  const line = Object((await call('GET', `/api/line-items/${lines[0]}`)).body);
  expect(line).toMatchObject({ state: 'cancelled', state_reason: 'The client went bankrupt' });
  expect(
    await db.query("select 1 from reservations where line_item_id = any($1) and state <> 'released'", [lines]),
  ).toEqual([]);
  expect(refusal(await cancel({ reason: 'Again' }))).toMatch(/^409 wrong-state/);
});

describe('what is to be invoiced', () => {
  const row = {
    id: 'li',
    name: 'Line',
    state: 'live' as const,
    rate_model: 'cpm' as const,
    rate_amount: 1250,
    currency: 'EUR',
    goal_unit: 'impressions' as const,
    goal_quantity: 100_000,
    starts_at: '2026-11-01T00:00:00+01:00',
    ends_at: '2026-12-01T00:00:00+01:00',
    time_zone: 'Europe/Paris',
  };
  const delivery = (before: number, within: number): Delivery => ({
    impression: { before, within },
    viewable: { before: before / 2, within: within / 2 },
    click: { before: before / 1000, within: within / 1000 },
    conversion: { before: 0, within: 0 },
  });
  const period = { from: '2026-11-11', to: '2026-11-20' };

  test.each([
    ['what was delivered', {}, [10_000, 20_000], { billable: 20_000, amount: { amount: 25_000 } }],
    [
      'never more than was ordered',
      {},
      [90_000, 30_000],
      { delivered: 30_000, billable: 10_000, amount: { amount: 12_500 } },
    ],
    ['nothing once all is billed', {}, [120_000, 5000], { billable: 0, amount: { amount: 0 } }],
    [
      'a share sold per thousand has no limit',
      { goal_unit: 'share', goal_quantity: 50 },
      [0, 400_000],
      { ordered: null, billable: 400_000 },
    ],
    [
      'clicks',
      { rate_model: 'cpc', rate_amount: 50, goal_unit: 'clicks', goal_quantity: 15 },
      [10_000, 20_000],
      { billable: 5, amount: { amount: 250 } },
    ],
    [
      'days',
      { rate_model: 'cpd', rate_amount: 9000 },
      [0, 0],
      { unit: 'days', ordered: 30, billable: 10, amount: { amount: 90_000 } },
    ],
    [
      'a lump sum by its days',
      { rate_model: 'flat', rate_amount: 100_000 },
      [0, 0],
      { unit: 'line', billable: 0.3333, amount: { amount: 33_334 } },
    ],
    [
      'nothing for days of a cancelled line',
      { rate_model: 'cpd', state: 'cancelled' },
      [0, 0],
      { amount: { amount: 0 } },
    ],
  ] as const)('%s', (_, change, [before, within], expected) => {
    expect(invoiceLine({ ...row, ...change }, delivery(before, within), period)).toMatchObject(expected);
  });

  test('the periods of a line add up to its price, however they are cut', () => {
    const cuts = fc
      .uniqueArray(fc.integer({ min: 1, max: 29 }), { maxLength: 6 })
      .map((days) => days.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(
        cuts,
        fc.constantFrom('flat' as const, 'cpd' as const, 'cpm' as const),
        fc.integer({ min: 1, max: 99_999 }),
        (days, model, rate) => {
          const day = (n: number) => `2026-11-${String(n).padStart(2, '0')}`;
          const edges = [0, ...days, 30];
          const perDay = 3333;
          const sum = edges.slice(1).reduce((total, end, i) => {
            const start = edges[i] ?? 0;
            const one = { ...row, rate_model: model, rate_amount: rate, goal_quantity: 80_000 };
            return (
              total +
              invoiceLine(one, delivery(start * perDay, (end - start) * perDay), { from: day(start + 1), to: day(end) })
                .amount.amount
            );
          }, 0);
          expect(sum).toBe({ flat: rate, cpd: 30 * rate, cpm: Math.round((80_000 * rate) / 1000) }[model]);
        },
      ),
    );
  });

  test('over HTTP: from the facts, net of invalid traffic; as CSV without formulas', async () => {
    const { id, lines } = await anOrder([{ name: '=SUM(A1)' }], { name: '=Order' });
    const hour = (local_date: string, kind: string, events: number, invalid = '') => ({
      org_id: 'org_test',
      local_hour: `${local_date} 10:00:00`,
      local_date,
      kind,
      invalid,
      line_item_id: lines[0],
      events,
    });
    await store.events.insert(
      'ad_hours',
      [
        hour('2026-11-05', 'impression', 40_000),
        hour('2026-11-15', 'impression', 30_000),
        hour('2026-11-15', 'impression', 9000, 'bot'),
        hour('2026-11-25', 'impression', 5),
      ],
      { token: 'invoice' },
    );
    const url = `/api/orders/${id}/invoice-basis`;
    expect(refusal(await call('GET', `${url}?from=2026-11-20&to=2026-11-10`))).toMatch(/^400 bad-input to:/);
    const basis = InvoiceBasis.parse((await call('GET', `${url}?from=2026-11-10&to=2026-11-20`)).body);
    expect(basis.lines).toMatchObject([
      { ordered: 100_000, delivered: 30_000, delivered_to_date: 70_000, billable: 30_000 },
    ]);
    expect(basis.totals).toEqual([{ amount: 37_500, currency: 'EUR' }]);
    const csv = await call('GET', `${url}.csv?from=2026-11-10&to=2026-11-20&language=fr`);
    expect(csv.headers['content-type']).toContain('text/csv');
    expect(csv.text).toContain(`"'=SUM(A1)"`);
    expect(csv.text).toContain('37');
    expect(String(invoiceCsv(basis, 'en').bytes).split('\r\n')).toHaveLength(3);
    expect(
      (
        await call(
          'GET',
          `${url}?from=2026-11-10&to=2026-11-20`,
          undefined,
          callerOf('client', 'org_test', 'adv_globex'),
        )
      ).status,
    ).toBe(404);
  });
});
