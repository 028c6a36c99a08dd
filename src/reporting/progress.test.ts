import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Counts } from './figures.ts';
import { dueShare, type LineTerms, progressOf } from './progress.ts';

const line = (change: Partial<LineTerms> = {}): LineTerms => ({
  state: 'live',
  start: '2026-11-01T00:00:00Z',
  end: '2026-12-01T00:00:00Z',
  pacing: 'even',
  goal: { unit: 'impressions', quantity: 300_000 },
  ...change,
});
const counts = (impressions: number, clicks = 0): Counts => ({ impressions, viewable: 0, clicks, spend: 0 });
const middle = new Date('2026-11-16T00:00:00Z');
const status = (change: Partial<LineTerms>, delivered: Counts, at = middle) =>
  progressOf(line(change), delivered, at, 'UTC').status;

describe('the status of a line', () => {
  test.each([
    ['on-track', status({}, counts(150_000))],
    ['on-track', status({}, counts(143_000))],
    ['behind', status({}, counts(142_000))],
    ['ahead', status({}, counts(158_000))],
    ['on-track', status({ pacing: 'asap' }, counts(200_000))],
    ['on-track', status({ pacing: 'frontloaded' }, counts(180_000))],
    ['behind', status({ pacing: 'frontloaded' }, counts(150_000))],
    ['complete', status({}, counts(300_000))],
    ['silent', status({}, counts(0))],
    ['upcoming', status({}, counts(0), new Date('2026-10-20T00:00:00Z'))],
    ['ended-short', status({}, counts(299_999), new Date('2026-12-02T00:00:00Z'))],
    ['paused', status({ state: 'paused' }, counts(10))],
    ['no-goal', status({ goal: { unit: 'share', quantity: 40 } }, counts(10))],
    // 12 clicks where 18 were due are within what chance does.
    ['on-track', status({ goal: { unit: 'clicks', quantity: 36 } }, counts(9000, 12))],
    ['behind', status({ goal: { unit: 'clicks', quantity: 3600 } }, counts(9000, 1200))],
    ['behind', status({ goal: { unit: 'conversions', quantity: 600 } }, { ...counts(9000), conversions: 0 })],
    ['on-track', status({ goal: { unit: 'conversions', quantity: 600 } }, { ...counts(9000), conversions: 290 })],
    ['complete', status({ goal: { unit: 'conversions', quantity: 600 } }, { ...counts(9000), conversions: 600 })],
    ['silent', status({ goal: { unit: 'conversions', quantity: 600 } }, { ...counts(0), conversions: 0 })],
  ])('%s', (expected, found) => {
    expect(found).toBe(expected);
  });
});

test('the projection continues the rate so far, and names the day when that is before the end', () => {
  expect(progressOf(line(), counts(120_000), middle, 'UTC').progress).toMatchObject({
    expected: 150_000,
    projected: 240_000,
    reached_on: null,
  });
  expect(progressOf(line(), counts(200_000), middle, 'UTC').progress).toMatchObject({
    projected: 300_000,
    reached_on: '2026-11-23',
  });
});

test('what is due grows from nothing to all, whatever the pacing, and a projection never passes the goal', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('even', 'frontloaded', 'asap'),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (pacing, a, b) => {
        const [early, late] = a < b ? [a, b] : [b, a];
        expect(dueShare(pacing, early)).toBeLessThanOrEqual(dueShare(pacing, late) + 1e-12);
        expect(dueShare(pacing, 0)).toBe(0);
        expect(dueShare(pacing, 1)).toBeCloseTo(1, 12);
      },
    ),
  );
  fc.assert(
    fc.property(fc.nat(300_000), fc.integer({ min: 1, max: 720 }), (delivered, hours) => {
      const { progress } = progressOf(
        line(),
        counts(delivered),
        new Date(Date.parse('2026-11-01T00:00:00Z') + hours * 3_600_000),
        'UTC',
      );
      expect(progress?.projected).toBeLessThanOrEqual(300_000);
      expect(progress?.projected).toBeGreaterThanOrEqual(delivered);
    }),
  );
});
