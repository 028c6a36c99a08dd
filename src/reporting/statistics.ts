/**
 * Whether rates differ by more than chance. Impressions of one day resemble each other more than independent draws do, so
 * the binomial variance is widened by the dispersion seen between days (quasi-likelihood: Pearson's X² over its degrees
 * of freedom, never below 1).
 */

/** A day (or any other cluster): `n` trials of which `k` succeeded. */
export type Cell = { n: number; k: number };
export type Group<T> = { of: T; cells: readonly Cell[] };

/** A group against all the others together. Rates are fractions, `p` is two-sided and corrected for the number of groups. */
export type Comparison<T> = { of: T; n: number; k: number; rate: number; others: Cell & { rate: number }; p: number };

/**
 * Chance, for a whole report, of calling a difference that is only noise, shared equally by the rules that compare
 * (period before, lines, creatives, weekdays, hours, viewability).
 */
export const alphaOfReport = 0.05;
export const alphaOfRule = alphaOfReport / 6;

/** Below this many successes on either side the normal approximation is not to be trusted, and nothing is said. */
export const minimumSuccesses = 30;

/** A difference under 5 % of the rate is true perhaps, but nobody would act on it. */
export const smallestLift = 0.05;

export function sum(cells: readonly Cell[]): Cell {
  return cells.reduce((total, cell) => ({ n: total.n + cell.n, k: total.k + cell.k }), { n: 0, k: 0 });
}

/** Pearson's dispersion within the groups, and its degrees of freedom. */
export function dispersion(groups: readonly Group<unknown>[]): { phi: number; df: number } {
  let chi2 = 0;
  let df = 0;
  for (const { cells } of groups) {
    const { n, k } = sum(cells);
    const rate = n > 0 ? k / n : 0;
    if (rate <= 0 || rate >= 1) continue;
    const filled = cells.filter((cell) => cell.n > 0);
    for (const cell of filled) chi2 += (cell.k - cell.n * rate) ** 2 / (cell.n * rate * (1 - rate));
    df += filled.length - 1;
  }
  return { phi: df > 0 ? Math.max(1, chi2 / df) : 1, df };
}

/**
 * Two-sided p of "the same rate here and there", by a pooled two-proportion z whose variance is multiplied by `phi`.
 * Student's t judges it, because the dispersion is estimated from few days (also when it came out at its floor).
 */
export function twoProportionP(a: Cell, b: Cell, { phi, df }: { phi: number; df: number }): number {
  const pooled = (a.k + b.k) / (a.n + b.n);
  const variance = pooled * (1 - pooled) * (1 / a.n + 1 / b.n) * phi;
  if (!(variance > 0)) return 1;
  const z = Math.abs(a.k / a.n - b.k / b.n) / Math.sqrt(variance);
  return tail(z, df);
}

/** Two-sided p of "the rate is `reference`" (a fraction) for cells of one group. */
export function oneProportionP(cells: readonly Cell[], reference: number): number {
  const { n, k } = sum(cells);
  if (n === 0) return 1;
  const { phi, df } = dispersion([{ of: null, cells }]);
  const z = Math.abs(k / n - reference) / Math.sqrt((reference * (1 - reference) * phi) / n);
  return tail(z, df);
}

/**
 * The best and the worst group where they differ from the others together, at level `alpha` over all groups
 * (Bonferroni; with two groups there is a single comparison). Nothing when too few succeeded, or the difference is small.
 */
export function standouts<T>(
  groups: readonly Group<T>[],
  alpha = alphaOfRule,
): { best?: Comparison<T>; worst?: Comparison<T> } {
  const spread = dispersion(groups);
  const whole = sum(groups.map(({ cells }) => sum(cells)));
  const comparisons = groups.length > 2 ? groups.length : 1;
  const differing = groups.flatMap(({ of, cells }): Comparison<T>[] => {
    const here = sum(cells);
    const rest = { n: whole.n - here.n, k: whole.k - here.k };
    if (here.k < minimumSuccesses || rest.k < minimumSuccesses) return [];
    const p = Math.min(1, comparisons * twoProportionP(here, rest, spread));
    const [rate, others] = [here.k / here.n, rest.k / rest.n];
    if (p > alpha || Math.abs(rate / others - 1) < smallestLift) return [];
    return [{ of, ...here, rate, others: { ...rest, rate: others }, p }];
  });
  const best = differing.filter((c) => c.rate > c.others.rate).sort((a, b) => b.rate - a.rate)[0];
  const worst = differing.filter((c) => c.rate < c.others.rate).sort((a, b) => a.rate - b.rate)[0];
  return { ...(best ? { best } : {}), ...(worst ? { worst } : {}) };
}

const tail = (z: number, df: number): number => (df > 0 ? studentTail(z, df) : normalTail(z));

/** P(|Z| > z): Abramowitz and Stegun 7.1.26, absolute error below 1.5e-7. */
export function normalTail(z: number): number {
  const x = z / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.min(1, poly * Math.exp(-x * x));
}

/** P(|T| > t) with `df` degrees of freedom: the regularised incomplete beta I(df/(df+t²); df/2, 1/2). */
export function studentTail(t: number, df: number): number {
  return incompleteBeta(df / (df + t * t), df / 2, 0.5);
}

/** I(x; a, b) by Lentz's continued fraction (Numerical analysis' usual form, 26.5.8 of Abramowitz and Stegun). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x)) / a;
  const away = (value: number) => (Math.abs(value) < 1e-300 ? 1e-300 : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 300; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    const step = d * c;
    fraction *= step;
    if (Math.abs(step - 1) < 1e-12) break;
  }
  return front * fraction;
}

/** Stirling's series after shifting the argument above 7. */
function logGamma(x: number): number {
  let shift = 0;
  let y = x;
  while (y < 7) shift -= Math.log(y++);
  const r = 1 / (y * y);
  return (
    shift +
    (y - 0.5) * Math.log(y) -
    y +
    0.5 * Math.log(2 * Math.PI) +
    (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r / 1680))) / y
  );
}
