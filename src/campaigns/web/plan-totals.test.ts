import { expect, test } from 'vitest';
import type { PlanLine, Scenario } from '#campaigns/contract';
import { linesOf, totalsOf } from './plan-totals.ts';

const line = (placement_id: string): PlanLine => ({
  placement_id,
  name: placement_id,
  site_id: 's',
  site_name: 'S',
  rate: 1500,
  available: 50_000,
  click_rate: 0.002,
  counted: 0,
  impressions: 20_000,
  viewable: 12_000,
  clicks: 40,
  conversions: 0.8,
  amount: 30_000,
});
const scenario = { lines: [line('a'), line('b')] } as Scenario;

test('nothing changed, nothing changes', () => {
  expect(linesOf(scenario, {})).toEqual(scenario.lines);
});

test('totals follow the quantities', () => {
  expect(totalsOf(linesOf(scenario, { a: 10_000, b: 0 }))).toEqual({
    impressions: 10_000,
    viewable: 6000,
    clicks: 20,
    conversions: 0.4,
    amount: 15_000,
  });
});
