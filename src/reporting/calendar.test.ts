import { expect, test } from 'vitest';
import { dayCount, daysOf, localDay, periodBefore, plusDays, startOfDay, weekdayOf } from './calendar.ts';

test('days are counted on the calendar, both ends included', () => {
  expect(daysOf({ from: '2026-10-30', to: '2026-11-02' })).toEqual([
    '2026-10-30',
    '2026-10-31',
    '2026-11-01',
    '2026-11-02',
  ]);
  expect(dayCount({ from: '2024-02-28', to: '2024-03-01' })).toBe(3);
  expect(periodBefore({ from: '2026-11-09', to: '2026-11-15' })).toEqual({ from: '2026-11-02', to: '2026-11-08' });
  expect(plusDays('2026-12-31', 1)).toBe('2027-01-01');
  expect([weekdayOf('2026-11-23'), weekdayOf('2026-11-29')]).toEqual([0, 6]);
});

test.each([
  ['2026-11-01', 'Europe/Paris', '2026-10-31T23:00:00.000Z'],
  ['2026-10-25', 'Europe/Paris', '2026-10-24T22:00:00.000Z'],
  ['2026-10-26', 'Europe/Paris', '2026-10-25T23:00:00.000Z'],
  // Clocks skip midnight: the day begins at 01:00.
  ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
  ['2026-06-01', 'Pacific/Kiritimati', '2026-05-31T10:00:00.000Z'],
  ['2026-06-01', 'Pacific/Pago_Pago', '2026-06-01T11:00:00.000Z'],
])('%s in %s begins at %s', (day, zone, instant) => {
  const start = startOfDay(day, zone);
  expect(start.toISOString()).toBe(instant);
  expect([localDay(start, zone), localDay(new Date(start.getTime() - 1), zone)]).toEqual([day, plusDays(day, -1)]);
});
