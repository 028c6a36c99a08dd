/** The budgets of the lines of a book that edges share: goals, limits in all, limits of a day. What each is now, and what an answer changes. */
import type { Book, BookLine } from '../contract.ts';
import type { Counters, LineState } from '../counters.ts';
import { openDecisions, renderRate, sliceUnit, using } from '../pacing.ts';
import type { AdEventKind } from '../price.ts';
import { figureOf, limitedKind, limitUnit, newLimited, since } from '../quantity-cap.ts';
import { nameOf } from '../token.ts';
import type { BudgetAnswer } from './budget.ts';
import { type Holding, newHolding, newSlice, type Slice } from './slice.ts';

export type LineBudget = {
  key: string;
  holding: Holding;
  limit: number;
  /** Units of one decision. */
  least(): number;
  /** What the event store knew when the book was made. */
  known(): number;
  /** What this edge has counted. */
  counted(): number;
  /** What this edge has decided and may still come. */
  using(now: number): number;
  /** Takes what is known of all edges. `counted`: by this edge when it asked. */
  learn(answer: BudgetAnswer, counted: number): void;
  /** What was told last. */
  told: { counted: number; using: number };
  /** Nothing is known of the other edges any more. */
  forgetOthers(): void;
};

export type LineBudgets = {
  adopt(book: Book): void;
  /** All of them; those of a day as it is now. */
  current(now: number): readonly LineBudget[];
};

export type LineBudgetsOptions = {
  counters: Counters;
  /** Which part of the traffic of these placements comes here. */
  part: (placements: readonly number[]) => number;
  /** Milliseconds of a clock that only runs forward. */
  stopwatch: () => number;
  /** Whether decisions happen at times that callers say: then only they move on what is on its way. */
  isSimulated: boolean;
};

export function openLineBudgets(options: LineBudgetsOptions): LineBudgets {
  let fixed = new Map<string, LineBudget>();
  let days: { line: BookLine; state: LineState; budget?: LineBudget; slice?: Slice }[] = [];
  let book: Book | undefined;
  const numbers = new Map<string, number>();
  const numberOf = (placement: string) => {
    let number = numbers.get(placement);
    if (number === undefined) numbers.set(placement, (number = nameOf(placement)));
    return number;
  };

  function adoptLine(line: BookLine, before: ReadonlyMap<string, LineBudget>): void {
    const state = options.counters.line(line.id);
    const { unit, quantity } = line.goal;
    if (quantity > 0 && unit !== 'share' && unit !== 'conversions') {
      const placements = line.placements.map(numberOf);
      const part = () => options.part(placements);
      const slice = (state.pace.slice ??= newSlice());
      state.pace.part = part();
      keep(before, `goal:${line.id}:${unit}`, slice, quantity, (key, holding) =>
        goalBudget({ key, holding, state, known: () => knownOf(line), part, isSimulated: options.isSimulated }),
      );
    } else state.pace.slice = undefined;
    const isLifetime = typeof line.lifetime_cap === 'number';
    const isDaily = typeof line.daily_cap === 'number';
    if (!isLifetime && !isDaily) {
      if (state.limited) state.limited.shared = undefined;
      return;
    }
    const limited = (state.limited ??= newLimited(unit));
    const shared = (limited.shared ??= { lifetime: undefined, day: undefined });
    shared.lifetime = isLifetime ? (shared.lifetime ?? newSlice()) : undefined;
    if (shared.lifetime)
      keep(before, `lifetime:${line.id}:${unit}`, shared.lifetime, line.lifetime_cap ?? 0, (key, holding) =>
        lifetimeBudget({ key, holding, state, known: () => knownOf(line), isSimulated: options.isSimulated }),
      );
    if (isDaily) days.push({ line, state });
    else shared.day = undefined;
  }

  function keep(
    before: ReadonlyMap<string, LineBudget>,
    key: string,
    slice: Slice,
    limit: number,
    make: (key: string, holding: Holding) => Omit<LineBudget, 'limit' | 'told'>,
  ): void {
    const known = before.get(key);
    const budget =
      known?.holding.slice === slice
        ? known
        : { ...make(key, newHolding(slice, options.stopwatch())), limit, told: { counted: 0, using: 0 } };
    budget.limit = limit;
    fixed.set(key, budget);
  }

  const knownOf = ({ id, goal }: BookLine): number => book?.delivered[id]?.[figureOf[limitedKind(goal.unit)]] ?? 0;

  /** The day's budget is a new one with each day; the decision has begun the day. */
  function dayBudget(one: (typeof days)[number]): LineBudget | undefined {
    const { line, state } = one;
    const limited = state.limited;
    const day = limited?.shared?.day;
    if (!limited || !day) return undefined;
    if (one.slice === day.slice && one.budget) return one.budget;
    const kind = limitedKind(line.goal.unit);
    one.slice = day.slice;
    one.budget = {
      key: `day:${line.id}:${line.goal.unit}:${day.date}`,
      holding: newHolding(day.slice, options.stopwatch()),
      limit: line.daily_cap ?? 0,
      told: { counted: 0, using: 0 },
      least: () => limitUnit(limited.onTheWay),
      known: () => book?.delivered_by_day?.[line.id]?.[day.date]?.[figureOf[kind]] ?? 0,
      counted: () => since(limited.recent, day.from),
      using: (now) => usingOfLimit(limited.onTheWay, kind, options.isSimulated ? undefined : now),
      learn({ total }, counted) {
        day.total = total;
        day.counted = counted;
      },
      forgetOthers: () => undefined,
    };
    return one.budget;
  }

  return {
    adopt(next) {
      book = next;
      const before = fixed;
      const daysBefore = new Map(days.map((day) => [day.line.id, day]));
      fixed = new Map();
      days = [];
      for (const line of next.lines) adoptLine(line, before);
      for (const day of days) {
        const known = daysBefore.get(day.line.id);
        if (!known?.budget || known.line.goal.unit !== day.line.goal.unit || known.state !== day.state) continue;
        known.budget.limit = day.line.daily_cap ?? 0;
        day.budget = known.budget;
        if (known.slice) day.slice = known.slice;
      }
    },
    current: () => [...fixed.values(), ...days.flatMap((day) => dayBudget(day) ?? [])],
  };
}

type OfLine = {
  key: string;
  holding: Holding;
  state: LineState;
  known: () => number;
  isSimulated: boolean;
};

function goalBudget({ key, holding, state, known, part, isSimulated }: OfLine & { part: () => number }) {
  const { pace, unit } = state;
  const figure = figureOf[limitedKind(unit)];
  return {
    key,
    holding,
    known,
    least: () => sliceUnit(pace),
    counted: () => state.here[figure],
    using(now: number) {
      if (!isSimulated) openDecisions(pace, now);
      return using(pace);
    },
    learn({ total, elsewhere }: BudgetAnswer, counted: number) {
      const all = total + state.here[figure] - counted;
      state[figure] = Math.max(state[figure], all);
      pace.delivered = Math.max(pace.delivered, all);
      pace.elsewhere = elsewhere;
      pace.part = part();
    },
    forgetOthers() {
      pace.elsewhere = 0;
      pace.part = part();
    },
  };
}

function lifetimeBudget({ key, holding, state, known, isSimulated }: OfLine) {
  const kind = limitedKind(state.unit);
  const figure = figureOf[kind];
  const limited = (state.limited ??= newLimited(state.unit));
  return {
    key,
    holding,
    known,
    least: () => limitUnit(limited.onTheWay),
    counted: () => state.here[figure],
    using: (now: number) => usingOfLimit(limited.onTheWay, kind, isSimulated ? undefined : now),
    learn({ total }: BudgetAnswer, counted: number) {
      state[figure] = Math.max(state[figure], total + state.here[figure] - counted);
    },
    forgetOthers: () => undefined,
  };
}

/** `now` undefined: as it was left by the last decision. */
function usingOfLimit(pace: LineState['pace'], kind: AdEventKind, now: number | undefined): number {
  const open = now === undefined ? pace.onTheWay.fresh + pace.onTheWay.stale : openDecisions(pace, now);
  return open * (kind === 'click' ? renderRate(pace.onTheWay) : 1);
}
