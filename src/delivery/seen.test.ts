import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openSeen } from './seen.ts';

const id = fc.record({ high: fc.integer({ min: 1, max: 5 }), low: fc.nat(40) });

test('behaves as a set of ids, taken back ones included, through any growth and a restart', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(id, fc.constantFrom('add', 'add', 'remove', 'restart')), { maxLength: 300 }),
      (steps) => {
        let seen = openSeen(3_600_000, 600_000);
        const model = new Set<string>();
        for (const [one, step] of steps) {
          const name = `${one.high}-${one.low}`;
          if (step === 'add') {
            expect(seen.add(one, 0)).toBe(!model.has(name));
            model.add(name);
          } else if (step === 'remove') {
            seen.remove(one, 0);
            model.delete(name);
          } else {
            const dump = seen.dump();
            seen = openSeen(3_600_000, 600_000);
            seen.load(dump);
          }
          expect(seen.has(one, 0)).toBe(model.has(name));
          expect(seen.size()).toBe(model.size);
        }
      },
    ),
  );
});

test('holds a hundred thousand', () => {
  const seen = openSeen(3_600_000, 600_000);
  const at = (i: number) => ({ high: i + 1, low: Math.imul(i, 2_654_435_761) >>> 0 });
  for (let i = 0; i < 100_000; i++) expect(seen.add(at(i), 0)).toBe(true);
  expect(seen.size()).toBe(100_000);
  for (let i = 0; i < 100_000; i += 97) expect(seen.add(at(i), 0)).toBe(false);
});

test('forgets what can no longer be valid, and nothing that is', () => {
  const seen = openSeen(3_600_000, 600_000);
  seen.add({ high: 1, low: 1 }, 599_999);
  seen.add({ high: 1, low: 2 }, 600_000);
  seen.forget(4_200_000);
  expect(seen.size()).toBe(2);
  seen.forget(4_200_001);
  expect([seen.has({ high: 1, low: 1 }, 599_999), seen.has({ high: 1, low: 2 }, 600_000)]).toEqual([false, true]);
});
