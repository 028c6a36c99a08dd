import ExcelJS from 'exceljs';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { may } from '#people';
import type { Database, Events } from '#platform';
import { callerOf, openTestApi, openTestDatabase, openTestEvents, type TestApi } from '#platform/testing';
import { MediaPlan, PlannedEntry, Proposal, PushResult } from './contract.ts';
import { paperLines, weeksOf } from './media-plan-paper.ts';
import { trackedLink } from './media-plan-pushes.ts';
import { routes } from './routes.ts';
import { fillHouse, lineOf, refusal } from './testing.ts';

let db: Database;
let store: { events: Events; close(): Promise<void> };
let api: TestApi;
const now = new Date('2026-11-23T12:00:00Z');
const sales = callerOf('sales');

beforeAll(async () => {
  [db, store] = await Promise.all([openTestDatabase(), openTestEvents()]);
  api = await openTestApi({ routes, db, events: store.events, clock: () => now, may });
  await fillHouse(db);
  const line = {
    placement_id: 'pl_side',
    name: 'Side',
    site_id: 'site_news',
    site_name: 'News',
    rate: 1500,
    available: 50_000,
    click_rate: 0.002,
    impressions: 20_000,
    viewable: 12_000,
    clicks: 40,
    conversions: 0.8,
    amount: 30_000,
  };
  const total = { impressions: 20_000, viewable: 12_000, clicks: 40, conversions: 0.8, amount: 30_000, reach: 9000 };
  const scenario = { key: 'best', budget: 40_000, lines: [line], total, binding: [], next_hundred: 1 };
  await db.query(
    `insert into media_plans (id, org_id, advertiser_id, name, brief, scenarios, basis, computed_at)
     values ('mp_one', 'org_test', 'adv_acme', 'Été <i>2027</i>', $1, $2, $3, $4)`,
    [
      JSON.stringify({
        objective: 'traffic',
        budget: 40_000,
        currency: 'EUR',
        start: '2027-01-04',
        end: '2027-01-31',
        targeting: null,
        sites: [],
        formats: [],
        exclude: [],
        least_impressions: 1000,
        most_placements: null,
      }),
      JSON.stringify([scenario]),
      JSON.stringify([{ code: 'plan-rates', sentence: 'Net CPM by the rate card.' }]),
      now.toISOString(),
    ],
  );
}, 60_000);
afterAll(async () => {
  await api?.close();
  await store?.close();
  await db?.close();
});

const call = (method: string, url: string, body?: unknown, caller: typeof sales | undefined = sales) =>
  api.call(caller, method, url, body);
const push = (change: object = {}) => ({
  channel: 'social',
  name: 'Launch post',
  where: 'LinkedIn',
  first_day: '2026-12-28',
  last_day: '2027-01-10',
  amount: 50_000,
  impressions: 100_000,
  clicks: 400,
  landing_url: 'https://acme.example/new?ref=a#top',
  utm: { source: 'linkedin', medium: 'social', campaign: 'launch 2027', content: '' },
  ...change,
});
async function withPushes(pushes: unknown[]): Promise<MediaPlan> {
  const reply = await call('PUT', '/api/media-plans/mp_one/pushes', { pushes });
  expect(reply.status, reply.text).toBe(200);
  return MediaPlan.parse(reply.body);
}
async function textOf(bytes: Buffer): Promise<string> {
  const document = await getDocument({ data: new Uint8Array(bytes), verbosity: 0 }).promise;
  const parts: string[] = [];
  for (let n = 1; n <= document.numPages; n++) {
    const { items } = await (await document.getPage(n)).getTextContent();
    parts.push(...items.map((item) => ('str' in item ? item.str : '')));
  }
  await document.destroy();
  return parts.join(' ').replaceAll(/\s+/g, ' ');
}

test('is closed to nobody, to those who do not plan, and to strangers', async () => {
  for (const [method, url, body] of [
    ['PUT', '/api/media-plans/mp_one/pushes', { pushes: [] }],
    ['PUT', '/api/media-plans/mp_one/quantities', { scenario: 'best', quantities: [] }],
    ['GET', '/api/media-plans/mp_one/export', undefined],
    ['GET', '/api/media-plans/mp_one/results', undefined],
    ['GET', '/api/plan-calendar?from=2027-01-01&to=2027-01-31', undefined],
  ] as const) {
    expect((await api.call(undefined, method, url, body)).status, url).toBe(401);
    for (const role of ['studio', 'analyst', 'client'])
      expect((await call(method, url, body, callerOf(role, 'org_test', 'adv_acme'))).status, `${url} ${role}`).toBe(
        403,
      );
    const stranger = await call(method, url, body, callerOf('admin', 'org_other'));
    if (url.includes('mp_one')) expect(stranger.status, url).toBe(404);
    else expect(stranger.body).toEqual({ items: [] });
  }
});

test.each([
  [
    'https://acme.example/new?ref=a#top',
    'https://acme.example/new?ref=a&utm_source=s&utm_medium=m&utm_campaign=c+d#top',
  ],
  ['https://acme.example/?utm_source=old', 'https://acme.example/?utm_source=s&utm_medium=m&utm_campaign=c+d'],
  ['', ''],
])('the tracked link of %j', (landing_url, link) => {
  expect(trackedLink({ landing_url, utm: { source: 's', medium: 'm', campaign: 'c d', content: '' } })).toBe(link);
});

describe('lines bought elsewhere', () => {
  test('keep their ids, get a tracked link, and days must go forwards', async () => {
    const first = await withPushes([push(), push({ name: 'Letter', channel: 'email' })]);
    const again = await withPushes(
      [first.pushes[1], { ...push(), id: first.pushes[0]?.id }].map((one) => ({ ...one, link: undefined })),
    );
    expect(again.pushes.map(({ id }) => id)).toEqual([first.pushes[1]?.id, first.pushes[0]?.id]);
    expect(again.pushes[0]?.link).toContain('utm_campaign=launch+2027');
    const backwards = { pushes: [push({ last_day: '2026-12-01' })] };
    expect(refusal(await call('PUT', '/api/media-plans/mp_one/pushes', backwards))).toMatch(
      /^400 bad-input pushes\.0\.last_day/,
    );
    const script = { pushes: [push({ landing_url: 'javascript:alert(1)' })] };
    expect((await call('PUT', '/api/media-plans/mp_one/pushes', script)).status).toBe(400);
  });

  test('are followed by their tags: a tag that is left out fits any', async () => {
    const { pushes } = await withPushes([
      push(),
      push({ name: 'All of it', utm: { source: '', medium: '', campaign: 'launch 2027', content: '' } }),
    ]);
    const hit = (visitor: number, utm_source: string, change: object = {}) => ({
      org_id: 'org_test',
      site_id: 'site_news',
      local_date: '2027-01-05',
      name: 'pageview',
      visitor,
      utm_source,
      utm_medium: 'social',
      utm_campaign: 'launch 2027',
      ...change,
    });
    await store.events.insert(
      'hits',
      [
        hit(1, 'linkedin'),
        hit(1, 'linkedin'),
        hit(2, 'facebook'),
        hit(3, 'linkedin', { name: 'signup' }),
        hit(4, 'linkedin', { org_id: 'org_other' }),
      ],
      { token: 'pushes' },
    );
    const { items } = (await call('GET', '/api/media-plans/mp_one/results')).body as { items: unknown[] };
    expect(items.map((one) => PushResult.parse(one))).toEqual([
      { push_id: pushes[0]?.id, landings: 2, visitors: 1 },
      { push_id: pushes[1]?.id, landings: 3, visitors: 2 },
    ]);
  });

  test('stand on one calendar with what is sold', async () => {
    await withPushes([push()]);
    const order = (await call('POST', '/api/orders', { advertiser_id: 'adv_acme', name: 'Acme' })).body as {
      id: string;
    };
    const line = (await call('POST', '/api/line-items', lineOf(order.id))).body as { id: string };
    await call('POST', `/api/line-items/${line.id}/move`, { to: 'booked' });
    const ask = async (query: string) => {
      const { items } = (await call('GET', `/api/plan-calendar?${query}`)).body as { items: unknown[] };
      return items
        .map((one) => PlannedEntry.parse(one))
        .map(({ kind, first_day, last_day }) => [kind, first_day, last_day]);
    };
    expect(await ask('from=2026-11-30&to=2026-12-31')).toEqual([
      ['sold', '2026-11-01', '2026-11-30'],
      ['social', '2026-12-28', '2027-01-10'],
    ]);
    expect(await ask('from=2026-12-01&to=2026-12-31')).toEqual([['social', '2026-12-28', '2027-01-10']]);
    expect(await ask('from=2026-12-01&to=2026-12-31&advertiser_id=adv_globex')).toEqual([]);
    expect((await call('GET', '/api/plan-calendar?from=2026-12-01&to=2028-12-31')).status).toBe(400);
  });
});

describe('quantities of one’s own', () => {
  const set = (quantities: unknown) =>
    call('PUT', '/api/media-plans/mp_one/quantities', { scenario: 'best', quantities });

  test('are kept, go into papers and the proposal, and can be taken back', async () => {
    await withPushes([push()]);
    expect(refusal(await set([{ placement_id: 'pl_top', impressions: 1 }]))).toMatch(
      /quantities\.0\.placement_id: pl_top is not/,
    );
    const plan = MediaPlan.parse((await set([{ placement_id: 'pl_side', impressions: 10_000 }])).body);
    expect(plan.quantities).toEqual({ best: { pl_side: 10_000 } });
    const [scenario] = plan.scenarios;
    if (!scenario) throw new Error('no scenario');
    expect(
      paperLines(plan, scenario, 'en').map(({ impressions, amount, clicks }) => [impressions, amount, clicks]),
    ).toEqual([
      [10_000, 15_000, 20],
      [100_000, 50_000, 400],
    ]);
    const made = Proposal.parse((await call('POST', '/api/media-plans/mp_one/propose', {})).body);
    expect(made.lines.map(({ goal }) => goal.quantity)).toEqual([10_000]);
    expect(MediaPlan.parse((await set([])).body).quantities).toEqual({});
  });
});

describe('the papers', () => {
  test('weeks begin on Mondays and hold every day of the lines', async () => {
    const plan = await withPushes([push()]);
    const [scenario] = plan.scenarios;
    if (!scenario) throw new Error('no scenario');
    expect(weeksOf(paperLines(plan, scenario, 'fr'))).toEqual([
      '2026-12-28',
      '2027-01-04',
      '2027-01-11',
      '2027-01-18',
      '2027-01-25',
    ]);
  });

  test.each([
    [
      'fr',
      [
        'Été <i>2027</i>',
        'Trafic',
        'Sites propres',
        'Réseaux sociaux',
        '800,00 €',
        '120 000',
        'Calendrier',
        '440',
        'CPM net selon',
      ],
    ],
    [
      'en',
      [
        'Été <i>2027</i>',
        'Traffic',
        'Own sites',
        'Social',
        '€800.00',
        '120,000',
        'Flowchart',
        '440',
        'Net CPM by the rate card',
      ],
    ],
  ])('the PDF in %s holds lines, totals, flowchart and basis', async (language, parts) => {
    await withPushes([push()]);
    const reply = await call('GET', `/api/media-plans/mp_one/export?format=pdf&language=${language}`);
    expect(reply.headers['content-type']).toBe('application/pdf');
    const text = (await textOf(reply.bytes)).replaceAll(/[\u00a0\u202f]/g, ' ');
    for (const part of parts) expect(text).toContain(part);
  });

  test('the workbook adds up by formulas, and colours the weeks', async () => {
    await withPushes([push()]);
    const reply = await call('GET', '/api/media-plans/mp_one/export?format=xlsx&language=en');
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(new Uint8Array(reply.bytes).buffer);
    expect(book.worksheets.map(({ name }) => name)).toEqual(['Media plan', 'Flowchart', 'Scenarios']);
    const [sheet, chart] = book.worksheets;
    expect(sheet?.getCell('I7').value).toMatchObject({ formula: 'SUM(I5:I6)', result: 800 });
    expect(sheet?.getCell('K6').text).toContain('utm_source=linkedin');
    const filled = (row: number) =>
      [3, 4, 5, 6, 7].map((column) => chart?.getRow(row).getCell(column).fill?.type === 'pattern');
    expect(filled(2)).toEqual([false, true, true, true, true]);
    expect(filled(3)).toEqual([true, true, false, false, false]);
  });
});
