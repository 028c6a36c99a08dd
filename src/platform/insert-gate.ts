/** Lets inserts run side by side, and what rewrites sums of theirs run alone. */
export type InsertGate = {
  /** Runs beside others of its kind. */
  insert<T>(work: () => Promise<T>): Promise<T>;
  /** Runs once the inserts under way have ended, one at a time; inserts that come meanwhile wait. Must not insert itself. */
  alone<T>(work: () => Promise<T>): Promise<T>;
};

export function openInsertGate(): InsertGate {
  const inserting = new Set<Promise<unknown>>();
  /** Ends when nothing runs alone any more. */
  let closed: Promise<unknown> = Promise.resolve();
  return {
    async insert(work) {
      for (let seen: unknown; seen !== closed;) {
        seen = closed;
        await closed;
      }
      const running = work();
      const ended = running.then(
        () => undefined,
        () => undefined,
      );
      inserting.add(ended);
      void ended.then(() => inserting.delete(ended));
      return running;
    },
    alone(work) {
      const before = closed;
      const done = (async () => {
        await before;
        await Promise.all(inserting);
        return work();
      })();
      closed = done.then(
        () => undefined,
        () => undefined,
      );
      return done;
    },
  };
}
