/** Events in doubt, over restarts: each goes into the edge's journal once, and counts once. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Journal, openJournal, systemClock } from '#platform';
import { newCounters } from '../counters.ts';
import { decisionIdText } from '../token.ts';
import type { Claimed } from './claims.ts';
import { type Doubts, openDoubts } from './doubts.ts';

let folder: string;
let edgeJournal: Journal;
let journal: Journal;
let counters = newCounters();
const decidedAt = Math.floor(Date.now() / 1000) * 1000 - 5_000;
const event = (n: number) => ({ kind: 'impression' as const, id: { high: 5, low: n }, decidedAt });
const lineOf = (n: number, invalid = '') =>
  JSON.stringify({
    t: 'ad_events',
    r: {
      line_item_id: 'li',
      at: '2026-11-28 10:00:00.000',
      kind: 'impression',
      decision_id: decisionIdText(decidedAt / 1000, { high: 5, low: n }),
      visitor: '0',
      spend_micros: '5000',
      invalid,
    },
  });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-doubts-'));
  await open();
});
afterEach(async () => {
  await edgeJournal.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(): Promise<void> {
  edgeJournal = await openJournal({ folder: join(folder, 'journal'), clock: systemClock });
  journal = await openJournal({
    folder: join(folder, 'doubts'),
    clock: systemClock,
    keepMs: 0,
    retryMs: { first: 10, most: 50 },
  });
  counters = newCounters();
}

const resolving = (outcomes: readonly Claimed[] | undefined) => {
  let next = 0;
  return {
    valkey: {
      isUp: () => outcomes !== undefined,
      awaySince: () => undefined,
      run: () => Promise.resolve([]),
      close: () => undefined,
    },
    isReady: () => true,
    claims: {
      claim: () => Promise.resolve('unknown' as const),
      claimAll: (all: readonly unknown[]) => Promise.resolve(all.map(() => outcomes?.[next++] ?? 'unknown')),
      release: () => undefined,
    },
  };
};

const rows = async (): Promise<{ decision: string; invalid: string; spend: string }[]> => {
  const found: { decision: string; invalid: string; spend: string }[] = [];
  for await (const { line } of edgeJournal.replay()) {
    const { r }: { r: Record<string, string> } = JSON.parse(line);
    found.push({ decision: r['decision_id'] ?? '', invalid: r['invalid'] ?? '', spend: r['spend_micros'] ?? '' });
  }
  return found;
};
const settled = (doubts: Doubts) => vi.waitUntil(() => doubts.pending() === 0, { timeout: 5_000 });

/** As the edge does when Valkey does not answer: counted, then written down. */
async function doubt(doubts: Doubts, n: number): Promise<void> {
  counters.seen.impression.add(event(n).id, decidedAt);
  counters.count({ ...event(n), at: decidedAt, line: 'li', visitor: '' });
  await doubts.append(event(n), lineOf(n));
}

test('wait while Valkey is away; then those of others are kept as replayed and not counted', async () => {
  const doubts = await openDoubts({ journal, edgeJournal, counters, resolving: resolving(undefined) });
  for (const n of [1, 2, 3]) await doubt(doubts, n);
  expect(doubts.has(event(2))).toBe(true);
  expect(doubts.pending()).toBe(3);
  expect(await rows()).toEqual([]);
  await doubts.close();
  await edgeJournal.close();

  await open();
  const later = await openDoubts({
    journal,
    edgeJournal,
    counters,
    resolving: resolving(['ours', 'replayed', 'ours']),
  });
  // After the restart they are known, and not counted again when they are called again.
  expect(counters.seen.impression.has(event(3).id, decidedAt)).toBe(true);
  await settled(later);
  expect((await rows()).map(({ invalid, spend }) => [invalid, spend])).toEqual([
    ['', '5000'],
    ['replayed', '0'],
    ['', '5000'],
  ]);
  expect(counters.line('li').impressions).toBe(2);
  expect(later.has(event(2))).toBe(false);
  await later.close();
});

test('one that was settled just before a crash is not written twice; a replayed call of it says nothing', async () => {
  const doubts = await openDoubts({ journal, edgeJournal, counters, resolving: resolving(undefined) });
  for (const n of [1, 2]) await doubt(doubts, n);
  await doubts.close();
  // The first got into the edge's journal before the crash; the second was only called again.
  await edgeJournal.append(lineOf(1));
  await edgeJournal.append(lineOf(2, 'replayed'));
  await edgeJournal.close();

  await open();
  const later = await openDoubts({ journal, edgeJournal, counters, resolving: resolving(['ours', 'ours']) });
  await settled(later);
  const valid = (await rows()).filter(({ invalid }) => invalid === '');
  expect(valid.map(({ decision }) => decision)).toEqual(
    [1, 2].map((low) => decisionIdText(decidedAt / 1000, { high: 5, low })),
  );
  await later.close();
});

test('where edges share no more, what was in doubt counts', async () => {
  const doubts = await openDoubts({ journal, edgeJournal, counters, resolving: resolving(undefined) });
  await doubt(doubts, 1);
  await doubts.close();
  await edgeJournal.close();
  await open();
  const alone = await openDoubts({ journal, edgeJournal, counters, resolving: undefined });
  await settled(alone);
  expect((await rows()).map(({ invalid }) => invalid)).toEqual(['']);
  await alone.close();
});
