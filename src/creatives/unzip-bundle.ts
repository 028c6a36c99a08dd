/** The files of a zip, out of reach of its tricks: nothing is written to disk, and every size is known before it is read. */
import { buffer } from 'node:stream/consumers';
import { Refusal } from '#platform';
import yauzl from 'yauzl';
import { codeBytes, refuseBomb, refuseHostile, refusePolyglot } from './hostile.ts';

export type Unzipped = { path: string; bytes: Buffer; media_type: string };

/** Bounds of one HTML5 creative. IAB asks for 10 requests and 150–250 kB at first load: these only keep the machine safe. */
export const bundleLimits = { files: 200, fileBytes: 8 * 1024 * 1024, totalBytes: 24 * 1024 * 1024, pathLength: 200 };

const mediaTypes: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  htm: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  mjs: 'text/javascript; charset=utf-8',
  json: 'application/json',
  txt: 'text/plain; charset=utf-8',
  xml: 'application/xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  svg: 'image/svg+xml',
  woff: 'font/woff',
  woff2: 'font/woff2',
  ttf: 'font/ttf',
  otf: 'font/otf',
  mp4: 'video/mp4',
  webm: 'video/webm',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
};

const refuse = (why: string): never => {
  throw new Refusal('bad-input', `file: ${why}.`, { field: 'file' });
};

export const isZip = (bytes: Buffer): boolean => /^PK(\x03\x04|\x05\x06)/.test(bytes.toString('latin1', 0, 4));

/** What archivers and desktops leave behind. */
const isLitter = (path: string) => /(^|\/)(__MACOSX|\.DS_Store|Thumbs\.db|desktop\.ini|\.git)(\/|$)/i.test(path);

/** The media type of a file that a creative may hold, by its name; undefined for any other. */
const mediaTypeOf = (path: string) => mediaTypes[/\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? ''];

/**
 * Reads a zip of at most `bundleLimits`. Throws bad-input, naming `file`, at the first entry that is a link, encrypted, an
 * archive, of an unknown type, twice there, outside the zip, or larger than it says.
 */
export async function unzipBundle(zip: Buffer): Promise<Unzipped[]> {
  if (!isZip(zip)) return refuse('must be a zip with the pages of an HTML5 creative');
  try {
    return await filesOf(zip);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const why = error instanceof Error ? error.message : '';
    if (/relative path|absolute path|invalid characters/i.test(why))
      return refuse('the zip holds a path that leads outside of it');
    return refuse('the zip is damaged or not an ordinary zip');
  }
}

/** What a file of a bundle must not be. */
function refuseContent(bytes: Buffer, mediaType: string, name: string): void {
  if (/^(image\/(?!svg)|video\/|audio\/)/.test(mediaType)) {
    refusePolyglot(bytes, name);
    return refuseBomb(bytes, name);
  }
  if (!/^text\/|svg|json|xml/.test(mediaType)) return;
  if (bytes.length > codeBytes) return refuse(`${name} holds more than ${codeBytes / 1024 / 1024} MB of text`);
  refuseHostile(bytes.toString('utf8'), name);
}

async function filesOf(zip: Buffer): Promise<Unzipped[]> {
  const archive = await yauzl.fromBufferPromise(zip, { strictFileNames: true });
  const { files, fileBytes, totalBytes, pathLength } = bundleLimits;
  // A folder and what a desktop leaves behind are entries too.
  if (archive.entryCount > files * 4) return refuse(`the zip has more than ${files} files`);
  const kept = new Map<string, Unzipped>();
  let total = 0;
  for await (const entry of archive.eachEntry()) {
    const path = entry.fileName;
    const name = JSON.stringify(path.slice(0, 80));
    // Upper half of the attributes: the mode of Unix, of which the upper four bits are the kind of file.
    const mode = (entry.externalFileAttributes >>> 16) & 0xf000;
    if (mode === 0xa000) return refuse(`${name} in the zip is a link, not a file`);
    if (path.endsWith('/') || isLitter(path)) continue;
    if (mode !== 0 && mode !== 0x8000) return refuse(`${name} in the zip is not an ordinary file`);
    if (entry.isEncrypted()) return refuse('the zip is encrypted');
    if (path.length > pathLength) return refuse(`a path in the zip is longer than ${pathLength} characters`);
    if (/\p{Cc}/u.test(path)) return refuse('a path in the zip holds control characters');
    if (/\.(zip|rar|7z|gz|tgz|tar|bz2|xz|jar)$/i.test(path)) return refuse(`${name} in the zip is an archive itself`);
    const media_type = mediaTypeOf(path);
    if (!media_type) return refuse(`${name} in the zip is not a type of file that a creative may hold`);
    if (kept.has(path)) return refuse(`${name} is twice in the zip`);
    if (kept.size === files) return refuse(`the zip has more than ${files} files`);
    total += entry.uncompressedSize;
    if (entry.uncompressedSize > fileBytes)
      return refuse(`${name} in the zip is larger than ${fileBytes / 1024 / 1024} MB`);
    if (total > totalBytes) return refuse(`the zip unpacks to more than ${totalBytes / 1024 / 1024} MB`);
    // yauzl stops a stream that is longer or shorter than its entry says.
    const bytes = await buffer(await archive.openReadStreamPromise(entry));
    if (isZip(bytes)) return refuse(`${name} in the zip is an archive itself`);
    kept.set(path, { path, bytes, media_type });
  }
  for (const { path, bytes, media_type } of kept.values())
    refuseContent(bytes, media_type, `${JSON.stringify(path.slice(0, 80))} in the zip`);
  return [...kept.values()];
}
