import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attribute, attributionModels, type Path, removalEffects, sharesOf } from './attribution.ts';

/** `A>B 3 7`: three converted, seven did not. */
const path = (text: string): Path => {
  const [steps = '', conversions, without] = text.split(' ');
  const channels = steps.split('>');
  return {
    channels,
    ages: channels.map((_, i) => channels.length - i),
    conversions: Number(conversions),
    without: Number(without),
  };
};
const credits = (paths: Path[], model: 'markov' | 'shapley') => Object.fromEntries(attribute(paths)[model]);

/** Worked examples that the literature and a second implementation agree on, to six decimals. */
const v1 = ['G 2 1', 'M 1 0', 'G>M 1 0'].map(path);
const v2 = ['C1>C2>C3 1 0', 'C1 0 1', 'C2>C3 0 1'].map(path);
const v3 = ['A>B>C 3 7', 'A>A>C 2 2', 'B 1 9', 'C>A 4 6', 'B>C>B>A 1 4'].map(path);

describe('rules', () => {
  test.each([
    ['position', [40, 6.6667, 6.6667, 6.6667, 40]],
    ['time_decay', [10.4522, 14.0676, 18.9336, 25.4828, 31.0638]],
    ['linear', [20, 20, 20, 20, 20]],
    ['last', [0, 0, 0, 0, 100]],
    ['first', [100, 0, 0, 0, 0]],
  ] as const)('%s', (model, expected) => {
    for (const [i, share] of sharesOf(model, [11, 8, 5, 2, 0]).entries())
      expect(100 * share).toBeCloseTo(expected[i] ?? Number.NaN, 4);
  });

  test('position of one and of two contacts', () => {
    expect(sharesOf('position', [1])).toEqual([1]);
    expect(sharesOf('position', [3, 1])).toEqual([0.5, 0.5]);
  });
});

describe('Markov', () => {
  test.each([
    ['V1', v1, 0.8, { G: 0.75, M: 0.5 }, { G: 2.4, M: 1.6 }],
    ['V2', v2, 1 / 3, { C1: 0.5, C2: 1, C3: 1 }, { C1: 0.2, C2: 0.4, C3: 0.4 }],
    ['V3', v3, 0.282051, { A: 0.644368, B: 0.516513, C: 0.661863 }, { A: 3.88867, B: 3.117085, C: 3.994246 }],
  ])('%s', (_, paths, probability, effects, expected) => {
    const found = removalEffects(paths);
    expect(found.probability).toBeCloseTo(probability, 6);
    const close = (one: Record<string, number>, other: Record<string, number>) => {
      expect(Object.keys(one).toSorted()).toEqual(Object.keys(other).toSorted());
      for (const [channel, value] of Object.entries(other)) expect(one[channel]).toBeCloseTo(value, 6);
    };
    close(Object.fromEntries(found.effects), effects);
    close(credits(paths, 'markov'), expected);
  });

  test('contacts of one channel in a row are as one', () => {
    const collapsed = v3.map((one) => (one.channels.join() === 'A,A,C' ? path('A>C 2 2') : one));
    const before = credits(v3, 'markov');
    for (const [channel, value] of Object.entries(credits(collapsed, 'markov')))
      expect(value).toBeCloseTo(before[channel] ?? Number.NaN, 9);
  });
});

test('Shapley', () => {
  expect(credits(v1, 'shapley')).toEqual({ G: 2.5, M: 1.5 });
  for (const value of Object.values(credits(v2, 'shapley'))) expect(value).toBeCloseTo(1 / 3, 9);
  const third = credits(v3, 'shapley');
  expect([third['A'], third['B'], third['C']].map((value) => value?.toFixed(6))).toEqual([
    '4.333333',
    '2.333333',
    '4.333333',
  ]);
});

/** Names that a careless implementation would take for its own states or properties. */
const channel = fc.constantFrom('A', 'B', 'C', '(start)', '(conv)', '(null)', 'conv', '__proto__', '');
const anyPaths = fc.array(
  fc.record({
    channels: fc.array(channel, { minLength: 1, maxLength: 6 }),
    conversions: fc.nat(20),
    without: fc.nat(20),
  }),
  { minLength: 1, maxLength: 12 },
);
const withAges = (paths: { channels: string[]; conversions: number; without: number }[]): Path[] =>
  paths.map((one) => ({ ...one, ages: one.channels.map((_, i) => 3 * (one.channels.length - i)) }));

test('credits add up to the conversions, none is negative, and a channel that never led to one gets nothing', () => {
  fc.assert(
    fc.property(anyPaths, (given) => {
      const paths = withAges(given);
      const total = paths.reduce((sum, one) => sum + one.conversions, 0);
      const all = attribute(paths);
      const leading = new Set(paths.filter((one) => one.conversions > 0).flatMap((one) => one.channels));
      for (const model of attributionModels) {
        expect(
          [...all[model].values()].reduce((a, b) => a + b, 0),
          model,
        ).toBeCloseTo(total, 6);
        for (const [name, value] of all[model]) {
          expect(value, model).toBeGreaterThanOrEqual(-1e-9);
          if (model !== 'markov' && !leading.has(name)) expect(value, model).toBe(0);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('names do not matter', () => {
  fc.assert(
    fc.property(anyPaths, (given) => {
      const paths = withAges(given);
      const renamed = paths.map((one) => ({ ...one, channels: one.channels.map((name) => `other ${name}`) }));
      const [before, after] = [attribute(paths), attribute(renamed)];
      for (const model of attributionModels)
        for (const [name, value] of before[model]) expect(after[model].get(`other ${name}`)).toBeCloseTo(value, 9);
    }),
    { numRuns: 100 },
  );
});
