/** Chance that repeats: the same seed gives the same draws, on every machine. */

export type Random = {
  /** In [0, 1). */
  next(): number;
  /** A whole number in [0, below). */
  int(below: number): number;
  /** In [low, high). */
  between(low: number, high: number): number;
  /** True with that probability. */
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** Standard normal, by Box and Muller. */
  normal(): number;
};

/** A generator for one purpose: seeds that differ in any letter give unrelated draws (sfc32 seeded by FNV-1a and stirred). */
export function seeded(seed: string): Random {
  let hash = 0x811c9dc5;
  for (let i = 0; i < seed.length; i += 1) hash = Math.imul(hash ^ seed.charCodeAt(i), 0x01000193);
  let [a, b, c, d] = [hash | 0, 0x9e3779b9 | 0, Math.imul(hash, 0x85ebca6b) | 0, 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 12; i += 1) next();

  const int = (below: number): number => Math.floor(next() * below);
  return {
    next,
    int,
    between: (low, high) => low + next() * (high - low),
    chance: (probability) => next() < probability,
    pick(list) {
      const found = list[int(list.length)];
      if (found === undefined) throw new RangeError('Nothing to pick from.');
      return found;
    },
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}

/** Prepares a choice in which each item comes up in proportion to its weight (a binary search over running sums). */
export function weighted<T>(items: readonly (readonly [item: T, weight: number])[]): (random: Random) => T {
  const sums: number[] = [];
  let total = 0;
  for (const [, weight] of items) sums.push((total += weight));
  return (random) => {
    const drawn = random.next() * total;
    let [low, high] = [0, items.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) > drawn) high = middle;
      else low = middle + 1;
    }
    const found = items[low];
    if (found === undefined) throw new RangeError('Nothing to choose from.');
    return found[0];
  };
}
