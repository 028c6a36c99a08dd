/** Edges in one process with a real Valkey or Redis between them: limits by day and in all, pacing by traffic, an edge that vanishes. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { agentOf, createCollector } from '#measurement';
import { openJournal, openLog, openValkey, type Valkey } from '#platform';
import { startTestValkey, testValkey, type TestValkey } from '#platform/testing';
import type { Book, DecisionReply } from '../contract.ts';
import { openCounters } from '../counters-on-disk.ts';
import { createEdge } from '../edge.ts';
import { fixedBook } from '../follow-book.ts';
import { sampleBook, sampleLine } from '../sample-book.ts';
import { openDoubts } from './doubts.ts';
import { shareCounters, type SharingTimes } from './share-counters.ts';

const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
const visit = { ip: '192.0.2.7', userAgent, acceptLanguage: 'fr', globalPrivacyControl: false, key: undefined };
const times: Partial<SharingTimes> = {
  tickMs: 20,
  greetMs: 300,
  settleMs: 200,
  plentyMs: 1_500,
  scarceMs: 500,
  comingMs: 1_000,
};
const said: string[] = [];
const log = openLog('edge', 'error', (line) => said.push(line));
const day = 86_400_000;

let server: TestValkey;
let folder: string;
let offset = 0;
let closing: (() => Promise<void>)[] = [];
const clock = () => new Date(Date.now() + offset);

beforeEach(async () => {
  if (testValkey) server = await startTestValkey(testValkey);
  folder = await mkdtemp(join(tmpdir(), 'vigie-sharing-'));
  offset = 0;
});
afterEach(async () => {
  for (const close of closing.toReversed()) await close();
  closing = [];
  if (testValkey) await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function openEdge(name: string, book: Book, called = name) {
  const journal = await openJournal({ folder: join(folder, name, 'journal'), clock });
  const doubtful = await openJournal({ folder: join(folder, name, 'doubts'), clock });
  const real = openValkey(server.url, { now: Date.now });
  let isCut = false;
  const valkey: Valkey = {
    ...real,
    run: (commands, limit) => (isCut ? Promise.reject(new Error('cut off')) : real.run(commands, limit)),
  };
  const counters = await openCounters({
    folder: join(folder, name),
    journal,
    clock,
    share: (of) =>
      shareCounters(of, {
        valkey,
        prefix: 'vigie:test:',
        identity: { edge: called, number: 7 },
        clock,
        log,
        isSimulated: false,
        times,
        doubts: (resolving) =>
          openDoubts({ journal: doubtful, edgeJournal: journal, counters: of, resolving: { valkey, ...resolving } }),
      }),
  });
  const follower = fixedBook(book);
  const edge = createEdge({
    config: { edgeUrl: '', simulatedTime: false, trustedProxies: [] },
    book: follower,
    journal,
    counters,
    clock,
    random: Math.random,
    log,
    collect: createCollector({ book: () => follower.current(), journal, clock, countryOf: () => 'FR' }),
    countryOf: () => 'FR',
    agentOf,
    files: { path: (hash) => join(folder, hash) },
    tags: {},
  });
  await edge.listen(0);
  closing.push(async () => {
    await edge.close();
    await counters.shared?.close();
    await counters.close();
    await journal.close();
  });
  return {
    counters,
    /** Cuts it off from Valkey, as when its machine is gone. */
    cut: () => (isCut = true),
    decide(): string | undefined {
      const now = clock().getTime();
      const text = edge.decide({ site: 'journal.example', placements: [{ code: 'top' }] }, visit, now);
      const { decisions }: DecisionReply = JSON.parse(text);
      return decisions[0]?.impression_url?.split('/i/')[1];
    },
    async count(token: string): Promise<boolean> {
      const call = { kind: 'impression', token, userAgent, isPrefetch: false } as const;
      const { invalid, claim } = await edge.count(call, clock().getTime());
      return claim !== undefined && invalid === '';
    },
  };
}

type Opened = Awaited<ReturnType<typeof openEdge>>;

async function openEdges(many: number, line: Parameters<typeof sampleLine>[0]): Promise<Opened[]> {
  const dates = { start: new Date(Date.now() - day).toISOString(), end: new Date(Date.now() + 5 * day).toISOString() };
  const book = sampleBook({ lines: [sampleLine({ ...dates, ...line })] });
  const edges = await Promise.all(Array.from({ length: many }, (_, n) => openEdge(`edge${n}`, book)));
  await vi.waitUntil(() => edges.every(({ counters }) => counters.shared?.health().edges === many), {
    timeout: 10_000,
  });
  // Numbers are given out once each, whatever an edge would like.
  expect(new Set(edges.map(({ counters }) => counters.shared?.number())).size).toBe(many);
  return edges;
}

/** Asks edges in turn, each as often as its weight says, and counts at another one, for so long. How many counted, by the edge that decided. */
async function run(
  edges: readonly Opened[],
  forMs: number,
  weights: readonly number[] = edges.map(() => 1),
): Promise<number[]> {
  const counted = edges.map(() => 0);
  const until = Date.now() + forMs;
  for (let turn = 0; Date.now() < until; turn++) {
    for (const [n, edge] of edges.entries())
      for (let times = 0; times < (weights[n] ?? 0); times++) {
        const token = edge.decide();
        if (token !== undefined && (await edges[(n + turn) % edges.length]?.count(token)))
          counted[n] = (counted[n] ?? 0) + 1;
      }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return counted;
}
const sum = (all: readonly number[]) => all.reduce((total, count) => total + count, 0);

describe.skipIf(!testValkey)('with Valkey (skipped where neither valkey-server nor redis-server is installed)', () => {
  test('a limit of a day and one in all hold over all edges, day after day', async () => {
    const edges = await openEdges(3, { id: 'li', type: 'house', priority: 12, daily_cap: 40, lifetime_cap: 70 });
    expect(sum(await run(edges, 8_000))).toBe(40);
    offset = day;
    expect(sum(await run(edges, 8_000))).toBe(30);
    offset = 2 * day;
    expect(sum(await run(edges, 500))).toBe(0);
  }, 30_000);

  test('a line is paced as a whole, and each edge has the part of its traffic', async () => {
    const [from, to] = [Date.now(), Date.now() + 16_000];
    const edges = await openEdges(3, {
      id: 'li',
      goal: { unit: 'impressions', quantity: 240 },
      start: new Date(from).toISOString(),
      end: new Date(to).toISOString(),
    });
    await run(edges, 2_000, [6, 3, 1]);
    const half = await run(edges, from + 9_000 - Date.now(), [6, 3, 1]);
    const rest = await run(edges, to - Date.now(), [6, 3, 1]);
    const delivered = edges[0]?.counters.line('li').impressions ?? 0;
    expect(delivered).toBeLessThanOrEqual(240);
    expect(delivered).toBeGreaterThan(0.9 * 240);
    // In seven of sixteen seconds, before the rest.
    expect(sum(half)).toBeGreaterThan(0.7 * (7 / 16) * 240);
    expect(sum(half)).toBeLessThan(1.3 * (7 / 16) * 240);
    const [large = 0, middle = 0, small = 0] = half.map((count, n) => count + (rest[n] ?? 0));
    expect(large).toBeGreaterThan(middle * 1.4);
    expect(middle).toBeGreaterThan(small * 1.5);
  }, 40_000);

  test('what an edge held that is gone is delivered by the others, once its time is over', async () => {
    const goal = { unit: 'impressions', quantity: 200 } as const;
    const edges = await openEdges(2, { id: 'li', goal, pacing: 'asap' });
    const [gone, stays] = edges;
    // It has a slice, and uses some of it.
    await run(gone ? [gone] : [], 700);
    await new Promise((resolve) => setTimeout(resolve, 100));
    gone?.cut();
    const first = edges[0]?.counters.line('li').here.impressions ?? 0;
    expect(first).toBeGreaterThan(0);
    const soon = sum(await run(stays ? [stays] : [], 600));
    expect(first + soon).toBeLessThan(200);
    const later = sum(await run(stays ? [stays] : [], 9_000));
    expect(first + soon + later).toBe(200);
  }, 30_000);

  test('a Valkey that hangs holds up no decision, and an event for a quarter of a second at most; nothing is lost', async () => {
    const goal = { unit: 'impressions', quantity: 5_000 } as const;
    const edges = await openEdges(2, { id: 'li', goal, pacing: 'asap' });
    let counted = sum(await run(edges, 1_000));
    expect(counted).toBeGreaterThan(0);
    server.pause();
    try {
      const tokens: string[] = [];
      let longest = 0;
      for (let n = 0; n < 10; n++) {
        const began = performance.now();
        const token = edges[0]?.decide();
        longest = Math.max(longest, performance.now() - began);
        if (token !== undefined) tokens.push(token);
      }
      expect(tokens.length).toBe(10);
      expect(longest).toBeLessThan(50);
      const began = performance.now();
      for (const isCounted of await Promise.all(tokens.map(async (token) => edges[1]?.count(token))))
        if (isCounted) counted++;
      expect(performance.now() - began).toBeLessThan(1_500);
      await vi.waitUntil(() => edges.every(({ counters }) => counters.shared?.health().valkey === 'away'));
      expect(edges[1]?.counters.shared?.health().doubtful).toBe(10);
    } finally {
      server.resume();
    }
    await vi.waitUntil(() => edges.every(({ counters }) => counters.shared?.health().doubtful === 0), {
      timeout: 10_000,
    });
    counted += sum(await run(edges, 500));
    await vi.waitUntil(() => edges.every(({ counters }) => counters.line('li').impressions === counted), {
      timeout: 5_000,
    });
  }, 30_000);

  test('two edges with one name are told of', async () => {
    said.length = 0;
    const book = sampleBook();
    await openEdge('same', book);
    await openEdge('copy', book, 'same');
    await vi.waitUntil(() => said.some((line) => line.includes('another edge has the same name')), { timeout: 5_000 });
  }, 15_000);
});
