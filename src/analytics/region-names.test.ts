import { expect, test } from 'vitest';
import { codesNamed, placeNamed } from './place-names.ts';
import { labelsOf } from './labels.ts';
import { regionCodes, regionNamed } from './region-names.ts';
import { regionsInFrench } from './region-names-fr.ts';

test.each([
  ['FR-BRE', 'Brittany', 'Bretagne'],
  ['FR-IDF', 'Île-de-France', 'Île-de-France'],
  ['CH-GE', 'Geneva', 'Genève'],
  ['US-TX', 'Texas', 'Texas'],
  ['DE-BY', 'Bavaria', 'Bavière'],
  // A name that another product told, and a code that nobody named, stay.
  ['Bretagne', 'Bretagne', 'Bretagne'],
  ['FR-ZZZ', 'FR-ZZZ', 'FR-ZZZ'],
  ['', '', ''],
])('%s is %s in English and %s in French', (code, english, french) => {
  expect([regionNamed(code), regionNamed(code, 'fr')]).toEqual([english, french]);
});

test('every French name belongs to a code', () => {
  const codes = new Set(regionCodes());
  expect(codes.size).toBeGreaterThan(5000);
  const wrong = Object.entries(regionsInFrench).flatMap(([country, names]) =>
    Object.keys(names).filter((code) => !codes.has(`${country}-${code}`)),
  );
  expect(wrong).toEqual([]);
});

test('answers carry the names of their regions in the reader’s language', async () => {
  const db = {
    query: () => Promise.reject(new Error('no table is asked for regions')),
  } as unknown as Parameters<typeof labelsOf>[0];
  const rows = [['FR-BRE'], ['Elsewhere'], ['(not set)']];
  expect(await labelsOf(db, 'org', ['visit:region'], rows, 'fr')).toEqual({ 'FR-BRE': 'Bretagne' });
});

test('regions are asked for by their English names, or by what a product called them', () => {
  expect(placeNamed('visit:region_name', 'FR-BRE')).toBe('Brittany');
  expect(codesNamed(['is', 'visit:region_name', ['Brittany', 'Elsewhere']])).toEqual([
    'is',
    'visit:region',
    ['FR-BRE', 'Brittany', 'Elsewhere'],
  ]);
  expect(codesNamed(['contains', 'visit:region_name', ['bavar'], { case_sensitive: false }])).toEqual([
    'is',
    'visit:region',
    ['DE-BY'],
  ]);
  expect(codesNamed(['is', 'visit:region', ['FR-BRE']])).toEqual(['is', 'visit:region', ['FR-BRE']]);
});
