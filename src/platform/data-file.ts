/** Files that people bring: plain, gzipped, or a zip of several. Opened as often as needed, read as a stream, with bounds against bombs. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import yauzl from 'yauzl';
import { Refusal } from './refusal.ts';

export type DataFile = {
  name: string;
  /** The bytes, unpacked; may be asked for several times. */
  chunks(): AsyncIterable<Buffer>;
};

/** What a caller hands over: bytes in memory (an upload) or a path on this machine. */
export type Brought = { name: string; bytes: Buffer } | { path: string };

/** Entries of one zip, and unpacked bytes of one file on this machine and of one that came over the network: far above any export, far below what fills a disk. */
const limits = { entries: 500, bytes: 8 * 1024 ** 3, uploaded: 1024 ** 3 };

const litter = /(^|\/)(__MACOSX|\.DS_Store|Thumbs\.db|desktop\.ini)/i;

/**
 * The files in what was brought, in the order of their names; zips are opened one level deep.
 * Throws a Refusal naming the file when it cannot be read or is damaged.
 */
export async function openDataFiles(brought: readonly Brought[]): Promise<DataFile[]> {
  const files: DataFile[] = [];
  for (const one of brought) files.push(...(await filesOf(one)));
  return files;
}

async function filesOf(one: Brought): Promise<DataFile[]> {
  const name = 'path' in one ? basename(one.path) : one.name;
  const head = await headOf(one).catch(() => {
    throw new Refusal('bad-input', `${name}: cannot be read.`, { field: 'file' });
  });
  if (/^PK(\x03\x04|\x05\x06)/.test(head.toString('latin1'))) return zipEntries(one, name);
  const raw = () => ('path' in one ? createReadStream(one.path) : Readable.from([one.bytes], { objectMode: false }));
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  return [
    {
      name: isGzip ? name.replace(/\.gz$/i, '') : name,
      chunks: () => bounded(name, isGzip ? gunzipped(raw()) : raw(), mostOf(one)),
    },
  ];
}

function gunzipped(packed: Readable): Readable {
  const plain = createGunzip();
  packed.on('error', (error) => plain.destroy(error));
  return packed.pipe(plain);
}

async function headOf(one: Brought): Promise<Buffer> {
  if ('bytes' in one) return one.bytes.subarray(0, 4);
  const file = await open(one.path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

const openZip = (one: Brought) =>
  'path' in one
    ? yauzl.openPromise(one.path, { autoClose: false, strictFileNames: true })
    : yauzl.fromBufferPromise(one.bytes, { strictFileNames: true });

async function zipEntries(one: Brought, zipName: string): Promise<DataFile[]> {
  const damaged = (): never => {
    throw new Refusal('bad-input', `${zipName}: the zip is damaged or not an ordinary zip.`, { field: 'file' });
  };
  const found: DataFile[] = [];
  const archive = await openZip(one).catch(damaged);
  try {
    if (archive.entryCount > limits.entries)
      throw new Refusal('too-large', `${zipName}: the zip has more than ${limits.entries} files.`, { field: 'file' });
    for await (const entry of archive.eachEntry()) {
      const path = entry.fileName;
      if (path.endsWith('/') || litter.test(path)) continue;
      if (entry.isEncrypted()) throw new Refusal('bad-input', `${zipName}: the zip is encrypted.`, { field: 'file' });
      found.push({ name: basename(path), chunks: () => entryBytes(one, zipName, path) });
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    damaged();
  } finally {
    archive.close();
  }
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function* entryBytes(one: Brought, zipName: string, path: string): AsyncGenerator<Buffer> {
  const archive = await openZip(one);
  try {
    for await (const entry of archive.eachEntry()) {
      if (entry.fileName !== path) continue;
      yield* bounded(`${zipName}: ${path}`, await archive.openReadStreamPromise(entry), mostOf(one));
      return;
    }
  } finally {
    archive.close();
  }
}

const mostOf = (one: Brought): number => ('bytes' in one ? limits.uploaded : limits.bytes);

async function* bounded(name: string, stream: Readable, most: number): AsyncGenerator<Buffer> {
  let total = 0;
  try {
    for await (const chunk of stream) {
      const bytes = chunk as Buffer;
      total += bytes.length;
      if (total > most)
        throw new Refusal('too-large', `${name}: holds more than ${most / 1024 ** 3} GB.`, { field: 'file' });
      yield bytes;
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new Refusal('bad-input', `${name}: cannot be read to its end (${why}).`, { field: 'file' });
  } finally {
    stream.destroy();
  }
}

const utf16 = { le: 'utf-16le', be: 'utf-16be' } as const;

/** The encoding of a file by its first bytes: a byte order mark, the zeros of UTF-16, valid UTF-8, else Windows-1252 (what Excel writes). */
export function encodingOf(head: Buffer): string {
  if (head[0] === 0xff && head[1] === 0xfe) return utf16.le;
  if (head[0] === 0xfe && head[1] === 0xff) return utf16.be;
  const sample = head.subarray(0, 2048);
  const zeros = (odd: number) => sample.filter((byte, i) => i % 2 === odd && byte === 0).length;
  if (sample.length > 8 && zeros(1) > sample.length / 4) return utf16.le;
  if (sample.length > 8 && zeros(0) > sample.length / 4) return utf16.be;
  // The head may end in the middle of a character: its last bytes are not judged.
  for (let cut = 0; cut < 4; cut++) {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(head.subarray(0, head.length - cut));
      return 'utf-8';
    } catch {
      // Tried again without its last byte.
    }
  }
  return 'windows-1252';
}

const headBytes = 65_536;

/** The text of a file, in pieces; the encoding is found from its first 64 KB. */
export async function* textOfFile(file: DataFile): AsyncGenerator<string> {
  let head: Buffer | undefined = Buffer.alloc(0);
  let decoder: TextDecoder | undefined;
  for await (const chunk of file.chunks()) {
    if (head) {
      head = Buffer.concat([head, chunk]);
      if (head.length < headBytes) continue;
      decoder = new TextDecoder(encodingOf(head));
      yield decoder.decode(head, { stream: true });
      head = undefined;
    } else yield decoder?.decode(chunk, { stream: true }) ?? '';
  }
  if (head) yield new TextDecoder(encodingOf(head)).decode(head);
  else yield decoder?.decode() ?? '';
}
