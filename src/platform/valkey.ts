/**
 * A Valkey or Redis server that several processes share: commands go in pipelines with a time limit, and nothing waits while the
 * server is away. The client reconnects by itself; whether the server is there is what the last answer says.
 */
import { Redis } from 'ioredis';
import { errorFields, type Log } from './logger.ts';

export type ValkeyCommand = readonly [name: string, ...args: (string | number | Buffer)[]];

export type Valkey = {
  /** Whether the last question was answered. False until the first one is. */
  isUp(): boolean;
  /** Since when it is not answered, milliseconds of the clock; undefined while it is up. */
  awaySince(): number | undefined;
  /**
   * Sends the commands together and answers their replies in order. Rejects when one of them fails, and when they are not all
   * answered within `timeoutMs`: they may have been carried out all the same.
   */
  run(commands: readonly ValkeyCommand[], timeoutMs: number): Promise<unknown[]>;
  close(): void;
};

/** Milliseconds. */
const connectTimeout = 1_000;
const longestRetry = 1_000;

/** `url`: `redis://[user:password@]host:port[/database]`, `rediss://` for TLS; `valkey://` and `valkeys://` are the same. */
export function openValkey(url: string, { log, now }: { log?: Log | undefined; now: () => number }): Valkey {
  const redis = new Redis(url.replace(/^valkey(s?):/, 'redis$1:').replace(/^rediss:/, 'rediss:'), {
    connectTimeout,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (tries) => Math.min(50 * 2 ** Math.min(tries, 5), longestRetry),
    keepAlive: 10_000,
  });
  // The first connection takes a moment, which is nothing to tell of.
  const openedAt = performance.now();
  let hasWarned = false;
  let isUp = false;
  let away: number | undefined = now();
  let isClosed = false;
  // What is wrong is told by the commands that fail; without a listener it would end the process.
  let lastError: unknown;
  redis.on('error', (error) => (lastError = error));
  redis.on('ready', () => (lastError = undefined));

  function note(error: unknown): void {
    if (error === undefined) {
      if (!isUp) log?.info('the shared counters answer', { away_ms: away === undefined ? 0 : now() - away });
      isUp = true;
      away = undefined;
      return;
    }
    if (isUp || (!hasWarned && performance.now() - openedAt > connectTimeout)) {
      hasWarned = true;
      log?.warn('the shared counters (VIGIE_VALKEY_URL) do not answer', errorFields(error));
    }
    if (isUp) away = now();
    isUp = false;
  }

  return {
    isUp: () => isUp,
    awaySince: () => away,
    async run(commands, timeoutMs) {
      const late = Promise.withResolvers<never>();
      let isDone = false;
      const giveUp = () => {
        if (isDone) return;
        late.reject(new Error(`no answer within ${timeoutMs} ms`));
        // A connection that lost its other end would be waited for again and again.
        if (redis.status === 'ready') redis.disconnect(true);
      };
      // Where this process itself was held up, the answer is there already, and is read before this.
      const timer = setTimeout(() => setImmediate(giveUp), timeoutMs);
      try {
        const pipeline = redis.pipeline();
        for (const [name, ...args] of commands) pipeline.call(name, ...args);
        const replies = (await Promise.race([pipeline.exec(), late.promise])) ?? [];
        const failed = replies.find(([error]) => error)?.[0];
        if (failed) throw failed;
        note(undefined);
        return replies.map(([, reply]) => reply);
      } catch (error) {
        // Why there is no connection says more than that there is none.
        const reason = redis.status === 'ready' ? error : (lastError ?? error);
        if (!isClosed) note(reason);
        throw reason;
      } finally {
        isDone = true;
        clearTimeout(timer);
      }
    },
    close() {
      isClosed = true;
      redis.disconnect();
    },
  };
}

/** What `vigie doctor` tells of a server; throws one sentence when it does not fit. */
export async function examineValkey(url: string): Promise<string> {
  const valkey = openValkey(url, { now: Date.now });
  try {
    let info: string | undefined;
    for (let tries = 0; info === undefined; tries++) {
      try {
        const [reply] = await valkey.run([['info']], 1_000);
        info = String(reply);
      } catch (error) {
        if (tries >= 20) throw new Error(`${new URL(url).host} does not answer: ${reasonOf(error)}`, { cause: error });
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
    return judged(info);
  } finally {
    valkey.close();
  }
}

/** A name that stands for several addresses fails as all of them together. */
const reasonOf = (error: unknown): string => {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(first);
};

function judged(info: string): string {
  const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
  const version = field('valkey_version') || field('redis_version');
  const name = field('valkey_version') ? 'Valkey' : 'Redis';
  if (Number(version.split('.')[0]) < 6) throw new Error(`${name} ${version}: Vigie needs 6.2 or newer.`);
  const policy = field('maxmemory_policy');
  if (policy !== 'noeviction' && policy !== '')
    throw new Error(`${name} ${version} evicts keys (maxmemory-policy ${policy}): counters need noeviction.`);
  return `${name} ${version}${field('aof_enabled') === '1' ? ', append-only file on' : ', append-only file off'}`;
}
