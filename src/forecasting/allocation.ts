/**
 * Who gets which requests. Supply lies in nodes (requests alike for every line); a line may take from its nodes, from each up to a
 * part of it. Level by level of priority, each line first takes the same share of all its nodes, the scarcest line first (the high
 * water mark of Chen et al. 2012); what is then missing is found by moving lines of the same or a higher level aside without taking
 * anything from them (maximum flow by Dinic's algorithm). So a level gets all that can be had beside those above it, and what can
 * still be sold is what one more line could take with nobody losing.
 */

export type AllocationLine = {
  /** Requests wanted; Infinity: all there are. */
  demand: number;
  /** Lower goes first. */
  priority: number;
  /** Indexes of nodes. */
  nodes: readonly number[];
  /** The largest part of a node's supply that this line can use, in (0, 1]: what a frequency cap leaves. 1 unless said. */
  part?: number;
};

export type Allocation = {
  /** What a line got of a node, in the order of its `nodes`. */
  flowOf(line: number): Float64Array;
  /** What a line got. */
  got(line: number): number;
  /** What one more line could take with nobody losing, as far as its demand goes; nothing is changed by asking. */
  room(more: AllocationLine): Room;
};

export type Room = {
  total: number;
  /** By node, in the order of the asked line's `nodes`. */
  taken: Float64Array;
  /** What the other lines then have of one of these nodes, by its place in that order. */
  others(index: number): { line: number; taken: number }[];
};

const tiny = 1e-6;

/** `supply`: requests of each node. Lines are served in the order of priority, then of scarcity, then as given. */
export function allocate(supply: Float64Array, lines: readonly AllocationLine[]): Allocation {
  const flow = openFlow(supply, lines);
  const levels = [...Map.groupBy(lines.keys(), (line) => lines[line]?.priority ?? 0)].toSorted((a, b) => a[0] - b[0]);
  for (const [, level] of levels) {
    const open = level.filter((line) => (lines[line]?.demand ?? 0) > tiny);
    const scarcity = new Map(open.map((line) => [line, flow.eligible(line)]));
    for (const line of open.toSorted((a, b) => (scarcity.get(a) ?? 0) - (scarcity.get(b) ?? 0) || a - b))
      flow.spread(line);
    flow.augment(open.filter((line) => flow.missing(line) > tiny));
  }
  return {
    flowOf: (line) => flow.slice(line),
    got: (line) => flow.got(line),
    room(more) {
      const copy = openFlow(supply, [...lines, more], flow);
      copy.augment([lines.length]);
      return {
        total: copy.got(lines.length),
        taken: copy.slice(lines.length),
        others: (index) => copy.holders(more.nodes[index] ?? -1).filter(({ line }) => line < lines.length),
      };
    },
  };
}

/** What flows, what each line got, what each node has left. */
type Amounts = { taken: Float64Array; reached: Float64Array; spare: Float64Array };

/** Arcs line → node with what flows on them, in flat arrays; `before` gives the flows of all lines but the last ones. */
function openFlow(supply: Float64Array, lines: readonly AllocationLine[], before?: Amounts) {
  const starts = new Int32Array(lines.length + 1);
  for (const [i, { nodes }] of lines.entries()) starts[i + 1] = (starts[i] ?? 0) + nodes.length;
  const arcs = starts[lines.length] ?? 0;
  const arcNode = new Int32Array(arcs);
  const arcLine = new Int32Array(arcs);
  const room = new Float64Array(arcs);
  const taken = new Float64Array(arcs);
  const got = new Float64Array(lines.length);
  const spare = Float64Array.from(supply);
  for (const [line, { nodes, part = 1 }] of lines.entries()) {
    let arc = starts[line] ?? 0;
    for (const node of nodes) {
      arcNode[arc] = node;
      arcLine[arc] = line;
      room[arc] = (supply[node] ?? 0) * part;
      arc++;
    }
  }
  if (before) {
    taken.set(before.taken);
    got.set(before.reached);
    spare.set(before.spare);
  }
  const nodeStarts = new Int32Array(supply.length + 1);
  for (let arc = 0; arc < arcs; arc++) bump(nodeStarts, (arcNode[arc] ?? 0) + 1);
  for (let node = 0; node < supply.length; node++)
    nodeStarts[node + 1] = (nodeStarts[node + 1] ?? 0) + (nodeStarts[node] ?? 0);
  const nodeArcs = new Int32Array(arcs);
  const filled = nodeStarts.slice();
  for (let arc = 0; arc < arcs; arc++) {
    const node = arcNode[arc] ?? 0;
    nodeArcs[filled[node] ?? 0] = arc;
    bump(filled, node);
  }

  const missing = (line: number) => (lines[line]?.demand ?? 0) - (got[line] ?? 0);

  /** The same share of what each node has, as far as it still has it: Σ min(spare, share × supply) = what is missing. */
  function spread(line: number): void {
    const [from, to] = [starts[line] ?? 0, starts[line + 1] ?? 0];
    const part = lines[line]?.part ?? 1;
    const share = shareFor(missing(line), { from, to, part });
    for (let arc = from; arc < to; arc++) {
      const node = arcNode[arc] ?? 0;
      const take = Math.min(spare[node] ?? 0, share * (supply[node] ?? 0));
      taken[arc] = (taken[arc] ?? 0) + take;
      spare[node] = (spare[node] ?? 0) - take;
      got[line] = (got[line] ?? 0) + take;
    }
  }

  function shareFor(wanted: number, { from, to, part }: { from: number; to: number; part: number }): number {
    let slope = 0;
    const breaks: { at: number; supply: number }[] = [];
    for (let arc = from; arc < to; arc++) {
      const node = arcNode[arc] ?? 0;
      const all = supply[node] ?? 0;
      if (all <= 0) continue;
      slope += all;
      breaks.push({ at: (spare[node] ?? 0) / all, supply: all });
    }
    breaks.sort((a, b) => a.at - b.at);
    let [share, sum] = [0, 0];
    for (const { at, supply: all } of breaks) {
      const upTo = Math.min(at, part);
      const reach = sum + slope * (upTo - share);
      if (reach >= wanted) return share + (wanted - sum) / slope;
      if (at >= part) return part;
      [share, sum] = [upTo, reach];
      slope -= all;
    }
    return part;
  }

  const lineLevel = new Int32Array(lines.length);
  const nodeLevel = new Int32Array(supply.length);
  const lineNext = new Int32Array(lines.length);
  const nodeNext = new Int32Array(supply.length);

  /** Shortest ways from lines that miss something to nodes with something to spare; false when there is none. */
  function level(sources: readonly number[]): boolean {
    lineLevel.fill(-1);
    nodeLevel.fill(-1);
    let front = sources.filter((line) => missing(line) > tiny);
    for (const line of front) lineLevel[line] = 0;
    for (let depth = 0; front.length > 0; depth += 2) {
      const nodes: number[] = [];
      let found = false;
      for (const line of front) {
        for (let arc = starts[line] ?? 0; arc < (starts[line + 1] ?? 0); arc++) {
          const node = arcNode[arc] ?? 0;
          if (nodeLevel[node] !== -1 || (room[arc] ?? 0) - (taken[arc] ?? 0) <= tiny) continue;
          nodeLevel[node] = depth + 1;
          nodes.push(node);
          if ((spare[node] ?? 0) > tiny) found = true;
        }
      }
      if (found) return true;
      front = [];
      for (const node of nodes) {
        for (let i = nodeStarts[node] ?? 0; i < (nodeStarts[node + 1] ?? 0); i++) {
          const arc = nodeArcs[i] ?? 0;
          const line = arcLine[arc] ?? 0;
          if (lineLevel[line] !== -1 || (taken[arc] ?? 0) <= tiny) continue;
          lineLevel[line] = depth + 2;
          front.push(line);
        }
      }
    }
    return false;
  }

  function pushLine(line: number, limit: number): number {
    let pushed = 0;
    while ((lineNext[line] ?? 0) < (starts[line + 1] ?? 0)) {
      const arc = lineNext[line] ?? 0;
      const node = arcNode[arc] ?? 0;
      const open = Math.min(limit - pushed, (room[arc] ?? 0) - (taken[arc] ?? 0));
      if (open > tiny && nodeLevel[node] === (lineLevel[line] ?? 0) + 1) {
        const more = pushNode(node, open);
        taken[arc] = (taken[arc] ?? 0) + more;
        pushed += more;
        if (limit - pushed <= tiny) return pushed;
      }
      bump(lineNext, line);
    }
    return pushed;
  }

  function pushNode(node: number, limit: number): number {
    let pushed = Math.min(limit, Math.max(0, spare[node] ?? 0));
    spare[node] = (spare[node] ?? 0) - pushed;
    while (limit - pushed > tiny && (nodeNext[node] ?? 0) < (nodeStarts[node + 1] ?? 0)) {
      const arc = nodeArcs[nodeNext[node] ?? 0] ?? 0;
      const line = arcLine[arc] ?? 0;
      const held = taken[arc] ?? 0;
      if (held > tiny && lineLevel[line] === (nodeLevel[node] ?? 0) + 1) {
        const more = pushLine(line, Math.min(limit - pushed, held));
        taken[arc] = held - more;
        pushed += more;
        if (limit - pushed <= tiny) return pushed;
      }
      bump(nodeNext, node);
    }
    return pushed;
  }

  /** Gives the lines all that can be found for them; those that have something keep as much. */
  function augment(sources: readonly number[]): void {
    while (level(sources)) {
      lineNext.set(starts.subarray(0, lines.length));
      nodeNext.set(nodeStarts.subarray(0, supply.length));
      let pushed = 0;
      for (const line of sources) {
        if (missing(line) <= tiny) continue;
        const more = pushLine(line, missing(line));
        got[line] = (got[line] ?? 0) + more;
        pushed += more;
      }
      if (pushed <= tiny) return;
    }
  }

  return {
    taken,
    reached: got,
    spare,
    missing,
    spread,
    augment,
    got: (line: number) => got[line] ?? 0,
    eligible(line: number): number {
      let sum = 0;
      for (let arc = starts[line] ?? 0; arc < (starts[line + 1] ?? 0); arc++) sum += room[arc] ?? 0;
      return sum;
    },
    slice: (line: number) => taken.slice(starts[line], starts[line + 1]),
    holders(node: number): { line: number; taken: number }[] {
      const found: { line: number; taken: number }[] = [];
      for (let i = nodeStarts[node] ?? 0; i < (nodeStarts[node + 1] ?? 0); i++) {
        const arc = nodeArcs[i] ?? 0;
        if ((taken[arc] ?? 0) > tiny) found.push({ line: arcLine[arc] ?? 0, taken: taken[arc] ?? 0 });
      }
      return found;
    },
  };
}

const bump = (counts: Int32Array, index: number) => {
  counts[index] = (counts[index] ?? 0) + 1;
};
