/** How many people a segment has at least: one person has a new hash every day, and none of them makes a group. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database, Events } from '#platform';
import { callerOf, openTestDatabase, openTestEvents } from '#platform/testing';
import { now, org } from './cases/facts.ts';
import { keep } from './cases/streams.ts';
import { createSegment } from './segment.ts';
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

/** Page views of so many days and people: `visitor` and `identified` are SQL over `day` and `person`. */
async function read(
  days: number,
  people: number,
  { visitor = 'day * 1000 + person', identified = '0', country = "'FR'" },
) {
  const { site } = await keep({ db, events: store.events }, []);
  await store.events.command(
    `insert into hits (org_id, site_id, local_date, visitor, identified, at, local_time, hit_id, name, path, country)
     select '${org}', '${site}', toDate('2026-01-01') + day, ${visitor}, ${identified}, toDateTime64('2026-01-01 10:00:00', 3, 'UTC') + toIntervalDay(day),
       toDateTime('2026-01-01 10:00:00', 'UTC') + toIntervalDay(day), toString(number), 'pageview', '/', ${country}
     from (select number, intDiv(number, ${people}) + 1 as day, number % ${people} + 1 as person from numbers(${days * people}))`,
  );
  const segment = await createSegment(db, caller, {
    site_id: site,
    name: site,
    filters: [['is', 'event:page', ['/']]],
    window_days: 30,
  });
  return profileSegment(
    { db, events: store.events, clock: () => now, caller },
    {
      id: segment.id,
      from: '2026-01-01',
      to: '2026-04-01',
      language: 'en',
    },
  );
}

test('one person who consented, over 60 days, is one', async () => {
  expect(await read(60, 1, { identified: '7' })).toMatchObject({ visitors: null, sentences: [], traits: [] });
});

test('one person without an identifier, over 60 days, is one', async () => {
  expect(await read(60, 1, {})).toMatchObject({ visitors: null, traits: [] });
});

test('60 people of one day are 60, and 60 who are known by their identifiers over 60 days too', async () => {
  expect(await read(1, 60, {})).toMatchObject({ visitors: 60 });
  expect(await read(60, 60, { identified: 'person' })).toMatchObject({ visitors: 60 });
  // Each came on a day of their own.
  expect(await read(60, 1, { identified: 'day' })).toMatchObject({ visitors: 60 });
});

test('the value of one person who came every day is not told of a large group', async () => {
  const { traits } = await read(60, 61, { country: "if(person = 1, 'CH', 'FR')" });
  expect(traits.filter(({ dimension }) => dimension === 'visit:country')).toEqual([]);
});
