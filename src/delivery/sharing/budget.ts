/**
 * A budget of one line item (its goal, its limit in all, its limit of a day) that several edges share: the arithmetic, pure. Valkey
 * runs the same in `budget-script.ts`; a test holds the two together.
 *
 * Each edge writes only what is its own, and always as a whole (what it has counted up to now, what it holds up to now), so that
 * a question that is asked twice changes nothing the second time. What is counted and what all edges hold never pass the limit:
 * an edge holds what it decided and what may still come of it, and a slice of the rest that it may decide without asking.
 */

export type Budget = {
  /** What the event store knows beyond what the edges below have counted: from before they shared, or of edges that are gone. */
  base: number;
  /** By edge: events that it has counted. */
  counted: Record<string, number>;
  /** By edge and its start: what it decided and may still come, that and its slice together, and until when it holds them. */
  held: Record<string, { using: number; granted: number; until: number }>;
  /** When an edge last went away with nothing, though it wanted some. */
  deniedAt: number;
};

export type BudgetQuestion = {
  edge: string;
  /** Of this start of the edge: what an earlier one held stays held until its time is over. */
  start: string;
  limit: number;
  /** What the event store knows to be counted. */
  known: number;
  counted: number;
  using: number;
  /** What is left of its slice: it may be decided while the question is on its way, so it is not taken back. */
  left: number;
  /** Units that it would like to decide without asking again. */
  wanted: number;
  /** The smallest slice of use, units. */
  least: number;
};

export type BudgetAnswer = {
  total: number;
  /** On their way at the other edges. */
  elsewhere: number;
  slice: number;
  /** Whether somebody gets less than they want: then what is not needed goes back soon. */
  isScarce: boolean;
};

export type BudgetTerms = {
  /** How long a slice may be used where there is plenty, and where the rest is scarce. Milliseconds. */
  plentyMs: number;
  scarceMs: number;
  /** For how long after that what was decided may still come. Milliseconds. */
  comingMs: number;
};

export const newBudget = (): Budget => ({ base: 0, counted: {}, held: {}, deniedAt: Number.NEGATIVE_INFINITY });

/** `isSettled`: whether every edge has had the time to say what it holds, since the server has lost what it knew. */
export function askBudget(
  budget: Budget,
  ask: BudgetQuestion,
  { now, isSettled, terms }: { now: number; isSettled: boolean; terms: BudgetTerms },
): BudgetAnswer {
  const me = `${ask.edge} ${ask.start}`;
  for (const [who, { until }] of Object.entries(budget.held)) if (until <= now) delete budget.held[who];
  const isHolding = me in budget.held;
  const others = Object.entries(budget.held).filter(([who]) => who !== me);
  const held = others.reduce((sum, [, { granted }]) => sum + granted, 0);
  const elsewhere = others.reduce((sum, [, { using }]) => sum + using, 0);

  budget.counted[ask.edge] = Math.max(budget.counted[ask.edge] ?? 0, ask.counted);
  const counted = Object.values(budget.counted).reduce((sum, count) => sum + count, 0);
  budget.base = Math.max(budget.base, ask.known - counted);
  const total = budget.base + counted;

  const free = ask.limit - total - held - ask.using;
  // The less there is, the smaller the slices (guided self-scheduling: Polychronopoulos and Kuck, 1987): the last units go one by one.
  const part = free / (2 * (others.length + 1));
  const mine = Math.min(ask.wanted, Math.max(ask.least, part), free);
  const fresh = isSettled && mine >= ask.least ? mine : 0;
  const kept = isHolding || !isSettled ? ask.left : Math.min(ask.left, Math.max(0, free));
  const slice = Math.max(fresh, kept);
  if (ask.wanted > 0 && slice < ask.least) budget.deniedAt = now;
  const isScarce = ask.wanted > part || now - budget.deniedAt < terms.comingMs;
  const granted = ask.using + slice;
  const until = now + usableMs(isScarce, terms) + terms.comingMs;
  if (granted > 0) budget.held[me] = { using: ask.using, granted, until };
  else delete budget.held[me];
  return { total, elsewhere, slice, isScarce };
}

/** How long a slice may be used, milliseconds. */
export const usableMs = (isScarce: boolean, { plentyMs, scarceMs }: BudgetTerms): number =>
  isScarce ? scarceMs : plentyMs;
