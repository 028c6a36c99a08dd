/** Decisions in favour of line items, added up per line item, placement and minute until the minute is over. */

export type DecisionCount = { line: number; placement: number; minute: number; decisions: number };

export type DecisionCounts = {
  note(line: number, placement: number, at: number): void;
  /** Takes out the counts of minutes that are over at `now`; all of them with `Infinity`. */
  take(now: number): DecisionCount[];
};

export function openDecisionCounts(): DecisionCounts {
  /** The running minute by line and placement: looked up without making a name of the two. */
  const running = new Map<number, Map<number, DecisionCount>>();
  let over: DecisionCount[] = [];
  return {
    note(line, placement, at) {
      const minute = Math.floor(at / 60_000);
      let places = running.get(line);
      if (!places) running.set(line, (places = new Map()));
      let count = places.get(placement);
      if (!count || count.minute !== minute) {
        if (count) over.push(count);
        places.set(placement, (count = { line, placement, minute, decisions: 0 }));
      }
      count.decisions++;
    },
    take(now) {
      const due = over;
      over = [];
      for (const [line, places] of running) {
        for (const [placement, count] of places) {
          if ((count.minute + 1) * 60_000 > now) continue;
          due.push(count);
          places.delete(placement);
        }
        if (places.size === 0) running.delete(line);
      }
      return due;
    },
  };
}
