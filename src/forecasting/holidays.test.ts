import { expect, test } from 'vitest';
import { dateOf, dayOf } from './day.ts';
import { easter, holidaysBetween, orthodoxEaster } from './holidays.ts';

test.each([
  [1961, '1961-04-02'],
  [2000, '2000-04-23'],
  [2019, '2019-04-21'],
  [2024, '2024-03-31'],
  [2025, '2025-04-20'],
  [2026, '2026-04-05'],
  [2038, '2038-04-25'],
])('Easter of %i is %s', (year, date) => {
  expect(dateOf(easter(year))).toBe(date);
});

test.each([
  [2016, '2016-05-01'],
  [2024, '2024-05-05'],
  [2025, '2025-04-20'],
  [2026, '2026-04-12'],
  [2027, '2027-05-02'],
])('Orthodox Easter of %i is %s', (year, date) => {
  expect(dateOf(orthodoxEaster(year))).toBe(date);
});

const datesOf = (country: string, year: number) =>
  [...holidaysBetween(country, dayOf(`${year}-01-01`), dayOf(`${year}-12-31`)).keys()].map(dateOf).toSorted();

test('the eleven days off of France in 2026', () => {
  expect(datesOf('FR', 2026)).toEqual([
    '2026-01-01',
    '2026-04-06',
    '2026-05-01',
    '2026-05-08',
    '2026-05-14',
    '2026-05-25',
    '2026-07-14',
    '2026-08-15',
    '2026-11-01',
    '2026-11-11',
    '2026-12-25',
  ]);
});

test('holidays that fall on the first such weekday: Sweden’s Midsummer, Britain’s August', () => {
  expect(datesOf('SE', 2026)).toContain('2026-06-20');
  expect(datesOf('GB', 2026)).toContain('2026-08-31');
  expect(datesOf('IE', 2026)).toContain('2026-10-26');
});

test('a holiday keeps its name over the years, and a country without rules has none', () => {
  const days = holidaysBetween('DE', dayOf('2025-01-01'), dayOf('2026-12-31'));
  expect(days.get(dayOf('2025-04-21'))).toBe(days.get(dayOf('2026-04-06')));
  expect(holidaysBetween('XX', 0, 20_000).size).toBe(0);
});
