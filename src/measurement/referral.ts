/** What a referrer says: the site itself, a search with its words, an AI assistant, a social network, a mailbox, another website. */
import { getDomain, getDomainWithoutSuffix } from 'tldts';
import { aiAssistants, ga4Sources, socialNetworks } from './lists.ts';
import { engineNamed, searchOf } from './search-engine.ts';
import {
  furtherAssistants,
  furtherHosts,
  mailProviders,
  mastodonServers,
  shoppingEngines,
  type SourceKind,
  videoNetworks,
  writtenNames,
} from './source-names.ts';

export type Referral = {
  kind: SourceKind;
  /** Name of the engine, network or assistant; else the host without `www.`; empty for none. */
  source: string;
  search_term: string;
  /** Host and path, no query (it may carry personal data); empty for none. */
  referrer: string;
};

export const noReferral: Referral = { kind: 'none', source: '', search_term: '', referrer: '' };

type Known = { name: string; kind: SourceKind };

const hosts = new Map<string, Known>();
const names = new Map<string, Known>();
for (const [listed, urls] of Object.entries(socialNetworks)) {
  const name = decodeURIComponent(listed);
  const known: Known = { name, kind: videoNetworks.has(name) ? 'video' : 'social' };
  names.set(name.toLowerCase(), known);
  for (const url of urls) hosts.set(url, known);
}
for (const [name, urls] of Object.entries(aiAssistants)) {
  names.set(name.toLowerCase(), { name, kind: 'ai' });
  for (const url of urls) hosts.set(url, { name, kind: 'ai' });
}
for (const [host, known] of Object.entries(furtherHosts)) {
  hosts.set(host, known);
  names.set(known.name.toLowerCase(), known);
}
for (const [name, addresses] of Object.entries(furtherAssistants)) {
  names.set(name.toLowerCase(), { name, kind: 'ai' });
  for (const host of addresses) hosts.set(host, { name, kind: 'ai' });
}

/** The kind that Google Analytics gives to a source, by its name or host in lower case. */
const listedKinds = new Map<string, SourceKind>();
for (const kind of ['search', 'social', 'shopping', 'video'] as const)
  for (const source of ga4Sources[kind]) listedKinds.set(source, kind);

/**
 * Classifies a referrer, in this order: the site itself (same registrable domain: no source), search, AI assistant,
 * social network and other known hosts, website. `ownHost` is the host of the page that was visited.
 */
export function referralOf(referrer: string, ownHost: string): Referral {
  const url = referrer === '' ? null : URL.parse(withScheme(referrer));
  if (!url || !/^(?:https?|android-app|ios-app):$/.test(url.protocol) || url.hostname === '') return noReferral;

  const host = url.hostname.toLowerCase().replace(/\.$/, '');
  if (sameSite(host, ownHost)) return noReferral;

  const shown = host.replace(/^www\./, '');
  const path = url.pathname === '/' ? '' : url.pathname;
  const said = { referrer: (shown + path).slice(0, 500), search_term: '' };

  const search = searchOf(url);
  if (search) return { ...said, ...asListed(host, knownEngine(search.engine)), search_term: search.term };

  const known = knownHost(host, path);
  if (known) return { ...said, ...asListed(host, { kind: known.kind, source: known.name }) };
  return { ...said, ...listedHost(host, shown) };
}

/** Some pages and logs hand over the referrer without its scheme. */
const withScheme = (referrer: string) =>
  /^(?:\/\/)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:[/?#]|$)/i.test(referrer)
    ? `https://${referrer.replace(/^\/\//, '')}`
    : referrer;

/** What people mean by a `utm_source` value: a known name or host where it is one, else the value as it is. */
export function sourceWritten(written: string): Sourced {
  const value = written
    .trim()
    .toLowerCase()
    .replace(/^(?:https?:)?\/\/|\/+$/g, '');
  const name = (writtenNames[value] ?? value).toLowerCase();

  const known = names.get(name) ?? names.get(name.replace(/\.(?:com|fr|org|net|ai|io)$/, '')) ?? knownHost(name, '');
  if (known) return asListed(value, { source: known.name, kind: known.kind });

  const engine = engineNamed(name);
  if (engine) return asListed(value, knownEngine(engine));
  return listedHost(value, written.trim());
}

type Sourced = { source: string; kind: SourceKind };

/** Google Analytics' list decides between its own four kinds; mailboxes and assistants are none of them. */
function asListed(place: string, { source, kind }: Sourced): Sourced {
  const listed = listedKinds.get(place.replace(/^www\./, ''));
  return { source, kind: listed === undefined || kind === 'ai' || kind === 'email' ? kind : listed };
}

/** A place that Vigie's own lists do not know: its kind by Google Analytics' list (a member's page of a social platform counts as the platform). */
function listedHost(place: string, shown: string): Sourced {
  const bare = place.replace(/^www\./, '');
  const domain = getDomain(bare);
  if (domain !== bare && webmail.test(bare)) return { source: mailProviders[domain ?? ''] ?? shown, kind: 'email' };
  if (mastodonServers.test(bare)) return { source: 'Mastodon', kind: 'social' };
  const label = getDomainWithoutSuffix(bare);
  const engine = label === null ? undefined : engineNamed((writtenNames[label] ?? label).toLowerCase());
  let kind = listedKinds.get(bare);
  if (domain !== null && domain !== bare && listedKinds.get(domain) === 'social') kind ??= 'social';
  // Any page of an engine that is listed by its name alone (`google`), on whichever of its domains.
  if (domain === bare && label !== null && label === engine?.toLowerCase()) kind ??= listedKinds.get(label);
  if (kind === undefined) return { source: shown, kind: 'website' };
  // An engine's portal (`yahoo.com`, `seznam.cz`) goes by the name of the engine.
  return { source: (kind === 'search' ? engine : undefined) ?? shown, kind };
}

/** Mailboxes read in a browser, by the usual names of their hosts. */
const webmail =
  /(?:^|\.)(?:web-?mail\w*|e?mail\d*|roundcube\d*|zimbra\d*|owa|horde|messagerie[-\d]*|courriel)\.[^.]+\./;

/** Whether two hosts belong to one site: equal, or of one registrable domain (public-suffix list, private part included). */
export function sameSite(host: string, other: string): boolean {
  if (host === other) return true;
  const domain = getDomain(host, { allowPrivateDomains: true });
  return domain !== null && domain === getDomain(other, { allowPrivateDomains: true });
}

// Some assistants are in the list of search engines too, for the words they hand over: they stay assistants.
const knownEngine = (source: string): Sourced => ({
  source,
  kind: Object.hasOwn(aiAssistants, source) ? 'ai' : shoppingEngines.has(source) ? 'shopping' : 'search',
});

/** The host or the nearest of its parents that is known; a listed path (`x.com/i/grok`) goes first. */
function knownHost(host: string, path: string): Known | undefined {
  if (path !== '') {
    const bare = host.replace(/^www\./, '');
    const [first = '', second = ''] = path.slice(1).split('/');
    const placed = hosts.get(`${bare}/${first}/${second}`) ?? hosts.get(`${bare}/${first}`);
    if (placed) return placed;
  }
  for (let name = host; name.includes('.'); name = name.slice(name.indexOf('.') + 1)) {
    const known = hosts.get(name);
    if (known) return known;
  }
  return undefined;
}
