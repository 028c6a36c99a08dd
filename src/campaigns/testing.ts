/** A small house to test in: two organisations, own and external sites, advertisers, a publisher. */
import type { Database } from '#platform';

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
