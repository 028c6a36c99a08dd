/** Counters that survive a restart: written down now and then with their place in the journal, brought up to date from it at start. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, errorFields, type Journal, type Log, type Position, writeDurably } from '#platform';
import { type Counters, newCounters } from './counters.ts';
import type { Sharing } from './sharing/share-counters.ts';

export type CountersOnDisk = Counters & {
  /** Writes the counters down. */
  keep(): Promise<void>;
  /** Writes them down for the last time. The journal must still be open. */
  close(): Promise<void>;
};

/** On disk, a line of JSON with the place in the journal, then the dump. */
type Kept = { position: Position; dump: Uint8Array };

/** Writing takes at most this part of the time, however much there is to write. */
const busy = 1 / 20;
/** The journal keeps what it shipped for some minutes: by then it must be in the counters' file. Milliseconds. */
const latest = 240_000;

/** `everyMs`: how often they are written down; what is lost in between comes back from the journal. */
export async function openCounters({
  folder,
  journal,
  clock,
  log,
  everyMs = 15_000,
  share,
  at,
}: {
  folder: string;
  journal: Journal;
  clock: Clock;
  log?: Log;
  everyMs?: number;
  /** Where several edges share what they count: called once the counters are what they were before the restart. */
  share?: ((counters: Counters) => Promise<Sharing>) | undefined;
  /** Told while the file is being written: where a test of what survives may kill the process. */
  at?: (point: 'mid-snapshot') => void;
}): Promise<CountersOnDisk> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'counters.json');
  const kept = await readKept(file);
  const counters = newCounters(kept?.dump);
  for await (const { line } of journal.replay(kept?.position)) counters.replay(line);
  counters.forget(clock().getTime());
  counters.shared = await share?.(counters);

  let writing: Promise<void> | undefined;
  let notBefore = 0;
  async function write(): Promise<void> {
    counters.forget(clock().getTime());
    // The copy and the mark are taken in the same turn; the file follows once the journal holds all that the copy counts.
    const began = performance.now();
    const dump = counters.dump();
    const position = await journal.mark();
    const written = writeDurably(file, Buffer.concat([Buffer.from(`${JSON.stringify({ position })}\n`), dump]));
    at?.('mid-snapshot');
    await written;
    notBefore = began + Math.min(latest, (performance.now() - began) / busy);
  }
  const keep = () => (writing ??= write().finally(() => (writing = undefined)));

  const timer = setInterval(() => {
    if (performance.now() < notBefore) return;
    keep().catch((error: unknown) => log?.error('the counters could not be written down', errorFields(error)));
  }, everyMs);
  timer.unref();

  return {
    ...counters,
    keep,
    async close() {
      clearInterval(timer);
      await writing;
      await keep();
    },
  };
}

async function readKept(file: string): Promise<Kept | undefined> {
  try {
    const bytes = await readFile(file);
    const end = bytes.indexOf('\n');
    const { position }: Pick<Kept, 'position'> = JSON.parse(bytes.toString('utf8', 0, end));
    return { position, dump: bytes.subarray(end + 1) };
  } catch {
    return undefined;
  }
}
