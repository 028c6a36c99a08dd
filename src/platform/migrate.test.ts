import { describe, expect, test } from 'vitest';
import type { Events } from './events.ts';
import { migrateEvents, migrationsOf, statementsOf } from './migrate.ts';
import { noEvents } from './testing.ts';

describe('statements of a migration', () => {
  test.each<[string, string, string[]]>([
    ['two', 'select 1;\nselect 2;\n', ['select 1', 'select 2']],
    ['no last semicolon', 'select 1;\nselect 2', ['select 1', 'select 2']],
    [
      'a semicolon within a line',
      "insert into a values ('x; y');\nselect 2;",
      ["insert into a values ('x; y')", 'select 2'],
    ],
    ['comment lines, semicolons in them', '-- first; \n  -- second;\nselect 1;\n-- end;', ['select 1']],
    ['lines of Windows', 'select 1;\r\nselect\r\n 2;\r\n', ['select 1', 'select\r\n 2']],
    ['spaces after the semicolon', 'select 1;  \t\n\n\nselect 2;   ', ['select 1', 'select 2']],
    ['nothing', '\n-- only words\n ; \n', []],
  ])('%s', (_, text, statements) => expect(statementsOf(text)).toEqual(statements));
});

test.each(['postgres', 'clickhouse'] as const)(
  'migrations of %s are dated, in order, and none is empty',
  async (kind) => {
    const all = await migrationsOf(kind);
    expect(all.length).toBeGreaterThan(0);
    for (const { name, text } of all) {
      expect(name).toMatch(/^\d{4}-\d{2}-\d{2}-\d{2}-[a-z-]+\.sql$/);
      expect(statementsOf(text).length, name).toBeGreaterThan(0);
    }
    expect(all.map(({ name }) => name)).toEqual(all.map(({ name }) => name).sort());
  },
);

describe('the event store’s migrations, stopped anywhere', () => {
  /** A store that only remembers what it was told, and dies (as kill -9 does) after `lives` statements. */
  function store() {
    const [made, noted] = [new Set<string>(), new Map<string, number>()];
    let left = Number.POSITIVE_INFINITY;
    const events: Events = {
      ...noEvents,
      async command(sql, params) {
        if (left-- <= 0) throw new Error('killed');
        if (params) return void noted.set(String(params['name']), Number(params['statement']));
        if (sql.includes('if not exists')) return;
        if (made.has(sql)) throw Object.assign(new Error('Table already exists'), { code: '57' });
        made.add(sql);
      },
      query: async <T>() => [...noted].map(([name, statements]) => ({ name, statements })) as T[],
    };
    return { events, made, live: (statements: number) => (left = statements) };
  }

  test('go on where they stopped, each statement once', async () => {
    const all = (await migrationsOf('clickhouse')).flatMap(({ text }) => statementsOf(text));
    for (let lives = 1; lives < all.length * 2; lives++) {
      const { events, made, live } = store();
      live(lives);
      await expect(migrateEvents(events)).rejects.toThrow('killed');
      live(Number.POSITIVE_INFINITY);
      await migrateEvents(events);
      expect([...made]).toEqual(all.filter((sql) => !sql.includes('if not exists')));
      expect(await migrateEvents(events)).toEqual([]);
    }
  });

  test('a statement that fails for another reason stops them', async () => {
    const { events } = store();
    const failing = {
      ...events,
      command: async (sql: string, params?: Record<string, unknown>) =>
        sql.startsWith('create table hits') ? Promise.reject(new Error('disk full')) : events.command(sql, params),
    };
    await expect(migrateEvents(failing)).rejects.toThrow('disk full');
  });
});
