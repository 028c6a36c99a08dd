/**
 * An append-only journal of lines in a folder, for facts that must survive the process: appended with group commit (while one
 * write is being synced, everything that comes in queues for the next), sent on in order, kept a while after that.
 */
import { writeSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { frameOf } from './frame.ts';
import {
  openSegment,
  openSegments,
  type Position,
  readStretch,
  removeSegment,
  type Segment,
  type Stretch,
} from './segments.ts';
import { readShipState, type Send, type Shipper, type ShipState, startShipper, writeShipState } from './shipper.ts';

/** Moments at which a process may be killed in a test of what survives. */
export type CrashPoint = 'appended-not-synced' | 'synced-not-acknowledged' | 'sent-not-recorded';

export type JournalOptions = {
  folder: string;
  clock: Clock;
  /** A segment is closed when it has grown past this. Bytes. */
  segmentBytes?: number;
  /** Largest batch that is sent, unless a single commit is larger. Bytes. */
  batchBytes?: number;
  /** How long a segment stays after all of it was sent. Milliseconds. */
  keepMs?: number;
  /** How long lines gather before a batch is made. Milliseconds. */
  gatherMs?: number;
  /** Wait before a refused batch is sent again: doubled each time, up to `most`. Milliseconds. */
  retryMs?: { first: number; most: number };
  /** Told of every failed sending; the batch is sent again. */
  onFailure?: (error: unknown, attempt: number) => void;
  at?: (point: CrashPoint) => void;
};

export type Journal = {
  /** Adds one line (without newline). Resolves once it is on disk, rejects when it could not be written: then it is not kept. */
  append(line: string): Promise<void>;
  /** Lines not sent yet, those on their way to disk included. */
  pending(): number;
  /**
   * The position between what was appended before this call and what will be after it, once all of the former is on disk:
   * a copy of the state that is taken at this call and kept with this position is completed by `replay(position)`.
   */
  mark(): Promise<Position>;
  /** Lines on disk from a position (default: the oldest kept). `position` is where to go on after all lines that carry it. */
  replay(from?: Position): AsyncIterable<{ position: Position; line: string }>;
  /** Starts sending; one shipper per journal. */
  ship(send: Send): Shipper;
  /** Bytes of a torn write that were cut off when the journal was opened. */
  cutBytes: number;
  /** Waits for appends under way, stops the shipper, closes the files. */
  close(): Promise<void>;
};

/** What one commit keeps or loses together. `end` is where it ends, once it is on disk. */
type Group = {
  text: string;
  lines: number;
  isClosed: boolean;
  end: Position | undefined;
  done: Promise<void>;
  resolve: () => void;
  reject: (error: unknown) => void;
};

const groupCharacters = 1 << 20;
/** Lines that go on coming do not hold up a commit for longer. */
const gatherAtMostMs = 2;

export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { folder, clock, segmentBytes = 16 << 20, batchBytes = 1 << 20, keepMs = 600_000, gatherMs = 200 } = options;
  const crashPoint = options.at ?? (() => undefined);
  const { segments, cutBytes } = await openSegments(folder);
  const state: ShipState = (await readShipState(folder)) ?? {
    id: randomBytes(6).toString('hex'),
    shipped: { segment: segments[0]?.number ?? 1, offset: 0 },
    doubt: null,
  };
  // The id makes the tokens, so it is on disk before the first of them.
  await writeShipState(folder, state);

  let current: Segment = segments.at(-1) ?? { number: state.shipped.segment, bytes: 0 };
  if (segments.length === 0) segments.push(current);
  if (current.number < state.shipped.segment) {
    current = { number: state.shipped.segment, bytes: 0 };
    segments.push(current);
  }
  let file: FileHandle = await openSegment(folder, current.number);
  const doneAt = new Map<number, number>();
  let queue: Group[] = [];
  let writing: Group[] = [];
  let isWriting = false;
  let isScheduled = false;
  let isClosed = false;
  let unsent = await countLines(state.shipped);
  let shipper: Shipper | undefined;
  let listeners: (() => void)[] = [];

  const end = (): Position => ({ segment: current.number, offset: current.bytes });

  function openGroup(): Group {
    const last = queue.at(-1);
    if (last && !last.isClosed && last.text.length < groupCharacters) return last;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const group: Group = { text: '', lines: 0, isClosed: false, end: undefined, done: promise, resolve, reject };
    queue.push(group);
    schedule();
    return group;
  }

  function schedule(): void {
    if (isWriting || isScheduled) return;
    isScheduled = true;
    gather(performance.now(), 0, () => {
      isScheduled = false;
      void writeAll();
    });
  }

  /** Goes on as soon as a turn of the event loop brings no new line: what comes together is committed together, as a sync costs far more than a line. */
  function gather(since: number, before: number, go: () => void): void {
    setImmediate(() => {
      let lines = 0;
      for (const group of queue) lines += group.lines;
      if (lines > before && performance.now() - since < gatherAtMostMs) gather(since, lines, go);
      else go();
    });
  }

  async function writeAll(): Promise<void> {
    isWriting = true;
    while (queue.length > 0) {
      writing = queue;
      queue = [];
      try {
        await commit(writing);
      } catch (error) {
        for (const group of writing) {
          unsent -= group.lines;
          group.reject(error);
        }
      }
      if (queue.length > 0) await new Promise<void>((resolve) => gather(performance.now(), 0, resolve));
    }
    writing = [];
    isWriting = false;
    const told = listeners;
    listeners = [];
    for (const tell of told) tell();
  }

  async function commit(groups: Group[]): Promise<void> {
    if (current.bytes >= segmentBytes) {
      await file.close();
      current = { number: current.number + 1, bytes: 0 };
      segments.push(current);
      file = await openSegment(folder, current.number);
    }
    const frames = groups.map((group) => frameOf(group.text, group.lines));
    const bytes = frames.length === 1 && frames[0] ? frames[0] : Buffer.concat(frames);
    try {
      for (let done = 0; done < bytes.length;) {
        // Some tens of µs into the page cache: less than to wake a thread for it and to be woken by it.
        done += writeSync(file.fd, bytes, done, bytes.length - done, current.bytes + done);
      }
      crashPoint('appended-not-synced');
      await file.datasync();
    } catch (error) {
      // Nothing of these groups is promised; the next write must not follow half a frame.
      await file.truncate(current.bytes).catch(() => undefined);
      throw error;
    }
    crashPoint('synced-not-acknowledged');
    for (const [index, group] of groups.entries()) {
      current.bytes += frames[index]?.length ?? 0;
      group.end = end();
      group.resolve();
    }
  }

  /** The next frames after a position, over segment borders, never past `to`. */
  async function read(from: Position, to?: Position, maxBytes = batchBytes): Promise<Stretch | undefined> {
    for (const segment of segments) {
      if (segment.number < from.segment) continue;
      const at = segment.number === from.segment ? from : { segment: segment.number, offset: 0 };
      const limit = to && to.segment === segment.number ? Math.min(to.offset, segment.bytes) : segment.bytes;
      const stretch = await readStretch(folder, { from: at, limit, maxBytes: to ? limit - at.offset : maxBytes });
      if (stretch || to?.segment === segment.number) return stretch;
    }
    return undefined;
  }

  async function countLines(from: Position): Promise<number> {
    let lines = 0;
    for (let next = await read(from); next; next = await read(next.end)) lines += next.lines;
    return lines;
  }

  async function removeOld(): Promise<void> {
    const now = clock().getTime();
    for (const segment of segments.slice()) {
      if (segment === current || segment.number >= state.shipped.segment) continue;
      const since = doneAt.get(segment.number) ?? now;
      doneAt.set(segment.number, since);
      if (now - since < keepMs) continue;
      segments.splice(segments.indexOf(segment), 1);
      doneAt.delete(segment.number);
      await removeSegment(folder, segment.number);
    }
  }

  const somethingNew = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      timer.unref();
      listeners.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });

  return {
    cutBytes,
    append(line) {
      if (isClosed) return Promise.reject(new Error('the journal is closed'));
      if (line.includes('\n')) return Promise.reject(new Error('a journal line must not contain a newline'));
      const group = openGroup();
      group.text += `${line}\n`;
      group.lines++;
      unsent++;
      return group.done;
    },
    pending: () => unsent,
    async mark() {
      const last = queue.at(-1) ?? writing.at(-1);
      if (!last) return end();
      last.isClosed = true;
      await last.done;
      return last.end ?? end();
    },
    async *replay(from) {
      const start = from ?? { segment: segments[0]?.number ?? current.number, offset: 0 };
      for (let next = await read(start); next; next = await read(next.end)) {
        for (const line of linesOf(next.payload)) yield { position: next.end, line };
      }
    },
    ship(send) {
      shipper = startShipper({
        folder,
        state,
        send,
        read,
        end,
        somethingNew,
        gatherMs,
        retryMs: options.retryMs ?? { first: 200, most: 10_000 },
        onFailure: options.onFailure ?? (() => undefined),
        crashPoint,
        shipped: (lines) => (unsent -= lines),
        removeOld,
      });
      return shipper;
    },
    async close() {
      isClosed = true;
      while (isWriting || isScheduled) await somethingNew(10);
      await shipper?.stop();
      await file.close();
    },
  };
}

function* linesOf(payload: Buffer): Iterable<string> {
  for (let from = 0, to = payload.indexOf(10); to !== -1; from = to + 1, to = payload.indexOf(10, from)) {
    yield payload.toString('utf8', from, to);
  }
}
