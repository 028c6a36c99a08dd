import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { enqueue, type Job, runJobs, type Runner } from './jobs.ts';
import { openLog } from './logger.ts';
import type { Database } from './sql.ts';
import { openTestDatabase } from './testing.ts';

let db: Database;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());

const quiet = openLog('test', 'error', () => undefined);
let now = Date.parse('2026-03-01T00:00:00Z');
const clock = () => new Date(now);
const runners: Runner[] = [];
const start = async (jobs: Job[], worker = 'a') => {
  const runner = await runJobs({ db, jobs, clock, log: quiet, worker, pollMs: 5 });
  runners.push(runner);
  return runner;
};
afterEach(async () => {
  await Promise.all(runners.splice(0).map((runner) => runner.stop()));
  await db.query('delete from jobs');
});

type Row = {
  attempts: number;
  done_at: string | null;
  last_error: string | null;
  run_at: string;
  leased_by: string | null;
};
const row = async (id: string) =>
  (await db.one<Row>('select attempts, done_at, last_error, run_at, leased_by from jobs where id = $1', [id])) as Row;
const until = (check: () => unknown) => vi.waitUntil(check, { timeout: 10_000, interval: 5 });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const aborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true }),
  );

test('two workers run each queued job once, and never the same one at once', async () => {
  const runs = new Map<unknown, number>();
  let [open, most] = [0, 0];
  const job: Job = {
    name: 'count',
    async run({ input }) {
      most = Math.max(most, ++open);
      runs.set(input['n'], (runs.get(input['n']) ?? 0) + 1);
      await pause(3);
      open--;
    },
  };
  for (let n = 0; n < 40; n++) await enqueue(db, 'count', { n, text: "l'été" }, clock());
  await Promise.all([start([job], 'a'), start([job], 'b')]);
  await until(() => runs.size === 40 && open === 0);
  await pause(50);
  expect([...runs.values()]).toEqual(Array.from({ length: 40 }, () => 1));
  expect(most).toBeGreaterThan(1);
});

test('a scheduled job never overlaps itself, goes on after an error, and a restart does not double it', async () => {
  let [open, overlaps, runs] = [0, 0, 0];
  const job: Job = {
    name: 'tick',
    everySeconds: 10,
    async run() {
      if (++open > 1) overlaps++;
      runs++;
      await pause(5);
      open--;
      if (runs === 1) throw new Error('the first one fails');
    },
  };
  const first = await start([job], 'a');
  await start([job], 'b');
  await until(() => runs === 1 && open === 0);
  await until(async () => (await row('tick')).last_error === 'the first one fails');
  await pause(40);
  expect(runs).toBe(1); // not due again
  now += 10_000;
  await until(() => runs === 2 && open === 0);
  await until(async () => (await row('tick')).leased_by === null);
  expect((await row('tick')).last_error).toBeNull();
  await first.stop();
  await start([job], 'a');
  await pause(40);
  expect(runs).toBe(2);
  now += 10_000;
  await until(() => runs === 3 && open === 0);
  expect(overlaps).toBe(0);
  expect(await db.query("select id from jobs where name = 'tick'")).toHaveLength(1);
});

test('a queued job that fails is tried again later and later, five times at most', async () => {
  const at: number[] = [];
  const id = await enqueue(db, 'fail', {}, clock());
  await start([{ name: 'fail', run: async () => (at.push(now), Promise.reject(new Error('no\0 luck'))) }]);
  for (const [n, wait] of [4, 16, 64, 256].entries()) {
    await until(async () => (await row(id)).leased_by === null && at.length === n + 1);
    now += wait * 1000 - 1;
    await pause(30);
    expect(at).toHaveLength(n + 1);
    now += 1;
  }
  await until(async () => (await row(id)).done_at !== null);
  expect(await row(id)).toMatchObject({ attempts: 5, last_error: 'no luck' });
  now += 86_400_000;
  await pause(30);
  expect(at).toHaveLength(5);
});

test('a failure that is mended is done', async () => {
  let runs = 0;
  const id = await enqueue(db, 'mended', {}, clock());
  await start([{ name: 'mended', run: async () => void (++runs === 1 && (await Promise.reject(new Error('once')))) }]);
  await until(() => runs === 1);
  await until(async () => (await row(id)).leased_by === null);
  now += 4000;
  await until(async () => (await row(id)).done_at !== null);
  expect(await row(id)).toMatchObject({ attempts: 2, last_error: null });
});

test('the lease of a dead process is taken over when it lapses, not before', async () => {
  let runs = 0;
  const id = await enqueue(db, 'orphan', {}, clock());
  await db.query("update jobs set leased_by = 'dead', leased_until = $2, attempts = 1 where id = $1", [
    id,
    new Date(now + 20_000).toISOString(),
  ]);
  await start([{ name: 'orphan', run: async () => void runs++ }]);
  await pause(30);
  expect(runs).toBe(0);
  now += 20_001;
  await until(() => runs === 1);
  await until(async () => (await row(id)).done_at !== null);
});

test('a run longer than its lease stays with its living process', async () => {
  let runs = 0;
  const end = Promise.withResolvers<void>();
  await enqueue(db, 'long', {}, clock());
  const job: Job = { name: 'long', leaseSeconds: 10, run: async () => (runs++, end.promise) };
  await start([job], 'a');
  await until(() => runs === 1);
  await start([job], 'b');
  for (let n = 0; n < 5; n++) {
    now += 8000;
    await pause(60); // several looks: the lease is renewed
  }
  expect(runs).toBe(1);
  end.resolve();
});

test('a run that lost its lease is told so, and cannot end the run of the one that took it', async () => {
  const signals: AbortSignal[] = [];
  const id = await enqueue(db, 'stolen', {}, clock());
  await start([{ name: 'stolen', run: async ({ signal }) => (signals.push(signal), aborted(signal)) }]);
  await until(() => signals.length === 1);
  await db.query("update jobs set leased_by = 'other', leased_until = $2 where id = $1", [
    id,
    new Date(now + 60_000).toISOString(),
  ]);
  await until(() => signals[0]?.aborted);
  await pause(30);
  expect(await row(id)).toMatchObject({ leased_by: 'other', done_at: null });
});

test('a job that ends its process each time is given up', async () => {
  let runs = 0;
  const id = await enqueue(db, 'poison', {}, clock());
  await db.query("update jobs set leased_by = 'dead', leased_until = $2, attempts = 5 where id = $1", [
    id,
    new Date(now - 1).toISOString(),
  ]);
  await start([{ name: 'poison', run: async () => void runs++ }]);
  await until(async () => (await row(id)).done_at !== null);
  expect(runs).toBe(0);
  expect((await row(id)).last_error).toMatch(/process ended/);
});

test('stopping waits, gives a stopped run back unspent, and the next runner takes it at once', async () => {
  let runs = 0;
  const job: Job = { name: 'stopped', run: async ({ signal }) => (++runs === 1 ? aborted(signal) : undefined) };
  const id = await enqueue(db, 'stopped', {}, clock());
  const first = await start([job]);
  await until(() => runs === 1);
  await first.stop();
  expect(await row(id)).toMatchObject({ attempts: 0, leased_by: null, done_at: null });
  await start([job]);
  await until(async () => (await row(id)).done_at !== null);
  expect(runs).toBe(2);
});

test('a run is queued with its transaction or not at all', async () => {
  await db
    .transaction(async (tx) => {
      await enqueue(tx, 'none', {}, clock());
      throw new Error('stop');
    })
    .catch(() => undefined);
  expect(await db.query("select id from jobs where name = 'none'")).toEqual([]);
});

test('a schedule that becomes shorter counts from now on', async () => {
  let runs = 0;
  const job = (everySeconds: number): Job => ({ name: 'often', everySeconds, run: async () => void runs++ });
  const first = await start([job(86_400)]);
  await until(() => runs === 1);
  await until(async () => (await row('often')).leased_by === null);
  await first.stop();
  await start([job(10)]);
  now += 10_000;
  await until(() => runs === 2);
});
