/** Load by autocannon on a child process, and what the child spent on it. */
import { type ChildProcess, fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export type Target = { name: string; origin: string; child: ChildProcess };
export type Shot = { method: 'GET' | 'POST'; path: string; body?: string; headers: Record<string, string> };
export type Load = { requests_per_s: number; p50_ms: number; p99_ms: number; cpu_us: number; failed: number };

/** Starts a script that tells its port. */
export async function startTarget(name: string, script: string, argument: string): Promise<Target> {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), [argument], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message: { port: number }) => resolve(message.port));
    child.once('exit', (code) => reject(new Error(`${name} ended with code ${code} before it listened`)));
  });
  return { name, origin: `http://127.0.0.1:${port}`, child };
}

export const stopTarget = ({ child }: Target): Promise<unknown> => {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.disconnect();
  return ended;
};

const cpuOf = ({ child }: Target): Promise<number> =>
  new Promise((resolve) => {
    child.once('message', ({ cpu }: { cpu: { user: number; system: number } }) => resolve(cpu.user + cpu.system));
    child.send('cpu');
  });

type Client = { setRequests(requests: readonly Shot[]): void };
type Result = {
  requests: { average: number; total: number };
  latency: { p50: number; p99: number };
  duration: number;
  non2xx: number;
  '2xx': number;
  '3xx': number;
  errors: number;
  timeouts: number;
};
type Cannon = (options: Record<string, unknown>) => Promise<Result>;

/**
 * Sends for `seconds`, or each shot once when `once` is true. `shotsOf` gives each connection its own requests.
 * autocannon is a development dependency: throws an Error that says so where it is not installed.
 */
export async function load(
  target: Target,
  {
    connections,
    seconds,
    shotsOf,
    once,
  }: { connections: number; seconds: number; shotsOf: (connection: number) => Shot[]; once?: boolean },
): Promise<Load> {
  // The package has no types of its own.
  const name = 'autocannon';
  const { default: cannon }: { default: Cannon } = await import(name).catch(() => {
    throw new Error('The bench needs autocannon: install the development dependencies.');
  });
  const lists = Array.from({ length: connections }, (_, connection) => shotsOf(connection));
  let connection = 0;
  const before = await cpuOf(target);
  const result = await cannon({
    url: target.origin,
    connections,
    ...(once ? { amount: lists.reduce((sum, list) => sum + list.length, 0) } : { duration: seconds }),
    setupClient: (client: Client) => client.setRequests(lists[connection++ % lists.length] ?? []),
  });
  const spent = (await cpuOf(target)) - before;
  return {
    requests_per_s: Math.round(result.requests.total / result.duration),
    p50_ms: result.latency.p50,
    p99_ms: result.latency.p99,
    cpu_us: Math.round((10 * spent) / result.requests.total) / 10,
    failed: result.errors + result.timeouts + result.non2xx - result['3xx'],
  };
}

/** Highest resident memory of a process so far, MB, where /proc tells. */
export async function peakMb({ child }: Target): Promise<number | null> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /VmHWM:\s+(\d+) kB/.exec(status)?.[1];
  return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1024);
}
