/** What could have been had, knowing the traffic beforehand, and what greedy delivery has. */
import type { openSolver } from '#forecasting';
import { type Line, openCaps, takes } from './allocation-lines.ts';
import type { Instance } from './allocation-instances.ts';

type Solve = Awaited<ReturnType<typeof openSolver>>;

/** Requests a unit of the goal takes. */
const perUnit = ({ unit }: Line): number => (unit === 'viewable_impressions' ? 1 / 0.6 : 1);

/**
 * By priority, the most that its lines could have had together, the levels above first: linear programs in which requests alike are
 * one supply. Caps by visitor are left out: it is an upper bound.
 */
export function optimumOf({ lines, timed }: Instance, solve: Solve): Map<number, number> {
  const wanted = lines.filter(({ unit }) => unit !== 'share');
  const shares = lines.filter(({ unit }) => unit === 'share');
  const supplies = new Map<string, { lines: number[]; count: number }>();
  for (const one of timed) {
    const takers = wanted.flatMap((line, i) => (takes(line, one) ? [i] : []));
    if (takers.length === 0) continue;
    const sold = shares.reduce((sum, line) => sum + (takes(line, one) ? line.goal / 100 : 0), 0);
    const left = Math.max(0, 1 - sold);
    const known = supplies.get(takers.join(' '));
    if (known) known.count += left;
    else supplies.set(takers.join(' '), { lines: takers, count: left });
  }
  const ofLine = wanted.map((): string[] => []);
  const bounds = [...supplies.values()].map(({ lines: takers, count }, supply) => {
    const flows = takers.map((line) => `x${supply}_${line}`);
    for (const [i, line] of takers.entries()) ofLine[line]?.push(flows[i] ?? '');
    return ` s${supply}: ${flows.join(' + ')} <= ${count}`;
  });
  const goals = ofLine.flatMap((flows, i) => {
    const line = wanted[i];
    return flows.length > 0 && line ? [` g${i}: ${flows.join(' + ')} <= ${line.goal * perUnit(line)}`] : [];
  });
  const levels = [...new Set(wanted.map(({ priority }) => priority))].toSorted((a, b) => a - b);
  const best = new Map<number, number>();
  const kept: string[] = [];
  for (const level of levels) {
    const flows = ofLine.flatMap((all, i) => (wanted[i]?.priority === level ? all : []));
    if (flows.length === 0) {
      best.set(level, 0);
      continue;
    }
    const solved = solve(
      `Maximize\n total: ${flows.join(' + ')}\nSubject To\n${[...bounds, ...goals, ...kept].join('\n')}\nEnd\n`,
    );
    if (solved.Status !== 'Optimal') throw new Error(`The linear program ended as ${solved.Status}.`);
    best.set(level, solved.ObjectiveValue);
    kept.push(` l${level}: ${flows.join(' + ')} >= ${solved.ObjectiveValue - 1e-4}`);
  }
  return best;
}

/** What each request going to the line that lacks most would deliver, by line: no pacing, no thought of tomorrow. */
export function greedyDelivery({ lines, timed }: Instance): number[] {
  const left = lines.map((line) => (line.unit === 'share' ? 0 : Math.ceil(line.goal * perUnit(line))));
  const had = lines.map(() => 0);
  const caps = openCaps();
  for (const one of timed) {
    let best: number | undefined;
    for (const [i, line] of lines.entries()) {
      if ((left[i] ?? 0) <= 0 || !takes(line, one) || !caps.allows(line, one)) continue;
      const other = best === undefined ? undefined : lines[best];
      const before = other === undefined || line.priority < other.priority;
      if (before || (line.priority === other.priority && (left[i] ?? 0) > (left[best ?? 0] ?? 0))) best = i;
    }
    const line = best === undefined ? undefined : lines[best];
    if (best === undefined || !line) continue;
    caps.note(line, one);
    left[best] = (left[best] ?? 0) - 1;
    had[best] = (had[best] ?? 0) + 1;
  }
  return had.map((count, i) => count / perUnit(lines[i] ?? ({ unit: 'impressions' } as Line)));
}
