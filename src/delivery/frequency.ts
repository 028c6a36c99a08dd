/** Frequency caps over rolling windows, by visitor identifier; where there is none, over the page. */
import type { FrequencyCap } from './contract.ts';

const minute = 60_000;
const unitMs: Record<Exclude<FrequencyCap['per'], 'visit'>, number> = {
  minute,
  hour: 60 * minute,
  day: 1440 * minute,
  week: 7 * 1440 * minute,
  month: 30 * 1440 * minute,
  lifetime: Number.POSITIVE_INFINITY,
};

/** A visit ends after more than 30 minutes without a request. */
const visitGap = 30 * minute;
/** A decision whose impression has not come by then was not seen. */
const patience = 5 * minute;

/** When a visitor had a line: positive, an impression; negative, a decision whose impression may still come. */
type Exposures = number[];
type Visitor = { lastAt: number; visitAt: number; lines: Map<string, Exposures> };

export type Frequency = {
  /** Notes that the visitor is here, so that visits are known. */
  arrive(visitor: string, now: number): void;
  /** Whether the line may be shown to the visitor once more. */
  allows(visitor: string, line: string, caps: readonly FrequencyCap[], now: number): boolean;
  decided(visitor: string, line: string, now: number): void;
  /** An impression came; `decidedAt` NaN when its decision is not known here. */
  shown(visitor: string, line: string, times: { decidedAt: number; at: number }): void;
  dump(): unknown;
  load(dump: unknown): void;
};

/** `mostVisitors`: those unseen for longest are forgotten beyond. */
export function openFrequency(mostVisitors = 200_000): Frequency {
  const visitors = new Map<string, Visitor>();

  function visitorOf(id: string, now: number): Visitor {
    let visitor = visitors.get(id);
    if (visitor) visitors.delete(id);
    else visitor = { lastAt: now, visitAt: now, lines: new Map() };
    // Maps keep the order of insertion: the first is the one unseen for longest.
    visitors.set(id, visitor);
    if (visitors.size > mostVisitors) {
      const oldest = visitors.keys().next().value;
      if (oldest !== undefined) visitors.delete(oldest);
    }
    return visitor;
  }

  function exposuresOf(visitor: Visitor, line: string): Exposures {
    let exposures = visitor.lines.get(line);
    if (!exposures) visitor.lines.set(line, (exposures = []));
    return exposures;
  }

  return {
    arrive(id, now) {
      const visitor = visitorOf(id, now);
      if (now - visitor.lastAt > visitGap) visitor.visitAt = now;
      visitor.lastAt = now;
    },
    allows(id, line, caps, now) {
      const visitor = visitors.get(id);
      const exposures = visitor?.lines.get(line);
      if (!visitor || !exposures) return caps.every((cap) => cap.count > 0);
      return caps.every((cap) => {
        const since = cap.per === 'visit' ? visitor.visitAt - 1 : now - unitMs[cap.per] * (cap.every ?? 1);
        let seen = 0;
        for (const time of exposures) if (time > 0 ? time > since : -time > since && now + time < patience) seen++;
        return seen < cap.count;
      });
    },
    decided(id, line, now) {
      const exposures = exposuresOf(visitorOf(id, now), line);
      const dead = exposures.findIndex((time) => time < 0 && now + time >= patience);
      if (dead >= 0) exposures[dead] = -now;
      else exposures.push(-now);
      if (exposures.length > 1000) exposures.shift();
    },
    shown(id, line, { decidedAt, at }) {
      const exposures = exposuresOf(visitorOf(id, at), line);
      const waiting = exposures.indexOf(-decidedAt);
      if (waiting >= 0) exposures[waiting] = at;
      else exposures.push(at);
    },
    dump: () => [...visitors].map(([id, v]) => [id, v.lastAt, v.visitAt, [...v.lines]]),
    load(dump) {
      if (!Array.isArray(dump)) return;
      for (const [id, lastAt, visitAt, lines] of dump) visitors.set(id, { lastAt, visitAt, lines: new Map(lines) });
    },
  };
}
