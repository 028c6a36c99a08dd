/**
 * The month of `vigie bench allocation --month`: 200 lines on 50 placements, 15 % of slack, two edge restarts, the second week's
 * traffic 30 % under what was expected. Every goal is one that can be had beside the others.
 */
import { readScenario, simulate } from '#delivery';
import { instanceOf, type Kind } from './allocation-instances.ts';
import { greedyDelivery } from './allocation-optimum.ts';

const terms: Kind = {
  slack: 0.15,
  wrong: 0,
  past: 'known',
  levels: true,
  caps: true,
  odd: false,
  month: { lines: 200, placements: 50, perDay: 6000 },
};

export type MonthRow = { name: string; ordered: number; delivered: number; percent: number; greedy_percent: number };

async function* streamed<T>(requests: readonly T[]): AsyncGenerator<T> {
  yield* requests;
}

/** Rows of the promised lines, the worst first. */
export async function runMonth(seed: number) {
  const instance = instanceOf(seed, terms);
  const began = performance.now();
  const result = await simulate({
    scenario: readScenario(instance.scenario),
    history: streamed(instance.history),
    requests: streamed(instance.requests),
    stopwatch: () => performance.now(),
  });
  const seconds = (performance.now() - began) / 1000;
  const greedy = greedyDelivery(instance);
  const percent = (of: number, whole: number) => Math.round((10_000 * of) / whole) / 100;
  const rows = instance.lines
    .flatMap(({ unit, name, goal }, i): MonthRow[] =>
      unit === 'share'
        ? []
        : [
            {
              name,
              ordered: goal,
              delivered: result.lines[i]?.delivered ?? 0,
              percent: percent(result.lines[i]?.delivered ?? 0, goal),
              greedy_percent: percent(Math.min(goal, greedy[i] ?? 0), goal),
            },
          ],
    )
    .toSorted((a, b) => a.percent - b.percent || b.ordered - a.ordered);
  const sum = (of: (row: MonthRow) => number) => rows.reduce((total, row) => total + of(row), 0);
  return {
    lines: rows.length,
    requests: instance.requests.length,
    filled: result.filled,
    replans: result.replans,
    seconds: Math.round(seconds),
    ordered: sum(({ ordered }) => ordered),
    delivered: sum(({ ordered, delivered }) => Math.min(ordered, delivered)),
    under_99_percent: sum((row) => (row.percent < 99 ? 1 : 0)),
    over: sum(({ ordered, delivered }) => (delivered > ordered * 1.005 && delivered > ordered + 1 ? 1 : 0)),
    greedy_under_99_percent: sum((row) => (row.greedy_percent < 99 ? 1 : 0)),
    rows,
  };
}
