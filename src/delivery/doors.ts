/** The edge's doors for machines: video players, exchanges and their crawlers, and the page that says why an ad is shown. */
import { gunzipSync } from 'node:zlib';
import { type HttpRequest, type HttpResponse, problemOf, Refusal, refusalOfZod } from '#platform';
import { adsTxt, sellersJson } from './ads-txt.ts';
import type { AnswerDecisions, Visit } from './answer-decisions.ts';
import { readBody, send, textOf } from './http-io.ts';
import type { LoadedBook } from './load-book.ts';
import { answerBid } from './openrtb/answer-bid.ts';
import { BidRequest } from './openrtb/bid-request.ts';
import { noBid } from './openrtb/no-bid.ts';
import type { Told } from './openrtb/request-context.ts';
import { languageOf, targetingKeys, whyIcon, whyPage } from './transparency.ts';
import { vastAnswerer } from './vast/answer-vast.ts';
import { readVastQuery } from './vast/read-vast-query.ts';

export type DoorsOptions = {
  book: () => LoadedBook;
  /** A book whose decisions count for nothing: for auctions with `test` 1. */
  rehearsal: () => LoadedBook;
  answerFrom: (book: LoadedBook, told?: Told) => AnswerDecisions;
  base: () => string;
  visitOf: (request: HttpRequest) => Visit;
  /** What is known of readers whom an exchange tells of. */
  judge: { isBot(userAgent: string): boolean; isDataCentre(ip: string): boolean };
  now: () => number;
};

type Doors = (request: HttpRequest, response: HttpResponse, path: string) => Promise<void> | undefined;

const bodyLimit = 262_144;

/**
 * Players and header bidding ask with credentials, so the origin is named rather than `*`. Nothing here reads a cookie: what a
 * page could learn with them, it learns without.
 */
const openTo = (request: HttpRequest): Record<string, string> => {
  const { origin } = request.headers;
  return origin === undefined
    ? { 'access-control-allow-origin': '*' }
    : { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true', vary: 'origin' };
};

/** Answers undefined for a path that is none of its own. */
export function openDoors({ book, rehearsal, answerFrom, base, visitOf, judge, now }: DoorsOptions): Doors {
  const answerVast = vastAnswerer({ book, answerFrom: (of) => answerFrom(of), base });

  async function vast(request: HttpRequest, response: HttpResponse): Promise<void> {
    const url = URL.parse(request.url ?? '', 'http://edge');
    const query = readVastQuery(
      url?.searchParams ?? new URLSearchParams(),
      textOf(request.headers.referer).slice(0, 4096),
    );
    const text = answerVast(query, visitOf(request), now());
    send(
      response,
      200,
      {
        ...openTo(request),
        'content-type': 'application/xml; charset=utf-8',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      },
      text,
    );
  }

  async function auction(request: HttpRequest, response: HttpResponse): Promise<void> {
    const headers = { ...openTo(request), 'cache-control': 'no-store', 'x-openrtb-version': '2.6' };
    const raw = await readBody(request, bodyLimit);
    let id: unknown;
    try {
      const value = readJson(raw, textOf(request.headers['content-encoding']));
      if (typeof value === 'object' && value !== null && 'id' in value) id = value.id;
      const version = textOf(request.headers['x-openrtb-version']);
      if (version !== '' && !/^2(\.\d+)*$/.test(version))
        throw new Refusal('bad-input', 'x-openrtb-version: must be a version 2.x.', { field: 'x-openrtb-version' });
      const read = BidRequest.safeParse(value);
      if (!read.success) throw refusalOfZod(read.error);
      const auctioned = { book: read.data.test === 1 ? rehearsal() : book(), answerFrom, base: base(), judge };
      const reply = answerBid(auctioned, read.data, now());
      send(response, 200, { ...headers, 'content-type': 'application/json' }, JSON.stringify(reply));
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'bad-input') throw error;
      const problem = { ...problemOf(error), ...(typeof id === 'string' ? { id } : {}), nbr: noBid.invalidRequest };
      send(response, 400, { ...headers, 'content-type': 'application/problem+json' }, JSON.stringify(problem));
    }
  }

  async function why(request: HttpRequest, response: HttpResponse, token: string): Promise<void> {
    const { signer, linesByName, creativesByName, placementsByName } = book();
    const claim = signer.verify(token);
    const loaded = claim && linesByName.get(claim.line);
    const line = loaded?.line;
    const placement = claim && placementsByName.get(claim.placement);
    if (!claim || !line || !placement) throw new Refusal('not-found', 'This ad is no longer known here.');
    const url = URL.parse(request.url ?? '', 'http://edge');
    const language = languageOf(url?.searchParams.get('lang') ?? textOf(request.headers['accept-language']));
    const page = whyPage(
      {
        advertiser: line.advertiser,
        payer: creativesByName.get(claim.creative)?.payer || line.advertiser,
        site: placement.site.site.domain,
        keys: targetingKeys(line),
        isIdentified: claim.visitor !== undefined && (loaded?.caps !== undefined || loaded?.hasCappedCreative || false),
      },
      language,
    );
    send(
      response,
      200,
      {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'private, max-age=300',
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        vary: 'accept-language',
      },
      page,
    );
  }

  async function file(
    request: HttpRequest,
    response: HttpResponse,
    type: string,
    text: string | undefined,
  ): Promise<void> {
    if (text === undefined) throw new Refusal('not-found', 'site: no site has this domain.', { field: 'site' });
    send(
      response,
      200,
      {
        ...openTo(request),
        'content-type': type,
        'cache-control': 'public, max-age=3600',
        'x-content-type-options': 'nosniff',
      },
      text,
    );
  }

  return (request, response, path) => {
    const { method = 'GET' } = request;
    if (path === '/openrtb2/auction' || path === '/vast') {
      if (method === 'OPTIONS') {
        const allowed = {
          'access-control-allow-methods': 'GET, POST, OPTIONS',
          'access-control-allow-headers': 'content-type, x-openrtb-version',
        };
        send(response, 204, { ...openTo(request), ...allowed, 'access-control-max-age': '86400' });
        return Promise.resolve();
      }
      if (path === '/openrtb2/auction') return method === 'POST' ? auction(request, response) : undefined;
    }
    if (method !== 'GET' && method !== 'HEAD') return undefined;
    if (path === '/vast') return vast(request, response);
    if (path.startsWith('/why/')) return why(request, response, path.slice('/why/'.length));
    if (path === '/why.svg') return file(request, response, 'image/svg+xml', whyIcon);
    if (path === '/sellers.json') return file(request, response, 'application/json', sellersJson(book().book));
    if (path !== '/ads.txt') return undefined;
    const site = URL.parse(request.url ?? '', 'http://edge')?.searchParams.get('site');
    // A site may hand its own /ads.txt on to the edge: then the host says which.
    const domain = site ?? textOf(request.headers['x-forwarded-host'] ?? request.headers.host).split(':')[0] ?? '';
    return file(request, response, 'text/plain; charset=utf-8', adsTxt(book().book, domain));
  };
}

function readJson(raw: Buffer, encoding: string): unknown {
  try {
    const bytes = encoding.trim().toLowerCase() === 'gzip' ? gunzipSync(raw, { maxOutputLength: bodyLimit * 4 }) : raw;
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new Refusal('bad-input', 'The body must be a JSON object, plain or gzip.');
  }
}
