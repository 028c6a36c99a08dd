import { expect, test } from 'vitest';
import { keptProps } from './hit.ts';

test('of an address that was followed host and path are kept, whoever sends it; an event of the site’s own stays as it is', () => {
  const url = 'https://me:secret@elsewhere.example/a?email=jane%40example.com#part';
  for (const name of ['Outbound Link: Click', 'outbound link', 'File Download', 'download'])
    expect(keptProps(name, { url, other: 'x?y' })).toEqual({ url: 'https://elsewhere.example/a', other: 'x?y' });
  expect(keptProps('Shared', { url })).toEqual({ url });
  expect(keptProps('Outbound Link: Click', undefined)).toBeUndefined();
});
