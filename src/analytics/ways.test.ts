import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database, Events } from '#platform';
import { callerOf, openTestDatabase, openTestEvents } from '#platform/testing';
import { answerAttribution } from './answer-attribution.ts';
import { answerFlow } from './answer-flow.ts';
import { answerFunnel } from './answer-funnel.ts';
import { answerRetention } from './answer-retention.ts';
import { org } from './cases/facts.ts';
import { type Action, actionsOf, drawn, firstDay, inOrder, isAd, keep, keyOf } from './cases/streams.ts';
import { askAttribution, askFlow, askFunnel, askRetention } from './contract.ts';
import { addDays } from './dates.ts';
import { createGoal } from './goal.ts';

let db: Database;
let store: { events: Events; close(): Promise<void> };
const caller = callerOf('analyst');
const days = 12;
const last = addDays(firstDay, days - 1);
const range: [string, string] = [addDays(firstDay, 2), last];
beforeAll(async () => {
  [db, store] = await Promise.all([openTestDatabase(), openTestEvents()]);
  await db.query("insert into organisations (id, name) values ($1, 'Gazette')", [org]);
});
afterAll(async () => {
  await store?.close();
  await db?.close();
});
const asking = () => ({ db, events: store.events, clock: () => new Date(`${last}T23:59:00Z`), caller });
const patience = 180_000;
const inRange = ({ day }: { day: string }) => day >= range[0] && day <= range[1];

type Step = { name: string; filters: unknown[][]; fits: (one: Action) => boolean };
const onPage = (path: string): Step => ({
  name: path,
  filters: [
    ['is', 'event:page', [path]],
    ['is', 'event:name', ['pageview']],
  ],
  fits: (one) => one.name === 'pageview' && one.path === path,
});
const signup: Step = {
  name: 'Signup',
  filters: [['is', 'event:name', ['Signup']]],
  fits: (one) => one.name === 'Signup',
};
const click: Step = { name: 'Click', filters: [['is', 'ad:kind', ['click']]], fits: (one) => one.name === 'click' };

/** How far a unit gets, every way tried. */
function farthest(own: Action[], steps: Step[], limit: number): number {
  const sorted = own.toSorted(inOrder);
  const walk = (place: number, after: number, began: number): number => {
    let best = place;
    for (const [i, one] of sorted.entries()) {
      if (place === steps.length || i <= after || !steps[place]?.fits(one)) continue;
      if (place > 0 && one.at - began > limit) continue;
      best = Math.max(best, walk(place + 1, i, place === 0 ? one.at : began));
    }
    return best;
  };
  return walk(0, -1, 0);
}

test(
  'funnels are what a slow reference finds, by visit and by visitor',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        drawn(days, 90),
        fc.array(fc.constantFrom(onPage('/a'), onPage('/b'), onPage('/c'), signup, click), {
          minLength: 2,
          maxLength: 4,
        }),
        fc.option(fc.integer({ min: 1, max: 4 }), { nil: null }),
        async (all, steps, within) => {
          const actions = actionsOf(all);
          const { site, visits } = await keep({ db, events: store.events }, actions);
          const asked = steps.map(({ name, filters }) => ({ name, filters }));
          const ask = async (more: object) =>
            (
              await answerFunnel(
                asking(),
                askFunnel.input.parse({ site_id: site, steps: asked, date_range: range, ...more }),
              )
            ).steps.map(({ count }) => count);
          const people = [...Map.groupBy(actions.filter(inRange), keyOf).values()];
          const limit = within === null ? Infinity : within * 86_400_000;
          const reached = people.map((own) => farthest(own, steps, limit));
          expect(await ask({ by: 'visitor', within_days: within })).toEqual(
            steps.map((_, i) => reached.filter((level) => level > i).length),
          );
          if (steps.includes(click)) return;
          const inVisits = visits.map(({ actions: own }) => farthest(own.filter(inRange), steps, Infinity));
          expect(await ask({ by: 'visit' })).toEqual(steps.map((_, i) => inVisits.filter((level) => level > i).length));
        },
      ),
      { numRuns: 20, seed: 5 },
    );
  },
  patience,
);

test('a funnel tells the time from step to step', async () => {
  const at = (minutes: number, path: string, person = 0) => ({ person, slot: minutes / 10, name: 'pageview', path });
  const { site } = await keep(
    { db, events: store.events },
    actionsOf([...[0, 10, 30].map((m, i) => at(3 * 1440 + m, ['/a', '/b', '/c'][i] ?? '')), at(3 * 1440, '/a', 1)]),
  );
  const reply = await answerFunnel(
    asking(),
    askFunnel.input.parse({
      site_id: site,
      steps: ['/a', '/b', '/c'].map((path) => ({ name: path, filters: [['is', 'event:page', [path]]] })),
      date_range: range,
    }),
  );
  expect(reply.steps).toEqual([
    { name: '/a', count: 2, of_first: 100, of_previous: null, dropped: 1, median_seconds: null, mean_seconds: null },
    { name: '/b', count: 1, of_first: 50, of_previous: 50, dropped: 0, median_seconds: 600, mean_seconds: 600 },
    { name: '/c', count: 1, of_first: 50, of_previous: 100, dropped: 1, median_seconds: 1200, mean_seconds: 1200 },
  ]);
});

test(
  'retention is what a slow reference finds',
  async () => {
    await fc.assert(
      fc.asyncProperty(drawn(days, 80), async (all) => {
        const { site, visits } = await keep({ db, events: store.events }, actionsOf(all));
        const { cohorts } = await answerRetention(
          asking(),
          askRetention.input.parse({ site_id: site, date_range: range, grain: 'day' }),
        );
        const seen = Map.groupBy(
          visits.filter(({ key }) => key.startsWith('k')),
          ({ key }) => key,
        );
        const expected = new Map<string, number[]>();
        for (const own of seen.values()) {
          const when = [...new Set(own.map(({ day }) => day))].toSorted();
          const first = when[0] ?? '';
          if (first < range[0]) continue;
          const row = expected.get(first) ?? Array.from({ length: 1 + spread(first, last) }, () => 0);
          for (const day of when) row[spread(first, day)] = (row[spread(first, day)] ?? 0) + 1;
          expected.set(first, row);
        }
        expect(new Map(cohorts.map(({ start, returned }) => [start, returned]))).toEqual(expected);
        expect(cohorts.every(({ size, returned }) => size === returned[0])).toBe(true);
      }),
      { numRuns: 10, seed: 5 },
    );
  },
  patience,
);
const spread = (from: string, to: string) => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);

test(
  'flows are what a slow reference finds',
  async () => {
    await fc.assert(
      fc.asyncProperty(drawn(days, 80), fc.constantFrom(undefined, '/b'), async (all, page) => {
        const { site, visits } = await keep({ db, events: store.events }, actionsOf(all));
        const reply = await answerFlow(
          asking(),
          askFlow.input.parse({ site_id: site, date_range: range, steps: 2, ...(page ? { page } : {}) }),
        );
        const ways = visits.flatMap(({ actions: own }) => {
          const pages = own.filter((one) => inRange(one) && one.name === 'pageview').map(({ path }) => path);
          const stations = pages.filter((path, i) => path !== pages[i - 1]);
          const from = page ? stations.indexOf(page) : 0;
          return stations.length > 0 && from >= 0 ? [{ way: stations.slice(from), stations }] : [];
        });
        const count = (texts: string[]) => {
          const sums: Record<string, number> = {};
          for (const text of texts) sums[text] = (sums[text] ?? 0) + 1;
          return sums;
        };
        const links = ways.flatMap(({ way }) =>
          way.slice(0, 2).map((path, i) => `${i + 1} ${path} ${way[i + 1] ?? ''}`),
        );
        expect(Object.fromEntries(reply.links.map((one) => [`${one.step} ${one.from} ${one.to}`, one.visits]))).toEqual(
          count(links),
        );
        expect(reply.visits).toBe(ways.length);
        if (!page) return;
        const places = ways.flatMap(({ stations }) =>
          stations.flatMap((path, i) => (path === page ? [[stations[i - 1] ?? '', stations[i + 1] ?? '']] : [])),
        );
        const told = (list: typeof reply.before) => Object.fromEntries(list.map((one) => [one.value, one.count]));
        expect(told(reply.before)).toEqual(count(places.map(([before = '']) => before)));
        expect(told(reply.after)).toEqual(count(places.map(([, after = '']) => after)));
      }),
      { numRuns: 10, seed: 5 },
    );
  },
  patience,
);

describe('attribution over visits and ads', () => {
  test(
    'credits add up, and the last contact is who a slow reference says',
    async () => {
      await fc.assert(
        fc.asyncProperty(drawn(days, 80), fc.constantFrom('none', 'clicks', 'all'), async (all, ads) => {
          const actions = actionsOf(all);
          const { site, visits } = await keep({ db, events: store.events }, actions);
          const goal = await createGoal(db, caller, {
            site_id: site,
            name: 'Signup',
            match: { kind: 'event', name: 'Signup' },
            value: null,
            once_per_visit: false,
          });
          const reply = await answerAttribution(
            asking(),
            askAttribution.input.parse({ goal_id: goal.id, date_range: range, ads, lookback_days: 3, view_days: 1 }),
          );
          for (const [i] of reply.models.entries()) {
            const sum = reply.results.reduce((total, { credits }) => total + (credits[i] ?? 0), 0);
            expect(sum).toBeCloseTo(reply.attributed, 4);
          }
          const completions = actions.filter((one) => one.name === 'Signup' && inRange(one));
          expect(reply.completions).toBe(completions.length);
          const expected: Record<string, number> = {};
          for (const done of completions) {
            const met = [
              ...visits.map(({ key, at, id }) => ({ key, at, name: id % 2 === 0 ? 'Email' : 'Direct', for: 3 })),
              ...actions
                .filter((one) => isAd(one) && (ads === 'all' || (ads === 'clicks' && one.name === 'click')))
                .map((one) => ({
                  key: keyOf(one),
                  at: one.at,
                  name: `ad:${one.line}`,
                  for: one.name === 'click' ? 3 : 1,
                })),
            ].filter((one) => one.key === keyOf(done) && one.at <= done.at && done.at - one.at <= one.for * 86_400_000);
            const latest = met.toSorted((a, b) => b.at - a.at || (a.name < b.name ? 1 : -1))[0];
            if (latest) expected[latest.name] = (expected[latest.name] ?? 0) + 1;
          }
          const given = reply.results.flatMap(({ contact, credits }) => (credits[0] ? [[contact, credits[0]]] : []));
          expect(Object.fromEntries(given)).toEqual(expected);
        }),
        { numRuns: 15, seed: 9 },
      );
    },
    patience,
  );
});
