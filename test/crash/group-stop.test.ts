/** A service manager tells every process of the group to stop at once, not the first alone. */
import { expect, test } from 'vitest';
import { childrenOf, startVigie } from '../journeys/vigie.ts';

test('told all at once, everything ends, and ends well', async () => {
  const vigie = await startVigie({ VIGIE_LOG: 'error' });
  const children = childrenOf(vigie);
  expect(children.map(({ role }) => role).toSorted()).toEqual(['chdb-server', 'control-process', 'edge-process']);
  const ended = new Promise<number | null>((resolve) => vigie.process.once('exit', resolve));
  for (const { pid } of children) process.kill(pid, 'SIGTERM');
  // Long enough for a child that ended by itself to be started again.
  await new Promise((resolve) => setTimeout(resolve, 250));
  vigie.process.kill('SIGTERM');
  expect(await ended).toBe(0);
  for (const { pid } of children) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
}, 60_000);
