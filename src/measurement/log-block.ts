/** A piece of a log, some megabytes of whole lines, read into the rows it becomes and the counts of its lines. */
import { prepareSite } from './collect.ts';
import type { ImportSummary, SiteOfBook } from './contract.ts';
import type { CountryOf } from './geo.ts';
import { dayFrom } from './local-time.ts';
import { type ImportRows, logBatch } from './log-batch.ts';
import { type LogFormat, parserFound, parserOf } from './log-format.ts';
import { blankLine, type LineParser } from './log-line.ts';
import { logRows } from './log-rows.ts';
import { logTally } from './log-tally.ts';

export type LogBlock = {
  /** Whole lines; the last one of the log may lack its newline. */
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

export type BlockRead = { summary: Omit<ImportSummary, 'formats'>; rows: ImportRows };
export type ReadBlock = (block: LogBlock) => Promise<BlockRead>;
export type SaltsOf = (dates: readonly string[]) => Promise<Readonly<Record<string, string>>>;

/** Logged instants outside of these are no times: no log is older than its format, or of another century. */
const [earliest, latest] = [Date.UTC(1990, 0, 1), Date.UTC(2100, 0, 1)];

/** Reads blocks of a site's logs, on the calling thread. One block at a time; blocks of one log in any order. */
export function blockReader({
  site,
  countryOf,
  saltsOf,
}: {
  site: SiteOfBook;
  countryOf: CountryOf;
  saltsOf: SaltsOf;
}): ReadBlock {
  const rows = logRows({ site: prepareSite(site), countryOf });
  const line = blankLine();
  let last: Promise<unknown> = Promise.resolve();

  async function read({
    bytes,
    offset,
    format,
    isAsked,
    directives,
    fingerprint,
    rowsFrom,
  }: LogBlock): Promise<BlockRead> {
    const tally = logTally();
    const batch = logBatch({ org_id: site.org_id, site_id: site.id, fingerprint });
    const parse: LineParser = isAsked ? parserOf(format) : parserFound(format);
    for (const directive of directives.split('\n')) if (directive) parse(directive, 0, directive.length, line);

    /** False when the salts of the line's day must be fetched first. */
    function readLine(text: string, start: number, end: number): boolean {
      if (end <= start) return true;
      const isRead = parse(text, start, end, line);
      if (isRead === undefined) return true;
      if (!isRead || !(line.at >= earliest && line.at < latest)) {
        tally.broken();
        return true;
      }
      const { date } = rows.local(line.at);
      const judged = rows.judge(line);
      if (offset + start >= rowsFrom) {
        if (judged.reason === null && !rows.hasSalts(date)) return false;
        rows.add(batch, line, judged, offset + start);
      }
      tally.line(line, date, judged.reason);
      return true;
    }

    const text = latin1(bytes);
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
    }
    const { formats: _, ...summary } = tally.summary();
    return { summary, rows: batch.rows() };
  }

  return (block) => {
    const next = last.then(() => read(block));
    last = next.catch(() => undefined);
    return next;
  };
}

/** One character per byte: pieces of it cost nothing, and what is kept is read as what it was meant to be. */
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
