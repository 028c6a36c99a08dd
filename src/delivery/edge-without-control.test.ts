/** An edge whose control is away serves from the book on its disk and says so; when control is back it takes the new book at once. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { agentOf, createCollector } from '#measurement';
import { type Journal, openJournal, openLog } from '#platform';
import { type Book, DecisionReply } from './contract.ts';
import { type CountersOnDisk, openCounters } from './counters-on-disk.ts';
import { createEdge, type Edge } from './edge.ts';
import { type BookFollower, fixedBook, followBook } from './follow-book.ts';
import { sampleBook, sampleLine } from './sample-book.ts';

const headers = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0' };
const clock = () => new Date('2026-03-02T10:00:00Z');
const log = openLog('edge', 'error', () => undefined);
let folder: string;
let running: { edge: Edge; journal: Journal; counters: CountersOnDisk; book: BookFollower } | undefined;
let origin: string;
let control: Server | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-alone-'));
});
afterEach(async () => {
  await stop();
  control?.close();
  control?.closeAllConnections();
  control = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function start(book: BookFollower): Promise<void> {
  const journal = await openJournal({ folder: join(folder, 'journal'), clock });
  const counters = await openCounters({ folder, journal, clock });
  const edge = createEdge({
    config: { edgeUrl: '', simulatedTime: false, trustedProxies: [] },
    book,
    journal,
    counters,
    clock,
    random: Math.random,
    log,
    collect: createCollector({ book: () => book.current(), journal, clock, countryOf: () => 'FR' }),
    countryOf: () => 'FR',
    agentOf,
    files: { path: (hash) => join(folder, hash) },
    tags: {},
  });
  running = { edge, journal, counters, book };
  const { port } = await edge.listen(0);
  origin = `http://127.0.0.1:${port}`;
}

async function stop(): Promise<void> {
  if (!running) return;
  running.book.close();
  await running.edge.close();
  await running.counters.close();
  await running.journal.close();
  running = undefined;
}

const health = async () =>
  (await (await fetch(`${origin}/health`)).json()) as { status: string; book: { version: string } | null };

async function lineOf(visitor?: string): Promise<string | null> {
  const reply = await fetch(`${origin}/v1/decisions`, {
    method: 'POST',
    headers,
    body: JSON.stringify({
      site: 'journal.example',
      placements: [{ code: 'top' }],
      ...(visitor === undefined ? {} : { visitor_id: visitor, consent: { ads: true } }),
    }),
  });
  return DecisionReply.parse(await reply.json()).decisions[0]?.line_item ?? null;
}

const bookOf = (version: string, id: string): Book => sampleBook({ version, lines: [sampleLine({ id })] });

async function follow(port: number): Promise<BookFollower> {
  const url = `http://127.0.0.1:${port}/internal/book`;
  return followBook({ url, secret: 's', file: join(folder, 'book.json'), log, clock, retryMs: 20 });
}

/** A port where nothing listens, to begin with. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('from a book on disk it decides, counts and collects, and /health says that control does not answer', async () => {
  await writeFile(join(folder, 'book.json'), JSON.stringify(bookOf('old', 'li_old')));
  const port = await freePort();
  await start(await follow(port));
  expect(await lineOf()).toBe('li_old');
  const hit = { site: 'journal.example', url: 'https://journal.example/' };
  expect((await fetch(`${origin}/e`, { method: 'POST', headers, body: JSON.stringify(hit) })).status).toBe(202);
  expect(await health()).toMatchObject({ status: 'control-unreachable', book: { version: 'old' } });

  control = createServer((request, response) => {
    const after = new URL(request.url ?? '', 'http://control').searchParams.get('after');
    if (after !== 'new') response.end(JSON.stringify(bookOf('new', 'li_new')));
  });
  await new Promise<void>((resolve) => control?.listen(port, '127.0.0.1', resolve));
  const began = performance.now();
  await vi.waitUntil(async () => (await lineOf()) === 'li_new', { timeout: 5000, interval: 20 });
  expect(performance.now() - began).toBeLessThan(2000);
  expect(await health()).toMatchObject({ status: 'ok', book: { version: 'new' } });

  // What it was given is on its disk: it starts again without control.
  await stop();
  control.close();
  control.closeAllConnections();
  await start(await follow(port));
  expect(await lineOf()).toBe('li_new');
});

test.each([
  ['no book on disk', undefined],
  ['half a book on disk', '{"version":"old","sites":['],
])('with %s it waits for control and says so', async (_, text) => {
  if (text !== undefined) await writeFile(join(folder, 'book.json'), text);
  await start(await follow(await freePort()));
  const reply = await fetch(`${origin}/health`);
  expect(reply.status).toBe(503);
  expect(await reply.json()).toMatchObject({ status: 'no-book', book: null });
});

test('a cap is exact among requests that come at once, and over restarts', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.array(fc.constantFrom('ada', 'bob'), { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 3 }),
      async (count, rounds) => {
        const book = sampleBook({
          lines: [sampleLine({ id: 'li', frequency_caps: [{ count, per: 'day' }], pacing: 'asap' })],
        });
        const filled: Record<string, number> = { ada: 0, bob: 0 };
        for (const visitors of rounds) {
          await start(fixedBook(book));
          const lines = await Promise.all(visitors.map((visitor) => lineOf(visitor)));
          for (const [n, visitor] of visitors.entries()) if (lines[n]) filled[visitor] = (filled[visitor] ?? 0) + 1;
          await stop();
        }
        for (const [visitor, times] of Object.entries(filled)) {
          const asked = rounds.flat().filter((one) => one === visitor).length;
          expect(times, visitor).toBe(Math.min(count, asked));
        }
        await rm(folder, { recursive: true, force: true });
      },
    ),
    { numRuns: 15 },
  );
}, 60_000);
