/**
 * What an edge counts: per line item what was delivered and is on its way, exposures by visitor, and which decisions had their
 * events. In memory, with a dump for restarts: all that one edge needs. Several edges share through `sharing/`, which keeps the
 * same memory up with what the others do.
 */
import type { Book, BookLine, Delivered } from './contract.ts';
import { type Frequency, openFrequency } from './frequency.ts';
import { newPace, noteCame, noteDelivered, type Pace } from './pacing.ts';
import { type Limited, limitedKind, newLimited, noteLimitedEvent } from './quantity-cap.ts';
import { type AdEventKind, usualRates } from './price.ts';
import type { Rotating } from './rotation.ts';
import type { Sharing } from './sharing/share-counters.ts';
import { type DecisionId, openSeen, type Seen } from './seen.ts';
import { readDecisionId } from './token.ts';

/** Validity of the signed addresses. Milliseconds. */
export const validity = { impression: 3_600_000, viewable: 3_600_000, click: 86_400_000 } as const;

export type LineState = Delivered & {
  unit: BookLine['goal']['unit'];
  pace: Pace;
  /** Its place in `shares`. */
  place: number;
  rotation: Map<string, Rotating>;
  /** Number of the last decision that went to the line: between equals, the one that waited longest. */
  turn: number;
  /** What its hard limits are held by; absent until there is something to count. */
  limited?: Limited | undefined;
  /** Whether it has a limit by day: what was counted of it is then kept over a restart. */
  isLimited?: boolean | undefined;
  /** Of its figures, what this edge has counted itself. */
  here: Delivered;
};

/**
 * Of lines sold as a share, by place: requests each could have had, and those it got, since the share was last looked at afresh.
 * In arrays, since every request is noted for every such line that it matches.
 */
export type Shares = { asked: Float64Array; served: Float64Array };

export type Counted = {
  kind: AdEventKind;
  id: DecisionId;
  /** Milliseconds. */
  decidedAt: number;
  at: number;
  line: string;
  creative?: string | undefined;
  order?: string | undefined;
  advertiser?: string | undefined;
  /** Decimal; empty without consent to identification. */
  visitor: string;
  /** Number of the edge that decided, where it was another one. */
  owner?: number | undefined;
};

export type Counters = {
  /** Where several edges share what they count. */
  shared?: Sharing | undefined;
  line(id: string): LineState;
  lines(): Iterable<[string, LineState]>;
  /** Makes room for the lines of a book; what the event store knows of a line counts where it is more than is known here. */
  adopt(book: Book): void;
  shares: Shares;
  frequency: Frequency;
  seen: Record<AdEventKind, Seen>;
  /** Counts a valid event that is noted as seen. */
  count(event: Counted): void;
  /** A journal line of before the restart; true when it was an ad event not yet counted. */
  replay(line: string): boolean;
  forget(now: number): void;
  /** One line of JSON, then the bytes of the frequency. */
  dump(): Uint8Array;
  /** An event of a decision of this edge was counted by another one. */
  noteCame(event: Pick<Counted, 'kind' | 'line' | 'decidedAt'>): void;
  /** Counts one less: the event was another edge's after all. */
  takeBack(event: Pick<Counted, 'kind' | 'line'>): void;
  /** How far the exchange with other edges was read when the dump was made. */
  heardUpTo: string | undefined;
};

const fields = { impression: 'impressions', viewable: 'viewables', click: 'clicks' } as const;
const unitOf: Partial<Record<BookLine['goal']['unit'], AdEventKind>> = {
  impressions: 'impression',
  viewable_impressions: 'viewable',
  clicks: 'click',
};

function newLine(unit: LineState['unit'], place: number): LineState {
  const usual = unit === 'clicks' ? usualRates.click : unit === 'viewable_impressions' ? usualRates.viewable : 0.95;
  return {
    impressions: 0,
    viewables: 0,
    clicks: 0,
    unit,
    pace: newPace(usual),
    place,
    rotation: new Map(),
    turn: 0,
    here: { impressions: 0, viewables: 0, clicks: 0 },
  };
}

/** `dump`: of an earlier process. One that cannot be read is as good as none: the event store's figures stand in. */
export function newCounters(dump?: Uint8Array): Counters {
  const lines = new Map<string, LineState>();
  const frequency = openFrequency();
  const shares: Shares = { asked: new Float64Array(64), served: new Float64Array(64) };
  let places = 0;
  const seen: Counters['seen'] = {
    impression: openSeen(validity.impression, 600_000),
    viewable: openSeen(validity.viewable, 600_000),
    click: openSeen(validity.click, 3_600_000),
  };
  let heardUpTo: string | undefined;
  if (dump !== undefined) load(dump);

  function newPlace(): number {
    if (places === shares.asked.length) {
      for (const field of ['asked', 'served'] as const) {
        const roomier = new Float64Array(places * 2);
        roomier.set(shares[field]);
        shares[field] = roomier;
      }
    }
    return places++;
  }

  function line(id: string): LineState {
    let state = lines.get(id);
    if (!state) lines.set(id, (state = newLine('impressions', newPlace())));
    return state;
  }

  function count({ kind, line: id, creative = '', order, advertiser, visitor, decidedAt, at, owner }: Counted): void {
    const state = line(id);
    const isOurs = owner === undefined;
    state[fields[kind]]++;
    state.here[fields[kind]]++;
    const rotating = state.rotation.get(creative);
    if (rotating && kind === 'impression') rotating.impressions++;
    else if (rotating && kind === 'click') rotating.clicks++;
    if (unitOf[state.unit] === kind) {
      if (isOurs) noteDelivered(state.pace, decidedAt);
      else state.pace.delivered++;
    }
    if (limitedKind(state.unit) === kind)
      noteLimitedEvent((state.limited ??= newLimited(state.unit)), { decidedAt, at, isOurs });
    if (visitor !== '' && kind === 'impression')
      frequency.shown(visitor, { line: id, creative, order, advertiser }, { decidedAt, at });
  }

  function load(bytes: Uint8Array): void {
    const kept = readDump(bytes);
    if (!kept) return;
    heardUpTo = kept.heard;
    for (const [id, unit, figures, rotation, recent] of kept.lines) {
      const state = newLine(unit, newPlace());
      if (recent) {
        state.limited = newLimited(unit);
        state.limited.recent.counts.set(recent.counts);
        state.limited.recent.last = recent.last;
        state.isLimited = true;
      }
      state.rotation = new Map(rotation);
      Object.assign(state, figures);
      Object.assign(state.here, kept.here?.[id]);
      state.pace.delivered = deliveredOf(state);
      lines.set(id, state);
    }
    frequency.load(bytes.subarray(bytes.indexOf(newline) + 1));
    for (const kind of ['impression', 'viewable', 'click'] as const) {
      seen[kind].load(kept.seen[kind].map(([stretch, ids]) => ({ stretch, ids: fromBase64(ids) })));
    }
  }

  const counters: Counters = {
    line,
    lines: () => lines,
    heardUpTo,
    noteCame({ kind, line: id, decidedAt }) {
      const { unit, pace, limited } = line(id);
      if (unitOf[unit] === kind) noteCame(pace, decidedAt);
      if (limited && limitedKind(unit) === kind) noteCame(limited.onTheWay, decidedAt);
    },
    takeBack({ kind, line: id }) {
      const state = line(id);
      state[fields[kind]]--;
      state.here[fields[kind]]--;
      if (unitOf[state.unit] === kind) state.pace.delivered--;
    },
    shares,
    frequency,
    seen,
    count,
    adopt(book) {
      frequency.adopt(book.lines);
      for (const { id, goal, daily_cap } of book.lines) {
        const known = lines.get(id);
        const state =
          known?.unit === goal.unit
            ? known
            : {
                ...newLine(goal.unit, known?.place ?? newPlace()),
                ...figuresOf(known),
                ...(known && { here: known.here }),
              };
        const stored = book.delivered[id];
        if (stored) {
          for (const field of ['impressions', 'viewables', 'clicks'] as const)
            state[field] = Math.max(state[field], stored[field]);
        }
        state.pace.delivered = deliveredOf(state);
        state.isLimited = typeof daily_cap === 'number';
        lines.set(id, state);
      }
      counters.shared?.adopt(book);
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
    dump: () => {
      const figures = JSON.stringify({
        version: 2,
        lines: [...lines].map(([id, state]) => [
          id,
          state.unit,
          figuresOf(state),
          [...state.rotation],
          ...(state.isLimited && state.limited ? [recentOf(state.limited)] : []),
        ]),
        ...(counters.shared && {
          heard: counters.shared.heardUpTo(),
          here: Object.fromEntries(
            [...lines].flatMap(([id, { here }]) => (here.impressions + here.clicks > 0 ? [[id, here]] : [])),
          ),
        }),
        seen: Object.fromEntries(
          Object.entries(seen).map(([kind, one]) => [
            kind,
            one.dump().map(({ stretch, ids }) => [stretch, toBase64(ids)]),
          ]),
        ),
      });
      return Buffer.concat([Buffer.from(`${figures}\n`), frequency.dump()]);
    },
  };
  return counters;
}

const figuresOf = (state: Delivered | undefined): Delivered => ({
  impressions: state?.impressions ?? 0,
  viewables: state?.viewables ?? 0,
  clicks: state?.clicks ?? 0,
});

const recentOf = ({ recent: { counts, last } }: Limited) => ({ counts: [...counts], last });

function deliveredOf(state: LineState): number {
  const kind = unitOf[state.unit];
  return kind ? state[fields[kind]] : 0;
}

type Dump = {
  lines: [string, LineState['unit'], Delivered, [string, Rotating][], { counts: number[]; last: number }?][];
  seen: Record<AdEventKind, [number, string][]>;
  here?: Record<string, Delivered>;
  heard?: string;
};

const newline = '\n'.charCodeAt(0);

function readDump(bytes: Uint8Array): Dump | undefined {
  try {
    const dump: Dump & { version: number } = JSON.parse(
      Buffer.from(bytes.subarray(0, bytes.indexOf(newline))).toString('utf8'),
    );
    return dump.version === 2 ? dump : undefined;
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
  const {
    kind,
    at,
    decision_id = '',
    line_item_id = '',
    visitor = '0',
    invalid,
    creative_id,
    order_id,
    advertiser_id,
  } = row;
  const decision = readDecisionId(decision_id);
  if (invalid || !decision || (kind !== 'impression' && kind !== 'viewable' && kind !== 'click')) return undefined;
  const { id, decidedAt } = decision;
  return {
    kind,
    id,
    decidedAt,
    at: Date.parse(`${at}Z`),
    line: line_item_id,
    creative: creative_id,
    order: order_id,
    advertiser: advertiser_id,
    visitor: visitor === '0' ? '' : visitor,
  };
}
