/** The figures of this moment, straight from the newest facts. */
import type { Events } from '#platform';
import type { Asking } from './run-query.ts';
import type { LiveFigures } from './contract.ts';
import { dayOf } from './dates.ts';
import { type Sites, sitesOf } from './scope.ts';
import { sitesParams, sitesSql } from './rows.ts';

type Counts = { impressions: number; viewable_impressions: number; clicks: number };
type Line = { line_item_id: string } & Record<`${'today' | 'total'}_${'impressions' | 'viewable' | 'clicks'}`, number>;

const minute = 60_000;
const kinds = { impressions: 'impression', viewable: 'viewable', clicks: 'click' };
const counts = (prefix: string, condition: string) =>
  Object.entries(kinds).map(
    ([name, kind]) =>
      `toFloat64(sumIf(events, kind = '${kind}' and invalid = '' and ${condition})) as ${prefix}_${name}`,
  );

/**
 * Visitors now (last 5 minutes), page views by minute (last 30), ads of today and every line item with a delivery today.
 * A client gets the ads of its own advertiser only.
 */
export async function liveFigures(asking: Asking, site_id?: string): Promise<LiveFigures> {
  const { db, events, clock, caller } = asking;
  const now = clock();
  const sites = await sitesOf(db, caller, site_id);
  const client = caller.role === 'client';
  const here = conditionsOf(sites, now);
  const params = { ...here.params, org: caller.org_id, advertiser: caller.advertiser_id ?? '' };
  const mine = `org_id = {org:String}${client ? ' and advertiser_id = {advertiser:String}' : ''}`;
  const [audience, lines] = await Promise.all([
    client ? undefined : audienceNow(events, here, params, now),
    events.query<Line>(
      `select line_item_id, ${[...counts('today', here.today), ...counts('total', '1')].join(', ')} from ad_line_days
       where ${mine} and line_item_id in (select line_item_id from ad_line_days where ${mine} and ${here.today})
       group by line_item_id order by today_impressions desc, line_item_id`,
      params,
    ),
  ]);
  const ids = lines.map((line) => line.line_item_id);
  const names =
    ids.length === 0
      ? []
      : await db.query<{ id: string; name: string }>(
          'select id, name from line_items where org_id = $1 and id = any($2)',
          [caller.org_id, ids],
        );
  const nameOf = new Map(names.map(({ id, name }) => [id, name]));
  const all = lines.map(todayOf).reduce(plus, { impressions: 0, viewable_impressions: 0, clicks: 0 });
  return {
    at: now.toISOString(),
    ...(audience ? { audience } : {}),
    ads: { ...all, ctr: all.impressions === 0 ? null : Math.round((10_000 * all.clicks) / all.impressions) / 100 },
    line_items: lines.flatMap((line) => {
      const name = nameOf.get(line.line_item_id);
      const total = {
        impressions: line.total_impressions,
        viewable_impressions: line.total_viewable,
        clicks: line.total_clicks,
      };
      return name === undefined ? [] : [{ id: line.line_item_id, name, today: todayOf(line), total }];
    }),
  };
}

type Here = { rows: string; today: string; params: Record<string, unknown> };

/** The rows of these sites, and those of today; sites whose calendar is on another day than most are named one by one. */
function conditionsOf(sites: Sites, now: Date): Here {
  const rows = `org_id = {org:String} and site_id in ${sitesSql(sites.ids)}`;
  const usual = dayOf(now, sites.zone);
  const byDay = Map.groupBy(sites.ids, (id) => dayOf(now, sites.zones.get(id) ?? sites.zone));
  const params: Record<string, unknown> = {
    ...sitesParams(sites.ids),
    day: usual,
    since: stored(now.getTime() - 30 * minute),
    recent: stored(now.getTime() - 5 * minute),
    until: stored(now.getTime()),
  };
  const others = [...byDay]
    .filter(([day]) => day !== usual)
    .map(([day, ids], i) => {
      params[`day${i}`] = day;
      params[`sites${i}`] = ids;
      return `site_id in {sites${i}:Array(String)}, local_date = {day${i}:Date}, `;
    });
  const usually = 'local_date = {day:Date}';
  // The calendar's day of any zone is within one of any other's: the bounds let the store skip the rest.
  const near = 'local_date between {day:Date} - 2 and {day:Date} + 2';
  return {
    rows,
    today: `${rows} and ${near} and ${others.length > 0 ? `multiIf(${others.join('')}${usually})` : usually}`,
    params,
  };
}

const stored = (ms: number) => new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
const todayOf = (line: Line): Counts => ({
  impressions: line.today_impressions,
  viewable_impressions: line.today_viewable,
  clicks: line.today_clicks,
});
const plus = (a: Counts, b: Counts): Counts => ({
  impressions: a.impressions + b.impressions,
  viewable_impressions: a.viewable_impressions + b.viewable_impressions,
  clicks: a.clicks + b.clicks,
});

async function audienceNow(
  events: Events,
  here: Here,
  params: Record<string, unknown>,
  now: Date,
): Promise<NonNullable<LiveFigures['audience']>> {
  const window = (column: string) => `at > {${column}:DateTime64(3, 'UTC')} and at <= {until:DateTime64(3, 'UTC')}`;
  const lately = `${here.rows} and local_date between {day:Date} - 2 and {day:Date} + 2 and ${window('since')}`;
  const [visitors, views, day] = await Promise.all([
    events.query<{ visitors: number }>(
      `select toFloat64(uniqExactIf((site_id, visitor), ${window('recent')})) as visitors from hits where ${lately}`,
      params,
    ),
    events.query<{ minute: number; pageviews: number }>(
      `select toUnixTimestamp(toStartOfMinute(at)) as minute, toFloat64(count()) as pageviews from hits where ${lately} and name = 'pageview' group by minute`,
      params,
    ),
    events.query<{ pageviews: number }>(
      `select toFloat64(sum(hits)) as pageviews from hits_hours where ${here.today} and name = 'pageview'`,
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
