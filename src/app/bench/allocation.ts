/**
 * `vigie bench allocation [--instances N] [--seed N]`: lines that compete, delivered by the live decision with an edge restart
 * on the way, beside the optimum that knows the traffic beforehand (HiGHS) and greedy delivery by remaining goal.
 */
import { readScenario, simulate } from '#delivery';
import { openSolver } from '#forecasting';
import { type Command, print, wordsOf } from '../commands/command.ts';
import {
  greedyDelivery,
  hindsightProgram,
  type Instance,
  instanceOf,
  type Request,
  type Tightness,
} from './allocation-instances.ts';

export type Outcome = {
  lines: number;
  ordered: number;
  optimum: number;
  delivered: number;
  greedy: number;
  /** Lines with less than 99 % of their goal, of at least two impressions less; and with more than 100.5 %, and than one more. */
  short: number;
  over: number;
};

async function* streamed(requests: readonly Request[]): AsyncGenerator<Request> {
  yield* requests;
}

/** Delivers an instance; the solver is HiGHS's. */
export async function deliver(instance: Instance, solve: Awaited<ReturnType<typeof openSolver>>): Promise<Outcome> {
  const { lines } = await simulate({
    scenario: readScenario(instance.scenario),
    history: streamed(instance.history),
    requests: streamed(instance.requests),
    stopwatch: () => performance.now(),
  });
  const sum = (of: (line: (typeof lines)[number]) => number) => lines.reduce((total, line) => total + of(line), 0);
  const solved = solve(hindsightProgram(instance));
  if (solved.Status !== 'Optimal') throw new Error(`The linear program ended as ${solved.Status}.`);
  return {
    lines: lines.length,
    ordered: sum(({ ordered }) => ordered),
    optimum: Math.round(solved.ObjectiveValue),
    delivered: sum(({ ordered, delivered }) => Math.min(ordered, delivered)),
    greedy: greedyDelivery(instance),
    short: sum(({ ordered, delivered }) => (delivered < Math.min(ordered * 0.99, ordered - 2) ? 1 : 0)),
    over: sum(({ ordered, delivered }) => (delivered > Math.max(ordered * 1.005, ordered + 1) ? 1 : 0)),
  };
}

const kinds: Record<string, Tightness> = {
  '15 % slack, forecast right': { slack: 0.15, wrong: 0 },
  '15 % slack, forecast wrong by up to 30 %': { slack: 0.15, wrong: 0.3 },
  'no slack, forecast right': { slack: 0, wrong: 0 },
  'no slack, forecast wrong by up to 30 %': { slack: 0, wrong: 0.3 },
  'oversold by 20 %, forecast wrong by up to 30 %': { slack: -0.2, wrong: 0.3 },
};

const part = (of: number, whole: number) => Math.round((of / Math.max(1, whole)) * 1e5) / 1e5;
const percent = (share: number) => `${(share * 100).toFixed(2)} %`;

const bench: Command = async (args) => {
  const { values } = wordsOf(args, { instances: { type: 'string' }, seed: { type: 'string' } });
  const instances = Number(values.instances ?? 20);
  const seed = Number(values.seed ?? 1);
  const solve = await openSolver();
  const table = [];
  for (const [kind, tightness] of Object.entries(kinds)) {
    const total: Outcome = { lines: 0, ordered: 0, optimum: 0, delivered: 0, greedy: 0, short: 0, over: 0 };
    let worst = 1;
    let worstGreedy = 1;
    for (let i = 0; i < instances; i++) {
      const outcome = await deliver(instanceOf(seed * 1000 + i, tightness), solve);
      for (const name of Object.keys(total) as (keyof Outcome)[]) total[name] += outcome[name];
      worst = Math.min(worst, outcome.delivered / outcome.optimum);
      worstGreedy = Math.min(worstGreedy, outcome.greedy / outcome.optimum);
    }
    table.push({
      kind,
      instances,
      ...total,
      of_optimum: part(total.delivered, total.optimum),
      worst: part(worst, 1),
      greedy_of_optimum: part(total.greedy, total.optimum),
      greedy_worst: part(worstGreedy, 1),
    });
  }
  print(
    values.json,
    { instances, seed, table },
    table
      .map(
        (row) =>
          `${row.kind}: ${row.instances} instances, ${row.lines} lines, ${row.ordered} ordered, optimum ${row.optimum}\n` +
          `  Vigie  ${percent(row.of_optimum)} of the optimum (worst instance ${percent(row.worst)}), lines short ${row.short}, over ${row.over}\n` +
          `  greedy ${percent(row.greedy_of_optimum)} (worst ${percent(row.greedy_worst)})`,
      )
      .join('\n'),
  );
  return 0;
};

export default bench;
