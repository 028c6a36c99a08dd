/** Which part of their requests lines with frequency caps can use: measured on the visitors that came, as if a line had had them all. */
import type { BookLine, FrequencyCap } from './contract.ts';

const minute = 60_000;
const unitMs: Record<FrequencyCap['per'], number> = {
  visit: 30 * minute,
  minute,
  hour: 60 * minute,
  day: 1440 * minute,
  week: 7 * 1440 * minute,
  month: 30 * 1440 * minute,
  lifetime: Number.POSITIVE_INFINITY,
};

type Metered = {
  caps: { count: number; window: number }[];
  /** Longest of the windows; a lifetime is that of the flight. */
  horizon: number;
  visitors: Map<string, number[]>;
  all: number;
  usable: number;
};

export type CapMeter = {
  /** A request of a visitor (empty: unknown, whom no cap holds back) that these lines may have. */
  note(at: number, visitor: string, lines: readonly string[]): void;
  /** By line, 0 to 1; lines without caps, or without requests, are left out. */
  parts(): Map<string, number>;
};

export function openCapMeter(lines: readonly BookLine[]): CapMeter {
  const metered = new Map<string, Metered>();
  for (const { id, frequency_caps, order_caps = [], advertiser_caps = [], start, end } of lines) {
    const all = [...frequency_caps, ...order_caps, ...advertiser_caps];
    if (all.length === 0) continue;
    const flight = Date.parse(end) - Date.parse(start);
    const caps = all.map(({ count, per, every = 1 }) => ({ count, window: Math.min(flight, unitMs[per] * every) }));
    metered.set(id, {
      caps,
      horizon: Math.max(...caps.map(({ window }) => window)),
      visitors: new Map(),
      all: 0,
      usable: 0,
    });
  }
  return {
    note(at, visitor, takers) {
      if (metered.size === 0) return;
      for (const id of takers) {
        const one = metered.get(id);
        if (!one) continue;
        one.all++;
        if (visitor !== '' && !isLeft(one, visitor, at)) continue;
        one.usable++;
      }
    },
    parts: () =>
      new Map([...metered].flatMap(([id, { all, usable }]) => (all > 0 ? [[id, Math.max(0.01, usable / all)]] : []))),
  };
}

/** Whether the caps leave one more; it is then had. */
function isLeft({ caps, horizon, visitors }: Metered, visitor: string, at: number): boolean {
  const seen = (visitors.get(visitor) ?? []).filter((time) => time > at - horizon);
  const may = caps.every(({ count, window }) => seen.filter((time) => time > at - window).length < count);
  if (may) seen.push(at);
  visitors.set(visitor, seen);
  return may;
}
