/**
 * The public, hot side: decisions, beacons, clicks, collecting, tags. One process, no database: it decides from the book, counts
 * in memory, and writes facts to its journal. What has to be on disk before an answer is; nothing else waits.
 */
import { readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, errorFields, type Journal, type Log, Refusal } from '#platform';
import { adRequestLine } from './ad-rows.ts';
import { type AnswerDecisions, decisionsAnswerer, type Knowledge, type Visit } from './answer-decisions.ts';
import { type Book, type DecisionReply, DecisionRequest } from './contract.ts';
import { eventCounter } from './count-event.ts';
import { openEdgeMemory } from './edge-memory.ts';
import { frameDocument, frameHeaders } from './frame.ts';
import { decodePart, openToAll, readBody, send, sendProblem, sendUnavailable, textOf } from './http-io.ts';
import { type LoadedBook, loadBook } from './load-book.ts';
import type { AdEventKind } from './price.ts';
import { readDecisionRequest } from './read-decision-request.ts';
import { openRequestCounts } from './request-counts.ts';

export type CollectRequest = { method: string; url: string; headers: IncomingMessage['headers']; body: Buffer; ip: string };
export type CollectReply = { status: number; headers: Record<string, string>; body?: string | Buffer };
/** What measurement makes of the collect addresses; `recall` is told each line found in the journal at start. */
export type Collector = { handle(request: CollectRequest): Promise<CollectReply>; recall(line: string): void };
export type StaticFile = { body: Buffer; gzip?: Buffer; brotli?: Buffer; etag: string };

/** What the edge shows its collector. */
export type EdgeView = { book: () => Book; mayBackdate: (key: string, site: { org_id: string }) => boolean };

export type EdgeOptions = {
  /** Where book and counters are kept, for this edge alone. */
  folder: string;
  journal: Journal;
  clock: Clock;
  log: Log;
  knowledge: Knowledge;
  collector: (edge: EdgeView) => Collector;
  /** `/vigie.js` → its content. */
  tags: Readonly<Record<string, StaticFile>>;
  /** Path of a creative's file by its content hash. */
  fileOf: (hash: string) => string;
  /** The reader's address, trusted proxies considered. */
  addressOf: (request: IncomingMessage) => string;
  /** Public address, no slash at the end; the listening address when absent. */
  baseUrl?: string | undefined;
  simulatedTime?: boolean;
  /** Answers `/demo/…` where there is a sample. */
  demo?: RequestListener | undefined;
  /** Seconds since control was last heard of, for `/health`. */
  controlAge?: (() => number) | undefined;
  /** How often counters are written down. Milliseconds. */
  snapshotMs?: number;
};

export type Edge = {
  /** Takes a new book, and keeps it on disk for the next start. */
  setBook(book: Book): Promise<void>;
  handler: RequestListener;
  listen(port: number, host?: string): Promise<{ port: number }>;
  /** Answers what is under way, writes down what is counted, and stops. The journal stays open: it is the caller's. */
  close(): Promise<void>;
};

const bodyLimit = 65_536;
const collectLimits: Readonly<Record<string, number>> = { '/e': bodyLimit, '/api/event': bodyLimit, '/matomo.php': 1 << 20 };
const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAAAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64');
const gifHeaders = { ...openToAll, 'content-type': 'image/gif', 'cache-control': 'no-store' };
const jsonHeaders = { ...openToAll, 'content-type': 'application/json', 'cache-control': 'no-store' };
const preflight = {
  ...openToAll,
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-allow-headers': 'content-type, authorization',
  'access-control-max-age': '86400',
};
const kinds: Readonly<Record<string, AdEventKind>> = { i: 'impression', w: 'viewable', c: 'click' };

export async function createEdge(options: EdgeOptions): Promise<Edge> {
  const { journal, clock, log, knowledge } = options;
  let loaded: LoadedBook | undefined;
  let base = options.baseUrl ?? '';

  const current = (): LoadedBook => {
    if (!loaded) throw new NoBook();
    return loaded;
  };
  const collector = options.collector({
    book: () => current().book,
    mayBackdate: (key, site) => options.simulatedTime === true && orgOf(current(), key) === site.org_id,
  });
  // Which site a line is of is only known with a book.
  const recalled: string[] = [];
  const memory = await openEdgeMemory(options.folder, journal, (line) => recalled.push(line));
  const { counters } = memory;
  if (memory.book) take(memory.book);

  const requests = openRequestCounts();
  const answer: AnswerDecisions = decisionsAnswerer({
    book: current,
    counters,
    requests,
    knowledge,
    base: () => base,
    simulatedTime: options.simulatedTime ?? false,
  });
  const countEvent = eventCounter({ book: current, counters, knowledge, append: (line) => journal.append(line) });
  const now = () => clock().getTime();

  function take(book: Book): void {
    loaded = loadBook(book, counters);
    for (const line of recalled.splice(0)) collector.recall(line);
  }

  async function writeRequests(until: number): Promise<void> {
    if (!loaded) return;
    const lines = requests.take(until).flatMap((count) => adRequestLine(current(), count) ?? []);
    await Promise.all(lines.map((line) => journal.append(line)));
  }

  const visitOf = (request: IncomingMessage): Visit => {
    const { headers } = request;
    const authorization = headers.authorization;
    return {
      ip: options.addressOf(request),
      userAgent: headers['user-agent'] ?? '',
      acceptLanguage: headers['accept-language'] ?? '',
      globalPrivacyControl: headers['sec-gpc'] === '1',
      key: authorization?.startsWith('Bearer ') ? authorization.slice('Bearer '.length).trim() : undefined,
    };
  };

  async function decisions(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, bodyLimit);
    send(response, 200, jsonHeaders, answer(readDecisionRequest(body), visitOf(request), now()));
  }

  async function frame(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const code = decodePart(url.pathname.slice('/v1/frame/'.length), 'placement');
    const sizes = url.searchParams.get('sizes')?.split(',').filter(Boolean);
    const page = textOf(request.headers.referer).slice(0, 4096);
    const asked = DecisionRequest.safeParse({
      site: url.searchParams.get('site') ?? '',
      placements: [{ code, ...(sizes && sizes.length > 0 ? { sizes } : {}) }],
      ...(page === '' ? {} : { url: page }),
    });
    if (!asked.success) throw new Refusal('bad-input', 'site and placement must be given, as in /v1/frame/CODE?site=example.org.', { field: 'site' });
    const reply: DecisionReply = JSON.parse(answer(asked.data, visitOf(request), now()));
    send(response, 200, frameHeaders(base), frameDocument(reply.decisions[0]));
  }

  async function beacon(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const kind = kinds[path.charAt(1)] ?? 'impression';
    const { headers } = request;
    const { claim } = await countEvent(
      {
        kind,
        token: path.slice(3),
        userAgent: headers['user-agent'] ?? '',
        isPrefetch: /prefetch|prerender/i.test(`${textOf(headers['sec-purpose'])} ${textOf(headers['purpose'])} ${textOf(headers['x-moz'])}`),
      },
      now(),
    );
    if (!claim) throw new Refusal('bad-input', 'token: this address was not made here.', { field: 'token' });
    if (kind !== 'click') return send(response, 200, gifHeaders, gif);
    // Where a click leads is looked up, never read from the address: nobody can make it lead elsewhere.
    const landing = current().creativesByName.get(claim.creative)?.landing_url;
    if (!landing || !/^https?:\/\//i.test(landing)) throw new Refusal('not-found', 'The creative of this click is no longer known.');
    const location = URL.parse(landing)?.href ?? '';
    send(response, 302, { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer-when-downgrade' });
  }

  async function creative(response: ServerResponse, path: string): Promise<void> {
    const hash = path.slice('/creatives/'.length);
    const mediaType = loaded?.mediaTypes.get(hash);
    const content = mediaType && /^[0-9a-f]{64}$/.test(hash) ? await readFile(options.fileOf(hash)).catch(() => undefined) : undefined;
    if (!mediaType || !content) throw new Refusal('not-found', 'There is no such creative.');
    send(
      response,
      200,
      {
        ...openToAll,
        'content-type': mediaType,
        'cache-control': 'public, max-age=31536000, immutable',
        // An image stays an image, even an SVG opened by itself.
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'cross-origin',
      },
      content,
    );
  }

  function tag(request: IncomingMessage, response: ServerResponse, file: StaticFile): void {
    const headers = {
      ...openToAll,
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=3600',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
      etag: file.etag,
      vary: 'accept-encoding',
    };
    if (request.headers['if-none-match'] === file.etag) return send(response, 304, headers);
    const accepts = textOf(request.headers['accept-encoding']);
    if (file.brotli && /\bbr\b/.test(accepts)) return send(response, 200, { ...headers, 'content-encoding': 'br' }, file.brotli);
    if (file.gzip && /\bgzip\b/.test(accepts)) return send(response, 200, { ...headers, 'content-encoding': 'gzip' }, file.gzip);
    send(response, 200, headers, file.body);
  }

  function health(response: ServerResponse): void {
    const controlAge = options.controlAge?.();
    const away = controlAge !== undefined && controlAge > 60;
    const book = loaded ? { version: loaded.book.version, age_s: Math.round((now() - Date.parse(loaded.book.compiled_at)) / 1000) } : null;
    const body = {
      status: !loaded ? 'no-book' : away ? 'control-unreachable' : 'ok',
      book,
      journal: { pending: journal.pending() },
      ...(controlAge === undefined ? {} : { control: { heard_s: Math.round(controlAge) } }),
    };
    send(response, loaded ? 200 : 503, jsonHeaders, JSON.stringify(body));
  }

  async function collect(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const body = request.method === 'POST' ? await readBody(request, collectLimits[path] ?? bodyLimit) : Buffer.alloc(0);
    const { method = 'GET', url = path, headers } = request;
    const reply = await collector.handle({ method, url, headers, body, ip: options.addressOf(request) });
    send(response, reply.status, reply.headers, reply.body);
  }

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request;
    const query = url.indexOf('?');
    const path = query === -1 ? url : url.slice(0, query);
    if (method === 'POST' && path === '/v1/decisions') return decisions(request, response);
    if (path in collectLimits) return collect(request, response, path);
    if (method === 'OPTIONS') return send(response, 204, preflight);
    if (path.charAt(2) === '/' && path.charAt(1) in kinds) {
      if (method === 'GET' || method === 'POST') return beacon(request, response, path);
    } else if (method === 'GET' || method === 'HEAD') {
      const file = options.tags[path];
      if (file) return tag(request, response, file);
      if (path === '/health') return health(response);
      if (path.startsWith('/creatives/')) return creative(response, path);
      if (path.startsWith('/v1/frame/')) return frame(request, response, readUrl(url));
      if (options.demo && (path === '/demo' || path.startsWith('/demo/'))) return options.demo(request, response);
    }
    throw new Refusal('not-found', `There is nothing at ${method} ${path.slice(0, 200)}.`);
  }

  const handler: RequestListener = (request, response) => {
    route(request, response).catch((error: unknown) => {
      if (error instanceof NoBook) return sendUnavailable(response, 'This edge has not received its book yet.');
      if (isDiskTrouble(error)) {
        log.error('the journal could not be written', errorFields(error));
        return sendUnavailable(response, 'The event could not be written down; it was not counted.');
      }
      if (sendProblem(response, error)) log.error('a request broke', { ...errorFields(error), path: request.url });
    });
  };

  const server = createServer({ keepAliveTimeout: 65_000, requestTimeout: 20_000, headersTimeout: 10_000, noDelay: true }, handler);
  server.on('clientError', (_error, socket) => {
    if (!socket.writable) return socket.destroy();
    const body = '{"type":"about:blank","title":"The request is not valid","status":400,"code":"bad-input","detail":"The request is not valid HTTP."}';
    socket.end(`HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-type: application/problem+json\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  });

  let isBusy = false;
  let keptAt = now();
  const upkeep = async () => {
    if (isBusy) return;
    isBusy = true;
    try {
      await writeRequests(now());
      counters.forget(now());
      if (now() - keptAt >= (options.snapshotMs ?? 15_000)) {
        keptAt = now();
        await memory.keepCounters();
      }
    } catch (error) {
      log.error('the counters could not be written down', errorFields(error));
    } finally {
      isBusy = false;
    }
  };
  const timer = setInterval(() => void upkeep(), 2_000);
  timer.unref();

  return {
    handler,
    async setBook(book) {
      take(book);
      log.info('new book', { version: book.version, lines: book.lines.length });
      await memory.keepBook(book);
    },
    listen: (port, host = '127.0.0.1') =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, 1024, () => {
          const bound = addressOf(server.address());
          if (base === '') base = `http://${host}:${bound.port}`;
          resolve({ port: bound.port });
        });
      }),
    async close() {
      clearInterval(timer);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        // Readers that keep a request open for ever do not keep the edge open.
        setTimeout(() => server.closeAllConnections(), 3_000).unref();
      });
      await writeRequests(Number.POSITIVE_INFINITY);
      await memory.keepCounters();
    },
  };
}

class NoBook extends Error {}

const orgOf = ({ orgByKeyHash }: LoadedBook, key: string): string | undefined =>
  orgByKeyHash.get(createHash('sha256').update(key).digest('hex'));

/** Errors of the file system carry a code such as ENOSPC. */
const isDiskTrouble = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && 'syscall' in error && typeof error.syscall === 'string' && /^(f?write|fdatasync|open|ftruncate)$/.test(error.syscall);

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('the edge is not listening on a port');
  return address;
}

function readUrl(url: string): URL {
  const parsed = URL.parse(url, 'http://edge');
  if (!parsed) throw new Refusal('bad-input', 'The address is not a valid URL.');
  return parsed;
}
