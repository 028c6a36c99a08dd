/** An HTML5 creative read from its zip: its page, its size, its click tags. */
import { gzipSync } from 'node:zlib';
import { Refusal, type FileStore } from '#platform';
import type * as z from 'zod';
import type { Html5Content } from './creative-content.ts';
import { type Unzipped, unzipBundle } from './unzip-bundle.ts';

export type Bundle = {
  content: z.infer<typeof Html5Content>;
  /** Pixels, by `<meta name="ad.size">`; null when it says nothing. */
  size: { width: number; height: number } | null;
};

const refuse = (why: string): never => {
  throw new Refusal('bad-input', `file: ${why}.`, { field: 'file' });
};

/** Unpacks, finds the page, and stores every file by its hash, unless `check` refuses its size. Throws bad-input naming `file`. */
export async function readBundle(
  files: FileStore,
  zip: Buffer,
  check: (size: Bundle['size']) => void = () => undefined,
): Promise<Bundle> {
  const unzipped = withoutCommonFolder(await unzipBundle(zip));
  const entry = entryOf(unzipped);
  const page = unzipped.find(({ path }) => path === entry)?.bytes.toString('utf8') ?? '';
  const size = adSizeOf(page);
  check(size);
  const stored = [];
  for (const { path, bytes, media_type } of unzipped) {
    const served = isCode(media_type) ? Buffer.from(openClickTags(bytes.toString('utf8'))) : bytes;
    const { hash } = await files.put(served);
    stored.push({ path, hash, media_type, bytes: bytes.length, gzip_bytes: weightOnTheWay(served, media_type) });
  }
  const code = unzipped.filter(({ media_type }) => isCode(media_type)).map(({ bytes }) => bytes.toString('utf8'));
  const ad_size = size && `${size.width}x${size.height}`;
  return { content: { entry, files: stored, click_tags: clickTagsOf(code.join('\n')), ad_size }, size };
}

const isCode = (mediaType: string) => /^text\/(html|javascript)/.test(mediaType);

/** Texts travel compressed; pictures, fonts and films already are. */
const weightOnTheWay = (bytes: Buffer, mediaType: string): number =>
  /^text\/|json|xml/.test(mediaType) ? Math.min(bytes.length, gzipSync(bytes).length) : bytes.length;

/** Many archivers put everything in one folder named like the zip. */
function withoutCommonFolder(files: Unzipped[]): Unzipped[] {
  const [first] = files;
  if (!first) return refuse('the zip is empty');
  const folder = first.path.slice(0, first.path.indexOf('/') + 1);
  if (folder === '' || !files.every(({ path }) => path.startsWith(folder))) return files;
  return withoutCommonFolder(files.map((file) => ({ ...file, path: file.path.slice(folder.length) })));
}

function entryOf(files: readonly Unzipped[]): string {
  const pages = files.map(({ path }) => path).filter((path) => /^[^/]+\.html?$/i.test(path));
  const index = pages.find((path) => /^index\.html?$/i.test(path));
  const [only, ...others] = pages;
  if (index) return index;
  if (only && others.length === 0) return only;
  return refuse('the zip has no index.html');
}

/** `<meta name="ad.size" content="width=300,height=250">`, as Google Ad Manager reads it. */
export function adSizeOf(html: string): { width: number; height: number } | null {
  // It stands in the head: looking no further keeps the time of the look bounded.
  for (const [tag] of html.slice(0, 65_536).matchAll(/<meta\b[^>]{0,1000}>/gi)) {
    if (!/\bname\s*=\s*["']?ad\.size["'\s/>]/i.test(tag)) continue;
    const width = Number(/width\s*=\s*(\d{1,5})/i.exec(tag)?.[1]);
    const height = Number(/height\s*=\s*(\d{1,5})/i.exec(tag)?.[1]);
    if (width >= 1 && height >= 1 && width <= 10_000 && height <= 10_000) return { width, height };
  }
  return null;
}

const clickTag = /\bclick_?tag\d{0,2}\b/gi;

/** Names such as `clickTag`, `clickTAG`, `clickTag2`, each once as written. */
const clickTagsOf = (code: string): string[] => [
  ...new Set([...code.matchAll(clickTag)].map(([name]) => name).slice(0, 1000)),
];

/** A constant cannot be set from outside: its address stands only where nobody gave another. */
const openClickTags = (code: string): string =>
  code.replace(
    /\b((?:let|const)\s+click_?tag\d{0,2}\s*=\s*)("[^"\n]*"|'[^'\n]*'|`[^`$\n]*`)/gi,
    '$1(self.vigieClickTag||$2)',
  );
