import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertPast } from '#forecasting/testing';
import { may } from '#people';
import type { Database, Events } from '#platform';
import { callerOf, openTestApi, openTestDatabase, openTestEvents, type TestApi } from '#platform/testing';
import { MediaPlan, Proposal } from './contract.ts';
import {
  bindingOf,
  type Choice,
  limitOf,
  lpOf,
  type PlanProblem,
  quantitiesOf,
  reachOf,
  valueOf,
} from './media-plan-model.ts';
import { solvePrograms } from './media-plan-solver.ts';
import { routes } from './routes.ts';
import { fillHouse, refusal } from './testing.ts';

const choice = (id: number, change: Partial<Choice> = {}): Choice => ({
  id: `p${id}`,
  site_id: 's0',
  rate: 1000,
  available: 100_000,
  forecast: 200_000,
  click_rate: 0.001,
  conversion_rate: 0.02,
  ...change,
});
const problem = (choices: Choice[], change: Partial<PlanProblem> = {}): PlanProblem => ({
  choices,
  objective: 'traffic',
  budget: 100_000,
  least: 1000,
  most_placements: null,
  most_share: 1,
  frequencies: new Map(),
  ...change,
});

/** The best over every choice of placements: within one, the cheapest clicks first. */
function bruteForce(asked: PlanProblem): number {
  const { choices, budget, least, most_placements } = asked;
  const limits = choices.map((one) => limitOf(one, asked));
  const worth = ({ click_rate, conversion_rate }: Choice) =>
    1000 * click_rate * (asked.objective === 'conversion' ? conversion_rate : 1);
  let best = 0;
  for (let mask = 0; mask < 2 ** choices.length; mask++) {
    const used = choices.flatMap((one, i) => ((mask >> i) & 1 ? [{ one, limit: limits[i] ?? 0 }] : []));
    if (used.some(({ limit }) => limit <= 0)) continue;
    if (most_placements !== null && used.length > most_placements) continue;
    let left = budget - used.reduce((sum, { one }) => sum + (one.rate * least) / 1000, 0);
    if (left < -1e-9) continue;
    let value = used.reduce((sum, { one }) => sum + (worth(one) * least) / 1000, 0);
    for (const { one, limit } of used.toSorted((a, b) => worth(b.one) / b.one.rate - worth(a.one) / a.one.rate)) {
      const more = Math.min(limit - least / 1000, left / one.rate);
      value += more * worth(one);
      left -= more * one.rate;
    }
    best = Math.max(best, value);
  }
  return best;
}

describe('the optimiser', () => {
  const choices = fc.array(
    fc.record({
      rate: fc.integer({ min: 50, max: 4000 }),
      available: fc.integer({ min: 0, max: 400_000 }),
      click_rate: fc.integer({ min: 1, max: 80 }).map((count) => count / 10_000),
    }),
    { minLength: 1, maxLength: 7 },
  );
  const asked = fc
    .record({
      choices,
      objective: fc.constantFrom('traffic' as const, 'conversion' as const),
      budget: fc.integer({ min: 100, max: 600_000 }),
      least: fc.constantFrom(0, 1000, 25_000),
      most_placements: fc.option(fc.integer({ min: 1, max: 4 }), { nil: null }),
      most_share: fc.constantFrom(1, 0.5, 0.25),
    })
    .map((one) =>
      problem(
        one.choices.map((each, i) => choice(i, each)),
        { ...one, choices: one.choices.map((each, i) => choice(i, each)) },
      ),
    );

  test('finds what trying every choice of placements finds', async () => {
    const problems = fc.sample(asked, { numRuns: 60, seed: 11 });
    const solutions = await solvePrograms(problems.map((one) => ({ lp: lpOf(one), gap: 1e-9, seconds: 5 })));
    for (const [i, one] of problems.entries()) {
      const quantities = quantitiesOf(one, solutions[i]?.columns ?? {});
      const best = bruteForce(one);
      // Whole impressions: at most one less on each placement.
      const lost = one.choices.reduce((sum, each) => sum + each.click_rate, 0);
      expect(valueOf(one, quantities)).toBeGreaterThanOrEqual(best - lost - 1e-6 * best);
      expect(valueOf(one, quantities)).toBeLessThanOrEqual(best + lost + 1e-6 * best);
      const cost = one.choices.reduce((sum, each, at) => sum + ((quantities[at] ?? 0) * each.rate) / 1000, 0);
      expect(cost).toBeLessThanOrEqual(one.budget + 1);
      for (const [at, count] of quantities.entries()) {
        expect(count === 0 || count >= one.least).toBe(true);
        expect(count).toBeLessThanOrEqual((one.choices[at]?.available ?? 0) + 1);
      }
      expect(quantities.filter((count) => count > 0).length).toBeLessThanOrEqual(one.most_placements ?? 99);
    }
  });

  test('reach: as good as a fine grid over two sites', async () => {
    const pair = problem(
      [
        choice(0, { site_id: 's0', rate: 900, available: 150_000, forecast: 200_000 }),
        choice(1, { site_id: 's1', rate: 700, available: 90_000, forecast: 120_000 }),
      ],
      {
        objective: 'awareness',
        budget: 90_000,
        least: 0,
        frequencies: new Map([
          ['s0', 2.5],
          ['s1', 6],
        ]),
      },
    );
    const [solution] = await solvePrograms([{ lp: lpOf(pair), gap: 1e-9, seconds: 5 }]);
    const reached = valueOf(pair, quantitiesOf(pair, solution?.columns ?? {}));
    let best = 0;
    for (let q0 = 0; q0 <= 100_000; q0 += 250) {
      const q1 = Math.min(90_000, ((90_000 - (q0 * 900) / 1000) / 700) * 1000);
      if (q1 >= 0) best = Math.max(best, valueOf(pair, [q0, q1]));
    }
    expect(reached).toBeGreaterThan(0.995 * best);
    expect(reached).toBeLessThan(1.005 * best);
  });

  test('a visitor-day is reached once; more impressions reach ever fewer', () => {
    expect(reachOf(1000, 1000, 4)).toBe(250);
    expect(reachOf(500, 1000, 1)).toBe(500);
    const steps = [0, 250, 500, 750, 1000].map((shown) => reachOf(shown, 1000, 4));
    const gains = steps.slice(1).map((reach, i) => reach - (steps[i] ?? 0));
    expect(gains.toSorted((a, b) => b - a)).toEqual(gains);
  });

  test.each([
    [problem([choice(0, { available: 500_000 })]), [100_000], ['budget']],
    [problem([choice(0, { available: 50_000 })]), [50_000], ['space']],
    [problem([choice(0), choice(1)], { most_share: 0.25, budget: 100_000 }), [25_000, 25_000], ['share']],
    [problem([choice(0), choice(1)], { most_placements: 1, budget: 1e9 }), [100_000, 0], ['count', 'space']],
  ])('says what binds: %#', (one, quantities, codes) => {
    expect(bindingOf(one, quantities).map(({ code }) => code)).toEqual(codes);
  });
});

describe('a plan', () => {
  let db: Database;
  let store: { events: Events; close(): Promise<void> };
  let api: TestApi;
  const now = new Date('2026-11-23T23:00:00Z');
  const seller = callerOf('sales');
  const brief = { objective: 'traffic', budget: 30_000, currency: 'EUR', start: '2026-12-01', end: '2026-12-10' };
  const post = (change: object = {}, caller = seller) =>
    api.call(caller, 'POST', '/api/media-plans', {
      name: 'Winter',
      advertiser_id: 'adv_acme',
      brief: { ...brief, ...change },
    });

  beforeAll(async () => {
    [db, store] = await Promise.all([openTestDatabase(), openTestEvents()]);
    api = await openTestApi({ routes, db, events: store.events, clock: () => now, may });
    await fillHouse(db);
    const past = { site_id: 'site_news', from: '2026-10-01', to: '2026-11-23' };
    await insertPast(store.events, [
      { ...past, placement_id: 'pl_side', perDay: () => 3000 },
      { ...past, placement_id: 'pl_top', perDay: () => 6000 },
    ]);
  }, 60_000);
  afterAll(async () => {
    await api?.close();
    await store?.close();
    await db?.close();
  });

  test('is closed to studio, analyst, client, nobody; and another organisation finds none', async () => {
    expect((await api.call(undefined, 'GET', '/api/media-plans')).status).toBe(401);
    for (const role of ['studio', 'analyst', 'client']) expect((await post({}, callerOf(role))).status, role).toBe(403);
  });

  test('needs a price, and says so', async () => {
    expect(refusal(await post())).toMatch(/^409 wrong-state No rate card in EUR/);
    await db.query(
      `insert into rate_cards (id, org_id, name, currency, valid_from, rates) values ('rate_26', 'org_test', '2026', 'EUR', '2026-01-01',
         '[{"model":"cpm","amount":1000,"placement_id":"pl_side"},{"model":"cpm","amount":2000,"placement_id":"pl_top"}]')`,
    );
  });

  test.each([
    [{ end: '2026-11-30' }, /^400 bad-input brief\.end/],
    [{ start: '2026-01-01', end: '2026-01-02' }, /^400 bad-input brief\.end/],
    [{ budget: 0 }, /^400 bad-input brief\.budget/],
    [{ exclude: ['pl_side', 'pl_top'] }, /^409 wrong-state No own placement/],
  ])('%j is refused', async (change, sentence) => {
    expect(refusal(await post(change))).toMatch(sentence);
  });

  test('buys the cheaper clicks first, stays in budget, and names what binds', async () => {
    const reply = await post();
    expect(reply.status, reply.text).toBe(201);
    const plan = MediaPlan.parse(reply.body);
    expect(plan.scenarios.map(({ key }) => key)).toEqual(['best', 'spread', 'prudent', 'more']);
    const [best] = plan.scenarios;
    // 300 € buy the 30,000 impressions of the side at 10 €.
    expect(best?.lines[0]).toMatchObject({ placement_id: 'pl_side', rate: 1000 });
    for (const scenario of plan.scenarios) {
      expect(scenario.total.amount).toBeLessThanOrEqual(scenario.budget + scenario.lines.length);
      expect(scenario.total.amount).toBe(scenario.lines.reduce((sum, { amount }) => sum + amount, 0));
      expect(scenario.binding.length).toBeGreaterThan(0);
    }
    expect(plan.scenarios[1]?.lines.every(({ amount }) => amount <= 7501)).toBe(true);
    expect(plan.basis.map(({ code }) => code)).toContain('plan-usual-clicks');
  });

  test('without a forecast the brief is kept, and the plan says that there is none', async () => {
    await db.query(
      `insert into placements (id, org_id, site_id, code, name, formats) values ('pl_new', 'org_test', 'site_news', 'new', 'New', '{300x600}')`,
    );
    await db.query(
      `update rate_cards set rates = rates || '[{"model":"cpm","amount":900,"placement_id":"pl_new"}]' where id = 'rate_26'`,
    );
    const plan = MediaPlan.parse((await post({ formats: ['300x600'] })).body);
    expect(plan.scenarios.every(({ lines }) => lines.length === 0)).toBe(true);
    expect(plan.basis.map(({ code }) => code)).toEqual(['plan-no-forecast']);
    expect(refusal(await api.call(seller, 'POST', `/api/media-plans/${plan.id}/propose`, {}))).toMatch(
      /^400 bad-input scenario/,
    );
  });

  test('becomes a proposal, with quantities of one’s own', async () => {
    const plan = MediaPlan.parse((await post({ budget: 90_000 })).body);
    const propose = (body: object) => api.call(seller, 'POST', `/api/media-plans/${plan.id}/propose`, body);
    expect(refusal(await propose({ quantities: [{ placement_id: 'pl_none', impressions: 1 }] }))).toMatch(/quantities/);
    const reply = await propose({ quantities: [{ placement_id: 'pl_side', impressions: 12_000 }] });
    expect(reply.status, reply.text).toBe(201);
    const proposal = Proposal.parse(reply.body);
    expect(proposal).toMatchObject({ state: 'draft', name: 'Winter', advertiser_id: 'adv_acme' });
    expect(proposal.lines.find(({ placements }) => placements[0] === 'pl_side')).toMatchObject({
      goal: { quantity: 12_000 },
      rate: { model: 'cpm', amount: 1000 },
      start: '2026-11-30T23:00:00.000Z',
      end: '2026-12-10T23:00:00.000Z',
    });
  });

  test('is computed again when its brief changes, and deleted', async () => {
    const plan = MediaPlan.parse((await post()).body);
    const changed = await api.call(seller, 'PATCH', `/api/media-plans/${plan.id}`, {
      brief: { ...brief, budget: 10_000, objective: 'awareness' },
    });
    expect(MediaPlan.parse(changed.body).scenarios[0]?.total.amount).toBeLessThanOrEqual(10_001);
    const stranger = callerOf('admin', 'org_other');
    expect((await api.call(stranger, 'GET', `/api/media-plans/${plan.id}`)).status).toBe(404);
    expect((await api.call(stranger, 'DELETE', `/api/media-plans/${plan.id}`)).status).toBe(404);
    expect((await api.call(seller, 'DELETE', `/api/media-plans/${plan.id}`)).status).toBe(204);
    expect((await api.call(seller, 'GET', `/api/media-plans/${plan.id}`)).status).toBe(404);
  });
});
