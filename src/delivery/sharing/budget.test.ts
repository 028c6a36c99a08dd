/** The arithmetic of shared budgets: no order of questions, lost answers, deaths and lost memory lets edges deliver more than the limit. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openValkey } from '#platform';
import { startTestValkey, testValkey } from '#platform/testing';
import { askBudget, type Budget, type BudgetQuestion, newBudget } from './budget.ts';
import { budgetsCommand, readBudgets } from './budget-script.ts';
import { answered, ask, type Holding, look, mayTake, newHolding, newSlice, take } from './slice.ts';

const terms = { plentyMs: 20_000, scarceMs: 3_000, comingMs: 10_000 };
const settleMs = 2_000;

type Decision = { at: number; by: number; start: number };
type Edge = { start: number; holding: Holding; open: Decision[]; counted: number; told: number; toTell: Decision[] };

/** Edges, the server between them, and what really happens to their decisions. */
class World {
  now = 0;
  readonly limit: number;
  readonly edges: Edge[];
  server: Budget = newBudget();
  begun = -settleMs;
  /** Decisions whose event may still come. */
  coming: Decision[] = [];
  delivered = 0;

  constructor(limit: number, many: number) {
    this.limit = limit;
    this.edges = Array.from({ length: many }, () => this.born(0));
  }
  private born(start: number): Edge {
    return { start, holding: newHolding(newSlice(), this.now), open: [], counted: 0, told: 0, toTell: [] };
  }
  decide(n: number): boolean {
    const edge = this.edges[n];
    if (!edge) return false;
    look(edge.holding, this.now);
    if (!mayTake(edge.holding.slice, 1)) return false;
    take(edge.holding.slice, 1);
    const decision = { at: this.now, by: n, start: edge.start };
    edge.open.push(decision);
    this.coming.push(decision);
    return true;
  }
  /** The event of a decision is counted by an edge. */
  bring(pick: number, n: number): void {
    const decision = this.coming[pick % Math.max(1, this.coming.length)];
    const counting = this.edges[n];
    if (!decision || !counting) return;
    this.coming = this.coming.filter((one) => one !== decision);
    this.delivered++;
    counting.counted++;
    if (decision.by === n) counting.open = counting.open.filter((one) => one !== decision);
    else counting.toTell.push(decision);
  }
  /** `meanwhile`: so many decisions are made while the question is on its way, and as many while the answer is. */
  tick(n: number, outcome: 'answered' | 'question lost' | 'answer lost', meanwhile = 0): void {
    const edge = this.edges[n];
    if (!edge) return;
    look(edge.holding, this.now);
    edge.open = edge.open.filter(({ at }) => this.now - at < terms.comingMs);
    const asked = ask(edge.holding, 1, this.now);
    const question = this.question(n, edge, asked);
    for (let times = 0; times < meanwhile; times++) this.decide(n);
    if (outcome === 'question lost') return;
    const answer = askBudget(this.server, question, {
      now: this.now,
      isSettled: this.now - this.begun >= settleMs,
      terms,
    });
    edge.told = question.counted;
    // What was counted is known to the server: now the edges that decided hear of it.
    for (const decision of edge.toTell.splice(0)) {
      const other = this.edges[decision.by];
      if (other) other.open = other.open.filter((one) => one !== decision);
    }
    for (let times = 0; times < meanwhile; times++) this.decide(n);
    if (outcome === 'answered') answered(edge.holding, asked, answer, terms);
  }
  private question(n: number, edge: Edge, { wanted, left }: { wanted: number; left: number }): BudgetQuestion {
    const { limit } = this;
    const counted = edge.counted;
    return {
      edge: String(n),
      start: String(edge.start),
      limit,
      known: 0,
      counted,
      using: edge.open.length,
      left,
      wanted,
      least: 1,
    };
  }
  lapse(ms: number): void {
    // Edges tell several times a second what they have counted; of one that cannot for minutes, nobody could know (see operations.md).
    if (ms > 1_000)
      for (const [n, { counted, told }] of this.edges.entries()) if (counted > told) this.tick(n, 'answered');
    this.now += ms;
    this.coming = this.coming.filter(({ at }) => this.now - at < terms.comingMs);
  }
  /** What it counted is in its journal; what it decided is not. */
  die(n: number): void {
    const edge = this.edges[n];
    if (edge) this.edges[n] = { ...this.born(edge.start + 1), counted: edge.counted };
  }
  /** The server forgets all; the edges notice at once. Only of decisions of edges that died just before, nobody could tell. */
  forget(): void {
    const isOrphan = ({ by, start }: Decision) => this.edges[by]?.start !== start;
    if (this.coming.some(isOrphan)) return;
    this.server = newBudget();
    this.begun = this.now;
    for (const n of this.edges.keys()) this.tick(n, 'answered');
  }
}

const edgeNumber = fc.nat(2);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('decide' as const), edge: edgeNumber, times: fc.nat(12) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('bring' as const), edge: edgeNumber, pick: fc.nat(50) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('tick' as const),
      edge: edgeNumber,
      meanwhile: fc.nat(12),
      outcome: fc.constantFrom(
        'answered' as const,
        'answered' as const,
        'question lost' as const,
        'answer lost' as const,
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('lapse' as const), ms: fc.constantFrom(10, 200, 1_500, 4_000) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('die' as const), edge: edgeNumber }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const) }) },
);

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function run(world: World, steps: readonly Step[]): void {
  for (const one of steps) {
    if (one.do === 'decide') for (let times = 0; times <= one.times; times++) world.decide(one.edge);
    else if (one.do === 'bring') world.bring(one.pick, one.edge);
    else if (one.do === 'tick') world.tick(one.edge, one.outcome, one.meanwhile);
    else if (one.do === 'lapse') world.lapse(one.ms);
    else if (one.do === 'die') world.die(one.edge);
    else world.forget();
    // Everything that may still come comes, at the worst.
    expect(world.delivered + world.coming.length).toBeLessThanOrEqual(world.limit);
  }
}

describe('a shared budget', () => {
  test('is never passed, whatever is lost and whoever dies', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.array(step, { maxLength: 120, size: 'max' }), (limit, steps) =>
        run(new World(limit, 3), steps),
      ),
      { numRuns: 2_000 },
    );
  });

  test('what an edge has in hand is not taken back while its question is on its way', () => {
    const world = new World(30, 2);
    const ask = (n: number, meanwhile = 0) => {
      world.decide(n);
      world.tick(n, 'answered', meanwhile);
      world.lapse(200);
    };
    for (let n = 0; n < 4; n++) ask(0);
    ask(1);
    ask(0, 30);
    for (let n = 0; n < 40; n++) ask(1, 30);
    expect(world.coming.length).toBeLessThanOrEqual(30);
    expect(world.coming.length).toBeGreaterThan(20);
  });

  test('a slice gets no smaller than what is left of it, whoever else came meanwhile', () => {
    const budget = newBudget();
    const ask = (edge: string, left: number, wanted: number) =>
      askBudget(
        budget,
        { edge, start: 's', limit: 100, known: 0, counted: 0, using: 0, left, wanted, least: 1 },
        { now: 0, isSettled: true, terms },
      ).slice;
    expect(ask('a', 0, 50)).toBe(50);
    expect(ask('b', 0, 30)).toBe(12.5);
    expect(ask('a', 50, 50)).toBe(50);
    // What it gives back itself is free.
    expect(ask('a', 5, 5)).toBe(5);
    expect(ask('b', 12.5, 30)).toBeGreaterThan(20);
  });

  test('is used up by whoever has readers, once what the others held has run out', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.array(step, { maxLength: 60, size: 'max' }),
        fc.subarray([0, 1, 2], { minLength: 1 }),
        (limit, steps, busy) => {
          const world = new World(limit, 3);
          run(world, steps);
          for (let second = 0; second < 400 && world.delivered < limit; second++) {
            for (const n of busy) while (world.decide(n)) world.bring(world.coming.length - 1, n);
            for (const n of [0, 1, 2]) world.tick(n, 'answered');
            world.lapse(1_000);
          }
          expect(world.delivered).toBe(limit);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('is shared out in slices that get smaller, so that the last units go one by one', () => {
    const budget = newBudget();
    const slices: number[] = [];
    for (let n = 0; n < 12; n++) {
      const answer = askBudget(
        budget,
        { edge: String(n), start: 's', limit: 100, known: 0, counted: 0, using: 0, left: 0, wanted: 1_000, least: 1 },
        { now: 0, isSettled: true, terms },
      );
      slices.push(Math.round(answer.slice * 10) / 10);
    }
    expect(slices.slice(0, 4)).toEqual([50, 12.5, 6.3, 3.9]);
    expect(slices).toEqual(slices.toSorted((a, b) => b - a));
  });

  test.skipIf(!testValkey)(
    'is the same in Valkey (skipped where neither valkey-server nor redis-server is installed)',
    async () => {
      const server = await startTestValkey(testValkey ?? '');
      const valkey = openValkey(server.url, { now: Date.now });
      try {
        await new Promise((resolve) => setTimeout(resolve, 200));
        const long = { plentyMs: 1e9, scarceMs: 1e9, comingMs: 1e9 };
        const amount = fc.integer({ min: 0, max: 40 }).map((n) => n / 4);
        const question = fc.record({
          edge: fc.constantFrom('a', 'b', 'c'),
          start: fc.constantFrom('1', '2'),
          limit: fc.constant(50),
          known: amount,
          counted: fc.nat(20),
          using: amount,
          left: amount,
          wanted: amount,
          least: fc.constantFrom(0.25, 1),
        });
        let run = 0;
        await fc.assert(
          fc.asyncProperty(
            fc.array(question, { minLength: 1, maxLength: 12 }),
            fc.boolean(),
            async (asks, isSettled) => {
              const budget = newBudget();
              run++;
              for (const { edge, start, ...ask } of asks) {
                const command = budgetsCommand({
                  epochKey: `epoch ${run}`,
                  edge,
                  start,
                  settleMs: isSettled ? 0 : 1e9,
                  terms: long,
                  budgets: [{ key: `budget ${run}`, ...ask }],
                });
                const [reply] = await valkey.run([command], 1_000);
                const told = readBudgets(reply);
                expect(told.isSettled).toBe(isSettled);
                expect(told.answers).toEqual([
                  askBudget(budget, { edge, start, ...ask }, { now: 0, isSettled, terms: long }),
                ]);
              }
            },
          ),
          { numRuns: 150 },
        );
      } finally {
        valkey.close();
        await server.stop();
      }
    },
    60_000,
  );
});
