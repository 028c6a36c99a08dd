import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DateRange } from './contract.ts';
import {
  addDays,
  addMonths,
  dayOf,
  daysBetween,
  grainOf,
  isoInZone,
  type Period,
  periodBefore,
  periodOf,
  startOfDay,
  timeLabels,
  wallClock,
} from './dates.ts';

const paris = 'Europe/Paris';
const now = new Date('2026-11-23T12:00:00Z');
const zones = [
  paris,
  'UTC',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Kiritimati',
  'America/Sao_Paulo',
];

describe('ranges on the site’s calendar', () => {
  const ranges: [DateRange, string, string][] = [
    ['day', '2026-11-23', '2026-11-23'],
    ['7d', '2026-11-16', '2026-11-22'],
    ['28d', '2026-10-26', '2026-11-22'],
    ['30d', '2026-10-24', '2026-11-22'],
    ['month', '2026-11-01', '2026-11-30'],
    ['6mo', '2026-05-01', '2026-10-31'],
    ['12mo', '2025-11-01', '2026-10-31'],
    ['year', '2026-01-01', '2026-12-31'],
    ['all', '2024-02-29', '2026-11-23'],
    [['2026-02-01', '2026-02-28'], '2026-02-01', '2026-02-28'],
  ];
  test.each(ranges)('%s', (range, from, to) => {
    expect(periodOf(range, paris, now, '2024-02-29')).toEqual({ from, to });
  });

  test('today is the site’s, not the server’s', () => {
    const late = new Date('2026-11-23T23:30:00Z');
    expect(periodOf('day', paris, late, '')).toEqual({ from: '2026-11-24', to: '2026-11-24' });
    expect(periodOf('day', 'America/New_York', late, '')).toEqual({ from: '2026-11-23', to: '2026-11-23' });
  });

  const grains: [Period, string][] = [
    [{ from: '2026-11-23', to: '2026-11-23' }, 'hour'],
    [{ from: '2026-11-22', to: '2026-11-23' }, 'hour'],
    [{ from: '2026-11-21', to: '2026-11-23' }, 'day'],
    [{ from: '2026-10-01', to: '2026-11-10' }, 'day'],
    [{ from: '2026-10-01', to: '2026-11-11' }, 'week'],
    [{ from: '2025-11-24', to: '2026-11-23' }, 'week'],
    [{ from: '2025-11-01', to: '2026-11-23' }, 'month'],
  ];
  test.each(grains)('%j is shown by %s', (period, grain) => expect(grainOf(period)).toBe(grain));
});

describe('periods to compare with', () => {
  test('as many days right before, or the same dates a year before', () => {
    expect(periodBefore({ from: '2026-03-01', to: '2026-03-31' }, 'previous_period')).toEqual({
      from: '2026-01-29',
      to: '2026-02-28',
    });
    expect(periodBefore({ from: '2024-02-29', to: '2024-03-01' }, 'year_over_year')).toEqual({
      from: '2023-02-28',
      to: '2023-03-01',
    });
  });

  test('exact times move by their own span', () => {
    const period = periodOf(['2026-11-20T10:00:00Z', '2026-11-20T11:00:00Z'], paris, now, '');
    expect(periodBefore(period, 'previous_period').instants).toEqual({
      from: new Date('2026-11-20T08:59:59.999Z'),
      to: new Date('2026-11-20T09:59:59.999Z'),
    });
  });
});

describe('labels', () => {
  test('a spring day has no 02:00, an autumn day has it once', () => {
    const spring = timeLabels({ from: '2026-03-29', to: '2026-03-29' }, 'hour', paris);
    expect([spring.length, spring[1], spring[2]]).toEqual([23, '2026-03-29 01:00:00', '2026-03-29 03:00:00']);
    const autumn = timeLabels({ from: '2026-10-25', to: '2026-10-25' }, 'hour', paris);
    expect([autumn.length, autumn[2], autumn[3]]).toEqual([24, '2026-10-25 02:00:00', '2026-10-25 03:00:00']);
    expect(startOfDay('2026-03-30', paris).getTime() - startOfDay('2026-03-29', paris).getTime()).toBe(23 * 3_600_000);
    expect(startOfDay('2026-10-26', paris).getTime() - startOfDay('2026-10-25', paris).getTime()).toBe(25 * 3_600_000);
  });

  test('every fact of a period falls under one of its labels, in every zone', () => {
    const start = Date.parse('2026-01-01T00:00:00Z');
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 525_600 }),
        fc.integer({ min: 0, max: 2 }),
        (zone, minutes, more) => {
          const at = new Date(start + minutes * 60_000);
          const day = dayOf(at, zone);
          const period = { from: addDays(day, -more), to: day };
          const clock = wallClock(at, zone);
          expect(timeLabels(period, 'hour', zone)).toContain(`${clock.slice(0, 13)}:00:00`);
          expect(timeLabels(period, 'day', zone)).toContain(day);
          expect(timeLabels(period, 'month', zone)).toContain(`${day.slice(0, 7)}-01`);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('labels follow each other, cover the period and never leave it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3000 }),
        fc.integer({ min: 0, max: 400 }),
        fc.constantFrom('day', 'week', 'month'),
        (first, length, grain) => {
          const from = addDays('2020-01-01', first);
          const period = { from, to: addDays(from, length) };
          const labels = timeLabels(period, grain, paris);
          expect([...labels].sort()).toEqual(labels);
          expect(new Set(labels).size).toBe(labels.length);
          expect(labels.at(-1)! <= period.to).toBe(true);
          if (grain === 'day') expect(labels.length).toBe(daysBetween(period.from, period.to) + 1);
        },
      ),
    );
  });

  test('a day starts at the first instant that carries its date', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.integer({ min: 0, max: 4000 }), (zone, n) => {
        const day = addDays('2018-01-01', n);
        const at = startOfDay(day, zone);
        expect(dayOf(at, zone)).toBe(day);
        expect(dayOf(new Date(at.getTime() - 1), zone) < day).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test('months keep within the month', () => {
    expect(addMonths('2026-01-31', 1)).toBe('2026-02-28');
    expect(addMonths('2026-03-31', -13)).toBe('2025-02-28');
  });

  test('instants carry the zone’s offset', () => {
    expect(isoInZone(now, paris)).toBe('2026-11-23T13:00:00+01:00');
    expect(isoInZone(now, 'America/New_York')).toBe('2026-11-23T07:00:00-05:00');
    expect(isoInZone(now, 'Asia/Kolkata')).toBe('2026-11-23T17:30:00+05:30');
  });
});
