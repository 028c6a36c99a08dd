/**
 * From a request to a row, as a list of named steps in the order in which they run. Each may end the hit with a reason of
 * the closed list; the whole address is used here, in memory, and is in no row.
 */
import type { Agent } from './agent.ts';
import { cached } from './bounded-cache.ts';
import type { CollectBook, IgnoredReason, SiteOfBook } from './contract.ts';
import type { HitInput } from './hit.ts';
import { dayFrom, type LocalTime, wallClock } from './local-time.ts';
import { hitLine, ignoredLine, landingColumns } from './row.ts';
import { sectionFinder } from './section.ts';
import type { VisitorOf } from './visitor.ts';

/** A site with what is worth preparing once per version of the book. */
export type SiteOfCollect = SiteOfBook & {
  /** The start of each of its rows. */
  columns: string;
  wall: (at: number) => LocalTime;
  sectionOf: (path: string) => string;
};

/** One hit while it goes through the steps. */
export type Draft = {
  site: SiteOfCollect;
  input: HitInput;
  at: number;
  agent: Agent;
  prefetch: boolean;
  origin: 'live' | 'ingest' | 'import';
  page: { host: string; path: string; query: string };
};

type Step = { name: IgnoredReason; ends: (draft: Draft) => boolean };

/** What ends a hit, in this order. */
export const steps: readonly Step[] = [
  { name: 'prefetch', ends: ({ prefetch }) => prefetch },
  { name: 'bot', ends: ({ agent }) => agent.bot !== null },
  { name: 'not-a-page', ends: readPage },
];

/** The first step that ends the hit, or null when it counts. Reads the address into `draft.page`. */
export const judged = (draft: Draft): IgnoredReason | null => steps.find(({ ends }) => ends(draft))?.name ?? null;

/** A web page has an http(s) address with a host; `file:`, `about:` and the like are somebody's own copy. */
function readPage(draft: Draft): boolean {
  draft.page = pageOf(draft.input.url);
  if (draft.input.keepsFragment) draft.page = { ...draft.page, path: draft.page.path + fragmentOf(draft.input.url) };
  return draft.page.host === '';
}

/** The fragment with its mark; one that pageOf keeps already (`#!…`) and none are empty. */
function fragmentOf(url: string): string {
  const at = url.indexOf('#');
  return at < 0 || url[at + 1] === '!' || at === url.length - 1 ? '' : url.slice(at, at + 500);
}

const longestPath = 1000;

/** Host, path and query of an address; an empty host when it is no web page. A `#!` route belongs to the path. */
export const pageOf = cached(readPageOf, 10_000);

function readPageOf(address: string): { host: string; path: string; query: string } {
  const url = URL.parse(address);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return { host: '', path: '', query: '' };
  const route = url.hash.startsWith('#!') ? url.hash : '';
  const query = campaignInFragment.test(url.hash) ? `${url.search || '?'}&${url.hash.slice(1)}` : url.search;
  return { host: url.hostname, path: (url.pathname + route).slice(0, longestPath), query };
}

/** Campaign tags may stand behind the `#` (`allowAnchor` of old, and Matomo's default), so that no server sees them. */
const campaignInFragment = /[#?&](?:utm|mtm|pk|piwik|matomo)_\w+=/i;

const halfHour = 30 * 60_000;
const noVisitor = '0';

export type Identity = { ip: string; userAgent: string; country: string; visitorOn: (date: string) => VisitorOf };

/** The row of a hit that counts, as a journal line; the hit's own id is used when it has one, else `hitId`. */
export function countedLine(draft: Draft, identity: Identity, hitId: string): string {
  const { site, at, input, page } = draft;
  const local = site.wall(at);
  const { visitor, visitorBefore } = visitorsOf(site.id, local, identity);
  return lineOf(draft, { local, hitId: input.id || hitId, visitor, visitorBefore, country: identity.country, page });
}

/**
 * The row of a hit whose visitor is named by the caller: no salt, the same hash every day. On an exempt site nobody is known beyond
 * that: nothing is joined with ads, and no returning visitor is told.
 */
export function namedLine(
  draft: Draft,
  { visitor, country, hitId }: { visitor: string; country: string; hitId: string },
): string {
  const { site, at, page } = draft;
  const identified = site.mode === 'consented' ? visitor : noVisitor;
  const named = { ...draft, input: { ...draft.input, identified } };
  return lineOf(named, { local: site.wall(at), hitId, visitor, visitorBefore: noVisitor, country, page });
}

function lineOf(
  { site, at, input, agent, origin }: Draft,
  rest: {
    local: LocalTime;
    hitId: string;
    visitor: string;
    visitorBefore: string;
    country: string;
    page: Draft['page'];
  },
): string {
  const { page } = rest;
  return hitLine(
    {
      ...rest,
      site: site.columns,
      isTold: input.id !== '',
      at,
      hostname: page.host,
      path: page.path,
      section: site.sectionOf(page.path),
      landing: landingColumns(page.host, page.query, input.referrer),
      query: page.query,
      agent,
      origin,
    },
    input,
  );
}

/** The row of a hit that a step ended. */
export function endedLine({ site, at, agent, page, origin }: Draft, reason: IgnoredReason): string {
  return ignoredLine({ site: site.columns, at, local: site.wall(at), reason, bot: agent.bot, path: page.path, origin });
}

/**
 * The visitor under the salt of the hit's day and, in the first 30 minutes of a day, under that of the day before: with it
 * a visit goes on over midnight.
 */
export function visitorsOf(
  siteId: string,
  local: LocalTime,
  { ip, userAgent, visitorOn }: Identity,
): { visitor: string; visitorBefore: string } {
  const isYoung = local.ms % 86_400_000 < halfHour;
  return {
    visitor: visitorOn(local.date)(siteId, ip, userAgent),
    visitorBefore: isYoung ? visitorOn(dayFrom(local.date, -1))(siteId, ip, userAgent) : noVisitor,
  };
}

/** The sites of a book by domain and number; each is prepared when it is first asked for. */
export type SiteIndex = {
  byDomain(domain: string): SiteOfCollect | undefined;
  byNumber(number: number): SiteOfCollect | undefined;
};

export function siteIndex(book: CollectBook, walls: (zone: string) => SiteOfCollect['wall']): SiteIndex {
  const domains = new Map(book.sites.map((site) => [site.domain.toLowerCase(), site]));
  const numbers = new Map(book.sites.map((site) => [site.number, site]));
  const prepared = new Map<string, SiteOfCollect>();

  function prepare(site: SiteOfBook | undefined): SiteOfCollect | undefined {
    if (!site) return undefined;
    const known = prepared.get(site.id) ?? prepareSite(site, walls);
    prepared.set(site.id, known);
    return known;
  }

  return {
    byDomain(domain) {
      const exact = domains.get(domain);
      if (exact) return prepare(exact);
      const name = domain.trim().toLowerCase();
      return prepare(domains.get(name) ?? domains.get(name.replace(/^www\./, '')));
    },
    byNumber: (number) => prepare(numbers.get(number)),
  };
}

export const prepareSite = (
  site: SiteOfBook,
  walls: (zone: string) => SiteOfCollect['wall'] = wallClock,
): SiteOfCollect => ({
  ...site,
  columns: `"org_id":${JSON.stringify(site.org_id)},"site_id":${JSON.stringify(site.id)}`,
  wall: walls(site.time_zone),
  sectionOf: sectionFinder(site.sections),
});
