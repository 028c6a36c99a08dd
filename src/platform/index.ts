export { type Browser, launchBrowser } from './browser.ts';
export { type Clock, systemClock } from './clock.ts';
export { type Config, readConfig } from './config.ts';
export { type EmbeddedEvents, startEmbeddedEvents } from './chdb.ts';
export { type AskProgress, type Events, openEvents } from './events.ts';
export { type FileStore, openFiles, readIfThere, writeDurably } from './files.ts';
export { CsvFault, csvOf, type CsvRow, type CsvValue, parseCsv } from './csv.ts';
export { createHttp } from './http.ts';
export { refusalOfZod } from './http-input.ts';
export { type CalendarEntry, iCalendar } from './i-calendar.ts';
export { newId } from './id.ts';
export { enqueue, type Job, type JobContext, runJobs } from './jobs.ts';
export { errorFields, type Log, openLog } from './logger.ts';
export { type Letter, type Mail, openMail } from './mail.ts';
export { migrateEvents, migrateSql, migrationsOf } from './migrate.ts';
export { docsPageOf, openApiOf } from './openapi.ts';
export {
  constantColumn,
  dictionaryColumn,
  joinedBlocks,
  metOf,
  nativeBlock,
  type NativeBlock,
  type NativeColumn,
  numberColumn,
  textColumn,
  wideColumn,
} from './native-block.ts';
export { gatherRows, type RowGatherer, type RowValue } from './native-rows.ts';
export { csvFile, csvOfList, exportPage, instantOf, type Order as ListOrder, orderedPage } from './ordered-list.ts';
export { askOwner, isOwned, own, type Ownership } from './owner.ts';
export { problemOf } from './problem.ts';
export { Refusal, type RefusalCode } from './refusal.ts';
export {
  type Caller,
  type Context,
  type FileReply,
  serve,
  type Served,
  type Services,
  type UploadedFile,
} from './served.ts';
export { openSealed, seal } from './sealed.ts';
export { deriveKey, masterSecret, openSalts, type Salts } from './secrets.ts';
export { afterCommit, type Database, openEmbedded, openPostgres, type Sql } from './sql.ts';
export { type Batch, type Journal, openJournal, type Position, type Shipper } from './journal/index.ts';
export { type Brought, type DataFile, openDataFiles, textOfFile } from './data-file.ts';
export { badPlace, checkCells, isBlank, readTable, type TableRow } from './table-file.ts';
export { dayOrderOf, type DayOrder, dayWritten, headerKey, numberWritten, secondsWritten } from './written-figure.ts';
export { type HttpRequest, type HttpResponse, QuickRequest, QuickResponse, quicken } from './quick-http/index.ts';
export { examineValkey, openValkey, type Valkey, type ValkeyCommand } from './valkey.ts';
