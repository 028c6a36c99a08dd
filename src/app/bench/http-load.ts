/** Load on a child process over keep-alive connections, and what the child spent on it. */
import { type ChildProcess, fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';

export type Target = { name: string; origin: string; child: ChildProcess };
export type Shot = { method: 'GET' | 'POST'; path: string; body?: string; headers: Record<string, string> };
export type Load = { requests_per_s: number; p50_ms: number; p99_ms: number; cpu_us: number; failed: number };

/** Starts a script that tells its port. */
export async function startTarget(
  name: string,
  script: string,
  argument: string,
  { execArgv = [], env = {} }: { execArgv?: string[]; env?: Record<string, string> } = {},
): Promise<Target> {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), [argument], {
    execArgv,
    env: { ...env, ...process.env },
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

/**
 * Sends for `seconds`, or each shot once when `once` is true; each connection waits for an answer before it asks again.
 * `shotsOf` gives each connection its own requests.
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
  const { host, port, hostname } = new URL(target.origin);
  const lists = Array.from({ length: connections }, (_, connection) =>
    shotsOf(connection).map((shot) => bytesOf(shot, host)),
  );
  const latencies: number[] = [];
  let failed = 0;
  const before = await cpuOf(target);
  const began = performance.now();
  const until = once ? Number.POSITIVE_INFINITY : began + seconds * 1000;
  await Promise.all(
    lists.map((requests) =>
      converse({ port: Number(port), host: hostname, requests, once: once ?? false, until }, (ms, status) => {
        latencies.push(ms);
        if (status >= 400) failed++;
      }),
    ),
  );
  const took = performance.now() - began;
  const spent = (await cpuOf(target)) - before;
  latencies.sort((a, b) => a - b);
  const quantile = (q: number) => Math.round((latencies[Math.floor(latencies.length * q)] ?? 0) * 100) / 100;
  return {
    requests_per_s: Math.round((1000 * latencies.length) / took),
    p50_ms: quantile(0.5),
    p99_ms: quantile(0.99),
    cpu_us: Math.round((10 * spent) / latencies.length) / 10,
    failed,
  };
}

function bytesOf({ method, path, body, headers }: Shot, host: string): Buffer {
  const lines = Object.entries({
    host,
    ...headers,
    ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
  });
  return Buffer.from(
    `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body ?? ''}`,
  );
}

type Conversation = { port: number; host: string; requests: readonly Buffer[]; once: boolean; until: number };

/** One connection's questions and answers, one after the other. Rejects when the server ends it. */
function converse(
  { port, host, requests, once, until }: Conversation,
  tell: (ms: number, status: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host, noDelay: true });
    let next = 0;
    let askedAt = 0;
    let missing = 0;
    let status = 0;
    let isOver = false;

    const ask = () => {
      const request = requests[next++ % requests.length];
      askedAt = performance.now();
      if (!request || askedAt >= until || (once && next > requests.length)) {
        isOver = true;
        socket.end();
        resolve();
      } else socket.write(request);
    };
    socket.on('connect', ask);
    socket.on('data', (chunk) => {
      if (missing === 0) {
        // Heads are small and come in one piece.
        const head = chunk.toString('latin1', 0, Math.min(chunk.length, 2048));
        const end = head.indexOf('\r\n\r\n');
        status = Number(head.slice(9, 12));
        const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
        missing = end + 4 + Number(length ?? 0);
      }
      missing -= chunk.length;
      if (missing > 0) return;
      missing = 0;
      tell(performance.now() - askedAt, status);
      ask();
    });
    socket.on('error', reject);
    socket.on('close', () => {
      if (!isOver) reject(new Error('the server closed a connection'));
    });
  });
}

/** Highest resident memory of a process so far, MB, where /proc tells. */
export async function peakMb({ child }: Target): Promise<number | null> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /VmHWM:\s+(\d+) kB/.exec(status)?.[1];
  return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1024);
}
