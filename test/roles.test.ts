/**
 * Every route of the API, generated from the route table: as nobody, as every role, and as another organisation's admin.
 * A route without a case fails the first test.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { multipartOf, pngOf } from '#creatives/testing';
import { createOrganisation, may, type Role } from '#people';
import type { Caller, Database, Served } from '#platform';
import { callerOf, openTestApi, openTestDatabase, openTestEvents, type TestApi } from '#platform/testing';
import { apiRoutes } from '../src/app/compose.ts';

const roles: Role[] = ['admin', 'traffic_manager', 'sales', 'studio', 'analyst', 'client'];
type Things = Record<string, string>;

let db: Database;
let store: Awaited<ReturnType<typeof openTestEvents>>;
let api: TestApi;
let ours: string;
let theirs: string;
let things: Things;

const routes: Served[] = apiRoutes({ countryOf: () => 'FR', secret: 'a secret of at least 32 characters' });
const nameOf = ({ route }: Served) => `${route.method} ${route.path}`;

/** Which thing of ours fills `:id`; null for routes that name none. */
const cases: Record<string, string | null> = {
  ...crud('sites', 'site'),
  ...crud('sections', 'section'),
  ...crud('placements', 'placement'),
  'GET /api/ads-txt-records': null,
  'POST /api/ads-txt-records': null,
  'GET /api/ads-txt-records/:id': 'ads_txt_record',
  'DELETE /api/ads-txt-records/:id': 'ads_txt_record',
  ...crud('formats', 'format'),
  ...crud('rate-cards', 'rate_card'),
  ...crud('packages', null),
  'POST /api/price': null,
  ...crud('advertisers', 'advertiser'),
  ...crud('publishers', 'publisher'),
  ...crud('contacts', 'contact'),
  'GET /api/contacts/:id/history': 'contact',
  'POST /api/contacts/:id/history': 'contact',
  'GET /api/reminders': null,
  'POST /api/reminders': null,
  'POST /api/reminders/:id/done': 'reminder',
  'DELETE /api/reminders/:id': 'reminder',
  ...crud('users', 'user'),
  ...crud('comments', 'comment'),
  'GET /api/notifications': null,
  'POST /api/notifications/read': null,
  ...crud('orders', 'order'),
  ...crud('line-items', 'line_item'),
  ...crud('creatives', 'creative'),
  ...crud('assignments', 'assignment'),
  ...crud('reports', 'report'),
  ...crud('proposals', 'proposal'),
  'GET /api/proposals/:id/thread': 'proposal',
  'POST /api/proposals/:id/move': 'proposal',
  'POST /api/proposals/:id/send': 'proposal',
  'POST /api/proposals/:id/comments': 'proposal',
  'GET /api/orders/:id/change-requests': 'order',
  'POST /api/orders/:id/change-requests': 'order',
  'POST /api/change-requests/:id/answer': 'change_request',
  'GET /p/:token/change': null,
  'POST /api/p/:token/change': null,
  'GET /api/line-items/:id/shortfall': 'line_item',
  'POST /api/line-items/:id/make-goods': 'line_item',
  'GET /api/orders/:id/make-goods': 'order',
  ...crud('rfps', 'rfp'),
  'POST /api/rfps/:id/invitations': 'rfp',
  'POST /api/rfp-invitations/:id/send': 'rfp_invitation',
  'POST /api/rfp-invitations/:id/remind': 'rfp_invitation',
  'POST /api/rfp-invitations/:id/move': 'rfp_invitation',
  'POST /api/rfp-invitations/:id/counter': 'rfp_invitation',
  'POST /api/rfp-invitations/:id/comments': 'rfp_invitation',
  'GET /api/rfp-invitations/:id/thread': 'rfp_invitation',
  'POST /api/rfp-invitations/:id/choose': 'rfp_invitation',
  'GET /p/:token/request': null,
  'GET /p/:token/tags': null,
  'GET /api/p/:token/request': null,
  'POST /api/p/:token/offer': null,
  'POST /api/p/:token/agree': null,
  'POST /api/p/:token/refuse': null,
  'POST /api/p/:token/say': null,
  ...crud('media-plans', null),
  'GET /api/orders/:id/insertion-orders': 'order',
  'POST /api/orders/:id/insertion-orders': 'order',
  'POST /api/orders/:id/cancel': 'order',
  'GET /api/orders/:id/invoice-basis': 'order',
  'GET /api/orders/:id/invoice-basis.csv': 'order',
  'GET /api/insertion-orders/:id/pdf': null,
  'POST /api/insertion-orders/:id/accept-offline': null,
  'GET /p/:token/insertion': null,
  'GET /p/:token/pdf': null,
  'POST /api/p/:token/sign': null,
  'POST /api/media-plans/:id/propose': null,
  'PUT /api/media-plans/:id/pushes': null,
  'PUT /api/media-plans/:id/quantities': null,
  'GET /api/media-plans/:id/export': null,
  'GET /api/media-plans/:id/results': null,
  'GET /api/plan-calendar': null,
  'GET /api/occupancy': null,
  'GET /api/occupancy.xlsx': null,
  'GET /api/occupancy.pdf': null,
  'GET /api/calendar-feeds': null,
  'POST /api/calendar-feeds': null,
  'DELETE /api/calendar-feeds/:id': null,
  'GET /p/:token/calendar': null,
  'GET /api/selling-rules': null,
  'PUT /api/selling-rules': null,
  'GET /p/:token': null,
  'GET /api/p/:token': null,
  'POST /api/p/:token/comments': null,
  'POST /api/p/:token/counter': null,
  'POST /api/p/:token/accept': null,
  'POST /api/p/:token/decline': null,
  'GET /api/reservations': null,
  'GET /api/reservations/:id': 'reservation',
  'GET /api/export': null,
  'GET /api/links': null,
  'POST /api/links': null,
  'DELETE /api/links/:id': null,
  'GET /api/link-rules': null,
  'PUT /api/link-rules': null,
  'GET /api/search-console': null,
  'GET /api/search-console/imports': null,
  'POST /api/search-console/imports': null,
  'POST /api/search-console/fetch': null,
  'GET /api/cost-imports': null,
  'POST /api/cost-imports': null,
  'POST /api/cost-imports/preview': null,
  'PUT /api/cost-campaigns': null,
  'GET /api/sites/:id/visit-rules': 'site',
  'PATCH /api/sites/:id/visit-rules': 'site',
  'GET /api/sites/:id/privacy': 'site',
  'PATCH /api/sites/:id/privacy': 'site',
  'POST /api/visitors/find': null,
  'POST /api/visitors/export': null,
  'POST /api/visitors/erase': null,
  'GET /api/history-imports': null,
  'POST /api/history-imports': null,
  'GET /api/history-imports/:id': null,
  'DELETE /api/history-imports/:id': null,
  'PATCH /api/line-items': null,
  'POST /api/line-items/import': null,
  'POST /api/orders/:id/copy': 'order',
  'GET /api/orders.csv': null,
  'GET /api/line-items.csv': null,
  'GET /api/proposals.csv': null,
  'GET /api/creatives.csv': null,
  'GET /api/placements.csv': null,
  'GET /api/advertisers.csv': null,
  'GET /api/publishers.csv': null,
  'GET /api/keys': null,
  'POST /api/keys': null,
  'GET /api/keys/:id': 'key',
  'DELETE /api/keys/:id': 'key',
  'GET /api/me': null,
  'GET /api/first-run': null,
  'POST /api/first-run': null,
  'GET /api/audit': null,
  'GET /api/orders/:id/summary': 'order',
  'POST /api/line-items/:id/move': 'line_item',
  'GET /api/line-items/:id/why': 'line_item',
  'GET /api/traffic-reviews': null,
  'POST /api/traffic-reviews': null,
  'GET /api/traffic-reviews/:id': 'traffic_review',
  'GET /api/traffic-reviews/:id/changes': 'traffic_review',
  'GET /api/invalid-traffic': null,
  'GET /api/line-items/:id/funnel': 'line_item',
  'GET /api/simulations': null,
  'POST /api/simulations': null,
  'GET /api/simulations/:id': 'simulation',
  'POST /api/simulations/:id/cancel': 'simulation',
  'DELETE /api/simulations/:id': 'simulation',
  'POST /api/line-items/:id/clone': 'line_item',
  'POST /api/creatives/:id/approve': 'creative',
  'POST /api/creatives/:id/reject': 'creative',
  'POST /api/creatives/:id/retire': 'creative',
  'GET /api/creatives/:id/file': 'creative',
  'POST /api/creatives/:id/check': 'creative',
  'GET /api/creatives/:id/film/:n': 'creative',
  'POST /api/tag-checks': null,
  'GET /api/creative-requests': null,
  'GET /api/creative-requests/:id': 'creative_request',
  'PATCH /api/creative-requests/:id': 'creative_request',
  'POST /api/creative-requests/:id/remind': 'creative_request',
  'GET /api/creative-requests.pdf': null,
  'GET /api/creative-requests.ics': null,
  'GET /api/creative-links': null,
  'POST /api/creative-links': null,
  'DELETE /api/creative-links/:id': 'creative_link',
  'GET /api/creative-limits': null,
  'PUT /api/creative-limits': null,
  'DELETE /api/creative-limits/:id': 'creative_limits',
  'GET /p/:token/creatives': null,
  'GET /p/:token/sheet': null,
  'GET /p/:token/deadlines': null,
  'POST /api/uploads/:id/creative': null,
  'POST /api/creatives/:id/convert': 'creative',
  'GET /api/creatives/:id/original': 'creative',
  'GET /api/creatives/:id/comments': 'creative',
  'POST /api/creatives/:id/comments': 'creative',
  'POST /api/creative-comments/:id/resolve': 'creative_comment',
  'GET /api/creatives/:id/duplicates': 'creative',
  'GET /api/creatives/:id/usage': 'creative',
  'POST /api/creatives/:id/preview': 'creative',
  'GET /api/p/:token/creatives': null,
  'POST /api/p/:token/creative': null,
  'POST /api/p/:token/verdict': null,
  'POST /api/p/:token/remark': null,
  'GET /p/:token/file': null,
  'GET /api/reports/:id/render': 'report',
  'GET /api/reports/:id/commentary': 'report',
  'POST /api/reports/:id/commentary/reset': 'report',
  ...crud('goals', 'goal'),
  ...crud('segments', 'segment'),
  'GET /api/segments/:id/profile': 'segment',
  'GET /api/audience-settings': null,
  'PUT /api/audience-settings': null,
  'POST /api/query': null,
  'POST /api/query/stream': null,
  'POST /api/attribution': null,
  ...crud('funnels', 'funnel'),
  'GET /api/explorations': null,
  'POST /api/explorations': null,
  'DELETE /api/explorations/:id': 'exploration',
  'GET /api/annotations': null,
  'POST /api/annotations': null,
  'DELETE /api/annotations/:id': 'annotation',
  'GET /api/query.xlsx': null,
  'POST /api/funnel': null,
  'POST /api/retention': null,
  'POST /api/flow': null,
  'POST /api/forecast': null,
  'POST /api/availability': null,
  'GET /api/audience-profile': null,
  'GET /api/live': null,
  'GET /api/live/snapshot': null,
  'POST /api/ingest': null,
};

/** What a body must hold so that a stranger's request is refused for the thing, not for its shape. */
const bodies: Record<string, object> = {
  'PATCH /api/comments/:id': { text: 'mine' },
  'POST /api/line-items/:id/move': { to: 'proposed' },
  'POST /api/creatives/:id/reject': { reason: 'too loud' },
  'POST /api/creatives/:id/convert': { format: 'webp' },
  'POST /api/creatives/:id/comments': { body: 'hello' },
  'POST /api/creatives/:id/preview': { url: 'https://journal.example/' },
  'POST /api/proposals/:id/move': { move: 'submit' },
  'POST /api/proposals/:id/comments': { note: 'hello' },
  'POST /api/contacts/:id/history': { note: 'hello' },
  'POST /api/change-requests/:id/answer': { move: 'withdraw' },
  'POST /api/line-items/:id/make-goods': { kind: 'line' },
  'POST /api/rfp-invitations/:id/move': { move: 'withdraw' },
  'POST /api/rfp-invitations/:id/comments': { note: 'hello' },
  'POST /api/rfp-invitations/:id/counter': { lines: [{ line_id: 'x', amount: 1 }] },
};

function crud(path: string, thing: string | null): Record<string, string | null> {
  return {
    [`GET /api/${path}`]: null,
    [`POST /api/${path}`]: null,
    [`GET /api/${path}/:id`]: thing,
    [`PATCH /api/${path}/:id`]: thing,
    [`DELETE /api/${path}/:id`]: thing,
  };
}

beforeAll(async () => {
  db = await openTestDatabase();
  store = await openTestEvents();
  api = await openTestApi({ routes, db, may, events: store.events });
  ours = (await db.transaction((tx) => createOrganisation(tx, { name: 'Ours' }))).id;
  theirs = (await db.transaction((tx) => createOrganisation(tx, { name: 'Theirs' }))).id;
  things = await makeThings(callerOf('admin', ours));
}, 120_000);
afterAll(async () => {
  await api?.close();
  await store?.close();
  await db?.close();
});

async function makeThings(admin: Caller): Promise<Things> {
  const make = async (url: string, body: unknown, headers?: Record<string, string>): Promise<string> => {
    const reply = await api.call(admin, 'POST', url, body, headers);
    expect(reply.status, `POST ${url}: ${reply.text}`).toBe(201);
    return (reply.body as { id: string }).id;
  };
  const site = await make('/api/sites', {
    domain: 'secret-site.example',
    name: 'Secret',
    time_zone: 'Europe/Paris',
    currency: 'EUR',
  });
  const section = await make('/api/sections', { site_id: site, name: 'Secret', path: '/secret' });
  const ads_txt_record = await make('/api/ads-txt-records', {
    site_id: site,
    variable: 'CONTACT',
    value: 'secret@example.org',
  });
  const placement = await make('/api/placements', { site_id: site, code: 'top', name: 'Secret', formats: ['300x250'] });
  const format = await make('/api/formats', {
    code: '333x222',
    name: 'Secret',
    kind: 'display',
    width: 333,
    height: 222,
  });
  const rate_card = await make('/api/rate-cards', {
    name: 'Secret',
    currency: 'EUR',
    valid_from: '2026-01-01',
    rates: [{ format: '300x250', model: 'cpm', amount: 900 }],
  });
  const advertiser = await make('/api/advertisers', { name: 'Secret' });
  const publisher = await make('/api/publishers', { name: 'Secret' });
  const contact = await make('/api/contacts', { advertiser_id: advertiser, name: 'Secret' });
  const user = await make('/api/users', {
    email: 'secret@example.org',
    name: 'Secret',
    password: 'a-long-password-1',
    role: 'sales',
  });
  const key = await make('/api/keys', { name: 'Secret', role: 'sales' });
  const order = await make('/api/orders', { advertiser_id: advertiser, name: 'Secret' });
  const line_item = await make('/api/line-items', {
    order_id: order,
    name: 'Secret',
    type: 'standard',
    goal: { unit: 'impressions', quantity: 1000 },
    rate: { model: 'cpm', amount: 500, currency: 'EUR' },
    start: '2027-01-01T00:00:00+01:00',
    end: '2027-02-01T00:00:00+01:00',
    placements: [placement],
  });
  const form = await multipartOf({ advertiser_id: advertiser, name: 'Secret', landing_url: 'https://example.org/' }, [
    { name: 'a.png', bytes: pngOf(300, 250) },
  ]);
  const creative = await make('/api/creatives', form.body, form.headers);
  const assignment = await make('/api/assignments', { line_item_id: line_item, creative_id: creative });
  const moved = await api.call(admin, 'POST', `/api/line-items/${line_item}/move`, { to: 'booked' });
  expect(moved.status, moved.text).toBe(200);
  const wanted = await api.call(admin, 'GET', '/api/creative-requests');
  const creative_request = (wanted.body as { items: { id: string }[] }).items[0]?.id ?? '';
  const creative_link = await make('/api/creative-links', { order_id: order, name: 'Secret' });
  const creative_comment = await make(`/api/creatives/${creative}/comments`, { body: 'Secret' });
  const set = await api.call(admin, 'PUT', '/api/creative-limits', {
    scope: 'publisher',
    scope_id: publisher,
    limits: { initial_kb: 200 },
  });
  expect(set.status, set.text).toBe(200);
  const creative_limits = (set.body as { id: string }).id;
  const held = await api.call(admin, 'GET', '/api/reservations');
  const reservation = (held.body as { items: { id: string }[] }).items[0]?.id ?? '';
  const goal = await make('/api/goals', {
    site_id: site,
    name: 'Secret',
    match: { kind: 'page', path: '/thanks' },
  });
  const exploration = await make('/api/explorations', { name: 'Secret', search: 'm=visits' });
  const annotation = await make('/api/annotations', { site_id: site, day: '2026-11-01', text: 'Secret' });
  const pageStep = (page: string) => ({ name: page, filters: [['is', 'event:page', [page]]] });
  const funnel = await make('/api/funnels', { site_id: site, name: 'Secret', steps: ['/a', '/b'].map(pageStep) });
  const segment = await make('/api/segments', {
    site_id: site,
    name: 'Secret',
    filters: [['is', 'visit:country', ['FR']]],
  });
  const report = await make('/api/reports', {
    order_id: order,
    period: { from: '2026-11-01', to: '2026-11-15' },
    language: 'fr',
    title: 'Secret',
  });
  const proposal = await make('/api/proposals', {
    advertiser_id: advertiser,
    name: 'Secret',
    currency: 'EUR',
    lines: [
      {
        name: 'Secret',
        type: 'standard',
        goal: { unit: 'impressions', quantity: 1000 },
        rate: { model: 'cpm', amount: 900, currency: 'EUR' },
        start: '2027-01-01T00:00:00+01:00',
        end: '2027-02-01T00:00:00+01:00',
        placements: [placement],
      },
    ],
  });
  const comment = await make('/api/comments', { subject_kind: 'order', subject_id: order, text: 'Secret' });
  const simulation = await make('/api/simulations', {
    name: 'Secret',
    line_items: [line_item],
    start: '2026-11-01',
    days: 7,
  });
  const reminder = await make('/api/reminders', { contact_id: contact, due_on: '2027-01-01', note: 'Secret' });
  const change_request = await make(`/api/orders/${order}/change-requests`, {
    asked_of: 'us',
    lines: [{ line_item_id: line_item, quantity: 900 }],
  });
  const asked = await api.call(admin, 'POST', '/api/rfps', {
    advertiser_id: advertiser,
    name: 'Secret',
    currency: 'EUR',
    due_at: new Date(Date.now() + 7 * 86_400_000).toISOString(),
    lines: [{ name: 'Secret', unit: 'impressions', model: 'cpm', first_day: '2027-01-01', last_day: '2027-01-31' }],
    invited: [{ publisher_id: publisher }],
  });
  expect(asked.status, asked.text).toBe(201);
  const request = asked.body as { id: string; invitations: { id: string }[] };
  const traffic_review = await make('/api/traffic-reviews', { from: '2026-11-01', to: '2026-11-02' });
  return {
    comment,
    simulation,
    traffic_review,
    reminder,
    change_request,
    rfp: request.id,
    rfp_invitation: request.invitations[0]?.id ?? '',
    proposal,
    creative_request,
    creative_link,
    creative_comment,
    creative_limits,
    site,
    section,
    ads_txt_record,
    placement,
    format,
    rate_card,
    advertiser,
    publisher,
    contact,
    user,
    key,
    order,
    line_item,
    creative,
    assignment,
    reservation,
    segment,
    funnel,
    exploration,
    annotation,
    goal,
    report,
  };
}

const url = (served: Served, id: string) => served.route.path.replace(/:\w+/g, id);

describe('the route table', () => {
  test('has a case for every route, and no case too many', () => {
    const known = new Set(Object.keys(cases));
    expect(routes.map(nameOf).filter((name) => !known.has(name))).toEqual([]);
  });

  test('names every route once', () => {
    const names = routes.map(nameOf);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});

describe.each(routes.map((served) => ({ name: nameOf(served), served })))('$name', ({ name, served }) => {
  const { route } = served;
  const id = () => things[cases[name] ?? ''] ?? 'none';

  test('is closed to nobody, unless it is public', async () => {
    if (route.can === 'public') return expect(route.path).toMatch(/^(\/api\/first-run|(\/api)?\/p\/:token(\/\w+)?)$/);
    const reply = await api.call(undefined, route.method, url(served, id()));
    expect(reply.status, reply.text).toBe(401);
    expect(reply.body).toMatchObject({ code: 'not-signed-in' });
  });

  test.each(roles)('is closed to the role %s unless the policy gives it the right', async (role) => {
    if (route.can === 'public' || route.can === 'signed-in' || may(role, route.can)) return;
    const reply = await api.call(
      callerOf(role, ours, role === 'client' ? things['advertiser'] : null),
      route.method,
      url(served, id()),
    );
    expect(reply.status, reply.text).toBe(403);
    expect(reply.body).toMatchObject({ code: 'not-allowed' });
  });

  test('shows nothing of ours to another organisation', async () => {
    if (route.kind === 'stream' || route.can === 'public') return;
    const stranger = callerOf('admin', theirs);
    const reply = await api.call(
      stranger,
      route.method,
      url(served, id()),
      route.method === 'GET' || route.method === 'DELETE' ? undefined : (bodies[name] ?? {}),
    );
    expect(reply.status, reply.text).not.toBe(500);
    const owned = Object.entries(things).filter(([, value]) => value !== id());
    for (const [thing, value] of owned) expect(reply.text, `${name} shows our ${thing}`).not.toContain(value);
    expect(reply.text).not.toContain('Secret');
    if (cases[name]) expect([400, 404], reply.text).toContain(reply.status);
  });

  test('shows a client nothing of another advertiser', async () => {
    if (route.kind === 'stream' || route.can === 'public' || !may('client', route.can)) return;
    const client = callerOf('client', ours, 'adv_other');
    const reply = await api.call(
      client,
      route.method,
      url(served, id()),
      route.method === 'GET' || route.method === 'DELETE' ? undefined : (bodies[name] ?? {}),
    );
    expect(reply.status, reply.text).not.toBe(500);
    expect(reply.text).not.toContain('Secret');
  });
});

test('what strangers tried has changed nothing', async () => {
  for (const [thing, path] of [
    ['site', 'sites'],
    ['order', 'orders'],
    ['line_item', 'line-items'],
    ['creative', 'creatives'],
    ['report', 'reports'],
  ] as const) {
    const reply = await api.call(callerOf('admin', ours), 'GET', `/api/${path}/${things[thing]}`);
    expect(reply.status, thing).toBe(200);
  }
});
