/** The edge's hold on its book: the one on disk at start, then each new one that control makes, asked for by long poll. */
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Clock, errorFields, type Log, systemClock, writeDurably } from '#platform';
import type { Book } from './contract.ts';

export type BookFollower = {
  /** The book to decide from; one with an empty `version` and nothing in it until the first one came. */
  current(): Book;
  /** Calls back with each new book. */
  onChange(tell: (book: Book) => void): void;
  /** Seconds since control last answered; Infinity when it never did. */
  heard(): number;
  close(): void;
};

const nothing: Book = {
  version: '',
  compiled_at: '1970-01-01T00:00:00.000Z',
  sites: [],
  placements: [],
  lines: [],
  creatives: [],
  keys: [],
  signing_keys: [],
  salts: {},
  delivered: {},
  traffic: {},
};

/** A book that never changes. */
export const fixedBook = (book: Book): BookFollower => ({
  current: () => book,
  onChange: () => undefined,
  heard: () => 0,
  close: () => undefined,
});

/**
 * Opens with the book in `file`, if there is one, and asks `url` for newer ones as long as it lives; resolves at once with a book
 * on disk, else after the first answer or failure. `pollMs`: how long control may hold an answer back.
 */
export async function followBook({
  url,
  secret,
  file,
  log,
  clock = systemClock,
  pollMs = 25_000,
  retryMs = 1_000,
}: {
  url: string;
  secret: string;
  file: string;
  log: Log;
  clock?: Clock;
  pollMs?: number;
  retryMs?: number;
}): Promise<BookFollower> {
  await mkdir(dirname(file), { recursive: true });
  let book = (await readBook(file)) ?? nothing;
  let heardAt = Number.NEGATIVE_INFINITY;
  let isAway = false;
  const tellers: ((book: Book) => void)[] = [];
  const stopping = new AbortController();

  async function ask(after: string): Promise<void> {
    const reply = await fetch(`${url}?after=${encodeURIComponent(after)}`, {
      headers: { authorization: `Bearer ${secret}` },
      signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(pollMs + 10_000)]),
    });
    if (reply.status !== 200 && reply.status !== 304) throw new Error(`control answered ${reply.status}`);
    if (reply.status === 200) {
      const text = await reply.text();
      const next: Book = JSON.parse(text);
      await writeDurably(file, text);
      book = next;
      for (const tell of tellers) tell(book);
    }
    heardAt = clock().getTime();
    if (isAway) log.info('control answers again');
    isAway = false;
  }

  async function turn(after: string): Promise<void> {
    try {
      await ask(after);
    } catch (error) {
      if (stopping.signal.aborted) return;
      if (!isAway && book === nothing) log.info('no book yet: control does not answer so far');
      else if (!isAway) log.warn('control does not answer: serving from the book at hand', errorFields(error));
      isAway = true;
      await new Promise((resolve) => setTimeout(resolve, retryMs).unref());
    }
  }

  async function follow(): Promise<void> {
    while (!stopping.signal.aborted) await turn(book.version);
  }

  // The first question has no version: the answer then comes at once, with what was delivered up to now.
  const first = turn('');
  if (book === nothing) await first;
  void first.then(follow);

  return {
    current: () => book,
    onChange: (tell) => tellers.push(tell),
    heard: () => (clock().getTime() - heardAt) / 1000,
    close: () => stopping.abort(),
  };
}

async function readBook(file: string): Promise<Book | undefined> {
  try {
    const book: Book = JSON.parse(await readFile(file, 'utf8'));
    return book;
  } catch {
    return undefined;
  }
}
