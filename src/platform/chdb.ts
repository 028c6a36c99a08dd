/** Starts the embedded event store's process and waits until it answers. */
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';

export type EmbeddedEvents = {
  /** What `openEvents` takes. The same after a restart. */
  url: string;
  stop(): Promise<void>;
  /** Called when the process ended without being asked to. */
  onExit(listener: (code: number | null) => void): void;
  /** For tests of what a crash leaves. */
  pid: number;
};

/** Forks the engine of `folder`. A given `port` and `password` keep the address over restarts. Throws when it does not start in 30 s. */
export async function startEmbeddedEvents(
  folder: string,
  given: { port?: number; password?: string } = {},
): Promise<EmbeddedEvents> {
  const password = given.password ?? randomBytes(24).toString('base64url');
  const child = fork(fileURLToPath(new URL('./chdb-server.ts', import.meta.url)), [folder, String(given.port ?? 0)], {
    env: { ...process.env, VIGIE_CHDB_PASSWORD: password },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
  });
  const port = await new Promise<number>((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error('The event store did not start within 30 seconds.'));
    }, 30_000);
    child.once('exit', (code) => {
      clearTimeout(late);
      reject(new Error(`The event store ended at its start (code ${code}).`));
    });
    child.once('message', (message: { port: number }) => {
      clearTimeout(late);
      resolve(message.port);
    });
  });
  let asked = false;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    url: `http://vigie:${password}@127.0.0.1:${port}/default`,
    pid: child.pid ?? 0,
    onExit: (listener) => void child.once('exit', (code) => !asked && listener(code)),
    async stop() {
      asked = true;
      if (child.connected) child.send('stop');
      const patience = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(patience);
    },
  };
}
