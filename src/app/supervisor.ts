/**
 * `vigie start`: starts the event store, control and the edge as children, and starts again whichever dies. Children end with
 * their parent: each one listens for the end of its channel to it.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Config, type EmbeddedEvents, errorFields, type Log, masterSecret, startEmbeddedEvents } from '#platform';
import { codeCache, edgeNodeOptions, freshPassword, internalSecret } from './house.ts';

export type Role = 'edge' | 'control';

export type Supervised = {
  /** Resolves when every child answered that it is ready. */
  ready: Promise<void>;
  /** Rejects with one sentence when a child says that starting it again would not help. */
  failed: Promise<never>;
  stop(): Promise<void>;
};

const entry: Record<Role, string> = {
  control: fileURLToPath(new URL('./control-process.ts', import.meta.url)),
  edge: fileURLToPath(new URL('./edge-process.ts', import.meta.url)),
};

/** What ended by itself after less died of its start (a port that is taken, a store that is away): the next try comes later. */
const livedMs = 3_000;
const firstPauseMs = 200;
const longestPauseMs = 5_000;

const nodeOptions: Record<Role, string[]> = {
  control: ['--disable-warning=ExperimentalWarning'],
  edge: edgeNodeOptions,
};

/** A child that is started again 200 ms after it died, and after a growing while when it dies at every start, until it is told to stop. */
function keepAlive(role: Role, env: Record<string, string>, log: Log) {
  let stopping = false;
  let child: ChildProcess | undefined;
  let pause = firstPauseMs;
  let settle: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => (settle = resolve));
  const failed = Promise.withResolvers<never>();
  const start = () => {
    const startedAt = performance.now();
    child = fork(entry[role], [], {
      env: { ...codeCache, ...process.env, ...env },
      execArgv: nodeOptions[role],
    });
    let fault: string | undefined;
    child.on('message', (message) => {
      if (message === 'ready') settle();
      fault = faultOf(message) ?? fault;
    });
    child.once('exit', (code, signal) => {
      if (stopping) return;
      if (fault !== undefined) {
        log.error('a process cannot run', { role, fault });
        failed.reject(new Error(fault));
        return;
      }
      pause =
        signal === null && performance.now() - startedAt < livedMs ? Math.min(pause * 2, longestPauseMs) : firstPauseMs;
      log.warn('a process ended and is started again', { role, code, signal, in_ms: pause });
      setTimeout(() => !stopping && start(), pause);
    });
  };
  start();
  return {
    ready,
    failed: failed.promise,
    stop: () =>
      new Promise<void>((resolve) => {
        stopping = true;
        if (!child || child.exitCode !== null || child.signalCode !== null) return resolve();
        const patience = setTimeout(() => child?.kill('SIGKILL'), 15_000);
        child.once('exit', () => {
          clearTimeout(patience);
          resolve();
        });
        child.kill('SIGTERM');
      }),
  };
}

/** What a child says before it ends, when something is missing that no new start brings. */
const faultOf = (message: unknown): string | undefined =>
  typeof message === 'object' && message !== null && 'fault' in message && typeof message.fault === 'string'
    ? message.fault
    : undefined;

/** Starts the given roles of an installation. */
export async function supervise(config: Config, roles: readonly Role[], log: Log): Promise<Supervised> {
  const secret = await masterSecret(config.secret, config.at('secret'));
  const env: Record<string, string> = {
    VIGIE_DATA: config.data,
    VIGIE_PORT: String(config.port),
    VIGIE_EDGE_PORT: String(config.edgePort),
    VIGIE_SAMPLE: config.sample ? '1' : '0',
    VIGIE_INTERNAL_SECRET: internalSecret(config, secret),
  };
  const embedded = roles.includes('control') && !config.clickhouseUrl;
  const store = embedded ? await keepEventsAlive(config.at('events'), log) : undefined;
  const control = roles.includes('control')
    ? keepAlive('control', { ...env, ...(store ? { VIGIE_CLICKHOUSE_URL: store.url } : {}) }, log)
    : undefined;
  const edge = roles.includes('edge') ? keepAlive('edge', env, log) : undefined;
  return {
    ready: Promise.all([control?.ready, edge?.ready]).then(() => undefined),
    failed: Promise.race([control?.failed, edge?.failed].filter((failed) => failed !== undefined)),
    async stop() {
      await edge?.stop(); // ships what it can while control still listens
      await control?.stop();
      await store?.stop();
    },
  };
}

/** The embedded event store, at one address over restarts. */
async function keepEventsAlive(folder: string, log: Log): Promise<{ url: string; stop(): Promise<void> }> {
  const password = freshPassword();
  let stopping = false;
  let engine: EmbeddedEvents = await startEmbeddedEvents(folder, { password });
  let starting: Promise<void> = Promise.resolve();
  const { url } = engine;
  const port = Number(new URL(url).port);
  /** Starts it again until it starts: a process that was killed may hold its folder or port for a moment. */
  async function again(): Promise<void> {
    while (!stopping) {
      try {
        engine = await startEmbeddedEvents(folder, { password, port });
        return watch();
      } catch (error) {
        log.error('the event store does not start', errorFields(error));
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    }
  }
  const watch = () =>
    engine.onExit((code) => {
      if (stopping) return;
      log.warn('the event store ended and is started again', { code });
      starting = again();
    });
  watch();
  return {
    url,
    async stop() {
      stopping = true;
      // One that is about to be there again is stopped as well.
      await starting;
      await engine.stop();
    },
  };
}
