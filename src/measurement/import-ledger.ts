/** Which bytes of which log were imported: what makes a second import add nothing, and a longer file its tail only. */
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '#platform';

/** How far a log was read. A log is known by its first bytes, so that it may be renamed, rotated or packed meanwhile. */
export type LedgerEntry = {
  /** How many first bytes were known when it was first read, and their SHA-256. */
  head: number;
  hash: string;
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
  return [{ head, hash, done, pending }];
}

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
  const known = entries.find(
    (entry) => entry.head <= head.length && sha256(head.subarray(0, entry.head)) === entry.hash,
  );
  const entry = known ?? { head: head.length, hash: sha256(head), done: 0, pending: undefined };
  return {
    fingerprint: entry.hash.slice(0, 16),
    done: entry.done,
    pending: entry.pending,
    async note(done, pending) {
      const others = (await ledger.read(siteId, firstLine)).filter(({ hash }) => hash !== entry.hash);
      await ledger.write(siteId, firstLine, [...others, { ...entry, done, pending }]);
    },
  };
}
