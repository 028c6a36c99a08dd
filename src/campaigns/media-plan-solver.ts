import { Worker } from 'node:worker_threads';
import { Refusal } from '#platform';

export type Program = {
  lp: string;
  /** Relative gap at which a solution is good enough. */
  gap: number;
  seconds: number;
};
export type Solution = {
  status: string;
  columns: Record<string, number>;
  /** What one more minor unit of budget is worth; 0 for problems with whole-or-nothing choices. */
  price: number;
};

/** Longest wait for all programs of a plan. */
const mostMs = 30_000;

/** Solves programs in a thread of their own, which ends with them. Throws too-many when they take too long. */
export function solvePrograms(problems: readonly Program[]): Promise<Solution[]> {
  const worker = new Worker(new URL('./media-plan-worker.ts', import.meta.url), { workerData: { problems } });
  return new Promise<Solution[]>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Refusal('too-many', 'This plan takes too long to compute: narrow the brief to fewer sites.')),
      mostMs,
    );
    worker.once('message', (solutions: Solution[]) => {
      clearTimeout(timer);
      resolve(solutions);
    });
    worker.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
  }).finally(() => void worker.terminate());
}
