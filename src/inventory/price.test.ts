import { readFileSync } from 'node:fs';
import { may, type Role } from '#people';
import { callerOf, openTestApi, openTestDatabase } from '#platform/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { closestRate } from './list-rates.ts';
import { daysBetween, priceOf, type Pricing } from './price.ts';
import { noRules, PriceRules, RateModel } from './price-words.ts';
import { routes } from './routes.ts';
import { TargetingGroup } from './targeting.ts';

const Case = z.strictObject({
  name: z.string(),
  asked: z.strictObject({
    model: RateModel,
    places: z.array(z.strictObject({ name: z.string(), amount: z.int() })),
    quantity: z.int(),
    start: z.string(),
    end: z.string(),
    isPackage: z.boolean().default(false),
    targeting: TargetingGroup.nullable().default(null),
    insertions: z.int().default(1),
    discount: z.number().default(0),
    agency: z.boolean().default(false),
    rules: PriceRules.partial().default({}),
  }),
  steps: z.array(z.tuple([z.string(), z.int()])),
  gross: z.int(),
  net: z.int(),
  payable: z.int(),
  unit: z.int(),
});
const cases = z.array(Case).parse(JSON.parse(readFileSync(new URL('./cases/prices.json', import.meta.url), 'utf8')));

const asked = (given: z.output<typeof Case>['asked']): Pricing => ({
  ...given,
  currency: 'EUR',
  rules: { ...noRules, ...Object.fromEntries(Object.entries(given.rules).filter(([, value]) => value !== undefined)) },
});

describe('worked prices', () => {
  test.each(cases)('$name', (worked) => {
    const answer = priceOf(asked(worked.asked));
    expect(answer.steps.map(({ code, amount }) => [code, amount])).toEqual(worked.steps);
    expect(answer).toMatchObject({ gross: worked.gross, net: worked.net, payable: worked.payable });
    expect(answer.unit_rate).toEqual({ amount: worked.unit, currency: 'EUR' });
  });

  test('the explanation adds up, and no discount makes it dearer', () => {
    const percent = fc.integer({ min: 0, max: 10_000 }).map((n) => n / 100);
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1e7 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 1e8 }),
        fc.constantFrom(...RateModel.options),
        percent,
        percent,
        percent,
        fc.integer({ min: 0, max: 60 }),
        (amounts, quantity, model, discount, volume, commission, length) => {
          const start = '2026-02-20';
          const end = new Date(Date.parse(start) + length * 86_400_000).toISOString().slice(0, 10);
          const question: Pricing = {
            model,
            currency: 'EUR',
            places: amounts.map((amount, index) => ({ name: `p${index}`, amount })),
            isPackage: false,
            quantity,
            start,
            end,
            targeting: null,
            insertions: 1,
            discount,
            agency: true,
            rules: {
              ...noRules,
              weekdays: [{ days: ['sat'], percent: 12.5 }],
              volume_discounts: [{ from: 1, percent: volume }],
              agency_commission: commission,
            },
          };
          const answer = priceOf(question);
          expect(answer.steps.reduce((total, step) => total + step.amount, 0)).toBe(answer.payable);
          expect(answer.payable).toBeGreaterThanOrEqual(0);
          expect(answer.payable).toBeLessThanOrEqual(answer.net);
          expect(answer.net).toBeLessThanOrEqual(priceOf({ ...question, discount: 0 }).net);
        },
      ),
    );
  });

  test('days include both ends', () => {
    expect(daysBetween('2026-12-31', '2027-01-01')).toEqual(['2026-12-31', '2027-01-01']);
  });
});

test('the closest rate applies', () => {
  const rate = (amount: number, where: object) => ({ model: 'cpm' as const, amount, ...where });
  const rates = [
    rate(1, {}),
    rate(2, { format: '300x250' }),
    rate(3, { site_id: 's' }),
    rate(4, { site_id: 's', format: '300x250' }),
    rate(5, { placement_id: 'p' }),
    rate(6, { placement_id: 'p', format: '300x250' }),
  ];
  const amount = (id: string, site_id: string, formats: string[], format?: string) =>
    closestRate(rates, { id, site_id, formats }, 'cpm', format)?.amount;
  expect(amount('x', 'y', ['728x90'])).toBe(1);
  expect(amount('x', 'y', ['300x250'])).toBe(2);
  expect(amount('x', 's', ['728x90'])).toBe(3);
  expect(amount('x', 's', ['728x90', '300x250'], '300x250')).toBe(4);
  expect(amount('p', 's', ['728x90', '300x250'])).toBe(5);
  expect(amount('p', 's', ['300x250'])).toBe(6);
  expect(closestRate(rates, { id: 'p', site_id: 's', formats: [] }, 'cpc', undefined)).toBeUndefined();
});

describe('over HTTP', () => {
  let db: Awaited<ReturnType<typeof openTestDatabase>>;
  let api: Awaited<ReturnType<typeof openTestApi>>;
  const sales = callerOf('sales');
  const places: string[] = [];
  let card = '';
  const call = (method: string, url: string, body?: unknown, caller = sales) => api.call(caller, method, url, body);
  const made = async (url: string, body: unknown, caller = callerOf('admin')): Promise<string> => {
    const reply = await call('POST', url, body, caller);
    expect(reply.status, reply.text).toBe(201);
    return z.object({ id: z.string() }).parse(reply.body).id;
  };

  beforeAll(async () => {
    db = await openTestDatabase();
    api = await openTestApi({ routes, db, may: (role, right) => may(role as Role, right) });
    for (const org of ['org_test', 'org_other'])
      await db.query('insert into organisations (id, name) values ($1, $1)', [org]);
    const site_id = await made('/api/sites', {
      domain: 'n.example',
      name: 'N',
      time_zone: 'Europe/Paris',
      currency: 'EUR',
    });
    for (const code of ['top', 'side']) {
      places.push(
        await made('/api/placements', {
          site_id,
          code,
          name: code,
          formats: ['300x250'],
          floor: { amount: 900, currency: 'EUR' },
        }),
      );
    }
    card = await made('/api/rate-cards', {
      name: '2026',
      currency: 'EUR',
      valid_from: '2026-01-01',
      valid_to: '2026-12-31',
      rates: [{ model: 'cpm', amount: 1000 }],
      volume_discounts: [{ from: 100_000, percent: 10 }],
      minimum_spend: 5_000,
    });
  });
  afterAll(async () => {
    await api.close();
    await db.close();
  });

  const question = () => ({ placements: places, quantity: 100_000, start: '2026-11-02', end: '2026-11-08' });

  test('nobody without the right learns a price', async () => {
    for (const role of ['studio', 'analyst', 'client'])
      expect((await call('POST', '/api/price', question(), callerOf(role))).status, role).toBe(403);
    expect((await api.call(undefined, 'POST', '/api/price', question())).status).toBe(401);
    expect((await call('POST', '/api/price', question(), callerOf('sales', 'org_other'))).status).toBe(404);
  });

  test('the card of the day, its rules, the floor', async () => {
    const reply = await call('POST', '/api/price', question());
    expect(reply.body).toMatchObject({
      rate_card_id: card,
      gross: 100_000,
      net: 90_000,
      unit_rate: { amount: 900 },
      warnings: [],
    });
    const cheaper = await call('POST', '/api/price', { ...question(), discount: 10 });
    expect(cheaper.body).toMatchObject({ net: 81_000, warnings: [{ code: 'below-floor' }, { code: 'below-floor' }] });
  });

  test.each<[string, object, RegExp]>([
    ['no day of a card', { start: '2025-11-02', end: '2025-11-08' }, /No rate card/],
    ['dates the wrong way', { end: '2026-11-01' }, /^end: /],
    ['nothing bought', { quantity: 0 }, /^quantity: /],
    ['no place', { placements: [] }, /^placements: /],
    ['an unknown place', { placements: ['plc_none'] }, /^placements: /],
    ['a model without price', { model: 'cpc' }, /no cpc price/],
    ['a format it does not take', { format: '728x90' }, /^format: /],
    ['half a discount step', { discount: 1.005 }, /^discount: /],
    ['an unknown package', { placements: [], package_id: 'pkg_none' }, /^package_id: /],
  ])('%s is refused', async (_, change, sentence) => {
    const reply = await call('POST', '/api/price', { ...question(), ...change });
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.status).toBeLessThan(500);
    expect(z.object({ detail: z.string() }).parse(reply.body).detail).toMatch(sentence);
  });

  test('a card’s rules change one by one; two tiers from one amount are refused', async () => {
    const changed = await call('PATCH', `/api/rate-cards/${card}`, { agency_commission: 15 });
    expect(changed.body).toMatchObject({ agency_commission: 15, minimum_spend: 5_000, seasons: [] });
    const refused = await call('PATCH', `/api/rate-cards/${card}`, {
      volume_discounts: [
        { from: 5, percent: 1 },
        { from: 5, percent: 2 },
      ],
    });
    expect(refused.body).toMatchObject({ code: 'bad-input', field: 'volume_discounts.1.from' });
  });

  test('a package: made, priced, changed, removed', async () => {
    const items = places.map((placement_id) => ({ placement_id }));
    const input = { name: 'Both', currency: 'EUR', model: 'cpd', amount: 45_000, items };
    expect((await call('POST', '/api/packages', input, callerOf('analyst'))).status).toBe(403);
    expect((await call('POST', '/api/packages', { ...input, items: [...items, ...items] })).body).toMatchObject({
      field: 'items.2.placement_id',
    });
    const package_id = await made('/api/packages', input, sales);
    const price = await call('POST', '/api/price', { package_id, start: '2026-11-06', end: '2026-11-08' });
    expect(price.body).toMatchObject({
      gross: 135_000,
      net: 121_500,
      steps: [{ code: 'package' }, { code: 'volume_discount' }],
    });
    expect((await call('PATCH', `/api/packages/${package_id}`, { amount: 1 })).body).toMatchObject({
      amount: 1,
      name: 'Both',
    });
    expect((await call('DELETE', `/api/packages/${package_id}`)).status).toBe(204);
    expect((await call('GET', `/api/packages/${package_id}`)).status).toBe(404);
  });
});
