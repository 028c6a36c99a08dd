/** Control's side of the book: compiled when something changed, handed to the edges that wait for it. */
import { errorFields } from '#platform';
import { type BookSources, writeBook } from './compile-book.ts';
import type { Book } from './contract.ts';
import { openLivePlanner } from './live-planner.ts';

export type ServedBook = { version: string; body: string };

export type BookServer = {
  /** The book as it is now. */
  current(): Promise<ServedBook>;
  /** The book once its version is not `after`; undefined when that takes longer than `timeoutMs`. Without `after`, at once. */
  wait(after: string | undefined, timeoutMs: number): Promise<ServedBook | undefined>;
  /** Something that the book is made of may have changed. */
  changed(): void;
  close(): void;
};

/**
 * `segmentsMs`: how long the sets of segments are used again; with what passes until the next book, an edge's are at most a minute
 * old.
 *
 * `debounceMs`: changes that come together make one book. `everyMs`: compiled anyway, for what changes by itself (salts, dates).
 */
export function createBookServer(
  sources: BookSources,
  { debounceMs = 200, everyMs = 60_000, segmentsMs = 25_000 } = {},
): BookServer {
  // What somebody changed is at the edges within two seconds; its plan follows with the next book.
  const planner = openLivePlanner(sources.events, { patienceMs: 1000, onPlanned: () => changed() });
  let served: ServedBook | undefined;
  let traffic: { of: Book['traffic']; until: number } | undefined;
  let members: { of: Promise<Record<string, string[]>>; key: string; until: number } | undefined;
  let compiling: Promise<ServedBook> | undefined;
  let isStale = true;
  let timer: NodeJS.Timeout | undefined;
  let waiting: (() => void)[] = [];

  async function compile(): Promise<ServedBook> {
    const now = sources.clock().getTime();
    isStale = false;
    try {
      const { book, body } = await writeBook(
        { ...sources, segmentMembers },
        traffic && traffic.until > now ? traffic.of : undefined,
        planner,
      );
      // The shape of a week changes slowly; one that is not known yet is asked for again soon.
      if (!traffic || traffic.until <= now)
        traffic = { of: book.traffic, until: now + (Object.keys(book.traffic).length > 0 ? 3_600_000 : 300_000) };
      const isNew = served?.version !== book.version;
      served = { version: book.version, body };
      if (isNew) for (const wake of waiting.splice(0)) wake();
      return served;
    } catch (error) {
      isStale = true;
      throw error;
    }
  }

  /** Sets just read are used again: a book is made anew with every change of a campaign. */
  function segmentMembers(ids: readonly string[]): Promise<Record<string, string[]>> {
    const now = sources.clock().getTime();
    const key = ids.join(' ');
    if (!members || members.until <= now || members.key !== key) {
      const of = sources.segmentMembers?.(ids) ?? Promise.resolve({});
      members = { of, key, until: now + segmentsMs };
      // What failed is asked again with the next book.
      of.catch(() => (members = undefined));
    }
    return members.of;
  }

  /** One compilation at a time; a change during one is for the next. */
  async function fresh(): Promise<ServedBook> {
    while (compiling) await compiling.catch(() => undefined);
    if (!isStale && served) return served;
    compiling = compile().finally(() => (compiling = undefined));
    return compiling;
  }

  function changed(): void {
    isStale = true;
    timer ??= setTimeout(() => {
      timer = undefined;
      fresh().catch((error: unknown) => sources.log?.error('the book could not be compiled', errorFields(error)));
    }, debounceMs);
  }

  // With segments in it, a book is made more often: their members come and go by themselves.
  let turns = 0;
  const regular = setInterval(() => {
    if (++turns % 2 === 0 || members) changed();
  }, everyMs / 2);
  regular.unref();

  return {
    current() {
      return fresh();
    },
    async wait(after, timeoutMs) {
      // An edge that has nothing, or that just started, wants what was delivered up to now as well.
      if (!after) isStale = true;
      const now = await fresh();
      if (now.version !== after) return now;
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(late);
          waiting = waiting.filter((wake) => wake !== done);
          resolve();
        };
        const late = setTimeout(done, timeoutMs);
        waiting.push(done);
      });
      return served && served.version !== after ? served : undefined;
    },
    changed,
    close() {
      clearInterval(regular);
      clearTimeout(timer);
      for (const wake of waiting.splice(0)) wake();
    },
  };
}
