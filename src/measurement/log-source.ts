/** The bytes of a log: a file, a packed file (known by its first bytes, not its name), or standard input; once, or as it grows. */
import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import unbzip2 from 'unbzip2-stream';
import { Refusal } from '#platform';

export type LogSource = {
  /** As it was asked for. */
  name: string;
  /** Size of the file as it lies there; 0 when unknown. */
  size: number;
  /** Whether it is read as it grows. */
  grows: boolean;
  /** Chunks of plain bytes, and `undefined` when a growing file has no more for now. */
  chunks(options: {
    onRead: (bytes: number) => void;
    signal?: AbortSignal | undefined;
  }): AsyncIterable<Buffer | undefined>;
};

const chunkBytes = 1 << 20;

/** Opens a file, or standard input for `-`. Throws not-found for a file that cannot be read. */
export async function logSource(
  path: string,
  { follow = false, stdin = process.stdin }: { follow?: boolean; stdin?: AsyncIterable<Uint8Array> } = {},
): Promise<LogSource> {
  if (path === '-')
    return { name: '-', size: 0, grows: false, chunks: ({ onRead }) => unpacked(counted(stdin, onRead)) };
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new Refusal('not-found', `The file ${path} cannot be read.`, { field: 'file' });
  return {
    name: path,
    size: found.size,
    grows: follow,
    chunks: ({ onRead, signal }) =>
      follow
        ? growing(path, onRead, signal)
        : unpacked(
            counted(createReadStream(path, { highWaterMark: chunkBytes, ...(signal ? { signal } : {}) }), onRead),
          ),
  };
}

async function* counted(stream: AsyncIterable<Uint8Array>, onRead: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    onRead(chunk.byteLength);
    yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
  }
}

/** Unpacks where the first bytes are the mark of gzip, Zstandard or bzip2. */
async function* unpacked(stream: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < 4) {
    const next = await stream.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  const rest = startingWith(head, stream);
  const mark = head.toString('latin1', 0, 4);
  if (mark.startsWith('\xff\xfe')) return yield* inUtf8(rest, 'utf-16le');
  if (mark.startsWith('\xfe\xff')) return yield* inUtf8(rest, 'utf-16be');
  if (mark.startsWith('BZh')) return yield* unpackedBzip2(rest);
  const isZstd = mark === '(µ/ý';
  if (!isZstd && !mark.startsWith('\x1f\x8b')) return yield* rest;
  const gunzip = isZstd ? createZstdDecompress({ chunkSize: chunkBytes }) : createGunzip({ chunkSize: chunkBytes });
  const feeding = (async () => {
    for await (const chunk of rest)
      if (!gunzip.write(chunk)) await new Promise((resolve) => gunzip.once('drain', resolve));
    gunzip.end();
  })();
  feeding.catch((error: unknown) => gunzip.destroy(error instanceof Error ? error : new Error(String(error))));
  try {
    for await (const chunk of gunzip) yield chunk;
  } catch (error) {
    if (error instanceof Error && 'code' in error && /^(?:Z_|ZSTD_)/.test(String(error.code))) throw damaged();
    throw error;
  }
}

/** Logs that went through PowerShell come in UTF-16. */
async function* inUtf8(utf16: AsyncGenerator<Buffer>, encoding: 'utf-16le' | 'utf-16be'): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding);
  for await (const bytes of utf16) yield Buffer.from(decoder.decode(bytes, { stream: true }));
  yield Buffer.from(decoder.decode());
}

const damaged = () => new Refusal('bad-input', 'The packed file is damaged or cut off.', { field: 'file' });

/** Node unpacks no bzip2 of its own. The unpacker works while it is written to. */
async function* unpackedBzip2(packed: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const unpacker = unbzip2();
  const unpacked: Buffer[] = [];
  let isDamaged = false;
  unpacker.on('data', (bytes: Buffer) => unpacked.push(bytes));
  unpacker.on('error', () => (isDamaged = true));
  for await (const bytes of packed) {
    unpacker.write(bytes);
    if (isDamaged) throw damaged();
    yield* unpacked.splice(0);
  }
  unpacker.end();
  if (isDamaged) throw damaged();
  yield* unpacked;
}

async function* startingWith(head: Buffer, stream: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  yield* stream;
}

const pollMs = 500;

/** A file that is being written to, until it is rotated away (another file takes its name, or it is cut) or the signal says stop. */
async function* growing(
  path: string,
  onRead: (bytes: number) => void,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer | undefined> {
  const file = await open(path, 'r');
  try {
    const { ino } = await file.stat();
    let position = 0;
    const drain = async function* (handle: FileHandle) {
      for (;;) {
        const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes, position);
        if (bytesRead === 0) return;
        position += bytesRead;
        onRead(bytesRead);
        yield buffer.subarray(0, bytesRead);
      }
    };
    while (!signal?.aborted) {
      yield* drain(file);
      yield undefined;
      const named = await stat(path).catch(() => undefined);
      if (!named || named.ino !== ino || named.size < position) {
        // What was written between the last look and the rotation.
        return yield* drain(file);
      }
      await pause(pollMs, undefined, signal ? { signal } : {}).catch(() => undefined);
    }
  } finally {
    await file.close();
  }
}
