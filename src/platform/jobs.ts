/** Scheduled and queued work. The row of a job is its lease: it survives a restart and never runs twice at once. */
import { newId } from './id.ts';
import { errorFields, type Log } from './logger.ts';
import type { Clock } from './clock.ts';
import type { Database } from './sql.ts';

export type JobContext = { clock: Clock; log: Log; signal: AbortSignal; input: Record<string, unknown> };

export type Job = {
  name: string;
  /** Seconds between two starts; absent for jobs that only run when queued. */
  everySeconds?: number;
  /** How long a run may take before another process may take it over; 300 unless said. */
  leaseSeconds?: number;
  run(context: JobContext): Promise<void>;
};

export type Runner = { stop(): Promise<void> };

const maxAttempts = 5;

/** Puts one run of a job in the queue, in the caller's transaction when given its `tx`. */
export async function enqueue(db: Pick<Database, 'query'>, name: string, input: Record<string, unknown>, runAt: Date): Promise<string> {
  const id = newId('job');
  await db.query('insert into jobs (id, name, input, run_at) values ($1, $2, $3, $4)', [id, name, JSON.stringify(input), runAt.toISOString()]);
  return id;
}

type Due = { id: string; name: string; input: Record<string, unknown>; every_ms: number | null; attempts: number };

/** Starts running the jobs of the table; looks every `pollMs` for what is due. */
export async function runJobs(options: { db: Database; jobs: readonly Job[]; clock: Clock; log: Log; worker: string; pollMs?: number }): Promise<Runner> {
  const { db, jobs, clock, log, worker } = options;
  const byName = new Map(jobs.map((job) => [job.name, job]));
  for (const job of jobs) {
    if (!job.everySeconds) continue;
    await db.query(
      `insert into jobs (id, name, run_at, every_ms) values ($1, $1, $2, $3)
       on conflict (id) do update set every_ms = excluded.every_ms, leased_until = case when jobs.leased_by = $4 then null else jobs.leased_until end`,
      [job.name, clock().toISOString(), job.everySeconds * 1000, worker],
    );
  }
  const abort = new AbortController();
  const running = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;

  async function take(): Promise<Due[]> {
    const now = clock();
    return db.query<Due>(
      `update jobs set leased_until = $1::timestamptz + interval '1 second' * coalesce(($2::jsonb ->> name)::int, 300), leased_by = $3, last_started_at = $1, attempts = attempts + 1
       where id in (
         select id from jobs where done_at is null and run_at <= $1 and (leased_until is null or leased_until < $1) and name = any($4)
         order by run_at limit 8 for update skip locked)
       returning id, name, input, every_ms, attempts`,
      [now.toISOString(), JSON.stringify(Object.fromEntries(jobs.map((job) => [job.name, job.leaseSeconds ?? 300]))), worker, [...byName.keys()]],
    );
  }

  async function runOne(due: Due): Promise<void> {
    const job = byName.get(due.name);
    if (!job) return;
    let error: string | null = null;
    try {
      await job.run({ clock, log, signal: abort.signal, input: due.input });
    } catch (thrown) {
      if (abort.signal.aborted) return release(due.id);
      error = thrown instanceof Error ? thrown.message : String(thrown);
      log.error('job failed', { job: due.name, id: due.id, ...errorFields(thrown) });
    }
    const now = clock();
    const again =
      due.every_ms !== null ? due.every_ms : error && due.attempts < maxAttempts ? 1000 * 4 ** due.attempts : null;
    await db.query(
      `update jobs set leased_until = null, leased_by = null, last_ended_at = $2, last_error = $3,
         run_at = coalesce($2::timestamptz + $4::bigint * interval '1 millisecond', run_at),
         attempts = case when every_ms is null then attempts else 0 end,
         done_at = case when $4::bigint is null then $2::timestamptz end
       where id = $1`,
      [due.id, now.toISOString(), error, again],
    );
  }

  async function release(id: string) {
    await db.query('update jobs set leased_until = null, leased_by = null where id = $1', [id]);
  }

  async function look() {
    try {
      for (const due of await take()) {
        const run = runOne(due)
          .catch((error: unknown) => log.error('job bookkeeping failed', { job: due.name, ...errorFields(error) }))
          .finally(() => running.delete(run));
        running.add(run);
      }
    } catch (error) {
      log.error('looking for due jobs failed', errorFields(error));
    }
    if (!abort.signal.aborted) timer = setTimeout(() => void look(), options.pollMs ?? 1000);
  }
  timer = setTimeout(() => void look(), 0);
  return {
    async stop() {
      abort.abort();
      clearTimeout(timer);
      await Promise.allSettled(running);
    },
  };
}
