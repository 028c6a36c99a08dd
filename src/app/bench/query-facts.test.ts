import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Events } from '#platform';
import { openTestEvents } from '#platform/testing';
import { fillFacts } from './query-facts.ts';

let store: Awaited<ReturnType<typeof openTestEvents>>;
beforeAll(async () => {
  store = await openTestEvents();
});
afterAll(() => store?.close());

/** Fills, and answers how many statements it took. */
async function fill(hits: number, most = Infinity) {
  let commands = 0;
  const events: Events = {
    ...store.events,
    command: (sql, params) => {
      if (/^\s*insert/.test(sql)) commands++;
      return store.events.command(sql, params);
    },
  };
  const filled = await fillFacts(events, hits, { progress: () => undefined, isLate: () => commands >= most });
  return { ...filled, commands };
}
const counts = () =>
  store.events.query(
    `select (select count() from hits) as hits, (select count() from hits where site_id = 'site_bench') as own, (select count() from visits) as visits,
      (select count() from ad_events) as ads, (select sum(visits) from visit_figures where dimension = '') as figured, (select uniqExact(hit_id, visitor, name) from hits) as different`,
  );

test('a store is filled where it was left, once, and for the number it was begun for', async () => {
  expect(await fill(3000, 3)).toEqual({ begun: 3000, isFull: false, commands: 3 });
  // Four tables in one part, a year of days, the list of them.
  expect(await fill(3000)).toEqual({ begun: 3000, isFull: true, commands: 1 + 365 + 1 });
  const [full] = await counts();
  expect(full).toEqual({ hits: 3300, own: 3000, visits: 660, ads: 1650, figured: 660, different: 3300 });
  expect(await fill(3000)).toEqual({ begun: 3000, isFull: true, commands: 0 });
  expect(await fill(9000)).toEqual({ begun: 3000, isFull: true, commands: 0 });
  expect(await counts()).toEqual([full]);
}, 240_000);
