/** Days of traffic over a world, through the same `simulate` as the command line's. */
import { openZone, type Zone } from '../local-time.ts';
import { simulate } from '../simulate.ts';
import { readScenario, type SimulatedRequest } from '../simulate-scenario.ts';
import type { SimulationResult } from './contract.ts';
import { makeRequests } from './make-requests.ts';
import type { World } from './world.ts';

export type Progress = { percent: number; reached: string };

const day = 86_400_000;

/** `progress` is told at each replan. The same world gives the same result. */
export async function runWorld(
  { scenario: given, traffic, about, warnings }: World,
  { stopwatch, progress }: { stopwatch: () => number; progress: (progress: Progress) => void },
): Promise<SimulationResult> {
  const zone = openZone(given.time_zone);
  const start = Date.parse(given.start);
  const end = endOf(start, given.days, zone);
  const surprise = (date: string) => traffic.surprises.findLast(({ from, to }) => date >= from && date <= to);
  const common = { ...traffic, zone };
  const past = makeRequests({
    ...common,
    start: start - 7 * day,
    end: start,
    percentOf: () => traffic.percent,
    draw: randomOf(2),
  });
  const came = new Map<string, number>();
  const coming = makeRequests({
    ...common,
    start,
    end,
    percentOf: (date) => (traffic.percent * (surprise(date)?.percent ?? 100)) / 100,
    draw: randomOf(3),
  });
  const empty = about.map((line) => ({ ...line, delivered: 0, by_day: {}, capped: 0 }));
  const days = () => [...came].map(([date, requests]) => ({ date, requests: requests * traffic.thinning }));
  if (given.line_items.length === 0) {
    for (const request of coming) count(came, request, zone);
    const requests = [...came.values()].reduce((sum, n) => sum + n, 0) * traffic.thinning;
    return {
      lines: empty,
      days: days(),
      requests,
      filled: 0,
      thinning: traffic.thinning,
      decisions_per_s: 0,
      replans: 0,
      warnings,
    };
  }

  const scenario = readScenario(given);
  const result = await simulate({
    scenario,
    history: streamOf(past),
    requests: streamOf(coming, (request) => count(came, request, zone)),
    stopwatch,
    progress: (at) =>
      progress({
        percent: Math.min(99, Math.floor((100 * (at.getTime() - start)) / (end - start))),
        reached: at.toISOString(),
      }),
  });
  const times = (n: number) => n * traffic.thinning;
  return {
    lines: about.map((line, index) => {
      const run = result.lines[index];
      if (!run) return { ...line, delivered: 0, by_day: {}, capped: 0 };
      // Where a request stands for several, the last one may stand for less than the rest of the goal.
      const most = line.unit === 'share' || line.ordered === 0 ? Number.POSITIVE_INFINITY : line.ordered;
      const whole = times(run.delivered);
      const over =
        run.delivered <= scenarioGoal(scenario.line_items[index]?.goal.quantity) ? Math.max(0, whole - most) : 0;
      const by_day = Object.fromEntries(Object.entries(run.by_day).map(([date, n]) => [date, times(n)]));
      const last = Object.keys(by_day).at(-1);
      if (over > 0 && last !== undefined) by_day[last] = Math.max(0, (by_day[last] ?? 0) - over);
      return { ...line, delivered: whole - over, by_day, capped: times(run.capped) };
    }),
    days: days(),
    requests: times(result.requests),
    filled: times(result.filled),
    thinning: traffic.thinning,
    decisions_per_s: result.decisions_per_s,
    replans: result.replans,
    warnings,
  };
}

const scenarioGoal = (quantity: number | undefined): number => quantity ?? 0;

async function* streamOf(
  requests: Iterable<SimulatedRequest>,
  seen: (request: SimulatedRequest) => void = () => undefined,
): AsyncGenerator<SimulatedRequest> {
  for (const request of requests) {
    seen(request);
    yield request;
  }
}

function count(days: Map<string, number>, { at }: SimulatedRequest, zone: Zone): void {
  const time = Date.parse(at);
  const date = new Date(time + zone.offset(time)).toISOString().slice(0, 10);
  days.set(date, (days.get(date) ?? 0) + 1);
}

function endOf(start: number, days: number, zone: Zone): number {
  const wanted = start + zone.offset(start) + days * day;
  return wanted - zone.offset(wanted - zone.offset(wanted));
}

/** Mulberry32: small, fast, the same everywhere. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
