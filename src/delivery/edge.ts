/**
 * The public, hot side: decisions, beacons, clicks, collecting, tags. One process, no database: it decides from the book, counts
 * in memory, and writes facts to its journal. What has to be on disk before an answer is; nothing else waits.
 */
import { errorFields, type HttpRequest, type HttpResponse, Refusal } from '#platform';
import { adDecisionLine, adRequestLine } from './ad-rows.ts';
import { openDecisionCounts } from './decision-counts.ts';
import { type AnswerDecisions, decisionsAnswerer, type Knowledge, type Visit } from './answer-decisions.ts';
import { type Book, type DecisionReply, DecisionRequest } from './contract.ts';
import { type EventCall, eventCounter, type EventOutcome } from './count-event.ts';
import { landingOf, serveBundle } from './bundle.ts';
import { landingWithLine } from './landing-line.ts';
import { openDoors } from './doors.ts';
import { type EdgeAddress, edgeAddressOf, methodsOf, takes } from './edge-addresses.ts';
import { sendCreative, sendTag } from './edge-files.ts';
import type { EdgeOptions } from './edge-options.ts';
import { openEdgeServer } from './edge-server.ts';
import { frameDocument, frameHeaders, outerClickOf } from './frame.ts';
import { answerPreview, asksPreview, previewLanding, previewMark } from './preview.ts';
import { openImageLinks } from './image-link.ts';
import {
  decodePart,
  listOf,
  openToAll,
  originForm,
  readPlainBody,
  send,
  sendBytes,
  sendProblem,
  sendUnavailable,
  sendWrongMethod,
  textOf,
} from './http-io.ts';
import { type LoadedBook, loadBook } from './load-book.ts';
import { narrowBook } from './narrow-book.ts';
import type { AdEventKind } from './price.ts';
import type { Told } from './openrtb/request-context.ts';
import { judgedAddress, readerAddress } from './reader-address.ts';
import { readDecisionRequest } from './read-decision-request.ts';
import { openReasonTally } from './reason-tally.ts';
import { openRehearsal } from './rehearsal.ts';
import { openRequestCounts } from './request-counts.ts';
import { openSideEvents } from './side-events.ts';
import { languageBeside } from './transparency.ts';

export type Edge = {
  /** What `POST /v1/decisions` does with a request once it is read, for callers in this process. */
  decide: AnswerDecisions;
  /** What the signed addresses do, for callers in this process. `now` in milliseconds. */
  count(call: EventCall, now: number): Promise<EventOutcome>;
  /** Has the collector read what the journal still holds, then listens; answers the port, which matters when 0 was asked for. */
  listen(port: number, host?: string): Promise<{ port: number }>;
  /** Answers what is under way and writes down the requests of the running minute. Book, journal and counters are the caller's. */
  close(): Promise<void>;
};

type Handler = (request: HttpRequest, response: HttpResponse, path: string) => Promise<void> | void;

const bodyLimit = 65_536;
const collectLimits: Readonly<Record<string, number>> = {
  '/e': bodyLimit,
  '/api/event': bodyLimit,
  '/matomo.php': 1 << 20,
  '/piwik.php': 1 << 20,
};
const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAAAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64').toString('latin1');
const gifHeaderList = Object.entries({ ...openToAll, 'content-type': 'image/gif', 'cache-control': 'no-store' }).flat();
const jsonHeaders = { ...openToAll, 'content-type': 'application/json', 'cache-control': 'no-store' };
const jsonHeaderList = Object.entries(jsonHeaders).flat();
const preflight = {
  ...openToAll,
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-allow-headers': 'content-type, authorization',
  'access-control-max-age': '86400',
};
/** A book is asked for by polls of 25 s: this long without an answer, control is not there. Seconds. */
const awayAfter = 60;
const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};
const kinds: Readonly<Record<string, AdEventKind>> = { i: 'impression', w: 'viewable', c: 'click' };

export function createEdge(options: EdgeOptions): Edge {
  const { config, journal, counters, clock, log } = options;
  const readerOf = readerAddress(config.trustedProxies);
  const judgedOf = judgedAddress(config.trustedProxies);
  /** What an exchange tells of the reader whose auction is being answered. */
  let told: Told | undefined;
  const knowledge: Knowledge = {
    agentOf: (userAgent) => (told?.device ? { device: told.device, bot: null } : options.agentOf(userAgent)),
    countryOf: (ip) => told?.country ?? options.countryOf(ip),
    placeOf: options.placeOf && ((ip) => (told ? {} : (options.placeOf?.(ip) ?? {}))),
    isDataCentre: options.isDataCentre,
  };
  let base = config.edgeUrl;
  let loaded: LoadedBook | undefined;
  let pages: ReadonlyMap<string, string> | undefined;

  const current = (): LoadedBook => {
    if (!loaded) throw new NoBook();
    return loaded;
  };

  function take(book: Book): void {
    if (book.version === '') return;
    try {
      loaded = loadBook(book, counters);
      pages = options.demo?.(book, base);
      log.info('book taken', { version: book.version, lines: book.lines.length });
    } catch (error) {
      // The one before goes on serving.
      log.error('a book could not be taken', { ...errorFields(error), version: book.version });
    }
  }

  const requests = openRequestCounts(counters.shared?.asked);
  const decided = openDecisionCounts();
  const reasons = options.tellReasons ? openReasonTally(() => clock().getTime()) : undefined;
  /** The book of the decision being made, where a door leaves something out. */
  let narrowed: LoadedBook | undefined;
  const answer: AnswerDecisions = decisionsAnswerer({
    book: () => narrowed ?? current(),
    counters,
    requests,
    decided,
    reasons,
    knowledge,
    base: () => base,
    simulatedTime: config.simulatedTime,
    tcf: config.tcf,
    random: options.random,
  });
  const append = (line: string) => journal.append(line);
  const countEvent = eventCounter({
    book: current,
    counters,
    knowledge,
    append,
    burstsByAddress: config.clickBurstsByAddress,
  });
  const sideEvents = openSideEvents({ book: current, knowledge, append });
  const now = () => clock().getTime();

  async function writeRequests(until: number): Promise<void> {
    if (!loaded) return;
    const book = current();
    const lines = [
      ...requests.take(until).flatMap((count) => adRequestLine(book, count) ?? []),
      ...decided.take(until).flatMap((count) => adDecisionLine(book, count) ?? []),
    ];
    await Promise.all(lines.map((line) => journal.append(line)));
  }

  const visitOf = (request: HttpRequest): Visit => {
    const { headers } = request;
    const authorization = headers.authorization;
    return {
      ip: readerOf(request),
      userAgent: headers['user-agent'] ?? '',
      acceptLanguage: headers['accept-language'] ?? '',
      globalPrivacyControl: headers['sec-gpc'] === '1',
      key: authorization?.startsWith('Bearer ') ? authorization.slice('Bearer '.length).trim() : undefined,
    };
  };

  const rehearsal = openRehearsal(current);
  const doors = openDoors({
    book: current,
    rehearsal: rehearsal.book,
    base: () => base,
    visitOf,
    judge: {
      isBot: (userAgent) => Boolean(options.agentOf(userAgent).bot),
      isDataCentre: (ip) => options.isDataCentre?.(ip) ?? false,
    },
    now,
    answerFrom: (book, byExchange) => (request, visit, at) => {
      // Deciding is one turn of the event loop: nobody else decides in between.
      [narrowed, told] = [book, byExchange];
      try {
        return rehearsal.isOf(book)
          ? rehearsal.answer(book, { knowledge, base })(request, visit, at)
          : answer(request, visit, at);
      } finally {
        narrowed = told = undefined;
      }
    },
  });

  async function sideEvent(request: HttpRequest, response: HttpResponse, path: string): Promise<void> {
    const [token = '', event = ''] = path.slice('/t/'.length).split('/');
    // The click of a wrapped ad is counted here, and leads where the ad inside leads.
    if (event === 'click') return signedCall(request, response, `/c/${token}`, false);
    const query = URL.parse(request.url ?? '', 'http://edge')?.searchParams;
    const call = { event, token, detail: query?.get('code') ?? query?.get('price') ?? '', ...callerOf(request) };
    if (!(await sideEvents.count(call, now())) && !rehearsal.knows(token))
      throw new Refusal('bad-input', 'token: this address was not made here.', { field: 'token' });
    sendBytes(response, 200, gifHeaderList, gif);
  }

  async function decisions(request: HttpRequest, response: HttpResponse): Promise<void> {
    const body = await readPlainBody(request, bodyLimit);
    const asked = readDecisionRequest(body);
    const forced = asksPreview(asked.url) ? answerPreview(current(), asked, { base, now: now() }) : undefined;
    sendBytes(response, 200, jsonHeaderList, forced ?? answer(asked, visitOf(request), now()));
  }

  async function frame(request: HttpRequest, response: HttpResponse, url: URL): Promise<void> {
    const code = decodePart(url.pathname.slice('/v1/frame/'.length), 'placement');
    const sizes = url.searchParams.get('sizes')?.split(',').filter(Boolean);
    const page = textOf(request.headers.referer).slice(0, 4096);
    const lang = (url.searchParams.get('lang') ?? '').slice(0, 35);
    const asked = DecisionRequest.safeParse({
      site: url.searchParams.get('site') ?? '',
      placements: [{ code, ...(sizes && sizes.length > 0 ? { sizes } : {}) }],
      ...(page === '' ? {} : { url: page }),
      ...(lang === '' ? {} : { language: lang }),
    });
    if (!asked.success)
      throw new Refusal('bad-input', 'site and placement must be given, as in /v1/frame/CODE?site=example.org.', {
        field: 'site',
      });
    const visit = visitOf(request);
    const reply: DecisionReply = JSON.parse(answer(asked.data, visit, now()));
    const outerClick = outerClickOf(url.searchParams.get('click'));
    const language = languageBeside(lang, visit.acceptLanguage);
    send(response, 200, frameHeaders(base), frameDocument(reply.decisions[0], { language, outerClick }));
  }

  const imageLinks = openImageLinks();

  /** `/v1/image/CODE` shows a picture and counts it; `/v1/image-click/CODE` leads where it leads. */
  async function imageLink(request: HttpRequest, response: HttpResponse, url: URL): Promise<void> {
    const [, , verb, part = ''] = url.pathname.split('/');
    const code = decodePart(part, 'placement');
    const site = (url.searchParams.get('site') ?? '').toLowerCase();
    const key = JSON.stringify([site, code, url.searchParams.get('n')?.slice(0, 100) ?? '', readerOf(request)]);
    if (verb === 'image-click') return signedCall(request, response, `/c/${imageLinks.clicked(key, now())}`);
    const asked = DecisionRequest.safeParse({ site, placements: [{ code }] });
    if (!asked.success)
      throw new Refusal('bad-input', 'site and placement must be given, as in /v1/image/CODE?site=example.org.', {
        field: 'site',
      });
    narrowed = narrowBook(current(), site, [code], (_, { kind }) => kind === 'image');
    let text: string;
    try {
      text = answer(asked.data, visitOf(request), now());
    } finally {
      narrowed = undefined;
    }
    const reply: DecisionReply = JSON.parse(text);
    const token = reply.decisions[0]?.impression_url?.split('/i/').at(-1);
    const claim = token === undefined ? undefined : current().signer.verify(token);
    const shown = claim && current().creativesByName.get(claim.creative);
    if (token === undefined || !shown?.file_hash) return sendBytes(response, 200, gifHeaderList, gif);
    imageLinks.shown(key, token, now());
    await countEvent({ kind: 'impression', token, ip: judgedOf(request), ...callerOf(request) }, now());
    send(response, 302, { location: `${base}/creatives/${shown.file_hash}`, 'cache-control': 'no-store' });
  }

  /** `leads`: whether a click is answered by its landing page. */
  const beacon: Handler = (request, response, path) => signedCall(request, response, path);

  async function signedCall(request: HttpRequest, response: HttpResponse, path: string, leads = true): Promise<void> {
    const kind = kinds[path.charAt(1)] ?? 'impression';
    const token = path.slice(3);
    if (token.startsWith(previewMark)) return previewClick(response, token);
    const { claim } = await countEvent({ kind, token, ip: judgedOf(request), ...callerOf(request) }, now());
    if (!claim && kind !== 'click' && rehearsal.knows(token)) return sendBytes(response, 200, gifHeaderList, gif);
    if (!claim) throw new Refusal('bad-input', 'token: this address was not made here.', { field: 'token' });
    if (kind !== 'click' || !leads) return sendBytes(response, 200, gifHeaderList, gif);
    // Where a click leads is looked up, never read from the address: nobody can make it lead elsewhere.
    const clicked = current().creativesByName.get(claim.creative);
    const landing = clicked && landingOf(clicked, request.url ?? '');
    if (!landing || !/^https?:\/\//i.test(landing))
      throw new Refusal('not-found', 'The creative of this click is no longer known.');
    const location = landingWithLine(current(), claim, URL.parse(landing)?.href ?? '');
    send(response, 302, { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer-when-downgrade' });
  }

  /** The click of a preview leads where it would, and is counted nowhere. */
  function previewClick(response: HttpResponse, token: string): void {
    const landing = previewLanding(current(), token, now());
    if (!landing) throw new Refusal('bad-input', 'token: this preview is over.', { field: 'token' });
    send(response, 302, { location: URL.parse(landing)?.href ?? '', 'cache-control': 'no-store' });
  }

  function health(response: HttpResponse): void {
    const heard = options.book.heard();
    const away = heard > awayAfter;
    const book = loaded
      ? { version: loaded.book.version, age_s: Math.round((now() - Date.parse(loaded.book.compiled_at)) / 1000) }
      : null;
    const shared = counters.shared?.health();
    const body = {
      status: !loaded
        ? 'no-book'
        : away
          ? 'control-unreachable'
          : shared?.valkey === 'away'
            ? 'valkey-unreachable'
            : 'ok',
      book,
      journal: { pending: journal.pending() },
      control: { heard_s: Number.isFinite(heard) ? Math.round(heard) : null },
      ...(shared && { counters: shared }),
    };
    send(response, loaded ? 200 : 503, jsonHeaders, JSON.stringify(body));
  }

  async function collect(request: HttpRequest, response: HttpResponse, path: string): Promise<void> {
    const body =
      request.method === 'POST' ? await readPlainBody(request, collectLimits[path] ?? bodyLimit) : Buffer.alloc(0);
    const { method = 'GET', url = path, headers } = request;
    const reply = await options.collect.handle({ method, url, headers, body, ip: readerOf(request) });
    // By far the most: a hit that counts, with nothing to say.
    if (reply.status === 202 && reply.body === undefined) return sendBytes(response, 202, listOf(reply.headers), '');
    send(response, reply.status, reply.headers, reply.body);
  }

  const throughDoor: Handler = (request, response, path) =>
    doors(request, response, path) ?? refuseAddress(request, path);
  const handlers: Record<EdgeAddress, Handler> = {
    decisions,
    impression: beacon,
    viewable: beacon,
    click: beacon,
    collect,
    event: collect,
    matomo: collect,
    piwik: collect,
    sideEvent,
    vast: throughDoor,
    auction: throughDoor,
    why: throughDoor,
    whyIcon: throughDoor,
    sellers: throughDoor,
    adsTxt: throughDoor,
    health: (_, response) => health(response),
    tag(request, response, path) {
      const name = path.slice(1);
      const file = Object.hasOwn(options.tags, name) ? options.tags[name] : undefined;
      return file ? sendTag(request, response, file) : refuseAddress(request, path);
    },
    creative: (request, response, path) =>
      /^\/creatives\/[^/]*\//.test(path)
        ? serveBundle({ bundle, files: options.files, base, random: options.random }, request, response)
        : sendCreative({ mediaTypes: loaded?.mediaTypes, files: options.files }, response, path),
    frame: (request, response) => frame(request, response, readUrl(request.url ?? '/')),
    image: (request, response) => imageLink(request, response, readUrl(request.url ?? '/')),
    imageClick: (request, response) => imageLink(request, response, readUrl(request.url ?? '/')),
    demo(request, response, path) {
      const page = pages?.get(path);
      return page === undefined ? refuseAddress(request, path) : send(response, 200, pageHeaders, page);
    },
  };
  const bundle = (hash: string) => loaded?.bundles.get(hash);

  async function route(request: HttpRequest, response: HttpResponse): Promise<void> {
    const { method = 'GET' } = request;
    const url = originForm(request);
    const query = url.indexOf('?');
    const path = query === -1 ? url : url.slice(0, query);
    const address = edgeAddressOf(path);
    // Collecting says itself which methods it takes, and the doors for machines answer preflights in their own way.
    if (address && (takes(address, method) || path in collectLimits)) return handlers[address](request, response, path);
    if (method === 'OPTIONS') return doors(request, response, path) ?? send(response, 204, preflight);
    if (address) return sendWrongMethod(response, methodsOf(address));
    refuseAddress(request, path);
  }

  const handler = (request: HttpRequest, response: HttpResponse): void => {
    route(request, response).catch((error: unknown) => {
      if (error instanceof NoBook) return sendUnavailable(response, 'This edge has not received its book yet.');
      if (isDiskTrouble(error)) {
        log.error('the journal could not be written', errorFields(error));
        return sendUnavailable(response, 'The event could not be written down; it was not counted.');
      }
      if (sendProblem(response, error)) log.error('a request broke', { ...errorFields(error), path: request.url });
    });
  };

  const server = openEdgeServer({ handler, clock, largestBody: Math.max(...Object.values(collectLimits)) });

  const write = (until: number) =>
    writeRequests(until).catch((error: unknown) =>
      log.error('counts of requests could not be written down', errorFields(error)),
    );
  if (base !== '') take(options.book.current());
  options.book.onChange(take);
  const timer = setInterval(() => {
    counters.forget(now());
    sideEvents.forget(now());
    void write(now());
  }, 2_000);
  timer.unref();
  const telling = setInterval(() => {
    const counts = reasons?.take() ?? [];
    // Only a diagnosis: what control does not hear is not sent again.
    if (counts.length > 0)
      options.tellReasons?.(counts).catch((error: unknown) => log.debug('reasons were not heard', errorFields(error)));
  }, 10_000);
  telling.unref();

  return {
    decide: answer,
    count: countEvent,
    async listen(port, host = '127.0.0.1') {
      for await (const { line } of journal.replay()) {
        options.collect.recall(line);
        sideEvents.recall(line);
      }
      const bound = await server.listen(port, host);
      if (base === '') {
        base = `http://${host}:${bound}`;
        take(options.book.current());
      }
      return { port: bound };
    },
    async close() {
      clearInterval(timer);
      clearInterval(telling);
      await server.close();
      await write(Number.POSITIVE_INFINITY);
    },
  };
}

function refuseAddress({ method = 'GET' }: HttpRequest, path: string): never {
  throw new Refusal('not-found', `There is nothing at ${method} ${path.slice(0, 200)}.`);
}

class NoBook extends Error {}

/** Who calls a signed address, as far as it tells whether a person does. */
const callerOf = ({ headers }: HttpRequest): { userAgent: string; isPrefetch: boolean } => ({
  userAgent: headers['user-agent'] ?? '',
  isPrefetch: /prefetch|prerender/i.test(
    `${textOf(headers['sec-purpose'])} ${textOf(headers['purpose'])} ${textOf(headers['x-moz'])}`,
  ),
});

/** Errors of the file system carry a code such as ENOSPC. */
const isDiskTrouble = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  'syscall' in error &&
  typeof error.syscall === 'string' &&
  /^(f?write|fdatasync|open|ftruncate)$/.test(error.syscall);

function readUrl(url: string): URL {
  const parsed = URL.parse(url, 'http://edge');
  if (!parsed) throw new Refusal('bad-input', 'The address is not a valid URL.');
  return parsed;
}
