import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkTerms } from './check-terms.ts';
import { GoalUnit, LineItemInput, LineItemState, LineItemType, RateModel } from './contract.ts';
import { withDefaults } from './create-line-item.ts';
import { ledgerStates, lineItemMoves, mayMove, whyNotMove } from './line-item-states.ts';
import { goalsOfRate, lineItemTypes } from './line-item-types.ts';
import { lineOf } from './testing.ts';
import { bookedAmount, calendarDays, sumsByCurrency } from './totals.ts';

const states = LineItemState.options;

describe('the states of a line item', () => {
  // The public contract's table, spelled out once more: what is not here is refused.
  const contract: Record<string, string> = {
    draft: 'proposed reserved booked cancelled',
    proposed: 'draft reserved booked cancelled',
    reserved: 'draft booked cancelled',
    booked: 'live paused cancelled',
    live: 'paused ended cancelled',
    paused: 'live ended cancelled',
    ended: '',
    cancelled: '',
  };

  test.each(states.flatMap((from) => states.filter((to) => to !== from).map((to) => [from, to] as const)))(
    '%s → %s',
    (from, to) => {
      const allowed = contract[from]?.split(' ').includes(to);
      expect(mayMove(from, to)).toBe(allowed);
      if (!allowed) expect(whyNotMove(from, to)).toMatch(/^[A-Z].*\.$/);
    },
  );

  test('every state can be reached from draft, and only ended and cancelled are final', () => {
    const seen = new Set<LineItemState>(['draft']);
    for (const state of seen) for (const next of lineItemMoves[state]) seen.add(next);
    expect(seen.size).toBe(states.length);
    expect(states.filter((state) => lineItemMoves[state].length === 0)).toEqual(['ended', 'cancelled']);
  });

  test('exactly reserved, booked, live and paused hold inventory', () => {
    expect(states.filter((state) => ledgerStates[state] !== null)).toEqual(['reserved', 'booked', 'live', 'paused']);
  });
});

describe('the terms of a line item', () => {
  const check = (change: Record<string, unknown>) => () =>
    checkTerms(withDefaults(LineItemInput.parse(lineOf('or_1', change))));
  const share = { unit: 'share', quantity: 50 };
  const cap = (per: string, every = 1) => ({ count: 3, per, every });

  test.each<[string, Record<string, unknown>]>([
    ['a standard line', {}],
    [
      'an exclusive sponsorship by the day',
      {
        type: 'sponsorship',
        goal: { unit: 'share', quantity: 100 },
        rate: { model: 'cpd', amount: 50_000, currency: 'EUR' },
      },
    ],
    ['a share of nothing', { type: 'house', goal: { unit: 'share', quantity: 0 } }],
    [
      'conversions of a goal',
      {
        goal: { unit: 'conversions', quantity: 5, goal_id: 'goal_1' },
        rate: { model: 'cpa', amount: 900, currency: 'EUR' },
      },
    ],
    [
      'viewable impressions',
      { goal: { unit: 'viewable_impressions', quantity: 5 }, rate: { model: 'vcpm', amount: 900, currency: 'EUR' } },
    ],
    ['three caps', { frequency_caps: [cap('day'), cap('hour', 4), cap('lifetime')] }],
    ['an edge of the band', { priority: 6 }],
    [
      'a lump sum for many impressions',
      { goal: { unit: 'impressions', quantity: 1e9 }, rate: { model: 'flat', amount: 5_000_000, currency: 'EUR' } },
    ],
  ])('%s passes', (_, change) => expect(check(change)).not.toThrow());

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['priority above the band', { priority: 5 }, /^priority: a standard line item takes 6 to 10, not 5\.$/],
    [
      'priority below the band',
      { type: 'price_priority', priority: 15 },
      /^priority: a price priority line item takes 11 to 14/,
    ],
    [
      'a share on a standard line',
      { goal: share },
      /^goal\.unit: a standard line item is sold by impressions, .*not share\.$/,
    ],
    ['a quantity on a network line', { type: 'network' }, /^goal\.unit: a network line item is sold by share/],
    [
      'a share over 100',
      { type: 'sponsorship', goal: { unit: 'share', quantity: 101 } },
      /^goal\.quantity: a share lies between 0 and 100/,
    ],
    ['no impressions', { goal: { unit: 'impressions', quantity: 0 } }, /^goal\.quantity: must be at least 1/],
    [
      'cpd on a standard line',
      { rate: { model: 'cpd', amount: 1, currency: 'EUR' } },
      /^rate\.model: a standard line item is priced by/,
    ],
    [
      'clicks at cpm',
      { goal: { unit: 'clicks', quantity: 9 } },
      /^rate\.model: cpm pays for impressions or share, not for a goal in clicks/,
    ],
    [
      'conversions of nothing',
      { goal: { unit: 'conversions', quantity: 9 }, rate: { model: 'cpa', amount: 1, currency: 'EUR' } },
      /^goal\.goal_id/,
    ],
    [
      'a goal nobody counts',
      { goal: { unit: 'impressions', quantity: 9, goal_id: 'x' } },
      /^goal\.goal_id: belongs to/,
    ],
    ['dates backwards', { end: '2026-10-01T00:00:00Z' }, /^end: must be later than start\.$/],
    ['no time at all', { end: '2026-11-01T00:00:00+01:00' }, /^end: must be later/],
    ['the same instant in two zones', { end: '2026-10-31T23:00:00Z' }, /^end: must be later/],
    ['the year 0', { start: '0000-01-01T00:00:00Z' }, /^start: must lie between the years 2000 and 2099/],
    ['the year 9999', { end: '9999-01-01T00:00:00Z' }, /^end: must lie between/],
    [
      'two caps per day',
      { frequency_caps: [cap('day'), cap('day')] },
      /^frequency_caps\.1: there are two caps per day/,
    ],
    [
      'two lifetimes',
      { frequency_caps: [cap('lifetime', 2)] },
      /^frequency_caps\.0\.every: a cap per lifetime has no multiple/,
    ],
    ['a cap of two years', { frequency_caps: [cap('month', 24)] }, /^frequency_caps\.0\.every: may be at most 12/],
    ['a placement twice', { placements: ['a', 'b', 'a'] }, /^placements: a is there twice/],
    ['a size twice', { sizes: ['300x250', '300x250'] }, /^sizes: 300x250 is there twice/],
    [
      'more money than there is',
      { goal: { unit: 'impressions', quantity: 1e12 }, rate: { model: 'cpm', amount: 1e12, currency: 'EUR' } },
      /^rate\.amount: goal × rate/,
    ],
    [
      'a fortune a day',
      { type: 'house', goal: share, rate: { model: 'cpd', amount: 1e11, currency: 'EUR' } },
      /^rate\.amount: goal × rate/,
    ],
  ])('%s is refused', (_, change, sentence) => expect(check(change)).toThrow(sentence));

  test('every type has a goal that one of its prices pays for, and a default inside its band', () => {
    for (const type of LineItemType.options) {
      const { priority, goals, rates } = lineItemTypes[type];
      expect(priority[0]).toBeGreaterThanOrEqual(priority[1]);
      expect(priority[0]).toBeLessThanOrEqual(priority[2]);
      for (const goal of goals)
        expect(
          rates.some((rate) => goalsOfRate[rate].includes(goal)),
          `${type} by ${goal}`,
        ).toBe(true);
    }
  });
});

describe('what is booked', () => {
  test.each<[string, GoalUnit, number, RateModel, number, number | null]>([
    ['100,000 impressions at 12.50 a thousand', 'impressions', 100_000, 'cpm', 1250, 125_000],
    ['half a cent goes up', 'impressions', 500, 'cpm', 1, 1],
    ['less than half a cent goes down', 'impressions', 499, 'cpm', 1, 0],
    ['1.5 cents go up', 'impressions', 1500, 'cpm', 1, 2],
    ['viewable impressions', 'viewable_impressions', 20_000, 'vcpm', 800, 16_000],
    ['clicks', 'clicks', 300, 'cpc', 45, 13_500],
    ['conversions', 'conversions', 7, 'cpa', 2500, 17_500],
    ['days', 'share', 100, 'cpd', 90_000, 2_700_000],
    ['a lump sum', 'impressions', 100_000, 'flat', 42, 42],
    ['a share per thousand is known when it is delivered', 'share', 30, 'cpm', 1250, null],
    ['impressions paid by the click too', 'impressions', 1000, 'cpc', 45, null],
    ['as exactly as a cent, at the largest', 'impressions', 999_999_999_999, 'cpm', 999, 998_999_999_999],
  ])('%s', (_, unit, quantity, model, amount, booked) => {
    const worth = bookedAmount({ goal: { unit, quantity }, rate: { model, amount, currency: 'EUR' }, days: 30 });
    expect(worth).toEqual(booked === null ? null : { amount: booked, currency: 'EUR' });
  });

  test('rounding is never off by more than half a minor unit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e7 }), fc.integer({ min: 0, max: 1e7 }), (quantity, amount) => {
        const worth = bookedAmount({
          goal: { unit: 'impressions', quantity },
          rate: { model: 'cpm', amount, currency: 'EUR' },
          days: 1,
        });
        const distance = BigInt(worth?.amount ?? -1) * 1000n - BigInt(quantity) * BigInt(amount);
        expect(distance > -500n && distance <= 500n).toBe(true);
      }),
    );
  });

  test.each([
    ['a whole month', '2026-11-01T00:00:00+01:00', '2026-12-01T00:00:00+01:00', 'Europe/Paris', 30],
    ['over the end of summer time', '2026-10-24T00:00:00+02:00', '2026-10-26T00:00:00+01:00', 'Europe/Paris', 2],
    ['over the start of summer time', '2026-03-28T00:00:00+01:00', '2026-03-30T00:00:00+02:00', 'Europe/Paris', 2],
    ['two hours over midnight', '2026-11-01T23:00:00+01:00', '2026-11-02T01:00:00+01:00', 'Europe/Paris', 2],
    ['the same two hours in UTC', '2026-11-01T23:00:00+01:00', '2026-11-02T01:00:00+01:00', 'UTC', 1],
    ['a minute', '2026-11-01T10:00:00Z', '2026-11-01T10:01:00Z', 'America/New_York', 1],
  ])('days: %s', (_, start, end, zone, days) => expect(calendarDays(start, end, zone)).toBe(days));

  test('currencies are summed apart', () => {
    const money = (amount: number, currency: string) => ({ amount, currency });
    expect(sumsByCurrency([money(5, 'USD'), money(1, 'EUR'), money(2, 'EUR')])).toEqual([
      money(3, 'EUR'),
      money(5, 'USD'),
    ]);
    expect(sumsByCurrency([])).toEqual([]);
  });
});
