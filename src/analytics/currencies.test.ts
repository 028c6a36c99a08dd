/** Amounts of several currencies: never added, and each in its own minor unit, in answers and in files. */
import ExcelJS from 'exceljs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createOrganisation } from '#people';
import type { Database } from '#platform';
import { callerOf, openTestDatabase, openTestEvents } from '#platform/testing';
import { Query } from './contract.ts';
import { exportQuery } from './query-workbook.ts';
import { runQuery } from './run-query.ts';

let db: Database;
let store: Awaited<ReturnType<typeof openTestEvents>>;
let org: string;
beforeAll(async () => {
  [db, store] = await Promise.all([openTestDatabase(), openTestEvents()]);
  org = (await db.transaction((tx) => createOrganisation(tx, { name: 'Org' }))).id;
  await db.query(
    "insert into sites (id, org_id, domain, name, time_zone, currency) values ('s', $1, 'm.example', 'S', 'UTC', 'EUR')",
    [org],
  );
  const bought = { EUR: 12.5, USD: 10, JPY: 1000, TND: 1.234 };
  await store.events.insert(
    'hits',
    Object.entries(bought).map(([currency, amount], n) => ({
      org_id: org,
      site_id: 's',
      at: `2026-09-01 10:00:0${n}`,
      local_time: `2026-09-01 10:00:0${n}`,
      hit_id: `h${n}`,
      visitor: String(n + 1),
      name: 'Purchase',
      path: '/',
      revenue_micros: Math.round(amount * 1e6),
      currency,
    })),
    { token: 'currencies' },
  );
}, 60_000);
afterAll(async () => {
  await store?.close();
  await db?.close();
});

const asking = () => ({
  db,
  events: store.events,
  clock: () => new Date('2026-11-28T12:00:00Z'),
  caller: callerOf('admin', org),
});
const question = (more: object) => ({ site_id: 's', date_range: ['2026-09-01', '2026-09-30'], ...more });

test('a sum over currencies is refused with what to do; split by currency each is whole', async () => {
  await expect(runQuery(asking(), Query.parse(question({ metrics: ['currency_revenue'] })))).rejects.toThrow(
    'metrics: currency_revenue is in the currency of each row; add the dimension event:currency.',
  );
  const { results } = await runQuery(
    asking(),
    Query.parse(question({ metrics: ['currency_revenue'], dimensions: ['event:currency'] })),
  );
  expect(Object.fromEntries(results.map((row) => [row.dimensions[0], row.metrics[0]]))).toEqual({
    EUR: 1250,
    USD: 1000,
    JPY: 1000,
    TND: 1234,
  });
  expect((await runQuery(asking(), Query.parse(question({ metrics: ['revenue'] })))).results[0]?.metrics).toEqual([
    1250,
  ]);
});

test('a workbook holds main units, with as many decimals as the currency has', async () => {
  const file = await exportQuery(asking(), {
    question: JSON.stringify(question({ metrics: ['currency_revenue'], dimensions: ['event:currency'] })),
    language: 'en',
  });
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(Buffer.from(file.bytes as Uint8Array) as never);
  const rows = book.worksheets[0]?.getRows(2, 4) ?? [];
  expect(
    Object.fromEntries(rows.map((row) => [row.getCell(1).value, [row.getCell(2).value, row.getCell(2).numFmt]])),
  ).toEqual({
    EUR: [12.5, '#,##0.00'],
    USD: [10, '#,##0.00'],
    JPY: [1000, '#,##0'],
    TND: [1.234, '#,##0.000'],
  });
});
