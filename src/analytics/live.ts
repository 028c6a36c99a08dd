/** The figures of this moment, straight from the newest facts. */
import type { Asking } from './run-query.ts';
import type { LiveFigures } from './contract.ts';
import { dayOf } from './dates.ts';
import { sitesOf } from './scope.ts';

type Counts = { impressions: number; viewable_impressions: number; clicks: number };

const minute = 60_000;
const counts = (condition: string) =>
  [
    ['impressions', 'impression'],
    ['viewable_impressions', 'viewable'],
    ['clicks', 'click'],
  ].map(([name, kind]) => `toFloat64(sumIf(events, kind = '${kind}' and ${condition})) as ${name}`);

/**
 * Visitors now (last 5 minutes), page views by minute (last 30), ads of today and every line item with a delivery today.
 * A client gets the ads of its own advertiser only.
 */
export async function liveFigures(asking: Asking, site_id?: string): Promise<LiveFigures> {
  const { db, events, clock, caller } = asking;
  const now = clock();
  const sites = await sitesOf(db, caller, site_id);
  const client = caller.role === 'client';
  const days = sites.ids.map((id) => dayOf(now, sites.zones.get(id) ?? 'UTC'));
  const params = {
    org: caller.org_id,
    sites: sites.ids,
    days,
    dates: [...new Set(days)],
    advertiser: caller.advertiser_id ?? '',
    since: stored(now.getTime() - 30 * minute),
    recent: stored(now.getTime() - 5 * minute),
    until: stored(now.getTime()),
    first: [...days].sort()[0] ?? '1970-01-02',
  };
  const mine = client ? ' and advertiser_id = {advertiser:String}' : '';
  const [audience, lines] = await Promise.all([
    client ? undefined : audienceNow(asking, params, now),
    events.query<Counts & { line_item_id: string }>(
      `select line_item_id, ${counts("invalid = ''").join(', ')} from ad_hours where ${ofSites}${mine} and ${today} group by line_item_id order by impressions desc, line_item_id limit 1000`,
      params,
    ),
  ]);
  const ids = lines.map((line) => line.line_item_id).filter(Boolean);
  const [totals, names] = await Promise.all([
    events.query<Counts & { line_item_id: string }>(
      `select line_item_id, ${counts("invalid = ''").join(', ')} from ad_hours where org_id = {org:String} and line_item_id in {ids:Array(String)}${mine} group by line_item_id`,
      { ...params, ids },
    ),
    ids.length === 0
      ? []
      : db.query<{ id: string; name: string }>('select id, name from line_items where org_id = $1 and id = any($2)', [
          caller.org_id,
          ids,
        ]),
  ]);
  const nameOf = new Map(names.map(({ id, name }) => [id, name]));
  const totalOf = new Map(totals.map((line) => [line.line_item_id, countsOf(line)]));
  const all = lines.map(countsOf).reduce(plus, countsOf(undefined));
  return {
    at: now.toISOString(),
    ...(audience ? { audience } : {}),
    ads: { ...all, ctr: all.impressions === 0 ? null : Math.round((10_000 * all.clicks) / all.impressions) / 100 },
    line_items: lines
      .filter((line) => nameOf.has(line.line_item_id))
      .map((line) => {
        const id = line.line_item_id;
        return { id, name: nameOf.get(id) ?? id, today: countsOf(line), total: totalOf.get(id) ?? countsOf(line) };
      }),
  };
}

const stored = (ms: number) => new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
const countsOf = (row: Counts | undefined): Counts => ({
  impressions: Number(row?.impressions ?? 0),
  viewable_impressions: Number(row?.viewable_impressions ?? 0),
  clicks: Number(row?.clicks ?? 0),
});
const plus = (a: Counts, b: Counts): Counts => ({
  impressions: a.impressions + b.impressions,
  viewable_impressions: a.viewable_impressions + b.viewable_impressions,
  clicks: a.clicks + b.clicks,
});

async function audienceNow(
  { events }: Asking,
  params: Record<string, unknown>,
  now: Date,
): Promise<NonNullable<LiveFigures['audience']>> {
  const window = (column: string) => `at > {${column}:DateTime64(3, 'UTC')} and at <= {until:DateTime64(3, 'UTC')}`;
  // The table is ordered by site and local day: two days around now hold the last half hour of every zone.
  const lately = `local_date >= {first:Date} - 1 and ${window('since')}`;
  const [visitors, views, day] = await Promise.all([
    events.query<{ visitors: number }>(
      `select toFloat64(uniqExactIf((site_id, visitor), ${window('recent')})) as visitors from hits where ${ofSites} and ${lately}`,
      params,
    ),
    events.query<{ minute: number; pageviews: number }>(
      `select toUnixTimestamp(toStartOfMinute(at)) as minute, toFloat64(count()) as pageviews from hits where ${ofSites} and ${lately} and name = 'pageview' group by minute`,
      params,
    ),
    events.query<{ pageviews: number }>(
      `select toFloat64(sum(hits)) as pageviews from hits_hours where ${ofSites} and ${today} and name = 'pageview'`,
      params,
    ),
  ]);
  const found = new Map(views.map((row) => [Number(row.minute) * 1000, Number(row.pageviews)]));
  const running = Math.floor(now.getTime() / minute) * minute;
  return {
    visitors: Number(visitors[0]?.visitors ?? 0),
    pageviews_today: Number(day[0]?.pageviews ?? 0),
    minutes: Array.from({ length: 30 }, (_, i) => running - (29 - i) * minute).map((at) => ({
      minute: new Date(at).toISOString(),
      pageviews: found.get(at) ?? 0,
    })),
  };
}

type Streaming = {
  read: () => Promise<LiveFigures>;
  send: (event: string, data: unknown) => void;
  signal: AbortSignal;
  /** Resolves after so many milliseconds, or at once when the signal aborts. */
  wait: (ms: number, signal: AbortSignal) => Promise<void>;
};

/** Sends `figures` when they changed, else a `heartbeat`; ends with the signal. Figures are at most 3 s old. */
export async function streamLive({ read, send, signal, wait }: Streaming): Promise<void> {
  let sent = '';
  while (!signal.aborted) {
    const figures = await read();
    if (signal.aborted) return;
    const { at, ...rest } = figures;
    const text = JSON.stringify(rest);
    if (text === sent) send('heartbeat', { at });
    else send('figures', figures);
    sent = text;
    await wait(3_000, signal);
  }
}
