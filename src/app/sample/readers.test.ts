import { expect, test } from 'vitest';
import { openCountries } from '#measurement';
import { sampleNetworks } from './readers.ts';

test('every network lies in the country it stands for', () => {
  const countryOf = openCountries();
  for (const [country, networks] of Object.entries(sampleNetworks)) {
    for (const network of networks)
      for (const host of ['0.1', '77.20', '255.254']) expect(countryOf(`${network}.${host}`), network).toBe(country);
  }
});
