/**
 * `vigie bench allocation [--instances N] [--seed N] [--kind WORDS] [--lines] [--month]`: lines that compete, delivered by the live decision
 * with edge restarts on the way, beside the optimum that knows the traffic beforehand (HiGHS) and greedy delivery by what is missing.
 */
import { readScenario, simulate } from '#delivery';
import { openSolver } from '#forecasting';
import { type Command, print, wordsOf } from '../commands/command.ts';
import { type Instance, instanceOf, type Kind } from './allocation-instances.ts';
import { type Line, takes } from './allocation-lines.ts';
import { runMonth } from './allocation-month.ts';
import { greedyDelivery, optimumOf } from './allocation-optimum.ts';
import type { Request } from './allocation-traffic.ts';

type Solve = Awaited<ReturnType<typeof openSolver>>;

export type Outcome = {
  lines: number;
  /** Of the lines with a goal in impressions, in requests. */
  ordered: number;
  optimum: number;
  delivered: number;
  greedy: number;
  /** Promised lines with less than 99 % of their goal; and with that, missing at least two impressions. */
  short: number;
  short_by_two: number;
  /** Lines with more than 100.5 % and with more than one too many. */
  over: number;
  worst: { line: Line; delivered: number; able: number } | undefined;
  /** By level of priority: what was delivered and the most that could be. */
  levels: { level: number; delivered: number; optimum: number }[];
  decisions: number;
  seconds: number;
};

async function* streamed(requests: readonly Request[]): AsyncGenerator<Request> {
  yield* requests;
}

const perUnit = ({ unit }: Line): number => (unit === 'viewable_impressions' ? 1 / 0.6 : 1);

/** Delivers an instance. */
export async function deliver(instance: Instance, solve: Solve): Promise<Outcome> {
  const began = performance.now();
  const result = await simulate({
    scenario: readScenario(instance.scenario),
    history: streamed(instance.history),
    requests: streamed(instance.requests),
    stopwatch: () => performance.now(),
  });
  const seconds = (performance.now() - began) / 1000;
  const optimum = optimumOf({ ...instance, lines: instance.lines.filter(({ priority }) => priority <= 10) }, solve);
  const greedy = greedyDelivery(instance);
  const outcome: Outcome = {
    lines: 0,
    ordered: 0,
    optimum: [...optimum.values()].reduce((sum, level) => sum + level, 0),
    delivered: 0,
    greedy: 0,
    short: 0,
    short_by_two: 0,
    over: 0,
    worst: undefined,
    levels: [...optimum].map(([level, most]) => ({ level, delivered: 0, optimum: most })),
    decisions: instance.requests.length,
    seconds,
  };
  for (const [index, line] of instance.lines.entries()) {
    // Those that nothing was promised have what is left; it is not part of the comparison.
    if (line.unit === 'share' || line.priority > 10) continue;
    const delivered = result.lines[index]?.delivered ?? 0;
    const counted = Math.min(delivered, line.goal) * perUnit(line);
    outcome.lines++;
    outcome.ordered += line.goal * perUnit(line);
    outcome.delivered += counted;
    outcome.greedy += Math.min(greedy[index] ?? 0, line.goal) * perUnit(line);
    const level = outcome.levels.find((one) => one.level === line.priority);
    if (level) level.delivered += counted;
    if (delivered > line.goal * 1.005 && delivered > line.goal + 1) outcome.over++;
    if (!line.isPromised) continue;
    if (delivered < line.goal * 0.99) outcome.short++;
    if (delivered < line.goal * 0.99 && delivered <= line.goal - 2) outcome.short_by_two++;
    if (!outcome.worst || delivered / line.goal < outcome.worst.delivered / outcome.worst.line.goal)
      outcome.worst = { line, delivered, able: instance.timed.filter((one) => takes(line, one)).length };
  }
  return outcome;
}

const wordsFor = ({ start, end, pacing, priority, unit, cap, hours, placements }: Line): string =>
  `${((end - start) / 3_600_000).toFixed(1)} h, ${pacing}, priority ${priority}, ${unit}, ${placements.length} placements` +
  `${cap ? `, ${cap.count} per ${cap.per}` : ''}${hours ? `, ${hours.from}-${hours.to} h` : ''}`;

const slack: Kind = { slack: 0.15, wrong: 0, past: 'known', levels: false, caps: true, odd: true };
export const kinds: Record<string, Kind> = {
  '15 % slack, forecast right': slack,
  '15 % slack, forecast wrong by up to 30 %': { ...slack, wrong: 0.3 },
  '15 % slack, priorities, forecast wrong by up to 30 %': { ...slack, wrong: 0.3, levels: true },
  '15 % slack, days missing from the past, wrong by up to 30 %': { ...slack, wrong: 0.3, past: 'gaps' },
  '15 % slack, placements without a past': { ...slack, wrong: 0.3, past: 'new placements' },
  '15 % slack, two days of past': { ...slack, wrong: 0.3, past: 'short' },
  '15 % slack, no past': { ...slack, past: 'none' },
  'no slack, forecast right': { ...slack, slack: 0, caps: false, odd: false },
  'no slack, forecast wrong by up to 30 %': { ...slack, slack: 0, wrong: 0.3, caps: false, odd: false },
  'oversold by 20 %, priorities, wrong by up to 30 %': {
    ...slack,
    slack: -0.2,
    wrong: 0.3,
    levels: true,
    caps: false,
    odd: false,
  },
};

const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
const part = (of: number, whole: number) => Math.round((of / Math.max(1, whole)) * 1e5) / 1e5;

const bench: Command = async (args) => {
  const { values } = wordsOf(args, {
    instances: { type: 'string' },
    seed: { type: 'string' },
    kind: { type: 'string' },
    lines: { type: 'boolean' },
    month: { type: 'boolean' },
  });
  const instances = Number(values.instances ?? 20);
  const seed = Number(values.seed ?? 1);
  if (values.month) {
    const month = await runMonth(seed);
    print(values.json, month, monthWords(month, values.lines ?? false));
    return 0;
  }
  const solve = await openSolver();
  const table = [];
  for (const [kind, terms] of Object.entries(kinds)) {
    if (values.kind !== undefined && !kind.includes(values.kind)) continue;
    const row = await runKind(kind, terms, { instances, seed, solve });
    table.push(row);
    if (!values.json) process.stdout.write(`${sentence(row)}\n`);
    if (values.lines && !values.json) for (const line of row.worst_lines) process.stdout.write(`    ${line}\n`);
  }
  if (values.json) print(true, { instances, seed, table }, '');
  return 0;
};

const monthWords = (month: Awaited<ReturnType<typeof runMonth>>, all: boolean): string =>
  `a month, ${month.lines} lines, ${month.requests} requests, ${month.filled} filled, ${month.replans} plans, ${month.seconds} s: ` +
  `${month.delivered} of ${month.ordered} delivered (${percent(month.delivered / month.ordered)}); lines under 99 %: ` +
  `${month.under_99_percent} (greedy ${month.greedy_under_99_percent}), over: ${month.over}\n` +
  month.rows
    .slice(0, all ? undefined : 20)
    .map(
      (row) => `  ${row.name}: ${row.delivered} of ${row.ordered} (${row.percent} %), greedy ${row.greedy_percent} %`,
    )
    .join('\n');

type Row = Awaited<ReturnType<typeof runKind>>;

async function runKind(
  kind: string,
  terms: Kind,
  { instances, seed, solve }: { instances: number; seed: number; solve: Solve },
) {
  const total = {
    lines: 0,
    ordered: 0,
    optimum: 0,
    delivered: 0,
    greedy: 0,
    short: 0,
    short_by_two: 0,
    over: 0,
    decisions: 0,
    seconds: 0,
  };
  const names = Object.keys(total) as (keyof typeof total)[];
  let worst = 1;
  let greedyWorst = 1;
  const worstLines: { part: number; text: string }[] = [];
  const levels = new Map<number, { delivered: number; optimum: number }>();
  for (let i = 0; i < instances; i++) {
    const number = seed * 1000 + i;
    const outcome = await deliver(instanceOf(number, terms), solve);
    for (const name of names) total[name] += outcome[name];
    if (outcome.optimum > 0) {
      worst = Math.min(worst, outcome.delivered / outcome.optimum);
      greedyWorst = Math.min(greedyWorst, outcome.greedy / outcome.optimum);
    }
    for (const { level, delivered, optimum } of outcome.levels) {
      const known = levels.get(level) ?? { delivered: 0, optimum: 0 };
      levels.set(level, { delivered: known.delivered + delivered, optimum: known.optimum + optimum });
    }
    if (outcome.worst) {
      const { line, delivered } = outcome.worst;
      worstLines.push({
        part: delivered / line.goal,
        text: `instance ${number}: ${line.name} ${delivered} of ${line.goal}, ${outcome.worst.able} possible; ${wordsFor(line)}`,
      });
    }
  }
  worstLines.sort((a, b) => a.part - b.part);
  return {
    kind,
    instances,
    ...total,
    of_optimum: part(total.delivered, total.optimum),
    worst_instance: part(worst, 1),
    worst_line: part(worstLines[0]?.part ?? 1, 1),
    greedy_of_optimum: part(total.greedy, total.optimum),
    greedy_worst: part(greedyWorst, 1),
    levels: [...levels]
      .toSorted((a, b) => a[0] - b[0])
      .map(([level, { delivered, optimum }]) => ({ level, of_optimum: part(delivered, optimum) })),
    worst_lines: worstLines.slice(0, 8).map(({ text }) => text),
  };
}

const sentence = (row: Row): string =>
  `${row.kind}: ${row.instances} instances, ${row.lines} lines, ${Math.round(row.ordered)} ordered, optimum ${Math.round(row.optimum)}\n` +
  `  Vigie  ${percent(row.of_optimum)} of the optimum (worst instance ${percent(row.worst_instance)}); lines short ${row.short} (by two or more: ${row.short_by_two}), ` +
  `worst line ${percent(row.worst_line)}, over ${row.over}${row.levels.length > 1 ? `; by priority ${row.levels.map(({ level, of_optimum }) => `${level}: ${percent(of_optimum)}`).join(', ')}` : ''}\n` +
  `  greedy ${percent(row.greedy_of_optimum)} (worst ${percent(row.greedy_worst)}); ${Math.round(row.decisions / Math.max(0.001, row.seconds))} simulated requests/s`;

export default bench;
