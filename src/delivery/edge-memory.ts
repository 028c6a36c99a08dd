/** What an edge keeps on disk to be itself again after a restart: its book, and its counters with their place in the journal. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Journal, writeDurably } from '#platform';
import type { Book } from './contract.ts';
import { type Counters, openCounters } from './counters.ts';

type Kept = { position: { segment: number; offset: number }; dump: string };

export type EdgeMemory = {
  book: Book | undefined;
  counters: Counters;
  keepBook(book: Book): Promise<void>;
  /** Writes the counters down, with the place in the journal up to which they count. */
  keepCounters(): Promise<void>;
};

/**
 * Opens the folder: counters as last written down, then brought up to date with what the journal holds since.
 * `recall` is told every line still in the journal.
 */
export async function openEdgeMemory(folder: string, journal: Journal, recall: (line: string) => void): Promise<EdgeMemory> {
  await mkdir(folder, { recursive: true });
  const files = { book: join(folder, 'book.json'), counters: join(folder, 'counters.json') };
  const kept = await readJson<Kept>(files.counters);
  const counters = openCounters(kept?.dump);
  for await (const { line } of journal.replay(kept?.position)) counters.replay(line);
  for await (const { line } of journal.replay()) recall(line);

  return {
    book: await readJson<Book>(files.book),
    counters,
    keepBook: (book) => writeDurably(files.book, JSON.stringify(book)),
    async keepCounters() {
      // The copy and the mark are taken in the same turn; the file follows once the journal holds all that the copy counts.
      const dump = counters.dump();
      const position = await journal.mark();
      await writeDurably(files.counters, JSON.stringify({ position, dump } satisfies Kept));
    },
  };
}

async function readJson<T>(file: string): Promise<T | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const value: T = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
