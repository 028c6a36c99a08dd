/** From a signed address that was called to an event: is it genuine, in time, a person's, the first? Then it is written down and counted. */
import { openClickBursts, readerOf } from './click-bursts.ts';
import type { InvalidReason } from './contract.ts';
import { type Counted, type Counters, validity } from './counters.ts';
import { adEventLine } from './ad-rows.ts';
import type { Knowledge } from './answer-decisions.ts';
import type { LoadedBook } from './load-book.ts';
import type { AdEventKind } from './price.ts';
import type { Claim } from './token.ts';

export type EventCall = {
  kind: AdEventKind;
  token: string;
  userAgent: string;
  isPrefetch: boolean;
  /** Address of the reader, looked at and forgotten. */
  ip?: string | undefined;
};

/** `claim` undefined: the address was not made here. `invalid`: '' when the event counts. */
export type EventOutcome = { claim: Claim | undefined; invalid: InvalidReason | '' };

export type Counting = {
  book: () => LoadedBook;
  counters: Counters;
  knowledge: Pick<Knowledge, 'agentOf' | 'isDataCentre'>;
  append: (line: string) => Promise<void>;
  /** Tell readers without an identifier apart by public address and program. */
  burstsByAddress?: boolean | undefined;
};

/** Resolves once the event is on disk; rejects when it could not be written, and then the same call may come again. */
export function eventCounter({ book: current, counters, knowledge, append, burstsByAddress }: Counting) {
  const bursts = openClickBursts();
  return async function countEvent(
    { kind, token, userAgent, isPrefetch, ip = '' }: EventCall,
    now: number,
  ): Promise<EventOutcome> {
    const book = current();
    const claim = book.signer.verify(token);
    if (!claim) return { claim, invalid: '' };

    const decidedAt = claim.decided * 1000;
    // A decision of a simulated time is answered at that time.
    const at = claim.simulated ? decidedAt : now;
    const seen = counters.seen[kind];
    const { shared } = counters;
    let needsImpression = false;
    const judge = (): InvalidReason | '' => {
      if (isPrefetch) return 'prefetch';
      if (userAgent === '' || knowledge.agentOf(userAgent).bot) return claim.simulated ? '' : 'bot';
      if (ip !== '' && knowledge.isDataCentre?.(ip)) return 'data_centre';
      const age = at - decidedAt;
      if (age > validity[kind]) return 'expired';
      if (kind === 'impression') return '';
      // Impressions are remembered for an hour: of a later event it can no longer be told.
      if (age < validity.impression && !counters.seen.impression.has(claim.id, decidedAt)) {
        // Another edge may have it: asked together with the claim.
        if (!shared) return withoutImpression[kind];
        needsImpression = true;
      }
      if (kind !== 'click') return '';
      const address = claim.simulated || !burstsByAddress ? '' : ip;
      const reader = readerOf({ visitor: claim.visitor, ip: address, userAgent });
      return reader !== undefined && bursts.isBurst(reader, claim.line, at) ? 'click_burst' : '';
    };
    let invalid = judge();
    // Noted before the append: a second call while the first is being written is a replay.
    if (invalid === '' && !seen.add(claim.id, decidedAt)) invalid = 'replayed';

    const claiming = { kind, id: claim.id, decidedAt, needsImpression };
    const claimed = shared && invalid === '' ? await shared.claim(claiming) : 'ours';
    // What another edge has counted is not noted here: should Valkey forget, each edge tells it what it has counted itself.
    if (claimed === 'replayed' || claimed === 'no_impression') seen.remove(claim.id, decidedAt);
    if (claimed === 'replayed') invalid = 'replayed';
    if (claimed === 'no_impression' && kind !== 'impression') invalid = withoutImpression[kind];

    const line = adEventLine(book, { kind, claim, at, invalid });
    if (line === undefined) return { claim, invalid };
    try {
      // Counted in the same turn as appended, so that a copy of the counters and a mark of the journal always agree. Should the
      // append fail, the line item has counted one too many rather than one too few.
      if (invalid === '') {
        const owner = shared?.ownerOf(claim.id);
        const counted = { ...countedOf(book, { kind, claim, at }), owner };
        counters.count(counted);
        if (owner !== undefined) shared?.came(counted, owner);
      }
      await (shared && claimed === 'unknown' ? shared.doubt(claiming, line) : append(line));
    } catch (error) {
      if (invalid === '') {
        seen.remove(claim.id, decidedAt);
        if (claimed === 'ours') shared?.release(claiming);
      }
      throw error;
    }
    return { claim, invalid };
  };
}

const withoutImpression = { click: 'click_without_impression', viewable: 'view_without_impression' } as const;

function countedOf(
  { linesByName, creativesByName }: LoadedBook,
  { kind, claim, at }: { kind: AdEventKind; claim: Claim; at: number },
): Counted {
  return {
    kind,
    id: claim.id,
    decidedAt: claim.decided * 1000,
    at,
    line: linesByName.get(claim.line)?.line.id ?? '',
    creative: creativesByName.get(claim.creative)?.id,
    visitor: claim.visitor?.toString() ?? '',
  };
}
