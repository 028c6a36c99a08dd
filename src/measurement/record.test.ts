import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RowValue } from '#platform';
import { openTestEvents } from '#platform/testing';
import { type FactColumns, factColumnsOf, type FactTable, factTables } from './fact-columns.ts';
import { recordFacts } from './record.ts';

let store: Awaited<ReturnType<typeof openTestEvents>>;
let factColumns: FactColumns;
beforeAll(async () => {
  store = await openTestEvents();
  factColumns = await factColumnsOf(store.events);
});
afterAll(() => store?.close());

test('every column of a fact table can be told by a journal line, but the store’s own stamp', async () => {
  const columns = await store.events.query<{ table: FactTable; name: string }>(
    'select table, name from system.columns where database = currentDatabase() and table in {tables:Array(String)}',
    { tables: factTables },
  );
  for (const table of factTables) {
    const there = columns.filter((column) => column.table === table && column.name !== 'ingested_at');
    expect(Object.keys(factColumns[table]).toSorted()).toEqual(there.map(({ name }) => name).toSorted());
  }
  expect(factColumns.hits).toMatchObject({ hit_id: 'text', path: 'words', props: 'texts by name', visitor: 'UInt64' });
});

/** Texts of all kinds: short and long, of any script, with the signs that formats escape. */
const texts = fc.oneof(
  fc.constantFrom('', 'Organic Search', 'é', 'a\tb\\c\n"d\'', '0', ' ', '日本語 🗞️', 'x'.repeat(127), 'é'.repeat(64)),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ minLength: 100, maxLength: 300 }),
);
// Around a change of year; few months, since each makes a part of its own in the store.
const time = fc.date({
  min: new Date('2025-12-30T00:00:00Z'),
  max: new Date('2026-01-03T00:00:00Z'),
  noInvalidDate: true,
});
const plain = (date: Date, end: number) => date.toISOString().slice(0, end).replace('T', ' ');
const asText = (value: fc.Arbitrary<bigint>) => value.map(String);

const values: Record<RowValue, fc.Arbitrary<unknown>> = {
  words: texts,
  text: texts,
  'texts by name': fc.dictionary(texts, texts, { maxKeys: 4, noNullPrototype: true }),
  instant: time.chain((date) => fc.constantFrom(plain(date, 23), date.toISOString())),
  'wall clock': time.map((date) => plain(date, 19)),
  date: time.map((date) => plain(date, 10)),
  UInt8: fc.integer({ min: 0, max: 0xff }),
  UInt16: fc.integer({ min: 0, max: 0xffff }),
  UInt32: fc.integer({ min: 0, max: 0xffff_ffff }),
  UInt64: asText(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
  Int64: fc.oneof(asText(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })), fc.maxSafeInteger()),
  'counted or null': fc.option(fc.integer({ min: 0, max: 0xffff })),
};

/** Rows that name some of their table's columns, in any order. */
const rowsOf = (table: FactTable) =>
  fc.array(
    fc.record(Object.fromEntries(Object.entries(factColumns[table]).map(([name, type]) => [name, values[type]])), {
      requiredKeys: ['at', 'local_time'],
      noNullPrototype: true,
    }),
    { minLength: 1, maxLength: 12 },
  );

let runs = 0;

test.each(factTables)('rows of %s arrive by column as the store reads them from text', async (table) => {
  await fc.assert(
    fc.asyncProperty(rowsOf(table), async (rows) => {
      const [asRead, asBlock] = [`read_${++runs}`, `block_${runs}`];
      const told = (site_id: string) => rows.map((row) => ({ ...row, site_id, unknown: 'falls away' }));
      await store.events.insert(table, told(asRead), { token: `read ${runs}` });
      const lines = told(asBlock).map((row) => JSON.stringify({ t: table, r: row }));
      expect(await recordFacts(store.events, { token: `block ${runs}`, lines: lines.join('\n') })).toMatchObject({
        [table]: rows.length,
        broken: 0,
      });
      const stored = (site: string) =>
        store.events.query(
          `select * except (site_id, ingested_at) replace (toString(at) as at) from ${table} where site_id = {site:String}
           order by toString(tuple(* except (ingested_at, site_id)))`,
          { site },
        );
      expect(await stored(asBlock)).toEqual(await stored(asRead));
    }),
    { numRuns: 12 },
  );
});

test('a line that is no fact is counted and left out; the others of its batch are there', async () => {
  const row = { org_id: 'o', site_id: 'broken', at: '2026-03-01 10:00:00.250', local_time: '2026-03-01 11:00:00' };
  const line = (t: string, r: unknown) => JSON.stringify({ t, r });
  const lines = [
    line('hits', { ...row, hit_id: 'one', visitor: '18446744073709551615', scroll: 100, cls_milli: null }),
    '',
    'no line',
    '{"t":"hits","r":{"at":',
    line('users', row),
    line('hits', null),
    line('hits', [row]),
    line('hits', { ...row, scroll: 256 }),
    line('hits', { ...row, visitor: '18446744073709551616' }),
    line('hits', { ...row, visitor: 1.5 }),
    line('hits', { ...row, path: 7 }),
    line('hits', { ...row, at: 'yesterday' }),
    line('hits', { ...row, at: '2026-13-01 10:00:00.250' }),
    line('hits', { ...row, local_date: '2026-02-30x' }),
    line('hits', { ...row, props: { a: 1 } }),
    line('hits', { ...row, constructor: 'x', hit_id: 'two', path: null, at: '2026-03-01T11:00:00.250+01:00' }),
  ].join('\n');
  for (let sent = 0; sent < 2; sent++)
    expect(await recordFacts(store.events, { token: 'broken', lines: Buffer.from(lines) })).toMatchObject({
      hits: 2,
      broken: 13,
    });
  const found = await store.events.query(
    "select hit_id, toString(at) as at, toString(local_date) as day, toString(visitor) as visitor, scroll, path from hits where site_id = 'broken' order by hit_id",
  );
  const told = { at: '2026-03-01 10:00:00.250', day: '2026-03-01', path: '' };
  expect(found).toEqual([
    { hit_id: 'one', visitor: '18446744073709551615', scroll: 100, ...told },
    { hit_id: 'two', visitor: '0', scroll: 0, ...told },
  ]);
});

test('a told id counts once over batches, journals and ingest alike; a batch that is sent again brings what it brought', async () => {
  const row = {
    org_id: 'o',
    site_id: 'told',
    local_time: '2026-03-01 11:00:00',
    visitor: '7',
    name: 'pageview',
    origin: 'live',
  };
  const line = (hit_id: string, at = '2026-03-01 10:00:00.000') =>
    `${JSON.stringify({ t: 'hits', r: { ...row, hit_id, at } }).slice(0, -1)},"told":1}`;
  const record = (token: string, ...lines: string[]) => recordFacts(store.events, { token, lines: lines.join('\n') });
  const own = JSON.stringify({ t: 'hits', r: { ...row, hit_id: 'made here', at: '2026-03-01 10:00:00.000' } });
  const [first, second] = await Promise.all([
    record('told-1', line('a'), line('b'), line('a')),
    record('told-2', line('b'), line('c'), own),
  ]);
  expect([first.hits, second.hits]).toEqual([2, 2]);
  // Months of other hits later, and the first again: it was in doubt.
  expect(await record('told-3', line('a', '2026-05-01 10:00:00.000'), line('c'))).toMatchObject({ hits: 0, broken: 0 });
  expect(await record('told-1', line('a'), line('b'), line('a'))).toMatchObject({ hits: 2 });
  const [counted] = await store.events.query(
    "select (select toUInt32(count()) from hits where site_id = 'told') as hits, (select toUInt32(sum(hits)) from hits_hours where site_id = 'told') as pageviews",
  );
  expect(counted).toEqual({ hits: 4, pageviews: 4 });
});
