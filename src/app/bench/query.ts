/**
 * `vigie bench query [--events N] [--rounds N] [--keep DIR] [--minutes M] [--only TEXT]`: the panels of the screens over a year of
 * generated facts, in a temporary store, or in one that is kept in a folder, filled for M minutes at a time, and used again.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Asking, runQuery } from '#analytics';
import { Query } from '#analytics/contract';
import { createMonthBuilder } from '#measurement';
import {
  type Database,
  type Events,
  migrateEvents,
  migrateSql,
  openEmbedded,
  openEvents,
  startEmbeddedEvents,
} from '#platform';
import { BadUsage, type Command, print, wordsOf } from '../commands/command.ts';
import { benchOrg, benchShape, benchSite, benchSites, fillFacts } from './query-facts.ts';
import { type BenchPanel, benchPanels } from './query-panels.ts';

const now = new Date('2026-11-01T12:00:00Z');

/** A month is added up when it is over everywhere on earth. */
const laterThan = (at: Date) => new Date(at.getTime() + 2 * 86_400_000);

const quantile = (sorted: readonly number[], q: number) =>
  sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? 0;
const round = (ms: number) => Math.round(ms * 10) / 10;

const bench: Command = async (args) => {
  const { values } = wordsOf(args, {
    events: { type: 'string' },
    rounds: { type: 'string' },
    keep: { type: 'string' },
    only: { type: 'string' },
    minutes: { type: 'string' },
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
    for (const site of benchSites)
      await db.query(
        "insert into sites (id, org_id, domain, name, time_zone, currency) values ($1, $2, $1 || '.fr', 'Bench', 'UTC', 'EUR')",
        [site, benchOrg],
      );
    await addGoals(db);
    const began = performance.now();
    const lastMoment = values.minutes ? began + 60_000 * wholeNumber('--minutes', values.minutes, 10_000) : Infinity;
    const filled = await fillFacts(events, count, {
      progress: (done) => process.stderr.write(`\r${done.toLocaleString('en')} hits`),
      isLate: () => performance.now() > lastMoment,
    });
    const filled_s = round((performance.now() - began) / 1000);
    process.stderr.write(` in ${filled_s} s\n`);
    if (filled.begun !== count)
      process.stderr.write(
        `${folder} was begun for ${filled.begun.toLocaleString('en')} hits and is used as that; another number takes another folder.\n`,
      );
    if (!filled.isFull) {
      print(values.json, { ...filled, filled_s }, `Not full yet: the same command goes on where this one stopped.`);
      return 0;
    }
    await mergesEnded(events);
    await createMonthBuilder({ events, clock: () => laterThan(now), rest: 0 }).run();
    const sizes = await events.query<{ table: string; rows: number; bytes: number }>(
      'select table, sum(rows) as rows, sum(bytes_on_disk) as bytes from system.parts where active and database = currentDatabase() group by table order by bytes desc',
    );
    const asking: Asking = {
      db,
      events,
      clock: () => now,
      caller: { kind: 'system', id: 'bench', name: 'bench', org_id: benchOrg, role: 'admin', advertiser_id: null },
    };
    const results: Timed[] = [];
    for (const panel of benchPanels()) {
      if (!panel.panel.includes(values.only ?? '')) continue;
      const timed = await timePanel(asking, panel, rounds).catch((error: unknown) => failed(panel, error));
      results.push(timed);
      process.stderr.write(`${timed.median_ms ?? timed.error} ms: ${panel.panel}\n`);
    }
    const hits = Number(sizes.find(({ table }) => table === 'hits')?.rows ?? 0);
    const bytes = sizes.reduce((sum, size) => sum + Number(size.bytes), 0);
    const report = {
      events: hits,
      shape: benchShape,
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

/** An event and a page, as a publisher would have. */
async function addGoals(db: Database): Promise<void> {
  const matches = { Signup: { kind: 'event', name: 'Signup' }, Sport: { kind: 'page', path: '/sport/*' } };
  for (const [name, match] of Object.entries(matches))
    await db.query('insert into goals (id, org_id, site_id, name, match) values ($1, $2, $3, $4, $5)', [
      `goal_${name}`,
      benchOrg,
      benchSite,
      name,
      JSON.stringify(match),
    ]);
}

/** A year of life leaves the store time to tidy up; a year that was made in a minute has to wait for it. */
async function mergesEnded(events: Events): Promise<void> {
  for (let waited = 0; waited < 600; waited++) {
    const [row] = await events.query<{ merges: number }>('select count() as merges from system.merges');
    if (Number(row?.merges ?? 0) === 0) return;
    await pause(500);
  }
}

/** A question that needs more than the store gives it has no time. */
const failed = ({ panel, main }: BenchPanel, error: unknown): Timed => ({
  panel,
  main,
  rows: 0,
  first_ms: null,
  median_ms: null,
  p99_ms: null,
  error: String(error).slice(0, 120),
});

type Timed = { panel: string; main: boolean; rows: number; error?: string } & Record<
  'first_ms' | 'median_ms' | 'p99_ms',
  number | null
>;

/** A question that takes seconds is not asked as often. */
const longest = 5_000;

async function timePanel(
  asking: Asking,
  { panel, main, question, ofSite }: BenchPanel,
  rounds: number,
): Promise<Timed> {
  const query = Query.parse({ ...question, ...(ofSite ? { site_id: benchSite } : {}) });
  const first = performance.now();
  const { results } = await runQuery(asking, query);
  const first_ms = round(performance.now() - first);
  const times: number[] = [];
  for (let i = 0, spent = 0; i < rounds && (i === 0 || spent < longest); i++) {
    // What the engine remembers of which rows a condition fits would make every round but the first cheaper.
    await asking.events.command('system drop query condition cache');
    const began = performance.now();
    await runQuery(asking, query);
    const took = performance.now() - began;
    spent += took;
    times.push(took);
  }
  times.sort((a, b) => a - b);
  return {
    panel,
    main,
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
  shape: readonly string[];
  rounds: number;
  megabytes_per_million_hits: number;
  sizes: { table: string; rows: number; bytes: number }[];
  panels: Timed[];
};

/** What a panel may take at most. */
const aim_ms = 100;

function tableOf({ events, shape, rounds, megabytes_per_million_hits, sizes, panels: rows }: Report): string {
  const line = (cells: (string | number)[]) =>
    cells.map((cell, i) => (i === 0 ? String(cell).padEnd(62) : String(cell).padStart(11))).join('');
  const of = (name: string, some: Report['panels']) => [
    line([name, 'rows', 'first ms', 'median ms', 'p99 ms']),
    ...some.map((row) =>
      row.error
        ? `${row.panel}: ${row.error}`
        : line([row.panel, row.rows, row.first_ms ?? '', row.median_ms ?? '', row.p99_ms ?? '']),
    ),
    `${some.filter(({ median_ms }) => median_ms !== null && median_ms < aim_ms).length} of ${some.length} under ${aim_ms} ms`,
    '',
  ];
  return [
    ...of(
      'panels that a screen opens with',
      rows.filter(({ main }) => main),
    ),
    ...of(
      'panels behind a click',
      rows.filter(({ main }) => !main),
    ),
    `medians of ${rounds} rounds (fewer where they take seconds); no query cache, what the engine remembers of conditions is dropped before each`,
    `${events.toLocaleString('en')} hits: ${shape.join('; ')}`,
    `${megabytes_per_million_hits} MB on disk per million hits with all that belongs to them`,
    ...sizes.map(({ table, rows: count, bytes }) =>
      line([`  ${table}`, Number(count).toLocaleString('en'), `${round(Number(bytes) / events)} MB/M`]),
    ),
  ].join('\n');
}

export default bench;
