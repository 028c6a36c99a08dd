import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openInsertGate } from './insert-gate.ts';

test('inserts run side by side, what rewrites their sums with nothing beside it, and all of them end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.record({ kind: fc.constantFrom('insert' as const, 'alone' as const), fails: fc.boolean() }), {
        maxLength: 12,
      }),
      async (scheduler, asked) => {
        const gate = openInsertGate();
        const running = { insert: 0, alone: 0 };
        const all = asked.map(({ kind, fails }, n) =>
          gate[kind](async () => {
            running[kind]++;
            expect(running.alone === 0 || (running.alone === 1 && running.insert === 0)).toBe(true);
            await scheduler.schedule(Promise.resolve(), `${kind} ${n}`);
            running[kind]--;
            if (fails) throw new Error('no');
          }).catch((error: Error) => {
            if (error.message !== 'no') throw error;
          }),
        );
        await scheduler.waitFor(Promise.all(all));
        expect(running).toEqual({ insert: 0, alone: 0 });
      },
    ),
  );
});

test('inserts do not wait for each other', async () => {
  const gate = openInsertGate();
  let free: () => void = () => undefined;
  const first = gate.insert(() => new Promise<void>((resolve) => (free = resolve)));
  await gate.insert(() => Promise.resolve());
  free();
  await first;
});
