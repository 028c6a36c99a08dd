/** Solves linear programs beside the API, so that a hard one holds nobody up. */
import type { LegacyHighs } from 'highs';
import { parentPort, workerData } from 'node:worker_threads';

type Asked = { problems: { lp: string; gap: number; seconds: number }[] };
type Loader = () => Promise<LegacyHighs>;

// The package's types tell of a CommonJS module where an ES module is what Node loads.
const isLoader = (value: unknown): value is Loader => typeof value === 'function';

const loaded: { default: unknown } = await import('highs');
if (!isLoader(loaded.default)) throw new Error('highs has no loader');
const solver = await loaded.default();
const { problems }: Asked = workerData;
parentPort?.postMessage(
  problems.map(({ lp, gap, seconds }) => {
    const answer = solver.solve(lp, { output_flag: false, mip_rel_gap: gap, time_limit: seconds });
    const columns = Object.entries(answer.Columns).map(([name, column]) => [
      name,
      'Primal' in column ? column.Primal : 0,
    ]);
    const budget = Object.values(answer.Rows).find((row) => 'Name' in row && row.Name === 'budget');
    const dual: unknown = budget && 'Dual' in budget ? budget.Dual : 0;
    return {
      status: answer.Status,
      columns: Object.fromEntries(columns),
      price: typeof dual === 'number' ? Math.abs(dual) : 0,
    };
  }),
);
