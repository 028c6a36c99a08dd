import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestEvents } from '#platform/testing';
import { sitesParams, sitesSql } from './rows.ts';

let store: Awaited<ReturnType<typeof openTestEvents>>;
beforeAll(async () => {
  store = await openTestEvents();
}, 60_000);
afterAll(async () => {
  await store?.close();
});

test.each([1, 101, 2000, 2001, 12_000])(
  'of %i sites those count that are asked for, whatever they hold',
  async (many) => {
    const sites = Array.from({ length: many }, (_, i) => `site_of_${many}_number_${i}`);
    // The last one has nothing but ignored hits; one that is not asked for has hits.
    await store.events.insert('ignored_hits', [{ org_id: 'o', site_id: sites.at(-1) }], { token: `ignored ${many}` });
    const gone = { org_id: 'o', site_id: 'deleted', hit_id: `${many}`, name: 'pageview' };
    await store.events.insert('hits', [gone], { token: `gone ${many}` });
    const count = async (table: string) =>
      Number(
        (
          await store.events.query<{ rows: number }>(
            `select count() as rows from ${table} where org_id = {org:String} and site_id in ${sitesSql(sites)}`,
            { org: 'o', ...sitesParams(sites) },
          )
        )[0]?.rows,
      );
    expect(await count('ignored_hits')).toBe(1);
    expect(await count('hits_hours')).toBe(0);
  },
);
