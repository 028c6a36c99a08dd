/** Sharing of an edge process: who it is, kept in its folder; its connection to Valkey; its journal of events in doubt. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, type Journal, type Log, openJournal, openValkey, readIfThere, writeDurably } from '#platform';
import type { Counters } from '../counters.ts';
import { openDoubts } from './doubts.ts';
import { mostNumbers } from './peers.ts';
import { shareCounters, type Sharing, type SharingTimes } from './share-counters.ts';

export type OpenSharing = {
  /** Of the edge. */
  folder: string;
  journal: Journal;
  clock: Clock;
  log: Log;
  /** What the processes of an installation show each other: it names the installation in Valkey. */
  secret: string;
  isSimulated: boolean;
};

/** `url`: of Valkey. Resolves whether it answers or not. */
export async function openSharing(
  counters: Counters,
  { url, times, ...how }: OpenSharing & { url: string; times?: Partial<SharingTimes> },
): Promise<Sharing> {
  const file = join(how.folder, 'edge.json');
  const identity = await identityIn(file);
  const valkey = openValkey(url, { log: how.log, now: () => how.clock().getTime() });
  const journal = await doubtJournal(how);
  return shareCounters(counters, {
    valkey,
    prefix: prefixOf(how.secret),
    identity,
    onNumber: (number) => void writeDurably(file, JSON.stringify({ ...identity, number })).catch(() => undefined),
    clock: how.clock,
    log: how.log,
    isSimulated: how.isSimulated,
    times,
    doubts: (resolving) =>
      openDoubts({ journal, edgeJournal: how.journal, counters, resolving: { valkey, ...resolving } }),
  });
}

/** Where edges share no more: events that were still in doubt count. */
export async function settleDoubts(counters: Counters, how: OpenSharing): Promise<void> {
  if (!existsSync(join(how.folder, 'doubts'))) return;
  const journal = await doubtJournal(how);
  const doubts = await openDoubts({ journal, edgeJournal: how.journal, counters, resolving: undefined });
  while (doubts.pending() > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  await doubts.close();
}

/** Several installations may use one Valkey. */
export const prefixOf = (secret: string): string =>
  `vigie:${createHash('sha256').update(`valkey ${secret}`).digest('hex').slice(0, 12)}:`;

const doubtJournal = ({ folder, clock }: OpenSharing): Promise<Journal> =>
  openJournal({
    folder: join(folder, 'doubts'),
    clock,
    keepMs: 0,
    segmentBytes: 1 << 20,
    retryMs: { first: 200, most: 1_000 },
  });

async function identityIn(file: string): Promise<{ edge: string; number: number }> {
  const kept = await readIfThere(file);
  if (kept) return JSON.parse(kept.toString('utf8')) as { edge: string; number: number };
  const identity = { edge: randomBytes(8).toString('hex'), number: 1 + Math.floor(Math.random() * mostNumbers) };
  await writeDurably(file, JSON.stringify(identity));
  return identity;
}
