/**
 * Two days of a small publisher, small enough to add up by hand (the sums stand in queries.json). Times are wall clocks of
 * Paris, UTC+1 in November; visits are written here as the visit builder would, so that this room is tested alone.
 */
import { insertVisitFigures } from '#measurement';
import type { Database, Events } from '#platform';

export const now = new Date('2026-11-23T12:00:00Z');
export const org = 'org_test';

const utc = (local: string) => `${new Date(Date.parse(`${local.replace(' ', 'T')}Z`) - 3_600_000).toISOString()}`;
const base = { org_id: org, site_id: 'site_gazette' };
const machines: Record<string, object> = {
  11: { country: 'FR', device: 'desktop', browser: 'Chrome', os: 'Windows' },
  22: { country: 'BE', device: 'phone', browser: 'Safari', os: 'iOS' },
  33: { country: 'FR', device: 'phone', browser: 'Chrome', os: 'Android' },
};
const section = (path: string) => (path.startsWith('/sport') ? 'sec_sport' : '');

type Hit = {
  local: string;
  visitor: number;
  before?: number;
  name?: string;
  path: string;
  machine: number;
  more?: object;
};
const hit = ({ local, visitor, before = 0, name = 'pageview', path, machine, more = {} }: Hit) => ({
  ...base,
  at: utc(local),
  local_time: local,
  local_date: local.slice(0, 10),
  hit_id: `${local}${visitor}${name}`,
  visitor,
  visitor_before: before,
  name,
  hostname: 'gazette.fr',
  path,
  section_id: section(path),
  ...machines[machine],
  props: {},
  origin: 'live',
  ingested_at: '2026-11-22T00:00:00Z',
  ...more,
});

export const hits = [
  hit({ local: '2026-11-20 10:00:00', visitor: 11, path: '/', machine: 11 }),
  hit({
    local: '2026-11-20 10:04:00',
    visitor: 11,
    path: '/',
    machine: 11,
    name: 'engagement',
    more: { engaged_ms: 20_000, scroll: 80 },
  }),
  hit({
    local: '2026-11-20 10:04:30',
    visitor: 11,
    path: '/',
    machine: 11,
    name: 'engagement',
    more: { engaged_ms: 10_000, scroll: 60 },
  }),
  hit({ local: '2026-11-20 10:05:00', visitor: 11, path: '/sport/a', machine: 11 }),
  hit({ local: '2026-11-20 15:00:00', visitor: 11, path: '/', machine: 11 }),
  hit({ local: '2026-11-20 23:50:00', visitor: 22, path: '/sport/a', machine: 22 }),
  hit({ local: '2026-11-21 00:10:00', visitor: 23, before: 22, path: '/', machine: 22 }),
  hit({ local: '2026-11-21 00:35:00', visitor: 23, path: '/sport/b', machine: 22 }),
  hit({
    local: '2026-11-21 00:36:00',
    visitor: 23,
    path: '/sport/b',
    machine: 22,
    name: 'Purchase',
    more: { props: { plan: 'pro' }, revenue_micros: 12_500_000, currency: 'EUR' },
  }),
  hit({ local: '2026-11-21 09:00:00', visitor: 33, path: '/sport/a', machine: 33 }),
  hit({
    local: '2026-11-21 09:00:20',
    visitor: 33,
    path: '/sport/a',
    machine: 33,
    name: 'engagement',
    more: { engaged_ms: 12_000, scroll: 50 },
  }),
];

const built = Date.parse('2026-11-22T01:00:00Z');
type Visit = {
  id: number;
  local: string;
  ended: string;
  visitor: number;
  machine: number;
  pageviews: number;
  events: number;
  ms: number;
  pages: [string, string];
  from?: object;
};
const visit = ({
  id,
  local,
  ended,
  visitor,
  machine,
  pageviews,
  events,
  ms,
  pages: [entry_page, exit_page],
  from = {},
}: Visit) => ({
  build: built,
  ...base,
  local_date: local.slice(0, 10),
  visitor,
  visit_id: id,
  started_at: utc(local),
  local_time: local,
  ended_at: utc(ended),
  pageviews,
  events,
  duration_ms: ms,
  bounce: events < 2 ? 1 : 0,
  entry_page,
  exit_page,
  hostname: 'gazette.fr',
  ...machines[machine],
  channel: 'Direct',
  ...from,
});
const google = { source: 'Google', channel: 'Organic Search', search_term: 'vigie', referrer: 'google.com' };
const letter = { source: 'newsletter', channel: 'Email', utm_source: 'newsletter', utm_campaign: 'noel' };

export const visits = [
  visit({
    id: 1,
    local: '2026-11-20 10:00:00',
    ended: '2026-11-20 10:05:00',
    visitor: 11,
    machine: 11,
    pageviews: 2,
    events: 2,
    ms: 300_000,
    pages: ['/', '/sport/a'],
    from: google,
  }),
  visit({
    id: 2,
    local: '2026-11-20 15:00:00',
    ended: '2026-11-20 15:00:00',
    visitor: 11,
    machine: 11,
    pageviews: 1,
    events: 1,
    ms: 0,
    pages: ['/', '/'],
  }),
  visit({
    id: 3,
    local: '2026-11-20 23:50:00',
    ended: '2026-11-21 00:36:00',
    visitor: 22,
    machine: 22,
    pageviews: 3,
    events: 4,
    ms: 2_760_000,
    pages: ['/sport/a', '/sport/b'],
    from: letter,
  }),
  visit({
    id: 4,
    local: '2026-11-21 09:00:00',
    ended: '2026-11-21 09:00:20',
    visitor: 33,
    machine: 33,
    pageviews: 1,
    events: 1,
    ms: 12_000,
    pages: ['/sport/a', '/sport/a'],
    from: google,
  }),
  // A build that was replaced: it must not count.
  {
    ...visit({
      id: 9,
      local: '2026-11-20 10:00:00',
      ended: '2026-11-20 10:05:00',
      visitor: 99,
      machine: 11,
      pageviews: 5,
      events: 5,
      ms: 1,
      pages: ['/', '/'],
    }),
    build: built - 1,
  },
];
export const visitDays = [
  { site_id: 'site_gazette', local_date: '2026-11-20', build: built - 1, visits: 1 },
  { site_id: 'site_gazette', local_date: '2026-11-20', build: built, visits: 3 },
  { site_id: 'site_gazette', local_date: '2026-11-21', build: built, visits: 1 },
];

const line1 = {
  side: 'sell',
  advertiser_id: 'adv_1',
  order_id: 'ord_1',
  line_item_id: 'li_1',
  creative_id: 'cr_1',
  placement_id: 'pl_1',
  section_id: 'sec_sport',
  size: '300x250',
  country: 'FR',
  device: 'phone',
  currency: 'EUR',
};
const line2 = {
  ...line1,
  advertiser_id: 'adv_2',
  order_id: 'ord_2',
  line_item_id: 'li_2',
  creative_id: 'cr_2',
  country: 'BE',
  device: 'desktop',
  currency: 'USD',
};
type Ads = { local: string; kind: string; count: number; line: object; micros?: number; more?: object };
const ads = ({ local, kind, count, line, micros = 0, more = {} }: Ads) =>
  Array.from({ length: count }, (_, i) => ({
    ...base,
    at: utc(local),
    local_time: local,
    local_date: local.slice(0, 10),
    kind,
    decision_id: `${local}${kind}${i}`,
    ...line,
    path: '/sport/a',
    visitor: 0,
    spend_micros: micros,
    invalid: '',
    ingested_at: '2026-11-22T00:00:00Z',
    ...more,
  }));

export const adEvents = [
  ...ads({ local: '2026-11-20 10:10:00', kind: 'impression', count: 3, line: line1, micros: 6000 }),
  ...ads({
    local: '2026-11-20 10:11:00',
    kind: 'impression',
    count: 1,
    line: line1,
    micros: 6000,
    more: { invalid: 'bot' },
  }),
  ...ads({ local: '2026-11-20 10:12:00', kind: 'viewable', count: 2, line: line1 }),
  ...ads({ local: '2026-11-20 10:13:00', kind: 'click', count: 1, line: line1 }),
  ...ads({
    local: '2026-11-21 11:00:00',
    kind: 'impression',
    count: 3,
    line: line1,
    micros: 6000,
    more: { visitor: 101 },
  }),
  ...ads({
    local: '2026-11-21 11:01:00',
    kind: 'impression',
    count: 1,
    line: line1,
    micros: 6000,
    more: { visitor: 102 },
  }),
  ...ads({ local: '2026-11-21 12:00:00', kind: 'impression', count: 6, line: line1, micros: 6000 }),
  ...ads({ local: '2026-11-21 12:01:00', kind: 'viewable', count: 5, line: line1 }),
  ...ads({ local: '2026-11-21 13:00:00', kind: 'impression', count: 2, line: line2, micros: 10_000 }),
  ...ads({ local: '2026-11-21 13:01:00', kind: 'click', count: 1, line: line2 }),
];

const asked = (local: string, requests: number, filled: number) => ({
  ...base,
  placement_id: 'pl_1',
  at: utc(local),
  local_time: local,
  local_date: local.slice(0, 10),
  country: 'FR',
  device: 'phone',
  requests,
  filled,
});
export const adRequests = [asked('2026-11-20 10:10:00', 20, 15), asked('2026-11-21 11:00:00', 30, 10)];

const ignored = (reason: string, name: string, category: string) => ({
  ...base,
  at: utc('2026-11-20 08:00:00'),
  local_time: '2026-11-20 08:00:00',
  local_date: '2026-11-20',
  reason,
  name,
  category,
  path: '/',
});
export const ignoredHits = [
  ignored('bot', 'Googlebot', 'search'),
  ignored('bot', 'GPTBot', 'ai'),
  ignored('bot', 'Googlebot', 'search'),
  ignored('prefetch', '', ''),
];

/** Puts the facts into the stores, as twice as the same batch: they count once. */
export async function fill({ db, events }: { db: Database; events: Events }): Promise<void> {
  const tables: [string, readonly object[]][] = [
    ['hits', hits],
    ['visits', visits],
    ['visit_days', visitDays],
    ['ad_events', adEvents],
    ['ad_requests', adRequests],
    ['ignored_hits', ignoredHits],
  ];
  for (const [table, rows] of tables)
    for (let time = 0; time < 2; time++) await events.insert(table, rows, { token: `case:${table}` });
  for (const { site_id, local_date, build } of visitDays)
    await events.command(
      insertVisitFigures(`site_id = '${site_id}' and local_date = toDate('${local_date}')`, String(build)),
    );
  const site = "insert into sites (id, org_id, domain, name, time_zone, currency) values ($1, $2, $3, $4, $5, 'EUR')";
  await db.query("insert into organisations (id, name) values ('org_test', 'Gazette'), ('org_other', 'Other')");
  await db.query(site, ['site_gazette', org, 'gazette.fr', 'La Gazette', 'Europe/Paris']);
  await db.query(site, ['site_other', 'org_other', 'other.fr', 'Other', 'Europe/Paris']);
  await db.query("insert into advertisers (id, org_id, name) values ('adv_1', $1, 'Alpha'), ('adv_2', $1, 'Beta')", [
    org,
  ]);
  await db.query(
    "insert into orders (id, org_id, advertiser_id, name) values ('ord_1', $1, 'adv_1', 'Winter'), ('ord_2', $1, 'adv_2', 'Summer')",
    [org],
  );
  const line = `insert into line_items (id, org_id, order_id, name, type, priority, goal_unit, goal_quantity, rate_model, rate_amount, currency, starts_at, ends_at, placements)
    values ($1, $2, $3, $4, 'standard', 8, 'impressions', 1000, 'cpm', 600, 'EUR', '2026-11-01', '2026-12-01', '{pl_1}')`;
  await db.query(line, ['li_1', org, 'ord_1', 'Winter, sport']);
  await db.query(line, ['li_2', org, 'ord_2', 'Summer, sport']);
}
