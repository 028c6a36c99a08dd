/** What an event store must do, whichever engine is behind it: run on chDB always, on ClickHouse where one is given. */
import { expect, test, vi } from 'vitest';
import type { AskProgress, Events } from './events.ts';
import {
  constantColumn,
  dictionaryColumn,
  lengthAndText,
  nativeBlock,
  numberColumn,
  textColumn,
  wideColumn,
} from './native-block.ts';

/** Registers the conformance tests; `open` answers a migrated, empty store. */
export function eventStoreSuite(store: () => Events): void {
  const row = (line: string) => ({
    org_id: 'org_a',
    site_id: 'site_a',
    at: '2026-03-29T01:30:00.250Z',
    local_time: '2026-03-29 03:30:00',
    local_date: '2026-03-29',
    kind: 'impression',
    line_item_id: line,
    spend_micros: 1500,
    currency: 'EUR',
    unknown_column: 'falls away',
  });

  test('a batch sent twice under one token counts once, in the table and in its rollup', async () => {
    const events = store();
    for (let i = 0; i < 3; i++)
      await events.insert('ad_events', [row('li_twice'), row('li_twice')], { token: 'batch-1' });
    await events.insert('ad_events', [row('li_twice'), row('li_twice')], { token: 'batch-2' });
    const params = { line: 'li_twice' };
    expect(await events.query('select count() as n from ad_events where line_item_id = {line:String}', params)).toEqual(
      [{ n: 4 }],
    );
    expect(
      await events.query(
        'select sum(events) as n, sum(spend_micros) as spend from ad_hours where line_item_id = {line:String}',
        params,
      ),
    ).toEqual([{ n: 4, spend: 6000 }]);
  });

  test.each([
    ['plain'],
    ["l'été"],
    ['back\\slash'],
    ['tab\tline\nend'],
    ['"quotes"'],
    ['{name:String}'],
    ["'; drop table ad_events; --"],
  ])('a parameter arrives as it was given: %j', async (text) => {
    const answer = await store().query('select {text:String} as one, {list:Array(String)} as many', {
      text,
      list: [text, 'b'],
    });
    expect(answer).toEqual([{ one: text, many: [text, 'b'] }]);
  });

  test('times keep their milliseconds and their UTC', async () => {
    await store().insert('ad_events', [row('li_time')], { token: 'time-1' });
    expect(
      await store().query(
        "select toString(at) as at, toString(local_time) as local from ad_events where line_item_id = 'li_time'",
      ),
    ).toEqual([{ at: '2026-03-29 01:30:00.250', local: '2026-03-29 03:30:00' }]);
  });

  test('questions asked at once are all answered', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        store().query<{ n: number }>('select {n:UInt32} as n', { n }, { heavy: n % 3 === 0 }),
      ),
    );
    expect(answers.map((rows) => rows[0]?.n)).toEqual(Array.from({ length: 12 }, (_, n) => n));
  });

  test('a wrong question is refused with the engine’s words, and the next one is answered', async () => {
    await expect(store().query('select nothing_of_the_kind')).rejects.toThrow(/nothing_of_the_kind/);
    expect(await store().query('select 1 as n')).toEqual([{ n: 1 }]);
  });

  test('a block of columns arrives as it was written, and twice under one token once', async () => {
    const texts = ['', 'é', 'a\tb\\c\n', 'long '.repeat(100), ...Array.from({ length: 300 }, (_, n) => `text ${n}`)];
    const rows = texts.length;
    const places = Uint32Array.from({ length: rows }, (_, row) => rows - 1 - row);
    const block = nativeBlock(
      [
        constantColumn('org_id', 'org_a', rows),
        constantColumn('site_id', 'site_block', rows),
        wideColumn(
          'at',
          "DateTime64(3, 'UTC')",
          Float64Array.from({ length: rows }, (_, row) => 1_774_747_800_250 + row),
        ),
        numberColumn(
          'local_time',
          "DateTime('UTC')",
          Uint32Array.from({ length: rows }, () => 1_774_755_000),
        ),
        numberColumn(
          'local_date',
          'Date',
          Uint16Array.from({ length: rows }, () => 20_541),
        ),
        constantColumn('kind', 'impression', rows),
        textColumn('decision_id', Buffer.concat(texts.map((text) => lengthAndText(text)))),
        dictionaryColumn('path', places, { size: rows, textOf: (place) => texts[place] ?? '' }),
        wideColumn(
          'spend_micros',
          'Int64',
          Float64Array.from({ length: rows }, (_, row) => (row - 2) * 5_000_000_000),
        ),
      ],
      rows,
    );
    for (let i = 0; i < 2; i++) await store().insertBlock('ad_events', block, { token: 'block-1' });
    const stored = await store().query<Record<string, unknown>>(
      `select toUnixTimestamp64Milli(at) as at, toString(local_date) as day, decision_id, path, spend_micros, line_item_id
       from ad_events where site_id = 'site_block' order by at`,
    );
    expect(stored).toEqual(
      texts.map((decision_id, row) => ({
        at: 1_774_747_800_250 + row,
        day: '2026-03-29',
        decision_id,
        path: texts[rows - 1 - row],
        spend_micros: (row - 2) * 5_000_000_000,
        line_item_id: '',
      })),
    );
    expect(await store().query("select sum(events) as n from ad_hours where site_id = 'site_block'")).toEqual([
      { n: rows },
    ]);
  });

  test('a question tells how far it is, and ends in the store when its asker leaves', async () => {
    const leaves = new AbortController();
    const told: AskProgress[] = [];
    const endless = "select sum(cityHash64(number, 'endless')) as n from numbers(1000000000000)";
    const running = () =>
      store().query<{ n: number }>(
        "select count() as n from system.processes where query like '%endless%' and query not like '%processes%'",
      );
    const asked = store().query(
      endless,
      {},
      { heavy: true, signal: leaves.signal, onProgress: (progress) => told.push(progress) },
    );
    const next = store().query<{ n: number }>('select 1 as n', {}, { heavy: true });
    const left = new AbortController();
    const neverBegun = store().query(endless, {}, { heavy: true, signal: left.signal });
    await vi.waitUntil(() => told.length >= 3, { timeout: 10_000 });
    expect(await running()).toEqual([{ n: 1 }]);
    left.abort();
    leaves.abort();
    await expect(asked).rejects.toThrow();
    await expect(neverBegun).rejects.toThrow();
    // The lane is free again.
    expect(await next).toEqual([{ n: 1 }]);
    await vi.waitUntil(async () => (await running())[0]?.n === 0, { timeout: 10_000 });
    const [first, last] = [told[0], told.at(-1)];
    expect(last?.read_rows).toBeGreaterThan(first?.read_rows ?? 0);
    expect(last?.total_rows).toBe(1_000_000_000_000);
  });

  test('an answer comes as a file: with parameters, of many rows and of none', async () => {
    const text = async (rows: number, format: 'CSVWithNames' | 'Parquet') => {
      const answer = await store().file(
        'select number as n, {word:String} as word from numbers({rows:UInt64})',
        { word: "l'été", rows },
        format,
      );
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(Buffer.from(chunk as Buffer));
      return Buffer.concat(chunks);
    };
    expect((await text(2, 'CSVWithNames')).toString()).toBe('"n","word"\n0,"l\'été"\n1,"l\'été"\n');
    expect((await text(0, 'CSVWithNames')).toString()).toBe('"n","word"\n');
    const many = (await text(300_000, 'CSVWithNames')).toString().trimEnd().split('\n');
    expect([many.length, many.at(-1)]).toEqual([300_001, '299999,"l\'été"']);
    const parquet = await text(1000, 'Parquet');
    expect([parquet.toString('latin1', 0, 4), parquet.toString('latin1', parquet.length - 4)]).toEqual([
      'PAR1',
      'PAR1',
    ]);
  });

  test('an insert of no rows does nothing', async () => {
    await store().insert('ad_events', [], { token: 'empty' });
  });
}
