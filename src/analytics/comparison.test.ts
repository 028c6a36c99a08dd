import { expect, test } from 'vitest';
import { besidePeriod } from './comparison.ts';
import type { Period } from './dates.ts';

/** Half past nine in Paris, on a Saturday. */
const now = new Date('2026-11-28T08:30:00Z');
const days = (from: string, to = from): Period => ({ from, to });
const until = (day: string, at: string): Period => ({
  from: day,
  to: day,
  instants: { from: new Date(`${day}T00:00:00+01:00`), to: new Date(at) },
});

test.each<[string, Period, 'previous_period' | 'year_over_year', boolean, Period]>([
  [
    'a period that is over',
    days('2026-11-20', '2026-11-26'),
    'previous_period',
    false,
    days('2026-11-13', '2026-11-19'),
  ],
  [
    'today, up to the same time',
    days('2026-11-28'),
    'previous_period',
    false,
    until('2026-11-27', '2026-11-27T08:30:00Z'),
  ],
  ['today beside last year', days('2026-11-28'), 'year_over_year', false, until('2025-11-28', '2025-11-28T08:30:00Z')],
  ['today by the hour: step by step', days('2026-11-28'), 'previous_period', true, days('2026-11-27')],
  [
    'the running month, so far',
    days('2026-11-01', '2026-11-30'),
    'previous_period',
    false,
    days('2026-10-02', '2026-10-29'),
  ],
  [
    'the running month by day: step by step',
    days('2026-11-01', '2026-11-30'),
    'previous_period',
    true,
    days('2026-10-02', '2026-10-31'),
  ],
  [
    'seven days with today',
    days('2026-11-22', '2026-11-28'),
    'previous_period',
    false,
    days('2026-11-15', '2026-11-21'),
  ],
  ['the running year', days('2026-01-01', '2026-12-31'), 'year_over_year', false, days('2025-01-01', '2025-11-28')],
  ['a period to come', days('2026-12-01', '2026-12-31'), 'previous_period', false, days('2026-10-31', '2026-11-30')],
])('%s', (_name, period, mode, byTime, beside) => {
  expect(besidePeriod(period, mode, { zone: 'Europe/Paris', now, byTime })).toEqual(beside);
});
