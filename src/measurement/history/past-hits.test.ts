/** An import of hits beside what a site has already. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createOrganisation } from '#people';
import { type Brought, type Database, openDataFiles } from '#platform';
import { callerOf, openTestDatabase, openTestEvents } from '#platform/testing';
import { siteToIngest } from '../ingest.ts';
import { readHistoryImport, removeHistoryImport } from './history.ts';
import { startHistoryImport } from './import-history.ts';

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

describe('hits beside what is there', () => {
  const visits = (cells: { day: number; id: string }[]) =>
    Buffer.from(
      JSON.stringify(
        cells.map(({ day, id }) => {
          const timestamp = Date.UTC(2026, 0, day, 12) / 1000;
          return {
            idVisit: id,
            visitorId: `v${id}`,
            serverTimestamp: timestamp,
            siteCurrency: 'EUR',
            actionDetails: [{ type: 'action', url: 'https://news.example/', timestamp }],
          };
        }),
      ),
    );
  const pages = (name: string) => ({
    name: 'Actions.getPageUrls.csv',
    bytes: Buffer.from(`label,nb_visits,nb_hits\n/${name},3,5\n`),
  });
  const byDay = () =>
    store.events.query<{ day: string; pages: number }>(
      'select toString(local_date) as day, toUInt32(sum(hits)) as pages from hits_hours where site_id = {site:String} group by local_date order by day',
      { site },
    );
  const hitsThere = async () => (await byDay()).reduce((sum, { pages }) => sum + pages, 0);

  test('an import that fails for one of its files leaves nothing of the others; one that brought hits is taken back', async () => {
    const january = { from: '2026-01-01', to: '2026-01-31' };
    expect(await bring([pages('a')], january)).toMatchObject({ state: 'done' });
    const mixed = [pages('b'), { name: 'v.json', bytes: visits([{ day: 15, id: '1' }]) }];
    expect(await bring(mixed, { from: '2026-01-10', to: '2026-01-20' })).toMatchObject({ state: 'failed' });
    expect(await hitsThere()).toBe(0);

    const { id } = await bring([{ name: 'v.json', bytes: visits([{ day: 15, id: '1' }]) }]);
    expect(await hitsThere()).toBe(1);
    await removeHistoryImport({ db, events: store.events }, callerOf('admin', org), id);
    expect(await hitsThere()).toBe(0);
  });

  test('days with hits of the site are refused by name; they are left out, or counted twice, where that is asked', async () => {
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
          origin: 'live',
        },
      ],
      { token: `live ${site}` },
    );
    const files = [{ name: 'v.json', bytes: visits([1, 2].map((day) => ({ day, id: `${day}` }))) }];
    const refused = await bring(files);
    expect(refused).toMatchObject({ state: 'failed', families: {} });
    expect(refused.problem).toMatch(/hits of its own on 2026-01-02: they would count twice/);
    expect(await hitsThere()).toBe(1);
    expect(await bring(files, { live_days: 'keep' })).toMatchObject({ state: 'done', families: { hits: 1 } });
    expect(await byDay()).toEqual([
      { day: '2026-01-01', pages: 1 },
      { day: '2026-01-02', pages: 1 },
    ]);
    expect(await bring(files, { live_days: 'add' })).toMatchObject({ state: 'done', families: { hits: 1 } });
    expect(await hitsThere()).toBe(3);
  });
});
