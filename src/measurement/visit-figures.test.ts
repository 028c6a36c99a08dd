import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Events, migrateEvents, migrationsOf, openEvents, startEmbeddedEvents } from '#platform';
import { statementsOf } from '#platform/testing';
import { figureColumns, insertVisitFigures } from './visit-figures.ts';

/** A store as it was before figures told of readings, acts, names and classes. */
let folder: string;
let engine: Awaited<ReturnType<typeof startEmbeddedEvents>>;
let events: Events;
const since = '2026-11-29-10-more-figures.sql';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-figures-'));
  engine = await startEmbeddedEvents(folder);
  events = openEvents(engine.url);
  await events.command(
    "create table migrations (name String, statement UInt32, applied_at DateTime64(3, 'UTC') default now64(3, 'UTC')) engine = MergeTree order by (name, statement)",
  );
  const before = (await migrationsOf('clickhouse')).filter(({ name }) => name < since);
  for (const { name, text } of before) {
    const statements = statementsOf(text);
    for (const statement of statements) await events.command(statement);
    await events.insert('migrations', [{ name, statement: statements.length }], { token: name });
  }
  const pick = (list: string[], salt: string) =>
    `[${list.map((one) => `'${one}'`).join(', ')}][1 + cityHash64(number, '${salt}') % ${list.length}]`;
  await events.command(`insert into hits (org_id, site_id, local_time, at, hit_id, visitor, origin, name, hostname, path, section_id, engaged_ms, scroll, width, props, site_search)
    select 'o', ${pick(['s1', 's2'], 's')}, toDateTime('2026-11-01 00:00:00', 'UTC') + cityHash64(number, 't') % (5 * 86400) as local_time, local_time, toString(number), cityHash64(number, 'v') % 90 as who,
      if(who % 4 = 0, 'ingest', 'live'), ${pick(['pageview', 'pageview', 'engagement', 'Signup', 'Outbound Link: Click', 'download', 'Form: Submission', '404', 'site search'], 'n')},
      ${pick(['a.fr', 'b.fr'], 'h')}, ${pick(['/', '/a', '/b'], 'p')}, ${pick(['', 'sec_1'], 'x')}, ${pick(['0', '0', '700', '9000'], 'e')}, ${pick(['0', '40', '90'], 'k')}, ${pick(['0', '390', '1200', '1900'], 'w')},
      map('url', ${pick(['', 'https://x.fr/'], 'u')}, 'term', ${pick(['', 'maire'], 'm')}, 'path', '/contact'), ${pick(['', '', 'stade'], 'q')}
    from numbers(3000)`);
  await events.command(`insert into visits (build, org_id, site_id, local_date, visitor, visit_id, started_at, local_time, ended_at, pageviews, events, engaged_ms, duration_ms, bounce, entry_page, exit_page, hostname, width, line_item_id)
    select 7, 'o', site_id, local_date, visitor, cityHash64(site_id, local_date, visitor) as id, min(at), min(local_time), max(at), countIf(name = 'pageview'), count(), 5, id % 2000000, count() = 1, min(path), max(path), min(hostname), max(width), ['', 'li_1'][1 + id % 2]
    from hits group by site_id, local_date, visitor`);
  await events.command(
    'insert into visit_days (site_id, local_date, build, visits) select site_id, local_date, 7, count() from visits group by site_id, local_date',
  );
  // The migration that first wrote figures writes them as the builder of that time did.
  const first = before.find(({ name }) => name.endsWith('-visit-figures.sql'));
  for (const statement of statementsOf(first?.text ?? ''))
    if (statement.startsWith('insert')) await events.command(statement);
  await events.command("insert into visit_months (site_id, month, build, print) values ('s1', '2026-10-01', 1, 1)");
}, 120_000);
afterAll(async () => {
  await events?.close();
  await engine?.stop();
  await rm(folder, { recursive: true, force: true });
});

const figuresOf = (build: number) =>
  events.query(
    `select site_id, toString(local_date) as day, dimension, value, ${figureColumns.map((name) => `sum(visit_figures.${name}) as ${name}`).join(', ')},
       arraySort(groupUniqArrayArray(visit_figures.lasting)) as lasting, any(key) = sipHash64(value) as is_key
     from visit_figures where build = ${build} group by site_id, day, dimension, value order by all`,
  );

test('a store of before is given the figures that its days would be built with now', async () => {
  const old = await toldBefore();
  expect(await migrateEvents(events)).toContain(since);
  await events.command(insertVisitFigures('1', '7').replace('select 7,', 'select 8,'));
  const [migrated, built] = [await figuresOf(7), await figuresOf(8)];
  expect(migrated).toEqual(built);
  expect(migrated.length).toBeGreaterThan(old + 100);
  for (const dimension of ['page', 'name', 'outbound_link', 'form', 'hour', 'screen', 'line_item', ''])
    expect(migrated.some((row) => (row as { dimension: string }).dimension === dimension)).toBe(true);
  expect(await events.query('select count() as n from visit_months')).toEqual([{ n: 0 }]);
});

async function toldBefore(): Promise<number> {
  const [row] = await events.query<{ n: number }>(
    'select uniqExact(site_id, local_date, dimension, value) as n from visit_figures',
  );
  return Number(row?.n ?? 0);
}
