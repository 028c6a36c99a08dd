/** The client of a shared Valkey or Redis: what it says of a server that is there, away, hung, or not fit. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openLog } from './logger.ts';
import { startTestValkey, testValkey, type TestValkey } from './testing.ts';
import { examineValkey, openValkey, type Valkey } from './valkey.ts';
import { freePort } from './valkey-for-tests.ts';

test('a server that is not there is said once, and holds nothing up', async () => {
  const said: string[] = [];
  const url = `redis://127.0.0.1:${await freePort()}`;
  const valkey = openValkey(url, { log: openLog('edge', 'info', (line) => said.push(line)), now: Date.now });
  const began = performance.now();
  for (let n = 0; n < 5; n++) await expect(valkey.run([['ping']], 1_000)).rejects.toThrow();
  expect(performance.now() - began).toBeLessThan(500);
  expect(valkey.isUp()).toBe(false);
  expect(valkey.awaySince()).toBeTypeOf('number');
  // Not while it is just connecting for the first time.
  expect(said).toEqual([]);
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  for (let n = 0; n < 5; n++) await expect(valkey.run([['ping']], 1_000)).rejects.toThrow();
  expect(said.length).toBe(1);
  expect(said[0]).toContain('VIGIE_VALKEY_URL');
  valkey.close();
  await expect(examineValkey(url)).rejects.toThrow(/^127\.0\.0\.1:\d+ does not answer: connect ECONNREFUSED/);
});

describe.skipIf(!testValkey)('with Valkey (skipped where neither valkey-server nor redis-server is installed)', () => {
  let server: TestValkey;
  let valkey: Valkey;
  const said: string[] = [];
  beforeEach(async () => {
    server = await startTestValkey(testValkey ?? '');
    said.length = 0;
    valkey = openValkey(server.url, { log: openLog('edge', 'info', (line) => said.push(line)), now: Date.now });
    await vi.waitUntil(() => valkey.run([['ping']], 500).catch(() => undefined), { timeout: 5_000 });
    said.length = 0;
  });
  afterEach(async () => {
    valkey.close();
    await server.stop();
  });

  test('answers commands in order, and refuses all when one fails', async () => {
    expect(
      await valkey.run(
        [
          ['set', 'a', 1],
          ['incr', 'a'],
          ['get', 'a'],
        ],
        500,
      ),
    ).toEqual(['OK', 2, '2']);
    await expect(valkey.run([['get', 'a'], ['nonsense']], 500)).rejects.toThrow(/unknown command/);
  });

  test('a server that hangs is given up after the time limit, and found again', async () => {
    server.pause();
    const began = performance.now();
    await expect(valkey.run([['ping']], 200)).rejects.toThrow('no answer within 200 ms');
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(valkey.isUp()).toBe(false);
    server.resume();
    await vi.waitUntil(() => valkey.run([['ping']], 500).catch(() => undefined), { timeout: 5_000 });
    expect(valkey.isUp()).toBe(true);
    expect(said.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(['warn', 'info']);
  });

  test('when this process is held up longer than the limit, an answer that came meanwhile counts', async () => {
    const asked = valkey.run([['ping']], 50);
    await new Promise((resolve) => setImmediate(resolve));
    for (const until = performance.now() + 150; performance.now() < until;);
    expect(await asked).toEqual(['PONG']);
    expect(valkey.isUp()).toBe(true);
  });

  test('is examined: a server that evicts keys is refused', async () => {
    expect(await examineValkey(server.url)).toMatch(/^(Valkey|Redis) \d+\.\d+\.\d+, append-only file off$/);
    await valkey.run([['config', 'set', 'maxmemory-policy', 'allkeys-lru']], 500);
    await expect(examineValkey(server.url)).rejects.toThrow('counters need noeviction');
  });
});
