import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSalts } from '#platform';
import { openTestEvents } from '#platform/testing';
import { daysOfLogs } from './owner-command-list.ts';

let store: Awaited<ReturnType<typeof openTestEvents>>;
let folder: string;
beforeAll(async () => {
  store = await openTestEvents();
  folder = await mkdtemp(join(tmpdir(), 'vigie-salts-'));
}, 60_000);
afterAll(async () => {
  await store?.close();
  await rm(folder, { recursive: true, force: true });
});

test('a second server’s log of a past day gives the same visitors within the days set; later the day is named', async () => {
  let now = Date.parse('2026-11-28T12:00:00Z');
  const salts = openSalts(join(folder, 'salts.json'), () => new Date(now), 7);
  const day = '2026-03-02';
  expect(await daysOfLogs({ salts, events: store.events }, 's', [day])).toEqual([]);
  const { [day]: first } = await salts.forDates([day]);
  const hit = (site_id: string, hit_id: string) => ({ site_id, hit_id, local_date: day, origin: 'import' });
  await store.events.insert('hits', [hit('s', 'a line'), hit('named', 'umami-1')], { token: 'logs' });
  now += 6 * 86_400_000;
  expect(await daysOfLogs({ salts, events: store.events }, 's', [day])).toEqual([]);
  expect((await salts.forDates([day]))[day]).toBe(first);
  now += 86_400_000;
  expect(await daysOfLogs({ salts, events: store.events }, 's', [day])).toEqual([day]);
  // Visitors that another product named are the same for ever, and another site has none of its own.
  expect(await daysOfLogs({ salts, events: store.events }, 'named', [day])).toEqual([]);
});
