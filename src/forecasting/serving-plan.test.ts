import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comfort, type PlanLine, servingPlan } from './serving-plan.ts';

const line = (demand: number, nodes: number[], part = 1): PlanLine => ({ demand, nodes, parts: nodes.map(() => part) });
const taken = (supply: number[], { nodes }: PlanLine, parts: Float64Array | undefined) =>
  [...(parts ?? [])].reduce((sum, part, k) => sum + part * (supply[nodes[k] ?? 0] ?? 0), 0);

describe('the serving plan', () => {
  test('while there is plenty a line takes the same part of all it may have', () => {
    const { parts, price } = servingPlan([100, 300], [line(100, [0, 1])]);
    expect(parts[0]?.[0]).toBeCloseTo(0.25, 2);
    expect(parts[0]?.[1]).toBeCloseTo(0.25, 2);
    expect(price[0]).toBeCloseTo(comfort, 2);
  });

  test('a line that can go elsewhere leaves the scarce requests to one that cannot, which has the higher price', () => {
    const supply = [100, 1000];
    const lines = [line(90, [0]), line(300, [0, 1])];
    const { parts, price } = servingPlan(supply, lines);
    expect(parts[0]?.[0]).toBeCloseTo(0.9, 1);
    expect(parts[1]?.[0]).toBeLessThan(0.03);
    expect(taken(supply, lines[1] ?? line(0, []), parts[1])).toBeCloseTo(300, -1);
    expect(price[0]).toBeGreaterThan((price[1] ?? 0) + 0.1);
  });

  test('the crowded end of a flight makes it begin sooner', () => {
    // Two periods of the same placement; in the second one, others want nearly all.
    const { parts } = servingPlan([1000, 1000], [line(600, [0, 1]), line(800, [1])]);
    expect(parts[0]?.[0]).toBeGreaterThan(0.45);
    expect(parts[0]?.[1]).toBeLessThan(0.15);
  });

  test('a chain of contention reaches the line at its end', () => {
    const { price } = servingPlan([100, 100, 100], [line(90, [0]), line(80, [0, 1]), line(80, [1, 2]), line(5, [2])]);
    // What the first lacks is passed on: the third is pushed into the last node.
    expect(price[0]).toBeGreaterThanOrEqual(price[1] ?? 0);
    expect(price[1]).toBeGreaterThanOrEqual((price[2] ?? 0) - 0.01);
  });

  test('more asked than there is: the price says so', () => {
    const { price, load } = servingPlan([100], [line(80, [0]), line(60, [0])]);
    expect(load[0]).toBeGreaterThan(1.35);
    expect(Math.min(...price)).toBeGreaterThan(1);
  });

  test('who pays less does without where there is not enough for all, and has what the others leave', () => {
    const supply = [100, 100];
    const lines = [
      { ...line(80, [0]), most: 1.1 },
      { ...line(150, [0, 1]), most: 0.9 },
    ];
    const { parts, price } = servingPlan(supply, lines);
    expect(taken(supply, line(0, [0]), parts[0])).toBeCloseTo(80, 0);
    expect(parts[1]?.[0]).toBeLessThan(0.15);
    expect(parts[1]?.[1]).toBeGreaterThan(0.8);
    expect(price[1]).toBeCloseTo(0.9, 2);
  });

  const instance = fc.integer({ min: 1, max: 8 }).chain((nodes) =>
    fc.record({
      supply: fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: nodes, maxLength: nodes }),
      lines: fc.array(
        fc.record({
          demand: fc.integer({ min: 1, max: 800 }),
          nodes: fc.uniqueArray(fc.integer({ min: 0, max: nodes - 1 }), { minLength: 1 }),
          part: fc.constantFrom(1, 1, 0.4),
        }),
        { minLength: 1, maxLength: 8 },
      ),
    }),
  );

  test('every line has its demand, or all that it can use; parts keep within their bounds', () => {
    fc.assert(
      fc.property(instance, ({ supply, lines: wanted }) => {
        const lines = wanted.map(({ demand, nodes, part }) => line(demand, nodes, part));
        const { parts, load } = servingPlan(supply, lines);
        const sums = supply.map(() => 0);
        for (const [j, one] of lines.entries()) {
          const most = one.nodes as number[];
          const all = most.reduce((sum, node) => sum + (supply[node] ?? 0), 0) * (one.parts[0] ?? 1);
          expect(taken(supply, one, parts[j])).toBeCloseTo(Math.min(one.demand, all), -1.5);
          for (const [k, part] of [...(parts[j] ?? [])].entries()) {
            expect(part).toBeGreaterThanOrEqual(0);
            expect(part).toBeLessThanOrEqual((one.parts[k] ?? 1) + 1e-9);
            sums[most[k] ?? 0] = (sums[most[k] ?? 0] ?? 0) + part;
          }
        }
        for (const [node, sum] of sums.entries()) expect(load[node]).toBeCloseTo(sum, 6);
      }),
      { numRuns: 200 },
    );
  });

  test('beginning from an earlier plan ends at the same one', () => {
    fc.assert(
      fc.property(instance, ({ supply, lines: wanted }) => {
        const lines = wanted.map(({ demand, nodes, part }) => line(demand, nodes, part));
        const first = servingPlan(supply, lines, { sweeps: 60 });
        const again = servingPlan(supply, lines, { sweeps: 60, before: first.parts });
        for (const [node, load] of first.load.entries()) expect(again.load[node]).toBeCloseTo(load, 1);
      }),
      { numRuns: 100 },
    );
  });
});
