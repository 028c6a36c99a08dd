/** Scheduled and queued work. The row of a job is its lease: it survives a restart and never runs twice at once. */
import { newId } from './id.ts';
import { errorFields, type Log } from './logger.ts';
import type { Clock } from './clock.ts';
import type { Database } from './sql.ts';

/** `signal` aborts when the process stops or the lease is lost: a job that ends early because of it must throw. */
export type JobContext = { clock: Clock; log: Log; signal: AbortSignal; input: Record<string, unknown> };

export type Job = {
  name: string;
  /** Seconds between the end of a run and the next one; absent for jobs that only run when queued. */
  everySeconds?: number;
  /**
   * How long after its process died another one may take a run over; 30 unless said. A living process renews its
   * leases, so this need not cover the length of a run.
   */
  leaseSeconds?: number;
  run(context: JobContext): Promise<void>;
};

export type Runner = { stop(): Promise<void> };

const maxAttempts = 5;
const defaultLeaseSeconds = 30;
const keptDays = 30;

/** Puts one run of a job in the queue, in the caller's transaction when given its `tx`. */
export async function enqueue(
  db: Pick<Database, 'query'>,
  name: string,
  input: Record<string, unknown>,
  runAt: Date,
): Promise<string> {
  const id = newId('job');
  await db.query('insert into jobs (id, name, input, run_at) values ($1, $2, $3, $4)', [
    id,
    name,
    JSON.stringify(input),
    runAt.toISOString(),
  ]);
  return id;
}

type Due = { id: string; name: string; input: Record<string, unknown>; every_ms: number | null; attempts: number };
type Run = { due: Due; abort: AbortController; ended: Promise<void> };

/**
 * Starts running the jobs of the table; looks every `pollMs` for what is due. A queued run that fails is tried again
 * after 4, 16, 64 and 256 seconds, five times in all (a run whose process died counts); a scheduled one goes on.
 */
export async function runJobs(options: {
  db: Database;
  jobs: readonly Job[];
  clock: Clock;
  log: Log;
  worker: string;
  pollMs?: number;
}): Promise<Runner> {
  const { db, jobs, clock, log } = options;
  const byName = new Map(jobs.map((job) => [job.name, job]));
  // Two runners may be given one name: a lease belongs to this runner alone.
  const worker = newId(options.worker);
  const leases = JSON.stringify(
    Object.fromEntries(jobs.map((job) => [job.name, job.leaseSeconds ?? defaultLeaseSeconds])),
  );
  const stopping = new AbortController();
  const running = new Map<string, Run>();

  async function register(): Promise<void> {
    const now = clock();
    for (const job of jobs) {
      if (!job.everySeconds) continue;
      await db.query(
        `insert into jobs (id, name, run_at, every_ms) values ($1, $1, $2, $3)
         on conflict (id) do update set every_ms = excluded.every_ms, done_at = null,
           run_at = least(jobs.run_at, excluded.run_at + excluded.every_ms * interval '1 millisecond')`,
        [job.name, now.toISOString(), job.everySeconds * 1000],
      );
    }
    await db.query(`delete from jobs where done_at < $1::timestamptz - interval '${keptDays} days'`, [
      now.toISOString(),
    ]);
  }

  /** Makes the leases of what runs here longer; what another runner has taken meanwhile is told to stop. */
  async function renew(): Promise<void> {
    if (running.size === 0) return;
    const held = await db.query<{ id: string }>(
      `update jobs set leased_until = $1::timestamptz + interval '1 second' * ($2::jsonb ->> name)::int
       where id = any($3) and leased_by = $4 returning id`,
      [clock().toISOString(), leases, [...running.keys()], worker],
    );
    const ids = new Set(held.map(({ id }) => id));
    for (const [id, run] of running) if (!ids.has(id)) run.abort.abort();
  }

  async function take(): Promise<Due[]> {
    return db.query<Due>(
      `update jobs set leased_until = $1::timestamptz + interval '1 second' * ($2::jsonb ->> name)::int, leased_by = $3, last_started_at = $1, attempts = attempts + 1
       where id in (
         select id from jobs where done_at is null and run_at <= $1 and (leased_until is null or leased_until < $1) and name = any($4) and id <> all($5)
         order by run_at limit 8 for update skip locked)
       returning id, name, input, every_ms, attempts`,
      [clock().toISOString(), leases, worker, [...byName.keys()], [...running.keys()]],
    );
  }

  async function runOne(due: Due, signal: AbortSignal): Promise<void> {
    const job = byName.get(due.name);
    if (!job) return;
    if (due.every_ms === null && due.attempts > maxAttempts) {
      log.error('job given up', { job: due.name, id: due.id });
      return ended(due, 'Its process ended during each of its runs.', null);
    }
    try {
      await job.run({ clock, log, signal, input: due.input });
    } catch (thrown) {
      if (signal.aborted) return release(due);
      log.error('job failed', { job: due.name, id: due.id, ...errorFields(thrown) });
      const error = thrown instanceof Error ? thrown.message : String(thrown);
      return ended(due, error, due.every_ms ?? (due.attempts < maxAttempts ? 1000 * 4 ** due.attempts : null));
    }
    return ended(due, null, due.every_ms);
  }

  /** Notes how a run ended; `againMs` from now it is due again, or never. */
  async function ended(due: Due, error: string | null, againMs: number | null): Promise<void> {
    await db.query(
      `update jobs set leased_until = null, leased_by = null, last_ended_at = $2, last_error = $3,
         run_at = coalesce($2::timestamptz + $4::bigint * interval '1 millisecond', run_at),
         attempts = case when every_ms is null then attempts else 0 end,
         done_at = case when $4::bigint is null then $2::timestamptz end
       where id = $1 and leased_by = $5`,
      // A text of SQL holds no NUL; an error's words may.
      [due.id, clock().toISOString(), error?.replaceAll('\0', '') ?? null, againMs, worker],
    );
  }

  /** Gives back a run that was stopped: it did not fail. */
  async function release(due: Due): Promise<void> {
    await db.query(
      'update jobs set leased_until = null, leased_by = null, attempts = greatest(attempts - 1, 0) where id = $1 and leased_by = $2',
      [due.id, worker],
    );
  }

  function start(due: Due): void {
    const abort = new AbortController();
    const work = runOne(due, AbortSignal.any([abort.signal, stopping.signal]))
      .catch((error: unknown) => log.error('job bookkeeping failed', { job: due.name, ...errorFields(error) }))
      .finally(() => running.delete(due.id));
    running.set(due.id, { due, abort, ended: work });
  }

  async function look(): Promise<void> {
    try {
      await renew();
      for (const due of await take()) {
        if (stopping.signal.aborted) await release(due);
        else start(due);
      }
    } catch (error) {
      log.error('looking for due jobs failed', errorFields(error));
    }
  }

  await register();
  let looking: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const tick = () => {
    looking = look().then(() => {
      if (!stopping.signal.aborted) timer = setTimeout(tick, options.pollMs ?? 1000);
    });
  };
  timer = setTimeout(tick, 0);
  return {
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await looking;
      await Promise.all([...running.values()].map((run) => run.ended));
    },
  };
}
