/** A Valkey or Redis server of a test's own, on a port of its own, that can be killed and started again. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openValkey } from './valkey.ts';

export type TestValkey = {
  url: string;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** Starts it again at the same address; what it kept is gone. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Holds it up, with its connections open, until it is told to go on. */
  pause(): void;
  resume(): void;
};

/** The program, where one is installed: `valkey-server` or `redis-server`. */
export function valkeyProgram(given: string | undefined): string | undefined {
  return [given, 'valkey-server', 'redis-server'].find(
    (name) => name !== undefined && spawnSync(name, ['--version']).status === 0,
  );
}

export async function startTestValkey(program: string): Promise<TestValkey> {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-valkey-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
    child = spawn(program, args, { stdio: 'ignore' });
    const valkey = openValkey(url, { now: Date.now });
    try {
      for (let tries = 0; ; tries++) {
        try {
          await valkey.run([['ping']], 1_000);
          return;
        } catch (error) {
          if (tries > 100) throw error;
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      }
    } finally {
      valkey.close();
    }
  }

  async function kill(): Promise<void> {
    const ending = child;
    child = undefined;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      ending.once('exit', () => resolve());
      ending.kill('SIGKILL');
    });
  }

  await start();
  return {
    url,
    start,
    kill,
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    async stop() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A port where nothing listens. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
