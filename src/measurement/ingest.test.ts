import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestEvents } from '#platform/testing';
import { IngestHit, type SiteOfBook } from './contract.ts';
import { ingest } from './ingest.ts';
import { createVisitBuilder } from './rebuild-visits.ts';

let store: Awaited<ReturnType<typeof openTestEvents>>;
beforeAll(async () => {
  store = await openTestEvents();
});
afterAll(() => store.close());

const site: SiteOfBook = {
  id: 'site_ingest',
  number: 1,
  org_id: 'org',
  domain: 'example.com',
  time_zone: 'Europe/Paris',
  currency: 'EUR',
  mode: 'exempt',
  sections: [],
};
const at = '2026-03-02T10:00:00Z';
let now = Date.UTC(2026, 2, 3);
const take = (hits: readonly object[]) =>
  ingest(
    site,
    hits.map((hit) => IngestHit.parse({ visitor_id: 'anna', at, ...hit })),
    { events: store.events, clock: () => new Date(now++), countryOf: () => 'FR', visitorKey: 'k' },
  );

test('hits of one instant keep their order, over several requests; a place that is told goes before the address', async () => {
  const pages = ['/c', '/a', '/b', '/z', '/d'].map((path) => ({ url: `https://example.com${path}`, ip: '192.0.2.1' }));
  expect(await take(pages)).toEqual({ accepted: 5, ignored: [] });
  await take([
    { url: 'https://blog.example.com/last', country: 'be', region: 'BE-BRU', city: 'Bruxelles' },
    { url: 'https://example.com/last', name: 'Play', interactive: false },
  ]);
  await createVisitBuilder({
    events: store.events,
    clock: () => new Date(),
    spacing: { own: 0, neighbour: 0, share: 0, quiet: 0, patience: 0 },
  }).run();
  expect(
    await store.events.query(
      'select entry_page, exit_page, hostname, exit_hostname, pageviews, events, country from visits where site_id = {site:String} order by build desc limit 1',
      { site: site.id },
    ),
  ).toEqual([
    {
      entry_page: '/c',
      exit_page: '/last',
      hostname: 'example.com',
      exit_hostname: 'blog.example.com',
      pageviews: 6,
      events: 1,
      country: 'FR',
    },
  ]);
  expect(
    await store.events.query(
      "select country, region, city from hits where site_id = {site:String} and hostname = 'blog.example.com'",
      { site: site.id },
    ),
  ).toEqual([{ country: 'BE', region: 'BE-BRU', city: 'Bruxelles' }]);
});

test('an id counts once: told again at once, beside itself, and on another day', async () => {
  const hit = {
    id: 'order-1',
    name: 'Buy',
    url: 'https://example.com/thanks',
    revenue: { amount: 500, currency: 'EUR' },
  };
  const paid = async () =>
    (
      await store.events.query<{ paid: string }>(
        "select toString(sum(revenue_micros)) as paid from hits_hours where site_id = {site:String} and name = 'Buy'",
        { site: site.id },
      )
    )[0]?.paid;
  const replies = await Promise.all([take([hit]), take([hit])]);
  expect(replies.map(({ accepted }) => accepted).toSorted((a, b) => a - b)).toEqual([0, 1]);
  expect(await take([hit, { ...hit, at: '2026-03-01T10:00:00Z' }])).toEqual({
    accepted: 0,
    ignored: [
      { index: 0, reason: 'duplicate' },
      { index: 1, reason: 'duplicate' },
    ],
  });
  expect(await paid()).toBe('5000000');
});

test('on an exempt site no visitor is known beyond the visits; with consent the id tells who returns', async () => {
  const known = async (of: SiteOfBook) => {
    await ingest(of, [IngestHit.parse({ visitor_id: 'anna', at, url: 'https://example.com/' })], {
      events: store.events,
      clock: () => new Date(now++),
      countryOf: () => 'FR',
      visitorKey: 'k',
    });
    return store.events.query(
      'select toUInt8(visitor != 0) as counted, toUInt8(identified != 0) as known from hits where site_id = {site:String}',
      { site: of.id },
    );
  };
  expect(await known({ ...site, id: 'exempt' })).toEqual([{ counted: 1, known: 0 }]);
  expect(await known({ ...site, id: 'consented', mode: 'consented' })).toEqual([{ counted: 1, known: 1 }]);
});
