/** One import in a process of its own, so that its memory (with the event store's) can be told: `node import-run.ts FILE FOLDER dry|store`. Prints one JSON object. */
import { fileLedger, importLog, recordRows } from '#measurement';
import { migrateEvents, openEvents, startEmbeddedEvents } from '#platform';
import { peakOf } from './peak-memory.ts';

const [file = '', folder = '', mode] = process.argv.slice(2);
const engine = mode === 'store' ? await startEmbeddedEvents(`${folder}/events`) : undefined;
const events = engine ? openEvents(engine.url) : undefined;
if (events) await migrateEvents(events);

const started = performance.now();
const summary = await importLog({
  sources: [file],
  site: {
    id: 'site_bench',
    number: 1,
    org_id: 'org_bench',
    domain: 'bench.example',
    time_zone: 'UTC',
    currency: 'EUR',
    mode: 'exempt',
    sections: [{ id: 'sec_sport', path: '/sport' }],
  },
  ledger: fileLedger(`${folder}/imports-${mode}`),
  saltsOf: async (dates) =>
    Object.fromEntries(dates.map((date) => [date, Buffer.from(`salt ${date}`).toString('base64')])),
  record: async (token, rows) => {
    if (events) await recordRows(events, { token, rows });
  },
});
const seconds = (performance.now() - started) / 1000;
const importer_mb = process.resourceUsage().maxRSS / 1024;
const rss_mb = Math.round(importer_mb + (engine ? ((await peakOf(engine.pid)) ?? 0) : 0));

process.stdout.write(`${JSON.stringify({ lines: summary.lines, pageviews: summary.pageviews, seconds, rss_mb })}\n`);
await events?.close();
await engine?.stop();
process.exit(0);
