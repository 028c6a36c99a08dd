/**
 * Imports web-server logs. A page view is a line with method GET and status 2xx or 304, for what is no asset, feed or data
 * file, by no machine; every other line is named a reason. The file is its own journal: rows go out in batches named by the
 * log's first bytes and the range they were read from, and a ledger knows which ranges arrived, so that a log imported twice
 * counts once, a log that grew adds its tail, and twin lines within it stay twins.
 *
 * This thread cuts the bytes of a log into blocks; threads read the blocks side by side; their rows go out in the log's order.
 */
import { availableParallelism } from 'node:os';
import { joinedBlocks, Refusal } from '#platform';
import type { ImportSummary, SiteOfBook } from './contract.ts';
import { openGeo } from './geo.ts';
import { headBytes, isTelling, type Ledger, progressOf } from './import-ledger.ts';
import { blockThreads } from './import-threads.ts';
import type { ImportRows } from './log-batch.ts';
import { blockReader, type ReadBlock, type SaltsOf } from './log-block.ts';
import { type BlockMemory, blockMemory, logCutter } from './log-cutter.ts';
import { endsInAgent, formatOf, type LogFormat, logFormats } from './log-format.ts';
import { type LogSource, logSources } from './log-source.ts';
import { logTally, type LogTally } from './log-tally.ts';
import { Damaged } from './log-unpack.ts';

export type ImportOptions = {
  /** Paths of files, plain or packed, folders, patterns, zips; `-` is the standard input. */
  sources: readonly string[];
  site: SiteOfBook;
  /** One of the known formats, or `auto` (the default): what most of the first lines are in. */
  format?: string;
  /** Goes on reading as the files grow and are rotated, until the signal is aborted. */
  follow?: boolean;
  /** Records a batch of rows (`recordRows`); the same token counts once. Absent: a dry run. */
  record?: (token: string, rows: ImportRows) => Promise<unknown>;
  ledger: Ledger;
  /** The salts of visitors on these site-local dates, base64. */
  saltsOf: SaltsOf;
  /** The country database; the one that ships when undefined. */
  geoDb?: string | undefined;
  /** Threads that read lines; 0 reads on this one. By default as many as the machine runs at once, for what is worth a thread. */
  threads?: number;
  /** Bytes of the log that make one batch of rows, 64 MB by default. */
  batchBytes?: number;
  /** `bytes` of `total` were read of the file (0 when its size is not known); `lines` of all files together. */
  onProgress?: (progress: { file: string; bytes: number; total: number; lines: number }) => void;
  signal?: AbortSignal;
};

/** Bytes of the log whose rows go out together: fewer, larger inserts cost the store less. */
const usualBatch = 64 << 20;
/** Bytes that a thread reads at a time. */
const usualBlock = 4 << 20;
/** Batches whose rows may be in memory: one goes out while the next is read. */
const batchesHeld = 2;
/** Less than this is read before a thread has started. */
const worthThreads = 4 << 20;
const mostThreads = 8;

/**
 * Imports the sources, several side by side; logs that begin with the same line one after the other, since one may be the
 * other's beginning. Rejects with a Refusal for an unknown format or a file that cannot be read, before anything is
 * recorded; when the signal is aborted, what was recorded until then stays. Of a packed file that is damaged the lines before that
 * are kept, and the summary names it.
 */
export async function importLog(options: ImportOptions): Promise<ImportSummary> {
  const { site, saltsOf, geoDb, follow = false, signal } = options;
  const format = formatAsked(options.format ?? 'auto');
  const sources = (await Promise.all(options.sources.map((path) => logSources(path, { follow })))).flat();
  const tally = logTally();
  const count = options.threads ?? threadsFor(sources, follow);
  const threads = count > 0 ? blockThreads(count, { site, geoDb, saltsOf }) : undefined;
  const readBlock = threads?.read ?? blockReader({ site, geo: openGeo(geoDb), saltsOf });
  const work: Work = {
    options,
    format,
    readBlock,
    tally,
    turns: new Map(),
    blocks: places(count + 1),
    batches: places(batchesHeld),
    memory: blockMemory(),
  };

  const importOne = async (source: LogSource) => {
    // A followed file that was rotated away is finished, and the new one of its name begins.
    do await importSource(source, work);
    while (follow && source.grows && !signal?.aborted);
  };
  try {
    await sideBySide(sources, follow ? sources.length : Math.max(1, count), importOne);
  } finally {
    await threads?.close();
  }
  return tally.summary();
}

function formatAsked(asked: string): LogFormat | 'auto' {
  const known = asked === 'auto' ? 'auto' : logFormats.find((name) => name === asked);
  if (!known)
    throw new Refusal('bad-input', `The format must be auto, ${logFormats.join(', ')}; not "${asked}".`, {
      field: 'format',
    });
  return known;
}

function threadsFor(sources: readonly LogSource[], follow: boolean): number {
  const bytes = sources.reduce((sum, { size }) => sum + (size || worthThreads), 0);
  return follow || bytes < worthThreads ? 0 : Math.min(mostThreads, availableParallelism());
}

/** Runs `work` on each item, `most` at once. The first failure is thrown when all that were begun have ended. */
async function sideBySide<T>(items: readonly T[], most: number, work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const failures: unknown[] = [];
  const lane = async () => {
    for (let item = waiting.shift(); item !== undefined && failures.length === 0; item = waiting.shift())
      await work(item).catch((error: unknown) => failures.push(error));
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, lane));
  if (failures.length > 0) throw failures[0];
}

/** Bounds how much is in memory at once: who takes a place waits until there is one. */
function places(count: number) {
  let free = count;
  const waiting: (() => void)[] = [];
  return {
    async take() {
      if (free > 0) free--;
      else await new Promise<void>((resolve) => waiting.push(resolve));
    },
    give() {
      const next = waiting.shift();
      if (next) next();
      else free++;
    },
  };
}

type Work = {
  options: ImportOptions;
  format: LogFormat | 'auto';
  readBlock: ReadBlock;
  tally: LogTally;
  /** The last import of a log by its first line. */
  turns: Map<string, Promise<void>>;
  /** Blocks that are cut and not read yet, and batches that are begun and not recorded yet. */
  blocks: ReturnType<typeof places>;
  batches: ReturnType<typeof places>;
  memory: BlockMemory;
};

async function importSource(source: LogSource, work: Work): Promise<void> {
  const { onProgress, signal, follow = false } = work.options;
  let read = 0;
  let held: Buffer = Buffer.alloc(0);
  let log: OpenLog | undefined;
  let taken: Taken = 'broken off';

  const take = async (bytes: Buffer) => {
    if (log) return log.take(bytes);
    // A chunk holds until the next is asked for.
    held = Buffer.concat([held, bytes]);
    if (held.length >= headBytes) await begin();
  };
  const begin = async () => {
    if (log || held.length === 0) return;
    log = await openLog(source, held, {
      ...work,
      onLines: (lines) => onProgress?.({ file: source.name, bytes: read, total: source.size, lines }),
    });
    await log.take(held);
    held = Buffer.alloc(0);
  };

  try {
    for await (const chunk of source.chunks({ onRead: (bytes) => (read += bytes), signal })) {
      // A follower is told to stop; an import is broken off.
      if (!follow) signal?.throwIfAborted();
      if (chunk) await take(chunk);
      else if (log || isTelling(held, { needsEnd: true })) {
        // A growing file fell silent: what is there goes out, once it tells which log it is.
        await begin();
        await log?.flush();
      }
    }
    await begin();
    taken = 'all';
  } catch (error) {
    if (!(error instanceof Damaged)) throw error;
    await begin();
    taken = 'whole lines';
  } finally {
    await log?.close(taken);
  }
  if (taken === 'whole lines') work.tally.damaged(source.name, log?.lines() ?? 0);
}

/** What of a log is to be kept: nothing more where its import ended early, no half line where it could not be unpacked further. */
type Taken = 'all' | 'whole lines' | 'broken off';

type OpenLog = {
  take(bytes: Buffer): Promise<void>;
  /** Sends out the whole lines that are there. */
  flush(): Promise<void>;
  close(taken: Taken): Promise<void>;
  /** That were read until now. */
  lines(): number;
};

/** Rows of a range of the log, on their way into the store together. */
type Batch = { from: number; end: number; parts: ImportRows[] };

async function openLog(
  source: LogSource,
  held: Buffer,
  {
    options,
    format: asked,
    readBlock,
    tally,
    turns,
    blocks,
    batches,
    memory,
    onLines,
  }: Work & { onLines: (lines: number) => void },
): Promise<OpenLog> {
  const { record, ledger, site, batchBytes = usualBatch } = options;
  const head = held.subarray(0, headBytes);
  const format = asked === 'auto' ? formatOf(head.toString('latin1')) : asked;
  tally.format(source.name, format ?? 'unknown');
  const known = format ?? 'combined';

  const firstLine = head.toString('latin1').split('\n', 1)[0] ?? '';
  const before = turns.get(firstLine);
  let endTurn: () => void = () => undefined;
  turns.set(firstLine, new Promise((resolve) => (endTurn = resolve)));
  await before;
  const { fingerprint, done, pending, note } = await progressOf(ledger, site.id, head);

  /** From where on the batch that begins at `start` may end: of the bytes alone, so that the same batch goes out again. */
  function batchEnd(start: number): number {
    const usual = start + batchBytes;
    if (start < done) return Math.min(usual, done);
    // The batch that was on its way goes out again as it was.
    return pending !== undefined && pending > start ? pending : usual;
  }

  let batchFrom = 0;
  const cutter = logCutter((start) => {
    if (start >= batchEnd(batchFrom)) batchFrom = start;
    return Math.min(start + usualBlock, batchEnd(batchFrom));
  }, memory);
  let directives = new Map<string, string>();
  let last: Promise<void> = Promise.resolve();
  let failure: { error: unknown } | undefined;
  let batch: Batch | undefined;
  let linesRead = 0;

  const then = (work: () => Promise<void>) => {
    last = last.then(work);
    last.catch((error: unknown) => (failure ??= { error }));
  };

  /** What was read goes into its batch, and the batch out when it is whole. */
  async function send(bytes: Buffer | undefined, offset: number): Promise<void> {
    if (!bytes) return;
    if (!batch) {
      await batches.take();
      batch = { from: offset, end: offset, parts: [] };
    }
    const into = batch;
    await blocks.take();
    if (failure) {
      blocks.give();
      throw failure.error;
    }
    into.end = offset + bytes.length;
    const block = {
      bytes,
      offset,
      format: known,
      isAsked: asked !== 'auto',
      fingerprint,
      rowsFrom: record ? done : into.end,
    };
    const begun = [...directives.values()].join('\n');
    directives = directivesIn(bytes, directives);
    const reading = readBlock({ ...block, directives: begun }).finally(() => blocks.give());
    reading.catch(() => undefined);
    then(async () => {
      const { summary, rows, memory: used } = await reading;
      memory.give(used);
      tally.add(summary);
      linesRead += summary.lines;
      onLines(tally.lines());
      into.parts.push(rows);
    });
    if (into.end >= batchEnd(into.from)) sendBatch();
  }

  function sendBatch(): void {
    const out = batch;
    if (!out) return;
    batch = undefined;
    then(() => recordBatch(out));
    last.catch(() => undefined).finally(() => batches.give());
  }

  async function recordBatch({ from, end, parts }: Batch): Promise<void> {
    const start = Math.max(from, done);
    if (!record || end <= start) return;
    await note(start, end);
    const rows = togetherOf(parts);
    if (rows.hits || rows.ignored_hits) await record(`import:${site.id}:${fingerprint}:${start}-${end}`, rows);
    await note(end, undefined);
  }

  const flush = async () => {
    const offset = cutter.offset();
    await send(cutter.lines(), offset);
    sendBatch();
    await last;
  };

  return {
    async take(bytes) {
      let offset = cutter.offset();
      for (const block of cutter.take(bytes)) {
        const { length } = block;
        await send(block, offset);
        offset += length;
      }
    },
    flush,
    lines: () => linesRead,
    async close(taken) {
      try {
        if (taken === 'broken off') return await last;
        const offset = cutter.offset();
        const lines = cutter.lines();
        const after = offset + (lines?.length ?? 0);
        await send(lines, offset);
        const rest = taken === 'all' ? cutter.rest() : undefined;
        // A half-written line is broken, and is read again next time.
        if (rest && endsInAgent.has(known) && !/["}\d-]\s*$/.test(rest.toString('latin1'))) tally.broken();
        else await send(rest, after);
        sendBatch();
        await last;
      } finally {
        if (batch) batches.give();
        endTurn();
      }
    },
  };
}

/** The rows of several blocks of a log, one after the other. */
function togetherOf(parts: readonly ImportRows[]): ImportRows {
  return {
    hits: joinedBlocks(parts.flatMap(({ hits }) => hits ?? [])),
    ignored_hits: joinedBlocks(parts.flatMap(({ ignored_hits }) => ignored_hits ?? [])),
  };
}

/** The directives that hold after these bytes, by keyword: W3C logs say their fields and their day in lines of their own. */
function directivesIn(bytes: Buffer, before: Map<string, string>): Map<string, string> {
  const now = new Map(before);
  for (let at = bytes[0] === 0x23 ? 0 : bytes.indexOf('\n#') + 1; at > 0 || bytes[at] === 0x23;) {
    const end = bytes.indexOf(0x0a, at);
    const directive = bytes.toString('latin1', at, end < 0 ? bytes.length : end).trimEnd();
    now.set(directive.slice(0, directive.indexOf(':')).toLowerCase(), directive);
    if (end < 0) break;
    at = bytes[end + 1] === 0x23 ? end + 1 : bytes.indexOf('\n#', end) + 1;
    if (at === 0) break;
  }
  return now;
}
