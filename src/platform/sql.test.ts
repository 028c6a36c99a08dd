import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from './sql.ts';
import { openTestDatabase } from './testing.ts';
import { migrateSql } from './migrate.ts';

let db: Database;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());

test('rows carry times as ISO strings, days as days and big integers as numbers', async () => {
  const row = await db.one(
    `select timestamptz '2026-03-01 10:00+02' as at, date '2026-03-29' as day, 9007199254740991::bigint as n, $1::jsonb as j`,
    [JSON.stringify({ é: ["l'été"] })],
  );
  expect(row).toEqual({ at: '2026-03-01T08:00:00.000Z', day: '2026-03-29', n: 9007199254740991, j: { é: ["l'été"] } });
});

test('a transaction that throws leaves nothing behind', async () => {
  const work = db.transaction(async (tx) => {
    await tx.query("insert into organisations (id, name) values ('org_gone', 'Gone')");
    throw new Error('stop');
  });
  await expect(work).rejects.toThrow('stop');
  expect(await db.one("select id from organisations where id = 'org_gone'")).toBeUndefined();
});

test('statements that come at once wait for each other', async () => {
  const rows = await Promise.all(
    Array.from({ length: 20 }, (_, n) => db.one<{ n: number }>('select $1::int as n', [n])),
  );
  expect(rows.map((row) => row?.n)).toEqual(Array.from({ length: 20 }, (_, n) => n));
});

test('migrations are applied once', async () => {
  expect(await migrateSql(db)).toEqual([]);
});
