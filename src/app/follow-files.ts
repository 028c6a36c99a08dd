/** Files of creatives at an edge whose folder is not that of control: each file of a new book that is not there is fetched once. */
import { existsSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { type BookFollower, filesOfBook } from '#delivery';
import type { Book } from '#delivery/contract';
import { errorFields, type FileStore, type Log } from '#platform';

/** Milliseconds. */
const patienceMs = 60_000;
const retryMs = 10_000;

/** Fetches what the book of now and the books to come need, one file at a time. `url`: of control. */
export function followFiles({
  book,
  files,
  url,
  secret,
  log,
}: {
  book: BookFollower;
  files: FileStore;
  url: string;
  secret: string;
  log: Log;
}): { close(): void } {
  const there = new Set<string>();
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let isStale = false;
  let timer: NodeJS.Timeout | undefined;

  async function fetchOne(hash: string): Promise<void> {
    const reply = await fetch(`${url}/internal/files/${hash}`, {
      headers: { authorization: `Bearer ${secret}` },
      signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(patienceMs)]),
    });
    if (reply.status === 404) return;
    if (!reply.ok) throw new Error(`control answered ${reply.status}`);
    const bytes = new Uint8Array(await reply.arrayBuffer());
    if (createHash('sha256').update(bytes).digest('hex') !== hash) throw new Error('control sent another file');
    await files.put(bytes);
  }

  async function fetchAll(of: Book): Promise<void> {
    for (const hash of filesOfBook(of)) {
      if (stopping.signal.aborted) return;
      if (there.has(hash)) continue;
      if (!existsSync(files.path(hash))) await fetchOne(hash);
      there.add(hash);
    }
  }

  function follow(): void {
    if (running) {
      isStale = true;
      return;
    }
    clearTimeout(timer);
    running = fetchAll(book.current())
      .catch((error: unknown) => {
        if (stopping.signal.aborted) return;
        log.warn('files of creatives could not be fetched from control', errorFields(error));
        timer = setTimeout(follow, retryMs).unref();
      })
      .finally(() => {
        running = undefined;
        if (!isStale) return;
        isStale = false;
        follow();
      });
  }
  book.onChange(follow);
  follow();
  return {
    close() {
      stopping.abort();
      clearTimeout(timer);
    },
  };
}
