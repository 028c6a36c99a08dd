/** The product's edge as the benches run it: a process of its own, its journal on disk, batches sent to nowhere. */
import { join } from 'node:path';
import { createEdge, fixedBook, openCounters, openSharing } from '#delivery';
import { agentOf, createCollector, openCountries } from '#measurement';
import { openJournal, openLog, readConfig, systemClock } from '#platform';
import { benchBook } from './edge-book.ts';

const { folder, lines }: { folder: string; lines: number } = JSON.parse(process.argv[2] ?? '{}');

const log = openLog('bench', 'error');
const journal = await openJournal({ folder: join(folder, 'journal'), clock: systemClock });
const { valkeyUrl: url } = readConfig();
const sharing = { folder, journal, clock: systemClock, log, secret: folder, isSimulated: false };
const counters = await openCounters({
  folder,
  journal,
  clock: systemClock,
  // With VIGIE_VALKEY_URL, as one edge of several.
  share: url === undefined ? undefined : (of) => openSharing(of, { ...sharing, url }),
});
const book = fixedBook(benchBook(Date.now(), lines));
const countryOf = openCountries();
journal.ship(() => Promise.resolve());
const edge = createEdge({
  config: { edgeUrl: '', simulatedTime: false, trustedProxies: [] },
  book,
  journal,
  counters,
  clock: systemClock,
  random: Math.random,
  log,
  collect: createCollector({ book: () => book.current(), journal, clock: systemClock, countryOf }),
  countryOf,
  agentOf,
  files: { path: (hash) => join(folder, hash) },
  tags: {},
});
const { port } = await edge.listen(0);
process.on('message', () => process.send?.({ cpu: process.cpuUsage() }));
process.on('disconnect', () => process.exit(0));
process.send?.({ port });
