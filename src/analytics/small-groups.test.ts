/** Attempts to learn something of a few visitors through segments: by narrowing, by differences, by what is left out, by every door. */
import ExcelJS from 'exceljs';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertVisitFigures } from '#measurement';
import type { Database, Events } from '#platform';
import { callerOf, openTestDatabase, openTestEvents } from '#platform/testing';
import { answerFlow } from './answer-flow.ts';
import { answerFunnel } from './answer-funnel.ts';
import { answerQuery } from './answer-query.ts';
import { answerRetention } from './answer-retention.ts';
import { now, org } from './cases/facts.ts';
import { type Filter, Query, type QueryInput } from './contract.ts';
import { askFlow, askFunnel, askRetention } from './funnel-contract.ts';
import { exportQuery } from './query-workbook.ts';
import { runQuery } from './run-query.ts';
import { changeAudienceSettings, createSegment } from './segment.ts';
import { profileSegment } from './segment-profile.ts';

const least = 20;
const range: [string, string] = ['2026-11-01', '2026-11-05'];
const caller = callerOf('analyst');
let db: Database;
let store: { events: Events; close(): Promise<void> };
let segments: string[];
const asking = () => ({ db, events: store.events, clock: () => now, caller });

/** Some hundred visitors who agreed to be known; few are from Andorra, one alone read /mine, and nineteen /few. */
beforeAll(async () => {
  [db, store] = await Promise.all([openTestDatabase(), openTestEvents()]);
  await db.query("insert into organisations (id, name) values ($1, 'Gazette')", [org]);
  await db.query(
    "insert into sites (id, org_id, domain, name, time_zone, currency, mode) values ('s1', $1, 'a.fr', 'A', 'UTC', 'EUR', 'consented')",
    [org],
  );
  await changeAudienceSettings(db, caller, { smallest_group: least });
  const pick = (list: string[], by: string) =>
    `[${list.map((one) => `'${one}'`).join(', ')}][1 + cityHash64(${by}) % ${list.length}]`;
  await store.events.command(`insert into hits
    (org_id, site_id, local_time, at, local_date, country, device, hit_id, visitor, identified, name, hostname, path)
    select '${org}', 's1', toDateTime('2026-11-01 00:00:00', 'UTC') + toIntervalSecond(cityHash64(number, 't') % (5 * 86400)) as lt, toDateTime64(lt, 3, 'UTC'), toDate(lt),
      multiIf(v % 40 = 0, 'AD', v % 9 = 0, 'BE', 'FR'), ${pick(['phone', 'desktop', 'tablet'], "v, 'd'")}, toString(number), 1000 + v, 1000 + v, 'pageview', 'a.fr',
      multiIf(v = 7 and number % 2 = 0, '/mine', v < 19 and number % 3 = 0, '/few', ${pick(['/a', '/b', '/c', '/d'], "number, 'p'")})
    from (select number, cityHash64(number, 'v') % 300 as v from numbers(2400))`);
  // The day before, five on a phone.
  await store.events.command(`insert into hits
    (org_id, site_id, local_time, at, local_date, country, device, hit_id, visitor, identified, name, hostname, path)
    select '${org}', 's1', toDateTime('2026-10-31 12:00:00', 'UTC') as lt, toDateTime64(lt, 3, 'UTC'), toDate(lt), 'FR', 'phone', concat('b', toString(number)),
      5000 + number, 5000 + number, 'pageview', 'a.fr', '/a' from numbers(5)`);
  await store.events.command(`insert into visits
    (build, org_id, site_id, local_date, visitor, identified, visit_id, started_at, local_time, ended_at, pageviews, events, bounce, entry_page, exit_page, hostname, channel, source, country, device)
    select 1, any(org_id), site_id, local_date, visitor, any(identified), cityHash64(site_id, local_date, visitor) as id, min(at), min(local_time), max(at), count(), count(), count() < 2,
      argMin(path, at), argMax(path, at), any(hostname), ['Direct', 'Email', 'Display'][1 + visitor % 3], ['', 'Google'][1 + id % 2], any(country), any(device)
    from hits group by site_id, local_date, visitor`);
  for (const day of ['10-31', '11-01', '11-02', '11-03', '11-04', '11-05'])
    await store.events.command(insertVisitFigures(`local_date = toDate('2026-${day}')`, '1'));
  await store.events.command(
    'insert into visit_days (site_id, local_date, build, visits) select site_id, local_date, 1, count() from visits group by site_id, local_date',
  );
  const make = async (name: string, filters: Filter[]) =>
    (await createSegment(db, caller, { site_id: 's1', name, filters, window_days: 30 })).id;
  segments = [
    await make('a', [['has_done', ['is', 'event:page', ['/a']], { by: 'visitor', at_least: 3 }]]),
    await make('a or mine', [
      [
        'or',
        [
          ['has_done', ['is', 'event:page', ['/a']], { by: 'visitor', at_least: 3 }],
          ['has_done', ['is', 'event:page', ['/mine']], { by: 'visitor' }],
        ],
      ],
    ]),
    await make('few', [['has_done', ['is', 'event:page', ['/few']], { by: 'visitor' }]]),
    await make('all but one', [['has_not_done', ['is', 'event:page', ['/mine']], { by: 'visitor' }]]),
    await make('phones', [['is', 'visit:device', ['phone']]]),
  ];
}, 60_000);
afterAll(async () => {
  await store?.close();
  await db?.close();
});

const isFew = (people: number) => people > 0 && people < least;
const questionOf = (question: Partial<QueryInput>) =>
  Query.parse({ site_id: 's1', metrics: ['known_visitors', 'visits'], date_range: range, ...question });
const guarded = (question: Partial<QueryInput>) => answerQuery(asking(), questionOf(question));
const bare = (question: Partial<QueryInput>) => runQuery(asking(), questionOf(question));
const byKey = ({ results }: Awaited<ReturnType<typeof bare>>) =>
  new Map(results.map(({ dimensions, metrics }) => [dimensions.join(' '), metrics[0] ?? null]));

const personal = fc
  .tuple(fc.nat(4), fc.boolean(), fc.boolean())
  .map(([i, isNot, isInline]): Filter =>
    isInline
      ? [
          isNot ? 'has_not_done' : 'has_done',
          ['is', 'event:page', [['/mine', '/few', '/a'][i % 3] ?? '/a']],
          { by: 'visitor' },
        ]
      : [isNot ? 'is_not' : 'is', 'segment', [segments[i] ?? '']],
  );
const narrowing = fc.constantFrom<Filter>(
  ['is', 'visit:country', ['AD']],
  ['is_not', 'visit:country', ['AD']],
  ['is', 'visit:country', ['FR', 'BE']],
  ['is', 'visit:device', ['phone']],
  ['is', 'visit:channel', ['Email']],
  ['not', ['is', 'visit:entry_page', ['/few']]],
);
const dimensions = fc.subarray(['visit:country', 'visit:device', 'visit:channel', 'visit:entry_page', 'time:day'], {
  minLength: 0,
  maxLength: 2,
});

test('no answer shows a group under the threshold, and no two answers that differ by one condition differ by a few', async () => {
  let shown = 0;
  await fc.assert(
    fc.asyncProperty(
      personal,
      fc.array(narrowing, { maxLength: 2 }),
      narrowing,
      dimensions,
      async (group, more, one, by) => {
        const filters = [group, ...more.filter((other, i) => more.indexOf(other) === i && other !== one)];
        const [wide, narrow, whole] = [
          byKey(await guarded({ filters, dimensions: by })),
          byKey(await guarded({ filters: [...filters, one], dimensions: by })),
          byKey(await bare({ filters: filters.slice(1), dimensions: by })),
        ];
        const isChart = by.length === 1 && by[0] === 'time:day';
        for (const [key, people] of wide) {
          if (people === null) continue;
          shown += 1;
          if (!isChart) expect([key, isFew(people)]).toEqual([key, false]);
          const narrower = narrow.get(key);
          if (!isChart && typeof narrower === 'number') expect([key, isFew(people - narrower)]).toEqual([key, false]);
          // Everybody under the same conditions may be asked without a threshold.
          if (!isChart) expect([key, isFew((whole.get(key) ?? 0) - people)]).toEqual([key, false]);
        }
        // Nor does the whole less what is shown leave a few.
        if (by.length === 1 && by[0] !== 'time:day' && by[0] !== 'visit:entry_page') {
          const all = byKey(await guarded({ filters })).get('') ?? 0;
          const seen = [...wide.values()].reduce<number>((sum, people) => sum + (people ?? 0), 0);
          if (all > 0) expect(isFew(all - seen)).toBe(false);
        }
      },
    ),
    { numRuns: 10, seed: 3 },
  );
  expect(shown).toBeGreaterThan(3);
}, 240_000);

test('a group that is too small has no figures at all, by any door, and the reader is told', async () => {
  const filters: Filter[] = [['is', 'segment', [segments[2] ?? '']]];
  const total = await guarded({ filters });
  expect(total.results).toEqual([{ dimensions: [], metrics: [null, null] }]);
  expect(total.meta.note_codes).toContain('small-groups');
  for (const by of ['visit:country', 'event:page', 'time:day', 'time:minute'])
    expect((await guarded({ filters, dimensions: [by] })).results).toEqual([]);
  const question = JSON.stringify({
    site_id: 's1',
    metrics: ['visits'],
    date_range: range,
    filters,
    dimensions: ['visit:country'],
  });
  const { bytes } = await exportQuery(asking(), { question, language: 'en' });
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(new Uint8Array(bytes instanceof Uint8Array ? bytes : []).buffer);
  expect(book.worksheets[0]?.actualRowCount).toBe(1);
});

test('what is compared with is withheld where it was a few, and pages of an answer hold what may be shown', async () => {
  const filters: Filter[] = [['is', 'segment', [segments[4] ?? '']]];
  const reply = await guarded({
    filters,
    dimensions: ['visit:device'],
    include: { total_rows: true, comparisons: { mode: 'custom', date_range: ['2026-10-31', '2026-10-31'] } },
  });
  const [row] = reply.results;
  expect(row?.dimensions).toEqual(['phone']);
  expect(row?.metrics[0]).toBeGreaterThan(least);
  expect(row?.comparison?.metrics).toEqual([null, null]);
  expect(row?.comparison?.change).toEqual([null, null]);
  const paged = await guarded({
    filters,
    dimensions: ['visit:channel'],
    include: { total_rows: true },
    pagination: { limit: 1, offset: 1 },
  });
  expect(paged.results).toHaveLength(1);
  expect(paged.meta.total_rows).toBe(3);
});

test('the profiles of two segments that differ by one visitor do not differ by one', async () => {
  const profile = (id: string) => profileSegment(asking(), { id, from: range[0], to: range[1], language: 'en' });
  const [with7, without7] = await Promise.all([profile(segments[1] ?? ''), profile(segments[0] ?? '')]);
  for (const { visitors, traits } of [with7, without7]) {
    expect((visitors ?? 1) % 2).toBe(0);
    for (const { share, everybody } of traits) expect([share % 1, everybody % 1]).toEqual([0, 0]);
  }
  // Whoever is not in it would be described by what the others are.
  expect((await profile(segments[3] ?? '')).visitors).toBeNull();
  expect((await profile(segments[2] ?? '')).visitors).toBeNull();
});

test('a question about no group is answered as ever', async () => {
  expect(byKey(await guarded({ dimensions: ['visit:country'] })).get('AD')).toBeLessThan(least);
});

test.each<[string, () => Filter, boolean]>([
  ['a large segment', () => ['is', 'segment', [segments[0] ?? '']], false],
  ['a segment of nineteen', () => ['is', 'segment', [segments[2] ?? '']], true],
  ['everybody but one', () => ['is', 'segment', [segments[3] ?? '']], true],
  ['what one did', () => ['has_done', ['is', 'event:page', ['/mine']], { by: 'visitor' }], true],
  ['no group of visitors', () => ['is', 'visit:country', ['AD']], false],
])('funnels, ways and returns of %s', async (_name, filter, too_few) => {
  const of = { site_id: 's1', date_range: range, filters: [filter()] };
  const steps = [
    { name: 'a', filters: [['is', 'event:page', ['/a']]] },
    { name: 'b', filters: [['is', 'event:page', ['/b']]] },
  ];
  const funnel = await answerFunnel(asking(), askFunnel.input.parse({ ...of, steps, by: 'visitor' }));
  const flow = await answerFlow(asking(), askFlow.input.parse(of));
  const retention = await answerRetention(asking(), askRetention.input.parse({ ...of, grain: 'day' }));
  expect([funnel.too_few, flow.too_few, retention.too_few]).toEqual([too_few, too_few, too_few]);
  expect([funnel.steps.length > 0, flow.visits > 0, retention.cohorts.length > 0]).toEqual([
    !too_few,
    !too_few,
    !too_few,
  ]);
});

test('a group that is gone since stays in sight when it was large, with what it is compared with', async () => {
  const question = {
    metrics: ['visits' as const],
    dimensions: ['visit:channel'],
    date_range: ['2026-11-06', '2026-11-06'] as [string, string],
    filters: [['is', 'segment', [segments[0] ?? '']]] as Filter[],
    include: { comparisons: { mode: 'custom' as const, date_range: range } },
  };
  const { results } = await guarded(question);
  const [first] = (await guarded({ ...question, date_range: range, include: undefined })).results;
  expect(first).toBeDefined();
  expect(results[0]).toMatchObject({
    dimensions: first?.dimensions,
    metrics: [0],
    comparison: { metrics: first?.metrics },
  });
});

test('a question of a group has few conditions, since each is weighed', async () => {
  const one: Filter = ['has_done', ['is', 'event:page', ['/a']], { by: 'visitor' }];
  await expect(guarded({ filters: Array.from({ length: 13 }, () => one) })).rejects.toThrow('at most 12 conditions');
});
