/** An edge that kills itself at a named point: arguments are its folder, where facts go, the point and at which of its turns. */
import { join } from 'node:path';
import { createEdge, fixedBook, openCounters } from '#delivery';
import type { Book } from '#delivery/contract';
import { agentOf, createCollector } from '#measurement';
import { openJournal, openLog, systemClock } from '#platform';
import { benchBook } from '../../src/app/bench/edge-book.ts';

const [folder = '', sink = '', deadly = '', turn = '1', delay = '0'] = process.argv.slice(2);

function bookOfOneLine(): Book {
  const book = benchBook(Date.now(), 1, 1);
  return {
    ...book,
    lines: book.lines.map((line) => ({
      ...line,
      type: 'standard',
      goal: { unit: 'impressions', quantity: 1_000_000 },
      placements: ['pl_0'],
      targeting: null,
      pacing: 'asap',
      frequency_caps: [{ count: 1, per: 'day' }],
    })),
  };
}

let turns = 0;
const at = (point: string) => {
  if (point !== deadly || ++turns < Number(turn)) return;
  const die = () => process.kill(process.pid, 'SIGKILL');
  if (Number(delay) > 0) setTimeout(die, Number(delay));
  else die();
};
const journal = await openJournal({ folder: join(folder, 'journal'), clock: systemClock, gatherMs: 5, at });
const counters = await openCounters({ folder, journal, clock: systemClock, everyMs: 30, at });
const book = fixedBook(bookOfOneLine());
journal.ship(async ({ token, lines }) => {
  const reply = await fetch(sink, {
    method: 'POST',
    headers: { 'x-batch-token': token },
    body: new Uint8Array(lines),
    signal: AbortSignal.timeout(20_000),
  });
  if (!reply.ok) throw new Error(`answered ${reply.status}`);
});
const countryOf = () => 'FR';
const edge = createEdge({
  config: { edgeUrl: '', simulatedTime: false, trustedProxies: [] },
  book,
  journal,
  counters,
  clock: systemClock,
  random: Math.random,
  log: openLog('edge', 'error'),
  collect: createCollector({ book: () => book.current(), journal, clock: systemClock, countryOf }),
  countryOf,
  agentOf,
  files: { path: (hash) => join(folder, hash) },
  tags: {},
});
const { port } = await edge.listen(0);
process.on('disconnect', () => process.exit(0));
process.send?.({ port });
