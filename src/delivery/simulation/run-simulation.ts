/** The job that runs a simulation: one at a time, in a thread of its own, its progress written down twice a second. */
import { Worker } from 'node:worker_threads';
import { type Clock, type Database, errorFields, type Events, type Job, type Log, Refusal } from '#platform';
import { SimulationInput, type SimulationResult } from './contract.ts';
import type { Progress } from './run-world.ts';
import { type World, worldOf } from './world.ts';

type Desk = { db: Database; events: Events; clock: Clock; log: Log };

export const simulationJob = 'simulation.run';
const writeEveryMs = 500;
/** Megabytes of the thread. */
const memory = 768;

let line: Promise<unknown> = Promise.resolve();

export const jobsOf = (desk: Desk): Job[] => [
  {
    name: simulationJob,
    async run({ input, signal }) {
      const mine = line.then(() => runSimulation(desk, String(input['id']), signal));
      line = mine.catch(() => undefined);
      await mine;
    },
  },
];

/** Runs a simulation that waits, or one that an ended process left half-way. What goes wrong is kept with it. */
export async function runSimulation(desk: Desk, id: string, signal: AbortSignal): Promise<void> {
  const { db, clock, log } = desk;
  signal.throwIfAborted();
  const row = await db.one<{ org_id: string; asked: unknown }>(
    `update simulations set state = 'running', percent = 0, reached = null where id = $1 and state in ('queued', 'running') returning org_id, asked`,
    [id],
  );
  if (!row) return;
  try {
    const world = await worldOf(desk, row.org_id, SimulationInput.parse(row.asked));
    const result = await inThread(world, {
      signal,
      write: async ({ percent, reached }) =>
        (await db.one(
          `update simulations set percent = $2, reached = $3 where id = $1 and state = 'running' returning id`,
          [id, percent, reached],
        )) !== undefined,
    });
    if (result)
      await db.query(
        `update simulations set state = 'done', percent = 100, result = $2, ended_at = $3 where id = $1 and state = 'running'`,
        [id, JSON.stringify(result), clock().toISOString()],
      );
  } catch (error) {
    // The process stops: another one runs it again.
    if (signal.aborted) throw error;
    const isRefused = error instanceof Refusal;
    if (!isRefused) log.error('simulation failed', { id, ...errorFields(error) });
    await db.query(
      `update simulations set state = 'failed', problem = $2, ended_at = $3 where id = $1 and state = 'running'`,
      [id, isRefused ? error.message : 'The run broke; it has been logged.', clock().toISOString()],
    );
  }
}

/** Undefined when the run was no longer wanted: `write` answered false. */
async function inThread(
  world: World,
  { signal, write }: { signal: AbortSignal; write: (progress: Progress) => Promise<boolean> },
): Promise<SimulationResult | undefined> {
  const worker = new Worker(new URL('./simulation-worker.ts', import.meta.url), {
    workerData: world,
    resourceLimits: { maxOldGenerationSizeMb: memory },
  });
  let latest: Progress = { percent: 0, reached: world.scenario.start };
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<SimulationResult | undefined>((resolve, reject) => {
      timer = setInterval(() => {
        write(latest).then((isWanted) => isWanted || resolve(undefined), reject);
      }, writeEveryMs);
      signal.addEventListener('abort', () => reject(new Error('The process stops.')), { once: true });
      worker.on('message', (message: { progress: Progress } | { result: SimulationResult }) => {
        if ('result' in message) resolve(message.result);
        else latest = message.progress;
      });
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`The thread ended with ${code}.`)));
    });
  } finally {
    clearInterval(timer);
    await worker.terminate();
  }
}
