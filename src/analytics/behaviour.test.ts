import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertVisitFigures } from '#measurement';
import type { Database, Events } from '#platform';
import { callerOf, openTestDatabase, openTestEvents } from '#platform/testing';
import { now, org } from './cases/facts.ts';
import {
  type Action,
  actionsOf,
  drawn,
  firstDay,
  inOrder,
  isAd,
  keep,
  keyOf,
  type VisitOfActions,
} from './cases/streams.ts';
import { type Filter, Query, type QueryInput } from './contract.ts';
import { addDays } from './dates.ts';
import { runFunnel } from './answer-funnel.ts';
import { askFunnel } from './funnel-contract.ts';
import { runQuery } from './run-query.ts';
import { createSegment } from './segment.ts';
import { segmentMembers } from './segment-members.ts';
import { profileSegment } from './segment-profile.ts';

let db: Database;
let store: { events: Events; close(): Promise<void> };
const caller = callerOf('analyst');
beforeAll(async () => {
  [db, store] = await Promise.all([openTestDatabase(), openTestEvents()]);
  await db.query("insert into organisations (id, name) values ($1, 'Gazette')", [org]);
});
afterAll(async () => {
  await store?.close();
  await db?.close();
});

const days = 10;
const [from, to] = [addDays(firstDay, 3), addDays(firstDay, days - 1)];
const clock = () => now;
const ask = async (question: Partial<QueryInput>) =>
  (
    await runQuery(
      { db, events: store.events, clock, caller },
      Query.parse({ metrics: ['visits'], date_range: [from, to], ...question }),
    )
  ).results;
const figure = async (site_id: string, metric: 'visits' | 'events' | 'impressions', filters: Filter[]) =>
  (await ask({ site_id, metrics: [metric], filters }))[0]?.metrics[0];

/** What an action must be to be a step: `/a`, `Signup`, or an ad. */
type Step = { filter: Filter; fits: (action: Action) => boolean };
const onPage = (path: string): Step => ({
  filter: [
    'and',
    [
      ['is', 'event:page', [path]],
      ['is', 'event:name', ['pageview']],
    ],
  ],
  fits: (one) => one.name === 'pageview' && one.path === path,
});
const steps: Step[] = [
  onPage('/a'),
  onPage('/b'),
  { filter: ['is', 'event:name', ['Signup']], fits: (one) => one.name === 'Signup' },
  { filter: ['is', 'event:page', ['/a', '/c']], fits: (one) => !isAd(one) && one.path !== '/b' },
  { filter: ['is', 'ad:line_item', ['li_a']], fits: (one) => one.name === 'impression' && one.line === 'li_a' },
  { filter: ['is', 'ad:kind', ['click']], fits: (one) => one.name === 'click' },
];
const audienceSteps = steps.slice(0, 4);
const within = (day: string, first: string, last: string) => day >= first && day <= last;

/** Every way through the steps, tried one by one. */
function didInOrder(own: Action[], chain: Step[], not: Step[], limit: number): boolean {
  const sorted = own.toSorted(inOrder);
  const walk = (place: number, after: number, began: number): boolean => {
    if (place === chain.length) {
      const last = sorted[after];
      if (!last || !within(last.day, from, to)) return false;
      return !sorted.slice(after + 1).some((one) => one.at - last.at <= limit && not.some((step) => step.fits(one)));
    }
    return sorted.some(
      (one, i) =>
        i > after &&
        (chain[place]?.fits(one) ?? false) &&
        (place === 0 || one.at - began <= limit) &&
        walk(place + 1, i, place === 0 ? one.at : began),
    );
  };
  return walk(0, -1, 0);
}

const runs = { numRuns: 12, seed: 11 };
/** Every run fills a site of its own. */
const patience = 180_000;
const visitsOfPeriod = (visits: VisitOfActions[]) => visits.filter(({ day }) => within(day, from, to));
const byKey = (actions: Action[]) => Map.groupBy(actions, keyOf);

describe('behaviours are what a slow reference finds, over random streams', () => {
  test(
    'has done, in the visit',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          drawn(days),
          fc.constantFrom(...audienceSteps),
          fc.integer({ min: 1, max: 3 }),
          async (all, step, least) => {
            const { site, visits } = await keep({ db, events: store.events }, actionsOf(all));
            const mine = visitsOfPeriod(visits);
            const done = mine.filter(({ actions }) => actions.filter(step.fits).length >= least);
            expect(await figure(site, 'visits', [['has_done', step.filter, { at_least: least }]])).toBe(done.length);
            expect(await figure(site, 'visits', [['has_not_done', step.filter, { at_least: least }]])).toBe(
              mine.length - done.length,
            );
            const events = done.reduce((sum, { actions }) => sum + actions.length, 0);
            expect(await figure(site, 'events', [['has_done', step.filter, { at_least: least }]])).toBe(events);
          },
        ),
        runs,
      );
    },
    patience,
  );

  test(
    'has done, by the visitor, in so many days, on the site or with ads',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          drawn(days),
          fc.constantFrom(...steps),
          fc.option(fc.integer({ min: 1, max: days }), { nil: undefined }),
          async (all, step, window) => {
            const actions = actionsOf(all);
            const { site, visits } = await keep({ db, events: store.events }, actions);
            const since = window ? addDays(to, 1 - window) : from;
            const doers = new Set(actions.filter((one) => within(one.day, since, to) && step.fits(one)).map(keyOf));
            const filter: Filter = [
              'has_done',
              step.filter,
              { by: 'visitor', ...(window ? { within_days: window } : {}) },
            ];
            expect(await figure(site, 'visits', [filter])).toBe(
              visitsOfPeriod(visits).filter(({ key }) => doers.has(key)).length,
            );
          },
        ),
        runs,
      );
    },
    patience,
  );

  test(
    'one thing after another within so many days, and something else not',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          drawn(days, 80),
          fc.array(fc.constantFrom(...steps), { minLength: 1, maxLength: 3 }),
          fc.array(fc.constantFrom(...steps), { minLength: 0, maxLength: 1 }),
          fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
          async (all, chain, not, window) => {
            fc.pre(chain.length + not.length >= 2);
            const actions = actionsOf(all);
            const { site, visits } = await keep({ db, events: store.events }, actions);
            const since = window ? addDays(from, -window) : from;
            const seen = actions.filter((one) => within(one.day, since, to));
            const limit = window ? window * 86_400_000 : Infinity;
            const doers = new Set(
              [...byKey(seen)].filter(([, own]) => didInOrder(own, chain, not, limit)).map(([key]) => key),
            );
            const filter: Filter = [
              'sequence',
              [...chain.map((step) => step.filter), ...not.map((step): Filter => ['not', step.filter])],
              window ? { within_days: window } : {},
            ];
            expect(await figure(site, 'visits', [filter])).toBe(
              visitsOfPeriod(visits).filter(({ key }) => doers.has(key)).length,
            );
          },
        ),
        { ...runs, numRuns: 30 },
      );
    },
    patience,
  );
});

describe('segments', () => {
  const make = (site_id: string, filters: unknown[][]) =>
    createSegment(db, caller, { site_id, name: `S ${Math.random()}`, filters, window_days: 30 });

  test(
    'filter like their own filters; ads and targeting know those who can be known',
    async () => {
      await fc.assert(
        fc.asyncProperty(drawn(days), fc.constantFrom(...audienceSteps), async (all, step) => {
          const actions = actionsOf(all);
          const { site, visits } = await keep({ db, events: store.events }, actions);
          const segment = await make(site, [step.filter]);
          const filters: Filter[] = [['is', 'segment', [segment.id]]];
          const fitting = actions.filter((one) => within(one.day, from, to) && step.fits(one));
          expect(await figure(site, 'events', filters)).toBe(fitting.length);
          expect(await figure(site, 'visits', filters)).toBe(
            visitsOfPeriod(visits).filter(({ actions: own }) => own.some(step.fits)).length,
          );
          const keys = new Set(fitting.filter(({ known }) => known).map(keyOf));
          const shown = actions.filter((one) => one.name === 'impression' && within(one.day, from, to));
          expect(await figure(site, 'impressions', filters)).toBe(shown.filter((one) => keys.has(keyOf(one))).length);
          const members = await segmentMembers({ db, events: store.events, clock: () => new Date(`${to}T23:00:00Z`) }, [
            segment.id,
          ]);
          const everKnown = new Set(
            actions.filter((one) => one.known && step.fits(one)).map(({ person }) => String(500 + person)),
          );
          expect(new Set(members[segment.id])).toEqual(everKnown);
        }),
        { numRuns: 8, seed: 3 },
      );
    },
    patience,
  );

  test.each<[string, (step: Step) => Filter]>([
    ['a segment of ad events', ({ filter }) => filter],
    ['a segment of those who did it', ({ filter }) => ['has_done', filter, { by: 'visitor' }]],
  ])(
    'what was done with ads says who it is on the site: %s',
    async (_name, rule) => {
      await fc.assert(
        fc.asyncProperty(
          drawn(days),
          fc.constantFrom(...steps.filter((step) => !audienceSteps.includes(step))),
          fc.constantFrom(...audienceSteps),
          async (all, step, page) => {
            const actions = actionsOf(all);
            const { site, visits } = await keep({ db, events: store.events }, actions);
            const segment = await make(site, [rule(step)]);
            const isIn: Filter = ['is', 'segment', [segment.id]];
            const doers = new Set(actions.filter((one) => within(one.day, from, to) && step.fits(one)).map(keyOf));
            const mine = visitsOfPeriod(visits);
            expect(await figure(site, 'visits', [isIn])).toBe(mine.filter(({ key }) => doers.has(key)).length);
            expect(await figure(site, 'visits', [['has_done', ['and', [page.filter, ['not', isIn]]]]])).toBe(
              mine.filter(({ key, actions: own }) => !doers.has(key) && own.some(page.fits)).length,
            );
            const shown = actions.filter((one) => one.name === 'impression' && within(one.day, from, to));
            expect(await figure(site, 'impressions', [['has_done', page.filter, { by: 'visitor' }], isIn])).toBe(
              shown.filter((one) => {
                const own = actions.filter((other) => keyOf(other) === keyOf(one) && within(other.day, from, to));
                return own.some(page.fits) && (rule(step) === step.filter ? step.fits(one) : doers.has(keyOf(one)));
              }).length,
            );
            const funnel = await runFunnel(
              { db, events: store.events, clock, caller },
              askFunnel.input.parse({
                site_id: site,
                date_range: [from, to],
                by: 'visitor',
                filters: [isIn],
                steps: [page, page].map(({ filter }, i) => ({ name: `${i}`, filters: [filter] })),
              }),
            );
            const takers = Map.groupBy(
              actions.filter((one) => within(one.day, from, to) && page.fits(one) && doers.has(keyOf(one))),
              keyOf,
            );
            expect(funnel.steps[0]?.count).toBe(takers.size);
          },
        ),
        { numRuns: 8, seed: 5 },
      );
    },
    patience,
  );

  test('a profile tells what sets a segment apart, and nothing of a small group', async () => {
    const { site } = await keep({ db, events: store.events }, []);
    await store.events
      .command(`insert into visits (build, org_id, site_id, local_date, visitor, visit_id, started_at, local_time, pageviews, country, device, channel)
      select 4000000000000, '${org}', '${site}', '${from}', number, number + 1, toDateTime64('${from} 10:00:00', 3, 'UTC'), toDateTime('${from} 10:00:00', 'UTC'), 2,
        if(number % 2 = 0, 'FR', 'BE'), if(number % 4 = 0, 'phone', 'desktop'), 'Direct' from numbers(1000)`);
    await store.events.command(insertVisitFigures(`site_id = '${site}'`, 'toUInt64(4000000000000)'));
    await store.events
      .command(`insert into hits (org_id, site_id, local_date, visitor, at, local_time, hit_id, name, path, country, device)
      select '${org}', '${site}', '${from}', number, toDateTime64('${from} 10:00:00', 3, 'UTC'), toDateTime('${from} 10:00:00', 'UTC'), toString(number), 'pageview', '/',
        if(number % 2 = 0, 'FR', 'BE'), if(number % 4 = 0, 'phone', 'desktop') from numbers(1000)`);
    await store.events.command(
      `insert into visit_days (site_id, local_date, build, visits) values ('${site}', '${from}', 4000000000000, 1000)`,
    );
    const french = await make(site, [['is', 'visit:country', ['FR']]]);
    const nobody = await make(site, [['is', 'visit:country', ['CH']]]);
    const asking = { db, events: store.events, clock, caller };
    const profile = await profileSegment(asking, { id: french.id, from, to, language: 'fr' });
    expect(profile.visitors).toBe(500);
    const plain = profile.sentences.map((one) => one.replace(/\s/g, ' '));
    expect(plain[0]).toBe('100 % sont dans ce pays : France (50 % de l’ensemble).');
    expect(plain).toContain('50 % lisent sur téléphone (25 % de l’ensemble).');
    expect(await profileSegment(asking, { id: nobody.id, from, to, language: 'en' })).toEqual({
      visitors: null,
      smallest_group: 50,
      sentences: [],
      traits: [],
    });
  });

  test.each([
    [[['is', 'segment', ['seg_x']]], 'cannot name another segment'],
    [[['sequence', [['is', 'event:page', ['/a']]]]], 'must be a list of 2 to 10 steps'],
    [
      [
        [
          'sequence',
          [
            ['not', ['is', 'event:page', ['/a']]],
            ['is', 'event:page', ['/b']],
          ],
        ],
      ],
      'must be something that was done',
    ],
    [[['has_done', ['has_done', ['is', 'event:page', ['/a']]]]], 'does not go inside'],
    [
      [
        [
          'has_done',
          [
            'and',
            [
              ['is', 'event:page', ['/a']],
              ['is', 'ad:order', ['x']],
            ],
          ],
        ],
      ],
      'of ads and of visits at once',
    ],
    [[['has_done', ['is', 'event:page', ['/a']], { within_days: 0 }]], 'must be a whole number from 1 to 400'],
    [[['has_done', ['is', 'event:page', ['/a']], { by: 'visit', within_days: 3 }]], 'is "visitor"'],
  ])('%j is refused', async (filters, sentence) => {
    const { site } = await keep({ db, events: store.events }, []);
    await expect(make(site, filters)).rejects.toThrow(sentence);
  });
});
