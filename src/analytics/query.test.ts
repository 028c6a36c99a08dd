import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { may } from '#people/contract';
import type { Database, Events } from '#platform';
import { callerOf, openTestApi, openTestDatabase, openTestEvents, type TestApi } from '#platform/testing';
import { adEvents, fill, hits, now } from './cases/facts.ts';
import type { Filter, QueryReply } from './contract.ts';
import { routes } from './index.ts';
import { createSegment } from './segment.ts';

let db: Database;
let store: { events: Events; close(): Promise<void> };
let api: TestApi;

beforeAll(async () => {
  [db, store] = await Promise.all([openTestDatabase(), openTestEvents()]);
  await fill({ db, events: store.events });
  api = await openTestApi({ routes, db, events: store.events, clock: () => now, may });
});
afterAll(async () => {
  await api?.close();
  await store?.close();
  await db?.close();
});

type Case = {
  name: string;
  results: [string[], (number | null)[]][];
  notes?: string[];
  labels?: Record<string, string>;
  time_labels?: string[];
  total_rows?: number;
};
const cases: Case[] = JSON.parse(readFileSync(new URL('./cases/queries.json', import.meta.url), 'utf8'));
const asked = (one: object) => ({ site_id: 'gazette.fr', date_range: ['2026-11-20', '2026-11-21'], ...one });
const analyst = callerOf('analyst');

async function reply(question: object, caller = analyst): Promise<QueryReply> {
  const { status, body, text } = await api.call(caller, 'POST', '/api/query', asked(question));
  expect(status, text).toBe(200);
  return body as QueryReply;
}
const rows = (answer: QueryReply) => answer.results.map((row) => [row.dimensions, row.metrics]);

describe('what the sums by hand say', () => {
  test.each(cases)('$name', async ({ name, results, notes = [], labels, time_labels, total_rows, ...question }) => {
    const answer = await reply(question);
    expect(rows(answer), name).toEqual(results);
    expect(answer.meta.note_codes).toEqual(notes);
    expect(answer.meta.notes).toHaveLength(notes.length);
    if (labels) expect(answer.meta.labels).toEqual(labels);
    if (time_labels) expect(answer.meta.time_labels).toEqual(time_labels);
    if (total_rows !== undefined) expect(answer.meta.total_rows).toBe(total_rows);
  });

  test('the question comes back as it was understood', async () => {
    const { query, meta } = await reply({ metrics: ['pageviews'], date_range: '7d', dimensions: ['time'] });
    expect(query.date_range).toEqual(['2026-11-16T00:00:00+01:00', '2026-11-22T23:59:59+01:00']);
    expect(query).toMatchObject({
      dimensions: ['time:day'],
      order_by: [
        ['time', 'asc'],
        ['pageviews', 'desc'],
      ],
      pagination: { limit: 10_000, offset: 0 },
    });
    expect(meta).toMatchObject({ currency: 'EUR', time_zone: 'Europe/Paris' });
  });

  test('a period beside the one before, by day and in all', async () => {
    const day = { date_range: ['2026-11-21', '2026-11-21'], include: { comparisons: { mode: 'previous_period' } } };
    const total = await reply({ ...day, metrics: ['pageviews', 'impressions', 'bounce_rate'] });
    expect(total.results).toEqual([
      {
        dimensions: [],
        metrics: [3, 12, 100],
        comparison: { dimensions: [], metrics: [4, 3, 33.33], change: [-25, 300, 200.03] },
      },
    ]);
    const byDay = await reply({ ...day, metrics: ['pageviews'], dimensions: ['time:day'] });
    expect(byDay.results[0]?.comparison).toEqual({ dimensions: ['2026-11-20'], metrics: [4], change: [-25] });
    const year = await reply({
      ...day,
      include: { comparisons: { mode: 'year_over_year' } },
      metrics: ['pageviews', 'ctr'],
    });
    expect(year.results[0]?.comparison).toEqual({ dimensions: [], metrics: [0, null], change: [null, null] });
    expect(year.query.comparison_date_range?.[0]).toBe('2025-11-21T00:00:00+01:00');
    const custom = await reply({
      ...day,
      include: { comparisons: { mode: 'custom', date_range: ['2026-11-20', '2026-11-20'] } },
      metrics: ['visits'],
      dimensions: ['visit:country'],
    });
    expect(custom.results).toEqual([
      { dimensions: ['FR'], metrics: [1], comparison: { dimensions: ['FR'], metrics: [2], change: [-50] } },
      { dimensions: ['BE'], metrics: [0], comparison: { dimensions: ['BE'], metrics: [1], change: [-100] } },
    ]);
  });

  test('what is gone since stays in sight: nothing now, on its page of the rows', async () => {
    const question = {
      date_range: ['2026-11-20', '2026-11-20'],
      metrics: ['pageviews', 'bounce_rate'],
      dimensions: ['event:page'],
      include: { total_rows: true, comparisons: { mode: 'custom', date_range: ['2026-11-21', '2026-11-21'] } },
    };
    const gone = ['/sport/b', [0, null], [1, null], [-100, null]];
    const told = (answer: QueryReply) =>
      answer.results.map(({ dimensions, metrics, comparison }) => [
        dimensions[0],
        metrics,
        comparison?.metrics,
        comparison?.change,
      ]);
    const all = await reply(question);
    expect(told(all).map(([page]) => page)).toEqual(['/', '/sport/a', '/sport/b']);
    expect(told(all)[2]).toEqual(gone);
    expect(all.meta.total_rows).toBe(3);
    expect(told(await reply({ ...question, pagination: { limit: 2, offset: 2 } }))).toEqual([gone]);
    expect(told(await reply({ ...question, pagination: { limit: 2, offset: 0 } }))).toHaveLength(2);
    expect(
      told(await reply({ ...question, order_by: [['pageviews', 'asc']], pagination: { limit: 1, offset: 0 } })),
    ).toEqual([gone]);
    const byPage = await reply({ ...question, order_by: [['event:page', 'desc']] });
    expect(told(byPage).map(([page]) => page)).toEqual(['/sport/b', '/sport/a', '/']);
  });

  test('by the hour, an hour to come has no figure, and the one before has its own', async () => {
    const answer = await reply({
      date_range: 'day',
      metrics: ['pageviews'],
      dimensions: ['time:hour'],
      include: { comparisons: { mode: 'custom', date_range: ['2026-11-20', '2026-11-20'] } },
    });
    expect(
      answer.results.map(({ dimensions, metrics, comparison }) => [dimensions[0], metrics[0], comparison?.metrics[0]]),
    ).toEqual([
      ['2026-11-23 10:00:00', 0, 2],
      ['2026-11-23 15:00:00', null, 1],
      ['2026-11-23 23:00:00', null, 1],
    ]);
  });

  test('today is compared with the other day up to the same time, and says so', async () => {
    const today = { date_range: 'day', metrics: ['visits'], include: { comparisons: { mode: 'previous_period' } } };
    const answer = await reply(today);
    expect(answer.query.comparison_date_range).toEqual(['2026-11-22T00:00:00+01:00', '2026-11-22T13:00:00+01:00']);
    expect(answer.meta.note_codes).toContain('compared-until-now');
    const week = await reply({ ...today, date_range: ['2026-11-20', '2026-11-26'] });
    expect(week.query.comparison_date_range).toEqual(['2026-11-13T00:00:00+01:00', '2026-11-16T23:59:59+01:00']);
    expect(week.meta.note_codes).toContain('today-not-over');
  });

  test('a batch that came twice counts once, in the table and in every rollup', async () => {
    const sum = async (what: string) =>
      (
        await store.events.query<{ n: number }>(
          `select toFloat64(sum(${what.split(' ')[0]})) as n from ${what.split(' ')[1]}`,
        )
      )[0]?.n;
    for (const table of ['1 hits', 'hits hits_hours', 'hits pages_days'])
      expect([table, await sum(table)]).toEqual([table, hits.length]);
    for (const table of ['1 ad_events', 'events ad_hours'])
      expect([table, await sum(table)]).toEqual([table, adEvents.length]);
  });

  test('visits that lag behind the hits are said', async () => {
    const late = {
      ...hits[0],
      at: '2026-11-19T09:00:00Z',
      local_time: '2026-11-19 10:00:00',
      local_date: '2026-11-19',
      hit_id: 'late',
    };
    await store.events.insert('hits', [late], { token: 'late' });
    const answer = await reply({ metrics: ['visits', 'pageviews'], date_range: ['2026-11-19', '2026-11-19'] });
    expect(rows(answer)).toEqual([[[], [0, 1]]]);
    expect(answer.meta.note_codes).toEqual(['visits-not-rebuilt']);
  });
});

describe('who may ask what', () => {
  test('without site_id, every site of the organisation, and of no other', async () => {
    expect(rows(await reply({ site_id: undefined, metrics: ['impressions', 'pageviews'] }))).toEqual([[[], [15, 7]]]);
    expect(
      rows(await reply({ site_id: undefined, metrics: ['impressions', 'pageviews'] }, callerOf('admin', 'org_other'))),
    ).toEqual([[[], [0, 0]]]);
  });

  test('a site of another organisation is not found', async () => {
    for (const site_id of ['other.fr', 'site_other', 'nowhere.fr']) {
      const { status, body } = await api.call(analyst, 'POST', '/api/query', asked({ site_id, metrics: ['visits'] }));
      expect([status, body]).toMatchObject([404, { code: 'not-found', field: 'site_id' }]);
    }
  });

  test('a client sees the ads of its own advertiser, and no audience', async () => {
    const client = callerOf('client', 'org_test', 'adv_2');
    expect(
      rows(await reply({ metrics: ['impressions', 'clicks', 'reach'], dimensions: ['ad:advertiser'] }, client)),
    ).toEqual([[['adv_2'], [2, 1, 0]]]);
    const { status, body } = await api.call(
      client,
      'POST',
      '/api/query',
      asked({ metrics: ['impressions', 'pageviews'] }),
    );
    expect([status, body]).toMatchObject([403, { code: 'not-allowed' }]);
  });
});

describe('one clear sentence for what cannot be answered', () => {
  const wrong: [string, object, string][] = [
    ['metrics.0', { metrics: ['visitorz'] }, '"visitorz" is not a metric'],
    ['metrics.0', { metrics: ['constructor'] }, 'is not a metric'],
    ['metrics', { metrics: ['visits', 'visits'] }, 'asked twice'],
    ['dimensions.0', { metrics: ['visits'], dimensions: ['visit:nose'] }, '"visit:nose" is not a dimension'],
    ['dimensions.0', { metrics: ['visits'], dimensions: ['event:props:'] }, 'is not a dimension'],
    ['dimensions', { metrics: ['ctr'], dimensions: ['visit:channel'] }, 'ctr cannot be broken down by visit:channel'],
    [
      'dimensions',
      { metrics: ['bounce_rate'], dimensions: ['event:name'] },
      'bounce_rate cannot be broken down by event:name',
    ],
    [
      'filters',
      { metrics: ['visits', 'impressions'], filters: [['is', 'ad:order', ['x']]] },
      'visits cannot be filtered by ad:order',
    ],
    ['dimensions', { metrics: ['visits'], dimensions: ['time:day', 'time:hour'] }, 'only one time dimension'],
    ['date_range', { metrics: ['visits'], date_range: ['2026-11-21', '2026-11-20'] }, 'the end is before the start'],
    ['date_range', { metrics: ['visits'], date_range: ['2026-02-30', '2026-03-20'] }, 'must be one of day'],
    ['date_range', { metrics: ['visits'], date_range: ['0001-01-01', '2026-03-20'] }, 'must lie between'],
    ['date_range', { metrics: ['visits'], date_range: 'yesterday' }, 'must be one of day'],
    ['order_by.0', { metrics: ['visits'], order_by: [['pageviews', 'desc']] }, 'is not an asked metric'],
    ['include.time_labels', { metrics: ['visits'], include: { time_labels: true } }, 'needs a time dimension'],
    ['filters.0', { metrics: ['visits'], filters: [[]] }, 'is not an operator'],
    ['filters.0.1', { metrics: ['visits'], filters: [['is', 'time:day', ['x']]] }, 'is not a dimension to filter by'],
    [
      'filters.0.1',
      { metrics: ['visits'], filters: [['is', "visit:source' or 1=1 --", ['x']]] },
      'is not a dimension to filter by',
    ],
    ['filters.0.2', { metrics: ['visits'], filters: [['is', 'visit:source', 'Google']] }, 'must be a list'],
    [
      'filters',
      { metrics: ['pageviews'], filters: [['matches', 'event:page', ['(']]] },
      'not a valid regular expression',
    ],
    [
      'filters',
      { metrics: ['pageviews'], filters: [['is', 'event:page', Array.from({ length: 20 }, () => 'x'.repeat(2000))]] },
      'longer than',
    ],
    ['pagination.limit', { metrics: ['visits'], pagination: { limit: 0 } }, 'pagination.limit'],
    ['nose', { metrics: ['visits'], nose: 1 }, 'not a known field'],
  ];
  test.each(wrong.map((one, i) => [i, ...one] as const))('%i: %s', async (_, field, question, sentence) => {
    const { status, body } = await api.call(analyst, 'POST', '/api/query', asked(question));
    expect([status, body]).toMatchObject([400, { code: 'bad-input', detail: expect.stringContaining(sentence) }]);
    expect(body).toMatchObject({ field: expect.stringContaining(field.split('.')[0] ?? '') });
  });

  test('as many letters with accents as are allowed reach the store; more segments than a question carries do not', async () => {
    const long: Filter = ['is', 'event:page', ['é'.repeat(1000), 'è'.repeat(990)]];
    expect(rows(await reply({ metrics: ['pageviews'], filters: [long] }))).toEqual([[[], [0]]]);
    const [site] = (await db.query<{ id: string }>("select id from sites where domain = 'gazette.fr'")).map(
      ({ id }) => id,
    );
    const segments: string[] = [];
    for (let i = 0; i < 16; i++) {
      const filters = [['is', 'event:page', [`${i}`, 'é'.repeat(1000), 'è'.repeat(990)]]];
      const { id } = await createSegment(db, analyst, {
        site_id: site ?? '',
        name: `S ${i}`,
        filters,
        window_days: 30,
      });
      segments.push(id);
    }
    const some: Filter[] = [['is', 'segment', segments.slice(0, 14)]];
    expect(rows(await reply({ metrics: ['pageviews'], filters: some }))).toEqual([[[], [null]]]);
    const all = asked({ metrics: ['pageviews'], filters: [['is', 'segment', segments]] });
    const answer = await api.call(analyst, 'POST', '/api/query', all);
    expect([answer.status, answer.body]).toMatchObject([
      400,
      { detail: expect.stringContaining('too large'), field: 'filters' },
    ]);
  });

  test('deeply nested filters are refused, not followed', async () => {
    const depth = 50_000;
    const body = `{"metrics":["pageviews"],"date_range":"day","filters":[${'["not",'.repeat(depth)}["is","event:page",["/"]]${']'.repeat(depth)}]}`;
    const answer = await api.call(analyst, 'POST', '/api/query', body, { 'content-type': 'application/json' });
    expect([answer.status, answer.body]).toMatchObject([400, { detail: expect.stringContaining('deep') }]);
  });

  test('values of filters and properties are values, never SQL', async () => {
    for (const text of ["'", "\\'", "') or 1=1 --", '{org:String}', '\\', '日本', '%'] as const) {
      const filters = [
        [
          'or',
          [
            ['is', 'event:page', [text]],
            ['contains', 'event:name', [text + 'x']],
            ['is', `event:props:${text}`, [text]],
          ],
        ],
      ];
      expect(rows(await reply({ metrics: ['pageviews'], filters }))).toEqual([[[], [0]]]);
    }
  });
});
