/** What only shows on a real connection: streams, clients that go away, bodies that are refused while they are sent. */
import { connect } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { route } from './contract.ts';
import { openFiles } from './files.ts';
import { createHttp } from './http.ts';
import { openLog } from './logger.ts';
import { Refusal } from './refusal.ts';
import { serve } from './served.ts';
import { noDatabase, noEvents } from './testing.ts';

const Input = z.strictObject({});
const shape = { can: 'public', input: Input, reply: z.any(), summary: '' } as const;
const deferred = () => Promise.withResolvers<string>();

let app: FastifyInstance;
let origin: string;
let seen: { aborted: Promise<string>; slow: Promise<string>; early: boolean | undefined };
let logged: string[];

beforeEach(async () => {
  const [aborted, slow] = [deferred(), deferred()];
  logged = [];
  const state: typeof seen = { aborted: aborted.promise, slow: slow.promise, early: undefined };
  seen = state;
  const until = (signal: AbortSignal) =>
    new Promise<void>((resolve) =>
      signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true }),
    );
  app = await createHttp({
    routes: [
      serve(route({ ...shape, method: 'GET', path: '/live', kind: 'stream' }), async (_, { send, signal }) => {
        send('hello', { n: 1, text: 'two\nlines' });
        await until(signal);
        send('late', {});
        aborted.resolve('aborted');
      }),
      serve(route({ ...shape, method: 'GET', path: '/refused', kind: 'stream' }), async () => {
        throw new Refusal('not-found', 'No such site.');
      }),
      serve(route({ ...shape, method: 'GET', path: '/broken', kind: 'stream' }), async () => {
        throw new Error('secret');
      }),
      serve(
        route({ ...shape, method: 'POST', path: '/slow', input: z.strictObject({ wait: z.boolean() }) }),
        async ({ wait }, { signal }) => {
          await new Promise((resolve) => setTimeout(resolve, 20));
          state.early = signal.aborted;
          if (wait) await until(signal).then(() => slow.resolve('aborted'));
          return {};
        },
      ),
    ],
    services: {
      db: noDatabase,
      events: noEvents,
      files: openFiles('/nonexistent'),
      mail: { send: async () => undefined, close: () => undefined },
      clock: () => new Date(),
      log: openLog('test', 'error', (line) => logged.push(line)),
    },
    identify: async () => undefined,
    may: () => true,
    trustedProxies: [],
  });
  origin = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => app.close());

async function firstChunk(response: Response): Promise<string> {
  const { value } = (await response.body?.getReader().read()) ?? {};
  return new TextDecoder().decode(value);
}

test('a stream sends its events and is told when the client leaves', async () => {
  const leave = new AbortController();
  const response = await fetch(`${origin}/live`, { signal: leave.signal });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  expect(await firstChunk(response)).toBe('event: hello\ndata: {"n":1,"text":"two\\nlines"}\n\n');
  leave.abort();
  expect(await seen.aborted).toBe('aborted');
});

test('an open stream does not hold up the stop of the server', async () => {
  const response = await fetch(`${origin}/live`);
  await app.close();
  expect(await response.text()).toContain('event: late');
  expect(await seen.aborted).toBe('aborted');
});

test('HEAD of a stream opens none', async () => {
  expect((await fetch(`${origin}/live`, { method: 'HEAD' })).status).toBe(404);
});

test('a stream that is refused says so as an event and ends; a bug tells nothing and is logged', async () => {
  expect(await (await fetch(`${origin}/refused`)).text()).toMatch(
    /^event: problem\ndata: .*"code":"not-found".*No such site/,
  );
  expect(logged).toEqual([]);
  const broken = await (await fetch(`${origin}/broken`)).text();
  expect(broken).toContain('"code":"broken"');
  expect(broken).not.toContain('secret');
  expect(logged.join()).toContain('secret');
});

test('the signal of a write aborts when its client leaves, not when its body was read', async () => {
  const post = (wait: boolean, signal?: AbortSignal) =>
    fetch(`${origin}/slow`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ wait }),
      ...(signal ? { signal } : {}),
    });
  expect((await post(false)).status).toBe(200);
  expect(seen.early).toBe(false);
  const leave = new AbortController();
  const left = post(true, leave.signal).catch(() => 'left');
  setTimeout(() => leave.abort(), 60);
  expect(await left).toBe('left');
  expect(await seen.slow).toBe('aborted');
});

test('10 MB without a length are refused once the limit is reached', async () => {
  const { port } = new URL(origin);
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1');
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('close', () => resolve(text));
    socket.on('error', () => text || reject(new Error('cut without a word')));
    socket.write(
      'POST /slow HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
    );
    const chunk = `${(1 << 16).toString(16)}\r\n${'a'.repeat(1 << 16)}\r\n`;
    const more = (left: number): void => {
      if (left === 0) return void socket.end('0\r\n\r\n');
      if (!socket.destroyed) socket.write(chunk, () => more(left - 1));
    };
    more(160);
  });
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  expect(answer).toContain('"code":"too-large"');
});
