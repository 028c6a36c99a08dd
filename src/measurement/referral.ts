/** What a referrer says: the site itself, a search with its words, an AI assistant, a social network, a mailbox, another website. */
import { getDomain } from 'tldts';
import { aiAssistants, socialNetworks } from './lists.ts';
import { engineNamed, searchOf } from './search-engine.ts';
import { furtherHosts, shoppingEngines, type SourceKind, videoNetworks, writtenNames } from './source-names.ts';

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

/**
 * Classifies a referrer, in this order: the site itself (same registrable domain: no source), search, AI assistant,
 * social network and other known hosts, website. `ownHost` is the host of the page that was visited.
 */
export function referralOf(referrer: string, ownHost: string): Referral {
  const url = referrer === '' ? null : URL.parse(referrer);
  if (!url || !/^(?:https?|android-app|ios-app):$/.test(url.protocol) || url.hostname === '') return noReferral;

  const host = url.hostname.toLowerCase().replace(/\.$/, '');
  if (sameSite(host, ownHost)) return noReferral;

  const shown = host.replace(/^www\./, '');
  const path = url.pathname === '/' ? '' : url.pathname;
  const said = { referrer: (shown + path).slice(0, 500), search_term: '' };

  const search = searchOf(url);
  if (search) return { ...said, ...knownEngine(search.engine), search_term: search.term };

  const known = knownHost(host, path);
  return known ? { ...said, kind: known.kind, source: known.name } : { ...said, kind: 'website', source: shown };
}

/** What people mean by a `utm_source` value: a known name or host where it is one, else the value as it is. */
export function sourceWritten(written: string): { source: string; kind: SourceKind } {
  const value = written.trim().toLowerCase();
  const name = (writtenNames[value] ?? value).toLowerCase();

  const known = names.get(name) ?? names.get(name.replace(/\.(?:com|fr|org|net|ai|io)$/, '')) ?? knownHost(name, '');
  if (known) return { source: known.name, kind: known.kind };

  const engine = engineNamed(name);
  return engine ? knownEngine(engine) : { source: written.trim(), kind: 'website' };
}

/** Whether two hosts belong to one site: equal, or of one registrable domain (public-suffix list, private part included). */
export function sameSite(host: string, other: string): boolean {
  if (host === other) return true;
  const domain = getDomain(host, { allowPrivateDomains: true });
  return domain !== null && domain === getDomain(other, { allowPrivateDomains: true });
}

// Some assistants are in the list of search engines too, for the words they hand over: they stay assistants.
const knownEngine = (source: string): { source: string; kind: SourceKind } => ({
  source,
  kind: Object.hasOwn(aiAssistants, source) ? 'ai' : shoppingEngines.has(source) ? 'shopping' : 'search',
});

/** The host or the nearest of its parents that is known; a listed path (`x.com/i/grok`) goes first. */
function knownHost(host: string, path: string): Known | undefined {
  const withPath = path === '' ? undefined : hosts.get(host.replace(/^www\./, '') + path);
  if (withPath) return withPath;
  for (let name = host; name.includes('.'); name = name.slice(name.indexOf('.') + 1)) {
    const known = hosts.get(name);
    if (known) return known;
  }
  return undefined;
}
