import { readFile, readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { bannerFile, brands } from './brands.ts';

const folder = new URL('../../../assets/sample/banners/', import.meta.url);
const expected = brands.flatMap(({ key, copies }) =>
  copies.flatMap((copy) => copy.sizes.map((size) => ({ name: bannerFile(key, copy.key, size), size }))),
);

test('every banner is there in its size and light, and there is none too many', async () => {
  expect((await readdir(folder)).toSorted()).toEqual(expected.map(({ name }) => name).toSorted());
  for (const { name, size } of expected) {
    const bytes = await readFile(new URL(name, folder));
    // A PNG's header holds width and height at bytes 16 and 20 (PNG specification, 11.2.2).
    expect(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`, name).toBe(size);
    expect(bytes.length, name).toBeLessThanOrEqual(40 * 1024);
  }
});
