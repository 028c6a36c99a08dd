import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { may } from '#people/contract';
import type { Database, Events } from '#platform';
import { callerOf, openTestApi, openTestDatabase, openTestEvents, type TestApi } from '#platform/testing';
import { Availability } from './contract.ts';
import { routes } from './routes.ts';
import { insertPast } from './testing.ts';

let db: Database;
let store: { events: Events; close(): Promise<void> };
let api: TestApi;
const planner = callerOf('sales');
const now = new Date('2026-11-23T23:00:00Z');
const mix = [
  { country: 'FR', device: 'desktop', part: 0.5 },
  { country: 'FR', device: 'phone', part: 0.3 },
  { country: 'BE', device: 'phone', part: 0.2 },
];

beforeAll(async () => {
  [db, store] = await Promise.all([openTestDatabase(), openTestEvents()]);
  api = await openTestApi({ routes, db, events: store.events, clock: () => now, may });
  await db.query("insert into organisations (id, name) values ('org_test', 'Ours'), ('org_other', 'Theirs')");
  await db.query(
    `insert into sites (id, org_id, domain, name, time_zone, currency) values
       ('site_news', 'org_test', 'news.example', 'News', 'Europe/Paris', 'EUR'),
       ('site_other', 'org_other', 'other.example', 'Other', 'Europe/Paris', 'EUR')`,
  );
  await db.query(
    `insert into placements (id, org_id, site_id, code, name, formats) values
       ('pl_top', 'org_test', 'site_news', 'top', 'Top', '{728x90}'), ('pl_side', 'org_test', 'site_news', 'side', 'Side', '{300x250}'),
       ('pl_foot', 'org_test', 'site_news', 'foot', 'Foot', '{300x250}'), ('pl_young', 'org_test', 'site_news', 'young', 'Young', '{300x250}'),
       ('pl_theirs', 'org_other', 'site_other', 'top', 'Top', '{728x90}')`,
  );
  const past = { site_id: 'site_news', from: '2026-10-01', to: '2026-11-23', perDay: () => 3000, mix };
  await insertPast(
    store.events,
    ['pl_top', 'pl_side', 'pl_foot'].map((placement_id) => ({ ...past, placement_id })),
  );
}, 60_000);
afterAll(async () => {
  await api?.close();
  await store?.close();
  await db?.close();
});
beforeEach(async () => {
  await db.query('delete from reservations');
});

let made = 0;
type Booking = {
  id?: string;
  org?: string;
  state?: 'held' | 'booked';
  placements?: string[];
  targeting?: object | null;
  quantity: number;
  unit?: string;
  priority?: number;
  start?: string;
  end?: string;
  expires_at?: string | null;
  caps?: object[];
};
const decemberStart = '2026-11-30T23:00:00Z';
const decemberTenth = '2026-12-10T23:00:00Z';

async function book(one: Booking): Promise<void> {
  made++;
  await db.query(
    `insert into reservations (id, org_id, line_item_id, state, priority, placements, sizes, targeting, frequency_caps, goal_unit, goal_quantity,
       starts_at, ends_at, expires_at, version) values ($1, $2, $3, $4, $5, $6, '{300x250}', $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      `res_${made}`,
      one.org ?? 'org_test',
      one.id ?? `li_${made}`,
      one.state ?? 'booked',
      one.priority ?? 8,
      one.placements ?? ['pl_side'],
      one.targeting ? JSON.stringify(one.targeting) : null,
      JSON.stringify(one.caps ?? []),
      one.unit ?? 'impressions',
      one.quantity,
      one.start ?? decemberStart,
      one.end ?? decemberTenth,
      one.expires_at ?? null,
      made,
    ],
  );
}

const ask = (body: object, caller = planner) =>
  api.call(caller, 'POST', '/api/availability', { start: '2026-12-01', end: '2026-12-10', ...body });
async function asked(body: object): Promise<Availability> {
  const reply = await ask({ placements: ['pl_side'], ...body });
  expect(reply.status, reply.text).toBe(200);
  return Availability.parse(reply.body);
}
/** Thousands, for figures that a forecast makes: ten days of 3,000 are 30. */
const k = (count: number | undefined) => Math.round((count ?? Number.NaN) / 1000);
const phones = { and: [{ key: 'device', in: ['phone'] }] };
const french = { and: [{ key: 'geo.country', in: ['FR'] }] };
const impressions = (quantity: number) => ({ unit: 'impressions', quantity });

describe('who may not, and what cannot be asked', () => {
  test('nobody, studio, analyst, client', async () => {
    expect((await api.call(undefined, 'POST', '/api/availability', {})).status).toBe(401);
    for (const role of ['studio', 'analyst', 'client'])
      expect((await ask({ placements: ['pl_side'] }, callerOf(role))).status).toBe(403);
  });
  test.each([
    [{ placements: ['pl_theirs'] }, 404, 'pl_theirs'],
    [{ sites: ['other.example'] }, 404, 'other.example'],
    [{}, 400, 'placements'],
    [{ placements: ['pl_side'], goal: { unit: 'kisses', quantity: 1 } }, 400, 'goal.unit'],
    [{ placements: ['pl_side'], end: '2026-11-01' }, 400, 'end'],
    [{ placements: ['pl_side'], targeting: { and: [{ key: 'planet', in: ['Mars'] }] } }, 400, 'targeting'],
  ])('%j', async (body, status, word) => {
    const reply = await ask(body);
    expect(reply.status, reply.text).toBe(status);
    expect(reply.text).toContain(word);
  });
});

test('nothing booked: all of it is there, day by day', async () => {
  const { days, total, contending, enough, shortfall, warnings } = await asked({ goal: impressions(20_000) });
  expect(days.map(({ date }) => date)).toEqual(
    Array.from({ length: 10 }, (_, i) => `2026-12-${String(i + 1).padStart(2, '0')}`),
  );
  expect([k(total.forecast), k(total.booked), k(total.held), k(total.available)]).toEqual([30, 0, 0, 30]);
  expect({ contending, enough, shortfall, warnings }).toEqual({
    contending: [],
    enough: true,
    shortfall: 0,
    warnings: [],
  });
});

test('bookings and holds take their part; a lapsed hold and another organisation’s booking do not', async () => {
  await book({ id: 'li_b', quantity: 10_000 });
  await book({ id: 'li_h', quantity: 5_000, state: 'held', expires_at: '2026-11-25T00:00:00Z' });
  await book({ quantity: 9_000, state: 'held', expires_at: '2026-11-20T00:00:00Z' });
  await book({ quantity: 9_000, org: 'org_other' });
  const { total, contending, days, ledger_version } = await asked({});
  expect([k(total.forecast), k(total.booked), k(total.held), k(total.available)]).toEqual([30, 10, 5, 15]);
  expect(contending.map(({ id, state }) => [id, state])).toEqual([
    ['li_b', 'booked'],
    ['li_h', 'held'],
  ]);
  for (const day of days) expect(Math.abs(day.booked + day.held + day.available - day.forecast)).toBeLessThanOrEqual(2);
  expect(ledger_version).toBe(made - 1);
});

test('an allocation, not a subtraction: a booking that can go elsewhere makes room', async () => {
  // Phones and desktops: the broad booking fits in what phones leave.
  await book({ quantity: 14_000 });
  const { total, enough } = await asked({ targeting: phones, goal: impressions(15_000) });
  expect([k(total.forecast), k(total.available), enough]).toEqual([15, 15, true]);
  const all = await asked({ goal: impressions(15_000) });
  expect(k(all.total.available)).toBe(16);
});

test('overlapping targetings share their supply', async () => {
  await book({ id: 'li_fr', quantity: 20_000, targeting: french });
  // French requests: 24,000; phones: 15,000, of which 9,000 French. 4,000 French are left, and 6,000 Belgian phones.
  const { total } = await asked({ targeting: phones });
  expect(k(total.available)).toBe(10);
  await book({ id: 'li_be', quantity: 6_000, targeting: { and: [{ key: 'geo.country', not_in: ['FR'] }] } });
  const less = await asked({ targeting: phones });
  expect(k(less.total.available)).toBe(4);
  expect(less.contending.map(({ id }) => id).toSorted()).toEqual(['li_be', 'li_fr']);
});

test('a chain of bookings over several placements moves along', async () => {
  await book({ quantity: 30_000, placements: ['pl_side', 'pl_foot'] });
  await book({ quantity: 20_000, placements: ['pl_foot', 'pl_top'] });
  const { total } = await asked({});
  // 90,000 in all, 50,000 booked; all of the side can be freed: foot 30,000 for the first, top 20,000 for the second.
  expect(k(total.available)).toBe(30);
});

test('too little: the shortfall, and what else would do', async () => {
  await book({ quantity: 28_000 });
  const answer = await asked({ goal: impressions(10_000), targeting: phones, sizes: ['300x250'] });
  expect(answer.enough).toBe(false);
  expect(k(answer.shortfall)).toBe(8);
  const kinds = new Map(answer.alternatives.map((one) => [one.kind, one]));
  expect(kinds.get('dates')).toMatchObject({ enough: true, start: '2026-12-14T23:00:00.000Z' });
  expect(kinds.get('placements')).toMatchObject({ enough: true, placements: ['pl_side', 'pl_foot'] });
  expect(kinds.get('longer')?.enough).toBe(true);
  expect(kinds.get('targeting')).toBeUndefined();
  expect((await asked({ goal: impressions(10_000), alternatives: false })).alternatives).toEqual([]);
});

test('shares: what sponsorships leave, and the largest share that is left', async () => {
  await book({ quantity: 40, unit: 'share', priority: 4 });
  expect(k((await asked({})).total.available)).toBe(18);
  const fits = await asked({ goal: { unit: 'share', quantity: 60 }, priority: 4 });
  expect([fits.enough, fits.shortfall]).toEqual([true, 0]);
  const over = await asked({ goal: { unit: 'share', quantity: 80 }, priority: 4 });
  expect([over.enough, over.shortfall, over.total.available_units]).toEqual([false, 20, 60]);
});

test('viewable impressions and clicks need more requests than they are', async () => {
  const viewable = await asked({ goal: { unit: 'viewable_impressions', quantity: 17_000 } });
  expect([viewable.enough, k(viewable.total.available_units)]).toEqual([true, 18]);
  const clicks = await asked({ goal: { unit: 'clicks', quantity: 40 } });
  expect([clicks.enough, clicks.total.available_units, clicks.shortfall]).toEqual([false, 30, 10]);
  expect(clicks.basis.map(({ code }) => code)).toContain('usual-rate');
});

test('a running line needs what it has not delivered yet', async () => {
  await book({ id: 'li_run', quantity: 30_000, start: '2026-11-01T00:00:00Z', end: decemberTenth });
  await store.events.insert(
    'ad_hours',
    [
      {
        org_id: 'org_test',
        site_id: 'site_news',
        local_hour: '2026-11-10 10:00:00',
        local_date: '2026-11-10',
        kind: 'impression',
        invalid: '',
        line_item_id: 'li_run',
        events: 25_000,
      },
    ],
    { token: 'run' },
  );
  const { total } = await asked({ start: '2026-11-24', end: '2026-12-10' });
  expect([k(total.forecast), k(total.available)]).toEqual([51, 46]);
});

test('lines below the guaranteed ones do not count, but for lines of their own level', async () => {
  await book({ quantity: 25_000, priority: 12 });
  expect(k((await asked({})).total.available)).toBe(30);
  expect(k((await asked({ priority: 12 })).total.available)).toBe(5);
});

test('a line that is asked for again does not stand in its own way', async () => {
  await book({ id: 'li_self', quantity: 30_000 });
  expect((await asked({ goal: impressions(29_000) })).enough).toBe(false);
  expect((await asked({ goal: impressions(29_000), line_item_id: 'li_self' })).enough).toBe(true);
});

test('without a week of history nothing is refused, and it is said', async () => {
  const { enough, warnings } = await asked({ placements: ['pl_young'], goal: impressions(1e9) });
  expect(enough).toBe(true);
  expect(warnings.map(({ code }) => code)).toEqual(['no-forecast']);
});

test('sizes leave out placements that take none of them', async () => {
  expect(k((await asked({ placements: ['pl_side', 'pl_top'], sizes: ['728x90'] })).total.forecast)).toBe(30);
});
