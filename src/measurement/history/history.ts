/** Imports from other products: listing, one, taking back. */
import { audit, listRows, requireRow } from '#people';
import { type Caller, type Context, type Database, type Events, openDataFiles, Refusal } from '#platform';
import type * as z from 'zod';
import { siteToIngest } from '../ingest.ts';
import type { HistoryImport, listHistory as listRoute, startHistory as startRoute } from './history-contract.ts';
import { bringsBackHits, startHistoryImport, takeBack } from './import-history.ts';

const select =
  'select id, site_id, product, files, state, rows_read, families, first_day, last_day, problem, created_at, ended_at, number from history_imports';

type Row = HistoryImport & { number: number };

export const readHistoryImport = (db: Pick<Database, 'one' | 'query'>, org_id: string, id: string): Promise<Row> =>
  requireRow<Row>(db, {
    select,
    filters: [
      ['org_id = ?', org_id],
      ['id = ?', id],
    ],
    what: 'import',
  });

export async function listHistoryImports(db: Database, caller: Caller, input: z.output<(typeof listRoute)['input']>) {
  return listRows<Row>(db, {
    select,
    filters: [
      ['org_id = ?', caller.org_id],
      ['site_id = ?', input.site_id],
    ],
    descending: true,
    limit: input.limit,
    cursor: input.cursor,
  });
}

/** Starts an import of uploaded files; it goes on after the answer. */
export async function startHistory(
  { db, events, clock, caller, uploads, log }: Context,
  input: z.output<(typeof startRoute)['input']>,
  visitorKey: string,
) {
  const site = await siteToIngest(db, caller.org_id, input.site_id);
  const files = await openDataFiles(uploads.map(({ name, bytes }) => ({ name, bytes })));
  const { id, already, ended } = await startHistoryImport(
    { db, events, clock, visitorKey },
    { caller, site, files, options: { ...input, currency: site.currency, time_zone: site.time_zone } },
  );
  ended.catch((error: unknown) => log.error('an import broke off', { import: id, error: String(error) }));
  return { import: await readHistoryImport(db, caller.org_id, id), already };
}

/** Takes the figures of an import out of every answer. Days that an earlier import held count from it again. */
export async function removeHistoryImport(
  { db, events }: { db: Database; events: Events },
  caller: Caller,
  id: string,
): Promise<void> {
  const found = await readHistoryImport(db, caller.org_id, id);
  if (found.state === 'running') throw new Refusal('wrong-state', 'The import is still running.');
  if ((found.families['hits'] ?? 0) > 0 && !(await bringsBackHits(events, found.site_id, id)))
    throw new Refusal(
      'wrong-state',
      'The hits of this import are not marked as its own, since it was made by an earlier version; they end by retention or by erasing a visitor.',
    );
  await takeBack({ events }, found);
  await db.transaction(async (tx) => {
    await tx.query('delete from history_imports where id = $1 and org_id = $2', [id, caller.org_id]);
    await audit(tx, caller, {
      action: 'history-import.remove',
      subject: { kind: 'history_import', id },
      before: { product: found.product, files: found.files, first_day: found.first_day, last_day: found.last_day },
    });
  });
}
