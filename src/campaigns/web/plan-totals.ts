/** The totals of a scenario whose quantities a person changed: pure, by the rates the plan was computed with. */
import type { PlanLine, Scenario } from '#campaigns/contract';
import { withImpressions } from '../media-plan-paper.ts';

export type Quantities = Readonly<Record<string, number>>;

export const linesOf = ({ lines }: Scenario, changed: Quantities): PlanLine[] =>
  lines.map((line) => {
    const own = changed[line.placement_id];
    return own === undefined ? line : withImpressions(line, own);
  });

export function totalsOf(lines: readonly PlanLine[]) {
  const sum = (field: 'impressions' | 'viewable' | 'clicks' | 'conversions' | 'amount') =>
    lines.reduce((total, line) => total + line[field], 0);
  return {
    impressions: sum('impressions'),
    viewable: sum('viewable'),
    clicks: sum('clicks'),
    conversions: sum('conversions'),
    amount: sum('amount'),
  };
}
