import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestEvents } from '#platform/testing';
import { dayFrom, wallClock } from './local-time.ts';
import { createVisitBuilder } from './rebuild-visits.ts';
import { spansDay } from './visit-sql.ts';
import { type HitOfVisit, type Visit, visitsOf } from './visit.ts';

let store: Awaited<ReturnType<typeof openTestEvents>>;
let batch = 0;
let siteNumber = 0;
let site = '';
beforeAll(async () => {
  store = await openTestEvents();
});
afterAll(() => store.close());
beforeEach(() => {
  site = `site_${siteNumber++}`;
});

const minute = 60_000;
const day = 1440 * minute;
const monday = Date.UTC(2026, 2, 2);
const dateOf = (at: number) => new Date(at).toISOString().slice(0, 10);

/** A person's hash on a day: rotated daily unless the person is named by the caller. */
const hashOf = (person: number, at: number, named: boolean) =>
  String(1000 + person * 100 + (named ? 0 : 1 + Math.floor((at - monday) / day)));

let hitNumber = 0;
function hit(at: number, given: Partial<HitOfVisit> & { person?: number; named?: boolean } = {}): HitOfVisit {
  const { person = 0, named = false, ...fields } = given;
  const young = (at - monday + 100 * day) % day < 30 * minute;
  return {
    hit_id: `h${hitNumber++}`,
    at,
    local_date: dateOf(at),
    visitor: hashOf(person, at, named),
    visitor_before: young && !named ? hashOf(person, at - day, named) : '0',
    name: 'pageview',
    path: '/',
    source: '',
    engaged_ms: 0,
    ...fields,
  };
}

async function insert(hits: readonly HitOfVisit[]): Promise<void> {
  const rows = hits.map(({ tags = '', passive = false, ...row }) => ({
    ...row,
    passive: Number(passive),
    utm_campaign: tags,
    org_id: 'org',
    site_id: site,
    at: iso(row.at),
    local_time: iso(row.at).slice(0, 19),
    origin: Number(row.visitor) % 100 === 0 ? 'ingest' : 'live',
  }));
  await store.events.insert('hits', rows, { token: `test ${site} ${batch++}` });
}
const iso = (at: number) => new Date(at).toISOString().replace('T', ' ').slice(0, 23);

type Figure = {
  dimension: string;
  value: string;
  visits: number;
  pageviews: number;
  duration_ms: number;
  bounces: number;
  visitors: number;
};

/** The kept figures of the site over all its days. */
const figures = () =>
  store.events.query<Figure>(
    `select dimension, value, sum(visits) as visits, sum(pageviews) as pageviews, sum(duration_ms) as duration_ms, sum(bounces) as bounces,
       toUInt64(sum(figures.visitors) + uniqExactArray(lasting)) as visitors
     from (select visits, pageviews, duration_ms, bounces, visitors, lasting, dimension, value from visit_figures where site_id = {site:String} and dimension in ('', 'source', 'entry_page', 'page')
       and (local_date, build) in (select local_date, max(build) from visit_days where site_id = {site:String} group by local_date)) as figures
     group by dimension, value having visits + visitors > 0 order by dimension, value`,
    { site },
  );

/** The same, added up in plain code. */
function figuresOf(visits: readonly Visit[], hits: readonly HitOfVisit[]): Figure[] {
  const found = new Map<string, Figure & { who: Set<string> }>();
  const of = (dimension: string, value: string) => {
    const key = `${dimension} ${value}`;
    const empty = {
      dimension,
      value,
      visits: 0,
      pageviews: 0,
      duration_ms: 0,
      bounces: 0,
      visitors: 0,
      who: new Set<string>(),
    };
    const figure = found.get(key) ?? empty;
    found.set(key, figure);
    return figure;
  };
  for (const visit of visits)
    for (const figure of [of('', ''), of('source', visit.source), of('entry_page', visit.entry_page)]) {
      figure.visits++;
      figure.pageviews += visit.pageviews;
      figure.duration_ms += visit.duration_ms;
      figure.bounces += visit.bounce;
      figure.who.add(visit.visitor);
    }
  for (const { name, path, visitor } of hits) {
    if (name === 'engagement') continue;
    const page = of('page', path);
    page.who.add(visitor);
    if (name === 'pageview') page.pageviews++;
  }
  return [...found.values()]
    .map(({ who, ...figure }) => ({ ...figure, visitors: who.size }))
    .toSorted((a, b) => (`${a.dimension} ${a.value}` < `${b.dimension} ${b.value}` ? -1 : 1));
}

const builder = (more: Partial<Parameters<typeof createVisitBuilder>[0]> = {}) =>
  createVisitBuilder({
    ...more,
    events: store.events,
    clock: () => new Date(),
    spacing: { own: 0, neighbour: 0, share: 0, quiet: 0, patience: 0 },
  });

async function build(more: Partial<Parameters<typeof createVisitBuilder>[0]> = {}): Promise<Visit[]> {
  await builder(more).run();
  return store.events.query<Visit>(
    `select toString(visits.local_date) as local_date, toString(visitor) as visitor, toUnixTimestamp64Milli(started_at) as started_at,
       toUnixTimestamp64Milli(ended_at) as ended_at, pageviews, events, engaged_ms, duration_ms, bounce, entry_page, exit_page, source
     from visits join (select local_date, max(build) as build from visit_days where site_id = {site:String} group by local_date) as current
       on current.local_date = visits.local_date and current.build = visits.build
     where site_id = {site:String} order by started_at, visitor`,
    { site },
  );
}

describe('visits in the event store', () => {
  test('exactly 30 minutes is the same visit, a millisecond more is a new one', async () => {
    await insert([hit(monday + 600 * minute), hit(monday + 630 * minute), hit(monday + 660 * minute + 1)]);
    expect((await build()).map(({ pageviews }) => pageviews)).toEqual([2, 1]);
  });

  test('a visit goes on over midnight and belongs to the day it starts', async () => {
    await insert([hit(monday + day - 5 * minute), hit(monday + day + 10 * minute), hit(monday + day + 35 * minute)]);
    expect(await build()).toMatchObject([{ local_date: '2026-03-02', pageviews: 3, duration_ms: 40 * minute }]);
  });

  test('a visit that starts 31 minutes after the last hit of the day before is its own day’s', async () => {
    await insert([hit(monday + day - 11 * minute), hit(monday + day + 20 * minute)]);
    expect((await build()).map(({ local_date }) => local_date)).toEqual(['2026-03-02', '2026-03-03']);
  });

  test('a screen that reloads for three days makes one visit', async () => {
    const hits = Array.from({ length: 3 * 72 }, (_, i) => hit(monday + 600 * minute + i * 20 * minute));
    await insert(hits.slice(100));
    await build();
    await insert(hits.slice(0, 100));
    expect(await build()).toEqual(visitsOf(hits));
    expect(visitsOf(hits)).toHaveLength(1);
  });

  test('engaged time un-bounces and lengthens a visit; reports alone make none', async () => {
    await insert([
      hit(monday, { path: '/read', source: 'Google' }),
      hit(monday + 45 * minute, { name: 'engagement', engaged_ms: 44 * minute, path: '/read' }),
      hit(monday + 300 * minute, { person: 1, name: 'engagement', engaged_ms: 5000 }),
      hit(monday + 400 * minute, { person: 2 }),
    ]);
    expect(await build()).toMatchObject([
      { duration_ms: 45 * minute, bounce: 0, source: 'Google', entry_page: '/read', exit_page: '/read' },
      { pageviews: 1, bounce: 1, duration_ms: 0 },
    ]);
  });

  test('an event that is no act of the visitor leaves a bounce', async () => {
    await insert([
      hit(monday),
      hit(monday + minute, { name: 'Play', passive: true }),
      hit(monday, { person: 1 }),
      hit(monday + minute, { person: 1, name: 'Play' }),
    ]);
    expect((await build()).map(({ bounce }) => bounce)).toEqual([1, 0]);
  });

  test('who consented in one visit of a day is known in all of them; the first ad that led to a visit is kept', async () => {
    const extra = (given: ReturnType<typeof hit>, more: object) => ({ ...given, ...more });
    await insert([
      hit(monday + 600 * minute),
      extra(hit(monday + 700 * minute), { line_item_id: '' }),
      extra(hit(monday + 701 * minute), { identified: '77', line_item_id: 'li_1' }),
      extra(hit(monday + 702 * minute), { line_item_id: 'li_2' }),
      hit(monday + 700 * minute, { person: 1 }),
    ]);
    await build();
    const rows = await store.events.query(
      'select toString(identified) as identified, line_item_id from visits where site_id = {site:String} order by started_at, visitor',
      { site },
    );
    expect(rows).toEqual([
      { identified: '77', line_item_id: '' },
      { identified: '77', line_item_id: 'li_1' },
      { identified: '0', line_item_id: '' },
    ]);
  });

  test('a late hit joins two visits into one, and the day before follows', async () => {
    const [first, between, last] = [
      hit(monday + day - 20 * minute),
      hit(monday + day + 5 * minute),
      hit(monday + day + 29 * minute),
    ];
    await insert([first, last]);
    expect(await build()).toHaveLength(2);
    await insert([between]);
    expect(await build()).toEqual(visitsOf([first, between, last]));
  });

  test('equal the reference for any hits, shuffled, repeated and in two batches', async () => {
    const anyHit = fc.record({
      person: fc.integer({ min: 0, max: 2 }),
      // Around two midnights and in steps of five minutes, so that gaps of exactly 30 minutes happen.
      slot: fc.integer({ min: 0, max: 80 }),
      midnight: fc.integer({ min: 1, max: 2 }),
      named: fc.constant(false),
      name: fc.constantFrom('pageview', 'pageview', 'engagement', 'share', '404'),
      path: fc.constantFrom('/', '/a', '/b'),
      source: fc.constantFrom('', 'Google', 'Bing'),
      passive: fc.boolean(),
      engaged_ms: fc.constantFrom(0, 4000, 20 * minute),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyHit, { minLength: 1, maxLength: 40 }),
        fc.boolean(),
        fc.nat(),
        async (given, named, cut) => {
          site = `site_${siteNumber++}`;
          const hits = given.map(({ slot, midnight, name, engaged_ms, ...rest }) =>
            hit(monday + midnight * day + (slot - 40) * 5 * minute, {
              ...rest,
              named,
              name,
              engaged_ms: name === 'engagement' ? engaged_ms : 0,
            }),
          );
          const at = cut % hits.length;
          await insert(hits.slice(at));
          if (cut % 2) await build();
          await insert([...hits.slice(0, at), ...hits.slice(0, 2)]);
          const visits = visitsOf(hits);
          expect(await build()).toEqual(visits);
          // A hit that came twice is a page view twice, as in the sums of pages.
          expect(await figures()).toEqual(figuresOf(visits, [...hits, ...hits.slice(0, 2)]));
        },
      ),
      { numRuns: 20 },
    );
  }, 240_000);

  test('equal the reference over nights in which the clocks change, with clocks that are wrong by some seconds', async () => {
    // Paris: 23 hours long, 25 hours long, and an ordinary day; Lord Howe moves by half an hour only.
    const nights = [
      { zone: 'Europe/Paris', around: Date.UTC(2026, 2, 29) },
      { zone: 'Europe/Paris', around: Date.UTC(2026, 9, 25) },
      { zone: 'Australia/Lord_Howe', around: Date.UTC(2026, 9, 3, 15) },
      { zone: 'America/Sao_Paulo', around: Date.UTC(2026, 5, 10, 3) },
    ];
    const anyHit = fc.record({
      person: fc.integer({ min: 0, max: 2 }),
      minutes: fc.integer({ min: -36 * 60, max: 36 * 60 }),
      // Mostly in company: visits of several hits, close to the gap of 30 minutes.
      near: fc.constantFrom(0, 1, 20, 29, 30, 31),
      skew: fc.integer({ min: -5000, max: 5000 }),
      name: fc.constantFrom('pageview', 'pageview', 'engagement', 'share', '404'),
      path: fc.constantFrom('/', '/a', '/b'),
      engaged_ms: fc.constantFrom(0, 4000, 20 * minute),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...nights),
        fc.array(anyHit, { minLength: 1, maxLength: 30 }),
        fc.nat(),
        async ({ zone, around }, given, cut) => {
          site = `site_${siteNumber++}`;
          const wall = wallClock(zone);
          const hashOn = (person: number, date: string) => String(10_000 + person * 100 + Number(date.slice(8)));
          const hits = given.flatMap(({ person, minutes, near, skew, name, path, engaged_ms }) =>
            [0, near].map((later) => {
              const at = around + (minutes + later) * minute + skew;
              const local = wall(at);
              const isYoung = local.ms % day < 30 * minute;
              return {
                ...hit(at, { name, path, engaged_ms: name === 'engagement' ? engaged_ms : 0 }),
                local_date: local.date,
                visitor: hashOn(person, local.date),
                visitor_before: isYoung ? hashOn(person, dayFrom(local.date, -1)) : '0',
              };
            }),
          );
          const shuffled = hits.toSorted((a, b) => (a.hit_id < b.hit_id ? 1 : -1));
          const middle = cut % hits.length;
          await insert(shuffled.slice(middle));
          if (cut % 2) await build();
          await insert([...shuffled.slice(0, middle), ...shuffled.slice(0, 3)]);
          expect(await build()).toEqual(visitsOf(hits));
        },
      ),
      { numRuns: 8 },
    );
  }, 240_000);

  test('equal the reference under the rules of a site: cut at midnight, at a new campaign, at both', async () => {
    const anyHit = fc.record({
      person: fc.integer({ min: 0, max: 1 }),
      slot: fc.integer({ min: 0, max: 80 }),
      name: fc.constantFrom('pageview', 'pageview', 'pageview', 'engagement', 'share'),
      engaged_ms: fc.constantFrom(0, 4000, 20 * minute),
      tags: fc.constantFrom('', '', 'spring', 'summer'),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyHit, { minLength: 1, maxLength: 40 }),
        fc.record({ midnight: fc.boolean(), campaign: fc.boolean() }),
        fc.nat(),
        async (given, rules, cut) => {
          site = `site_${siteNumber++}`;
          // No two at one instant: of two visits that begin together, neither comes first.
          const hits = given.map(({ slot, name, engaged_ms, tags, person }, i) =>
            hit(monday + day + (slot - 40) * 5 * minute + i, {
              person,
              name,
              engaged_ms: name === 'engagement' ? engaged_ms : 0,
              ...(name === 'pageview' ? { tags } : {}),
            }),
          );
          const at = cut % hits.length;
          const ruled = { rulesOf: async () => new Map([[site, rules]]) };
          await insert(hits.slice(at));
          if (cut % 2) await build(ruled);
          await insert([...hits.slice(0, at), ...hits.slice(0, 2)]);
          expect(await build(ruled)).toEqual(visitsOf(hits, rules));
        },
      ),
      { numRuns: 20 },
    );
  }, 240_000);

  test('a day is built again for a neighbour’s hits only where these can change its visits', async () => {
    const one = builder();
    const days = async () => (await one.run()).filter(({ site_id }) => site_id === site).map(({ day: built }) => built);
    await insert([hit(monday + day - 5 * minute), hit(monday + 600 * minute, { person: 1 })]);
    expect(await days()).toEqual(['2026-03-02']);
    await insert([hit(monday + day + 800 * minute, { person: 2 })]);
    expect(await days()).toEqual(['2026-03-03']);
    await insert([hit(monday + day + 5 * minute)]);
    expect(await days()).toEqual(['2026-03-03', '2026-03-02']);
  });

  test('a reader late in the evening and early in the morning does not make the days between one visit', async () => {
    const awake = [0, 10, 20, 1410, 1420].map((minutes) => minutes * minute);
    const hits = [0, 1, 2, 3].flatMap((number) => awake.map((at) => hit(monday + number * day + at, { named: true })));
    await insert(hits);
    const spanned = await store.events.query<{ spans: number | boolean }>(spansDay, { site, day: '2026-03-03' });
    expect(spanned.map(({ spans }) => Number(spans))).toEqual([0]);
    expect(await build()).toEqual(visitsOf(hits));
  });

  test('a day of the past waits until its hits come no more', async () => {
    const patient = createVisitBuilder({
      events: store.events,
      clock: () => new Date(),
      spacing: { own: 0, neighbour: 0, share: 0, quiet: 700, patience: 60_000 },
    });
    const days = async () => (await patient.run()).filter(({ site_id }) => site_id === site).length;
    await insert([hit(monday)]);
    expect(await days()).toBe(0);
    await expect.poll(days, { timeout: 5000, interval: 100 }).toBe(1);
  });

  test('a second run builds nothing again until hits change', async () => {
    await insert([hit(monday)]);
    await build();
    const again = await builder().run();
    expect(again.filter(({ site_id }) => site_id === site)).toEqual([]);
  });
});
