/** A small house to test in: two organisations, own and external sites, advertisers, a publisher. */
import { may, type Role } from '#people';
import type { Caller, Clock, Database } from '#platform';
import { callerOf, openTestApi, openTestDatabase, type TestReply } from '#platform/testing';
import { LineItem, Order } from './contract.ts';
import { rfpRoutesOf } from './rfp-routes.ts';
import { routes } from './routes.ts';

/** Every route of the domain, as the house puts them together. */
export const allRoutes = [
  ...routes,
  ...rfpRoutesOf({
    origin: 'https://vigie.example',
    tagsOf: ({ code, site }) => [{ kind: 'script', code: `${code} @ ${site}` }],
  }),
];

/** Fixed ids, so that a test reads like a sentence. The other organisation has the same things, prefixed `other_`. */
export async function fillHouse(db: Database): Promise<void> {
  for (const [org, p] of [
    ['org_test', ''],
    ['org_other', 'other_'],
  ] as const) {
    await db.query('insert into organisations (id, name) values ($1, $1)', [org]);
    for (const name of ['acme', 'globex']) {
      await db.query('insert into advertisers (id, org_id, name) values ($1, $2, $3)', [`${p}adv_${name}`, org, name]);
    }
    await db.query('insert into publishers (id, org_id, name) values ($1, $2, $3), ($4, $2, $5)', [
      `${p}pub_mag`,
      org,
      'Mag',
      `${p}pub_wire`,
      'Wire',
    ]);
    await db.query(
      `insert into sites (id, org_id, domain, name, time_zone, currency, kind, publisher_id) values
         ($1, $2, $3, 'News', 'Europe/Paris', 'EUR', 'own', null), ($4, $2, $5, 'Mag', 'Europe/Paris', 'EUR', 'external', $6)`,
      [
        `${p}site_news`,
        org,
        `${p.replace('_', '.')}news.example`,
        `${p}site_mag`,
        `${p.replace('_', '.')}mag.example`,
        `${p}pub_mag`,
      ],
    );
    await db.query(
      `insert into placements (id, org_id, site_id, code, name, formats) values
         ($1, $2, $3, 'top', 'Top', '{728x90,970x250}'), ($4, $2, $3, 'side', 'Side', '{300x250,native}'), ($5, $2, $6, 'box', 'Box', '{300x250}')`,
      [`${p}pl_top`, org, `${p}site_news`, `${p}pl_side`, `${p}pl_box`, `${p}site_mag`],
    );
  }
  await db.query(
    `insert into formats (id, org_id, code, name, kind, width, height, max_initial_kb)
     values ('fmt_mpu', 'org_test', '300x250', 'Medium rectangle', 'display', 300, 250, 150)`,
  );
}

/** A good line item on an order; a test changes what it is about. */
export const lineOf = (order_id: string, change: Record<string, unknown> = {}): Record<string, unknown> => ({
  order_id,
  name: 'Side, November',
  type: 'standard',
  goal: { unit: 'impressions', quantity: 100_000 },
  rate: { model: 'cpm', amount: 1250, currency: 'EUR' },
  start: '2026-11-01T00:00:00+01:00',
  end: '2026-12-01T00:00:00+01:00',
  placements: ['pl_side'],
  ...change,
});

/** A refusal as one line: status, code, sentence. */
export const refusal = ({ status, body }: TestReply): string => {
  const { code, detail } = Object(body);
  return `${status} ${code} ${detail}`;
};

/** A traffic manager's desk in a filled house: what the tests of this domain do over HTTP, in few words. */
export async function openDesk(clock: Clock) {
  const db = await openTestDatabase();
  const api = await openTestApi({
    routes: allRoutes,
    db,
    may: (role, right) => may(role as Role, right),
    clock,
  });
  const manager = callerOf('traffic_manager');
  await fillHouse(db);

  const call = (
    method: string,
    url: string,
    body?: unknown,
    caller: Caller | null = manager,
    headers: Record<string, string> = {},
  ): Promise<TestReply> => api.call(caller ?? undefined, method, url, body, headers);

  async function made(url: string, body: unknown): Promise<unknown> {
    const reply = await call('POST', url, body);
    if (reply.status !== 201) throw new Error(`${url} answered ${reply.text}`);
    return reply.body;
  }
  const anOrder = async (change: Record<string, unknown> = {}): Promise<Order> =>
    Order.parse(await made('/api/orders', { advertiser_id: 'adv_acme', name: 'Acme autumn', ...change }));

  return {
    db,
    manager,
    call,
    anOrder,
    aLine: async (change: Record<string, unknown> = {}, orderId?: string): Promise<LineItem> =>
      LineItem.parse(await made('/api/line-items', lineOf(orderId ?? (await anOrder()).id, change))),
    move: (id: string, to: string, more: Record<string, unknown> = {}) =>
      call('POST', `/api/line-items/${id}/move`, { to, ...more }),
    assign: (line_item_id: string, creative_id: string, more: Record<string, unknown> = {}) =>
      call('POST', '/api/assignments', { line_item_id, creative_id, ...more }),
    /** A creative as if uploaded: 300×250, approved, of Acme. */
    async aCreative(
      change: { advertiser_id?: string; width?: number; height?: number; kind?: string; state?: string } = {},
    ): Promise<string> {
      const id = `cr_${Math.random().toString(36).slice(2)}`;
      const { advertiser_id = 'adv_acme', width = 300, height = 250, kind = 'image', state = 'approved' } = change;
      await db.query(
        `insert into creatives (id, org_id, advertiser_id, name, kind, width, height, landing_url, state)
         values ($1, 'org_test', $2, 'Autumn', $3, $4, $5, 'https://acme.example', $6)`,
        [id, advertiser_id, kind, width, height, state],
      );
      return id;
    },
    async close(): Promise<void> {
      await api.close();
      await db.close();
    },
  };
}

export type Desk = Awaited<ReturnType<typeof openDesk>>;
