import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { may } from '#people';
import type { Database } from '#platform';
import {
  callerOf,
  openTestApi,
  openTestDatabase,
  openTestEvents,
  type TestApi,
  type TestReply,
} from '#platform/testing';
import { Commentary, Report } from './contract.ts';
import { routes } from './routes.ts';

let db: Database;
let store: Awaited<ReturnType<typeof openTestEvents>>;
let api: TestApi;
const now = new Date('2026-11-16T08:00:00Z');
const manager = callerOf('traffic_manager');
const client = callerOf('client', 'org_test', 'ad_1');
const stranger = callerOf('client', 'org_test', 'ad_2');
const elsewhere = callerOf('admin', 'org_other');
const period = { from: '2026-11-09', to: '2026-11-15' };

/** Impressions, of which some viewable and clicked, on each day of the line so far. */
function adEvents(): object[] {
  const rows: object[] = [];
  for (let day = 1; day <= 15; day++) {
    const date = `2026-11-${String(day).padStart(2, '0')}`;
    const push = (kind: string, count: number, invalid = '') => {
      for (let i = 0; i < count; i++) {
        const time = `${date} ${String(8 + (i % 12)).padStart(2, '0')}:00:00`;
        rows.push({
          org_id: 'org_test',
          site_id: 'si_1',
          at: time,
          local_time: time,
          local_date: date,
          kind,
          decision_id: `${date}-${kind}-${i}`,
          side: 'sell',
          advertiser_id: 'ad_1',
          order_id: 'or_1',
          line_item_id: 'li_1',
          creative_id: i % 2 ? 'cr_1' : 'cr_2',
          placement_id: 'pl_1',
          section_id: '',
          size: '300x250',
          country: 'FR',
          device: 'desktop',
          browser: '',
          os: '',
          path: '/',
          visitor: '0',
          spend_micros: kind === 'impression' && !invalid ? 8000 : 0,
          currency: 'EUR',
          invalid,
        });
      }
    };
    push('impression', 100);
    push('viewable', 66);
    push('click', 3);
    push('impression', 2, 'bot');
  }
  return rows;
}

beforeAll(async () => {
  [db, store] = await Promise.all([openTestDatabase(), openTestEvents()]);
  await db.script(`
    insert into organisations (id, name) values ('org_test', 'Le Courrier des Alpes'), ('org_other', 'Autre');
    insert into advertisers (id, org_id, name) values ('ad_1', 'org_test', 'Maison Dorval'), ('ad_2', 'org_test', 'Rival');
    insert into sites (id, org_id, domain, name, time_zone, currency) values ('si_1', 'org_test', 'courrier.example', 'Le Courrier', 'Europe/Paris', 'EUR');
    insert into placements (id, org_id, site_id, code, name, formats) values ('pl_1', 'org_test', 'si_1', 'haut', 'Pavé haut', '{300x250}');
    insert into orders (id, org_id, advertiser_id, name) values ('or_1', 'org_test', 'ad_1', 'Lancement hiver');
    insert into line_items (id, org_id, order_id, name, type, priority, state, goal_unit, goal_quantity, rate_model, rate_amount, currency, starts_at, ends_at, placements)
      values ('li_1', 'org_test', 'or_1', 'Pavé accueil', 'standard', 8, 'live', 'impressions', 4000, 'cpm', 800, 'EUR', '2026-11-01T00:00:00+01:00', '2026-12-01T00:00:00+01:00', '{pl_1}');
    insert into creatives (id, org_id, advertiser_id, name, kind, width, height, landing_url, state)
      values ('cr_1', 'org_test', 'ad_1', 'Manteau rouge', 'image', 300, 250, 'https://dorval.example/', 'approved'), ('cr_2', 'org_test', 'ad_1', 'Manteau bleu', 'image', 300, 250, 'https://dorval.example/', 'approved');
    insert into assignments (id, org_id, line_item_id, creative_id) values ('as_1', 'org_test', 'li_1', 'cr_1'), ('as_2', 'org_test', 'li_1', 'cr_2');
  `);
  await store.events.insert('ad_events', adEvents(), { token: 'reports-test' });
  api = await openTestApi({ routes, db, may, events: store.events, clock: () => now });
}, 60_000);

afterAll(async () => {
  await api?.close();
  await store?.close();
  await db?.close();
});

const create = (body: object = {}): Promise<TestReply> =>
  api.call(manager, 'POST', '/api/reports', { order_id: 'or_1', period, ...body });
const created = async (body: object = {}): Promise<Report> => Report.parse((await create(body)).body);
const commentaryOf = async (id: string): Promise<Commentary['blocks']> =>
  Commentary.parse((await api.call(manager, 'GET', `/api/reports/${id}/commentary`)).body).blocks;

async function pdfText(bytes: Buffer): Promise<string> {
  const pdf = await getDocument({ data: new Uint8Array(bytes), verbosity: 0 }).promise;
  let text = '';
  for (let number = 1; number <= pdf.numPages; number++) {
    const { items } = await (await pdf.getPage(number)).getTextContent();
    text += items.map((item) => ('str' in item ? item.str : '')).join(' ');
  }
  await pdf.loadingTask.destroy();
  return text.replace(/\s+/g, ' ');
}

describe('who may', () => {
  test('a client reads the reports of its own advertiser and writes none', async () => {
    const { id } = await created();
    expect((await api.call(client, 'GET', `/api/reports/${id}`)).status).toBe(200);
    expect((await api.call(client, 'GET', `/api/reports/${id}/render?format=pdf`)).status).toBe(200);
    expect((await api.call(client, 'POST', '/api/reports', { order_id: 'or_1', period })).status).toBe(403);
    expect((await api.call(client, 'PATCH', `/api/reports/${id}`, { title: 'x' })).status).toBe(403);
    expect((await api.call(client, 'DELETE', `/api/reports/${id}`)).status).toBe(403);
  });

  test('nobody sees a report of another advertiser or organisation', async () => {
    const { id } = await created();
    for (const caller of [stranger, elsewhere]) {
      for (const path of ['', '/commentary', '/render?format=html'])
        expect((await api.call(caller, 'GET', `/api/reports/${id}${path}`)).status).toBe(404);
      expect((await api.call(caller, 'GET', '/api/reports')).body).toEqual({ items: [], next: null });
    }
    expect((await api.call(elsewhere, 'PATCH', `/api/reports/${id}`, { title: 'x' })).status).toBe(404);
    expect((await api.call(elsewhere, 'POST', `/api/reports/${id}/commentary/reset`, {})).status).toBe(404);
    expect((await api.call(elsewhere, 'DELETE', `/api/reports/${id}`)).status).toBe(404);
    expect((await api.call(elsewhere, 'POST', '/api/reports', { order_id: 'or_1', period })).status).toBe(404);
  });
});

test.each([
  [{ order_id: 'or_none' }, 404, 'not-found'],
  [{ period: { from: '2026-11-15', to: '2026-11-09' } }, 400, 'period.to'],
  [{ period: { from: '2020-01-01', to: '2026-11-09' } }, 400, 'period.to'],
  [{ period: { from: '2026-13-01', to: '2026-11-09' } }, 400, 'period.from'],
  [{ period: { from: '0001-01-01', to: '0001-01-02' } }, 400, 'period.from'],
  [{ language: 'de' }, 400, 'language'],
  [{ title: '' }, 400, 'title'],
  [
    {
      commentary: [
        { key: 'a', text: 'x' },
        { key: 'a', text: 'y' },
      ],
    },
    400,
    'commentary',
  ],
  [{ commentary: [{ key: 'a', text: 'x'.repeat(5000) }] }, 400, 'commentary.0.text'],
  [{ colour: 'red' }, 400, 'colour'],
])('bad input is refused by name: %j', async (change, status, word) => {
  const reply = await create(change);
  expect(reply.status).toBe(status);
  expect(reply.text).toContain(word);
});

test('a report is listed, read, changed and deleted, and the trail says who did', async () => {
  const report = await created({ language: 'en' });
  expect(report).toMatchObject({
    order_id: 'or_1',
    title: 'Lancement hiver',
    advertiser_name: 'Maison Dorval',
    period,
    language: 'en',
    commentary: [],
  });
  const listed = await api.call(manager, 'GET', '/api/reports?order_id=or_1&limit=1');
  expect(listed.body).toMatchObject({ items: [{ id: report.id }] });
  const changed = await api.call(manager, 'PATCH', `/api/reports/${report.id}`, {
    title: 'Week 46',
    period: { from: '2026-11-10', to: '2026-11-10' },
  });
  expect(changed.body).toMatchObject({
    title: 'Week 46',
    period: { from: '2026-11-10', to: '2026-11-10' },
    language: 'en',
  });
  expect((await api.call(manager, 'DELETE', `/api/reports/${report.id}`)).status).toBe(204);
  expect((await api.call(manager, 'GET', `/api/reports/${report.id}`)).status).toBe(404);
  const trail = await db.query<{ action: string; actor_name: string }>(
    'select action, actor_name from audit_entries where subject_id = $1 order by seq',
    [report.id],
  );
  expect(trail.map(({ action, actor_name }) => `${action} ${actor_name}`)).toEqual(
    ['report.create', 'report.change', 'report.delete'].map((action) => `${action} traffic_manager`),
  );
});

test('the commentary says each rule and its figures, and edits hold until they are taken back', async () => {
  const { id } = await created();
  const [first] = await commentaryOf(id);
  expect(first).toMatchObject({
    rule: 'delivery-total',
    values: { impressions: 700, clicks: 21, ctr: 3 },
    edited: false,
  });

  const edits = [
    { key: 'delivery-total', text: 'Une belle semaine.' },
    { key: 'viewability', text: null },
    { key: 'note', text: 'Cher client,' },
  ];
  expect((await api.call(manager, 'PATCH', `/api/reports/${id}`, { commentary: edits })).status).toBe(200);
  const edited = await commentaryOf(id);
  expect(edited[0]).toMatchObject({ key: 'note', text: 'Cher client,' });
  expect(edited.find((block) => block.key === 'delivery-total')).toMatchObject({
    text: 'Une belle semaine.',
    generated: first?.generated,
    outdated: false,
  });
  const html = (await api.call(manager, 'GET', `/api/reports/${id}/render?format=html`)).text;
  expect(html).toContain('Une belle semaine.');
  expect(html).not.toContain('ont été visibles, soit');

  // Another period gives other sentences: the edit stays, and is known to be of an older one.
  await api.call(manager, 'PATCH', `/api/reports/${id}`, { period: { from: '2026-11-08', to: '2026-11-15' } });
  expect((await commentaryOf(id)).find((block) => block.key === 'delivery-total')).toMatchObject({
    text: 'Une belle semaine.',
    outdated: true,
  });

  await api.call(manager, 'POST', `/api/reports/${id}/commentary/reset`, { keys: ['delivery-total'] });
  const after = await commentaryOf(id);
  expect(after.find((block) => block.key === 'delivery-total')?.edited).toBe(false);
  expect(after.find((block) => block.key === 'viewability')?.text).toBeNull();
  const reset = await api.call(manager, 'POST', `/api/reports/${id}/commentary/reset`, {});
  expect(Commentary.parse(reset.body).blocks.every((block) => !block.edited)).toBe(true);
});

test('the files carry the figures that analytics gives', async () => {
  const { id } = await created({ title: 'Bilan / semaine 46' });
  const pdf = await api.call(manager, 'GET', `/api/reports/${id}/render`);
  expect(pdf.headers).toMatchObject({ 'content-type': 'application/pdf' });
  expect(pdf.headers['content-disposition']).toContain('Bilan%20semaine%2046%202026-11-09%202026-11-15.pdf');
  const text = await pdfText(pdf.bytes);
  for (const figure of [
    '700',
    '21',
    '3,00 %',
    '66,0 %',
    '5,60 €',
    '8,00 €',
    '1 500',
    '4 000 impressions',
    '37,5 %',
    'Manteau rouge',
    'Pavé haut',
    'Maison Dorval',
  ])
    expect(text).toContain(figure);
  expect(text).toContain('14 impressions (1,96 % des impressions brutes) ont été écartées');

  const html = await api.call(manager, 'GET', `/api/reports/${id}/render?format=html`);
  expect(html.headers['content-security-policy']).toContain("default-src 'none'");
  const xlsx = await api.call(manager, 'GET', `/api/reports/${id}/render?format=xlsx`);
  expect(xlsx.bytes.subarray(0, 2).toString()).toBe('PK');
  expect((await api.call(manager, 'GET', `/api/reports/${id}/render?format=doc`)).status).toBe(400);
  expect((await api.call(manager, 'GET', '/api/reports/none/render')).status).toBe(404);
});
