/**
 * The quick reader beside node:http: the same bytes sent to both, whole, in pieces and one after the other, get the same answers,
 * byte for byte but for the date. What is rare is not ours to judge, so node:http is the oracle of every case.
 */
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HttpRequest, type HttpResponse, QuickRequest, QuickResponse } from './exchange.ts';
import { quicken } from './quick-http.ts';
import { readHead } from './read-head.ts';

const largestBody = 2000;
let quickly = 0;
let slow: { server: Server; port: number };
let quick: { server: Server; port: number };

/** Says back what was asked, so that a header or byte understood otherwise is seen; `/late` answers in a later turn. */
function echo(request: HttpRequest, response: HttpResponse): void {
  if (request instanceof QuickRequest) quickly++;
  const answer = (body: string) => {
    const said = JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body });
    const reply = () => {
      if (request.url?.startsWith('/empty')) response.writeHead(204, { 'x-a': 'b' });
      else response.writeHead(200, { 'content-type': 'text/plain', 'content-length': String(Buffer.byteLength(said)) });
      response.end(request.url?.startsWith('/empty') || request.method === 'HEAD' ? '' : said);
    };
    if (request.url?.startsWith('/late')) setTimeout(reply, 2);
    else reply();
  };
  if (request instanceof QuickRequest) answer(request.body.toString('latin1'));
  else {
    let body = '';
    request.setEncoding('latin1');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => answer(body));
  }
}

async function open(isQuick: boolean, timeOuts = {}): Promise<{ server: Server; port: number }> {
  const server = createServer({ keepAliveTimeout: 65_000, noDelay: true, ...timeOuts }, echo);
  if (isQuick) quicken(server, { handler: echo, clock: () => new Date(), largestBody });
  server.on('clientError', (_error, socket: Socket) =>
    socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

beforeAll(async () => {
  slow = await open(false);
  quick = await open(true);
});
afterAll(() => {
  for (const one of [slow, quick]) {
    one?.server.close();
    one?.server.closeAllConnections();
  }
});

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** On a busy machine the time may be over before what has come is read: then it still has some turns of the event loop. */
async function silence(): Promise<void> {
  await pause(25);
  for (let turn = 0; turn < 10; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Everything that is answered to these pieces, each a packet of its own, until nothing comes any more. */
async function conversation(port: number, pieces: readonly string[]): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let heard = '';
  let isClosed = false;
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => (heard += text));
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve())).then(() => (isClosed = true));
  for (const piece of pieces) {
    if (!isClosed) socket.write(piece, 'latin1');
    await pause(2);
  }
  for (let before = -1; before !== heard.length && !isClosed;) {
    before = heard.length;
    await Promise.race([closed, silence()]);
  }
  socket.end();
  await closed;
  return heard.replace(/Date: [^\r]*/g, 'Date: now');
}

/** What node:http answers to these requests, each alone on a connection, as far as it keeps the connection. */
async function nodeSays(...requests: string[]): Promise<string> {
  let all = '';
  for (const answer of await Promise.all(requests.map((request) => conversation(slow.port, [request])))) {
    all += answer;
    if (/\r\nconnection: close/i.test(answer)) break;
  }
  return all;
}

const host = 'Host: edge.example\r\n';
const ask = (path: string) => `GET ${path} HTTP/1.1\r\n${host}\r\n`;
const statuses = (heard: string) => [...heard.matchAll(/HTTP\/1\.1 (\d+)/g)].map((found) => Number(found[1]));

describe('what is plain', () => {
  const plain: Record<string, string> = {
    'a GET': `GET /a?b=c HTTP/1.1\r\n${host}User-Agent: A b\r\nAccept-Language:fr\r\n\r\n`,
    'a POST with a body': `POST /a HTTP/1.1\r\n${host}Content-Length: 5\r\n\r\nhello`,
    'a POST without one': `POST /a HTTP/1.1\r\n${host}\r\n`,
    'a HEAD': `HEAD /a HTTP/1.1\r\n${host}\r\n`,
    'an OPTIONS': `OPTIONS /a HTTP/1.1\r\n${host}Origin: https://a.example\r\n\r\n`,
    'an answer without body': `GET /empty HTTP/1.1\r\n${host}\r\n`,
    'an answer that takes a while': `GET /late HTTP/1.1\r\n${host}\r\n`,
    'blanks and tabs around a value': `GET / HTTP/1.1\r\n${host}X-A: \t b c\t \r\nX-B:\r\n\r\n`,
    'Connection: keep-alive': `GET / HTTP/1.1\r\n${host}Connection: Keep-Alive\r\n\r\n`,
    'bytes beyond ASCII in a value': `GET / HTTP/1.1\r\n${host}X-A: caf\xe9 \xa0\r\n\r\n`,
    'a long header': `GET / HTTP/1.1\r\n${host}X-A: ${'x'.repeat(9000)}\r\n\r\n`,
    'a fragment': `GET /a#b HTTP/1.1\r\n${host}\r\n`,
  };
  test.each(Object.entries(plain))('%s is answered quickly, as node:http does', async (_, text) => {
    quickly = 0;
    const answer = await conversation(quick.port, [text]);
    expect(quickly).toBe(1);
    expect(answer).toMatch(/^HTTP\/1\.1 20[04]/);
    expect(answer).toBe(await nodeSays(text));
  });
});

describe('what is not plain is left to node:http', () => {
  const body = `${host}Content-Length: 5\r\n`;
  const rare: Record<string, string> = {
    'a chunked body': `POST /a HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
    'Expect: 100-continue': `POST /a HTTP/1.1\r\n${body}Expect: 100-continue\r\n\r\nhello`,
    'Connection: close': `GET / HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
    'an upgrade': `GET / HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    'HTTP/1.0': `GET / HTTP/1.0\r\n\r\n`,
    'lines that end without CR': `GET / HTTP/1.1\nHost: edge.example\n\n`,
    'HTTP/1.0 kept alive': `GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n`,
    'another method': `DELETE /a HTTP/1.1\r\n${host}\r\n`,
    'an absolute address': `GET http://edge.example/a HTTP/1.1\r\n${host}\r\n`,
    'an asterisk': `OPTIONS * HTTP/1.1\r\n${host}\r\n`,
    'an empty line before': `\r\nGET / HTTP/1.1\r\n${host}\r\n`,
    'a header twice': `GET / HTTP/1.1\r\n${host}X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 2.2.2.2\r\n\r\n`,
    'a body beyond the limit': `POST /a HTTP/1.1\r\n${host}Content-Length: 3000\r\n\r\n${'x'.repeat(3000)}`,
    'too long a header': `GET / HTTP/1.1\r\n${host}X-A: ${'x'.repeat(20_000)}\r\n\r\n`,
    'a header named like a property': `GET / HTTP/1.1\r\n${host}constructor: a\r\n__proto__: b\r\n\r\n`,
    'no host': 'GET / HTTP/1.1\r\n\r\n',
    'two hosts': `GET / HTTP/1.1\r\n${host}${host}\r\n`,
    'two lengths': `POST /a HTTP/1.1\r\n${body}Content-Length: 6\r\n\r\nhello`,
    'a length and chunks': `POST /a HTTP/1.1\r\n${body}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    'a list of lengths': `POST /a HTTP/1.1\r\n${host}Content-Length: 5, 5\r\n\r\nhello`,
    'a signed length': `POST /a HTTP/1.1\r\n${host}Content-Length: +5\r\n\r\nhello`,
    'a negative length': `POST /a HTTP/1.1\r\n${host}Content-Length: -5\r\n\r\nhello`,
    'an empty length': `POST /a HTTP/1.1\r\n${host}Content-Length: \r\n\r\nhello`,
    'a huge length': `POST /a HTTP/1.1\r\n${host}Content-Length: 99999999999999999999\r\n\r\nhello`,
    'a blank before the colon': `GET / HTTP/1.1\r\n${host}X-A : b\r\n\r\n`,
    'a folded header': `GET / HTTP/1.1\r\n${host}X-A: b\r\n c\r\n\r\n`,
    'a header without colon': `GET / HTTP/1.1\r\n${host}X-A\r\n\r\n`,
    'a header without name': `GET / HTTP/1.1\r\n${host}: a\r\n\r\n`,
    'line feeds alone': `GET / HTTP/1.1\nHost: edge.example\n\n`,
    'a line feed in a value': `GET / HTTP/1.1\r\n${host}X-A: b\nX-B: c\r\n\r\n`,
    'a carriage return in a value': `GET / HTTP/1.1\r\n${host}X-A: b\rX-B: c\r\n\r\n`,
    'a null byte': `GET / HTTP/1.1\r\n${host}X-A: b\0c\r\n\r\n`,
    'a blank in the address': `GET /a b HTTP/1.1\r\n${host}\r\n`,
    'bytes beyond ASCII in the address': `GET /caf\xe9 HTTP/1.1\r\n${host}\r\n`,
    'small letters': `get / HTTP/1.1\r\n${host}\r\n`,
    'another version': `GET / HTTP/1.2\r\n${host}\r\n`,
    'HTTP/2 without asking': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'no HTTP at all': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    nothing: '',
    'half a request': `GET / HTTP/1.1\r\nHost: edge`,
    'half a body': `POST /a HTTP/1.1\r\n${host}Content-Length: 50\r\n\r\nhello`,
  };
  test.each(Object.entries(rare))('%s', async (_, text) => {
    quickly = 0;
    const [alone, first, late] = await Promise.all([nodeSays(text), nodeSays(ask('/1')), nodeSays(ask('/late'))]);
    expect(await conversation(quick.port, [text])).toBe(alone);
    expect(quickly).toBe(0);
    // On a connection that was quick before, too, whether the answer is still under way or not.
    expect(await conversation(quick.port, [ask('/1') + text])).toBe(first + alone);
    expect(await conversation(quick.port, [ask('/1'), text])).toBe(first + alone);
    expect(await conversation(quick.port, [ask('/late') + text])).toBe(late + alone);
    expect(quickly).toBe(3);
  });

  test('a body larger than its own length is the next request', async () => {
    const smuggled = `POST /a HTTP/1.1\r\n${host}Content-Length: 3\r\n\r\nabcGET /b HTTP/1.1\r\n${host}\r\n`;
    expect(statuses(await conversation(quick.port, [smuggled]))).toEqual([200, 200]);
  });
});

// Malformed ones are above: node:http itself may lose the answer before one.
test('any mixture of requests, in any pieces, is answered as node:http does, in order', async () => {
  const one = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('GET /a', 'HEAD /b', 'GET /late/c', 'OPTIONS /d', 'GET /empty') },
    { weight: 1, arbitrary: fc.constantFrom('DELETE /e', 'GET http://edge.example/f') },
  );
  const header = fc.oneof(fc.constantFrom('X-A: b', 'Accept:*/*', 'Connection: keep-alive', 'User-Agent: \tA '), {
    weight: 1,
    arbitrary: fc.constantFrom('Expect: 100-continue', 'X-C: a\tb'),
  });
  const simple = fc
    .tuple(one, fc.uniqueArray(header, { maxLength: 3 }))
    .map(([line, headers]) => `${line} HTTP/1.1\r\n${host}${headers.map((text) => `${text}\r\n`).join('')}\r\n`);
  const posted = fc
    .tuple(fc.constantFrom('/p', '/late/p'), fc.string({ unit: 'binary-ascii', maxLength: 60 }), fc.boolean())
    .map(([path, body, isChunked]) =>
      isChunked && body !== ''
        ? `POST ${path} HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
        : `POST ${path} HTTP/1.1\r\n${host}Content-Length: ${body.length}\r\n\r\n${body}`,
    );
  const request = fc.oneof({ weight: 2, arbitrary: simple }, posted);
  quickly = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(request, { minLength: 1, maxLength: 6 }),
      fc.array(fc.nat({ max: 700 }), { maxLength: 5 }),
      fc.boolean(),
      async (some, cuts, isClosing) => {
        // node:http takes what follows a last request for malformed.
        const requests = isClosing ? [...some, `GET /z HTTP/1.1\r\n${host}Connection: close\r\n\r\n`] : some;
        const text = requests.join('');
        const places = [...new Set([0, ...cuts.filter((at) => at < text.length), text.length])].toSorted(
          (a, b) => a - b,
        );
        const pieces = places.slice(1).map((to, n) => text.slice(places[n], to));
        expect(await conversation(quick.port, pieces)).toBe(await nodeSays(...requests));
      },
    ),
    { numRuns: 100 },
  );
  expect(quickly).toBeGreaterThan(40);
}, 60_000);

test('a head that comes byte by byte is the same head', () => {
  const whole = Buffer.from(`POST /a HTTP/1.1\r\n${host}Content-Length: 2\r\n\r\n`);
  for (let n = 0; n < whole.length; n++) expect(readHead(whole.subarray(0, n))).toBe('partial');
  expect(readHead(whole)).toMatchObject({ method: 'POST', url: '/a', headBytes: whole.length, bodyBytes: 2 });
});

describe('connections', () => {
  const asking = (port: number, text: string) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const heard = new Promise<string>((resolve) => {
      let all = '';
      socket.setEncoding('latin1');
      socket.on('data', (more: string) => (all += more));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(all));
    });
    socket.on('connect', () => socket.write(text));
    return { socket, heard };
  };

  test('whose sender says that it says no more still get their answer', async () => {
    const { socket, heard } = asking(quick.port, '');
    socket.on('connect', () => socket.end(ask('/late')));
    expect(statuses(await heard)).toEqual([200]);
  });

  test('that never finish a head, or a body, or never ask again are ended in time', async () => {
    const { server, port } = await open(true, { headersTimeout: 1000, requestTimeout: 2000, keepAliveTimeout: 1000 });
    const began = performance.now();
    const [head, body, silent, kept] = await Promise.all([
      asking(port, `GET / HTTP/1.1\r\nHos`).heard,
      asking(port, `POST / HTTP/1.1\r\n${host}Content-Length: 9\r\n\r\nabc`).heard,
      asking(port, '').heard,
      asking(port, `GET / HTTP/1.1\r\n${host}\r\n`).heard,
    ]);
    expect(statuses(head)).toEqual([400]);
    expect(statuses(body)).toEqual([400]);
    expect(silent).toBe('');
    expect(statuses(kept)).toEqual([200]);
    expect(performance.now() - began).toBeGreaterThan(1000);
    server.close();
  }, 10_000);

  test('of a server that closes end with the answer under way', async () => {
    const server = createServer({ keepAliveTimeout: 65_000 });
    const held: HttpResponse[] = [];
    const { close, closeAll } = quicken(server, {
      handler: (_, response) => void held.push(response),
      clock: () => new Date(),
      largestBody,
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const busy = asking(port, `GET / HTTP/1.1\r\n${host}\r\n`);
    const idle = asking(port, '');
    while (held.length === 0) await new Promise(setImmediate);
    const closed = new Promise((resolve) => server.close(resolve));
    close();
    expect(await idle.heard).toBe('');
    const [response] = held;
    if (response instanceof QuickResponse) response.sendBytes(200, ['x-a', 'b'], 'bye');
    expect(await busy.heard).toMatch(/x-a: b\r\ncontent-length: 3\r\n[\s\S]*Connection: close[\s\S]*bye$/);
    await closed;
    closeAll();
  });

  test('of a reader that sends without reading are held back, and answered when it reads', async () => {
    const socket = connect({ port: quick.port, host: '127.0.0.1' });
    const many = 20_000;
    let sent = 0;
    let bytes = 0;
    const request = `GET /${'a'.repeat(900)} HTTP/1.1\r\n${host}\r\n`;
    await new Promise((resolve) => socket.on('connect', resolve));
    socket.pause();
    while (sent < many && socket.write(request)) sent++;
    for (; sent < many; sent++) socket.write(request);
    quickly = 0;
    for (let before = -1; before !== quickly; await pause(200)) before = quickly;
    expect(quickly).toBeGreaterThan(0);
    expect(quickly).toBeLessThan(many);
    let answers = 0;
    socket.setEncoding('latin1');
    await new Promise<void>((resolve) => {
      socket.on('data', (text: string) => {
        bytes += text.length;
        answers += text.split('HTTP/1.1 200').length - 1;
        if (bytes > many * 1000 && answers >= many - 50) resolve();
      });
      socket.resume();
    });
    socket.destroy();
  }, 20_000);

  test('an answer cannot be split by what is written into a header', async () => {
    const server = createServer();
    let thrown: unknown;
    quicken(server, {
      handler(_, response) {
        try {
          response.writeHead(302, { location: 'a\r\nset-cookie: b' });
        } catch (error) {
          thrown = error;
        }
        response.writeHead(200, { 'content-length': '0' });
        response.end();
      },
      clock: () => new Date(),
      largestBody,
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { socket, heard } = asking((server.address() as AddressInfo).port, `GET / HTTP/1.1\r\n${host}\r\n`);
    socket.once('data', () => socket.end());
    expect(await heard).not.toContain('set-cookie');
    expect(thrown).toBeInstanceOf(TypeError);
    server.close();
  });
});
