/**
 * `vigie bench query [--events N] [--rounds N] [--keep DIR]`: the standard panels over a year of generated facts, in a temporary
 * store, or in one that is kept in a folder and used again.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Asking, runQuery } from '#analytics';
import { Query, type QueryInput } from '#analytics/contract';
import { createMonthBuilder } from '#measurement';
import { type Events, migrateEvents, migrateSql, openEmbedded, openEvents, startEmbeddedEvents } from '#platform';
import { BadUsage, type Command, print, wordsOf } from '../commands/command.ts';
import { benchOrg, benchSite, fillFacts } from './query-facts.ts';

const now = new Date('2026-11-01T12:00:00Z');

/** A month is added up when it is over everywhere on earth. */
const laterThan = (at: Date) => new Date(at.getTime() + 2 * 86_400_000);

const panels: Record<string, Omit<QueryInput, 'site_id'>> = {
  'visitors and page views by day, 30 days': {
    metrics: ['visitors', 'pageviews'],
    date_range: '30d',
    dimensions: ['time:day'],
  },
  'visitors and page views by month, 12 months': {
    metrics: ['visitors', 'pageviews'],
    date_range: '12mo',
    dimensions: ['time:month'],
  },
  'page views by day, 12 months': { metrics: ['pageviews'], date_range: '12mo', dimensions: ['time:day'] },
  'visit figures, 30 days': {
    metrics: ['visits', 'views_per_visit', 'bounce_rate', 'visit_duration'],
    date_range: '30d',
  },
  'top pages, 30 days': {
    metrics: ['visitors', 'pageviews'],
    date_range: '30d',
    dimensions: ['event:page'],
    pagination: { limit: 10 },
  },
  'top pages by page views, 12 months': {
    metrics: ['pageviews'],
    date_range: '12mo',
    dimensions: ['event:page'],
    pagination: { limit: 10 },
  },
  'sources, 30 days': {
    metrics: ['visitors', 'visits', 'bounce_rate'],
    date_range: '30d',
    dimensions: ['visit:source'],
    pagination: { limit: 10 },
  },
  'sources, 12 months': {
    metrics: ['visitors', 'visits', 'bounce_rate'],
    date_range: '12mo',
    dimensions: ['visit:source'],
    pagination: { limit: 10 },
  },
  'countries, 30 days': {
    metrics: ['visitors'],
    date_range: '30d',
    dimensions: ['visit:country'],
    pagination: { limit: 10 },
  },
  'devices, 30 days': { metrics: ['visitors'], date_range: '30d', dimensions: ['visit:device'] },
  'ad delivery by line item, 30 days': {
    metrics: ['impressions', 'viewability', 'clicks', 'ctr', 'spend'],
    date_range: '30d',
    dimensions: ['ad:line_item'],
  },
  'ad delivery by line item, 12 months': {
    metrics: ['impressions', 'viewability', 'clicks', 'ctr', 'spend'],
    date_range: '12mo',
    dimensions: ['ad:line_item'],
  },
};

const quantile = (sorted: readonly number[], q: number) =>
  sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? 0;
const round = (ms: number) => Math.round(ms * 10) / 10;

const bench: Command = async (args) => {
  const { values } = wordsOf(args, {
    events: { type: 'string' },
    rounds: { type: 'string' },
    keep: { type: 'string' },
  });
  const count = wholeNumber('--events', values.events ?? '5000000', 1e9);
  const rounds = wholeNumber('--rounds', values.rounds ?? '30', 10_000);
  const folder = values.keep ?? (await mkdtemp(join(tmpdir(), 'vigie-bench-')));
  const engine = await startEmbeddedEvents(join(folder, 'events'));
  const events = openEvents(engine.url);
  const db = await openEmbedded('memory');
  try {
    await Promise.all([migrateEvents(events), migrateSql(db)]);
    await db.query("insert into organisations (id, name) values ($1, 'Bench')", [benchOrg]);
    await db.query(
      "insert into sites (id, org_id, domain, name, time_zone, currency) values ($1, $2, 'bench.fr', 'Bench', 'UTC', 'EUR')",
      [benchSite, benchOrg],
    );
    const began = performance.now();
    await fillFacts(events, count, (done) => process.stderr.write(`\r${done.toLocaleString('en')} hits`));
    await mergesEnded(events);
    await createMonthBuilder({ events, clock: () => laterThan(now), rest: 0 }).run();
    const filled_s = round((performance.now() - began) / 1000);
    process.stderr.write(` in ${filled_s} s\n`);
    const sizes = await events.query<{ table: string; rows: number; bytes: number }>(
      'select table, sum(rows) as rows, sum(bytes_on_disk) as bytes from system.parts where active and database = currentDatabase() group by table order by bytes desc',
    );
    const asking: Asking = {
      db,
      events,
      clock: () => now,
      caller: { kind: 'system', id: 'bench', name: 'bench', org_id: benchOrg, role: 'admin', advertiser_id: null },
    };
    const results = [];
    for (const [panel, question] of Object.entries(panels))
      results.push({ panel, ...(await timePanel(asking, question, rounds)) });
    const hits = Number(sizes.find(({ table }) => table === 'hits')?.rows ?? 0);
    const bytes = sizes.reduce((sum, size) => sum + Number(size.bytes), 0);
    const report = {
      events: hits,
      rounds,
      filled_s,
      megabytes_per_million_hits: round(bytes / Math.max(1, hits)),
      sizes,
      panels: results,
    };
    print(values.json, report, tableOf(report));
  } finally {
    await events.close();
    await engine.stop();
    await db.close();
    if (!values.keep) await rm(folder, { recursive: true, force: true });
  }
  return 0;
};

/** A year of life leaves the store time to tidy up; a year that was made in a minute has to wait for it. */
async function mergesEnded(events: Events): Promise<void> {
  for (let waited = 0; waited < 600; waited++) {
    const [row] = await events.query<{ merges: number }>('select count() as merges from system.merges');
    if (Number(row?.merges ?? 0) === 0) return;
    await pause(500);
  }
}

async function timePanel(asking: Asking, question: Omit<QueryInput, 'site_id'>, rounds: number) {
  const query = Query.parse({ ...question, site_id: benchSite });
  const first = performance.now();
  const { results } = await runQuery(asking, query);
  const first_ms = round(performance.now() - first);
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const began = performance.now();
    await runQuery(asking, query);
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  return {
    rows: results.length,
    first_ms,
    median_ms: round(quantile(times, 0.5)),
    p99_ms: round(quantile(times, 0.99)),
  };
}

function wholeNumber(option: string, text: string, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw new BadUsage(`${option} must be a whole number from 1 to ${most}.`);
  return value;
}

type Report = {
  events: number;
  rounds: number;
  megabytes_per_million_hits: number;
  panels: { panel: string; rows: number; first_ms: number; median_ms: number; p99_ms: number }[];
};

function tableOf({ events, rounds, megabytes_per_million_hits, panels: rows }: Report): string {
  const line = (cells: (string | number)[]) =>
    cells.map((cell, i) => (i === 0 ? String(cell).padEnd(46) : String(cell).padStart(10))).join('');
  return [
    `${events.toLocaleString('en')} hits, ${megabytes_per_million_hits} MB on disk per million hits (visits, ads and rollups included), ${rounds} rounds`,
    line(['panel', 'rows', 'first ms', 'median ms', 'p99 ms']),
    ...rows.map((row) => line([row.panel, row.rows, row.first_ms, row.median_ms, row.p99_ms])),
  ].join('\n');
}

export default bench;
