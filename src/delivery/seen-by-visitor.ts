/**
 * What one visitor saw, laid out by line, order, advertiser and creative while their request is decided: many lines are asked about
 * the same visitor, and most of them were never seen.
 */
import { type Exposures, mostPerVisitor, patience, type SeenByOne } from './exposures.ts';

/** Of whom the exposures are counted together. */
export const scopes = ['line', 'order', 'advertiser', 'creative'] as const;
export type Scope = (typeof scopes)[number];

/** A visitor has at most one more while one is added. */
const room = mostPerVisitor + 1;

export type SeenByVisitor = {
  /** The scopes that caps of the book have; others are not looked up. */
  scopes: Set<Scope>;
  /** Looks at the visitor of this place, unless it is the one looked at last. `subjects`: the highest number of a subject. */
  look(place: number, subjects: number): void;
  /** To be called when anything was noted of a visitor. */
  drop(): void;
  /** Whether there is any exposure of the subject. */
  saw(subject: number): boolean;
  /** Exposures of a subject after `since`, decisions as long as their impression may come. Milliseconds. */
  count(of: { scope: Scope; subject: number }, since: number, now: number): number;
};

/** `columns`: the subjects of everything that can be seen. */
export function openSeenByVisitor(exposures: Exposures, columns: Record<Scope, Int32Array>): SeenByVisitor {
  const seen: SeenByOne = {
    whats: new Uint32Array(room),
    times: new Float64Array(room),
    counts: new Int32Array(room),
  };
  /** The next exposure of the same subject. */
  const nexts: Record<Scope, Int32Array> = {
    line: new Int32Array(room),
    order: new Int32Array(room),
    advertiser: new Int32Array(room),
    creative: new Int32Array(room),
  };
  const used = new Set<Scope>();
  /** By subject: the first exposure, good where the round is this one. */
  let firsts = new Int32Array(256);
  let rounds = new Uint32Array(256);
  let round = 0;
  let looked = -1;

  function startRound(subjects: number): void {
    if (round === 0xffff_ffff || rounds.length <= subjects) {
      const size = Math.max(rounds.length, (subjects + 1) * 2);
      rounds = new Uint32Array(size);
      firsts = new Int32Array(size);
      round = 0;
    }
    round++;
  }

  return {
    scopes: used,
    look(place, subjects) {
      if (place === looked) return;
      looked = place;
      startRound(subjects);
      const many = exposures.read(place, seen);
      for (const scope of used) {
        const [column, next] = [columns[scope], nexts[scope]];
        for (let n = 0; n < many; n++) {
          const subject = column[seen.whats[n] ?? 0] ?? 0;
          next[n] = rounds[subject] === round ? (firsts[subject] ?? -1) : -1;
          firsts[subject] = n;
          rounds[subject] = round;
        }
      }
    },
    drop() {
      looked = -1;
    },
    saw: (subject) => rounds[subject] === round,
    count({ scope, subject }, since, now) {
      const next = nexts[scope];
      let sum = 0;
      for (let n = firsts[subject] ?? -1; n >= 0; n = next[n] ?? -1) {
        const at = seen.times[n] ?? 0;
        if (at <= since) continue;
        const count = seen.counts[n] ?? 0;
        if (count > 0) sum += count;
        else if (now - at < patience) sum++;
      }
      return sum;
    },
  };
}
