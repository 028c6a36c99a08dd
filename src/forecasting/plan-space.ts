/** What a media plan chooses from: what can still be sold of each placement, all of it at once, and what its impressions are worth. */
import type { TargetingGroup } from '#inventory/contract';
import type { Events } from '#platform';
import { type Asked, groundOfAll, planOf } from './availability.ts';
import { type Rates, readRates, usualRates } from './demand.ts';
import type { Asking } from './forecast.ts';
import type { Place } from './places.ts';
import { isStoreAway } from './store-away.ts';

export type PlanPlace = {
  /** Requests expected over the dates that fit the targeting, and the low end of that. */
  forecast: number;
  low: number;
  /** What can be sold of them; those of all placements can be sold together. */
  available: number;
  /** Impressions and clicks of the last ninety days. */
  impressions: number;
  clicks: number;
};

export type PlanSpace = {
  /** Placements with a forecast of their own; the others promise nothing and are left out. */
  places: ReadonlyMap<string, PlanPlace>;
  /** Requests of one visitor in one day, by site; undefined where visitors are not measured. */
  frequencies: ReadonlyMap<string, number>;
  rates: Rates;
  /** Conversions for each click, and on how many clicks that was counted; 0: the usual one. */
  conversion: { rate: number; counted: number };
};

const usualConversion = { rate: 0.02, counted: 0 };
const nothing: PlanSpace = {
  places: new Map(),
  frequencies: new Map(),
  rates: usualRates,
  conversion: usualConversion,
};

/** `start`, `end` (exclusive) in milliseconds. Without the event store nothing is known, and nothing is offered. */
export async function planSpace(
  asking: Asking,
  wanted: { places: readonly Place[]; start: number; end: number; targeting: TargetingGroup | null },
): Promise<PlanSpace> {
  try {
    return wanted.places.length === 0 ? nothing : await compute(asking, wanted);
  } catch (error) {
    if (isStoreAway(error)) return nothing;
    throw error;
  }
}

async function compute(
  asking: Asking,
  {
    places,
    start,
    end,
    targeting,
  }: { places: readonly Place[]; start: number; end: number; targeting: TargetingGroup | null },
): Promise<PlanSpace> {
  const asked: Asked = { start, end, places, targeting, priority: 8, frequency_caps: [] };
  const ground = await groundOfAll(asking, asked);
  const { graph, base, first } = planOf(ground, [], asking.clock().getTime());
  const nodes = graph.nodesOf[first] ?? [];
  const room = base.room({ priority: asked.priority, nodes, demand: Number.POSITIVE_INFINITY });
  const found = new Map<string, PlanPlace>();
  for (const [i, node] of nodes.entries()) {
    const { id } = graph.placeOf(node);
    const expected = ground.grounds.forecasts.get(id);
    if (expected?.source !== 'history') continue;
    const sum = found.get(id) ?? { forecast: 0, low: 0, available: 0, impressions: 0, clicks: 0 };
    const all = graph.supply[node] ?? 0;
    sum.forecast += all;
    sum.available += room.taken[i] ?? 0;
    for (const { day, part } of graph.daysOfNode(node)) {
      const at = day - expected.firstDay;
      const middle = expected.forecast[at] ?? 0;
      if (middle > 0) sum.low += (part * all * (expected.low[at] ?? 0)) / middle;
    }
    found.set(id, sum);
  }
  const org_id = asking.caller.org_id;
  const now = asking.clock();
  const [rates, counts, frequencies, conversion] = await Promise.all([
    readRates(asking, org_id),
    readCounts(asking.events, { org_id, ids: [...found.keys()], now }),
    readFrequencies(asking.events, { org_id, places, now }),
    readConversion(asking.events, { org_id, now }),
  ]);
  for (const [id, { impressions, clicks }] of counts) {
    const place = found.get(id);
    if (place) Object.assign(place, { impressions, clicks });
  }
  return { places: found, frequencies, rates, conversion };
}

const dayText = (at: Date, back: number) => new Date(at.getTime() - back * 86_400_000).toISOString().slice(0, 10);

async function readCounts(
  events: Pick<Events, 'query'>,
  { org_id, ids, now }: { org_id: string; ids: readonly string[]; now: Date },
): Promise<Map<string, { impressions: number; clicks: number }>> {
  const rows = await events.query<{ id: string; impressions: number; clicks: number }>(
    `select placement_id as id, toFloat64(sumIf(events, kind = 'impression')) as impressions, toFloat64(sumIf(events, kind = 'click')) as clicks
       from ad_hours where org_id = {org:String} and local_date >= {since:Date} and invalid = '' and placement_id in {ids:Array(String)} group by id`,
    { org: org_id, since: dayText(now, 90), ids },
  );
  return new Map(rows.map(({ id, ...counts }) => [id, counts]));
}

/** Visitor-days under which nothing is said of a site's visitors. */
const least = 100;

async function readFrequencies(
  events: Pick<Events, 'query'>,
  { org_id, places, now }: { org_id: string; places: readonly Place[]; now: Date },
): Promise<Map<string, number>> {
  const within =
    'org_id = {org:String} and site_id in {sites:Array(String)} and local_date >= {from:Date} and local_date < {to:Date}';
  const rows = await events.query<{ site_id: string; requests: number; visitor_days: number }>(
    `select site_id, toFloat64(sum(requests)) as requests, toFloat64(sum(visitors)) as visitor_days from (
       select site_id, local_date, sum(requests) as requests from ad_request_days
        where ${within} and placement_id in {places:Array(String)} group by site_id, local_date
     ) as asked join (
       select site_id, local_date, uniq(visitor) as visitors from hits where ${within} and name = 'pageview' group by site_id, local_date
     ) as seen using (site_id, local_date) group by site_id`,
    {
      org: org_id,
      sites: [...new Set(places.map(({ site_id }) => site_id))],
      places: places.map(({ id }) => id),
      from: dayText(now, 28),
      to: dayText(now, 0),
    },
    { heavy: true },
  );
  const known = rows.filter((row) => row.visitor_days >= least && row.requests > 0);
  return new Map(known.map((row) => [row.site_id, Math.max(1, row.requests / row.visitor_days)]));
}

async function readConversion(
  events: Pick<Events, 'query'>,
  { org_id, now }: { org_id: string; now: Date },
): Promise<{ rate: number; counted: number }> {
  const rows = await events.query<{ clicks: number; conversions: number }>(
    `select toFloat64(sumIf(events, kind = 'click')) as clicks, toFloat64(sumIf(events, kind = 'conversion')) as conversions
       from ad_hours where org_id = {org:String} and local_date >= {since:Date} and invalid = ''`,
    { org: org_id, since: dayText(now, 90) },
  );
  const { clicks = 0, conversions = 0 } = rows[0] ?? {};
  return conversions >= 20 && clicks >= 200 ? { rate: conversions / clicks, counted: clicks } : usualConversion;
}
