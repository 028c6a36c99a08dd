/** Sends what a journal holds, in order, one batch at a time. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '../files.ts';
import { isBefore, type Position, type Stretch } from './segments.ts';

/** `token` names the batch for good: the same token is only ever sent with the same bytes. `last` is exclusive. */
export type Batch = { token: string; lines: Buffer; first: Position; last: Position };
export type Send = (batch: Batch, signal: AbortSignal) => Promise<void>;
export type Shipper = {
  /** Resolves when everything that is on disk at this moment has been sent and recorded. */
  drain(): Promise<void>;
  /** Stops after the batch under way, or at once while waiting between two tries. */
  stop(): Promise<void>;
};

/** What is known of the sending, on disk: everything before `shipped` arrived; `doubt` may have. */
export type ShipState = { id: string; shipped: Position; doubt: { token: string; last: Position } | null };

const stateFile = (folder: string) => join(folder, 'ship.json');

export async function readShipState(folder: string): Promise<ShipState | undefined> {
  const text = await readFile(stateFile(folder), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as ShipState);
}

export const writeShipState = (folder: string, state: ShipState): Promise<void> =>
  writeDurably(stateFile(folder), JSON.stringify(state));

export type Shipping = {
  folder: string;
  state: ShipState;
  send: Send;
  /** Frames from a position, up to `to` when given; undefined when nothing is on disk after it. */
  read: (from: Position, to?: Position) => Promise<Stretch | undefined>;
  end: () => Position;
  /** Resolves when something was appended, or after at most `ms`. */
  somethingNew: (ms: number) => Promise<void>;
  shipped: (lines: number) => void;
  /** Deletes what was sent long enough ago. */
  removeOld: () => Promise<void>;
  gatherMs: number;
  retryMs: { first: number; most: number };
  onFailure: (error: unknown, attempt: number) => void;
  crashPoint: (point: 'sent-not-recorded') => void;
};

export function startShipper(how: Shipping): Shipper {
  const { folder, state } = how;
  const stopping = new AbortController();
  const stopped = new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve()));
  let waiting: { until: Position; resolve: () => void }[] = [];

  const tellDrained = () => {
    waiting = waiting.filter(({ until, resolve }) => {
      const isThere = !isBefore(state.shipped, until);
      if (isThere) resolve();
      return !isThere;
    });
  };

  async function shipNext(): Promise<boolean> {
    const stretch = await how.read(state.shipped, state.doubt?.last);
    if (!stretch) return false;
    const first = state.shipped;
    const { segment, offset } = first;
    const doubt = state.doubt ?? { token: `${state.id}-${segment}-${offset}`, last: stretch.end };
    if (!state.doubt) {
      // Boundaries first: if the process dies now, the same bytes go again under the same token.
      state.doubt = doubt;
      await writeShipState(folder, state);
    }
    if (!(await sendUntilDone({ token: doubt.token, lines: stretch.payload, first, last: doubt.last }))) return false;
    how.crashPoint('sent-not-recorded');
    state.shipped = doubt.last;
    state.doubt = null;
    await writeShipState(folder, state);
    how.shipped(stretch.lines);
    await how.removeOld();
    tellDrained();
    return true;
  }

  async function sendUntilDone(batch: Batch): Promise<boolean> {
    for (let attempt = 1; !stopping.signal.aborted; attempt++) {
      try {
        await how.send(batch, stopping.signal);
        return true;
      } catch (error) {
        how.onFailure(error, attempt);
        await pause(Math.min(how.retryMs.first * 2 ** (attempt - 1), how.retryMs.most), stopping.signal);
      }
    }
    return false;
  }

  async function work(): Promise<void> {
    while (!stopping.signal.aborted) {
      if (await shipNext()) continue;
      tellDrained();
      await how.removeOld();
      if (!isBefore(state.shipped, how.end())) await Promise.race([how.somethingNew(1000), stopped]);
      if (waiting.length === 0) await pause(how.gatherMs, stopping.signal);
    }
  }

  let failure: unknown;
  const running = work().catch((error: unknown) => {
    failure = error;
    how.onFailure(error, 0);
  });
  return {
    drain() {
      if (failure) return Promise.reject(failure instanceof Error ? failure : new Error(String(failure)));
      if (!isBefore(state.shipped, how.end())) return Promise.resolve();
      return new Promise((resolve) => waiting.push({ until: how.end(), resolve }));
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
