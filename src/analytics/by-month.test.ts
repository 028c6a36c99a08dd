import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMonthBuilder, insertVisitFigures } from '#measurement';
import type { Database } from '#platform';
import { callerOf, openTestDatabase, openTestEvents } from '#platform/testing';
import { wholeMonths } from './by-month.ts';
import { org } from './cases/facts.ts';
import { Query, type QueryInput } from './contract.ts';
import { addDays } from './dates.ts';
import { runQuery } from './run-query.ts';

let db: Database;
let store: Awaited<ReturnType<typeof openTestEvents>>;
const now = new Date('2026-06-15T12:00:00Z');

beforeAll(async () => {
  [db, store] = await Promise.all([openTestDatabase(), openTestEvents()]);
  await db.query("insert into organisations (id, name) values ($1, 'Org')", [org]);
  for (const site of ['s1', 's2'])
    await db.query(
      "insert into sites (id, org_id, domain, name, time_zone, currency) values ($1, $2, $3, 'Site', 'Europe/Paris', 'EUR')",
      [site, org, `${site}.fr`],
    );
});
afterAll(async () => {
  await store?.close();
  await db?.close();
});

describe('the whole months of a period', () => {
  test.each([
    ['2026-01-01', '2026-01-31', '2026-01-01', '2026-01-31'],
    ['2026-01-02', '2026-03-30', '2026-02-01', '2026-02-28'],
    ['2024-01-31', '2024-03-01', '2024-02-01', '2024-02-29'],
    ['2025-12-01', '2026-12-31', '2025-12-01', '2026-12-31'],
  ])('of %s to %s are %s to %s', (from, to, first, last) => {
    expect(wholeMonths({ from, to })).toEqual({ first, last });
  });
  test.each([
    ['2026-01-01', '2026-01-30'],
    ['2026-01-02', '2026-02-27'],
    ['2026-01-31', '2026-01-31'],
    ['2026-01-15', '2026-02-01'],
  ])('there is none in %s to %s', (from, to) => {
    expect(wholeMonths({ from, to })).toBeUndefined();
  });
});

// Days at the ends of months, and the nights in which Paris changes its clock.
const days =
  '2026-01-31 2026-02-01 2026-02-14 2026-02-28 2026-03-01 2026-03-29 2026-03-31 2026-04-01 2026-04-30 2026-05-01 2026-05-02'.split(
    ' ',
  );
const one = <T>(...values: T[]) => fc.constantFrom(...values);

const hits = fc.array(
  fc.record({
    site: one('s1', 's2'),
    day: one(...days),
    second: fc.nat(86_399),
    visitor: fc.nat(6),
    isNamed: fc.boolean(),
    name: one('pageview', 'pageview', 'pageview', 'engagement', 'Signup', 'Outbound Link: Click'),
    path: one('/', '/a', '/b'),
    hostname: one('x.fr', 'y.fr'),
    country: one('FR', 'BE', ''),
    source: one('Google', 'news', ''),
    paid: one(0, 0, 2_500_000),
    // Reading times in whole seconds; a report may come on any hit.
    engaged_ms: one(0, 4000, 9000),
    scroll: one(0, 40, 90),
    props: one({}, { url: 'https://x.fr/' }, { url: 'https://y.fr/' }),
  }),
  { minLength: 1, maxLength: 60 },
);
const ads = fc.array(
  fc.record({
    site: one('s1', 's2'),
    day: one(...days),
    second: fc.nat(86_399),
    kind: one('impression', 'impression', 'viewable', 'click'),
    line: fc.nat(3),
    creative: fc.nat(1),
    placement: fc.nat(2),
    size: one('300x250', '728x90'),
    invalid: one('', '', '', 'bot'),
    spend: one(0, 5000),
  }),
  { minLength: 1, maxLength: 60 },
);
type Hit = typeof hits extends fc.Arbitrary<(infer T)[]> ? T : never;
type Ad = typeof ads extends fc.Arbitrary<(infer T)[]> ? T : never;

let batch = 0;
const when = (day: string, second: number) => {
  const time = `${day} ${new Date(second * 1000).toISOString().slice(11, 19)}`;
  return { at: time, local_time: time, local_date: day };
};

/** A batch as it comes: sent twice under one token. */
async function send(table: 'hits' | 'ad_events', rows: readonly object[]): Promise<void> {
  batch++;
  for (let sent = 0; rows.length > 0 && sent < 2; sent++)
    await store.events.insert(table, rows, { token: `by-month ${batch}` });
}
const sendHits = (rows: readonly Hit[]) =>
  send(
    'hits',
    rows.map(({ site, day, second, visitor, isNamed, paid, ...hit }, i) => ({
      ...hit,
      org_id: org,
      site_id: site,
      ...when(day, second),
      hit_id: `${batch} ${i}`,
      // A visitor whom a server named is the same on every day; the others are of one day alone.
      visitor: isNamed ? 900_000 + visitor : visitor * 1000 + days.indexOf(day),
      origin: isNamed ? 'ingest' : 'live',
      ...(paid > 0 ? { revenue_micros: paid, currency: 'EUR' } : {}),
    })),
  );
const sendAds = (rows: readonly Ad[]) =>
  send(
    'ad_events',
    rows.map(({ site, day, second, line, creative, placement, spend, ...ad }, i) => ({
      ...ad,
      org_id: org,
      site_id: site,
      ...when(day, second),
      decision_id: `${batch} ${i}`,
      line_item_id: `li_${line}`,
      order_id: `or_${line % 2}`,
      advertiser_id: `adv_${line % 2}`,
      side: line === 3 ? 'buy' : 'sell',
      creative_id: `cr_${line}_${creative}`,
      placement_id: `pl_${placement}`,
      section_id: placement === 0 ? 'sec_1' : '',
      spend_micros: spend,
      currency: line === 2 ? 'USD' : 'EUR',
    })),
  );

let build = Date.parse('2026-06-01T00:00:00Z');
/** Visits of some days, as the builder leaves them: one per visitor and day is enough here. */
async function buildVisits(some: readonly string[]): Promise<void> {
  build += 1000;
  for (const day of some) {
    const where = `local_date = toDate('${day}')`;
    await store.events
      .command(`insert into visits (build, org_id, site_id, local_date, visitor, visit_id, started_at, local_time, ended_at,
        pageviews, events, engaged_ms, duration_ms, bounce, entry_page, exit_page, hostname, country, source)
      select ${build}, any(org_id), site_id, local_date, visitor, cityHash64(visitor, local_date), min(at) as first, min(local_time), max(at),
        countIf(name = 'pageview'), countIf(name not in ('pageview', 'engagement')), 7, date_diff('millisecond', first, max(at)), count() = 1,
        argMin(path, (at, hit_id)), argMax(path, (at, hit_id)), any(hostname), argMin(country, (at, hit_id)), argMin(source, (at, hit_id))
      from hits where ${where} group by site_id, local_date, visitor`);
    await store.events.command(insertVisitFigures(where, String(build)));
    await store.events.command(
      `insert into visit_days (site_id, local_date, build, visits) select site_id, local_date, ${build}, count() from visits where ${where} and build = ${build} group by site_id, local_date`,
    );
  }
}

const ask = (question: QueryInput, rollups: boolean) =>
  runQuery({ db, events: store.events, clock: () => now, caller: callerOf('analyst') }, Query.parse(question), {
    rollups,
  }).then(
    ({ results }) => results,
    (error: unknown) => String(error),
  );

const audience = [
  'visitors',
  'visits',
  'pageviews',
  'events',
  'bounce_rate',
  'visit_duration',
  'revenue',
  'time_on_page',
  'scroll_depth',
] as const;
const audienceBy = [
  'event:page',
  'event:section',
  'visit:hour',
  'event:hostname',
  'visit:country',
  'visit:source',
  'visit:entry_page',
  'event:name',
];
const ofAds = ['impressions', 'viewable_impressions', 'clicks', 'invalid', 'spend', 'impressions_gross'] as const;
const ofAdsBy = ['ad:line_item', 'ad:order', 'ad:creative', 'ad:advertiser', 'ad:side', 'ad:placement', 'ad:section'];

const range = fc
  .tuple(fc.nat(120), fc.nat(120))
  .map(([from, more]): [string, string] => [addDays('2026-01-20', from), addDays('2026-01-20', from + more)]);

function question(
  metrics: QueryInput['metrics'],
  by: readonly string[],
  filters: NonNullable<QueryInput['filters']>[],
) {
  return fc.record({
    metrics: fc.subarray(metrics, { minLength: 1 }),
    dimensions: fc
      .tuple(
        fc.constantFrom([], ['time:month'], ['time:month'], ['time:day']),
        fc.subarray([...by], { maxLength: Math.min(2, by.length) }),
      )
      .map(([time, some]) => [...time, ...some]),
    date_range: fc.oneof(range, fc.constant<[string, string]>(['2026-02-01', '2026-04-30'])),
    site_id: fc.constantFrom('s1', 's2.fr'),
    filters: fc.constantFrom(...filters),
  });
}

/** What the coarse sums say is what the facts say. */
async function agree(asked: fc.Arbitrary<QueryInput>, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(asked, async (one) => {
      expect(await ask(one, true)).toEqual(await ask(one, false));
    }),
    { numRuns },
  );
}

const askedOfAudience = question([...audience], audienceBy, [
  [],
  [],
  [['is', 'visit:country', ['FR', '(not set)']]],
  [['contains', 'event:page', ['a']]],
]);
const askedOfPages = question(
  ['pageviews', 'time_on_page', 'visitors', 'scroll_depth'],
  ['event:page'],
  [[], [], [['contains', 'event:page', ['a']]]],
);
const askedOfActs = question(
  ['outbound_clicks', 'visitors'],
  ['event:outbound_link'],
  [[['is_not', 'event:outbound_link', ['(none)']]], [['is', 'event:outbound_link', ['https://x.fr/']]]],
);
const askedOfAds = question([...ofAds], ofAdsBy, [
  [],
  [],
  [['is', 'ad:line_item', ['li_0', 'li_3']]],
  [['is', 'ad:placement', ['pl_0']]],
  [['is', 'ad:invalid_reason', ['bot']]],
]);

test('months and days say what the facts say: at first, when hits come late, and when the months follow', async () => {
  const months = createMonthBuilder({ events: store.events, clock: () => new Date(), rest: 0 });
  await fc.assert(
    fc.asyncProperty(hits, hits, ads, async (first, late, sold) => {
      await sendHits(first);
      await sendAds(sold);
      await buildVisits(days);
      await months.run();
      await agree(askedOfAudience, 12);
      await agree(askedOfPages, 8);
      await agree(askedOfActs, 8);
      await agree(askedOfAds, 12);

      // Late hits: some days are built anew, and their months no longer count.
      await sendHits(late);
      await buildVisits([...new Set(late.map(({ day }) => day))]);
      await agree(askedOfAudience, 12);
      await agree(askedOfPages, 8);
      expect((await months.run()).length).toBeGreaterThan(0);
      await agree(askedOfAudience, 12);
      await agree(askedOfPages, 8);
      await agree(askedOfActs, 8);
      expect(await months.run()).toEqual([]);
    }),
    { numRuns: 2, endOnFailure: true },
  );
}, 180_000);

// Last, as it breaks the sums.
test('the months are really used, and only while they are those of their days', async () => {
  const read = {
    site: 's1',
    day: '2026-03-29',
    second: 36_000,
    visitor: 1,
    isNamed: false,
    name: 'pageview',
    path: '/a',
  };
  const from = { hostname: 'x.fr', country: 'FR', source: '', paid: 0, engaged_ms: 0, scroll: 0, props: {} };
  await sendHits([{ ...read, ...from }]);
  await buildVisits(days);
  await createMonthBuilder({ events: store.events, clock: () => new Date(), rest: 0 }).run();
  const pages: QueryInput = {
    metrics: ['pageviews'],
    dimensions: ['event:page'],
    date_range: ['2026-01-31', '2026-05-02'],
  };
  const before = await ask(pages, true);
  await store.events.command("delete from pages_months where month = '2026-03-01'");
  const broken = await ask(pages, true);
  expect(broken).not.toEqual(before);

  const visits: QueryInput = { ...pages, metrics: ['visits', 'visitors'], dimensions: ['visit:country'] };
  const asBuilt = await ask(visits, true);
  await store.events.command("delete from visit_figure_months where dimension = 'country'");
  expect(await ask(visits, true)).not.toEqual(asBuilt);
  await buildVisits(days);
  expect(await ask(visits, true)).toEqual(asBuilt);
});
