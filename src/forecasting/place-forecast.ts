/** The forecast of every placement of a site, made once a day and kept. */
import type { Events } from '#platform';
import { forecastSeries, type SeriesForecast } from './forecast-series.ts';
import { type History, learntDays, readHistory } from './history.ts';
import { countryOf, holidaysBetween } from './holidays.ts';
import type { Place } from './places.ts';
import type { Source } from './contract.ts';
import { median } from './statistics.ts';
import { zoneOf } from './zone.ts';

/** Days that are forecast, today the first. */
export const horizon = 400;

export type PlaceForecast = {
  source: Source;
  /** Local day of index 0 of the figures: today. */
  firstDay: number;
  forecast: Float64Array;
  low: Float64Array;
  high: Float64Array;
  /** Days with requests on the site since the placement's first one. */
  known: number;
  fit?: Omit<SeriesForecast, 'days'>;
};

export type Forecaster = (
  places: readonly Place[],
  options: { org_id: string; now: Date },
) => Promise<Map<string, PlaceForecast>>;

type SiteForecasts = { today: number; histories: Map<string, History>; made: Map<string, PlaceForecast> };

const mostSites = 500;
const kept = new WeakMap<object, Map<string, Promise<SiteForecasts>>>();

/**
 * Forecasts of placements from an event store; what was learnt is not learnt again while the days before today stay as they were.
 * Between placements the process does other work, so that a first question about many of them holds nobody up. Fails as the event
 * store does.
 */
export function forecasterOf(events: Pick<Events, 'query'>): Forecaster {
  const sites = kept.get(events) ?? new Map<string, Promise<SiteForecasts>>();
  kept.set(events, sites);
  return async (places, { org_id, now }) => {
    const forecasts = new Map<string, PlaceForecast>();
    const bySite = Map.groupBy(places, (place) => place.site_id);
    const todayOf = (zone: string) => Math.floor(zoneOf(zone).localDay(now.getTime()));
    const todays = new Map(places.map((place) => [place.site_id, todayOf(place.time_zone)]));
    const versions = await versionsOf(events, org_id, todays);
    for (const [site_id, here] of bySite) {
      const zone = here[0]?.time_zone ?? 'UTC';
      const today = todayOf(zone);
      const key = `${org_id}|${site_id}|${today}|${versions.get(site_id) ?? ''}`;
      const site = await (sites.get(key) ?? read(key, { org_id, site_id, today }));
      for (const [id, forecast] of await forecastPlaces(here, site, zone)) forecasts.set(id, forecast);
    }
    return forecasts;
  };

  function read(key: string, asking: { org_id: string; site_id: string; today: number }): Promise<SiteForecasts> {
    const reading = readHistory(events, asking).then((histories) => ({
      today: asking.today,
      histories,
      made: new Map<string, PlaceForecast>(),
    }));
    const stale = [...sites.keys()].filter((old) => old.startsWith(`${asking.org_id}|${asking.site_id}|`));
    const oldest = sites.size >= mostSites ? [...sites.keys()].slice(0, 1) : [];
    for (const old of [...stale, ...oldest]) sites.delete(old);
    sites.set(key, reading);
    reading.catch(() => sites.delete(key));
    return reading;
  }
}

/** For each site, what its requests before today add up to: late facts change it, those of the running day do not. */
async function versionsOf(
  events: Pick<Events, 'query'>,
  org_id: string,
  todays: ReadonlyMap<string, number>,
): Promise<Map<string, string>> {
  const versions = new Map<string, string>();
  for (const [today, sites] of Map.groupBy(todays.keys(), (site) => todays.get(site) ?? 0)) {
    const rows = await events.query<{ site_id: string; total: number; days: number }>(
      `select site_id, toFloat64(sum(requests)) as total, toFloat64(uniqExact(local_date)) as days from ad_request_days
        where org_id = {org:String} and site_id in {sites:Array(String)} and local_date < toDate({today:Int32}) group by site_id`,
      { org: org_id, sites, today },
    );
    for (const { site_id, total, days } of rows) versions.set(site_id, `${total}:${days}`);
  }
  return versions;
}

async function forecastPlaces(places: readonly Place[], site: SiteForecasts, zone: string) {
  const { today, made } = site;
  const country = countryOf(zone);
  const holidays = country ? holidaysBetween(country, today - learntDays, today + horizon) : new Map<number, string>();
  let since = performance.now();
  const own = async (id: string): Promise<PlaceForecast> => {
    const known = made.get(id);
    if (known) return known;
    const one = forecastOne(site.histories.get(id), { today, holidays });
    made.set(id, one);
    if (performance.now() - since > 20) {
      await new Promise((resolve) => setImmediate(resolve));
      since = performance.now();
    }
    return one;
  };
  const forecasts = new Map<string, PlaceForecast>();
  for (const { id } of places) forecasts.set(id, await own(id));
  const young = places.filter(({ id }) => forecasts.get(id)?.source === 'none');
  if (young.length === 0) return forecasts;
  // What a new placement may have is told by the site's others.
  const elders: PlaceForecast[] = [];
  for (const id of [...site.histories.keys()].slice(0, 50)) elders.push(await own(id));
  for (const { id } of young) forecasts.set(id, byAnalogy(site.histories.get(id), elders, site));
  return forecasts;
}

type Day = { today: number; holidays: ReadonlyMap<number, string> };

function forecastOne(history: History | undefined, { today, holidays }: Day): PlaceForecast {
  const empty = new Float64Array(horizon);
  const known = history?.values.filter((value) => value !== null).length ?? 0;
  const series = history && forecastSeries({ ...history, holidays }, horizon);
  if (!series) return { source: 'none', firstDay: today, forecast: empty, low: empty, high: empty, known };
  const { days, ...fit } = series;
  return {
    source: 'history',
    firstDay: today,
    forecast: Float64Array.from(days, (day) => day.forecast),
    low: Float64Array.from(days, (day) => day.low),
    high: Float64Array.from(days, (day) => day.high),
    known,
    fit,
  };
}

/** An elder has at least this many days. */
const elderDays = 28;

/**
 * A placement with under a week of history takes the median of its site's older placements, moved towards its own first days as far as
 * these go (n of n + 7); its range is wide. Without elders there is no forecast.
 */
function byAnalogy(
  history: History | undefined,
  forecasts: readonly PlaceForecast[],
  { today }: { today: number },
): PlaceForecast {
  const empty = new Float64Array(horizon);
  const counts = (history?.values ?? []).flatMap((value) => value ?? []);
  const elders = forecasts.filter(({ source, known }) => source === 'history' && known >= elderDays);
  if (elders.length === 0)
    return { source: 'none', firstDay: today, forecast: empty, low: empty, high: empty, known: counts.length };
  const typical = Float64Array.from({ length: horizon }, (_, day) =>
    median(elders.map(({ forecast }) => forecast[day] ?? 0)),
  );
  const usual = typical.slice(0, 7).reduce((sum, value) => sum + value, 0) / 7;
  const trust = counts.length / (counts.length + 7);
  const seen = counts.reduce((sum, value) => sum + value, 0) / Math.max(1, counts.length);
  const factor = counts.length === 0 ? 1 : ((seen + 1) / (usual + 1)) ** trust;
  const wide = 4 ** (1 - trust / 2);
  const forecast = typical.map((value) => value * factor);
  return {
    source: 'analogy',
    firstDay: today,
    forecast,
    low: forecast.map((value) => value / wide),
    high: forecast.map((value) => value * wide),
    known: counts.length,
  };
}
