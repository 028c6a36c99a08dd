/** The front door of facts into the event store: journal lines in, rows out, each batch once. */
import { setImmediate as turn } from 'node:timers/promises';
import { type Events, gatherRows } from '#platform';
import { factColumnsOf, type FactTable, factTables } from './fact-columns.ts';
import type { ImportRows } from './log-batch.ts';

/** Rows written by table, and lines that were no facts. */
export type Recorded = Record<FactTable, number> & { broken: number };

/** After so many lines others have their turn: a large batch takes longer than a request should wait. */
const linesATurn = 2_000;

/**
 * Inserts a batch of journal lines `{"t": table, "r": row}`. The same token counts once, whatever happened to the first
 * attempt: each table gets a deduplication token of its own, and the order of rows is that of the lines. A line that is no
 * fact is counted and left out, so that it can never hold up the journal behind it.
 */
export async function recordFacts(
  events: Pick<Events, 'insertBlock' | 'query'>,
  { token, lines }: { token: string; lines: Buffer | string },
): Promise<Recorded> {
  const bytes = Buffer.isBuffer(lines) ? lines : Buffer.from(lines);
  const factColumns = await factColumnsOf(events);
  const gathered = {
    hits: gatherRows(factColumns.hits),
    ignored_hits: gatherRows(factColumns.ignored_hits),
    ad_events: gatherRows(factColumns.ad_events),
    ad_requests: gatherRows(factColumns.ad_requests),
    ad_decisions: gatherRows(factColumns.ad_decisions),
  };
  let broken = 0;

  for (let start = 0, line = 1; start < bytes.length; line++) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline;
    if (end > start && !gather(bytes.toString('utf8', start, end))) broken++;
    if (line % linesATurn === 0) await turn();
    start = end + 1;
  }

  function gather(line: string): boolean {
    try {
      const { t, r }: { t?: FactTable; r?: Record<string, unknown> } = JSON.parse(line);
      if (t === undefined || !Object.hasOwn(gathered, t)) return false;
      if (typeof r !== 'object' || r === null || Array.isArray(r)) return false;
      // The column's default; a block has no defaults for some of its rows.
      if (r['local_date'] === undefined && typeof r['local_time'] === 'string')
        r['local_date'] = r['local_time'].slice(0, 10);
      gathered[t].add(r);
      return true;
    } catch {
      return false;
    }
  }

  const recorded: Recorded = { hits: 0, ignored_hits: 0, ad_events: 0, ad_requests: 0, ad_decisions: 0, broken };
  for (const table of factTables) {
    const block = gathered[table].block();
    recorded[table] = gathered[table].rows();
    if (block) await events.insertBlock(table, block, { token: `${token}:${table}` });
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
