import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textInTurns } from './text-in-turns.ts';

const json = fc.jsonValue({ depthSize: 'small' });

test('is what JSON.stringify writes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(
        fc.string(),
        fc.oneof(json, fc.constant(undefined), fc.array(json), fc.dictionary(fc.string(), json)),
      ),
      async (of) => {
        expect(await textInTurns(of)).toBe(JSON.stringify(of));
      },
    ),
  );
});

test.each([0, 1, 99, 100, 101, 1_000])('a list and a map of %i', async (many) => {
  const list = Array.from({ length: many }, (_, n) => ({ n, text: 'é"\n' }));
  const of = { list, map: Object.fromEntries(list.map((one) => [`id_${one.n}`, one])), last: null };
  expect(await textInTurns(of)).toBe(JSON.stringify(of));
});

test('lets other work come in between', async () => {
  const of = { list: Array.from({ length: 100_000 }, (_, n) => ({ n, text: 'x'.repeat(50), more: [n, n, n] })) };
  let turns = 0;
  let isWritten = false;
  const count = () => {
    turns++;
    if (!isWritten) setImmediate(count);
  };
  setImmediate(count);
  await textInTurns(of);
  isWritten = true;
  expect(turns).toBeGreaterThan(3);
});
