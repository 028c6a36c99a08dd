/** What players and auctions report of an ad beside impressions, views and clicks: each event of a decision is written down and counted once. */
import { adEventLine } from './ad-rows.ts';
import type { Knowledge } from './answer-decisions.ts';
import type { InvalidReason } from './contract.ts';
import type { LoadedBook } from './load-book.ts';
import type { SideEventKind } from './price.ts';
import { openSeen, type Seen } from './seen.ts';
import { readDecisionId } from './token.ts';

/** Names in VAST and of an auction's notices, and the kind each is kept under in `ad_events`. */
const kinds: Readonly<Record<string, SideEventKind>> = {
  loaded: 'video_loaded',
  creativeView: 'video_creative_view',
  start: 'video_start',
  firstQuartile: 'video_first_quartile',
  midpoint: 'video_midpoint',
  thirdQuartile: 'video_third_quartile',
  complete: 'video_complete',
  mute: 'video_mute',
  unmute: 'video_unmute',
  pause: 'video_pause',
  resume: 'video_resume',
  rewind: 'video_rewind',
  skip: 'video_skip',
  fullscreen: 'video_expand',
  playerExpand: 'video_expand',
  exitFullscreen: 'video_collapse',
  playerCollapse: 'video_collapse',
  close: 'video_close',
  closeLinear: 'video_close',
  notViewable: 'video_not_viewable',
  viewUndetermined: 'video_view_undetermined',
  companionView: 'video_companion_view',
  verificationNotExecuted: 'video_verification_not_executed',
  error: 'video_error',
  win: 'auction_won',
  billed: 'auction_billed',
  lost: 'auction_lost',
};

/** A player may sit paused for long: its events are taken as long as a click is. Milliseconds. */
const validityMs = 86_400_000;

/** `detail`: the error code, price or loss reason that came along; empty when none. */
export type SideCall = { event: string; token: string; detail: string; userAgent: string; isPrefetch: boolean };
export type SideEvents = {
  /** Resolves to false when the address was not made here; rejects when the event could not be written. */
  count(call: SideCall, now: number): Promise<boolean>;
  /** A journal line of before the restart. */
  recall(line: string): void;
  forget(now: number): void;
};

export function openSideEvents(how: {
  book: () => LoadedBook;
  knowledge: Pick<Knowledge, 'agentOf'>;
  append: (line: string) => Promise<void>;
}): SideEvents {
  const seen = new Map<string, Seen>();
  const seenOf = (kind: string): Seen => {
    let one = seen.get(kind);
    if (!one) seen.set(kind, (one = openSeen(validityMs, 3_600_000)));
    return one;
  };

  return {
    async count({ event, token, detail: told, userAgent, isPrefetch }, now) {
      const book = how.book();
      const kind = Object.hasOwn(kinds, event) ? kinds[event] : undefined;
      const claim = kind && book.signer.verify(token);
      if (!kind || !claim) return false;
      const decidedAt = claim.decided * 1000;
      const at = claim.simulated ? decidedAt : now;
      const judged = (): InvalidReason | '' => {
        if (isPrefetch) return 'prefetch';
        // Notices come from the server of an exchange, not from a browser.
        if (!kind.startsWith('auction_') && (userAgent === '' || how.knowledge.agentOf(userAgent).bot))
          return claim.simulated ? '' : 'bot';
        if (at - decidedAt > validityMs) return 'expired';
        return seenOf(kind).add(claim.id, decidedAt) ? '' : 'replayed';
      };
      const invalid = judged();
      const line = adEventLine(book, { kind, claim, at, invalid, detail: detailOf(kind, told) });
      if (line === undefined) return true;
      try {
        await how.append(line);
      } catch (error) {
        if (invalid === '') seenOf(kind).remove(claim.id, decidedAt);
        throw error;
      }
      return true;
    },
    recall(text) {
      if (!/"kind":"(video|auction)_/.test(text) || !text.startsWith('{"t":"ad_events",')) return;
      const { r: row }: { r: Record<string, string> } = JSON.parse(text);
      const decision = readDecisionId(row['decision_id'] ?? '');
      if (!row['invalid'] && decision && row['kind']) seenOf(row['kind']).add(decision.id, decision.decidedAt);
    },
    forget(now) {
      for (const one of seen.values()) one.forget(now);
    },
  };
}

/** VAST error codes are three digits (VAST 4.2, section 2.3.6.3); what is not one is "undefined error". */
function detailOf(kind: SideEventKind, told: string): string {
  if (kind === 'video_error') return /^[1-9]\d\d$/.test(told) ? told : '900';
  // Why a script could not run (VAST 4.1, 7.4): 1 rejected, 2 not supported, 3 not loaded.
  if (kind === 'video_verification_not_executed') return /^[123]$/.test(told) ? told : '';
  return kind.startsWith('auction_') && /^\d{1,9}(\.\d{1,6})?$/.test(told) ? told : '';
}
