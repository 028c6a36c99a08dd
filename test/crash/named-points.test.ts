/**
 * An edge killed at each point where something is half done: written and not synced, synced and not acknowledged, in the store and not
 * crossed off, in the middle of writing down its counters. What was acknowledged is in the store exactly once, table and rollup; a
 * second call of it counts nothing; a cap that was used up stays used up.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { recordFacts } from '#measurement';
import { openTestEvents } from '#platform/testing';
import { benchDomain } from '../../src/app/bench/edge-book.ts';

const headers = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0' };
let store: Awaited<ReturnType<typeof openTestEvents>>;
let folder: string;
let sink: Awaited<ReturnType<typeof openSink>>;

beforeEach(async () => {
  store = await openTestEvents();
  folder = await mkdtemp(join(tmpdir(), 'vigie-points-'));
  sink = await openSink();
}, 60_000);
afterEach(async () => {
  await sink?.close();
  await store?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Control's door for facts, over a real store. */
async function openSink() {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      recordFacts(store.events, { token: String(request.headers['x-batch-token']), lines: Buffer.concat(chunks) }).then(
        () => response.writeHead(204).end(),
        () => response.writeHead(503).end(),
      );
    });
    request.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

type Edge = { origin: string; child: ChildProcess; died: Promise<NodeJS.Signals | null> };

async function startEdge(point = '', turn = 1, delay = 0): Promise<Edge> {
  const script = fileURLToPath(new URL('./edge-child.ts', import.meta.url));
  const child = fork(script, [folder, sink.url, point, String(turn), String(delay)], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const died = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)));
  const told = new Promise<number | undefined>((resolve) =>
    child.once('message', ({ port }: { port: number }) => resolve(port)),
  );
  const port = await Promise.race([told, died.then(() => undefined)]);
  return { origin: `http://127.0.0.1:${port ?? 1}`, child, died };
}

async function stopEdge({ child, died }: Edge): Promise<void> {
  child.disconnect();
  await died;
}

const answerOf = (url: string, more: RequestInit = {}) =>
  fetch(url, { headers, signal: AbortSignal.timeout(5000), ...more }).catch(() => undefined);

async function decide({ origin }: Edge, visitor: string): Promise<string | undefined> {
  const body = JSON.stringify({
    site: benchDomain,
    placements: [{ code: 'place-0' }],
    visitor_id: visitor,
    consent: { ads: true },
  });
  const reply = await answerOf(`${origin}/v1/decisions`, { method: 'POST', body });
  const { decisions } = ((await reply?.json().catch(() => ({}))) ?? {}) as {
    decisions?: { impression_url: string | null }[];
  };
  return decisions?.[0]?.impression_url?.split('/i/').at(-1);
}

const hit = ({ origin }: Edge, id: string) =>
  answerOf(`${origin}/e`, {
    method: 'POST',
    body: JSON.stringify({ site: benchDomain, url: `https://${benchDomain}/`, id }),
  });
const impression = ({ origin }: Edge, token: string) => answerOf(`${origin}/i/${token}`);

type Done = { hits: Set<string>; tokens: Map<string, string>; sent: number };

/** Hits and impressions from several clients, until the edge is gone. */
async function loadUntilDead(edge: Edge, round: number, done: Done): Promise<void> {
  let isAlive = true;
  void edge.died.then(() => (isAlive = false));
  const client = async (name: string) => {
    for (let n = 0; isAlive && n < 2000; n++) {
      const id = `${round}-${name}-${n}`;
      if ((await hit(edge, id))?.status === 202) done.hits.add(id);
      const token = await decide(edge, id);
      if (token === undefined) continue;
      done.sent++;
      if ((await impression(edge, token))?.status === 200) done.tokens.set(id, token);
    }
  };
  await Promise.all(['a', 'b', 'c', 'd'].map(client));
}

const points: [string, (round: number) => [turn: number, delay: number]][] = [
  ['appended-not-synced', (round) => [6 + 9 * round, 0]],
  ['synced-not-acknowledged', (round) => [6 + 9 * round, 0]],
  ['sent-not-recorded', (round) => [1 + round, 0]],
  ['mid-snapshot', (round) => [2 + round, 0.4 * round]],
];

test.each(points)(
  'killed when %s, twice over',
  async (point, when) => {
    const done: Done = { hits: new Set(), tokens: new Map(), sent: 0 };
    for (let round = 0; round < 2; round++) {
      const edge = await startEdge(point, ...when(round));
      await loadUntilDead(edge, round, done);
      expect(await edge.died).toBe('SIGKILL');
    }
    expect(done.hits.size).toBeGreaterThan(5);
    expect(done.tokens.size).toBeGreaterThan(2);

    const edge = await startEdge();
    try {
      for (const [visitor, token] of [...done.tokens].slice(-10)) {
        expect(await decide(edge, visitor), 'the cap of one a day').toBeUndefined();
        expect((await impression(edge, token))?.status).toBe(200);
      }
      for (const id of [...done.hits].slice(-10))
        expect((await hit(edge, id))?.headers.get('x-vigie-ignored')).toBe('duplicate');
      const pending = async () => {
        const health = (await (await answerOf(`${edge.origin}/health`))?.json()) as { journal: { pending: number } };
        return health.journal.pending;
      };
      const until = performance.now() + 20_000;
      while ((await pending()) > 0 && performance.now() < until)
        await new Promise((resolve) => setTimeout(resolve, 20));
      expect(await pending()).toBe(0);
    } finally {
      await stopEdge(edge);
    }

    const hits = await store.events.query<{ hit_id: string; n: number }>(
      'select hit_id, toUInt32(count()) as n from hits group by hit_id',
    );
    const found = new Map(hits.map(({ hit_id, n }) => [hit_id, Number(n)]));
    expect([...done.hits].filter((id) => found.get(id) !== 1)).toEqual([]);
    expect([...found.values()].filter((n) => n !== 1)).toEqual([]);
    const [shown] = await store.events.query<{ n: number; ids: number }>(
      `select toUInt32(count()) as n, toUInt32(uniqExact(decision_id)) as ids from ad_events where kind = 'impression' and invalid = ''`,
    );
    const n = Number(shown?.n);
    expect(n).toBe(Number(shown?.ids));
    expect(n).toBeGreaterThanOrEqual(done.tokens.size);
    expect(n).toBeLessThanOrEqual(done.sent);
    const [rollup] = await store.events.query<{ n: number }>(
      `select toUInt32(sum(events)) as n from ad_hours where kind = 'impression' and invalid = ''`,
    );
    expect(Number(rollup?.n), 'the rollup').toBe(n);
  },
  120_000,
);
