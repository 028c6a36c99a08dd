/** The front door of facts into the event store: journal lines in, rows out, each batch once. */
import type { Events } from '#platform';
import type { ImportRows } from './log-batch.ts';

const tables = ['hits', 'ignored_hits', 'ad_events', 'ad_requests', 'ad_decisions'] as const;
export type FactTable = (typeof tables)[number];

/** Rows written by table, and lines that were no facts. */
export type Recorded = Record<FactTable, number> & { broken: number };

/**
 * Inserts a batch of journal lines `{"t": table, "r": row}`. The same token counts once, whatever happened to the first
 * attempt: each table gets a deduplication token of its own, and the order of rows is that of the lines. A line that is no
 * fact is counted and left out, so that it can never hold up the journal behind it.
 */
export async function recordFacts(
  events: Pick<Events, 'insert'>,
  { token, lines }: { token: string; lines: Buffer | string },
): Promise<Recorded> {
  const bytes = Buffer.isBuffer(lines) ? lines : Buffer.from(lines);
  const rows: Record<FactTable, Gathered> = {
    hits: gathered(),
    ignored_hits: gathered(),
    ad_events: gathered(),
    ad_requests: gathered(),
    ad_decisions: gathered(),
  };
  const recorded: Recorded = { hits: 0, ignored_hits: 0, ad_events: 0, ad_requests: 0, ad_decisions: 0, broken: 0 };

  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline;
    if (end > start) {
      const fact = factIn(bytes, start, end);
      if (fact) {
        rows[fact.table].add(fact.row, bytes.length);
        recorded[fact.table]++;
      } else recorded.broken++;
    }
    start = end + 1;
  }

  for (const table of tables) {
    if (recorded[table] > 0) await events.insert(table, rows[table].bytes(), { token: `${token}:${table}` });
  }
  return recorded;
}

type Gathered = { add(row: Buffer, room: number): void; bytes(): Buffer };

/** Rows after one another, a newline after each; `room` is what all of them can take. */
function gathered(): Gathered {
  let buffer = Buffer.alloc(0);
  let length = 0;
  return {
    add(row, room) {
      if (length + row.length + 1 > buffer.length) {
        const larger = Buffer.allocUnsafe(Math.max(room, 2 * buffer.length, length + row.length + 1));
        buffer.copy(larger, 0, 0, length);
        buffer = larger;
      }
      length += row.copy(buffer, length);
      buffer[length++] = 0x0a;
    },
    bytes: () => buffer.subarray(0, length),
  };
}

/** Inserts the rows of a log; the same token counts once. */
export async function recordRows(
  events: Pick<Events, 'insertBlock'>,
  { token, rows }: { token: string; rows: ImportRows },
): Promise<void> {
  for (const table of ['hits', 'ignored_hits'] as const) {
    const block = rows[table];
    if (block) await events.insertBlock(table, block, { token: `${token}:${table}` });
  }
}

const starts = tables.map((table) => ({ table, text: Buffer.from(`{"t":"${table}","r":{`) }));

/** The row is cut out as it stands, without parsing, where the line is written as our writers write it. */
function factIn(bytes: Buffer, start: number, end: number): { table: FactTable; row: Buffer } | undefined {
  const known = starts.find(({ text }) => text.every((byte, i) => bytes[start + i] === byte));
  if (known && bytes[end - 1] === 0x7d && bytes[end - 2] === 0x7d)
    return { table: known.table, row: bytes.subarray(start + known.text.length - 1, end - 1) };
  try {
    const parsed: unknown = JSON.parse(bytes.toString('utf8', start, end));
    if (typeof parsed !== 'object' || parsed === null || !('t' in parsed) || !('r' in parsed)) return undefined;
    const named = tables.find((name) => name === parsed.t);
    return named && typeof parsed.r === 'object' && parsed.r !== null
      ? { table: named, row: Buffer.from(JSON.stringify(parsed.r)) }
      : undefined;
  } catch {
    return undefined;
  }
}
