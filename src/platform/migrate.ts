/** Forward-only, dated migrations of both stores: `db/postgres/*.sql` and `db/clickhouse/*.sql`, each applied once, in order of name. */
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Events } from './events.ts';
import type { Database } from './sql.ts';

const folderOf = (kind: 'postgres' | 'clickhouse') => fileURLToPath(new URL(`../../db/${kind}/`, import.meta.url));

/** The migrations of a store, by name. */
export async function migrationsOf(kind: 'postgres' | 'clickhouse'): Promise<{ name: string; text: string }[]> {
  const folder = folderOf(kind);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(names.map(async (name) => ({ name, text: await readFile(folder + name, 'utf8') })));
}

/** Brings the relational store up to date; answers the names it applied. One process at a time (advisory lock). */
export async function migrateSql(db: Database): Promise<string[]> {
  const all = await migrationsOf('postgres');
  await db.script(
    'create table if not exists migrations (name text primary key, applied_at timestamptz not null default now())',
  );
  return db.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock(7163424)');
    const done = new Set((await tx.query<{ name: string }>('select name from migrations')).map((row) => row.name));
    const applied: string[] = [];
    for (const { name, text } of all) {
      if (done.has(name)) continue;
      for (const statement of statementsOf(text)) await tx.query(statement);
      await tx.query('insert into migrations (name) values ($1)', [name]);
      applied.push(name);
    }
    return applied;
  });
}

/** Brings the event store up to date; answers the names it applied. */
export async function migrateEvents(events: Events): Promise<string[]> {
  await events.command(
    "create table if not exists migrations (name String, statement UInt32, applied_at DateTime64(3, 'UTC') default now64(3, 'UTC')) engine = MergeTree order by (name, statement)",
  );
  const rows = await events.query<{ name: string; statements: number }>(
    'select name, max(statement) as statements from migrations group by name',
  );
  const done = new Map(rows.map((row) => [row.name, Number(row.statements)]));
  const applied: string[] = [];
  for (const { name, text } of await migrationsOf('clickhouse')) {
    const statements = statementsOf(text);
    // ClickHouse has no transaction around DDL: what was applied is noted statement by statement.
    const next = done.get(name) ?? 0;
    for (let i = firstToRun(statements, next); i < statements.length; i++) {
      const statement = statements[i] ?? '';
      await events.longCommand(statement).catch((error: unknown) => {
        // A process that was killed between a statement and its note left the thing made: that is what was wanted.
        if (i !== next || !isDoneAlready(statement, error)) throw error;
      });
      await events.command('insert into migrations (name, statement) values ({name:String}, {statement:UInt32})', {
        name,
        statement: i + 1,
      });
      if (applied.at(-1) !== name) applied.push(name);
    }
  }
  return applied;
}

/**
 * Where to go on after `next` statements that are noted. An insert that was stopped may have written some or all of its rows: it is
 * begun again from the delete right before it, which takes them out.
 */
function firstToRun(statements: readonly string[], next: number): number {
  const isOpen = /^insert\b/i.test(statements[next] ?? '') && /^delete\b/i.test(statements[next - 1] ?? '');
  return isOpen ? next - 1 : next;
}

/**
 * ClickHouse's TABLE_ALREADY_EXISTS, DUPLICATE_COLUMN and "column … already exists" (ILLEGAL_COLUMN); UNKNOWN_TABLE of a table or view
 * that was to be dropped.
 */
const isDoneAlready = (statement: string, error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === '57' ||
    error.code === '15' ||
    (error.code === '44' && /already exists/.test(error.message)) ||
    (error.code === '60' && /^drop\b/i.test(statement)));

/** Statements end with a semicolon at the end of a line; comment lines fall away. */
export function statementsOf(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('--'))
    .join('\n')
    .split(/;\s*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter(Boolean);
}
