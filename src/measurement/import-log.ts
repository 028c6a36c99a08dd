/**
 * Imports web-server logs. A page view is a line with method GET and status 2xx or 304, for what is no asset, feed or data
 * file, by no machine; every other line is named a reason. The file is its own journal: rows go out in batches named by the
 * log's first bytes and the range they were read from, and a ledger knows which ranges arrived, so that a log imported twice
 * counts once, a log that grew adds its tail, and twin lines within it stay twins.
 */
import { Refusal } from '#platform';
import { prepareSite } from './collect.ts';
import type { ImportSummary, SiteOfBook } from './contract.ts';
import type { CountryOf } from './geo.ts';
import { headBytes, type Ledger, type Progress, progressOf } from './import-ledger.ts';
import { dayFrom } from './local-time.ts';
import { endsInAgent, formatOf, type LogFormat, logFormats, parserFound, parserOf } from './log-format.ts';
import { lineBuffer } from './line-buffer.ts';
import { blankLine, type LineParser } from './log-line.ts';
import { logRows, type LogRows } from './log-rows.ts';
import type { ImportRows } from './record.ts';
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
  /** Records a batch of rows (`recordRows`); the same token counts once. The bytes are reused once it resolves. Absent: a dry run. */
  record?: (token: string, rows: ImportRows) => Promise<unknown>;
  ledger: Ledger;
  /** The salts of visitors on these site-local dates, base64. */
  saltsOf: (dates: readonly string[]) => Promise<Readonly<Record<string, string>>>;
  countryOf: CountryOf;
  /** `bytes` of `total` were read of the file (0 when its size is not known); `lines` of all files together. */
  onProgress?: (progress: { file: string; bytes: number; total: number; lines: number }) => void;
  signal?: AbortSignal;
};

/** Bytes of the log that make one batch: fewer, larger inserts cost the store less. */
const batchBytes = 16 << 20;
const newline = 0x0a;

/**
 * Imports the sources one after the other (side by side when following). Rejects with a Refusal for an unknown format or a
 * file that cannot be read, before anything is recorded; when the signal is aborted, what was recorded until then stays.
 */
export async function importLog(options: ImportOptions): Promise<ImportSummary> {
  const { site, countryOf, follow = false, signal } = options;
  const format = formatAsked(options.format ?? 'auto');
  const sources = await Promise.all(options.sources.map((path) => logSource(path, { follow })));
  const tally = logTally();
  const prepared = prepareSite(site);

  const importOne = async (source: LogSource) => {
    // A followed file that was rotated away is finished, and the new one of its name begins.
    do await importSource(source, { options, format, rows: logRows({ site: prepared, countryOf }), tally });
    while (follow && source.grows && !signal?.aborted);
  };
  if (follow) await Promise.all(sources.map(importOne));
  else for (const source of sources) await importOne(source);
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

type Work = { options: ImportOptions; format: LogFormat | 'auto'; rows: LogRows; tally: LogTally };

async function importSource(source: LogSource, { options, format: asked, rows, tally }: Work): Promise<void> {
  const { onProgress, signal, site, follow = false } = options;
  let read = 0;
  let text: Buffer = Buffer.alloc(0);
  let reader: Reader | undefined;

  const begin = async (): Promise<Reader> => {
    const head = text.subarray(0, headBytes);
    const format = asked === 'auto' ? formatOf(head.toString('latin1')) : asked;
    tally.format(source.name, format ?? 'unknown');
    const progress = await progressOf(options.ledger, site.id, head);
    const known = format ?? 'combined';
    const parse = asked === 'auto' ? parserFound(known) : parserOf(known);
    return openReader({ parse, mayBeCut: endsInAgent.has(known), progress, rows, tally, options });
  };

  for await (const chunk of source.chunks({ onRead: (bytes) => (read += bytes), signal })) {
    // A follower is told to stop; an import is broken off.
    if (!follow) signal?.throwIfAborted();
    if (chunk) text = text.length === 0 ? chunk : Buffer.concat([text, chunk]);
    if (!reader && chunk && text.length < headBytes) continue;
    if (!reader && text.includes(newline)) reader = await begin();
    if (!reader) continue;
    const end = text.lastIndexOf(newline) + 1;
    await reader.take(text.toString('latin1', 0, end));
    text = text.subarray(end);
    // A growing file fell silent: what is there goes out.
    if (!chunk) await reader.flush();
    onProgress?.({ file: source.name, bytes: read, total: source.size, lines: tally.lines() });
  }

  reader ??= text.length > 0 ? await begin() : undefined;
  const end = text.lastIndexOf(newline) + 1;
  await reader?.take(text.toString('latin1', 0, end));
  await reader?.takeUnended(text.toString('latin1', end));
  await reader?.close();
  onProgress?.({ file: source.name, bytes: read, total: source.size, lines: tally.lines() });
}

type Reader = {
  /** Reads whole lines. */
  take(lines: string): Promise<void>;
  /** Reads the last line of a log that ends without a newline; one that is half written is broken, and is read again next time. */
  takeUnended(line: string): Promise<void>;
  flush(): Promise<void>;
  close(): Promise<void>;
};

const rowBuffers = () => ({ hits: lineBuffer(batchBytes / 2), ignored_hits: lineBuffer(batchBytes / 2) });

function openReader({
  parse,
  mayBeCut,
  progress,
  rows,
  tally,
  options,
}: {
  parse: LineParser;
  /** A half-written line can look like a whole one. */
  mayBeCut: boolean;
  progress: Progress;
  rows: LogRows;
  tally: LogTally;
  options: ImportOptions;
}): Reader {
  const { record, saltsOf } = options;
  const line = blankLine();
  let offset = 0;
  // One batch is filled while the other is on its way.
  let [batch, spare] = [rowBuffers(), rowBuffers()];
  let batchStart = progress.done;
  let batchEnd = progress.pending ?? batchStart + batchBytes;
  let onItsWay: Promise<void> = Promise.resolve();
  // A batch that fails while the next one is being read must not be an unhandled rejection: it is thrown by the next send.
  onItsWay.catch(() => undefined);

  /** Reads one line; false when the salts of its day must be fetched first. */
  function readLine(text: string, start: number, end: number): boolean {
    if (end <= start) return true;
    const isRead = parse(text, start, end, line);
    if (isRead !== true) {
      if (isRead === false) tally.broken();
      return true;
    }
    const local = rows.local(line.at);
    const judged = rows.judge(line);
    const at = offset + start;
    if (record && at >= progress.done) {
      if (judged.reason === null && !rows.hasSalts(local.date)) return false;
      const isHit = judged.reason === null;
      const row = rows.row(line, judged, isHit ? `${progress.fingerprint}-${at.toString(36)}` : '');
      (isHit ? batch.hits : batch.ignored_hits).add(row);
    }
    tally.line(line, local.date, judged.reason);
    return true;
  }

  async function take(text: string): Promise<void> {
    // A byte order mark is no part of the first line.
    let start = offset === 0 && text.startsWith('ï»¿') ? 3 : 0;
    while (start < text.length) {
      let end = text.indexOf('\n', start);
      if (end < 0) end = text.length;
      const bare = text.charCodeAt(end - 1) === 0x0d ? end - 1 : end;
      if (!readLine(text, start, bare)) {
        const { date } = rows.local(line.at);
        rows.addSalts(await saltsOf([dayFrom(date, -1), date]));
        continue;
      }
      start = end + 1;
      if (offset + start >= batchEnd) await send(offset + start);
    }
    offset += text.length;
  }

  async function send(end: number): Promise<void> {
    const from = batchStart;
    if (!record || end <= from) return;
    batchStart = end;
    batchEnd = end + batchBytes;
    await onItsWay;
    const full = { hits: batch.hits.bytes(), ignored_hits: batch.ignored_hits.bytes() };
    [batch, spare] = [spare, batch];
    batch.hits.clear();
    batch.ignored_hits.clear();
    onItsWay = (async () => {
      await progress.note(from, end);
      if (full.hits.length + full.ignored_hits.length > 0)
        await record(`import:${options.site.id}:${progress.fingerprint}:${from}-${end}`, full);
      await progress.note(end, undefined);
    })();
    onItsWay.catch(() => undefined);
  }

  const flush = async () => {
    await send(offset);
    await onItsWay;
  };

  return {
    take,
    async takeUnended(text) {
      if (text === '') return;
      // A whole line ends with a quote, a brace or a number.
      if (!mayBeCut || /["}\d-]\s*$/.test(text)) await take(text);
      else tally.broken();
    },
    flush,
    close: flush,
  };
}
