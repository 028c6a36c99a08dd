/**
 * Creatives that are pages of their own: HTML5 bundles and third parties' tags. They come from under `/creatives/HASH/`, in an
 * origin of nobody (a sandbox without same-origin), with the click address of the decision filled in.
 */
import { readFile } from 'node:fs/promises';
import { fillMacros, fillPatterns, Html5Content } from '#creatives/contract';
import { type HttpRequest, type HttpResponse, Refusal } from '#platform';
import type { Book, BookCreative } from './contract.ts';
import { decodePart, openToAll, send } from './http-io.ts';

export type Bundle = {
  creative: BookCreative;
  entry: string;
  files: ReadonlyMap<string, { hash: string; media_type: string }>;
  clickTags: readonly string[];
};

/** Undefined for creatives that are no page. */
export function bundleOf(creative: BookCreative): Bundle | undefined {
  const { kind, file_hash, content } = creative;
  if (file_hash === null) return undefined;
  if (kind === 'tag') {
    const page = { hash: file_hash, media_type: 'text/html; charset=utf-8' };
    return { creative, entry: 'index.html', files: new Map([['index.html', page]]), clickTags: [] };
  }
  if (kind !== 'html5') return undefined;
  const read = Html5Content.safeParse(content);
  if (!read.success) return undefined;
  const { entry, files, click_tags: clickTags } = read.data;
  return { creative, entry, clickTags, files: new Map(files.map((file) => [file.path, file])) };
}

/** Hashes of all files that an edge serves from this book. */
export const filesOfBook = ({ creatives }: Pick<Book, 'creatives'>): string[] => [
  ...new Set(
    creatives.flatMap((creative) => [
      ...(creative.file_hash === null ? [] : [creative.file_hash]),
      ...(bundleOf(creative)
        ?.files.values()
        .map(({ hash }) => hash) ?? []),
    ]),
  ),
];

/** Path of the page under the edge. */
export const bundlePath = ({ creative, entry }: Bundle): string =>
  `/creatives/${creative.file_hash}/${encodeURIComponent(entry)}`;

const sandbox = 'allow-scripts allow-popups allow-popups-to-escape-sandbox';

/** What the frame around a page of that kind allows; a tag may hold a form, which never leaves its own frame. */
export const sandboxOf = ({ kind }: BookCreative): string => (kind === 'tag' ? `${sandbox} allow-forms` : sandbox);

/** An HTML5 creative brings all it needs; a tag is the third party's, and loads from wherever it says. */
const policyOf = (creative: BookCreative, base: string): string =>
  creative.kind === 'tag'
    ? `default-src * data: blob: 'unsafe-inline' 'unsafe-eval'; object-src 'none'; base-uri 'none'; sandbox ${sandboxOf(creative)}`
    : `default-src ${base} data: blob: 'unsafe-inline' 'unsafe-eval'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-src 'none'; sandbox ${sandboxOf(creative)}`;

export type BundleSources = {
  bundle: (hash: string) => Bundle | undefined;
  files: { path(hash: string): string };
  base: string;
  random: () => number;
};

/** Answers `/creatives/HASH/PATH`. Throws not-found. */
export async function serveBundle(
  { bundle: bundleOfHash, files, base, random }: BundleSources,
  request: HttpRequest,
  response: HttpResponse,
): Promise<void> {
  const url = URL.parse(request.url ?? '', 'http://edge');
  const [, , hash = '', ...parts] = (url?.pathname ?? '').split('/');
  const bundle = bundleOfHash(hash);
  const path = decodePart(parts.join('/'), 'path');
  const file = bundle?.files.get(path);
  const content = file && (await readFile(files.path(file.hash)).catch(() => undefined));
  if (!bundle || !file || !content) throw new Refusal('not-found', 'There is no such file of a creative.');
  const isEntry = path === bundle.entry;
  const headers = {
    ...openToAll,
    'content-type': file.media_type,
    'cache-control': isEntry ? 'no-store' : 'public, max-age=31536000, immutable',
    'content-security-policy': policyOf(bundle.creative, base),
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'cross-origin',
    'referrer-policy': 'origin',
  };
  if (!isEntry) return send(response, 200, headers, content);
  const asked = url?.searchParams.get('clickTag') ?? '';
  const click = clickOf(asked, base);
  const page = content.toString('utf8');
  const how = { click: click ?? bundle.creative.landing_url, clickTags: bundle.clickTags };
  const filled =
    bundle.creative.kind === 'tag'
      ? // What follows the macro in the snippet becomes the address that the click asks to lead to.
        fillMacros(fillPatterns(page, url?.searchParams.get('kv') ?? undefined), {
          click: click === undefined ? '' : click + (click.startsWith(`${base}/c/`) ? '?u=' : '%3Fu%3D'),
          random: String(Math.floor(random() * 1e12)),
        })
      : withClickTag(page, how);
  send(response, 200, headers, filled);
}

/** Only a click address of this edge is taken, or another ad server's that ends with one: the click is counted here in any case. */
function clickOf(asked: string, base: string): string | undefined {
  const ours = `${base}/c/`;
  if (asked.startsWith(ours)) return /^[\w.~-]+$/.test(asked.slice(ours.length)) ? asked : undefined;
  const at = asked.lastIndexOf(encodeURIComponent(ours));
  const isPassed = at > 0 && /^[\w.~-]+$/.test(asked.slice(at + encodeURIComponent(ours).length));
  return isPassed && /^https?:\/\/[^\s"'<>\\]+$/i.test(asked) && asked.length <= 4096 ? asked : undefined;
}

/**
 * The page with its click tags set before any of its scripts runs, whatever the scripts then assign to them. A page that knows
 * no click tag leads to the landing page wherever it is clicked.
 */
export function withClickTag(page: string, how: { click: string; clickTags: readonly string[] }): string {
  const { click, clickTags } = how;
  const json = (value: unknown) => JSON.stringify(value).replaceAll('<', '\\u003c');
  const fallback =
    clickTags.length > 0 ? '' : 'addEventListener("click",e=>{e.preventDefault();e.stopPropagation();open(u)},true);';
  const script = `<script>(()=>{const u=${json(click)};self.vigieClickTag=u;for(const n of ${json(clickTags)})Object.defineProperty(self,n,{get:()=>u,set(){},configurable:true});${fallback}})()</script>`;
  const start = page.slice(0, 65_536);
  const before =
    /<head\b[^>]{0,1000}>/i.exec(start) ??
    /<html\b[^>]{0,1000}>/i.exec(start) ??
    /<!doctype\b[^>]{0,1000}>/i.exec(start);
  const at = before ? before.index + before[0].length : 0;
  return page.slice(0, at) + script + page.slice(at);
}

/**
 * Where a click leads: to the landing page. A tag may name an address of its own (`?u=`, after its click macro) on the landing
 * page's host or on one that the creative lists, so that the third party counts its click too; nowhere else.
 */
export function landingOf({ kind, landing_url, content }: BookCreative, requestUrl: string): string {
  const from = requestUrl.indexOf('?u=');
  if (kind !== 'tag' || from === -1) return landing_url;
  const raw = requestUrl.slice(from + 3);
  let asked: URL | null = null;
  try {
    asked = URL.parse(/^https?%3a/i.test(raw) ? decodeURIComponent(raw) : raw);
  } catch {
    return landing_url;
  }
  if (!asked || !/^https?:$/.test(asked.protocol) || asked.username !== '') return landing_url;
  const listed = content?.['click_hosts'];
  const hosts = [URL.parse(landing_url)?.hostname, ...(Array.isArray(listed) ? listed : [])];
  const { hostname, href } = asked;
  const isKnown = hosts.some(
    (host) => typeof host === 'string' && (hostname === host || hostname.endsWith(`.${host}`)),
  );
  return isKnown ? href : landing_url;
}
