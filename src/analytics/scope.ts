/** Whose figures may be asked: the caller's sites, calendar and currency. */
import { type Caller, type Database, type Events, Refusal } from '#platform';
import type { MetricName } from './metrics.ts';
import { metrics } from './metrics.ts';
import { sitesParams, sitesSql } from './rows.ts';

export type Sites = {
  ids: string[];
  zone: string;
  currency: string;
  severalZones: boolean;
  severalCurrencies: boolean;
  zones: Map<string, string>;
};

type Row = { id: string; time_zone: string; currency: string };

/** The site asked for (by id or domain), else every site of the organisation, on the calendar and in the currency that most of them have. */
export async function sitesOf(db: Database, caller: Caller, asked: string | undefined): Promise<Sites> {
  const rows =
    asked === undefined
      ? await db.query<Row>('select id, time_zone, currency from sites where org_id = $1 order by created_at, id', [
          caller.org_id,
        ])
      : await db.query<Row>(
          'select id, time_zone, currency from sites where org_id = $1 and (id = $2 or domain = $3)',
          [caller.org_id, asked, asked.toLowerCase()],
        );
  if (asked !== undefined && rows.length === 0)
    throw new Refusal('not-found', 'site_id: there is no such site.', { field: 'site_id' });
  return {
    ids: rows.map(({ id }) => id),
    zone: commonest(rows.map((row) => row.time_zone)) ?? 'UTC',
    currency: commonest(rows.map((row) => row.currency)) ?? 'EUR',
    severalZones: new Set(rows.map((row) => row.time_zone)).size > 1,
    severalCurrencies: new Set(rows.map((row) => row.currency)).size > 1,
    zones: new Map(rows.map((row) => [row.id, row.time_zone])),
  };
}

function commonest(values: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** A client sees the ads of its own advertiser and nothing of the audience. Throws a Refusal `not-allowed` otherwise. */
export function checkCaller(caller: Caller, asked: readonly MetricName[]): void {
  if (caller.role !== 'client') return;
  const closed = asked.find((name) => metrics[name].family !== 'ads');
  if (closed) throw new Refusal('not-allowed', `metrics: a client may not ask for ${closed}.`, { field: 'metrics' });
  if (caller.advertiser_id === null) throw new Refusal('not-allowed', 'This client belongs to no advertiser.');
}

/** The day of the oldest fact of these sites, from the rollups. */
export async function firstDay(events: Events, org_id: string, sites: readonly string[]): Promise<string | undefined> {
  const tables = ['hits_hours', 'ad_hours', 'ad_requests', 'ignored_hits'];
  const each = tables.map(
    (table) =>
      `select min(local_date) as day, count() as rows from ${table} where org_id = {org:String} and site_id in ${sitesSql(sites)}`,
  );
  const [row] = await events.query<{ first: string; found: number }>(
    `select minIf(day, rows > 0) as first, sum(rows) as found from (${each.join(' union all ')})`,
    { org: org_id, ...sitesParams(sites) },
  );
  return row && Number(row.found) > 0 ? row.first : undefined;
}
