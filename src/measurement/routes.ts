import { serve, type Served } from '#platform';
import * as contract from './contract.ts';
import type { CountryOf, PlaceOf } from './geo.ts';
import { listHistoryImports, readHistoryImport, removeHistoryImport, startHistory } from './history/history.ts';
import { answerExport } from './history/answer-export.ts';
import { exportData } from './history/export-contract.ts';
import * as history from './history/history-contract.ts';
import * as costs from './costs/cost-contract.ts';
import { answerImportCosts, answerPreview, listCostImports, nameCampaign } from './costs/import-costs.ts';
import { changeVisitRules, readVisitRules } from './visit-rules.ts';
import * as rules from './visit-rules-contract.ts';
import * as privacy from './privacy/privacy-contract.ts';
import { changeSitePrivacy, readSitePrivacy } from './privacy/site-privacy.ts';
import { eraseVisitor, exportVisitor, findVisitor, type VisitorKeys } from './privacy/visitor-rights.ts';
import { ingest, siteToIngest } from './ingest.ts';

/** Measurement's routes. `visitorKey` is a lasting secret: the same visitor id gives the same hash as long as it stays. */
export function routesOf({
  countryOf,
  placeOf,
  visitorKey,
  consentedHash,
  retentionMonths,
}: {
  countryOf: CountryOf;
  placeOf?: PlaceOf | undefined;
  retentionMonths?: number | undefined;
} & VisitorKeys): Served[] {
  const keys = { visitorKey, consentedHash };
  return [
    serve(costs.importCosts, (input, context) => answerImportCosts(context, input)),
    serve(costs.previewCosts, (_, context) => answerPreview(context)),
    serve(costs.listCosts, (input, { db, caller }) => listCostImports(db, caller, input)),
    serve(costs.nameCampaign, async (input, context) => {
      await nameCampaign(context, context.caller, input);
      return {};
    }),
    serve(rules.readVisitRules, ({ id }, { db, caller }) => readVisitRules(db, caller, id)),
    serve(rules.changeVisitRules, (input, context) => changeVisitRules(context, context.caller, input)),
    serve(privacy.readPrivacy, ({ id }, context) =>
      readSitePrivacy({ ...context, usual: retentionMonths }, context.caller, id),
    ),
    serve(privacy.changePrivacy, (input, context) =>
      changeSitePrivacy({ ...context, usual: retentionMonths }, context.caller, input),
    ),
    serve(privacy.findVisitor, (input, context) => findVisitor(context, context.caller, keys, input)),
    serve(privacy.exportVisitor, (input, context) => exportVisitor(context, context.caller, keys, input)),
    serve(privacy.eraseVisitor, (input, context) => eraseVisitor(context, context.caller, keys, input)),
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
      return ingest(site, hits, { events, clock, countryOf, placeOf, visitorKey });
    }),
  ];
}
