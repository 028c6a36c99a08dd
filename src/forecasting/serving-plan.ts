/**
 * The serving plan: how lines that were promised share what is expected, in few numbers a line.
 *
 * Each line would rather take the same part of all its supply; a request that many lean on has a price, and lines lean less on what
 * is dear. That is SHALE's program (Bharadwaj et al., KDD 2012) with a soft capacity: minimise Σ s_i (θ_j/2) (x_ij/θ_j − 1)² +
 * Σ s_i (κ/2) max(0, load_i − c)², line by line until nothing moves (block coordinate descent; the program is convex and its blocks
 * are apart, so that this ends at the optimum). A price for whatever is loaded beyond `c` keeps room for forecasts that are too high.
 * A line may name the most that it pays: where not all can be met, those that pay least do without, and the others' loads stay bearable.
 * Who executes the plan needs no x: of two lines that may have a request, it belongs to the one with the higher price.
 */

export type PlanLine = {
  /** Requests that it still needs. */
  demand: number;
  /** Places in `supply`. */
  nodes: ArrayLike<number>;
  /** The largest part of each of these nodes that it can use, 0 to 1, in their order. */
  parts: ArrayLike<number>;
  /** The price beyond which it rather goes without, above `comfort`; absent: it pays any. */
  most?: number | undefined;
};

export type ServingPlan = {
  /**
   * By line, the load of what it must lean on: above 1 there is not enough for all who need it; at or under `comfort` it can go
   * on evenly.
   */
  price: Float64Array;
  /** What each line is to take of each of its nodes, as a part of the node, in their order. */
  parts: Float64Array[];
  /** By node, what the lines take of it together; above 1: more than there is. */
  load: Float64Array;
};

/** Up to this load of a request nobody has to go out of the way: a forecast may be too high by 30 %. */
export const comfort = 0.6;
/** How much dearer than unevenness a load beyond that is. */
const steepness = 25;
const sweepsUsual = 8;
const highestPrice = 12;

/** `before`: parts of an earlier plan of the same lines and nodes, to start from. */
export function servingPlan(
  supply: ArrayLike<number>,
  lines: readonly PlanLine[],
  { sweeps = sweepsUsual, before }: { sweeps?: number; before?: readonly Float64Array[] } = {},
): ServingPlan {
  const load = new Float64Array(supply.length);
  const price = new Float64Array(lines.length);
  const even = lines.map((line) => evenPart(supply, line));
  const parts = lines.map(({ nodes, parts: most }, j) => {
    const known = before?.[j];
    if (known?.length === nodes.length) return known.slice();
    return Float64Array.from(most, (part) => Math.min(part, even[j] ?? 0));
  });
  for (const [j, { nodes }] of lines.entries()) add(load, nodes, parts[j], 1);
  // The lines that can turn to least first: what they take is then known to the others.
  const order = [...lines.keys()].toSorted((a, b) => (even[b] ?? 0) - (even[a] ?? 0) || a - b);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    let moved = 0;
    for (const j of order) {
      const [line, mine] = [lines[j], parts[j]];
      if (!line || !mine || line.demand <= 0) continue;
      add(load, line.nodes, mine, -1);
      const found = share(supply, load, line, even[j] ?? 0);
      price[j] = comfort + found.height / steepness;
      for (let k = 0; k < mine.length; k++)
        moved += Math.abs((mine[k] ?? 0) - (found.parts[k] ?? 0)) * (supply[line.nodes[k] ?? 0] ?? 0);
      mine.set(found.parts);
      add(load, line.nodes, mine, 1);
    }
    if (moved < total(lines) * 1e-3) break;
  }
  return { price, parts, load };
}

const total = (lines: readonly PlanLine[]) => lines.reduce((sum, { demand }) => sum + demand, 0);

function add(load: Float64Array, nodes: ArrayLike<number>, parts: Float64Array | undefined, sign: 1 | -1): void {
  for (let k = 0; k < nodes.length; k++) {
    const node = nodes[k] ?? 0;
    load[node] = (load[node] ?? 0) + sign * (parts?.[k] ?? 0);
  }
}

/** The part of all its supply that a line needs; above 1 it needs more than there is. */
function evenPart(supply: ArrayLike<number>, { demand, nodes, parts }: PlanLine): number {
  let most = 0;
  for (let k = 0; k < nodes.length; k++) most += (supply[nodes[k] ?? 0] ?? 0) * (parts[k] ?? 0);
  return most > 0 ? demand / most : 0;
}

/**
 * What a line takes beside the others' load: of each node θ (1 + height) while that keeps within comfort, less where it does not.
 * `height` is such that the sum is its demand, or what makes it take all it can.
 */
function share(
  supply: ArrayLike<number>,
  load: Float64Array,
  { demand, nodes, parts: most, most: dearest = highestPrice }: PlanLine,
  theta: number,
): { height: number; parts: Float64Array } {
  const parts = new Float64Array(nodes.length);
  const fill = (height: number): number => {
    let sum = 0;
    for (let k = 0; k < nodes.length; k++) {
      const node = nodes[k] ?? 0;
      const free = theta * (1 + height);
      const dear = (height + 1 - steepness * ((load[node] ?? 0) - comfort)) / (steepness + 1 / theta);
      const part = Math.min(most[k] ?? 1, Math.max(0, Math.min(free, dear)));
      parts[k] = part;
      sum += part * (supply[node] ?? 0);
    }
    return sum;
  };
  let [low, high] = [-1, 1];
  const highest = steepness * (dearest - comfort);
  high = Math.min(high, highest);
  while (fill(high) < demand && high < highest) [low, high] = [high, Math.min(highest, high * 3)];
  if (fill(high) < demand) return { height: high, parts };
  for (let i = 0; i < 24 && high - low > 2e-3 * (1 + high); i++) {
    const middle = (low + high) / 2;
    if (fill(middle) < demand) low = middle;
    else high = middle;
  }
  fill(high);
  return { height: Math.max(0, high), parts };
}
