export { agentOf } from './agent.ts';
export { isPrefetch } from './bot.ts';
export { type Collector, type CollectReply, type CollectRequest, createCollector } from './collector.ts';
export { deviceOf } from './device.ts';
export { explainHit } from './explain-hit.ts';
export { type CountryOf, openCountries, openGeo, type PlaceOf } from './geo.ts';
export { keepCosts } from './costs/import-costs.ts';
export { type CostField, costFields } from './costs/cost-columns.ts';
export { exportedFiles, exportTo } from './history/export-data.ts';
export { readHistoryImport } from './history/history.ts';
export { startHistoryImport } from './history/import-history.ts';
export { looksLikeHistory, recognise } from './history/recognise.ts';
export { fileLedger } from './import-ledger.ts';
export { importLog, type ImportOptions } from './import-log.ts';
export { createVisitBuilder } from './rebuild-visits.ts';
export { siteToIngest } from './ingest.ts';
export { jobsOf } from './jobs.ts';
export { wallClock } from './local-time.ts';
export type { ImportRows } from './log-batch.ts';
export { recordFacts, recordRows } from './record.ts';
export { routesOf } from './routes.ts';
export {
  acts,
  arrivalColumns,
  automatic,
  classOf,
  clockOf,
  depthOf,
  durationOf,
  isAutomatic,
  machineColumns,
  screenOf,
} from './told-values.ts';
export { insertVisitFigures } from './visit-figures.ts';
export { createMonthBuilder, currentMonths } from './visit-months.ts';
