/** Bad input on every public address of the edge: a refusal in words, never an error of ours, and nothing written down. */
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { deflateSync, gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { agentOf, createCollector } from '#measurement';
import { type Journal, openJournal, openLog } from '#platform';
import { type CountersOnDisk, openCounters } from './counters-on-disk.ts';
import { createEdge, type Edge } from './edge.ts';
import { fixedBook } from './follow-book.ts';
import { sampleBook, sampleCreative, sampleLine } from './sample-book.ts';

let folder: string;
let journal: Journal;
let counters: CountersOnDisk;
let edge: Edge;
let port: number;
const broken: unknown[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-edge-'));
  const clock = () => new Date('2026-03-02T10:00:00Z');
  journal = await openJournal({ folder: join(folder, 'journal'), clock });
  counters = await openCounters({ folder, journal, clock });
  const book = fixedBook(
    sampleBook({ lines: [sampleLine({ id: 'li_1' })], creatives: [sampleCreative({ id: 'cr_1' })] }),
  );
  edge = createEdge({
    config: { edgeUrl: '', simulatedTime: true, trustedProxies: [] },
    book,
    journal,
    counters,
    clock,
    random: Math.random,
    log: openLog('edge', 'error', (line) => void broken.push(line)),
    collect: createCollector({ book: () => book.current(), journal, clock, countryOf: () => 'FR' }),
    countryOf: () => 'FR',
    agentOf,
    files: { path: (hash) => join(folder, hash) },
    tags: {},
  });
  ({ port } = await edge.listen(0));
});
afterAll(async () => {
  await edge.close();
  await counters.close();
  await journal.close();
  await rm(folder, { recursive: true, force: true });
});

type Reply = { status: number; text: string };

/** Unlike fetch, sends the path as it stands. */
function send(
  method: string,
  path: string,
  body?: string | Buffer,
  headers: Record<string, string> = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { port, method, path, headers: { 'user-agent': 'Mozilla/5.0 Firefox/128.0', ...headers } },
      (reply) => {
        const chunks: Buffer[] = [];
        reply.on('data', (chunk: Buffer) => chunks.push(chunk));
        reply.on('end', () => resolve({ status: reply.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
        reply.on('error', reject);
      },
    );
    // The edge may end the connection before it has read all of a body that is too large.
    sent.on('error', (error) => resolve({ status: 413, text: JSON.stringify({ detail: String(error) }) }));
    sent.end(body);
  });
}

async function expectRefused(method: string, path: string, body?: string | Buffer): Promise<void> {
  const before = journal.pending();
  const reply = await send(method, path, body);
  const what = `${method} ${path.slice(0, 100)} ${body?.toString('utf8', 0, 80) ?? ''}`;
  expect(reply.status, `${what}: ${reply.text.slice(0, 200)}`).toBeGreaterThanOrEqual(400);
  expect(reply.status, `${what}: ${reply.text.slice(0, 200)}`).toBeLessThan(500);
  const said: unknown = JSON.parse(reply.text);
  expect(said, what).toMatchObject({ detail: expect.stringMatching(/.{10}/) });
  expect(journal.pending(), `${what} wrote a line`).toBe(before);
}

const notObjects = ['', '{', 'null', '[]', '"x"', '12', 'true', '\u0000', '{"site":', 'a=b&c=d', '{"a":1}{"b":2}'];
const posts = ['/v1/decisions', '/e', '/api/event'];

test.each(posts)('%s refuses what is no JSON object', async (path) => {
  for (const body of notObjects) await expectRefused('POST', path, body);
});

test.each([...posts, '/matomo.php'])('%s refuses ten megabytes', async (path) => {
  await expectRefused('POST', path, `{"site":"${'x'.repeat(10 << 20)}"}`);
  await expectRefused('POST', path, Buffer.alloc(10 << 20, 0xff));
});

const sound: Record<string, Record<string, unknown>> = {
  '/v1/decisions': {
    site: 'journal.example',
    url: 'https://journal.example/a',
    referrer: 'https://example.org/',
    placements: [{ code: 'top', sizes: ['300x250'] }],
    kv: { topic: ['x'] },
    visitor_id: 'v1',
    consent: { ads: true },
    explain: true,
  },
  '/e': {
    site: 'journal.example',
    url: 'https://journal.example/a',
    name: 'pageview',
    referrer: 'https://example.org/',
    id: 'h1',
    props: { a: 'b' },
    revenue: { amount: 1250, currency: 'EUR' },
    engaged_ms: 10,
    scroll: 50,
    language: 'fr-FR',
    width: 1200,
    consent: { ads: true },
  },
  '/api/event': {
    domain: 'journal.example',
    name: 'pageview',
    url: 'https://journal.example/a',
    referrer: 'https://example.org/',
    props: { a: 'b' },
    revenue: { amount: '12.5', currency: 'EUR' },
  },
};
const oddities: readonly unknown[] = [
  null,
  -1,
  1e308,
  9_007_199_254_740_991,
  true,
  [],
  {},
  [[]],
  [null],
  { in: 1 },
  'x'.repeat(20_000),
  '\u0000',
  '\ud800',
  '',
];

test.each(Object.entries(sound))(
  '%s answers an odd value in any field without an error of ours',
  async (path, body) => {
    const well = await send('POST', path, JSON.stringify(body));
    expect(well.status, well.text).toBeLessThan(300);
    for (const field of Object.keys(body)) {
      for (const value of oddities) {
        const reply = await send('POST', path, JSON.stringify({ ...body, [field]: value }));
        const what = `${path} with ${field} = ${JSON.stringify(value)?.slice(0, 40)}: ${reply.text.slice(0, 200)}`;
        expect(reply.status, what).toBeLessThan(500);
        if (reply.status >= 400)
          expect(JSON.parse(reply.text), what).toMatchObject({ detail: expect.stringMatching(/.{10}/) });
      }
    }
    await expectRefused('POST', path, JSON.stringify({ ...body, no_such_field_of_ours: 1 })).catch((error: unknown) => {
      // The events API of others takes more fields than it reads.
      if (path !== '/api/event') throw error;
    });
  },
);

const strange = [
  '/i/x',
  '/w/AAAA',
  '/c/%E0%A4%A',
  '/c/..%2f..%2fetc%2fpasswd',
  `/i/${'A'.repeat(5000)}`,
  '/creatives/../../etc/passwd',
  '/creatives/%2e%2e%2fsecret',
  `/creatives/${'f'.repeat(64)}`,
  '/v1/frame/%E0%A4%A?site=journal.example',
  '/v1/frame/none?site=journal.example',
  '/v1/frame/top',
  '/v1/frame/top?site=none.example',
  '/matomo.php?idsite=99999999999999999999&rec=1&url=https://journal.example/',
  '/matomo.php?idsite=journal.example&rec=1&url=%E0%A4%A',
  '/matomo.php?idsite=journal.example&rec=1&url=https://journal.example/&cdt=1999-01-01',
  '/no/such/address',
  '/%',
  '//',
  '/__proto__',
  '/constructor',
];

test.each(strange)('GET %s is refused in words', (path) => expectRefused('GET', path));

test('a method that an address does not take is refused', async () => {
  for (const [method, path] of [
    ['GET', '/v1/decisions'],
    ['DELETE', '/e'],
    ['PUT', '/v1/decisions'],
    ['PATCH', '/i/x'],
    ['GET', '/e'],
    ['POST', '/health'],
  ] as const)
    await expectRefused(method, path);
});

test('none of it was an error of ours', () => expect(broken).toEqual([]));

const hit = JSON.stringify({ site: 'journal.example', url: 'https://journal.example/' });
const decision = JSON.stringify({ site: 'journal.example', placements: [{ code: 'top' }] });

test.each([
  ['/e', hit, 202],
  ['/v1/decisions', decision, 200],
])('%s: a body may be packed with gzip, and with nothing else', async (path, body, status) => {
  const packedTo = (packed: string | Buffer, encoding: string) =>
    send('POST', path, packed, { 'content-encoding': encoding });
  expect((await packedTo(gzipSync(body), 'gzip')).status).toBe(status);
  expect((await packedTo(body, 'identity')).status).toBe(status);
  for (const [packed, encoding] of [
    [deflateSync(body), 'deflate'],
    [body, 'br'],
    [body, 'gzip'],
    [gzipSync(body).subarray(0, 20), 'gzip'],
  ] as const) {
    const refused = await packedTo(packed, encoding);
    expect(refused.status).toBe(400);
    expect(refused.text).toMatch(/content-encoding: the body (may be plain or gzip, not|is not gzip, as)/);
  }
  expect((await packedTo(gzipSync(Buffer.alloc(10 << 20)), 'gzip')).status).toBe(413);
});

test('a request that names the whole address is answered as one that names the path', async () => {
  expect(JSON.parse((await send('GET', 'http://edge.example/health')).text)).toMatchObject({ status: 'ok' });
  expect((await send('POST', 'https://edge.example/e', hit)).status).toBe(202);
  expect((await send('GET', 'http://edge.example')).status).toBe(404);
  expect((await send('GET', 'ftp://edge.example/health')).status).toBe(404);
});

test('a request that names two hosts is refused', async () => {
  const heard = await new Promise<string>((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1');
    socket.on('data', (chunk) => (text += chunk.toString())).on('close', () => resolve(text));
    socket.write('GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n');
  });
  expect(heard).toMatch(/^HTTP\/1\.1 400 .*host: a request names one host\./s);
});

test.each(['/e', '/api/event', '/matomo.php', '/v1/decisions', '/openrtb2/auction'])(
  '%s: who sends 10 MB sees the refusal',
  async (path) => {
    for (const body of [new Uint8Array(10 << 20), endless()]) {
      const reply = await fetch(`http://127.0.0.1:${port}${path}`, {
        method: 'POST',
        body,
        duplex: 'half',
      } as RequestInit);
      expect(reply.status).toBe(413);
      expect(await reply.text()).toMatch(/must not be larger than \d+ bytes/);
    }
  },
);

/** Ten megabytes of no length told before. */
function endless(): ReadableStream<Uint8Array> {
  let left = 160;
  return new ReadableStream({
    pull(controller) {
      if (left-- > 0) controller.enqueue(new Uint8Array(65_536));
      else controller.close();
    },
  });
}
