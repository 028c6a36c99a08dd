/** Which creative of a line item comes next. Deterministic: the creative that is furthest behind its share. */

export type Rotating = { weight: number; served: number };

/**
 * Index of the creative to show among those that may, or −1. `even` gives each the same share, the other modes a share by weight;
 * `sequential` goes through them in order.
 */
export function rotate(
  creatives: readonly Rotating[],
  mode: 'even' | 'weighted' | 'optimised' | 'sequential',
  may: (index: number) => boolean,
): number {
  let best = -1;
  let bestLoad = Number.POSITIVE_INFINITY;
  for (let index = 0; index < creatives.length; index++) {
    const creative = creatives[index];
    if (!creative || !may(index)) continue;
    const load = mode === 'even' || mode === 'sequential' ? creative.served : (creative.served + 0.5) / creative.weight;
    if (load < bestLoad) {
      best = index;
      bestLoad = load;
    }
  }
  return best;
}
