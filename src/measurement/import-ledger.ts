/** Which bytes of which log were imported: what makes a second import add nothing, and a longer file its tail only. */
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '#platform';

/** How far a log was read. A log is known by its first bytes, so that it may be renamed, rotated or packed meanwhile. */
export type LedgerEntry = {
  /** How many first bytes were known when it was last read, and their SHA-256. */
  head: number;
  hash: string;
  /** The SHA-256 of what was known when it was first read, which names it from then on. */
  name: string;
  /** Bytes [0, done) are in the store; [done, pending) were on their way when the last import ended, in one batch. */
  done: number;
  pending: number | undefined;
};

export type Ledger = {
  /** The logs of a site that begin with this line. */
  read(siteId: string, firstLine: string): Promise<LedgerEntry[]>;
  write(siteId: string, firstLine: string, entries: readonly LedgerEntry[]): Promise<void>;
};

export const headBytes = 65_536;

const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');

/** A ledger of one small file per first line, in a folder of the data folder. */
export function fileLedger(folder: string): Ledger {
  const fileOf = (siteId: string, firstLine: string) => join(folder, `${sha256(`${siteId}\n${firstLine}`)}.json`);
  return {
    async read(siteId, firstLine) {
      const text = await readFile(fileOf(siteId, firstLine), 'utf8').catch(() => '[]');
      const entries: unknown = JSON.parse(text);
      return Array.isArray(entries) ? entries.flatMap(entryOf) : [];
    },
    async write(siteId, firstLine, entries) {
      await mkdir(folder, { recursive: true });
      await writeDurably(fileOf(siteId, firstLine), JSON.stringify(entries));
    },
  };
}

function entryOf(value: unknown): LedgerEntry[] {
  if (typeof value !== 'object' || value === null || !('head' in value && 'hash' in value && 'done' in value))
    return [];
  const { head, hash, done } = value;
  if (typeof head !== 'number' || typeof hash !== 'string' || typeof done !== 'number') return [];
  const pending = 'pending' in value && typeof value.pending === 'number' ? value.pending : undefined;
  const name = 'name' in value && typeof value.name === 'string' ? value.name : hash;
  return [{ head, hash, name, done, pending }];
}

/** So much of a last line that has no end tells a log from others: a date, a time and more. */
const tellingBytes = 24;

/**
 * Whether first bytes tell a log from others: they go beyond the header, which all logs of a server share, to the end of a first line
 * of data, or of what there is of it where the log ends there.
 */
export function isTelling(head: Buffer, { needsEnd = false } = {}): boolean {
  for (let start = 0; start < head.length;) {
    const newline = head.indexOf(0x0a, start);
    const end = newline < 0 ? head.length : newline;
    const isData = end > start && head[start] !== directive && !blank.test(head.toString('latin1', start, end));
    if (isData) return newline >= 0 || (!needsEnd && end - start >= tellingBytes);
    start = end + 1;
  }
  return false;
}

const directive = 0x23;
/** A line of nothing, or a directive behind a byte order mark. */
const blank = /^\s*$|^(?:\xef\xbb\xbf|\xff\xfe)#/;

/** What is known of one log while it is being imported. */
export type Progress = {
  /** Names the log in tokens and hit ids. */
  fingerprint: string;
  done: number;
  pending: number | undefined;
  note(done: number, pending: number | undefined): Promise<void>;
};

/** Finds the log whose first bytes are `head` (at most `headBytes`), or begins a new entry. */
export async function progressOf(ledger: Ledger, siteId: string, head: Buffer): Promise<Progress> {
  const end = head.indexOf(0x0a);
  const firstLine = sha256(end < 0 ? head : head.subarray(0, end));
  const entries = await ledger.read(siteId, firstLine);
  const known = entries
    .filter((entry) => {
      const first = head.subarray(0, entry.head);
      return entry.head <= head.length && isTelling(first) && sha256(first) === entry.hash;
    })
    .toSorted((a, b) => b.head - a.head)[0];
  const now = { head: head.length, hash: sha256(head) };
  const name = known?.name ?? now.hash;
  return {
    fingerprint: name.slice(0, 16),
    done: known?.done ?? 0,
    pending: known?.pending,
    async note(done, pending) {
      // Of a header alone there is nothing to remember: it brings no rows.
      if (!isTelling(head)) return;
      const others = (await ledger.read(siteId, firstLine)).filter((entry) => entry.name !== name);
      // The longer the beginning, the better it tells this log from others.
      await ledger.write(siteId, firstLine, [...others, { ...now, name, done, pending }]);
    },
  };
}
