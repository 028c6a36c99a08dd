/** Whether one creative of a group gets clicks at another rate than the best of the others. Pure. */

export type Arm = { id: string; name: string; impressions: number; clicks: number };
export type Compared = Arm & { ctr: number | null; verdict: 'leads' | 'behind' | 'open' };

/** Two-proportion z-test, both sides, 5 %. */
const significant = 1.96;

function zOf(a: Arm, b: Arm): number {
  const pooled = (a.clicks + b.clicks) / (a.impressions + b.impressions);
  const spread = Math.sqrt(pooled * (1 - pooled) * (1 / a.impressions + 1 / b.impressions));
  return spread > 0 ? (a.clicks / a.impressions - b.clicks / b.impressions) / spread : 0;
}

/** Best rate first. One leads when it is significantly better than the second, and is behind when significantly worse than the first. */
export function compareArms(arms: readonly Arm[]): Compared[] {
  const rate = ({ impressions, clicks }: Arm) => (impressions > 0 ? clicks / impressions : null);
  const sorted = arms.toSorted((a, b) => (rate(b) ?? -1) - (rate(a) ?? -1));
  const [first, second] = sorted;
  return sorted.map((arm) => {
    const ctr = rate(arm);
    if (ctr === null || !first || !second || second.impressions === 0) return { ...arm, ctr, verdict: 'open' };
    if (arm === first) return { ...arm, ctr, verdict: zOf(first, second) > significant ? 'leads' : 'open' };
    return { ...arm, ctr, verdict: zOf(first, arm) > significant ? 'behind' : 'open' };
  });
}
