/**
 * Imports web-server logs. A page view is a line with method GET and status 2xx or 304, for what is no asset, feed or data
 * file, by no machine; every other line is named a reason. The file is its own journal: rows go out in batches named by the
 * log's first bytes and the range they were read from, and a ledger knows which ranges arrived, so that a log imported twice
 * counts once, a log that grew adds its tail, and twin lines within it stay twins.
 *
 * This thread cuts the bytes of a log into blocks; threads read the blocks side by side; their rows go out in the log's order.
 */
import { availableParallelism } from 'node:os';
import { Refusal } from '#platform';
import type { ImportSummary, SiteOfBook } from './contract.ts';
import { openCountries } from './geo.ts';
import { headBytes, type Ledger, progressOf } from './import-ledger.ts';
import { blockThreads } from './import-threads.ts';
import type { ImportRows } from './log-batch.ts';
import { blockReader, type ReadBlock, type SaltsOf } from './log-block.ts';
import { logCutter } from './log-cutter.ts';
import { endsInAgent, formatOf, type LogFormat, logFormats } from './log-format.ts';
import { type LogSource, logSource } from './log-source.ts';
import { logTally, type LogTally } from './log-tally.ts';

export type ImportOptions = {
  /** Paths of files, plain or packed; `-` is the standard input. */
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
  /** Bytes of the log that make one batch, 16 MB by default. The same log must be imported with the same again. */
  batchBytes?: number;
  /** `bytes` of `total` were read of the file (0 when its size is not known); `lines` of all files together. */
  onProgress?: (progress: { file: string; bytes: number; total: number; lines: number }) => void;
  signal?: AbortSignal;
};

/** Bytes of the log that make one batch: fewer, larger inserts cost the store less, and memory more. */
const usualBatch = 16 << 20;
/** Less than this is read before a thread has started. */
const worthThreads = 4 << 20;
const mostThreads = 8;

/**
 * Imports the sources, several side by side; logs that begin with the same line one after the other, since one may be the
 * other's beginning. Rejects with a Refusal for an unknown format or a file that cannot be read, before anything is
 * recorded; when the signal is aborted, what was recorded until then stays.
 */
export async function importLog(options: ImportOptions): Promise<ImportSummary> {
  const { site, saltsOf, geoDb, follow = false, signal } = options;
  const format = formatAsked(options.format ?? 'auto');
  const sources = await Promise.all(options.sources.map((path) => logSource(path, { follow })));
  const tally = logTally();
  const count = options.threads ?? threadsFor(sources, follow);
  const threads = count > 0 ? blockThreads(count, { site, geoDb, saltsOf }) : undefined;
  const readBlock = threads?.read ?? blockReader({ site, countryOf: openCountries(geoDb), saltsOf });
  const work: Work = { options, format, readBlock, tally, turns: new Map(), blocks: places(count + 1) };

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
  blocks: ReturnType<typeof places>;
};

async function importSource(source: LogSource, work: Work): Promise<void> {
  const { onProgress, signal, follow = false } = work.options;
  let read = 0;
  let held: Buffer = Buffer.alloc(0);
  let log: OpenLog | undefined;
  let taken = false;

  const take = async (bytes: Buffer) => {
    if (log) return log.take(bytes);
    held = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
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
      else if (log || held.includes('\n')) {
        // A growing file fell silent: what is there goes out.
        await begin();
        await log?.flush();
      }
    }
    await begin();
    taken = true;
  } finally {
    await log?.close(taken);
  }
}

type OpenLog = {
  take(bytes: Buffer): Promise<void>;
  /** Sends out the whole lines that are there. */
  flush(): Promise<void>;
  /** Ends the log: with its last line where all of it was read. */
  close(isAll: boolean): Promise<void>;
};

async function openLog(
  source: LogSource,
  held: Buffer,
  { options, format: asked, readBlock, tally, turns, blocks, onLines }: Work & { onLines: (lines: number) => void },
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

  const cutter = logCutter((start) => {
    const usual = start + batchBytes;
    if (start < done) return Math.min(usual, done);
    // The batch that was on its way goes out again as it was.
    return pending !== undefined && pending > start ? pending : usual;
  });
  let directives = new Map<string, string>();
  let last: Promise<void> = Promise.resolve();
  let failure: { error: unknown } | undefined;

  async function send(bytes: Buffer | undefined, offset: number): Promise<void> {
    if (!bytes) return;
    await blocks.take();
    if (failure) {
      blocks.give();
      throw failure.error;
    }
    const end = offset + bytes.length;
    const block = {
      bytes,
      offset,
      format: known,
      isAsked: asked !== 'auto',
      fingerprint,
      rowsFrom: record ? done : end,
    };
    const begun = [...directives.values()].join('\n');
    directives = directivesIn(bytes, directives);
    const reading = readBlock({ ...block, directives: begun });
    reading.catch(() => undefined);
    last = last
      .then(async () => {
        const { summary, rows } = await reading;
        tally.add(summary);
        onLines(tally.lines());
        const from = Math.max(offset, done);
        if (!record || end <= from) return;
        await note(from, end);
        if (rows.hits || rows.ignored_hits) await record(`import:${site.id}:${fingerprint}:${from}-${end}`, rows);
        await note(end, undefined);
      })
      .finally(() => blocks.give());
    last.catch((error: unknown) => (failure ??= { error }));
  }

  const flush = async () => {
    const offset = cutter.offset();
    await send(cutter.lines(), offset);
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
    async close(isAll) {
      try {
        if (!isAll) return await last;
        const offset = cutter.offset();
        const lines = cutter.lines();
        const after = offset + (lines?.length ?? 0);
        await send(lines, offset);
        const rest = cutter.rest();
        // A half-written line is broken, and is read again next time.
        if (rest && endsInAgent.has(known) && !/["}\d-]\s*$/.test(rest.toString('latin1'))) tally.broken();
        else await send(rest, after);
        await last;
      } finally {
        endTurn();
      }
    },
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
