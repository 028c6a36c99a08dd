import { BadUsage, type Command } from './command.ts';

const benches: Record<string, () => Promise<{ default: Command }>> = {
  decisions: () => import('../bench/decisions.ts'),
  match: () => import('../bench/match.ts'),
  frequency: () => import('../bench/frequency.ts'),
  collect: () => import('../bench/collect.ts'),
  import: () => import('../bench/import.ts'),
  query: () => import('../bench/query.ts'),
  forecast: () => import('../bench/forecast.ts'),
  allocation: () => import('../bench/allocation.ts'),
  availability: () => import('../bench/availability.ts'),
  plan: () => import('../bench/plan.ts'),
};

/** `vigie bench NAME`: the product beside a floor or a peer, in turn, in the same run. */
const bench: Command = async (args, config) => {
  const [name, ...rest] = args;
  const load = name === undefined ? undefined : benches[name];
  if (!load) throw new BadUsage(`vigie bench knows ${Object.keys(benches).join(', ')}.`);
  return (await load()).default(rest, config);
};

export default bench;
