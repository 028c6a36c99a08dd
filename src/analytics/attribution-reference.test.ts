/** Attribution held against slow references that follow the definitions word by word. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attribute, type Path, sharesOf } from './attribution.ts';

const anyPaths = fc
  .array(
    fc.record({
      channels: fc.array(fc.constantFrom('A', 'B', 'C', 'D', 'E'), { minLength: 1, maxLength: 5 }),
      conversions: fc.nat(9),
      without: fc.nat(9),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((given): Path[] => given.map((one) => ({ ...one, ages: one.channels.map((_, i) => one.channels.length - i) })));

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}

test('Shapley is the mean of what a channel adds over every order in which channels can come', () => {
  fc.assert(
    fc.property(anyPaths, (paths) => {
      const channels = [...new Set(paths.flatMap((path) => path.channels))];
      // Worth of a set of channels: the conversions whose contacts all lie in it.
      const worth = (set: readonly string[]) =>
        paths
          .filter((path) => path.channels.every((channel) => set.includes(channel)))
          .reduce((sum, path) => sum + path.conversions, 0);
      const orders = permutations(channels);
      const found = attribute(paths).shapley;
      for (const channel of channels) {
        const added = orders.map((order) => {
          const before = order.slice(0, order.indexOf(channel));
          return worth([...before, channel]) - worth(before);
        });
        const mean = added.reduce((a, b) => a + b, 0) / orders.length;
        expect(found.get(channel), channel).toBeCloseTo(mean, 6);
      }
    }),
    { numRuns: 100 },
  );
});

/** The probability to end in a conversion, by letting one unit flow until nothing is left on its way; a removed channel leads nowhere. */
function flowing(paths: readonly Path[], removed?: string): number {
  const steps = new Map<string, Map<string, number>>();
  const count = (from: string, to: string, times: number) => {
    const out = steps.get(from) ?? new Map<string, number>();
    out.set(to, (out.get(to) ?? 0) + times);
    steps.set(from, out);
  };
  for (const { channels, conversions, without } of paths) {
    const times = conversions + without;
    for (const [i, channel] of channels.entries()) count(i === 0 ? '(start)' : (channels[i - 1] ?? ''), channel, times);
    count(channels.at(-1) ?? '', '(conversion)', conversions);
    count(channels.at(-1) ?? '', '(nothing)', without);
  }
  let here = new Map([['(start)', 1]]);
  let arrived = 0;
  for (let round = 0; round < 4000 && here.size > 0; round++) {
    const next = new Map<string, number>();
    for (const [state, amount] of here) {
      const out = steps.get(state) ?? new Map<string, number>();
      const sum = [...out.values()].reduce((a, b) => a + b, 0);
      for (const [to, times] of out) {
        const part = sum === 0 ? 0 : (amount * times) / sum;
        if (to === '(conversion)') arrived += part;
        else if (to !== '(nothing)' && to !== removed && part > 1e-14) next.set(to, (next.get(to) ?? 0) + part);
      }
    }
    here = next;
  }
  return arrived;
}

test('Markov shares the conversions by what is lost without each channel', () => {
  fc.assert(
    fc.property(anyPaths, (paths) => {
      const channels = [...new Set(paths.flatMap((path) => path.channels))];
      const total = paths.reduce((sum, path) => sum + path.conversions, 0);
      const whole = flowing(paths);
      const effects = channels.map((channel) => (whole === 0 ? 0 : 1 - flowing(paths, channel) / whole));
      const sum = effects.reduce((a, b) => a + b, 0);
      const found = attribute(paths).markov;
      for (const [i, channel] of channels.entries())
        expect(found.get(channel), channel).toBeCloseTo(sum === 0 ? 0 : (total * (effects[i] ?? 0)) / sum, 5);
    }),
    { numRuns: 100 },
  );
});

test('time decay halves what a contact earns with every seven days that it is older', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 90 }), { minLength: 1, maxLength: 8 }), (given) => {
      const ages = given.toSorted((a, b) => b - a);
      const shares = sharesOf('time_decay', ages);
      expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
      for (const [i, age] of ages.entries())
        expect(shares[i]).toBeCloseTo((shares.at(-1) ?? 0) * 0.5 ** ((age - (ages.at(-1) ?? 0)) / 7), 9);
    }),
  );
});

test('by position the ends earn 40 % each and those between share 20 %', () => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 20 }), (n) => {
      const shares = sharesOf(
        'position',
        Array.from({ length: n }, (_, i) => n - i),
      );
      expect([shares[0], shares.at(-1)]).toEqual([0.4, 0.4]);
      for (const share of shares.slice(1, -1)) expect(share).toBeCloseTo(0.2 / (n - 2), 12);
    }),
  );
});
