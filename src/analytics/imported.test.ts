/** History of other products, brought by the real import and asked for by the query language. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createVisitBuilder, readHistoryImport, siteToIngest, startHistoryImport } from '#measurement';
import { createOrganisation } from '#people';
import { type Brought, type Database, openDataFiles } from '#platform';
import { callerOf, openTestDatabase, openTestEvents } from '#platform/testing';
import { Query, type QueryInput } from './contract.ts';
import { runQuery } from './run-query.ts';

let db: Database;
let store: Awaited<ReturnType<typeof openTestEvents>>;
let org: string;
let site: string;
let count = 0;
beforeAll(async () => {
  [db, store] = await Promise.all([openTestDatabase(), openTestEvents()]);
  org = (await db.transaction((tx) => createOrganisation(tx, { name: 'Org' }))).id;
}, 60_000);
afterAll(async () => {
  await store?.close();
  await db?.close();
});
beforeEach(async () => {
  site = `site_${count++}`;
  await db.query(
    "insert into sites (id, org_id, domain, name, time_zone, currency) values ($1, $2, $3, 'News', 'Europe/Paris', 'EUR')",
    [site, org, `news${count}.example`],
  );
});

const clock = () => new Date('2026-11-28T12:00:00Z');
const cases = (name: string) => fileURLToPath(new URL(`../measurement/cases/history/${name}`, import.meta.url));
const tables =
  'visitors sources pages entry_pages exit_pages custom_events locations devices browsers operating_systems'
    .split(' ')
    .map((name) => ({ path: cases(`imported_${name}_20260101_20260102.csv`) }));

async function bring(brought: Brought[], told: object = {}) {
  const files = await openDataFiles(brought);
  const started = await startHistoryImport(
    { db, events: store.events, clock, visitorKey: 'a key' },
    {
      caller: callerOf('admin', org),
      site: await siteToIngest(db, org, site),
      files,
      options: { currency: 'EUR', time_zone: 'Europe/Paris', ...told },
    },
  );
  await started.ended;
  return { ...(await readHistoryImport(db, org, started.id)), already: started.already };
}
const one = (name: string, told: object = {}) => bring([{ path: cases(name) }], told);

async function ask(input: Partial<QueryInput>, imports = true) {
  const asked = Query.parse({
    site_id: site,
    metrics: ['visitors'],
    date_range: ['2026-01-01', '2026-12-31'],
    include: { imports },
    ...input,
  });
  const { results, meta } = await runQuery({ db, events: store.events, clock, caller: callerOf('admin', org) }, asked);
  return { rows: results.map((row) => [...row.dimensions, ...row.metrics]), meta };
}

describe('Plausible', () => {
  test('all ten tables answer by their own dimensions, only when they are asked for', async () => {
    const done = await bring(tables);
    expect(done).toMatchObject({
      state: 'done',
      product: 'plausible',
      first_day: '2026-01-01',
      last_day: '2026-01-02',
    });
    const total = await ask({
      metrics: ['visitors', 'visits', 'pageviews', 'bounce_rate', 'visit_duration', 'views_per_visit'],
    });
    expect(total.rows).toEqual([[15, 18, 39, 27.78, 83, 2.17]]);
    expect(total.meta).toMatchObject({ imports_included: true });
    expect(total.meta.note_codes).toContain('imported-included');
    expect((await ask({ metrics: ['visitors'] }, false)).rows).toEqual([[0]]);

    expect((await ask({ dimensions: ['time:day'], metrics: ['visits'] })).rows).toEqual([
      ['2026-01-01', 12],
      ['2026-01-02', 6],
    ]);
    expect((await ask({ dimensions: ['visit:channel'], metrics: ['visits'] })).rows).toEqual([
      ['Organic Search', 8],
      ['Organic Social', 6],
      ['Direct', 3],
      ['Email', 1],
    ]);
    expect(
      (await ask({ dimensions: ['event:page'], metrics: ['pageviews', 'time_on_page', 'bounce_rate'] })).rows,
    ).toEqual([
      ['/', 29, 30, 26.67],
      ['/a', 10, 20, 33.33],
    ]);
    expect((await ask({ dimensions: ['visit:entry_page'] })).rows).toEqual([
      ['/', 13],
      ['/a', 2],
    ]);
    expect((await ask({ dimensions: ['visit:exit_page'], metrics: ['visits'] })).rows).toEqual([
      ['/a', 8],
      ['/', 4],
    ]);
    // By name they all stand there; a link that was followed is no conversion, as with own hits.
    expect((await ask({ dimensions: ['event:name'], metrics: ['conversions'] })).rows).toEqual([['Signup', 3]]);
    expect((await ask({ metrics: ['conversions'] })).rows).toEqual([[3]]);
    expect((await ask({ dimensions: ['event:name'], metrics: ['events'] })).rows).toEqual([
      ['Signup', 3],
      ['Outbound Link: Click', 1],
    ]);
    expect((await ask({ dimensions: ['visit:country'] })).rows).toEqual([
      ['FR', 7],
      ['BE', 3],
    ]);
    expect((await ask({ dimensions: ['visit:device'] })).rows).toEqual([
      ['phone', 6],
      ['desktop', 4],
    ]);
    expect((await ask({ dimensions: ['visit:os'] })).rows).toEqual([
      ['iOS', 6],
      ['macOS', 4],
    ]);
    expect((await ask({ metrics: ['visits'], filters: [['is', 'visit:source', ['Google']]] })).rows).toEqual([[8]]);
  });

  test('what the tables cannot answer gets none of them, and says so', async () => {
    await bring(tables);
    const crossed = await ask({ dimensions: ['visit:country', 'visit:device'] });
    expect(crossed.rows).toEqual([]);
    expect(crossed.meta).toMatchObject({ imports_included: false, imports_skip_reason: 'unsupported_query' });
    expect((await ask({ date_range: ['2025-01-01', '2025-01-31'] })).meta.imports_skip_reason).toBe('out_of_range');
  });

  test('the same files twice, and a day brought again, count once', async () => {
    await bring(tables);
    expect(await bring(tables.toReversed())).toMatchObject({ already: true });
    const again =
      '"date","visitors","pageviews","bounces","visits","visit_duration"\n"2026-01-02",7,9,1,8,300\n"2026-01-03",1,1,1,1,0\n';
    await bring([{ name: 'x.csv', bytes: Buffer.from(again) }]);
    expect((await ask({ dimensions: ['time:day'] })).rows).toEqual([
      ['2026-01-01', 10],
      ['2026-01-02', 7],
      ['2026-01-03', 1],
    ]);
  });

  test('a day with own hits counts from these alone', async () => {
    await bring(tables);
    await store.events.insert(
      'hits',
      [
        {
          org_id: org,
          site_id: site,
          at: '2026-01-02 10:00:00.000',
          local_time: '2026-01-02 11:00:00',
          hit_id: `h${site}`,
          visitor: '7',
          name: 'pageview',
          path: '/',
        },
      ],
      { token: `own ${site}` },
    );
    expect((await ask({ dimensions: ['time:day'], metrics: ['pageviews'] })).rows).toEqual([
      ['2026-01-01', 30],
      ['2026-01-02', 1],
    ]);
  });

  test.each([
    [
      'an unknown column',
      'date,visitors,pageviews,bounces,visits,visit_duration,mood\n2026-01-01,1,1,1,1,1,1',
      'line 1, column "mood"',
    ],
    [
      'a missing column',
      'date,visitors,bounces,visits,visit_duration\n2026-01-01,1,1,1,1',
      'line 1, column "pageviews"',
    ],
    [
      'a word for a number',
      'date,visitors,pageviews,bounces,visits,visit_duration\n2026-01-01,1,1,1,1,1\n2026-01-02,1,many,1,1,1',
      'line 3, column "pageviews"',
    ],
    ['no day', 'date,visitors,pageviews,bounces,visits,visit_duration\n2026-13-01,1,1,1,1,1', 'line 2, column "date"'],
    [
      'a short row',
      'date,visitors,pageviews,bounces,visits,visit_duration\n2026-01-01,1,1,1,1,1\n2026-01-02,1',
      'line 3: the row has 2 cells',
    ],
    [
      'a negative count',
      'date,visitors,pageviews,bounces,visits,visit_duration\n2026-01-01,-1,1,1,1,1',
      'line 2, column "visitors"',
    ],
  ])('%s is refused with its line, and nothing of the file counts', async (_, text, where) => {
    const brought: Brought[] = [...tables, { name: 'broken.csv', bytes: Buffer.from(text) }];
    const failed = await bring(brought).then(
      ({ state, problem }) => `${state} ${problem}`,
      (error: unknown) => `refused ${String(error)}`,
    );
    expect(failed).toContain(`broken.csv, ${where}`);
    expect((await ask({})).rows).toEqual([[0]]);
  });
});

describe('Google Analytics 4', () => {
  test('a page report of a month is one total over its days', async () => {
    const done = await one('ga4-pages-en.csv');
    expect(done).toMatchObject({
      state: 'done',
      families: { pages: 2 },
      first_day: '2026-02-01',
      last_day: '2026-02-28',
    });
    expect(
      (await ask({ dimensions: ['event:page'], metrics: ['pageviews', 'visitors', 'time_on_page'] })).rows,
    ).toEqual([
      ['/', 1000, 400, 30],
      ['/sport/foot', 500, 250, 70],
    ]);
    expect(
      (await ask({ metrics: ['pageviews'], dimensions: ['event:page'], date_range: ['2026-02-01', '2026-02-15'] })).meta
        .imports_skip_reason,
    ).toBe('out_of_range');
  });

  test('French headers, channels and fractions', async () => {
    await one('ga4-acquisition-fr.csv');
    expect(
      (await ask({ dimensions: ['visit:channel'], metrics: ['visits', 'bounce_rate', 'visit_duration'] })).rows,
    ).toEqual([
      ['Organic Search', 800, 25, 52],
      ['Direct', 300, 60, 20],
    ]);
  });

  test('an exploration by day, without its total row', async () => {
    await one('ga4-exploration.csv');
    expect((await ask({ dimensions: ['visit:device'], metrics: ['visits', 'bounce_rate'] })).rows).toEqual([
      ['phone', 40, 30],
      ['desktop', 22, 31.82],
      ['tablet', 18, 33.33],
    ]);
    expect((await ask({ dimensions: ['time:day', 'visit:device'], metrics: ['pageviews'] })).rows[0]).toEqual([
      '2026-04-01',
      'phone',
      90,
    ]);
  });

  test('an overview gives every table it can, and names what is left out', async () => {
    const done = await one('ga4-overview.csv');
    expect(done.problem).toContain('by Nth week');
    expect((await ask({ dimensions: ['time:day'] })).rows).toEqual([
      ['2026-05-01', 11],
      ['2026-05-02', 12],
      ['2026-05-03', 13],
    ]);
    expect((await ask({ dimensions: ['visit:country'] })).rows).toEqual([
      ['FR', 30],
      ['US', 6],
      ['CI', 1],
    ]);
  });

  test('the BigQuery export becomes hits', async () => {
    expect(await one('ga4-events.jsonl')).toMatchObject({ families: { hits: 3 } });
    // Time on page over a year comes of the figures that are written with the visits.
    const spacing = { own: 0, neighbour: 0, share: 0, quiet: 0, patience: 0 };
    await createVisitBuilder({ events: store.events, clock: () => new Date(), spacing }).run();
    const { rows } = await ask({ metrics: ['pageviews', 'conversions', 'revenue', 'time_on_page'] }, false);
    expect(rows).toEqual([[1, 1, 1990, 25]]);
  });

  const event = (event_name: string, at: number, params: Record<string, string | number> = {}, more: object = {}) =>
    JSON.stringify({
      event_timestamp: String(1_780_304_400_000_000 + at * 1e6),
      event_name,
      user_pseudo_id: 'u',
      event_params: Object.entries({ page_location: 'https://news.example/p', ...params }).map(([key, value]) => ({
        key,
        value: typeof value === 'number' ? { double_value: value } : { string_value: value },
      })),
      ...more,
    });

  test('revenue is what was bought less what was refunded, not the worth of a cart', async () => {
    const worth = { value: 50, currency: 'EUR' };
    const lines = [
      event('page_view', 0),
      event('add_to_cart', 1, worth),
      event('begin_checkout', 2, worth),
      event('purchase', 3, worth, { ecommerce: { purchase_revenue: 50, transaction_id: 't1' } }),
      event('purchase', 4, { ...worth, value: 30 }),
      event('refund', 5, { ...worth, value: 20 }),
    ];
    await bring([{ name: 'events.jsonl', bytes: Buffer.from(lines.join('\n')) }]);
    const metrics = ['revenue', 'purchases', 'currency_purchases'] as const;
    expect((await ask({ metrics: [...metrics] }, false)).rows).toEqual([[6000, 2, 2]]);
    // From the facts too.
    expect((await ask({ metrics: [...metrics], filters: [['is', 'event:page', ['/p']]] }, false)).rows).toEqual([
      [6000, 2, 2],
    ]);
  });

  test('what GA4 sends by itself is no conversion, as events and as a table', async () => {
    const lines = [
      event('page_view', 0),
      event('scroll', 1),
      event('click', 2, { link_url: 'https://elsewhere.example/x?y=1' }),
      event('file_download', 3, { link_url: 'https://news.example/a.pdf' }),
      event('view_search_results', 4, { search_term: 'bread' }),
      event('video_start', 5),
      event('form_start', 6),
      event('form_submit', 7),
      event('generate_lead', 8),
    ];
    await bring([{ name: 'events.jsonl', bytes: Buffer.from(lines.join('\n')) }]);
    expect(
      (await ask({ metrics: ['conversions', 'outbound_clicks', 'downloads', 'form_submissions'] }, false)).rows,
    ).toEqual([[1, 1, 1, 1]]);
    const table =
      '# ----------------------------------------\n# Events\n# Start date: 20260101\n# End date: 20260131\n# ----------------------------------------\n\nEvent name,Event count,Total users\npage_view,1000,300\nscroll,500,200\nuser_engagement,800,250\nsession_start,400,300\nclick,7,7\npurchase,3,3\n';
    await bring([{ name: 'events.csv', bytes: Buffer.from(table) }]);
    expect((await ask({ metrics: ['conversions'], date_range: ['2026-01-01', '2026-01-31'] })).rows).toEqual([[3]]);
  });
});

describe('Matomo', () => {
  test('visits of the log become hits, once', async () => {
    expect(await one('matomo-visits.json')).toMatchObject({ product: 'matomo', families: { hits: 5 } });
    expect((await ask({ dimensions: ['event:name'], metrics: ['events'] }, false)).rows).toEqual([
      ['pageview', 2],
      ['Outbound Link: Click', 1],
      ['order', 1],
      ['site search', 1],
    ]);
    expect((await ask({ metrics: ['revenue', 'pageviews'] }, false)).rows).toEqual([[4250, 2]]);
  });

  test('a summary in JSON and pages in UTF-16 CSV', async () => {
    await one('matomo VisitsSummary.get.json');
    await one('matomo Actions.getPageUrls.csv');
    expect((await ask({ metrics: ['visitors', 'visits', 'bounce_rate', 'visit_duration'] })).rows).toEqual([
      [20, 25, 40, 100],
    ]);
    expect(
      (await ask({ dimensions: ['event:page'], metrics: ['pageviews', 'visitors', 'time_on_page'] })).rows,
    ).toEqual([
      ['/index', 20, 12, 30],
      ['/a', 8, 4, 20],
    ]);
  });
});

describe('Umami', () => {
  test('events become hits on the site’s calendar, with their sources', async () => {
    expect(await one('umami-events.csv')).toMatchObject({
      product: 'umami',
      families: { hits: 4 },
      first_day: '2026-07-01',
      last_day: '2026-07-03',
    });
    expect((await ask({ dimensions: ['time:day'], metrics: ['pageviews'] }, false)).rows).toEqual([
      ['2026-07-01', 2],
      ['2026-07-03', 1],
    ]);
    const channels = await store.events.query<{ channel: string }>(
      "select distinct channel from hits where site_id = {site:String} and path = '/' order by channel",
      { site },
    );
    expect(channels.map(({ channel }) => channel)).toEqual(['Email', 'Organic Search']);
  });

  test('overlapping exports add only what is new', async () => {
    await one('umami-events.csv');
    const text = (await import('node:fs')).readFileSync(cases('umami-events.csv'), 'utf8');
    const more = `${text}${(text.trim().split('\n').at(-1) ?? '').replace(',e4,', ',e5,')}\n`;
    expect(await bring([{ name: 'more.csv', bytes: Buffer.from(more) }])).toMatchObject({ families: { hits: 1 } });
    expect((await ask({ metrics: ['pageviews'] }, false)).rows).toEqual([[4]]);
  });

  test('its small tables need the days they cover', async () => {
    const pages = async (told: object) =>
      bring([{ name: 'pages.csv', bytes: Buffer.from('x,y\n/,120\n/a,30\n') }], told);
    expect((await pages({})).problem).toContain('pages.csv, line 1: the table has no date');
    await pages({ from: '2026-08-01', to: '2026-08-31' });
    expect((await ask({ dimensions: ['event:page'], metrics: ['pageviews'] })).rows).toEqual([
      ['/', 120],
      ['/a', 30],
    ]);
  });
});

test('what nobody exports is refused, and products are not mixed', async () => {
  await expect(bring([{ name: 'list.csv', bytes: Buffer.from('name,price\nbread,2\n') }])).rejects.toThrow(
    'list.csv, line 1: no export of',
  );
  await expect(bring([...tables, { path: cases('umami-events.csv') }])).rejects.toThrow('plausible and umami');
});
