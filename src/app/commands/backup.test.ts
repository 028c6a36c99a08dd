import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { jobsOf, recordFacts } from '#measurement';
import { createOrganisation } from '#people';
import { readConfig, systemClock } from '#platform';
import { type House, openHouse } from '../house.ts';
import backup from './backup.ts';
import restore from './restore.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vigie-backup-'));
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await rm(root, { recursive: true, force: true });
});

const configOf = (folder: string) => readConfig({ VIGIE_DATA: join(root, folder), VIGIE_LOG: 'error' });

async function within<T>(folder: string, work: (house: House) => Promise<T>): Promise<T> {
  const house = await openHouse(configOf(folder), systemClock, 'test');
  try {
    return await work(house);
  } finally {
    await house.close();
  }
}

/** An organisation with a site, a file, facts of every table, visits and all that is added up from them. */
async function fill(house: House): Promise<void> {
  const { db, events, files, salts, log } = house;
  await salts.forDates(['2026-11-20']);
  const { id: org_id } = await db.transaction((tx) => createOrganisation(tx, { name: 'Org' }));
  await db.query(
    "insert into sites (id, org_id, domain, name, time_zone, currency) values ('s', $1, 'kept.example', 'Kept', 'UTC', 'EUR')",
    [org_id],
  );
  await files.put(Buffer.from('a banner'));
  const when = (minute: number) => {
    const at = new Date(Date.UTC(2026, 10, 20, 10, minute)).toISOString().slice(0, 19).replace('T', ' ');
    return { org_id, site_id: 's', at, local_time: at };
  };
  const rows = Array.from({ length: 200 }, (_, i) => [
    ['hits', { ...when(i), hit_id: `h${i}`, visitor: String(i % 7), name: 'pageview', path: `/${i % 5}` }],
    ['ignored_hits', { ...when(i), reason: 'bot' }],
    ['ad_events', { ...when(i), decision_id: `d${i}`, kind: 'impression', line_item_id: 'li', spend_micros: i }],
    ['ad_requests', { ...when(i), placement_id: 'pl', requests: 3, filled: 2 }],
    ['ad_decisions', { ...when(i), placement_id: 'pl', line_item_id: 'li', decisions: 2 }],
  ]).flat();
  const lines = rows.map(([t, r]) => JSON.stringify({ t, r })).join('\n');
  await recordFacts(events, { token: 'kept', lines });
  const rebuild = jobsOf(house).find(({ name }) => name === 'measurement.rebuild-visits');
  const signal = new AbortController().signal;
  // A day of the past is built once its hits have come to rest.
  await vi.waitUntil(
    async () => {
      await rebuild?.run({ clock: systemClock, log, signal, input: {} });
      return (await events.query('select site_id from visit_days')).length > 0;
    },
    { timeout: 30_000, interval: 500 },
  );
}

/** What every table of both stores holds: its rows, and a sum over all that is in them. */
async function totals({ db, events }: House): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  const tables = await events.query<{ name: string; engine: string }>(
    "select name, engine from system.tables where database = currentDatabase() and engine like '%MergeTree' order by name",
  );
  for (const { name, engine } of tables)
    [found[`events ${name}`]] = await events.query(
      `select count() as rows, toString(sum(sipHash64(tuple(*)))) as sum from (select * from ${name}${/Replacing|Summing|Aggregating/.test(engine) ? ' final' : ''})`,
    );
  const relations = await db.query<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' order by 1",
  );
  for (const { name } of relations)
    found[`sql ${name}`] = await db.one(
      `select count(*)::int as rows, md5(coalesce(string_agg(row::text, '' order by row::text), '')) as sum from "${name}" as row`,
    );
  return found;
}

test('what is put back from a backup is what was saved, in every table of both stores and in the files; the salts stay behind', async () => {
  const before = await within('first', async (house) => {
    await fill(house);
    return totals(house);
  });
  for (const table of ['hits', 'ignored_hits', 'ad_events', 'ad_requests', 'ad_decisions'])
    expect(before[`events ${table}`]).toMatchObject({ rows: 200 });
  expect(Number((before['events visits'] as { rows: number }).rows)).toBeGreaterThan(0);
  await writeFile(join(root, 'first', 'sample.json'), '{}');

  const kept = join(root, 'kept');
  expect(await backup([kept, '--json'], configOf('first'))).toBe(0);
  expect(await restore([kept, '--json'], configOf('second'))).toBe(0);
  for (const folder of ['kept', 'second']) expect(await readdir(join(root, folder))).not.toContain('salts.json');
  expect(await within('second', totals)).toEqual(before);
  expect(await readFile(join(root, 'second', 'secret'))).toEqual(await readFile(join(root, 'first', 'secret')));
  expect((await readdir(join(root, 'second', 'files'), { recursive: true })).length).toBe(
    (await readdir(join(root, 'first', 'files'), { recursive: true })).length,
  );
  // A folder that holds something is not written over.
  await expect(restore([kept], configOf('first'))).rejects.toThrow(/not empty/);
}, 120_000);
