import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { newId } from './id.ts';

test('a prefix and 20 characters that need no escaping anywhere', () => {
  expect(newId('li')).toMatch(/^li_[0-9a-hjkmnp-tv-z]{20}$/);
});

test('100,000 made in a row are unique and sort in the order of their making', () => {
  const made = Array.from({ length: 100_000 }, () => newId('x'));
  expect(new Set(made).size).toBe(made.length);
  expect(made.every((id, n) => n === 0 || id > (made[n - 1] ?? ''))).toBe(true);
});

test('a later millisecond sorts later, whatever was made between', () => {
  const time = fc.integer({ min: 0, max: 2 ** 44 });
  fc.assert(
    fc.property(time, time, (a, b) => {
      const [one, other] = [newId('x', a), newId('x', b)];
      expect(one < other).toBe(a <= b);
    }),
  );
});
