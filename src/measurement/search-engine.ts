/**
 * Search engines by address, with the words typed where the engine still hands them over. The rules of a list entry are
 * those of matomo-org/searchengine-and-social-list: `{}` in a host is a country code, a parameter between slashes is a
 * regular expression, an address that fits `hiddenkeyword` is a search whose words are withheld. Beyond the list: most
 * browsers send the origin only, so an engine's bare origin is such a search too, and so is its own link counter.
 */
import { type EngineBlock, searchEngines } from './lists.ts';
import { percentDecoded } from './percent-decoded.ts';
import { furtherEngines } from './source-names.ts';

export type Search = {
  engine: string;
  /** As typed, spaces collapsed; empty when the engine withholds it. */
  term: string;
};

type Entry = { engine: string; names: string[]; patterns: RegExp[]; hidden: (string | RegExp)[]; charsets: string[] };

const isPattern = (text: string) => text.length > 2 && text.startsWith('/') && text.endsWith('/');
const patternOf = (text: string) => new RegExp(text.slice(1, -1));

const entryOf = (engine: string, block: EngineBlock): Entry => ({
  engine,
  names: block.params.filter((param) => !isPattern(param)),
  patterns: block.params.filter(isPattern).map(patternOf),
  hidden: block.hiddenkeyword.map((text) => (isPattern(text) ? patternOf(text) : text)),
  charsets: block.charsets.map((name) => encodings[name.toLowerCase()] ?? name).filter((name) => name !== 'utf-8'),
});

/** Names of the list that the Encoding standard knows under another one. */
const encodings: Record<string, string> = { ms932: 'shift_jis', gb2312: 'gbk', 'utf-8': 'utf-8' };

/** What stands before the name of an engine's host in every country. */
const prefix = /^(?:w+\d*|search)\./;

/** Paths by which engines count the clicks on their results before they pass the reader on. */
const linkCounters = /^\/(?:link|url|clck\/\w+|ck\/a|aclk)$/;

const entries = new Map<string, Entry>();
const further = furtherEngines.map(({ name, ...block }) => ({
  name,
  blocks: [{ hiddenkeyword: [], charsets: [], ...block }],
}));
for (const { name, blocks } of [...searchEngines, ...further]) {
  for (const block of blocks) {
    const entry = entryOf(name, block);
    for (const url of block.urls) {
      const place = url.replace(/\/$/, '');
      // A wildcard is looked up without the prefix that `withoutCountry` takes away.
      entries.set(place.includes('{}') ? place.replace(prefix, '') : place, entry);
    }
  }
}

/** The search that led here, or undefined when the address is no result page of a known engine. */
export function searchOf(referrer: URL): Search | undefined {
  const entry = entryFor(referrer.hostname, referrer.pathname.replace(/\/$/, ''));
  if (!entry) return undefined;

  const term = termIn(referrer, entry);
  if (term !== '') return { engine: verticalOf(entry.engine, referrer), term };

  const address = referrer.pathname + referrer.search + referrer.hash;
  const withheld =
    (referrer.pathname.length <= 1 && referrer.search === '' && referrer.hash === '') ||
    linkCounters.test(referrer.pathname) ||
    entry.hidden.some((rule) =>
      typeof rule === 'string' ? rule === address || rule === referrer.pathname : rule.test(address),
    );
  return withheld ? { engine: verticalOf(entry.engine, referrer), term: '' } : undefined;
}

const verticals: Readonly<Record<string, string>> = {
  isch: 'Google Images',
  shop: 'Google Shopping',
  vid: 'Google Video',
  nws: 'Google News',
};

/** Google's special searches share one address; `tbm` tells them apart. */
const verticalOf = (engine: string, { search }: URL): string =>
  engine === 'Google' ? (verticals[valueOf(search.slice(1), 'tbm')] ?? engine) : engine;

/** The engine whose name or main host people wrote (`google`, `google.com`), for `utm_source`. */
export function engineNamed(written: string): string | undefined {
  return engineNames.get(written) ?? entryFor(written, '')?.engine;
}

const engineNames = new Map([...searchEngines, ...further].map(({ name }) => [name.toLowerCase(), name]));

function entryFor(host: string, path: string): Entry | undefined {
  const lossy = withoutCountry(host);
  return (
    (path === '' ? undefined : (entries.get(host + path) ?? entries.get(lossy + path))) ??
    entries.get(host) ??
    entries.get(lossy) ??
    entries.get(host.startsWith('www.') ? host.slice(4) : `www.${host}`)
  );
}

/** `www.google.co.uk` → `google.{}`, `fr.search.yahoo.com` → `{}.search.yahoo.com`, `www.bing.com` → `bing.com`. */
function withoutCountry(host: string): string {
  return host
    .replace(prefix, '')
    .replace(/(^|\.)m\./, '$1')
    .replace(/(?:\.(?:com|org|net|co|it|edu))?\.[a-z]{2}$/, '.{}')
    .replace(/(^|\.)[a-z]{2}\./, '$1{}.');
}

function termIn(referrer: URL, entry: Entry): string {
  // The fragment too: some engines keep the words there (`/#q=words`).
  const fragment = referrer.hash.slice(1);
  const parts = [referrer.search.slice(1), fragment.slice(fragment.indexOf('?') + 1)];
  for (const name of entry.names) {
    for (const part of parts) {
      const term = decoded(valueOf(part, name), entry.charsets);
      if (term !== '') return term;
    }
  }
  const advanced = entry.engine === 'Google' ? advancedTerm(parts[0] ?? '') : '';
  if (advanced !== '') return advanced;
  const address = referrer.pathname + referrer.search + referrer.hash;
  for (const pattern of entry.patterns) {
    const term = decoded(pattern.exec(address)?.[1] ?? '', entry.charsets);
    if (term !== '') return term;
  }
  // Google Images: the words are in the address of the result page, itself a parameter.
  const previous = entry.engine === 'Google Images' ? decoded(valueOf(parts[0] ?? '', 'prev'), []) : '';
  return previous === '' ? '' : decoded(valueOf(previous.split('?')[1] ?? '', 'q'), []);
}

/** The words of Google's advanced search form, written as they would be typed. */
function advancedTerm(query: string): string {
  const said = (name: string) => decoded(valueOf(query, name), []);
  const [all, phrase, any, none] = [said('as_q'), said('as_epq'), said('as_oq'), said('as_eq')];
  return [all, phrase && `"${phrase}"`, any.replaceAll(' ', ' OR '), none && `-${none}`]
    .filter((part) => part !== '')
    .join(' ');
}

/** The raw (still encoded) value of a parameter; empty when absent. */
function valueOf(query: string, name: string): string {
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=');
    if (equals > 0 && pair.slice(0, equals) === name) return pair.slice(equals + 1);
  }
  return '';
}

const decoded = (raw: string, charsets: string[]): string => tidy(percentDecoded(raw, charsets));

// Control characters and runs of spaces become one space; 300 characters are kept.
const tidy = (text: string) =>
  text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 300);
