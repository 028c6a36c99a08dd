/** The embedded event store killed in the middle of inserts: a batch in doubt is sent again and counts once. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { startEmbeddedEvents } from './chdb.ts';
import { openEvents } from './events.ts';
import { migrateEvents } from './migrate.ts';

const rounds = 5;
const rowsOf = (batch: number) =>
  Array.from({ length: 50 }, (_, n) => ({
    org_id: 'org_a',
    site_id: 'site_a',
    at: '2026-03-01T10:00:00.000Z',
    local_time: '2026-03-01 11:00:00',
    local_date: '2026-03-01',
    kind: 'impression',
    line_item_id: 'li_a',
    spend_micros: 1000 + batch,
    currency: 'EUR',
    placement_id: `pl_${n % 3}`,
  }));

test(
  'kill -9 during inserts: every batch that was sent again counts once, in the table and in its rollup',
  { timeout: 120_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vigie-crash-'));
    const address = { port: await freePort(), password: 'fixed' };
    let engine = await startEmbeddedEvents(folder, address);
    const { url } = engine;
    const events = openEvents(url);
    await migrateEvents(events);
    let sent = 0;
    let resent = 0;
    try {
      for (let round = 0; round < rounds; round++) {
        const died = new Promise<void>((resolve) => engine.onExit(() => resolve()));
        setTimeout(() => process.kill(engine.pid, 'SIGKILL'), 60 + 45 * round);
        let dead = false;
        void died.then(() => (dead = true));
        while (!dead) {
          // One batch at a time and in order, as a journal ships; the one in doubt is repeated until it is acknowledged.
          const acknowledged = await events.insert('ad_events', rowsOf(sent), { token: `batch-${sent}` }).then(
            () => true,
            () => false,
          );
          if (acknowledged) sent++;
          else break;
        }
        await died;
        engine = await startEmbeddedEvents(folder, address);
        expect(engine.url).toBe(url);
        // The last acknowledged one is repeated too: its acknowledgement may have been lost on the way.
        for (const batch of [sent - 1, sent].filter((n) => n >= 0)) {
          await retried(() => events.insert('ad_events', rowsOf(batch), { token: `batch-${batch}` }));
          resent++;
        }
        sent++;
      }
      const [table] = await events.query<{ n: number; spend: number }>(
        'select count() as n, sum(spend_micros) as spend from ad_events',
      );
      const [rollup] = await events.query<{ n: number; spend: number }>(
        'select sum(events) as n, sum(spend_micros) as spend from ad_hours',
      );
      const exact = {
        n: sent * 50,
        spend: 50 * Array.from({ length: sent }, (_, batch) => 1000 + batch).reduce((a, b) => a + b, 0),
      };
      expect(resent).toBeGreaterThanOrEqual(rounds);
      expect(sent).toBeGreaterThan(rounds);
      expect(table).toEqual(exact);
      expect(rollup).toEqual(exact);
    } finally {
      await events.close();
      await engine.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
);

/** The client may still hold connections of the killed process: the first attempts meet them. */
async function retried(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === 5) throw error;
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

test('an engine that cannot have its port says so instead of waiting', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-port-'));
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const address = taken.address();
  try {
    await expect(
      startEmbeddedEvents(folder, { port: typeof address === 'object' && address ? address.port : 0 }),
    ).rejects.toThrow(/ended at its start/);
  } finally {
    taken.close();
    await rm(folder, { recursive: true, force: true });
  }
});

test('the engine ends with a parent that was killed, even in the middle of a question', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-orphan-'));
  const code = `const { startEmbeddedEvents } = await import(${JSON.stringify(new URL('./chdb.ts', import.meta.url).href)});
    const engine = await startEmbeddedEvents(process.argv[1]);
    fetch(engine.url.replace(/\\/\\/.*@/, '//') + '?query_id=h', { method: 'POST', headers: { 'x-clickhouse-key': new URL(engine.url).password }, body: 'select sum(cityHash64(number)) from numbers(100000000000)' });
    setTimeout(() => process.stdout.write(String(engine.pid)), 500);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', code, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const pid = Number(
      await new Promise<string>((resolve) => parent.stdout.once('data', (text: Buffer) => resolve(text.toString()))),
    );
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await vi.waitUntil(() => !isAlive(pid), { timeout: 8000, interval: 50 });
  } finally {
    parent.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
