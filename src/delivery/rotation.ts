/**
 * Which creative of a line item comes next. Even, weighted and sequential are deterministic: the creative that is furthest behind
 * its share. Optimised draws from what each creative's clicks make likely (Thompson sampling), with a part for learning.
 */

/** `served`: decisions; `impressions` and `clicks`: what was counted of them. */
export type Rotating = { weight: number; served: number; impressions: number; clicks: number };

/** Of the decisions of an optimised line, this part goes to the creative seen least: none is ever given up. */
const learning = 0.1;
/** Before anything is known, one impression in a thousand is clicked: the weight of that guess is a thousand impressions. */
const prior = { clicks: 1, others: 999 } as const;

/**
 * Index of the creative to show among those that may, or −1. `even` gives each the same share, `weighted` one by weight;
 * `sequential` goes through them in order; `optimised` shows what is clicked more often. `random`: 0 ≤ number < 1.
 */
export function rotate(
  creatives: readonly Rotating[],
  mode: 'even' | 'weighted' | 'optimised' | 'sequential',
  may: (index: number) => boolean,
  random: () => number,
): number {
  const draws = mode === 'optimised' && random() >= learning;
  let best = -1;
  let bestLoad = Number.POSITIVE_INFINITY;
  for (let index = 0; index < creatives.length; index++) {
    const creative = creatives[index];
    if (!creative || !may(index)) continue;
    const load = draws
      ? -likelyRate(creative, random)
      : mode === 'weighted'
        ? (creative.served + 0.5) / creative.weight
        : mode === 'optimised'
          ? creative.impressions
          : creative.served;
    if (load < bestLoad) {
      best = index;
      bestLoad = load;
    }
  }
  return best;
}

/**
 * Those that wait for their start keep up with the one that is furthest behind: the day they come, they take their turns and not
 * all that the others had before them.
 */
export function keepUp(creatives: readonly Rotating[], waits: (index: number) => boolean): void {
  let level = Number.POSITIVE_INFINITY;
  let isWaiting = false;
  for (const [index, { served, weight }] of creatives.entries())
    if (waits(index)) isWaiting = true;
    else level = Math.min(level, served / weight);
  if (!isWaiting || level === Number.POSITIVE_INFINITY) return;
  for (const [index, creative] of creatives.entries())
    if (waits(index)) creative.served = Math.max(creative.served, Math.floor(level * creative.weight));
}

/** A click rate drawn from the beta distribution that the counts leave possible. */
function likelyRate({ impressions, clicks }: Rotating, random: () => number): number {
  const x = gamma(prior.clicks + clicks, random);
  return x / (x + gamma(prior.others + Math.max(0, impressions - clicks), random));
}

/** A draw from the gamma distribution of `shape` ≥ 1 (Marsaglia and Tsang 2000). */
function gamma(shape: number, random: () => number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const v = (1 + c * normal) ** 3;
    if (v > 0 && Math.log(1 - random()) < normal ** 2 / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}
