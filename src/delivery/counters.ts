/**
 * What an edge counts: per line item what was delivered and is on its way, exposures by visitor, and which decisions had their
 * events. In memory, for one edge, with a dump for restarts; the interface is what several edges would share.
 */
import type { Book, BookLine, Delivered } from './contract.ts';
import { type Frequency, openFrequency } from './frequency.ts';
import { newPace, noteDelivered, type Pace } from './pacing.ts';
import { type AdEventKind, usualRates } from './price.ts';
import type { Rotating } from './rotation.ts';
import { type DecisionId, openSeen, type Seen } from './seen.ts';
import { readDecisionId } from './token.ts';

/** Validity of the signed addresses. Milliseconds. */
export const validity = { impression: 3_600_000, viewable: 3_600_000, click: 86_400_000 } as const;

export type LineState = Delivered & {
  unit: BookLine['goal']['unit'];
  pace: Pace;
  /** Of a line sold as a share: requests it could have had, and those it got, since the share was last looked at afresh. */
  asked: number;
  served: number;
  rotation: Map<string, Rotating>;
  /** Number of the last decision that went to the line: between equals, the one that waited longest. */
  turn: number;
};

export type Counted = {
  kind: AdEventKind;
  id: DecisionId;
  /** Milliseconds. */
  decidedAt: number;
  at: number;
  line: string;
  /** Decimal; empty without consent to identification. */
  visitor: string;
};

export type Counters = {
  line(id: string): LineState;
  /** Makes room for the lines of a book; what the event store knows of a line counts where it is more than is known here. */
  adopt(book: Book): void;
  frequency: Frequency;
  seen: Record<AdEventKind, Seen>;
  /** Counts a valid event that is noted as seen. */
  count(event: Counted): void;
  /** A journal line of before the restart; true when it was an ad event not yet counted. */
  replay(line: string): boolean;
  forget(now: number): void;
  dump(): string;
};

const fields = { impression: 'impressions', viewable: 'viewables', click: 'clicks' } as const;
const unitOf: Partial<Record<BookLine['goal']['unit'], AdEventKind>> = {
  impressions: 'impression',
  viewable_impressions: 'viewable',
  clicks: 'click',
};

function newLine(unit: LineState['unit']): LineState {
  const usual = unit === 'clicks' ? usualRates.click : unit === 'viewable_impressions' ? usualRates.viewable : 0.95;
  return {
    impressions: 0,
    viewables: 0,
    clicks: 0,
    unit,
    pace: newPace(usual),
    asked: 0,
    served: 0,
    rotation: new Map(),
    turn: 0,
  };
}

/** `dump`: of an earlier process. One that cannot be read is as good as none: the event store's figures stand in. */
export function newCounters(dump?: string): Counters {
  const lines = new Map<string, LineState>();
  const frequency = openFrequency();
  const seen: Counters['seen'] = {
    impression: openSeen(validity.impression, 600_000),
    viewable: openSeen(validity.viewable, 600_000),
    click: openSeen(validity.click, 3_600_000),
  };
  if (dump !== undefined) load(dump);

  function line(id: string): LineState {
    let state = lines.get(id);
    if (!state) lines.set(id, (state = newLine('impressions')));
    return state;
  }

  function count({ kind, line: id, visitor, decidedAt, at }: Counted): void {
    const state = line(id);
    state[fields[kind]]++;
    if (unitOf[state.unit] === kind) noteDelivered(state.pace, decidedAt);
    if (visitor !== '' && kind === 'impression') frequency.shown(visitor, id, { decidedAt, at });
  }

  function load(text: string): void {
    const kept = readDump(text);
    if (!kept) return;
    for (const [id, unit, figures] of kept.lines) {
      const state = newLine(unit);
      Object.assign(state, figures);
      state.pace.delivered = deliveredOf(state);
      lines.set(id, state);
    }
    frequency.load(kept.frequency);
    for (const kind of ['impression', 'viewable', 'click'] as const) {
      seen[kind].load(kept.seen[kind].map(([stretch, ids]) => ({ stretch, ids: fromBase64(ids) })));
    }
  }

  return {
    line,
    frequency,
    seen,
    count,
    adopt(book) {
      for (const { id, goal } of book.lines) {
        const known = lines.get(id);
        const state = known?.unit === goal.unit ? known : { ...newLine(goal.unit), ...figuresOf(known) };
        const stored = book.delivered[id];
        if (stored) {
          for (const field of ['impressions', 'viewables', 'clicks'] as const)
            state[field] = Math.max(state[field], stored[field]);
        }
        state.pace.delivered = deliveredOf(state);
        lines.set(id, state);
      }
    },
    replay(text) {
      const event = adEventOf(text);
      if (!event || !seen[event.kind].add(event.id, event.decidedAt)) return false;
      count(event);
      return true;
    },
    forget(now) {
      for (const one of Object.values(seen)) one.forget(now);
    },
    dump: () =>
      JSON.stringify({
        version: 1,
        lines: [...lines].map(([id, state]) => [id, state.unit, figuresOf(state)]),
        frequency: frequency.dump(),
        seen: Object.fromEntries(
          Object.entries(seen).map(([kind, one]) => [
            kind,
            one.dump().map(({ stretch, ids }) => [stretch, toBase64(ids)]),
          ]),
        ),
      }),
  };
}

const figuresOf = (state: Delivered | undefined): Delivered => ({
  impressions: state?.impressions ?? 0,
  viewables: state?.viewables ?? 0,
  clicks: state?.clicks ?? 0,
});

function deliveredOf(state: LineState): number {
  const kind = unitOf[state.unit];
  return kind ? state[fields[kind]] : 0;
}

type Dump = {
  lines: [string, LineState['unit'], Delivered][];
  frequency: unknown;
  seen: Record<AdEventKind, [number, string][]>;
};

function readDump(text: string): Dump | undefined {
  try {
    const dump: Dump & { version: number } = JSON.parse(text);
    return dump.version === 1 ? dump : undefined;
  } catch {
    return undefined;
  }
}

const toBase64 = (ids: Uint32Array): string =>
  Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength).toString('base64');

function fromBase64(text: string): Uint32Array {
  const bytes = Buffer.from(text, 'base64');
  // A copy, because a view of 32-bit numbers must begin on a multiple of four.
  return new Uint32Array(new Uint8Array(bytes).buffer);
}

const prefix = '{"t":"ad_events",';

/** The valid ad event that a journal line holds, if it holds one. */
function adEventOf(text: string): Counted | undefined {
  if (!text.startsWith(prefix)) return undefined;
  const { r: row }: { r: Record<string, string> } = JSON.parse(text);
  const { kind, at, decision_id = '', line_item_id = '', visitor = '0', invalid } = row;
  const decision = readDecisionId(decision_id);
  if (invalid || !decision || (kind !== 'impression' && kind !== 'viewable' && kind !== 'click')) return undefined;
  const { id, decidedAt } = decision;
  return { kind, id, decidedAt, at: Date.parse(`${at}Z`), line: line_item_id, visitor: visitor === '0' ? '' : visitor };
}
