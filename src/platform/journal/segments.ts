/** The files of a journal: numbered segments in one folder, and where the whole frames of each end. */
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { frameAt, frameBytes, headerBytes } from './frame.ts';

/** A place between two frames: everything before it is "up to here". */
export type Position = { segment: number; offset: number };

export const isBefore = (a: Position, b: Position): boolean =>
  a.segment < b.segment || (a.segment === b.segment && a.offset < b.offset);

export type Segment = { number: number; bytes: number };

export const segmentPath = (folder: string, number: number): string =>
  join(folder, `${String(number).padStart(12, '0')}.journal`);

/** The segments of a folder in order, each with the length of its whole frames; the torn tail of the last is cut off its file. */
export async function openSegments(folder: string): Promise<{ segments: Segment[]; cutBytes: number }> {
  await mkdir(folder, { recursive: true });
  const numbers = (await readdir(folder))
    .map((name) => /^(\d{12})\.journal$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .toSorted((a, b) => a - b);
  const segments: Segment[] = [];
  let cutBytes = 0;
  for (const number of numbers) {
    const content = await readFile(segmentPath(folder, number));
    const bytes = wholeBytes(content);
    segments.push({ number, bytes });
    if (number !== numbers.at(-1) || bytes === content.length) continue;
    cutBytes = content.length - bytes;
    const file = await open(segmentPath(folder, number), 'r+');
    await file.truncate(bytes);
    await file.datasync();
    await file.close();
  }
  return { segments, cutBytes };
}

function wholeBytes(content: Buffer): number {
  let offset = 0;
  for (let frame = frameAt(content, 0); frame; frame = frameAt(content, offset)) offset += frame.bytes;
  return offset;
}

/** Opens a segment for appending; a new one is in its folder for good before this resolves. */
export async function openSegment(folder: string, number: number): Promise<FileHandle> {
  const file = await open(segmentPath(folder, number), constants.O_RDWR | constants.O_CREAT, 0o600);
  const directory = await open(folder, 'r');
  await directory.sync();
  await directory.close();
  return file;
}

export const removeSegment = (folder: string, number: number): Promise<void> => unlink(segmentPath(folder, number));

export type Stretch = { payload: Buffer; lines: number; end: Position };

/**
 * Whole frames of one segment from `from`, as many as fit in `maxBytes` (at least one), not past `limit` (an offset of the segment).
 * Undefined when there are none.
 */
export async function readStretch(
  folder: string,
  { from, limit, maxBytes }: { from: Position; limit: number; maxBytes: number },
): Promise<Stretch | undefined> {
  if (from.offset >= limit) return undefined;
  const file = await open(segmentPath(folder, from.segment), 'r');
  try {
    let chunk = await readExactly(file, from.offset, Math.min(limit - from.offset, maxBytes + headerBytes));
    const first = frameBytes(chunk, 0);
    if (first !== undefined && first > chunk.length)
      chunk = await readExactly(file, from.offset, Math.min(first, limit - from.offset));
    const payloads: Buffer[] = [];
    let lines = 0;
    let offset = 0;
    for (let frame = frameAt(chunk, 0); frame; frame = frameAt(chunk, offset)) {
      payloads.push(frame.payload);
      lines += frame.lines;
      offset += frame.bytes;
    }
    if (offset === 0) return undefined;
    return { payload: Buffer.concat(payloads), lines, end: { segment: from.segment, offset: from.offset + offset } };
  } finally {
    await file.close();
  }
}

async function readExactly(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
