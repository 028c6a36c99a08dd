/** Unpacks the bytes of a log, known by its first bytes and not by its name: gzip, Zstandard, bzip2, xz; UTF-16 becomes UTF-8. */
import { createRequire } from 'node:module';
import { ReadableStream } from 'node:stream/web';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import unbzip2 from 'unbzip2-stream';
import { Refusal } from '#platform';

const chunkBytes = 1 << 20;

/** What was packed is damaged or cut off; what came before it is whole. */
export class Damaged extends Error {
  override name = 'Damaged';
  constructor() {
    super('The packed file is damaged or cut off.');
  }
}

type Packing = 'gzip' | 'zstd' | 'bzip2' | 'xz' | 'utf-16le' | 'utf-16be' | 'plain';

/** As many first bytes as tell a packing. */
export const markBytes = 512;

/** Throws a Refusal for what holds files and is no log. */
export function packingOf(head: Buffer): Packing {
  const mark = head.toString('latin1', 0, 6);
  if (mark.startsWith('\xff\xfe')) return 'utf-16le';
  if (mark.startsWith('\xfe\xff')) return 'utf-16be';
  if (/^BZh[1-9]/.test(mark)) return 'bzip2';
  if (mark.startsWith('(µ/ý')) return 'zstd';
  if (mark.startsWith('\x1f\x8b')) return 'gzip';
  if (mark === '\xfd7zXZ\0') return 'xz';
  if (mark.startsWith('7z\xbc\xaf'))
    throw refused('a 7z archive; unpack it first, or pack the logs as gzip, xz or zip');
  if (head.toString('latin1', 257, 262) === 'ustar') throw refused('a tar archive; unpack it first');
  return utf16Without(head) ?? 'plain';
}

const refused = (what: string) => new Refusal('bad-input', `The file is ${what}.`, { field: 'file' });

/** UTF-16 that does not say so: every other byte of a log's first line is zero. */
function utf16Without(head: Buffer): Packing | undefined {
  const pairs = Math.min(32, Math.floor(head.length / 2));
  if (pairs < 8) return undefined;
  let [even, odd] = [0, 0];
  for (let pair = 0; pair < pairs; pair++) {
    if (head[pair * 2] === 0) even++;
    if (head[pair * 2 + 1] === 0) odd++;
  }
  if (odd === pairs && even === 0) return 'utf-16le';
  return even === pairs && odd === 0 ? 'utf-16be' : undefined;
}

/** The plain bytes of a stream that may be packed. Throws Damaged where no more can be unpacked. */
export async function* unpacked(stream: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < markBytes) {
    const next = await stream.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  const rest = startingWith(head, stream);
  const packing = packingOf(head);
  if (packing === 'plain') return yield* rest;
  if (packing === 'utf-16le' || packing === 'utf-16be') return yield* inUtf8(rest, packing);
  const plain =
    packing === 'bzip2' ? unpackedBzip2(rest) : packing === 'xz' ? unpackedXz(rest) : unpackedZlib(rest, packing);
  yield* checked(plain);
}

/** What is packed within may be UTF-16 again, or an archive. */
async function* checked(plain: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let head = Buffer.alloc(0);
  let failure: unknown;
  try {
    while (head.length < markBytes) {
      const next = await plain.next();
      if (next.done) break;
      head = Buffer.concat([head, next.value]);
    }
  } catch (error) {
    failure = error;
  }
  const packing = packingOf(head);
  const rest = startingWith(head, plain);
  if (packing === 'utf-16le' || packing === 'utf-16be') yield* inUtf8(rest, packing);
  else yield* rest;
  if (failure) throw failure;
}

async function* unpackedZlib(packed: AsyncGenerator<Buffer>, packing: 'gzip' | 'zstd'): AsyncGenerator<Buffer> {
  const unpacker =
    packing === 'zstd' ? createZstdDecompress({ chunkSize: chunkBytes }) : createGunzip({ chunkSize: chunkBytes });
  const feeding = (async () => {
    for await (const chunk of packed) {
      if (unpacker.destroyed) return;
      if (!unpacker.write(chunk))
        await new Promise((resolve) => unpacker.once('drain', resolve).once('close', resolve));
    }
    unpacker.end();
  })();
  feeding.catch((error: unknown) => unpacker.destroy(error instanceof Error ? error : new Error(String(error))));
  try {
    for await (const chunk of unpacker) yield chunk;
  } catch (error) {
    if (error instanceof Error && 'code' in error && /^(?:Z_|ZSTD_)/.test(String(error.code))) throw new Damaged();
    throw error;
  }
}

/** Logs that went through PowerShell come in UTF-16. */
async function* inUtf8(utf16: AsyncGenerator<Buffer>, encoding: 'utf-16le' | 'utf-16be'): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding);
  for await (const bytes of utf16) yield Buffer.from(decoder.decode(bytes, { stream: true }));
  yield Buffer.from(decoder.decode());
}

/** Node unpacks no bzip2 of its own. The unpacker works while it is written to. */
async function* unpackedBzip2(packed: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const unpacker = unbzip2();
  const plain: Buffer[] = [];
  let isDamaged = false;
  unpacker.on('data', (bytes: Buffer) => plain.push(bytes));
  unpacker.on('error', () => (isDamaged = true));
  for await (const bytes of packed) {
    unpacker.write(Buffer.from(bytes));
    yield* plain.splice(0);
    if (isDamaged) throw new Damaged();
  }
  unpacker.end();
  yield* plain;
  if (isDamaged) throw new Damaged();
}

/** Nor xz. Several streams may stand after one another, as parallel packers write them. */
async function* unpackedXz(packed: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let failure: unknown;
  const source = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await packed.next().catch((error: unknown) => {
        failure = error;
        return undefined;
      });
      if (!next || next.done) return controller.close();
      controller.enqueue(Uint8Array.from(next.value));
    },
  });
  // Loaded when a log is packed with it.
  const { XzReadableStream }: typeof import('xz-decompress') = createRequire(import.meta.url)('xz-decompress');
  const reader = new XzReadableStream(source as never).getReader();
  for (;;) {
    const next = await reader.read().catch(() => {
      throw failure ?? new Damaged();
    });
    if (next.done) break;
    // What is read lies in memory of the unpacker, which it writes over.
    yield Buffer.from(Uint8Array.from(next.value).buffer);
  }
  if (failure) throw failure;
}

async function* startingWith(head: Buffer, stream: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  yield* stream;
}
