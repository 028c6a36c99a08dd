import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seeded, weighted } from './random.ts';

test('a seed repeats, another differs', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      const draws = (seed: string) => Array.from({ length: 8 }, seeded(seed).next);
      expect(draws(one)).toEqual(draws(one));
      if (one !== other) expect(draws(one)).not.toEqual(draws(other));
    }),
    { numRuns: 50 },
  );
});

test('draws are even, and a choice follows its weights', () => {
  const random = seeded('evenness');
  const draws = Array.from({ length: 20_000 }, random.next);
  for (let tenth = 0; tenth < 10; tenth += 1)
    expect(draws.filter((draw) => Math.floor(draw * 10) === tenth).length / 2000).toBeCloseTo(1, 0.5);
  const choose = weighted([
    ['rare', 1],
    ['often', 9],
    ['never', 0],
  ]);
  const chosen = Array.from({ length: 5000 }, () => choose(random));
  expect(chosen.filter((item) => item === 'often').length / 5000).toBeCloseTo(0.9, 1);
  expect(chosen).not.toContain('never');
});
