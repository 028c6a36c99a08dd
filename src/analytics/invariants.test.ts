import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertVisitFigures } from '#measurement';
import type { Database, Events } from '#platform';
import { callerOf, openTestDatabase, openTestEvents } from '#platform/testing';
import { now, org } from './cases/facts.ts';
import { Query, type QueryInput } from './contract.ts';
import { addDays } from './dates.ts';
import { runQuery } from './run-query.ts';

/** Later than any hit's arrival: the visits are not behind. */
const build = '4000000000000';
const automaticNames = ['Outbound Link: Click', 'File Download', 'Form: Submission', '404', 'site search'];
/** Some thousand facts at random, the same ones every time; visits as the builder would make of them. */
const days = Array.from({ length: 14 }, (_, i) => addDays('2026-11-01', i));
let db: Database;
let store: { events: Events; close(): Promise<void> };

beforeAll(async () => {
  [db, store] = await Promise.all([openTestDatabase(), openTestEvents()]);
  await db.query("insert into organisations (id, name) values ($1, 'Gazette')", [org]);
  await db.query(
    "insert into sites (id, org_id, domain, name, time_zone, currency) values ('s1', $1, 'a.fr', 'A', 'Europe/Paris', 'EUR'), ('s2', $1, 'b.fr', 'B', 'Asia/Tokyo', 'EUR')",
    [org],
  );
  const at = "toDateTime('2026-11-01 00:00:00', 'UTC') + toIntervalSecond(cityHash64(number, 't') % (14 * 86400))";
  const pick = (list: string[], salt: string) =>
    `[${list.map((one) => `'${one}'`).join(', ')}][1 + cityHash64(number, '${salt}') % ${list.length}]`;
  const shared = `'${org}' as org_id, ${pick(['s1', 's2'], 's')} as site_id, ${at} as local_time, toDateTime64(local_time, 3, 'UTC') as at, toDate(local_time) as local_date,
    ${pick(['FR', 'BE', '', 'CH'], 'c')} as country, ${pick(['phone', 'desktop', 'tablet'], 'd')} as device`;
  await store.events
    .command(`insert into hits (org_id, site_id, local_time, at, local_date, country, device, hit_id, visitor, origin, name, hostname, path, section_id, engaged_ms, scroll, revenue_micros, currency, width, props, site_search)
    select ${shared}, toString(number), if(v % 5 = 0, v, cityHash64(v, site_id, local_date)), if(v % 5 = 0, 'ingest', 'live'), ${pick(['pageview', 'pageview', 'pageview', 'pageview', 'engagement', 'engagement', 'Signup', 'Purchase', ...automaticNames], 'n')} as event,
      ${pick(['a.fr', 'www.a.fr'], 'h')}, concat('/', toString(cityHash64(number, 'p') % 40)), ${pick(['', 'sec_1', 'sec_2'], 'x')},
      if(event = 'engagement', cityHash64(number, 'e') % 60000, 0), cityHash64(number, 'k') % 101, if(event = 'Purchase', 1000000 * (1 + number % 9), 0),
      if(event = 'Purchase', ${pick(['EUR', 'EUR', 'USD'], 'm')}, ''), [0, 390, 800, 1200, 1900][1 + v % 5],
      map('url', ${pick(['', 'https://x.fr/', 'https://y.fr/'], 'u')}, 'term', ${pick(['', 'maire', 'stade'], 'w')}, 'path', '/contact'), if(event = 'pageview', ${pick(['', '', 'maire'], 'q')}, '') from (select number, 1 + cityHash64(number, 'v') % 700 as v from numbers(6000))`);
  await store.events
    .command(`insert into ad_events (org_id, site_id, local_time, at, local_date, country, device, kind, side, advertiser_id, order_id, line_item_id, creative_id, placement_id, section_id, size, spend_micros, currency, invalid)
    select ${shared}, ${pick(['impression', 'impression', 'impression', 'viewable', 'click'], 'k')} as k, ${pick(['sell', 'buy'], 'b')}, ${pick(['adv_1', 'adv_2'], 'a')} as adv, concat('ord_', adv),
      ${pick(['li_1', 'li_2', 'li_3'], 'l')}, ${pick(['cr_1', 'cr_2', 'cr_3', 'cr_4'], 'cr')}, ${pick(['pl_1', 'pl_2'], 'pl')}, ${pick(['', 'sec_1'], 'x')}, ${pick(['300x250', '728x90'], 'z')},
      if(k = 'impression', 5000 + number % 3000, 0), ${pick(['EUR', 'EUR', 'USD'], 'm')}, ${pick(['', '', '', '', 'bot', 'data-centre'], 'i')} from numbers(6000)`);
  // One visit per visitor and day, wrapped around that day's hits.
  await store.events
    .command(`insert into visits (build, org_id, site_id, local_date, visitor, visit_id, started_at, local_time, ended_at, pageviews, events, duration_ms, bounce, entry_page, exit_page, hostname, channel, source, country, device, width, line_item_id)
    select ${build}, any(org_id), site_id, local_date, visitor, cityHash64(site_id, local_date, visitor) as id, min(at), min(local_time), max(at), countIf(name = 'pageview'), countIf(name != 'engagement'),
      cityHash64(id, 'd') % 2000000, countIf(name != 'engagement') < 2, argMin(path, at), argMax(path, at), any(hostname), ['Direct', 'Email', 'Display'][1 + id % 3], ['', 'Google', 'Bing', 'news'][1 + id % 4], any(country), any(device), any(width), ['', '', 'li_1'][1 + id % 3]
    from hits group by site_id, local_date, visitor`);
  for (const day of days) await store.events.command(insertVisitFigures(`local_date = toDate('${day}')`, build));
  await store.events.command(
    `insert into visit_days (site_id, local_date, build, visits) select site_id, local_date, ${build}, count() from visits group by site_id, local_date`,
  );
});
afterAll(async () => {
  await store?.close();
  await db?.close();
});

const names = <T extends string>(of: Record<T, string>) => Object.keys(of) as T[];
const ask = (question: QueryInput, options?: { rollups: boolean }) =>
  runQuery({ db, events: store.events, clock: () => now, caller: callerOf('analyst') }, Query.parse(question), options);

const additive = [
  'pageviews',
  'events',
  'conversions',
  'revenue',
  'impressions',
  'viewable_impressions',
  'clicks',
  'spend',
  'impressions_gross',
  'clicks_gross',
  'invalid',
  'viewability',
  'ctr',
] as const;
const ofAds = [
  'ad:order',
  'ad:line_item',
  'ad:creative',
  'ad:placement',
  'ad:advertiser',
  'ad:side',
  'ad:section',
  'ad:size',
  'ad:country',
  'ad:device',
  'ad:site',
];
const ofHits = [
  'event:page',
  'event:name',
  'event:hostname',
  'event:section',
  'visit:country',
  'visit:device',
  'ad:site',
];
const ofVisits = [
  'visit:source',
  'visit:channel',
  'visit:entry_page',
  'visit:exit_page',
  'visit:country',
  'visit:device',
  'event:page',
  'event:hostname',
  'event:section',
  'ad:site',
];
const ofClasses = ['visit:hour', 'visit:weekday', 'visit:screen', 'visit:depth', 'visit:duration', 'visit:line_item'];
const ofPages = ['event:page', 'event:section', 'event:hostname', 'ad:site'];
const times = ['time', 'time:hour', 'time:day', 'time:week', 'time:month'];
const range = fc
  .tuple(fc.constantFrom(...days), fc.nat(13))
  .map(([from, more]): [string, string] => [from, addDays(from, more)]);
const filter = fc.constantFrom<NonNullable<QueryInput['filters']>>(
  [],
  [['is', 'visit:country', ['FR', '(not set)']]],
  [['not', ['contains', 'ad:device', ['t']]]],
  [
    [
      'or',
      [
        ['is', 'event:section', ['sec_1']],
        ['is', 'ad:site', ['s2']],
      ],
    ],
  ],
);
const filterOfVisits = fc.constantFrom<NonNullable<QueryInput['filters']>>(
  [],
  [],
  [['is', 'visit:country', ['FR', '(not set)']]],
  [['is', 'visit:source', ['Google', 'news']]],
  [['contains', 'event:page', ['1']]],
);

const filterOfPages = fc.constantFrom<NonNullable<QueryInput['filters']>>(
  [],
  [],
  [['contains', 'event:page', ['1']]],
  [['is', 'event:section', ['sec_1', 'sec_2']]],
  [['is_not', 'event:hostname', ['a.fr']]],
);
const ofActs = {
  outbound_clicks: 'event:outbound_link',
  downloads: 'event:download',
  form_submissions: 'event:form',
  site_searches: 'event:site_search',
  missing_pages: 'event:not_found',
} as const;
const filterOfActs = fc
  .constantFrom(...Object.values(ofActs))
  .chain((dimension) =>
    fc.constantFrom<NonNullable<QueryInput['filters']>>(
      [['is_not', dimension, ['(none)']]],
      [['is_not', dimension, ['(none)']]],
      [['is', dimension, ['https://x.fr/', 'maire', '/2']]],
      [['is', dimension, ['https://x.fr/', '(none)']]],
      [],
    ),
  );
/** The first rows of many: those that are equal in every figure come by their names. */
const page = fc.constantFrom<NonNullable<QueryInput['pagination']>>(
  {},
  { limit: 3 },
  { limit: 7, offset: 2 },
  { limit: 1, offset: 30 },
);

describe('rollups and facts say the same', () => {
  test.each([
    { metrics: ['visitors', 'visits', 'bounce_rate'], dimensions: ofClasses, filter: filterOfVisits },
    { metrics: ['pageviews', 'time_on_page', 'scroll_depth', 'visitors'], dimensions: ofPages, filter: filterOfPages },
    { metrics: ['events', 'visitors'], dimensions: ['event:name'], filter: filterOfPages },
    { metrics: [...names(ofActs), 'visitors'], dimensions: Object.values(ofActs), filter: filterOfActs },
    {
      metrics: ['visits', 'bounce_rate'],
      dimensions: ['visit:entry_page', 'visit:exit_page', 'event:page'],
      filter: filterOfVisits,
    },
    { metrics: additive.slice(0, 4), dimensions: ofHits, filter },
    { metrics: additive.slice(4), dimensions: ofAds, filter },
    {
      metrics: ['visitors', 'visits', 'bounce_rate', 'visit_duration', 'views_per_visit'],
      dimensions: ofVisits,
      filter: filterOfVisits,
    },
  ] as const)(
    '$metrics',
    async ({ metrics, dimensions, filter: filters }) => {
      await fc.assert(
        fc.asyncProperty(
          fc.subarray([...metrics], { minLength: 1 }),
          fc.subarray<string>([...dimensions], { minLength: 0, maxLength: Math.min(2, dimensions.length) }),
          fc.option(fc.constantFrom(...times), { nil: undefined }),
          fc.constantFrom('a.fr', 's2', undefined),
          range,
          filters,
          page,
          async (asked, by, time, site_id, date_range, chosen, pagination) => {
            const question: QueryInput = {
              metrics: asked,
              dimensions: [...(time ? [time] : []), ...by],
              date_range,
              filters: chosen,
              pagination,
              ...(site_id ? { site_id } : {}),
            };
            // What cannot be answered is refused in the same words either way.
            const [quick, slow] = await Promise.all(
              [true, false].map((rollups) => ask(question, { rollups }).catch((error: unknown) => String(error))),
            );
            expect(quick).toEqual(slow);
          },
        ),
        { numRuns: 30, seed: 7 },
      );
    },
    120_000,
  );
});

describe('the parts of a whole add up to it', () => {
  const partitions: [QueryInput['metrics'], string[]][] = [
    [
      ['events', 'conversions'],
      [
        'visit:source',
        'visit:channel',
        'visit:entry_page',
        'visit:exit_page',
        'event:page',
        'event:name',
        'event:section',
        'time:day',
        'time:hour',
        'time:week',
        'ad:site',
      ],
    ],
    [
      ['visits'],
      [
        'visit:source',
        'visit:channel',
        'visit:device',
        'visit:country',
        'visit:entry_page',
        'time:day',
        'time:month',
        'ad:site',
      ],
    ],
    [
      ['impressions', 'viewable_impressions', 'clicks', 'invalid', 'impressions_gross'],
      [...ofAds, 'ad:invalid_reason', 'time:day', 'time:minute'],
    ],
  ];
  test.each(partitions)('%s', async (metrics, dimensions) => {
    const question = { metrics, date_range: ['2026-11-03', '2026-11-09'] satisfies [string, string] };
    const [total] = (await ask(question)).results;
    for (const dimension of dimensions) {
      const net = dimension === 'ad:invalid_reason' ? 3 : metrics.length;
      const { results } = await ask({ ...question, dimensions: [dimension] });
      const sums = metrics.map((_, i) => results.reduce((sum, row) => sum + (row.metrics[i] ?? 0), 0));
      expect([dimension, sums.slice(0, net)]).toEqual([dimension, total?.metrics.slice(0, net)]);
      expect(Math.min(...sums)).toBeGreaterThan(0);
    }
  });
});

test('the first pages are added up by their number, and named at the end', async () => {
  const told: string[] = [];
  const events: Events = {
    ...store.events,
    query: (sql, ...rest) => {
      told.push(sql);
      return store.events.query(sql, ...rest);
    },
  };
  const question = (order_by?: [string, 'asc' | 'desc'][]) =>
    Query.parse({
      metrics: ['pageviews', 'time_on_page'],
      dimensions: ['event:page'],
      date_range: ['2026-11-01', '2026-11-14'],
      site_id: 's1',
      pagination: { limit: 8 },
      ...(order_by ? { order_by } : {}),
    });
  const asked = (of: Query) => runQuery({ db, events, clock: () => now, caller: callerOf('analyst') }, of);
  const { results } = await asked(question());
  expect(results.length).toBe(8);
  expect(told.filter((sql) => sql.includes('with ties')).length).toBe(1);
  expect(told.some((sql) => /from hits\b|from pages_days/.test(sql))).toBe(false);
  // By name from the start where names decide the order.
  told.length = 0;
  await asked(question([['event:page', 'asc']]));
  expect(told.some((sql) => sql.includes('with ties'))).toBe(false);
});

// Last, as it breaks a rollup.
test('the rollups are really used', async () => {
  await store.events.command("alter table hits_days delete where country = 'CH' settings mutations_sync = 1");
  const question: QueryInput = {
    metrics: ['pageviews'],
    dimensions: ['visit:country'],
    date_range: ['2026-11-01', '2026-11-14'],
  };
  const [quick, slow] = await Promise.all([ask(question), ask(question, { rollups: false })]);
  expect(quick.results).toEqual(slow.results.filter((row) => row.dimensions[0] !== 'CH'));
  expect(slow.results.length).toBe(quick.results.length + 1);
});
