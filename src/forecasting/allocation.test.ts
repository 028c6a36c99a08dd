import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { allocate, type AllocationLine } from './allocation.ts';
import { openSolver } from './linear-program.ts';

let solve: Awaited<ReturnType<typeof openSolver>>;
beforeAll(async () => {
  solve = await openSolver();
});

describe('the example of the high water mark paper', () => {
  // Male 5 | Male WA 5 | Male CA 5 | CA 5 | NV 5 | 5
  const supply = Float64Array.of(400, 400, 100, 100, 500, 300);
  const lines: AllocationLine[] = [
    { demand: 200, priority: 8, nodes: [0, 1, 2] },
    { demand: 200, priority: 8, nodes: [2, 3] },
    { demand: 1000, priority: 8, nodes: [0, 1, 2, 3, 4, 5] },
  ];
  test('everybody gets what was promised; the scarcest first', () => {
    const allocation = allocate(supply, lines);
    expect([0, 1, 2].map((line) => Math.round(allocation.got(line)))).toEqual([200, 200, 1000]);
    expect([...allocation.flowOf(1)]).toEqual([100, 100]);
  });
  test('what is left for one more, and who then has what', () => {
    const room = allocate(supply, lines).room({ demand: Number.POSITIVE_INFINITY, priority: 8, nodes: [0] });
    // The line for everybody moves to NV and the rest; that for men to WA.
    expect(room.total).toBeCloseTo(400, 3);
    expect(room.others(0)).toEqual([]);
  });
});

test('a lower level never takes from a higher one, and a higher one moves a lower one aside', () => {
  const supply = Float64Array.of(100, 100);
  const lines = [
    { demand: 150, priority: 8, nodes: [0, 1] },
    { demand: 100, priority: 4, nodes: [0] },
    { demand: 100, priority: 10, nodes: [1] },
  ];
  const allocation = allocate(supply, lines);
  expect([0, 1, 2].map((line) => Math.round(allocation.got(line)))).toEqual([100, 100, 0]);
});

test('a part limits what a line takes of each node', () => {
  const allocation = allocate(Float64Array.of(100, 300), [{ demand: 1000, priority: 4, nodes: [0, 1], part: 0.4 }]);
  expect([...allocation.flowOf(0)]).toEqual([40, 120]);
});

const instance = fc
  .record({ nodes: fc.integer({ min: 1, max: 8 }), lines: fc.integer({ min: 1, max: 7 }) })
  .chain(({ nodes, lines }) =>
    fc.record({
      supply: fc.array(fc.nat(200), { minLength: nodes, maxLength: nodes }),
      lines: fc.array(
        fc.record({
          demand: fc.nat(300),
          priority: fc.constantFrom(4, 8),
          nodes: fc.subarray(
            Array.from({ length: nodes }, (_, node) => node),
            { minLength: 1 },
          ),
          part: fc.constantFrom(1, 1, 0.5),
        }),
        { minLength: lines, maxLength: lines },
      ),
    }),
  );

/** The most that lines can have together, by linear programming. */
function optimum(
  supply: readonly number[],
  lines: readonly AllocationLine[],
  least = new Map<number, number>(),
): number {
  const variable = (line: number, node: number) => `x${line}_${node}`;
  const all = lines.flatMap(({ nodes }, line) => nodes.map((node) => variable(line, node)));
  const rows: string[] = [];
  for (const [line, { nodes, demand }] of lines.entries()) {
    const sum = nodes.map((node) => variable(line, node)).join(' + ');
    rows.push(`d${line}: ${sum} <= ${demand}`);
  }
  if (least.size > 0) {
    const sum = [...least.keys()].flatMap((line) => lines[line]?.nodes.map((node) => variable(line, node)) ?? []);
    rows.push(`level: ${sum.join(' + ')} >= ${[...least.values()].reduce((a, b) => a + b, 0) - 1e-5}`);
  }
  for (const [node, count] of supply.entries()) {
    const sum = lines.flatMap(({ nodes }, line) => (nodes.includes(node) ? [variable(line, node)] : []));
    if (sum.length > 0) rows.push(`s${node}: ${sum.join(' + ')} <= ${count}`);
  }
  const bounds = lines.flatMap(({ nodes, part = 1 }, line) =>
    nodes.map((node) => `0 <= ${variable(line, node)} <= ${(supply[node] ?? 0) * part}`),
  );
  const text = `Maximize\n obj: ${all.join(' + ')}\nSubject To\n ${rows.join('\n ')}\nBounds\n ${bounds.join('\n ')}\nEnd`;
  return solve(text).ObjectiveValue;
}

test('as much as a linear program finds, level by level, and never more than there is', () => {
  fc.assert(
    fc.property(instance, ({ supply, lines }) => {
      const allocation = allocate(Float64Array.from(supply), lines);
      const high = lines.flatMap(({ priority }, line) => (priority === 4 ? [line] : []));
      const sumOf = (those: readonly number[]) => those.reduce((sum, line) => sum + allocation.got(line), 0);
      const best =
        high.length === 0
          ? 0
          : optimum(
              supply,
              high.flatMap((line) => lines[line] ?? []),
            );
      expect(sumOf(high)).toBeCloseTo(best, 3);
      const all = optimum(supply, lines, new Map(high.map((line) => [line, allocation.got(line)])));
      expect(sumOf([...lines.keys()])).toBeCloseTo(all, 3);

      const used = supply.map(() => 0);
      for (const [line, { nodes, part, demand }] of lines.entries()) {
        expect(allocation.got(line)).toBeLessThanOrEqual(demand + 1e-6);
        for (const [i, node] of nodes.entries()) {
          const taken = allocation.flowOf(line)[i] ?? 0;
          expect(taken).toBeGreaterThanOrEqual(-1e-9);
          expect(taken).toBeLessThanOrEqual((supply[node] ?? 0) * part + 1e-6);
          used[node] = (used[node] ?? 0) + taken;
        }
      }
      for (const [node, sum] of used.entries()) expect(sum).toBeLessThanOrEqual((supply[node] ?? 0) + 1e-6);
    }),
    { numRuns: 150, seed: 11 },
  );
});

test('room is what the optimum grows by, and what others have and it add up to the supply of its nodes', () => {
  fc.assert(
    fc.property(instance, ({ supply, lines }) => {
      const [more, ...rest] = lines;
      if (!more || rest.length === 0) return;
      const asked = { nodes: more.nodes, priority: 8, demand: Number.POSITIVE_INFINITY };
      const room = allocate(Float64Array.from(supply), rest).room(asked);
      const had = allocate(Float64Array.from(supply), rest);
      const before = rest.reduce((sum, _, line) => sum + had.got(line), 0);
      const level = new Map(rest.map((_, line) => [line, had.got(line)]));
      const after = optimum(supply, [...rest, { ...asked, demand: 1e6 }], level);
      expect(room.total).toBeCloseTo(after - before, 2);
      for (const [i, node] of asked.nodes.entries()) {
        const others = room.others(i).reduce((sum, { taken }) => sum + taken, 0);
        expect(others + (room.taken[i] ?? 0)).toBeCloseTo(supply[node] ?? 0, 3);
      }
    }),
    { numRuns: 100, seed: 12 },
  );
});
