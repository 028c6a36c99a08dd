/** Ids of hits already taken, so that a hit sent twice is written once. Bounded in number and in time. */

export type SeenIds = {
  /** Whether the id was taken before; then what its commit waits for, if it still does. */
  find(id: string): { commit: Promise<void> | undefined } | undefined;
  /** Remembers the id while it is being committed; a commit that fails forgets it, so that the sender may try again. */
  take(id: string, commit: Promise<void>): void;
  /** Remembers an id whose commit is on disk, after a restart. */
  recall(id: string): void;
};

/** Keeps ids for `windowMs` to twice that, and at most twice `most` of them. `now` is in milliseconds. */
export function openSeenIds({ windowMs, most, now }: { windowMs: number; most: number; now: () => number }): SeenIds {
  let young = new Map<string, Promise<void> | undefined>();
  let old = new Map<string, Promise<void> | undefined>();
  let since = now();

  function turn(): void {
    const at = now();
    if (young.size < most && at - since < windowMs) return;
    // After a silence of two windows nothing is worth keeping.
    old = at - since < 2 * windowMs ? young : new Map();
    young = new Map();
    since = at;
  }

  return {
    find(id) {
      turn();
      if (young.has(id)) return { commit: young.get(id) };
      return old.has(id) ? { commit: old.get(id) } : undefined;
    },
    take(id, commit) {
      young.set(id, commit);
      const settled = (failed: boolean) => {
        for (const generation of [young, old]) {
          if (generation.get(id) !== commit) continue;
          if (failed) generation.delete(id);
          else generation.set(id, undefined);
        }
      };
      commit.then(
        () => settled(false),
        () => settled(true),
      );
    },
    recall: (id) => void young.set(id, undefined),
  };
}
