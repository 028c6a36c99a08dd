/** How traffic comes beside what was expected of it: soon after now as in the last hours, later as in the last days. */
import type { Zone } from './local-time.ts';
import { type Shape, shapeOf, traffic } from './pacing.ts';

const hour = 3_600_000;
const monday = 4 * 24 * hour;

export type TrafficLevel = {
  note(placement: string): void;
  /** Brings what was expected up to date. */
  advance(now: number): void;
  of(placement: string): { soon: number; later: number };
};

type Sums = { came: number; expected: number };
type Memory = { halfLife: number; places: Map<string, Sums>; all: Sums };

/** `placements`: expected requests by hour of the week. */
export function openTrafficLevel(
  placements: Readonly<Record<string, number[]>>,
  zone: Zone,
  since: number,
): TrafficLevel {
  const shapes = new Map<string, Shape>(Object.entries(placements).map(([id, hours]) => [id, shapeOf(hours)]));
  const memories: Memory[] = [4 * hour, 48 * hour].map((halfLife) => ({
    halfLife,
    places: new Map(),
    all: { came: 0, expected: 0 },
  }));
  const came = new Map<string, number>();
  let at = since;

  function advance(now: number): void {
    if (now <= at) return;
    for (const { halfLife, places, all } of memories) {
      const fade = 0.5 ** ((now - at) / halfLife);
      all.came *= fade;
      all.expected *= fade;
      for (const [id, shape] of shapes) {
        const sums = places.get(id) ?? { came: 0, expected: 0 };
        places.set(id, sums);
        const seen = came.get(id) ?? 0;
        const thought = traffic(shape, at + zone.offset(at) - monday, now + zone.offset(now) - monday);
        sums.came = sums.came * fade + seen;
        sums.expected = sums.expected * fade + thought;
        all.came += seen;
        all.expected += thought;
      }
    }
    came.clear();
    at = now;
  }

  /** Ratios of little evidence lean on that of all placements, and this on 1. */
  const ratioOf = (memory: Memory | undefined, placement: string): number => {
    if (!memory) return 1;
    const all = (memory.all.came + 100) / (memory.all.expected + 100);
    const { came: seen, expected } = memory.places.get(placement) ?? { came: 0, expected: 0 };
    return Math.min(3, Math.max(0.2, (seen + 100 * all) / (expected + 100)));
  };

  return {
    note: (placement) => came.set(placement, (came.get(placement) ?? 0) + 1),
    advance,
    of: (placement) => ({ soon: ratioOf(memories[0], placement), later: ratioOf(memories[1], placement) }),
  };
}
