import { expect, test } from 'vitest';
import { openSolver } from '#forecasting';
import { deliver } from './allocation.ts';
import { instanceOf } from './allocation-instances.ts';

test('with 15 % of slack and a restart on the way every line is met, and never passed; greedy delivery falls short', async () => {
  const solve = await openSolver();
  const outcome = await deliver(instanceOf(1000, { slack: 0.15, wrong: 0 }), solve);
  expect(outcome.optimum).toBe(outcome.ordered);
  expect(outcome).toMatchObject({ short: 0, over: 0 });
  expect(outcome.delivered).toBeGreaterThan(outcome.optimum * 0.998);
  expect(outcome.greedy).toBeLessThan(outcome.delivered);
});

test('sold out to the last request, under-delivery stays near the optimum of hindsight', async () => {
  const solve = await openSolver();
  const outcome = await deliver(instanceOf(1001, { slack: 0, wrong: 0.3 }), solve);
  expect(outcome.optimum).toBe(outcome.ordered);
  expect(outcome.over).toBe(0);
  expect(outcome.delivered).toBeLessThanOrEqual(outcome.optimum);
  expect(outcome.delivered).toBeGreaterThan(outcome.optimum * 0.95);
  expect(outcome.delivered).toBeGreaterThan(outcome.greedy);
});
