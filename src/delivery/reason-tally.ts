/**
 * Why each line item did or did not answer, as the edge decides: some decisions a second are explained and stand for those since
 * the last one of their placement, so that asking "why" costs the hot path nothing. Control keeps the last hour.
 */
import type { Reason } from './contract.ts';
import { type Ask, reasonOf } from './decide.ts';
import type { LoadedBook, LoadedLine } from './load-book.ts';

/** Of so many decisions, a line met this reason; `winner`: the line that answered instead, empty when none did. */
export type ReasonCount = { line: string; reason: Reason; winner: string; decisions: number };

export type ReasonTally = {
  /** Told of every decision, before it is committed. */
  note(book: LoadedBook, ask: Ask, chosen: LoadedLine | undefined): void;
  /** Takes out what was counted. */
  take(): ReasonCount[];
};

/** `now`: milliseconds. `perSecond`: decisions explained at most. */
export function openReasonTally(now: () => number, perSecond = 20): ReasonTally {
  let counts = new Map<string, ReasonCount>();
  const waiting = new Map<string, number>();
  let credit = perSecond;
  let last = now();
  return {
    note(book, ask, chosen) {
      const { id } = ask.placement.placement;
      const decisions = (waiting.get(id) ?? 0) + 1;
      const at = now();
      credit = Math.min(perSecond, credit + (Math.max(0, at - last) * perSecond) / 1000);
      last = at;
      if (credit < 1) {
        waiting.set(id, decisions);
        return;
      }
      credit--;
      waiting.delete(id);
      const winner = chosen?.line.id ?? '';
      for (const { index } of ask.placement.sold) {
        const line = book.lines[index];
        if (!line) continue;
        const reason = line === chosen ? 'chosen' : reasonOf(line, ask);
        const key = `${line.line.id} ${reason} ${winner}`;
        const known = counts.get(key);
        if (known) known.decisions += decisions;
        else counts.set(key, { line: line.line.id, reason, winner: reason === 'chosen' ? '' : winner, decisions });
      }
    },
    take() {
      const taken = [...counts.values()];
      counts = new Map();
      return taken;
    },
  };
}

/** What edges told of the last hour, in memory: a diagnosis, not an account. */
export type RecentReasons = {
  hear(counts: readonly ReasonCount[]): void;
  of(line: string): { decisions: number; counts: ReasonCount[] };
};

const stretch = 300_000;
const stretches = 12;
const mostCounts = 200_000;

export function openRecentReasons(now: () => number): RecentReasons {
  let recent: { at: number; lines: Map<string, Map<string, ReasonCount>>; size: number }[] = [];
  return {
    hear(counts) {
      const at = Math.floor(now() / stretch);
      recent = recent.filter((one) => one.at > at - stretches && one.at <= at);
      let current = recent.find((one) => one.at === at);
      if (!current) recent.push((current = { at, lines: new Map(), size: 0 }));
      for (const count of counts) {
        let ofLine = current.lines.get(count.line);
        if (!ofLine) current.lines.set(count.line, (ofLine = new Map()));
        const key = `${count.reason} ${count.winner}`;
        const known = ofLine.get(key);
        if (known) known.decisions += count.decisions;
        else if (current.size < mostCounts) {
          ofLine.set(key, { ...count });
          current.size++;
        }
      }
    },
    of(line) {
      const from = Math.floor(now() / stretch) - stretches;
      const counts = recent.flatMap((one) => (one.at > from ? [...(one.lines.get(line)?.values() ?? [])] : []));
      return { decisions: counts.reduce((sum, { decisions }) => sum + decisions, 0), counts };
    },
  };
}
