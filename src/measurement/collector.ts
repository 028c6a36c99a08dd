/** The edge's collecting side: `POST /e`, `POST /api/event`, `GET|POST /matomo.php`. Answers once the journal has the hit on disk. */
import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { type Clock, problemOf, Refusal } from '#platform';
import { agentOf } from './agent.ts';
import { agentIn } from './client-hints.ts';
import { isPrefetch } from './bot.ts';
import {
  countedLine,
  type Draft,
  endedLine,
  judged,
  type SiteIndex,
  siteIndex,
  type SiteOfCollect,
} from './collect.ts';
import type { CollectBook, Consent, IgnoredReason } from './contract.ts';
import { type CountryOf, placeFound, type PlaceOf } from './geo.ts';
import { bad, type HitInput } from './hit.ts';
import { hitIds } from './hit-id.ts';
import { wallClock } from './local-time.ts';
import { readHit } from './read-hit.ts';
import { type MatomoHit, readMatomo, readMatomoBulk } from './read-matomo.ts';
import { readPlausibleEvent } from './read-plausible.ts';
import { openSeenIds } from './seen-ids.ts';
import { visitorUnder, type VisitorOf } from './visitor.ts';

export type CollectRequest = {
  method: string;
  /** Path and query as they came. */
  url: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
  /** The reader's whole address; it is used in memory and goes no further. */
  ip: string;
};
export type CollectReply = { status: number; headers: Record<string, string>; body?: string | Buffer };

export type Collector = {
  handle(request: CollectRequest): Promise<CollectReply>;
  /** Remembers the id of a hit found in the journal at start, so that it is not taken a second time. */
  recall(line: string | Buffer): void;
};

export type CollectorOptions = {
  book: () => CollectBook;
  /** Resolves once the line is on disk. */
  journal: { append(line: string): Promise<void> };
  clock: Clock;
  countryOf: CountryOf;
  /** Region and city, where the database of places holds them. */
  placeOf?: PlaceOf | undefined;
  /** Whether a key lets its holder say when a hit of this site happened, and from which address. Nobody may when absent. */
  mayBackdate?: (key: string, site: SiteOfCollect) => boolean;
  /** The hash of an identifier on a site, where consent and the browser's privacy signal let it be kept; else undefined. */
  identify?: (
    siteId: string,
    visitorId: string,
    may: { consent: Consent; globalPrivacyControl: boolean },
  ) => string | undefined;
};

/** Longest body of a single hit, and of a bulk request. */
const bodyLimits = { single: 65_536, bulk: 1_048_576 };
const dayMs = 86_400_000;
/** A sender's clock may be ahead of ours by this much. */
const clockSkew = 3_600_000;
const open = { 'access-control-allow-origin': '*' };
const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

export function createCollector({
  book,
  journal,
  clock,
  countryOf,
  placeOf,
  mayBackdate,
  identify,
}: CollectorOptions): Collector {
  const seen = openSeenIds({ windowMs: 30 * 60_000, most: 200_000, now: () => clock().getTime() });
  const nextId = hitIds(() => clock().getTime());
  const indexes = new WeakMap<CollectBook, SiteIndex>();
  const walls = new Map<string, SiteOfCollect['wall']>();
  const hashers = new Map<string, { salt: string | undefined; of: VisitorOf }>();

  function sites(): SiteIndex {
    const current = book();
    const known = indexes.get(current) ?? siteIndex(current, wallOf);
    indexes.set(current, known);
    return known;
  }

  function wallOf(zone: string) {
    const wall = walls.get(zone) ?? wallClock(zone);
    walls.set(zone, wall);
    return wall;
  }

  /** A date for which the book has no salt (control away for days, a hit of the past) gets one that dies with the process. */
  function visitorOn(date: string): VisitorOf {
    const salt = book().salts[date];
    const known = hashers.get(date);
    if (known && (known.salt === salt || salt === undefined)) return known.of;
    if (hashers.size > 400) hashers.clear();
    const of = visitorUnder(salt === undefined ? randomBytes(16) : Buffer.from(salt, 'base64'));
    hashers.set(date, { salt, of });
    return of;
  }

  /** Takes one hit: null when it counted, else why not. Resolves when what there was to write is on disk. */
  async function take(
    site: SiteOfCollect,
    input: HitInput,
    from: {
      ip: string;
      userAgent: string;
      prefetch: boolean;
      at: number;
      visitor?: string;
      /** Headers of the reader's own browser; absent where another's agent is told. */
      hints?: CollectRequest['headers'];
    },
  ): Promise<IgnoredReason | null> {
    const key = input.id === '' ? '' : `${site.number} ${input.id}`;
    const before = key === '' ? undefined : seen.find(key);
    if (before) {
      await before.commit;
      return 'duplicate';
    }

    input.place ??= placeFound(from.ip, { countryOf, placeOf });
    const agent = from.hints ? agentIn(from.hints, from.userAgent) : agentOf(from.userAgent);
    const draft: Draft = {
      site,
      input,
      at: from.at,
      agent,
      prefetch: from.prefetch,
      origin: 'live',
      page: { host: '', path: '', query: '' },
    };
    const reason = judged(draft);
    const line =
      reason === null
        ? countedLine(
            draft,
            {
              // A name that the sender gives tells visitors apart better; it is hashed under the day's salt all the same.
              ...(from.visitor ? { ip: from.visitor, userAgent: '' } : { ip: from.ip, userAgent: from.userAgent }),
              country: countryOf(from.ip),
              visitorOn,
            },
            input.id || nextId(),
          )
        : endedLine(draft, reason);

    const commit = journal.append(line);
    if (key !== '') seen.take(key, commit);
    await commit;
    return reason;
  }

  const sender = ({ headers, ip }: CollectRequest) => ({
    ip,
    userAgent: textOf(headers['user-agent']),
    hints: headers,
    prefetch: isPrefetch(headers),
    at: clock().getTime(),
  });

  async function own(request: CollectRequest): Promise<CollectReply> {
    const { site: domain, input, said } = readHit(jsonOf(request.body, bodyLimits.single));
    if (input.language === '') input.language = languageOf(request);
    const site = sites().byDomain(domain);
    if (!site) throw unknownSite('site', domain);
    // The exemption from consent forbids crossing with anything else: on an exempt site nobody is known, whatever they agreed to.
    if (said.visitorId !== undefined && said.consent && site.mode === 'consented')
      input.identified =
        identify?.(site.id, said.visitorId, {
          consent: said.consent,
          globalPrivacyControl: request.headers['sec-gpc'] === '1',
        }) ?? '0';
    return accepted(await take(site, input, sender(request)));
  }

  async function plausible(request: CollectRequest): Promise<CollectReply> {
    const { domains, input } = plausibleEvent(request.body);
    input.language = languageOf(request);
    // As there: a domain that is not measured is no fault of the request, which counts for the others it names.
    const reasons = await Promise.all(
      domains.map(async (domain) => {
        const site = sites().byDomain(domain);
        return site ? await take(site, { ...input }, sender(request)) : 'site-unknown';
      }),
    );
    const reason = reasons.find((found) => found !== null) ?? null;
    const reply = accepted(reason);
    const dropped = reason === null ? {} : { 'x-plausible-dropped': '1' };
    // Plausible's way to ask which address a request is counted for, when a proxy stands before it.
    if (textOf(request.headers['x-debug-request']).toLowerCase() === 'true')
      return { status: 200, headers: { ...reply.headers, ...dropped, 'content-type': 'text/plain' }, body: request.ip };
    return { ...reply, headers: { ...reply.headers, ...dropped, 'content-type': 'text/plain' }, body: 'ok' };
  }

  async function matomo(request: CollectRequest): Promise<CollectReply> {
    const query = new URLSearchParams(request.url.slice(request.url.indexOf('?') + 1 || request.url.length));
    const isBulk = /^\s*\{/.test(request.body.toString('utf8', 0, 64));
    if (isBulk) return matomoBulk(request);

    for (const [name, value] of new URLSearchParams(textWithin(request.body, bodyLimits.single)))
      query.set(name, value);
    const reason = await takeMatomo(query, request);
    const headers = { ...accepted(reason).headers, 'cache-control': 'no-store' };
    if (query.get('send_image') === '0') return { status: 204, headers };
    return { status: 200, headers: { ...headers, 'content-type': 'image/gif' }, body: gif };
  }

  async function matomoBulk(request: CollectRequest): Promise<CollectReply> {
    const all = readMatomoBulk(jsonOf(request.body, bodyLimits.bulk));
    const results = await Promise.allSettled(all.map((params) => takeMatomo(params, request)));
    const invalid: number[] = [];
    results.forEach((result, index) => {
      if (result.status === 'fulfilled') return;
      // What is not the sender's fault must be sent again: the whole request fails.
      if (!(result.reason instanceof Refusal)) throw result.reason;
      invalid.push(index);
    });
    const body = {
      status: 'success',
      tracked: all.length - invalid.length,
      invalid: invalid.length,
      invalid_indices: invalid,
    };
    return { status: 200, headers: { ...open, 'content-type': 'application/json' }, body: JSON.stringify(body) };
  }

  async function takeMatomo(params: URLSearchParams, request: CollectRequest): Promise<IgnoredReason | null> {
    const siteOf = (idsite: string) =>
      /^\d{1,9}$/.test(idsite) ? sites().byNumber(Number(idsite)) : sites().byDomain(idsite);
    // An image in a page without scripts does not say where it is: its Referer does.
    const named = siteOf(params.get('idsite') ?? '');
    if ((params.get('url') ?? '') === '' && named)
      params.set('url', textOf(request.headers['referer']) || `https://${named.domain}/`);
    if (!params.has('token_auth')) {
      const bearer = /^Bearer +(\S+)$/i.exec(textOf(request.headers['authorization']))?.[1];
      if (bearer !== undefined) params.set('token_auth', bearer);
    }
    const hit = readMatomo(params, (idsite) => siteOf(idsite)?.currency ?? '', clock().getTime());
    const site = siteOf(hit.idsite);
    if (!site) throw unknownSite('idsite', hit.idsite);
    if (hit.input.language === '') hit.input.language = languageOf(request);
    const { hints: own, ...from } = sender(request);
    const said = saidBy(hit, site);
    if (hit.isForeign) return 'not-a-page';
    const hints = hit.hints ?? (said.userAgent === undefined ? own : undefined);
    return take(site, hit.input, { ...from, ...(hints ? { hints } : {}), ...said, visitor: hit.visitor });
  }

  /** A queue that could not be sent for a day needs no key; what lies further back, or another's address, does. */
  function saidBy({ token, at, ip, userAgent, input }: MatomoHit, site: SiteOfCollect) {
    const now = clock().getTime();
    // A place is believed of who may say an address, and left aside of everybody else, as Matomo does.
    if (input.place && !mayBackdate?.(token, site)) input.place = undefined;
    if (at !== undefined && at > now + clockSkew) throw bad('cdt', 'must not lie in the future');
    if ((ip !== undefined || (at !== undefined && at < now - dayMs)) && !mayBackdate?.(token, site))
      throw new Refusal(
        'not-allowed',
        'The parameters cip and cdt (of more than a day ago) need a key in token_auth.',
        {
          field: 'token_auth',
        },
      );
    if (ip !== undefined && isIP(ip) === 0) throw bad('cip', 'must be an IP address');
    return {
      ...(at === undefined ? {} : { at }),
      ...(ip === undefined ? {} : { ip }),
      ...(userAgent === undefined ? {} : { userAgent }),
    };
  }

  const ways: Readonly<
    Record<string, { methods: readonly string[]; answer: (request: CollectRequest) => Promise<CollectReply> }>
  > = {
    '/e': { methods: ['POST'], answer: own },
    '/api/event': { methods: ['POST'], answer: plausible },
    '/matomo.php': { methods: ['GET', 'POST'], answer: matomo },
    '/piwik.php': { methods: ['GET', 'POST'], answer: matomo },
  };

  return {
    async handle(request) {
      const end = request.url.indexOf('?');
      const way = ways[end < 0 ? request.url : request.url.slice(0, end)];
      if (!way) return problem(new Refusal('not-found', 'Nothing is collected at this address.'));
      if (request.method === 'OPTIONS') return { status: 204, headers: preflight };
      if (!way.methods.includes(request.method))
        return { ...problem(bad('method', `must be ${way.methods.join(' or ')}`)), status: 405 };
      try {
        return await way.answer(request);
      } catch (error) {
        if (error instanceof Refusal) return problem(error);
        throw error;
      }
    },
    recall(line) {
      const found = /^\{"t":"(?:ignored_)?hits".*?"site_id":"([^"]*)".*?"hit_id":"([^"\\]*)"/.exec(line.toString());
      const site = found?.[1] ? book().sites.find(({ id }) => id === found[1]) : undefined;
      if (site && found?.[2]) seen.recall(`${site.number} ${found[2]}`);
    },
  };
}

const preflight = {
  ...open,
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': 'content-type',
  'access-control-max-age': '86400',
};

/** 202, with the reason when the hit is not counted. */
const accepted = (reason: IgnoredReason | null): CollectReply =>
  reason === null
    ? counted
    : {
        status: 202,
        headers: { ...open, 'x-vigie-ignored': reason, 'access-control-expose-headers': 'x-vigie-ignored' },
      };
const counted: CollectReply = { status: 202, headers: open };

const unknownSite = (field: string, name: string) =>
  new Refusal('not-found', `No site "${name.slice(0, 100)}" is measured here.`, { field, ignored: 'site-unknown' });

function problem(refusal: Refusal): CollectReply {
  const { status, ...rest } = problemOf(refusal);
  const ignored = refusal.detail['ignored'] === 'site-unknown' ? { 'x-vigie-ignored': 'site-unknown' } : {};
  return {
    status,
    headers: { ...open, ...ignored, 'content-type': 'application/problem+json' },
    body: JSON.stringify({ ...rest, status }),
  };
}

function textWithin(body: Buffer, longest: number): string {
  if (body.length > longest) throw new Refusal('too-large', `The body must have at most ${longest} bytes.`);
  return body.toString('utf8');
}

function jsonOf(body: Buffer, longest: number): unknown {
  const text = textWithin(body, longest);
  try {
    return JSON.parse(text);
  } catch {
    throw bad('body', 'must be JSON');
  }
}

/** Plausible's clients read what is wrong from `errors`, by field. */
function plausibleEvent(body: Buffer): ReturnType<typeof readPlausibleEvent> {
  try {
    return readPlausibleEvent(jsonOf(body, bodyLimits.single));
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'bad-input') throw error;
    const field = String(error.detail['field'] ?? 'body');
    throw new Refusal('bad-input', error.message, { ...error.detail, errors: { [field]: [error.message] } });
  }
}

const textOf = (header: string | string[] | undefined) => (typeof header === 'string' ? header.slice(0, 1024) : '');

/** The first language of Accept-Language, when the hit does not say. */
const languageOf = ({ headers }: CollectRequest) => /^[\w-]{2,35}/.exec(textOf(headers['accept-language']))?.[0] ?? '';
