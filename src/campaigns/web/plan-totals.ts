/** The totals of a scenario whose quantities a person changed: pure, by the rates the plan was computed with. */
import type { PlanLine, Scenario } from '#campaigns/contract';

export type Quantities = Readonly<Record<string, number>>;

/** A line with another quantity. */
export function withQuantity(line: PlanLine, impressions: number): PlanLine {
  const part = line.impressions > 0 ? impressions / line.impressions : 0;
  return {
    ...line,
    impressions,
    amount: Math.round((impressions * line.rate) / 1000),
    viewable: Math.round(line.viewable * part),
    clicks: line.clicks * part,
    conversions: line.conversions * part,
  };
}

export const linesOf = ({ lines }: Scenario, changed: Quantities): PlanLine[] =>
  lines.map((line) => {
    const own = changed[line.placement_id];
    return own === undefined ? line : withQuantity(line, own);
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
