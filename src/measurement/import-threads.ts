/** Threads that read blocks of logs side by side. */
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { FromWorker, ToWorker, WorkerSetup } from './import-worker.ts';
import type { BlockRead, LogBlock, ReadBlock, SaltsOf } from './log-block.ts';

export type BlockThreads = { read: ReadBlock; close(): Promise<void> };

type Waiting = { block: LogBlock; resolve: (read: BlockRead) => void; reject: (error: unknown) => void };
type Thread = { worker: Worker; busyWith: Waiting | undefined };

/** Much that lives for a moment: a wider nursery halves the time spent collecting it. */
const resourceLimits = { maxYoungGenerationSizeMb: 24 };

/** Opens `count` threads; each starts when a block waits for it. `geoDb` is the country database's file (its own by default). */
export function blockThreads(count: number, { saltsOf, ...setup }: WorkerSetup & { saltsOf: SaltsOf }): BlockThreads {
  const threads: Thread[] = [];
  const queue: Waiting[] = [];

  function start(): Thread {
    const worker = new Worker(fileURLToPath(new URL('./import-worker.ts', import.meta.url)), {
      workerData: setup satisfies WorkerSetup,
      resourceLimits,
      execArgv: [],
    });
    const thread: Thread = { worker, busyWith: undefined };
    worker.on('message', (message: FromWorker) => hear(thread, message));
    worker.on('error', (error) => {
      threads.splice(threads.indexOf(thread), 1);
      thread.busyWith?.reject(error);
    });
    threads.push(thread);
    return thread;
  }

  function hear(thread: Thread, message: FromWorker): void {
    const say = (answer: ToWorker) => thread.worker.postMessage(answer);
    if ('dates' in message) {
      saltsOf(message.dates).then(
        (salts) => say({ salts }),
        (error: unknown) => thread.busyWith?.reject(error),
      );
      return;
    }
    const done = thread.busyWith;
    thread.busyWith = undefined;
    if ('read' in message) done?.resolve(message.read);
    else done?.reject(message.failed);
    next();
  }

  function next(): void {
    if (queue.length === 0) return;
    const thread = threads.find(({ busyWith }) => !busyWith) ?? (threads.length < count ? start() : undefined);
    const waiting = thread && queue.shift();
    if (!thread || !waiting) return;
    thread.busyWith = waiting;
    const { buffer } = waiting.block.bytes;
    thread.worker.postMessage(
      { block: waiting.block } satisfies ToWorker,
      buffer instanceof ArrayBuffer ? [buffer] : [],
    );
  }

  return {
    read: (block) =>
      new Promise((resolve, reject) => {
        queue.push({ block, resolve, reject });
        next();
      }),
    async close() {
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}
