import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays } from '#platform/web';
import { dragged, gripsOf, lanesOf, levelOf, periodsBetween, rowsBetween, type Row } from './timeline-layout.ts';

const days = fc
  .tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 40 }))
  .map(([at, length]) => ({ first_day: addDays('2027-01-01', at), last_day: addDays('2027-01-01', at + length) }));

test('bars of a lane never share a day, and there are no more lanes than bookings at once', () => {
  fc.assert(
    fc.property(fc.array(days, { maxLength: 40 }), (list) => {
      const laid = lanesOf(list);
      for (const a of laid)
        for (const b of laid)
          if (a !== b && a.lane === b.lane)
            expect(a.one.last_day < b.one.first_day || b.one.last_day < a.one.first_day).toBe(true);
      const most = Math.max(
        0,
        ...list.map(
          ({ first_day }) => list.filter((one) => one.first_day <= first_day && one.last_day >= first_day).length,
        ),
      );
      expect(Math.max(0, ...laid.map(({ lane }) => lane + 1))).toBe(most);
    }),
  );
});

test('what is on screen is found by halving as by looking at all', () => {
  const heights = fc.array(fc.integer({ min: 30, max: 200 }), { maxLength: 60 });
  fc.assert(
    fc.property(heights, fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 1, max: 900 }), (list, top, height) => {
      let at = 0;
      const rows = list.map((one) => {
        const row = { top: at, height: one } as Row;
        at += one;
        return row;
      });
      const [first, end] = rowsBetween(rows, top, top + height);
      const seen = rows.filter((row) => row.top + row.height > top && row.top < top + height);
      expect(rows.slice(first, end)).toEqual(seen);
    }),
  );
  const weeks = [
    { start: '2027-01-01', end: '2027-01-03' },
    { start: '2027-01-04', end: '2027-01-10' },
    { start: '2027-01-11', end: '2027-01-12' },
  ];
  expect(periodsBetween(weeks, '2027-01-01', [3, 9])).toEqual([1, 2]);
  expect(periodsBetween(weeks, '2027-01-01', [2, 10])).toEqual([0, 3]);
});

test('a booking keeps its length when it is moved, and never ends before it begins', () => {
  fc.assert(
    fc.property(days, fc.integer({ min: -60, max: 60 }), (one, by) => {
      const length = (d: typeof one) => Date.parse(d.last_day) - Date.parse(d.first_day);
      expect(length(dragged(one, 'move', by))).toBe(length(one));
      expect(length(dragged(one, 'end', by))).toBeGreaterThanOrEqual(0);
      expect(length(dragged(one, 'start', by))).toBeGreaterThanOrEqual(0);
      expect(dragged(one, 'start', by).last_day).toBe(one.last_day);
    }),
  );
});

test.each([
  [{ kind: 'line-item', space: 'held' }, ['move', 'start', 'end']],
  [{ kind: 'line-item', space: 'sold' }, ['end']],
  [{ kind: 'line-item', space: 'past' }, []],
  [{ kind: 'proposal', space: 'held' }, []],
] as const)('%j can be dragged by %j', (one, grips) => {
  expect(gripsOf(one)).toEqual(grips);
});

test.each([
  [undefined, 'none'],
  [0, 'free'],
  [69.9, 'free'],
  [70, 'busy'],
  [95, 'full'],
  [140, 'full'],
])('%s %% is %s', (percent, level) => {
  expect(levelOf(percent, { busy: 70, full: 95 })).toBe(level);
});
