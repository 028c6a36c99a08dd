import { describe, expect, test } from 'vitest';
import type { Events } from './events.ts';
import { migrateEvents, migrationsOf, statementsOf } from './migrate.ts';
import { noEvents, openFreshEvents } from './testing.ts';

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
        if (params) noted.set(String(params['name']), Number(params['statement']));
      },
      async longCommand(sql) {
        if (left-- <= 0) throw new Error('killed');
        if (made.has(sql) && !/^(?:insert|delete)/.test(sql))
          throw Object.assign(new Error('Table already exists'), { code: '57' });
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
      expect([...made]).toEqual([...new Set(all)]);
      expect(await migrateEvents(events)).toEqual([]);
    }
  });

  test('a statement that fails for another reason stops them', async () => {
    const { events } = store();
    const failing = {
      ...events,
      longCommand: async (sql: string) =>
        sql.startsWith('create table hits') ? Promise.reject(new Error('disk full')) : events.longCommand(sql),
    };
    await expect(migrateEvents(failing)).rejects.toThrow('disk full');
  });
});

test('a store that is killed after every statement has no row twice, and no address with its query', async () => {
  const store = await openFreshEvents();
  try {
    const { events } = store;
    const beforeUpgrade: Events = {
      ...events,
      longCommand: (sql) =>
        sql.includes('add column acts UInt64 default 0 comment')
          ? Promise.reject(new Error('upgrade'))
          : events.longCommand(sql),
    };
    await expect(migrateEvents(beforeUpgrade)).rejects.toThrow('upgrade');

    const days = ['2026-01-05', '2026-02-05'];
    const url = 'https://me:pw@x.example/a.pdf?token=secret#b';

    const of = (day: string) => ({
      org_id: 'o',
      site_id: 's',
      local_date: day,
      local_time: `${day} 10:00:00`,
      visitor: '7',
    });
    const hit = (day: string, more: object) => ({
      ...of(day),
      at: `${day} 10:00:00`,
      path: '/',
      hostname: 'x',
      section_id: 'n',
      ...more,
    });
    const hits = days.flatMap((day) => [
      hit(day, { hit_id: `told ${day}`, name: 'pageview', origin: 'ingest', engaged_ms: 5000, scroll: 50 }),
      hit(day, { hit_id: `file ${day}`, name: 'File Download', origin: 'ingest', props: { url } }),
    ]);
    await events.insert('hits', hits, { token: 'hits' });
    const visits = days.map((day) => ({
      ...of(day),
      build: 1,
      started_at: `${day} 10:00:00`,
      pageviews: 1,
      width: 400,
    }));
    await events.insert('visits', visits, { token: 'visits' });
    const built = days.map((day) => ({ site_id: 's', local_date: day, build: 1 }));
    await events.insert('visit_days', built, { token: 'days' });

    await events.insert(
      'costs',
      [{ org_id: 'o', site_id: 's', local_date: '2026-01-01', spend_micros: 5, import: 1 }],
      { token: 'c' },
    );

    // Each statement is done, and the process dies before it can say so.
    const died = new Set<string>();
    const dying: Events = {
      ...events,
      command: async (sql, params) => {
        const note = JSON.stringify(params);
        if (!params || died.has(note)) return events.command(sql, params);
        died.add(note);
        throw new Error('killed');
      },
    };
    const upgrade = async (): Promise<unknown> =>
      migrateEvents(dying).catch((error: Error) => (error.message === 'killed' ? upgrade() : Promise.reject(error)));
    await upgrade();

    expect(died.size).toBeGreaterThan(60);
    const [found] =
      await events.query(`select sumIf(visits, dimension = 'screen') as screens, sumIf(pageviews, dimension = 'page') as pages,
      sumIf(acts, dimension = 'download') as downloads, countIf(dimension = 'name') as names, sumIf(reading_ms, dimension = 'section') as reading,
      sumIf(reading_ms, dimension = '') as all_reading, groupUniqArrayIf(value, dimension = 'download') as files,
      (select sum(spend_micros) from cost_days final) as spent, (select uniqExact(hit_id) from hit_ids) as ids from visit_figures`);
    expect(found).toEqual({
      screens: 2,
      pages: 2,
      downloads: 2,
      names: 6,
      reading: 10_000,
      all_reading: 10_000,
      files: ['https://x.example/a.pdf'],
      spent: 5,
      ids: 4,
    });
  } finally {
    await store.close();
  }
}, 240_000);
