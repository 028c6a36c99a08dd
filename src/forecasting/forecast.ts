import type { Caller, Clock, Database, Events } from '#platform';
import type { Forecast, ForecastInput, Remark } from './contract.ts';
import { dateOf } from './day.ts';
import { type Grounds, groundsOf } from './grounds.ts';
import { spanOf } from './period.ts';
import { placesOf } from './places.ts';
import { reachOf, readVisitors } from './reach.ts';
import { basisOf, basisOfShare, noForecast, notMeasured } from './remarks.ts';
import { daysOf, partOf } from './supply.ts';
import { zoneOf } from './zone.ts';

export type Asking = { db: Database; events: Pick<Events, 'query'>; clock: Clock; caller: Caller };

/**
 * Expected requests of placements by day of their sites' calendars, from now on: days gone by are left out, for they are no forecast.
 * Throws bad-input or not-found naming the field.
 */
export async function forecastRequests(asking: Asking, input: ForecastInput): Promise<Forecast> {
  const { db, events, clock, caller } = asking;
  const places = await placesOf(db, caller.org_id, input);
  const span = spanOf(input, places[0]?.time_zone ?? 'UTC');
  const now = clock().getTime();
  const targeting = input.targeting ?? null;
  const grounds = await groundsOf({ events, clock }, { org_id: caller.org_id, places, targetings: [targeting] });

  const byDay = new Map<number, { forecast: number; low: number; high: number }>();
  const byPlace = new Map<string, number>();
  let whole = 0;
  for (const place of places) {
    const expected = grounds.forecasts.get(place.id);
    const cells = grounds.cells.get(place.site_id);
    if (!expected || !cells) continue;
    const mask = cells.mask(targeting, place);
    let own = 0;
    for (const part of daysOf({ start: Math.max(span.start, now), end: span.end }, zoneOf(place.time_zone))) {
      const at = part.day - expected.firstDay;
      const share = partOf(cells, mask, part);
      const sum = byDay.get(part.day) ?? { forecast: 0, low: 0, high: 0 };
      const requests = expected.forecast[at] ?? 0;
      byDay.set(part.day, {
        forecast: sum.forecast + share * requests,
        low: sum.low + share * (expected.low[at] ?? 0),
        high: sum.high + share * (expected.high[at] ?? 0),
      });
      own += share * requests;
      whole += requests * partOf(cells, undefined, part);
    }
    byPlace.set(place.id, own);
  }

  const days = [...byDay]
    .toSorted((a, b) => a[0] - b[0])
    .map(([day, { forecast, low, high }]) => ({
      date: dateOf(day),
      forecast: Math.round(forecast),
      low: Math.floor(low),
      high: Math.ceil(high),
    }));
  const total = {
    forecast: days.reduce((sum, day) => sum + day.forecast, 0),
    low: days.reduce((sum, day) => sum + day.low, 0),
    high: days.reduce((sum, day) => sum + day.high, 0),
  };
  const visitors = await readVisitors(events, { org_id: caller.org_id, places, now: clock() });
  const reach = reachOf(days, visitors);
  return {
    days,
    total,
    reach: reach ? reach.figures : null,
    targeted: targeting ? targetedOf(grounds, total.forecast, whole) : null,
    placements: places.map(({ id }) => {
      const { source = 'none', known = 0, fit } = grounds.forecasts.get(id) ?? {};
      return {
        id,
        source,
        days_of_history: known,
        forecast: Math.round(byPlace.get(id) ?? 0),
        error_percent: fit?.error === null || fit?.error === undefined ? null : Math.round(1000 * fit.error) / 10,
      };
    }),
    basis: [
      ...basisOf(places.flatMap(({ id }) => grounds.forecasts.get(id) ?? [])),
      ...(targeting ? [basisOfShare([...grounds.profiles.values()])] : []),
      ...(reach ? [reach.basis] : []),
    ],
    warnings: warningsOf(grounds, input),
  };
}

/** Relative error of a share counted on a sample: √((1 − p) / (p m)). */
function targetedOf({ profiles }: Grounds, part: number, whole: number): Forecast['targeted'] {
  const share = whole > 0 ? Math.min(1, part / whole) : 0;
  const sample = [...profiles.values()].reduce((sum, { counted }) => sum + counted, 0);
  const error = share > 0 && sample > 0 ? 100 * Math.sqrt((1 - share) / (share * sample)) : null;
  return {
    share: Math.round(10_000 * share) / 10_000,
    sample: Math.round(sample),
    error_percent: error === null ? null : Math.round(10 * error) / 10,
  };
}

function warningsOf({ places, forecasts, cells }: Grounds, input: ForecastInput): Remark[] {
  const none = noForecast(places, forecasts);
  const unknown = new Set(
    places.flatMap((place) => cells.get(place.site_id)?.unmeasured(input.targeting, place) ?? []),
  );
  return [...(none ? [none] : []), ...(unknown.size > 0 ? [notMeasured([...unknown])] : [])];
}
