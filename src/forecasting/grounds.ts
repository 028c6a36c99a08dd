/** Everything an answer is computed from: placements, their forecasts, and the cells of their sites. */
import type { TargetingGroup } from '#inventory/contract';
import type { Clock, Events } from '#platform';
import { type Cells, cellsOf } from './cells.ts';
import { conditionsOf } from './measured-targeting.ts';
import { forecasterOf, type PlaceForecast } from './place-forecast.ts';
import type { Place } from './places.ts';
import { needsAudience, type Profile, readProfile } from './profile.ts';
import { zoneOf } from './zone.ts';

export type Grounds = {
  places: readonly Place[];
  forecasts: ReadonlyMap<string, PlaceForecast>;
  /** By site. */
  profiles: ReadonlyMap<string, Profile>;
  cells: ReadonlyMap<string, Cells>;
};

type Targetings = readonly (TargetingGroup | null | undefined)[];

const kept = new WeakMap<object, Map<string, { at: number; reading: Promise<Profile> }>>();
/** Who asks changes slowly: a profile serves this long. */
const freshMs = 60_000;

/** Reads what is needed to answer about these placements and targetings. Fails as the event store does. */
export async function groundsOf(
  { events, clock }: { events: Pick<Events, 'query'>; clock: Clock },
  { org_id, places, targetings }: { org_id: string; places: readonly Place[]; targetings: Targetings },
): Promise<Grounds> {
  const now = clock();
  const audience = targetings.some((one) => one && conditionsOf(one).some(({ key }) => needsAudience(key)));
  const zones = new Map(places.map((place) => [place.site_id, place.time_zone]));
  const [forecasts, profiles] = await Promise.all([
    forecasterOf(events)(places, { org_id, now }),
    Promise.all(
      [...zones].map(async ([site_id, zone]) => {
        const today = Math.floor(zoneOf(zone).localDay(now.getTime()));
        return [site_id, await profileOf(events, { org_id, site_id, today, audience })] as const;
      }),
    ),
  ]);
  return {
    places,
    forecasts,
    profiles: new Map(profiles),
    cells: new Map(profiles.map(([site_id, profile]) => [site_id, cellsOf(profile, targetings)])),
  };
}

function profileOf(events: Pick<Events, 'query'>, asking: Parameters<typeof readProfile>[1]): Promise<Profile> {
  const profiles = kept.get(events) ?? new Map<string, { at: number; reading: Promise<Profile> }>();
  kept.set(events, profiles);
  const key = [asking.org_id, asking.site_id, asking.today, asking.audience].join('|');
  const now = performance.now();
  const known = profiles.get(key);
  if (known && now - known.at < freshMs) return known.reading;
  for (const [old, { at }] of profiles) if (now - at >= freshMs) profiles.delete(old);
  const reading = readProfile(events, asking);
  profiles.set(key, { at: now, reading });
  reading.catch(() => profiles.delete(key));
  return reading;
}
