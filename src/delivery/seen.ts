/**
 * Which decisions already had an event counted. Kept as long as the signed address is valid, in one table per stretch of time,
 * so that forgetting is dropping a table. A table is an open-addressing hash of 64-bit ids in one typed array: 16 bytes an id at
 * most, where a Set of strings would take some 80.
 */

/** The random id of a decision, as two unsigned 32-bit halves. */
export type DecisionId = { high: number; low: number };

export type Seen = {
  /** Notes the event; false when it was noted before. `decidedAt` in milliseconds. */
  add(id: DecisionId, decidedAt: number): boolean;
  has(id: DecisionId, decidedAt: number): boolean;
  /** Takes back what an `add` noted, when the event could not be kept after all. */
  remove(id: DecisionId, decidedAt: number): void;
  /** Forgets what was decided so long before `now` that its address is no longer valid. */
  forget(now: number): void;
  size(): number;
  dump(): { stretch: number; ids: Uint32Array }[];
  load(stretches: readonly { stretch: number; ids: Uint32Array }[]): void;
};

/** `validMs`: validity of the address. `stretchMs`: grain of forgetting. */
export function openSeen(validMs: number, stretchMs: number): Seen {
  const tables = new Map<number, Table>();
  const stretchOf = (at: number) => Math.floor(at / stretchMs);
  const tableOf = (stretch: number) => {
    let table = tables.get(stretch);
    if (!table) tables.set(stretch, (table = newTable(1024)));
    return table;
  };
  return {
    add: (id, at) => insert(tableOf(stretchOf(at)), id),
    has(id, at) {
      const table = tables.get(stretchOf(at));
      return table !== undefined && find(table, id) >= 0;
    },
    remove(id, at) {
      const table = tables.get(stretchOf(at));
      const slot = table ? find(table, id) : -1;
      // A tombstone: an id with this value is never given out (see token.ts), and growing the table sweeps it away.
      if (table && slot >= 0) {
        table.cells[slot * 2] = 0;
        table.cells[slot * 2 + 1] = 1;
        table.removed++;
      }
    },
    forget(now) {
      for (const stretch of tables.keys()) if ((stretch + 1) * stretchMs + validMs < now) tables.delete(stretch);
    },
    size: () => tables.values().reduce((sum, table) => sum + table.size - table.removed, 0),
    dump: () => [...tables].map(([stretch, table]) => ({ stretch, ids: idsOf(table) })),
    load(stretches) {
      for (const { stretch, ids } of stretches) {
        const table = tableOf(stretch);
        for (let i = 0; i + 1 < ids.length; i += 2) insert(table, { high: ids[i] ?? 0, low: ids[i + 1] ?? 0 });
      }
    },
  };
}

type Table = { cells: Uint32Array; capacity: number; size: number; removed: number };

const newTable = (capacity: number): Table => ({ cells: new Uint32Array(capacity * 2), capacity, size: 0, removed: 0 });

/** Where an id is (≥ 0), or the free cell where it would go, as −1 − cell. Ids are random, so their low half is its own hash. */
function find({ cells, capacity }: Table, { high, low }: DecisionId): number {
  for (let slot = low & (capacity - 1); ; slot = (slot + 1) & (capacity - 1)) {
    const cellHigh = cells[slot * 2];
    const cellLow = cells[slot * 2 + 1];
    if (cellHigh === high && cellLow === low) return slot;
    if (cellHigh === 0 && cellLow === 0) return -1 - slot;
  }
}

function insert(table: Table, id: DecisionId): boolean {
  const slot = find(table, id);
  if (slot >= 0) return false;
  table.cells[(-1 - slot) * 2] = id.high;
  table.cells[(-1 - slot) * 2 + 1] = id.low;
  if (++table.size * 2 > table.capacity) grow(table);
  return true;
}

function grow(table: Table): void {
  const ids = idsOf(table);
  const roomier = newTable(Math.max(1024, 2 ** Math.ceil(Math.log2(ids.length * 2))));
  for (let i = 0; i < ids.length; i += 2) insert(roomier, { high: ids[i] ?? 0, low: ids[i + 1] ?? 0 });
  Object.assign(table, roomier);
}

function idsOf({ cells }: Table): Uint32Array {
  const ids = new Uint32Array(cells.length);
  let n = 0;
  for (let i = 0; i < cells.length; i += 2) {
    const [high, low] = [cells[i] ?? 0, cells[i + 1] ?? 0];
    if (high === 0 && low <= 1) continue;
    ids[n++] = high;
    ids[n++] = low;
  }
  return ids.slice(0, n);
}
