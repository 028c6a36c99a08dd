/** An edge on a port of its own, with a journal to read back, for tests of its doors. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentOf, createCollector } from '#measurement';
import { openJournal, openLog } from '#platform';
import type { Book } from './contract.ts';
import { openCounters } from './counters-on-disk.ts';
import { createEdge } from './edge.ts';
import type { EdgeOptions } from './edge-options.ts';
import { fixedBook } from './follow-book.ts';
import { organisationOfKey } from './key-organisation.ts';

export const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

export async function edgeForTests(
  book: Book,
  at = '2026-03-02T10:00:00Z',
  more: Pick<Partial<EdgeOptions>, 'tags' | 'demo'> = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-doors-'));
  const clock = () => new Date(at);
  const journal = await openJournal({ folder: join(folder, 'journal'), clock });
  const counters = await openCounters({ folder, journal, clock });
  const follower = fixedBook(book);
  for (const { file_hash } of book.creatives) if (file_hash) await writeFile(join(folder, file_hash), 'bytes');
  const edge = createEdge({
    config: { edgeUrl: '', simulatedTime: false, trustedProxies: [] },
    book: follower,
    journal,
    counters,
    clock,
    random: Math.random,
    log: openLog('edge', 'error', () => undefined),
    collect: createCollector({
      book: () => follower.current(),
      journal,
      clock,
      countryOf: () => 'FR',
      mayBackdate: (key, site) => organisationOfKey(follower.current(), key) === site.org_id,
    }),
    countryOf: () => 'FR',
    agentOf,
    files: { path: (hash) => join(folder, hash) },
    tags: {},
    ...more,
  });
  const { port } = await edge.listen(0);
  return {
    origin: `http://127.0.0.1:${port}`,
    async rows(): Promise<Record<string, string>[]> {
      const found: Record<string, string>[] = [];
      for await (const { line } of journal.replay()) {
        const { t, r }: { t: string; r: Record<string, string> } = JSON.parse(line);
        if (t === 'ad_events') found.push(r);
      }
      return found;
    },
    async close(): Promise<void> {
      await edge.close();
      await counters.close();
      await journal.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
