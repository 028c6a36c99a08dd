/** The bytes of a log: a file, plain or packed, a file in a zip, or the standard input; once, or as it grows. */
import { type FileHandle, glob, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openDataFiles, Refusal } from '#platform';
import { markBytes, packingOf, unpacked } from './log-unpack.ts';

export type LogSource = {
  /** As it was asked for; of what was found in a folder or a zip, the whole path. */
  name: string;
  /** Size of the file as it lies there; 0 when unknown. */
  size: number;
  /** Whether it is read as it grows. */
  grows: boolean;
  /**
   * Chunks of plain bytes, each of which holds until the next is asked for, and `undefined` when a growing file has no more for
   * now. Throws Damaged where a packed file cannot be unpacked any further.
   */
  chunks(options: {
    onRead: (bytes: number) => void;
    signal?: AbortSignal | undefined;
  }): AsyncIterable<Buffer | undefined>;
};

const chunkBytes = 1 << 20;
type Options = { follow?: boolean; stdin?: AsyncIterable<Uint8Array> };

/**
 * The logs behind what was asked for: a file, `-` for the standard input, a folder (its files), a pattern (`logs/*.gz`), a zip (the
 * files in it). Throws not-found for what cannot be read.
 */
export async function logSources(path: string, options: Options = {}): Promise<LogSource[]> {
  if (path === '-') return [fromInput(options.stdin ?? process.stdin)];
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return inFolder(path, options);
  if (!found && /[*?[{]/.test(path)) return byPattern(path, options);
  if (!found?.isFile()) throw new Refusal('not-found', `The file ${path} cannot be read.`, { field: 'file' });
  const head = await headOf(path);
  if (/^PK(\x03\x04|\x05\x06)/.test(head.toString('latin1', 0, 4))) return inZip(path);
  return [fromFile(path, found.size, options.follow === true)];
}

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path, 'r').catch(() => {
    throw new Refusal('not-found', `The file ${path} cannot be read.`, { field: 'file' });
  });
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(markBytes), 0, markBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function inFolder(folder: string, options: Options): Promise<LogSource[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => !entry.name.startsWith('.') && !entry.isDirectory()).map(({ name }) => name);
  if (names.length === 0) throw new Refusal('not-found', `The folder ${folder} holds no files.`, { field: 'file' });
  return eachOf(
    names.toSorted().map((name) => join(folder, name)),
    options,
  );
}

async function byPattern(pattern: string, options: Options): Promise<LogSource[]> {
  const found: string[] = [];
  for await (const path of glob(pattern)) if ((await stat(path)).isFile()) found.push(path);
  if (found.length === 0) throw new Refusal('not-found', `No file is named ${pattern}.`, { field: 'file' });
  return eachOf(found.toSorted(), options);
}

const eachOf = async (paths: readonly string[], options: Options): Promise<LogSource[]> =>
  (await Promise.all(paths.map((path) => logSources(path, options)))).flat();

async function inZip(path: string): Promise<LogSource[]> {
  const files = await openDataFiles([{ path }]);
  if (files.length === 0) throw new Refusal('bad-input', `The zip ${path} holds no files.`, { field: 'file' });
  return files.map((file) => ({
    name: join(path, file.name),
    size: 0,
    grows: false,
    chunks: ({ onRead }) => unpacked(counted(file.chunks(), onRead)),
  }));
}

const fromInput = (stdin: AsyncIterable<Uint8Array>): LogSource => ({
  name: '-',
  size: 0,
  grows: false,
  chunks: ({ onRead }) => unpacked(counted(stdin, onRead)),
});

const fromFile = (path: string, size: number, follow: boolean): LogSource => ({
  name: path,
  size,
  grows: follow,
  chunks: ({ onRead, signal }) => (follow ? growing(path, onRead, signal) : once(path, onRead)),
});

async function* counted(stream: AsyncIterable<Uint8Array>, onRead: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    onRead(chunk.byteLength);
    yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
  }
}

/** A plain file is read into the same memory again and again. */
async function* once(path: string, onRead: (bytes: number) => void): AsyncGenerator<Buffer> {
  const isPlain = packingOf(await headOf(path)) === 'plain';
  const file = await open(path, 'r');
  try {
    if (isPlain) yield* drain(file, { from: 0, onRead, memory: Buffer.allocUnsafeSlow(chunkBytes) });
    else yield* unpacked(drain(file, { from: 0, onRead }));
  } finally {
    await file.close();
  }
}

type Drain = { from: number; onRead: (bytes: number) => void; memory?: Buffer };

/** What is in a file from a place on, in memory of its own for each chunk where none is given. */
async function* drain(file: FileHandle, { from, onRead, memory }: Drain): AsyncGenerator<Buffer> {
  let position = from;
  for (;;) {
    const into = memory ?? Buffer.allocUnsafeSlow(chunkBytes);
    const { bytesRead } = await file.read(into, 0, chunkBytes, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    onRead(bytesRead);
    yield into.subarray(0, bytesRead);
  }
}

const pollMs = 500;
const knownBytes = 512;

/** A file that is being written to, until it is rotated away (another file takes its name, or it is cut) or the signal says stop. */
async function* growing(
  path: string,
  onRead: (bytes: number) => void,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer | undefined> {
  const file = await open(path, 'r');
  try {
    const { ino } = await file.stat();
    const memory = Buffer.allocUnsafeSlow(chunkBytes);
    let position = 0;
    let head = Buffer.alloc(0);
    const more = () =>
      drain(file, {
        from: position,
        memory,
        onRead: (bytes) => {
          if (head.length < knownBytes) head = Buffer.concat([head, memory.subarray(0, bytes)]).subarray(0, knownBytes);
          position += bytes;
          onRead(bytes);
        },
      });
    let isRotated = false;
    while (!signal?.aborted) {
      for await (const chunk of more()) {
        // Copied away, then begun anew, and longer than before already: what was read is of another log.
        if (!(await beginsWith(file, head))) return;
        yield chunk;
      }
      yield undefined;
      if (isRotated || (await file.stat()).size < position) return;
      const named = await stat(path).catch(() => undefined);
      // Another file took the name; the server may go on with this one until it is told. Without one, it still does.
      isRotated = named !== undefined && named.ino !== ino;
      await pause(pollMs, undefined, signal ? { signal } : {}).catch(() => undefined);
    }
  } finally {
    await file.close();
  }
}

async function beginsWith(file: FileHandle, head: Buffer): Promise<boolean> {
  if (head.length === 0) return true;
  const { bytesRead, buffer } = await file.read(Buffer.alloc(head.length), 0, head.length, 0);
  return bytesRead === head.length && buffer.equals(head);
}
