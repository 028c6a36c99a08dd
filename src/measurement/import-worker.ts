/** A thread that reads blocks of logs. It asks the thread that started it for the salts of a day, and answers each block with its rows. */
import { parentPort, workerData } from 'node:worker_threads';
import type { SiteOfBook } from './contract.ts';
import { openGeo } from './geo.ts';
import { type BlockRead, blockReader, type LogBlock } from './log-block.ts';

export type WorkerSetup = { site: SiteOfBook; geoDb: string | undefined };
export type ToWorker = { block: LogBlock } | { salts: Readonly<Record<string, string>> };
export type FromWorker = { read: BlockRead } | { dates: readonly string[] } | { failed: unknown };

const { site, geoDb } = workerData as WorkerSetup;
const tell = (message: FromWorker, moved: ArrayBuffer[] = []) => parentPort?.postMessage(message, moved);
let haveSalts: (salts: Readonly<Record<string, string>>) => void = () => undefined;

const read = blockReader({
  site,
  geo: openGeo(geoDb),
  saltsOf: (dates) =>
    new Promise((resolve) => {
      haveSalts = resolve;
      tell({ dates });
    }),
});

parentPort?.on('message', (message: ToWorker) => {
  if ('salts' in message) return haveSalts(message.salts);
  read(message.block).then(
    (done) => tell({ read: done }, memoryOf(done)),
    (error: unknown) => tell({ failed: error }),
  );
});

/** Rows are moved, not copied, to the thread that sends them on, and the block's memory back to where it came from. */
const memoryOf = ({ rows, memory }: BlockRead): ArrayBuffer[] => [
  ...[rows.hits, rows.ignored_hits].flatMap((block) => (block ? [block.bytes.buffer] : [])),
  ...(memory instanceof ArrayBuffer ? [memory] : []),
];
