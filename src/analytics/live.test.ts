import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { may } from '#people/contract';
import type { Database, Events } from '#platform';
import { callerOf, openTestApi, openTestDatabase, openTestEvents, type TestApi } from '#platform/testing';
import { adEvents, fill, hits, org } from './cases/facts.ts';
import type { LiveFigures } from './contract.ts';
import { routes } from './index.ts';
import { streamLive } from './live.ts';

// Paris is at 00:12 of the 21st: yesterday's evening and today's first hits are within the half hour.
const now = new Date('2026-11-20T23:12:00Z');
let db: Database;
let store: { events: Events; close(): Promise<void> };
let api: TestApi;

beforeAll(async () => {
  [db, store] = await Promise.all([openTestDatabase(), openTestEvents()]);
  await fill({ db, events: store.events });
  await db.query(
    "insert into sites (id, org_id, domain, name, time_zone, currency) values ('site_ny', $1, 'ny.com', 'NY', 'America/New_York', 'EUR')",
    [org],
  );
  // New York is still on the 20th: an impression of its evening is today's there.
  const there = {
    ...adEvents[0],
    site_id: 'site_ny',
    local_time: '2026-11-20 18:00:00',
    local_date: '2026-11-20',
    at: '2026-11-20T23:00:00Z',
    decision_id: 'ny',
  };
  await store.events.insert('ad_events', [there], { token: 'ny' });
  api = await openTestApi({ routes, db, events: store.events, clock: () => now, may });
});
afterAll(async () => {
  await api?.close();
  await store?.close();
  await db?.close();
});

async function snapshot(caller = callerOf('traffic_manager'), query = ''): Promise<LiveFigures> {
  const { status, body, text } = await api.call(caller, 'GET', `/api/live/snapshot${query}`);
  expect(status, text).toBe(200);
  return body as LiveFigures;
}

describe('the figures of this moment', () => {
  test('visitors of five minutes, page views of thirty, today on each site’s calendar', async () => {
    const figures = await snapshot();
    expect(figures.audience?.visitors).toBe(1);
    expect(figures.audience?.pageviews_today).toBe(
      hits.filter((hit) => hit.local_date === '2026-11-21' && hit.name === 'pageview').length,
    );
    expect(figures.audience?.minutes).toHaveLength(30);
    expect(figures.audience?.minutes.filter(({ pageviews }) => pageviews > 0)).toEqual([
      { minute: '2026-11-20T22:50:00.000Z', pageviews: 1 },
      { minute: '2026-11-20T23:10:00.000Z', pageviews: 1 },
    ]);
    expect(figures.ads).toEqual({ impressions: 13, viewable_impressions: 5, clicks: 1, ctr: 7.69 });
    expect(figures.line_items).toEqual([
      {
        id: 'li_1',
        name: 'Winter, sport',
        today: { impressions: 11, viewable_impressions: 5, clicks: 0 },
        total: { impressions: 14, viewable_impressions: 7, clicks: 1 },
      },
      {
        id: 'li_2',
        name: 'Summer, sport',
        today: { impressions: 2, viewable_impressions: 0, clicks: 1 },
        total: { impressions: 2, viewable_impressions: 0, clicks: 1 },
      },
    ]);
  });

  test('one site only', async () => {
    expect((await snapshot(undefined, '?site_id=ny.com')).ads).toMatchObject({ impressions: 1, clicks: 0, ctr: 0 });
    expect((await api.call(callerOf('admin'), 'GET', '/api/live/snapshot?site_id=other.fr')).status).toBe(404);
  });

  test('a client sees its own ads and no audience; another organisation sees nothing', async () => {
    const client = await snapshot(callerOf('client', org, 'adv_2'));
    expect(client).toMatchObject({ ads: { impressions: 2, clicks: 1 }, line_items: [{ id: 'li_2' }] });
    expect(client.audience).toBeUndefined();
    expect(await snapshot(callerOf('admin', 'org_other'))).toMatchObject({
      ads: { impressions: 0, ctr: null },
      line_items: [],
      audience: { visitors: 0 },
    });
  });
});

test('the stream sends what changed, a heartbeat otherwise, and ends when the listener leaves', async () => {
  const left = new AbortController();
  const sent: [string, unknown][] = [];
  let visitors = 1;
  let rounds = 0;
  await streamLive({
    read: async () => ({
      at: `t${rounds}`,
      ads: { impressions: visitors, viewable_impressions: 0, clicks: 0, ctr: 0 },
      line_items: [],
    }),
    send: (event, data) => sent.push([event, data]),
    signal: left.signal,
    wait: async (ms) => {
      expect(ms).toBeLessThanOrEqual(5000);
      rounds++;
      if (rounds === 2) visitors = 2;
      if (rounds === 3) left.abort();
    },
  });
  expect(sent.map(([event]) => event)).toEqual(['figures', 'heartbeat', 'figures']);
  expect(sent[2]?.[1]).toMatchObject({ at: 't2', ads: { impressions: 2 } });
});
