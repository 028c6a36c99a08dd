/**
 * Attribution: how much of the conversions each channel earns, by seven models side by side. Credits of a model always add
 * up to the conversions. None of the models measures incremental lift. Pure: paths in, credits out.
 */

export const attributionModels = ['last', 'first', 'linear', 'position', 'time_decay', 'markov', 'shapley'] as const;
export type AttributionModel = (typeof attributionModels)[number];

/** One way through the channels, oldest contact first; `ages` in days before its end, one per contact. */
export type Path = { channels: readonly string[]; ages: readonly number[]; conversions: number; without: number };

/** Half-life of a contact in days, under time decay. */
const halfLife = 7;

type RuleModel = Exclude<AttributionModel, 'markov' | 'shapley'>;

/** The share of each contact of a path under a rule; shares add up to 1. */
export function sharesOf(model: RuleModel, ages: readonly number[]): number[] {
  const n = ages.length;
  switch (model) {
    case 'last':
      return ages.map((_, i) => (i === n - 1 ? 1 : 0));
    case 'first':
      return ages.map((_, i) => (i === 0 ? 1 : 0));
    case 'linear':
      return ages.map(() => 1 / n);
    case 'position':
      if (n <= 2) return ages.map(() => 1 / n);
      return ages.map((_, i) => (i === 0 || i === n - 1 ? 0.4 : 0.2 / (n - 2)));
    case 'time_decay': {
      // Counted from the latest contact, so that very old paths do not vanish into zeros.
      const newest = Math.min(...ages);
      const weights = ages.map((age) => 2 ** (-(age - newest) / halfLife));
      const sum = weights.reduce((a, b) => a + b, 0);
      return weights.map((weight) => weight / sum);
    }
  }
}

type Credits = Map<string, number>;
const give = (credits: Credits, channel: string, amount: number) =>
  credits.set(channel, (credits.get(channel) ?? 0) + amount);

function byRule(model: RuleModel, paths: readonly Path[]): Credits {
  const credits: Credits = new Map();
  for (const { channels, ages, conversions } of paths)
    for (const [i, share] of sharesOf(model, ages).entries()) give(credits, channels[i] ?? '', share * conversions);
  return credits;
}

/** Each conversion is shared equally by its distinct channels: the exact Shapley value of "conversions whose channels all lie in S" (Zhao et al., 2018). */
function shapley(paths: readonly Path[]): Credits {
  const credits: Credits = new Map();
  for (const { channels, conversions } of paths) {
    const distinct = new Set(channels);
    for (const channel of distinct) give(credits, channel, conversions / distinct.size);
  }
  return credits;
}

/** Transitions of the first order: state → state → how often. States are numbers, so that no channel's name can be taken for a state. */
type Chain = { channels: string[]; flows: Map<number, number>[] };
const start = 0;
const converted = 1;
const lost = 2;

function chainOf(paths: readonly Path[]): Chain {
  const channels = [...new Set(paths.flatMap((path) => path.channels))];
  const stateOf = new Map(channels.map((channel, i) => [channel, i + 3]));
  const flows = Array.from({ length: channels.length + 3 }, () => new Map<number, number>());
  const flow = (from: number, to: number, count: number) => {
    const out = flows[from];
    if (count > 0) out?.set(to, (out.get(to) ?? 0) + count);
  };
  for (const { channels: steps, conversions, without } of paths) {
    if (steps.length === 0) continue;
    const states = steps.map((channel) => stateOf.get(channel) ?? lost);
    const count = conversions + without;
    for (const [i, state] of states.entries()) flow(i === 0 ? start : (states[i - 1] ?? start), state, count);
    flow(states.at(-1) ?? start, converted, conversions);
    flow(states.at(-1) ?? start, lost, without);
  }
  return { channels, flows };
}

/** The probability to end converted from the start, when what flows into `removed` is lost. Solved exactly, by Gauss elimination. */
function converting({ flows }: Chain, removed?: number): number {
  const states = flows.map((_, i) => i).filter((i) => i !== converted && i !== lost && i !== removed);
  const place = new Map(states.map((state, i) => [state, i]));
  const rows = states.map((state, i) => {
    const row = Array.from({ length: states.length + 1 }, () => 0);
    row[i] = 1;
    const out = flows[state] ?? new Map<number, number>();
    const sum = [...out.values()].reduce((a, b) => a + b, 0);
    for (const [to, count] of out) {
      if (to === converted) row[states.length] = count / sum;
      const column = place.get(to);
      if (column !== undefined) row[column] = (row[column] ?? 0) - count / sum;
    }
    return row;
  });
  return solve(rows)[place.get(start) ?? 0] ?? 0;
}

/** Solves a square system given with its right side as last column. A column without a pivot is 0. */
function solve(rows: number[][]): number[] {
  const n = rows.length;
  for (let column = 0; column < n; column++) {
    let best = column;
    for (let i = column + 1; i < n; i++)
      if (Math.abs(rows[i]?.[column] ?? 0) > Math.abs(rows[best]?.[column] ?? 0)) best = i;
    const pivot = rows[best];
    const other = rows[column];
    if (!pivot || !other || Math.abs(pivot[column] ?? 0) < 1e-15) continue;
    rows[best] = other;
    rows[column] = pivot;
    for (let i = 0; i < n; i++) {
      const row = rows[i];
      if (!row || i === column) continue;
      const factor = (row[column] ?? 0) / (pivot[column] ?? 1);
      if (factor !== 0) for (let k = column; k <= n; k++) row[k] = (row[k] ?? 0) - factor * (pivot[k] ?? 0);
    }
  }
  return rows.map((row, i) => (row[i] ? (row[n] ?? 0) / row[i] : 0));
}

/** What the Markov chain says: the probability to convert, and for each channel the part of it that is lost without it (Anderl et al., 2016). */
export function removalEffects(paths: readonly Path[]): { probability: number; effects: Map<string, number> } {
  const chain = chainOf(paths);
  const probability = converting(chain);
  const effects = chain.channels.map((channel, i): [string, number] => [
    channel,
    probability === 0 ? 0 : 1 - converting(chain, i + 3) / probability,
  ]);
  return { probability, effects: new Map(effects) };
}

function markov(paths: readonly Path[]): Credits {
  const { effects } = removalEffects(paths);
  const total = paths.reduce((sum, path) => sum + path.conversions, 0);
  const sum = [...effects.values()].reduce((a, b) => a + b, 0);
  return new Map([...effects].map(([channel, effect]) => [channel, sum === 0 ? 0 : (total * effect) / sum]));
}

/** Credits of every model for every channel of the paths. Paths without a contact earn nobody anything and are left out. */
export function attribute(given: readonly Path[]): Record<AttributionModel, Credits> {
  const paths = given.filter(({ channels }) => channels.length > 0);
  return {
    last: byRule('last', paths),
    first: byRule('first', paths),
    linear: byRule('linear', paths),
    position: byRule('position', paths),
    time_decay: byRule('time_decay', paths),
    markov: markov(paths),
    shapley: shapley(paths),
  };
}
