import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestEvents } from '#platform/testing';
import { newOnes } from './past-hits.ts';

let store: Awaited<ReturnType<typeof openTestEvents>>;
beforeAll(async () => {
  store = await openTestEvents();
}, 60_000);
afterAll(async () => {
  await store?.close();
});

test('for a file in no order the store is asked about the ids brought only, and none of them counts twice', async () => {
  const odd = "umami-it's \\ odd";
  const hit = (hit_id: string, local_date: string) => ({ hit_id, local_date, site_id: 's', origin: 'import' });
  const stored = Array.from({ length: 300 }, (_, i) => hit(`umami-${i}`, `2026-0${1 + (i % 9)}-11`));
  await store.events.insert('hits', [...stored, hit(odd, '2026-03-01')], { token: 'stored' });
  const answered: number[] = [];
  const events: typeof store.events = {
    ...store.events,
    async query<T>(...asked: Parameters<typeof store.events.query>) {
      const rows = await store.events.query<T>(...asked);
      answered.push(rows.length);
      return rows;
    },
  };
  const fresh = Array.from({ length: 2500 }, (_, i) => hit(`umami-new ${i}`, `202${i % 7}-0${1 + (i % 9)}-11`));
  const brought = [hit('umami-7', '2026-08-11'), hit(odd, '2026-03-01'), ...fresh, hit('umami-new 3', '2023-04-11')];
  const found = await newOnes(events, 's', brought);
  expect(found.map(({ hit_id }) => hit_id)).toEqual(fresh.map(({ hit_id }) => hit_id));
  expect(answered.reduce((sum, rows) => sum + rows, 0)).toBe(2);
});
