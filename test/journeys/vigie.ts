/** A whole Vigie of its own for a journey: real processes, a fresh data folder, free ports. */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = join(root, 'src', 'app', 'main.ts');

export type Vigie = {
  url: string;
  edge: string;
  data: string;
  /** Asks the API with an admin's key; throws when the answer is no success. */
  api<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T>;
  /** Runs a command of the command line on the same data folder. */
  vigie(...args: string[]): Promise<string>;
  process: ChildProcess;
  stop(): Promise<void>;
};

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** The processes that `vigie start` keeps: the event store, control and the edge. */
export function childrenOf(vigie: Vigie): { pid: number; role: string }[] {
  const listing = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(vigie.process.pid)], { encoding: 'utf8' });
  return listing
    .trim()
    .split('\n')
    .map((line) => ({
      pid: Number(line.trim().split(' ')[0]),
      role: /(edge|control)-process|chdb-server/.exec(line)?.[0] ?? '',
    }))
    .filter(({ role }) => role !== '');
}

/** Starts control and an edge on an empty folder; ready when both listen. */
export async function startVigie(env: Record<string, string> = {}): Promise<Vigie> {
  const data = await mkdtemp(join(tmpdir(), 'vigie-journey-'));
  const [port, edgePort] = [await freePort(), await freePort()];
  const run = promisify(execFile);
  const child = spawn(
    process.execPath,
    [main, 'start', '--data', data, '--port', String(port), '--edge-port', String(edgePort)],
    {
      env: { ...process.env, VIGIE_LOG: 'warn', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => chunk.toString().includes('Vigie runs') && resolve());
    child.once('exit', (code) => reject(new Error(`vigie start ended with ${code}`)));
  });
  const vigie = async (...args: string[]) =>
    (await run(process.execPath, [main, ...args, '--data', data], { maxBuffer: 64e6 })).stdout;
  const { key } = JSON.parse(await vigie('key', 'create', '--role', 'admin', '--json')) as { key: string };
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    edge: `http://127.0.0.1:${edgePort}`,
    data,
    vigie,
    process: child,
    async api<T>(method: string, path: string, body?: unknown): Promise<T> {
      const form = body instanceof FormData;
      const reply = await fetch(url + path, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body === undefined || form ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
      });
      const text = await reply.text();
      if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text}`);
      return (text ? JSON.parse(text) : undefined) as T;
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** Asks again until the answer satisfies, for what takes a moment by design; throws with the last answer after `ms`. */
export async function eventually<T>(ask: () => Promise<T>, satisfies: (answer: T) => boolean, ms = 20_000): Promise<T> {
  const until = Date.now() + ms;
  for (;;) {
    const answer = await ask();
    if (satisfies(answer)) return answer;
    if (Date.now() > until) throw new Error(`still not so after ${ms} ms: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
