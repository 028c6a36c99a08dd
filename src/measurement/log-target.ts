/** What a line of a log asked for: a page, or something that belongs to one. */
import { pageOf } from './collect.ts';
import type { IgnoredReason } from './contract.ts';

export type Target = {
  path: string;
  query: string;
  /** Of a target that is a whole address (a proxy was asked); else empty. */
  host: string;
  reason: IgnoredReason | null;
};

const assets = new Set(
  (
    'css js mjs map png jpg jpeg gif webp avif svg ico bmp tif tiff woff woff2 ttf otf eot mp3 mp4 m4a m4v m4s ogg ogv oga wav flac webm avi mov wmv flv swf ts m3u8 mpd ' +
    'pdf zip gz tgz bz2 xz 7z rar tar iso dmg exe msi deb rpm apk jar bin doc docx xls xlsx ppt pptx odt ods odp csv epub wasm torrent sig asc md5 sha1 sha256'
  ).split(' '),
);
const data = new Set([
  'txt',
  'xml',
  'json',
  'jsonld',
  'webmanifest',
  'manifest',
  'yml',
  'yaml',
  'ics',
  'vcf',
  'log',
  'conf',
  'ini',
  'sql',
  'env',
  'bak',
  'cfg',
  'py',
  'sh',
  'c',
  'h',
  'patch',
  'diff',
]);
const feeds = new Set(['rss', 'atom', 'rdf', 'rss20', 'rss2']);

/**
 * Judges a request target of the site. A page is what has no extension or that of a document a browser shows; a feed is
 * known by its name, its extension or its query (`?feed=rss2`, `?flav=rss20`).
 */
export function targetOf(target: string, host: string): Target {
  const plain = plainTarget(target);
  if (plain) return { ...plain, host: '', reason: reasonOf(plain.path.toLowerCase(), plain.query.toLowerCase()) };
  const isPath = target.startsWith('/');
  const { path, query, host: named } = pageOf(isPath ? `https://${host}${target}` : target);
  if (path === '') return { path: target.slice(0, 500), query: '', host: '', reason: 'not-a-page' };
  return { path, query, host: isPath ? '' : named, reason: reasonOf(path.toLowerCase(), query.toLowerCase()) };
}

/** Most targets are an address's path and query as they stand: nothing to encode, no dots to resolve, no fragment. */
function plainTarget(target: string): { path: string; query: string } | undefined {
  if (target.length > 1000 || !/^\/(?![/\\])[\w~!$&'()*+,;=:@/%.-]*(?:\?[\w~!$&()*+,;=:@/?%.[\]-]*)?$/.test(target))
    return undefined;
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  if (/\/\.|\/%2e/i.test(path)) return undefined;
  // A question mark with nothing behind it is no query.
  return { path, query: mark < 0 || mark === target.length - 1 ? '' : target.slice(mark) };
}

/** For its test: what is read quickly, and what the standard's parser makes of it. */
export const readBothWays = (target: string) => ({
  quick: plainTarget(target),
  standard: pageOf(`https://example.com${target}`),
});

function reasonOf(path: string, query: string): IgnoredReason | null {
  const last = path.slice(path.lastIndexOf('/') + 1);
  const extension = last.includes('.') ? last.slice(last.lastIndexOf('.') + 1) : '';
  if (assets.has(extension)) return 'asset';
  const isFeed =
    feeds.has(extension) || /^(?:feed|rss|atom)(?:\.xml|\.php)?$/.test(last) || /\/(?:feed|rss|atom)\/?$/.test(path);
  if (isFeed || /[?&](?:feed|format|flav|type)=(?:rss|atom|rdf|feed)/.test(query)) return 'feed';
  return data.has(extension) ? 'not-a-page' : null;
}

/** The reason a status is no page view: 2xx and 304 (the reader saw a page it had kept) are; below 200 nothing was answered. */
export function statusReason(status: number): IgnoredReason | null {
  if ((status >= 200 && status < 300) || status === 304) return null;
  if (status < 200) return 'not-a-page';
  return status < 400 ? 'redirect' : status < 500 ? 'client-error' : 'server-error';
}
