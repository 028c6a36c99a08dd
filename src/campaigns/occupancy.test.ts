import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import ExcelJS from 'exceljs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertPast } from '#forecasting/testing';
import { may } from '#people';
import { iCalendar } from '#platform';
import type { Database, Events } from '#platform';
import { callerOf, openTestApi, openTestDatabase, openTestEvents, type TestApi } from '#platform/testing';
import { Occupancy } from './contract.ts';
import { periodsOf } from './occupancy.ts';
import { routes } from './routes.ts';
import { fillHouse, lineOf, refusal } from './testing.ts';

let db: Database;
let store: { events: Events; close(): Promise<void> };
let api: TestApi;
const now = new Date('2026-11-23T23:00:00Z');
const manager = callerOf('traffic_manager');
const dates = { start: '2026-12-01T00:00:00+01:00', end: '2026-12-11T00:00:00+01:00' };

beforeAll(async () => {
  [db, store] = await Promise.all([openTestDatabase(), openTestEvents()]);
  api = await openTestApi({ routes, db, events: store.events, clock: () => now, may });
  await fillHouse(db);
  await db.query("update advertisers set category = 'Banking' where org_id = 'org_test'");
  await insertPast(store.events, [
    { site_id: 'site_news', placement_id: 'pl_side', from: '2026-10-01', to: '2026-11-23', perDay: () => 3000 },
  ]);
}, 60_000);
afterAll(async () => {
  await api?.close();
  await store?.close();
  await db?.close();
});

async function booked(change: object, advertiser_id = 'adv_acme', to = 'booked', more: object = {}): Promise<string> {
  const order = Object((await api.call(manager, 'POST', '/api/orders', { advertiser_id, name: 'O' })).body).id;
  const made = await api.call(manager, 'POST', '/api/line-items', lineOf(order, { ...dates, ...change }));
  expect(made.status, made.text).toBe(201);
  const { id } = Object(made.body);
  const moved = await api.call(manager, 'POST', `/api/line-items/${id}/move`, { to, ...more });
  expect(moved.status, moved.text).toBe(200);
  return id;
}
async function calendar(query: string): Promise<Occupancy> {
  const reply = await api.call(manager, 'GET', `/api/occupancy?${query}`);
  expect(reply.status, reply.text).toBe(200);
  return Occupancy.parse(reply.body);
}

describe('who may not', () => {
  test.each([
    '/api/occupancy?from=2026-12-01&to=2026-12-10',
    '/api/occupancy.xlsx?from=2026-12-01&to=2026-12-10',
    '/api/occupancy.pdf?from=2026-12-01&to=2026-12-10',
    '/api/calendar-feeds',
  ])('%s', async (url) => {
    expect((await api.call(undefined, 'GET', url)).status).toBe(401);
    for (const role of ['studio', 'analyst', 'client'])
      expect((await api.call(callerOf(role), 'GET', url)).status, role).toBe(403);
  });
  test('another organisation sees its own spaces only', async () => {
    const reply = await api.call(callerOf('admin', 'org_other'), 'GET', '/api/occupancy?from=2026-12-01&to=2026-12-02');
    expect(Occupancy.parse(reply.body).placements.every(({ id }) => id.startsWith('other_'))).toBe(true);
  });
  test.each([
    ['from=2026-12-02&to=2026-12-01', /^400 bad-input to:/],
    ['from=2026-12-01&to=2028-12-01', /^400 bad-input to:/],
    ['from=2026-12-01&to=2026-12-02&site=nowhere.example', /^404 not-found site:/],
  ])('%s is refused', async (query, sentence) => {
    expect(refusal(await api.call(manager, 'GET', `/api/occupancy?${query}`))).toMatch(sentence);
  });
});

describe('a calendar of ten days with 3,000 requests each', () => {
  let sold: string;
  let held: string;
  beforeAll(async () => {
    sold = await booked({ goal: { unit: 'impressions', quantity: 15_000 } });
    held = await booked({ goal: { unit: 'impressions', quantity: 6000 }, name: 'Held' }, 'adv_globex', 'reserved', {
      expires_at: '2026-11-30T12:00:00Z',
    });
  });

  test('tells what is sold, held and free, by day; sums add up', async () => {
    const { placements, periods } = await calendar('from=2026-12-01&to=2026-12-10');
    const side = placements.find(({ id }) => id === 'pl_side');
    expect(periods).toHaveLength(10);
    expect(side?.measured).toBe(true);
    const sum = (counts: number[] = []) => counts.reduce((total, count) => total + count, 0);
    expect(Math.round(sum(side?.sold) / 100)).toBe(150);
    expect(Math.round(sum(side?.held) / 100)).toBe(60);
    for (const [i, all] of (side?.forecast ?? []).entries())
      expect(Math.abs(all - (side?.sold[i] ?? 0) - (side?.held[i] ?? 0) - (side?.free[i] ?? 0))).toBeLessThanOrEqual(2);
    expect(placements.find(({ id }) => id === 'pl_top')).toMatchObject({ measured: false });
  });

  test('names who has it, until when it is held, and its share of voice', async () => {
    const { occupants } = await calendar('from=2026-12-05&to=2026-12-05&by=week');
    expect(occupants.map(({ id }) => id).toSorted()).toEqual([sold, held].toSorted());
    expect(occupants.find(({ id }) => id === held)).toMatchObject({
      space: 'held',
      expires_at: '2026-11-30T12:00:00.000Z',
      first_day: '2026-12-01',
      last_day: '2026-12-10',
    });
    const share = occupants.find(({ id }) => id === sold)?.share_of_voice ?? 0;
    expect(share).toBeGreaterThan(45);
    expect(share).toBeLessThan(55);
  });

  test('sees competitors beside each other', async () => {
    const { conflicts } = await calendar('from=2026-12-01&to=2026-12-10');
    expect(conflicts).toEqual([
      {
        code: 'competitor-beside',
        placement_id: 'pl_side',
        occupants: [sold, held].toSorted(),
        first_day: '2026-12-01',
        last_day: '2026-12-10',
        why: 'Banking',
      },
    ]);
  });

  test('sees one space promised whole to two, and more booked than will come', async () => {
    const whole = {
      type: 'sponsorship',
      goal: { unit: 'share', quantity: 100 },
      rate: { model: 'cpd', amount: 1, currency: 'EUR' },
    };
    const first = await booked({ ...whole, placements: ['pl_top'], sizes: [] });
    const second = await booked({ ...whole, placements: ['pl_top'], sizes: [] }, 'adv_acme', 'booked', { force: true });
    const much = await booked({ goal: { unit: 'impressions', quantity: 90_000 } }, 'adv_acme', 'booked', {
      force: true,
    });
    const { conflicts } = await calendar('from=2026-12-01&to=2026-12-10');
    expect(conflicts.find(({ code }) => code === 'exclusive-twice')?.occupants).toEqual([first, second].toSorted());
    expect(conflicts.filter(({ code }) => code === 'overbooked').flatMap(({ occupants }) => occupants)).toContain(much);
    for (const id of [first, second, much])
      await api.call(manager, 'POST', `/api/line-items/${id}/move`, { to: 'cancelled' });
  });

  test('is filtered by site, section, format and advertiser, and paged', async () => {
    const ids = async (query: string) =>
      (await calendar(`from=2026-12-01&to=2026-12-02&${query}`)).placements.map(({ id }) => id);
    expect(await ids('site=mag.example')).toEqual(['pl_box']);
    expect(await ids('format=native')).toEqual(['pl_side']);
    expect(await ids('section=none')).toEqual([]);
    expect(await ids('advertiser=adv_globex')).toEqual(['pl_side']);
    const first = await calendar('from=2026-12-01&to=2026-12-02&limit=2');
    const rest = await calendar(`from=2026-12-01&to=2026-12-02&limit=2&cursor=${first.next}`);
    expect([...first.placements, ...rest.placements].map(({ id }) => id)).toEqual(['pl_box', 'pl_side', 'pl_top']);
    expect(rest.next).toBeNull();
  });

  test('goes out as a workbook', async () => {
    const reply = await api.call(
      manager,
      'GET',
      '/api/occupancy.xlsx?from=2026-12-01&to=2026-12-10&by=week&language=fr',
    );
    expect(reply.status).toBe(200);
    const book = new ExcelJS.Workbook();
    // @ts-expect-error the library's types know an older Buffer
    await book.xlsx.load(reply.bytes);
    expect(book.worksheets.map(({ name }) => name)).toEqual(['Occupation', 'Réservations', 'Conflits']);
    expect(book.worksheets[1]?.rowCount).toBe(3);
  });

  test('is read by a calendar program behind a private address, until that is removed', async () => {
    const made = await api.call(manager, 'POST', '/api/calendar-feeds', { name: 'Régie; été', site: 'news.example' });
    expect(made.status, made.text).toBe(201);
    const { id, path } = Object(made.body);
    const feed = await api.call(undefined, 'GET', path);
    expect(feed.headers['content-type']).toContain('text/calendar');
    expect(feed.text.match(/BEGIN:VEVENT/g)).toHaveLength(2);
    expect(feed.text).toContain('X-WR-CALNAME:Régie\\; été\r\n');
    expect(feed.text).toContain('DTSTART;VALUE=DATE:20261201\r\nDTEND;VALUE=DATE:20261211\r\n');
    expect(feed.text.match(/STATUS:TENTATIVE/g)).toHaveLength(1);
    expect(JSON.stringify((await api.call(manager, 'GET', '/api/calendar-feeds')).body)).not.toContain(path);
    expect((await api.call(callerOf('admin', 'org_other'), 'DELETE', `/api/calendar-feeds/${id}`)).status).toBe(404);
    expect((await api.call(manager, 'DELETE', `/api/calendar-feeds/${id}`)).status).toBe(204);
    expect((await api.call(undefined, 'GET', path)).status).toBe(404);
  });
});

test('periods cover every day once, weeks end on Sunday, months on their last day', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 20_000 }),
      fc.integer({ min: 0, max: 399 }),
      fc.constantFrom('day', 'week', 'month'),
      (at, days, by) => {
        const from = new Date(at * 86_400_000).toISOString().slice(0, 10);
        const to = new Date((at + days) * 86_400_000).toISOString().slice(0, 10);
        const periods = periodsOf(from, to, by as 'day');
        expect(periods[0]?.start).toBe(from);
        expect(periods.at(-1)?.end).toBe(to);
        for (const [i, { end }] of periods.slice(0, -1).entries()) {
          expect(Date.parse(periods[i + 1]?.start ?? '') - Date.parse(end)).toBe(86_400_000);
          if (by === 'week') expect(new Date(end).getUTCDay()).toBe(0);
          if (by === 'month') expect(new Date(Date.parse(end) + 86_400_000).getUTCDate()).toBe(1);
        }
      },
    ),
  );
});

test('lines of a calendar are folded at 75 octets and unfold to what they were', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (title) => {
      const entry = { id: 'a', title, place: '', note: '', first: '2027-01-01', last: '2027-01-01', certain: true };
      const text = iCalendar('x', [entry], now);
      for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
      const summary = /SUMMARY:(.*)\r\nLOCATION/s.exec(text.replaceAll('\r\n ', ''))?.[1] ?? '';
      expect(summary.replace(/\\n/g, ' ').replace(/\\([\\;,])/g, '$1').length).toBeLessThanOrEqual(
        title.length + 2 * title.length,
      );
      expect(summary).not.toMatch(/[\u0000-\u001f]/);
    }),
  );
});

test('on paper: spaces, bookings, and too much of it is refused in words', async () => {
  await booked({ name: 'On paper', goal: { unit: 'impressions', quantity: 1000 } });
  const reply = await api.call(manager, 'GET', '/api/occupancy.pdf?from=2026-12-01&to=2026-12-31&language=fr');
  expect(reply.headers['content-type']).toBe('application/pdf');
  const document = await getDocument({ data: new Uint8Array(reply.bytes), verbosity: 0 }).promise;
  const parts: string[] = [];
  for (let n = 1; n <= document.numPages; n++) {
    const { items } = await (await document.getPage(n)).getTextContent();
    parts.push(...items.map((item) => ('str' in item ? item.str : '')));
  }
  const text = parts.join(' ');
  await document.destroy();
  for (const part of ['Occupation', 'News › Side', 'On paper', 'Réservations']) expect(text).toContain(part);
  const long = await api.call(manager, 'GET', '/api/occupancy.pdf?from=2026-12-01&to=2027-11-30');
  expect(refusal(long)).toMatch(/^400 bad-input by: a paper holds 62 periods/);
});
