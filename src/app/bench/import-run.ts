/**
 * One import in a process of its own, so that its time and memory (with the event store's) can be told:
 * `node import-run.ts FILE FOLDER dry|store`. Prints one JSON object: seconds until the lines were read (dry) or their rows were in the
 * store, and until their visits were built.
 */
import { createVisitBuilder, fileLedger, importLog, recordRows } from '#measurement';
import { migrateEvents, openEvents, startEmbeddedEvents } from '#platform';
import { cpuOf, peakOf } from './process-cost.ts';

const [file = '', folder = '', mode] = process.argv.slice(2);
const engine = mode === 'store' ? await startEmbeddedEvents(`${folder}/events`) : undefined;
const events = engine ? openEvents(engine.url) : undefined;
if (events) await migrateEvents(events);
const cpuBefore = await cpuSeconds();

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
const seconds = since(started);
const cpu_s = (await cpuSeconds()) - cpuBefore;
if (events) await buildVisits(events);
const visits_s = since(started);
const visits_cpu_s = (await cpuSeconds()) - cpuBefore;
const importer_mb = process.resourceUsage().maxRSS / 1024;
const rss_mb = Math.round(importer_mb + (engine ? ((await peakOf(engine.pid)) ?? 0) : 0));

const { lines, pageviews } = summary;
process.stdout.write(
  `${JSON.stringify({ lines, pageviews, seconds, cpu_s, visits_s, visits_cpu_s, importer_mb, rss_mb })}\n`,
);
await events?.close();
await engine?.stop();
process.exit(0);

function since(then: number): number {
  return (performance.now() - then) / 1000;
}

async function cpuSeconds(): Promise<number> {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 + (engine ? ((await cpuOf(engine.pid)) ?? 0) : 0);
}

/** Rounds of the scheduled work, without its waiting, until no day is left. */
async function buildVisits(store: NonNullable<typeof events>): Promise<void> {
  const spacing = { own: 0, neighbour: 0, share: 0, quiet: 0, patience: 0 };
  const builder = createVisitBuilder({ events: store, clock: () => new Date(), spacing });
  while ((await builder.run()).length > 0);
}
