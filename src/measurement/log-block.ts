/** A piece of a log, some megabytes of whole lines, read into the rows it becomes and the counts of its lines. */
import { prepareSite } from './collect.ts';
import type { ImportSummary, SiteOfBook } from './contract.ts';
import type { Geo } from './geo.ts';
import { dayFrom } from './local-time.ts';
import { type ImportRows, logBatch } from './log-batch.ts';
import { type LineBytes, lineIn, lineWriter } from './log-bytes.ts';
import { quickReader } from './log-combined.ts';
import { isCombined, type LogFormat, parserFound, parserOf } from './log-format.ts';
import { blankLine, type LineParser } from './log-line.ts';
import { logRows } from './log-rows.ts';
import { logTally } from './log-tally.ts';

export type LogBlock = {
  /** Whole lines, in memory of their own; the last one of the log may lack its newline. */
  bytes: Uint8Array;
  /** Where it begins in the log. */
  offset: number;
  format: LogFormat;
  /** The format was asked for: lines of other looks are broken. */
  isAsked: boolean;
  /** The directives that hold where it begins (`#Fields: …`), one a line. */
  directives: string;
  fingerprint: string;
  /** Lines from here on become rows; those before are there already. */
  rowsFrom: number;
};

/** With the memory of the block, which is free again. */
export type BlockRead = {
  summary: Omit<ImportSummary, 'formats' | 'damaged'>;
  rows: ImportRows;
  memory: ArrayBufferLike;
};
export type ReadBlock = (block: LogBlock) => Promise<BlockRead>;
export type SaltsOf = (dates: readonly string[]) => Promise<Readonly<Record<string, string>>>;

/** Logged instants outside of these are no times: no log is older than its format, or of another century. */
const [earliest, latest] = [Date.UTC(1990, 0, 1), Date.UTC(2100, 0, 1)];

const isTime = (at: number) => at >= earliest && at < latest;

const [newline, carriageReturn, mark] = [0x0a, 0x0d, 0x23];

/** Reads blocks of a site's logs, on the calling thread. One block at a time; blocks of one log in any order. */
export function blockReader({ site, geo, saltsOf }: { site: SiteOfBook; geo: Geo; saltsOf: SaltsOf }): ReadBlock {
  const rows = logRows({ site: prepareSite(site), geo });
  const logged = blankLine();
  const writeDown = lineWriter();
  let last: Promise<unknown> = Promise.resolve();

  async function read({
    bytes: given,
    offset,
    format,
    isAsked,
    directives,
    fingerprint,
    rowsFrom,
  }: LogBlock): Promise<BlockRead> {
    const tally = logTally();
    const batch = logBatch({
      org_id: site.org_id,
      site_id: site.id,
      fingerprint,
      hasPlaces: geo.placeOf !== undefined,
    });
    const parse: LineParser = isAsked ? parserOf(format) : parserFound(format);
    for (const directive of directives.split('\n')) if (directive) parse(directive, 0, directive.length, logged);
    const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
    const quick = isCombined(format) ? quickReader(format === 'vhost-combined', rows.isHost) : undefined;
    const line = lineIn(bytes);
    const lastNewline = bytes.lastIndexOf(newline);
    let saltless = '';

    /** False when the salts of the line's day must be fetched first. */
    function take(read: LineBytes, start: number): boolean {
      const { date } = rows.local(read.at);
      const judged = rows.judge(read);
      if (offset + start >= rowsFrom) {
        if (judged.reason === null && !rows.hasSalts(date)) {
          saltless = date;
          return false;
        }
        rows.add(batch, read, judged, offset + start);
      }
      tally.line(read, date, judged.reason);
      return true;
    }

    /** A line in any other form, by way of a text. */
    function takeText(start: number, end: number): boolean {
      const bare = bytes[end - 1] === carriageReturn ? end - 1 : end;
      if (bare <= start) return true;
      const text = bytes.toString('latin1', start, bare);
      const isRead = parse(text, 0, text.length, logged);
      if (isRead === undefined) return true;
      if (isRead && isTime(logged.at)) return take(writeDown(logged), start);
      tally.broken();
      return true;
    }

    // A byte order mark is no part of the first line.
    let start = offset === 0 && bytes.toString('latin1', 0, 3) === 'ï»¿' ? 3 : 0;
    while (start < bytes.length) {
      let next = quick && start < lastNewline && bytes[start] !== mark ? quick(line, start) : -1;
      let isTaken: boolean;
      if (next > 0 && isTime(line.at)) isTaken = take(line, start);
      else {
        const end = bytes.indexOf(newline, start);
        next = end < 0 ? bytes.length : end + 1;
        isTaken = takeText(start, end < 0 ? bytes.length : end);
      }
      if (isTaken) {
        start = next;
        continue;
      }
      rows.addSalts(await saltsOf([dayFrom(saltless, -1), saltless]));
    }
    const { formats: _, ...summary } = tally.summary();
    return { summary, rows: batch.rows(), memory: given.buffer };
  }

  return (block) => {
    const next = last.then(() => read(block));
    last = next.catch(() => undefined);
    return next;
  };
}
