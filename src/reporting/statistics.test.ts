import { describe, expect, test } from 'vitest';
import { normal, poisson, randomOf } from './figures.case.ts';
import {
  alphaOfRule,
  dispersion,
  type Group,
  minimumSuccesses,
  normalTail,
  oneProportionP,
  standouts,
  studentTail,
  twoProportionP,
} from './statistics.ts';

describe('tails', () => {
  test.each([
    [normalTail(1.959964), 0.05],
    [normalTail(2.575829), 0.01],
    [normalTail(0), 1],
    [studentTail(2.228139, 10), 0.05],
    [studentTail(12.7062, 1), 0.05],
    [studentTail(3.249836, 9), 0.01],
    [studentTail(2.009575, 49), 0.05],
  ])('%f is %f, as in the tables', (found, expected) => {
    expect(found).toBeCloseTo(expected, 5);
  });
});

test('two proportions give the textbook p: 45/100 against 30/100, z = 2.1909', () => {
  expect(twoProportionP({ n: 100, k: 45 }, { n: 100, k: 30 }, { phi: 1, df: 0 })).toBeCloseTo(0.02846, 4);
});

test('dispersion is one when days agree, and grows with the spread between them', () => {
  const cells = (ks: number[]) => [{ of: 0, cells: ks.map((k) => ({ n: 10_000, k })) }];
  expect(dispersion(cells([50, 50, 50, 50])).phi).toBe(1);
  expect(dispersion(cells([20, 80, 20, 80])).phi).toBeGreaterThan(10);
});

test('nothing is said below the minimum of clicks, however large the difference', () => {
  const group = (of: string, k: number) => ({ of, cells: [{ n: 1000, k }] });
  expect(standouts([group('a', minimumSuccesses - 1), group('b', 400)])).toEqual({});
});

test('a difference that is certain but under 5 % is not worth a sentence', () => {
  const group = (of: string, k: number) => ({ of, cells: [{ n: 100_000_000, k }] });
  expect(standouts([group('a', 1_030_000), group('b', 1_000_000)])).toEqual({});
  expect(standouts([group('a', 1_080_000), group('b', 1_000_000)]).best?.of).toBe('a');
});

/** Share of seeded draws in which a group stands out; `spread` is the day-to-day standard deviation of the rate, relative. */
function alarmRate(options: {
  groups: number;
  days: number;
  perDay: number;
  rate: (group: number) => number;
  spread: number;
  runs: number;
}): number {
  const random = randomOf(20261123);
  let alarms = 0;
  for (let run = 0; run < options.runs; run++) {
    const groups = Array.from({ length: options.groups }, (_, group): Group<number> => ({
      of: group,
      cells: Array.from({ length: options.days }, () => {
        const rate = options.rate(group) * Math.max(0, 1 + options.spread * normal(random));
        return { n: options.perDay, k: poisson(options.perDay * rate, random) };
      }),
    }));
    const { best, worst } = standouts(groups);
    if (best || worst) alarms++;
  }
  return alarms / options.runs;
}

describe('groups of one rate', () => {
  test.each([
    { groups: 2, days: 7, perDay: 3000, spread: 0 },
    { groups: 2, days: 7, perDay: 40_000, spread: 0 },
    { groups: 2, days: 7, perDay: 40_000, spread: 0.15 },
    { groups: 2, days: 30, perDay: 100_000, spread: 0.3 },
    { groups: 8, days: 14, perDay: 20_000, spread: 0.15 },
    { groups: 7, days: 2, perDay: 20_000, spread: 0.1 },
    { groups: 20, days: 30, perDay: 2000, spread: 0 },
  ])(
    'stand out no more often than the rule’s level allows: $groups groups, $days days, $perDay a day, spread $spread',
    (set) => {
      const runs = 1500;
      // Three standard errors of a share estimated from so many runs above the level.
      const limit = alphaOfRule + 3 * Math.sqrt((alphaOfRule * (1 - alphaOfRule)) / runs);
      expect(alarmRate({ ...set, rate: () => 0.004, runs })).toBeLessThanOrEqual(limit);
    },
  );

  test('while a real difference of 30 % is found nearly always', () => {
    const set = { groups: 3, days: 14, perDay: 30_000, spread: 0.05, runs: 300 };
    expect(alarmRate({ ...set, rate: (group) => (group === 0 ? 0.0052 : 0.004) })).toBeGreaterThan(0.95);
  });
});

test('a share equal to its reference is not called different more often than the level allows', () => {
  const random = randomOf(7);
  const runs = 1500;
  let alarms = 0;
  for (let run = 0; run < runs; run++) {
    const cells = Array.from({ length: 7 }, () => ({
      n: 5000,
      k: Math.round(3500 + Math.sqrt(5000 * 0.21) * normal(random)),
    }));
    if (oneProportionP(cells, 0.7) <= alphaOfRule) alarms++;
  }
  expect(alarms / runs).toBeLessThanOrEqual(alphaOfRule + 3 * Math.sqrt(alphaOfRule / runs));
});
