/** The front door of facts into the event store: journal lines in, rows out, each batch once. */
import { setImmediate as turn } from 'node:timers/promises';
import { type Events, gatherRows } from '#platform';
import { factColumnsOf, type FactTable, factTables } from './fact-columns.ts';
import { batchNumber, idsStored, inTurn } from './hit-once.ts';
import type { ImportRows } from './log-batch.ts';

/** Rows written by table, and lines that were no facts. */
export type Recorded = Record<FactTable, number> & { broken: number };

/** After so many lines others have their turn: a large batch takes longer than a request should wait. */
const linesATurn = 2_000;

type Batch = { token: string; lines: Buffer | string };
type Row = Record<string, unknown>;

/**
 * Inserts a batch of journal lines `{"t": table, "r": row}`, `"told": 1` with a hit whose sender gave it its id. The same token counts
 * once, whatever happened to the first attempt: each table gets a deduplication token of its own, and the order of rows is that of the
 * lines. Of two hits with one told id the first counts, in this batch or in whichever came before. A line that is no fact is counted
 * and left out, so that it can never hold up the journal behind it.
 */
export async function recordFacts(events: Store, batch: Batch): Promise<Recorded> {
  const bytes = Buffer.isBuffer(batch.lines) ? batch.lines : Buffer.from(batch.lines);
  // Most batches hold no told id, and need not be asked about.
  if (!bytes.includes(toldMark)) return recordNewFacts(events, batch);
  return inTurn(events, async () => {
    const taken = await idsOfOthers(events, { ...batch, lines: bytes });
    return recordNewFacts(events, { ...batch, lines: bytes }, (site, id) => taken.get(site)?.has(id) === true);
  });
}

type Store = Pick<Events, 'insertBlock' | 'query'>;
const toldMark = ',"told":1}';

/** Of the told ids of a batch, those that another batch brought, by site. This batch's own are there when it is sent again. */
async function idsOfOthers(events: Store, { token, lines }: Batch): Promise<Map<string, Set<string>>> {
  const told = new Map<string, Set<string>>();
  for (const line of lines.toString().split('\n')) {
    if (!line.endsWith(toldMark)) continue;
    const { site_id, hit_id } = factOf(line)?.row ?? {};
    if (typeof site_id !== 'string' || typeof hit_id !== 'string') continue;
    told.set(site_id, (told.get(site_id) ?? new Set()).add(hit_id));
  }
  const taken = new Map<string, Set<string>>();
  for (const [site, ids] of told) taken.set(site, await idsStored(events, site, [...ids], batchNumber(token)));
  return taken;
}

function factOf(line: string): { table: string; row: Row; isTold: boolean } | undefined {
  try {
    const { t, r, told }: { t?: string; r?: Row; told?: number } = JSON.parse(line);
    if (t === undefined || typeof r !== 'object' || r === null || Array.isArray(r)) return undefined;
    return { table: t, row: r, isTold: told === 1 };
  } catch {
    return undefined;
  }
}

/** The same for a batch whose told ids are new but for those that `isTaken`. */
export async function recordNewFacts(
  events: Store,
  { token, lines }: Batch,
  isTaken: (site: string, id: string) => boolean = () => false,
): Promise<Recorded> {
  const bytes = Buffer.isBuffer(lines) ? lines : Buffer.from(lines);
  const factColumns = await factColumnsOf(events);
  const batch = batchNumber(token);
  const mine = new Set<string>();
  const gathered = {
    hits: gatherRows(factColumns.hits),
    ignored_hits: gatherRows(factColumns.ignored_hits),
    ad_events: gatherRows(factColumns.ad_events),
    ad_requests: gatherRows(factColumns.ad_requests),
    ad_decisions: gatherRows(factColumns.ad_decisions),
  };
  const isFactTable = (name: string): name is FactTable => Object.hasOwn(gathered, name);
  let broken = 0;

  for (let start = 0, line = 1; start < bytes.length; line++) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline;
    if (end > start && !gather(bytes.toString('utf8', start, end))) broken++;
    if (line % linesATurn === 0) await turn();
    start = end + 1;
  }

  function gather(line: string): boolean {
    const fact = factOf(line);
    if (!fact || !isFactTable(fact.table)) return false;
    const { table, row } = fact;
    const key = fact.isTold && table === 'hits' ? `${String(row['site_id'])} ${String(row['hit_id'])}` : '';
    if (key !== '') {
      if (mine.has(key) || isTaken(String(row['site_id']), String(row['hit_id']))) return true;
      row['batch'] = batch;
    }
    // The column's default; a block has no defaults for some of its rows.
    if (row['local_date'] === undefined && typeof row['local_time'] === 'string')
      row['local_date'] = row['local_time'].slice(0, 10);
    try {
      gathered[table].add(row);
    } catch {
      return false;
    }
    if (key !== '') mine.add(key);
    return true;
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
