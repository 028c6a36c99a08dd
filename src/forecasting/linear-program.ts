/** Linear programs, solved by HiGHS: what allocations are held against in tests and benches. */
import type { HighsSolution, LegacyHighs } from 'highs';

type Loader = () => Promise<LegacyHighs>;

// The package's types tell of a CommonJS module where an ES module is what Node loads.
const isLoader = (value: unknown): value is Loader => typeof value === 'function';

/** A solver of problems in CPLEX's LP format. */
export async function openSolver(): Promise<(problem: string) => HighsSolution> {
  const loaded: { default: unknown } = await import('highs');
  if (!isLoader(loaded.default)) throw new Error('highs has no loader');
  const solver = await loaded.default();
  return (problem) => solver.solve(problem, { output_flag: false });
}
