/** The front door of facts into the event store: journal lines in, rows out, each batch once. */
import type { Events } from '#platform';
import type { ImportRows } from './log-batch.ts';

const tables = ['hits', 'ignored_hits', 'ad_events', 'ad_requests'] as const;
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
  const rows: Record<FactTable, string[]> = { hits: [], ignored_hits: [], ad_events: [], ad_requests: [] };
  const recorded: Recorded = { hits: 0, ignored_hits: 0, ad_events: 0, ad_requests: 0, broken: 0 };

  for (const line of lines.toString('utf8').split('\n')) {
    if (line === '') continue;
    const fact = factOf(line);
    if (fact) {
      rows[fact.table].push(fact.row);
      recorded[fact.table]++;
    } else recorded.broken++;
  }

  for (const table of tables) {
    if (rows[table].length > 0) await events.insert(table, rows[table].join('\n'), { token: `${token}:${table}` });
  }
  return recorded;
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

/** The row is cut out as it stands, without parsing, where the line is written as our writers write it. */
function factOf(line: string): { table: FactTable; row: string } | undefined {
  const table = tables.find((name) => line.startsWith(`{"t":"${name}","r":{`));
  if (table && line.endsWith('}}')) return { table, row: line.slice(`{"t":"${table}","r":`.length, -1) };
  try {
    const parsed: unknown = JSON.parse(line);
    if (typeof parsed !== 'object' || parsed === null || !('t' in parsed) || !('r' in parsed)) return undefined;
    const named = tables.find((name) => name === parsed.t);
    return named && typeof parsed.r === 'object' && parsed.r !== null
      ? { table: named, row: JSON.stringify(parsed.r) }
      : undefined;
  } catch {
    return undefined;
  }
}
