import { serve, type Served } from '#platform';
import * as contract from './contract.ts';
import type { CountryOf } from './geo.ts';
import { listHistoryImports, readHistoryImport, removeHistoryImport, startHistory } from './history/history.ts';
import { answerExport } from './history/answer-export.ts';
import { exportData } from './history/export-contract.ts';
import * as history from './history/history-contract.ts';
import { ingest, siteToIngest } from './ingest.ts';

/** Measurement's routes. `visitorKey` is a lasting secret: the same visitor id gives the same hash as long as it stays. */
export function routesOf({ countryOf, visitorKey }: { countryOf: CountryOf; visitorKey: string }): Served[] {
  // One request at a time for each site: two that carry the same id must not both find it missing.
  const last = new Map<string, Promise<unknown>>();
  return [
    serve(exportData, (input, context) => answerExport(context, input)),
    serve(history.startHistory, (input, context) => startHistory(context, input, visitorKey)),
    serve(history.listHistory, (input, { db, caller }) => listHistoryImports(db, caller, input)),
    serve(history.readHistory, ({ id }, { db, caller }) => readHistoryImport(db, caller.org_id, id)),
    serve(history.removeHistory, async ({ id }, context) => {
      await removeHistoryImport(context, context.caller, id);
      return {};
    }),
    serve(contract.ingestHits, async ({ site_id, hits }, { caller, db, events, clock }) => {
      const site = await siteToIngest(db, caller.org_id, site_id);
      const before = last.get(site.id) ?? Promise.resolve();
      const work = before.then(() => ingest(site, hits, { events, clock, countryOf, visitorKey }));
      const settled = work.catch(() => undefined);
      last.set(site.id, settled);
      void settled.then(() => last.get(site.id) === settled && last.delete(site.id));
      return work;
    }),
  ];
}
