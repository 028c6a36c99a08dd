import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayOf, weekdayOf } from './day.ts';
import { forecastSeries } from './forecast-series.ts';
import { holidaysBetween } from './holidays.ts';

const firstDay = dayOf('2025-01-06');
const none = new Map<number, string>();
type Shape = (t: number, day: number) => number | null;
const series = (length: number, shape: Shape, first = firstDay) => ({
  values: Array.from({ length }, (_, t) => shape(t, first + t)),
  firstDay: first,
  holidays: none,
});
const weekly = (base: number) => (_: number, day: number) => (weekdayOf(day) > 4 ? base * 0.5 : base);
/** A ripple that repeats every 11 days, within ± 5 %. */
const ripple = (t: number) => 1 + 0.05 * Math.sin((2 * Math.PI * t) / 11);
const within = (value: number | undefined, wanted: number, part: number) => {
  expect(value).toBeGreaterThan(wanted * (1 - part));
  expect(value).toBeLessThan(wanted * (1 + part));
};

describe('what is learnt', () => {
  test('days of the week', () => {
    const forecast = forecastSeries(series(60, weekly(1000)), 14);
    for (const { day, forecast: said } of forecast?.days ?? []) within(said, weekdayOf(day) > 4 ? 500 : 1000, 0.05);
  });

  test('a trend goes on, and is damped', () => {
    const forecast = forecastSeries(
      series(120, (t) => Math.round(1000 * Math.exp(0.005 * t))),
      90,
    );
    const last = 1000 * Math.exp(0.005 * 119);
    expect(forecast?.days[13]?.forecast).toBeGreaterThan(last * 1.02);
    expect(forecast?.days[89]?.forecast).toBeLessThan(last * Math.exp(0.005 * 90));
  });

  test('the year, once it was seen', () => {
    const yearly: Shape = (t, day) => Math.round(2000 * (1 + 0.5 * Math.sin((2 * Math.PI * day) / 364)) * ripple(t));
    const history = series(600, yearly);
    const forecast = forecastSeries(history, 91);
    expect(forecast?.years).toBeGreaterThan(0);
    const day = firstDay + 600 + 60;
    within(forecast?.days[60]?.forecast, 2000 * (1 + 0.5 * Math.sin((2 * Math.PI * day) / 364)), 0.12);
  });

  test('holidays: this year’s are like those before', () => {
    const first = dayOf('2024-01-01');
    const holidays = holidaysBetween('FR', first, first + 900);
    const values = Array.from({ length: 486 }, (_, t) =>
      Math.round((holidays.has(first + t) ? 400 : 1000) * ripple(t)),
    );
    const forecast = forecastSeries({ values, firstDay: first, holidays }, 14);
    // 1 May 2025 lies 0 days after the history's end on 30 April.
    const said = (date: string) => forecast?.days.find(({ day }) => day === dayOf(date))?.forecast ?? 0;
    expect(said('2025-05-01')).toBeLessThan(650);
    within(said('2025-05-06'), 1000, 0.15);
  });

  test('missing days and days gone mad move it little', () => {
    const clean = series(90, (t, day) => Math.round(weekly(1000)(t, day) * ripple(t)));
    const values = clean.values.map((value, t) => (t % 17 === 3 ? null : t % 29 === 5 ? 20_000 : value));
    const forecast = forecastSeries({ ...clean, values }, 28);
    expect(forecast?.missing).toBe(6);
    expect(forecast?.outliers).toBeGreaterThanOrEqual(2);
    for (const { day, forecast: said } of forecast?.days ?? []) within(said, weekdayOf(day) > 4 ? 500 : 1000, 0.15);
  });

  test('a lasting change of level is believed', () => {
    const forecast = forecastSeries(
      series(120, (t) => Math.round((t < 80 ? 1000 : 2500) * ripple(t))),
      14,
    );
    within(forecast?.days[6]?.forecast, 2500, 0.15);
  });

  test('under seven days: no forecast; seven are enough', () => {
    expect(
      forecastSeries(
        series(6, () => 100),
        5,
      ),
    ).toBeUndefined();
    expect(
      forecastSeries(
        series(9, (t) => (t % 3 === 0 ? null : 100)),
        5,
      ),
    ).toBeUndefined();
    within(
      forecastSeries(
        series(7, () => 100),
        5,
      )?.days[0]?.forecast,
      100,
      0.02,
    );
  });
});

test('always finite, never negative, and low ≤ forecast ≤ high, whatever the history', () => {
  const value = fc.oneof(
    { weight: 6, arbitrary: fc.nat(5000) },
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom(0, 1e9) },
  );
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 500 }), fc.nat(3000), (values, first) => {
      const forecast = forecastSeries({ values, firstDay: first, holidays: none }, 40);
      expect(forecast !== undefined).toBe(values.filter((one) => one !== null).length >= 7);
      for (const [i, { day, forecast: said, low, high }] of (forecast?.days ?? []).entries()) {
        expect(day).toBe(first + values.length + i);
        expect(Number.isFinite(said) && Number.isFinite(high)).toBe(true);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(said);
        expect(said).toBeLessThanOrEqual(high);
      }
    }),
    { numRuns: 40, seed: 7 },
  );
});
