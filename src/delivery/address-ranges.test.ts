import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { BlockList, isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { followAddressRanges, readAddressRanges } from './address-ranges.ts';

test('remarks and empty lines are nothing; a line that is no range is named', () => {
  const ranges = readAddressRanges('# clouds\n\n203.0.113.0/24 # one\n2001:db8::/32\n198.51.100.7\n');
  expect(['203.0.113.9', '198.51.100.7', '2001:db8:1::5', '::ffff:203.0.113.1'].map((one) => ranges.has(one))).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(['203.0.114.0', '198.51.100.8', '2001:db9::1', 'nowhere', ''].map((one) => ranges.has(one))).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
  expect(() => readAddressRanges('203.0.113.0/24\n300.1.1.1')).toThrow('line 2: "300.1.1.1"');
  expect(() => readAddressRanges('203.0.113.0/40')).toThrow('line 1');
});

test('answers as Node does', () => {
  const four = fc.ipV4();
  const six = fc.ipV6();
  const cidr = fc.oneof(
    fc.tuple(four, fc.integer({ min: 4, max: 32 })),
    fc.tuple(six, fc.integer({ min: 8, max: 128 })),
  );
  fc.assert(
    fc.property(fc.array(cidr, { maxLength: 8 }), fc.array(fc.oneof(four, six), { maxLength: 8 }), (list, asked) => {
      const theirs = new BlockList();
      for (const [address, bits] of list) theirs.addSubnet(address, bits, isIP(address) === 4 ? 'ipv4' : 'ipv6');
      const ours = readAddressRanges(list.map(([address, bits]) => `${address}/${bits}`).join('\n'));
      for (const address of [...asked, ...list.map(([own]) => own)])
        expect(ours.has(address), address).toBe(theirs.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6'));
    }),
    { numRuns: 300 },
  );
});

test('a list that is replaced is taken up, one that cannot be read leaves the one before', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-ranges-'));
  const file = join(folder, 'ranges.txt');
  await writeFile(file, '192.0.2.0/24');
  const failures: unknown[] = [];
  const followed = await followAddressRanges(file, { everyMs: 20, failed: (error) => failures.push(error) });
  expect([followed.has('192.0.2.9'), followed.has('198.51.100.9')]).toEqual([true, false]);
  await writeFile(file, '198.51.100.0/24');
  await utimes(file, 1, 1);
  await vi.waitFor(() => expect([followed.has('192.0.2.9'), followed.has('198.51.100.9')]).toEqual([false, true]));
  await writeFile(file, 'nonsense');
  await utimes(file, 2, 2);
  await vi.waitFor(() => expect(failures.length).toBeGreaterThan(0));
  expect(followed.has('198.51.100.9')).toBe(true);
  followed.close();
  await rm(folder, { recursive: true });
});

test.each([
  ['52.94.236.248', true],
  ['34.105.5.10', true],
  ['51.68.10.10', true],
  ['88.198.1.1', true],
  ['2a01:4f8::1', true],
  ['::ffff:88.198.1.1', true],
  ['90.3.11.20', false],
  ['82.64.10.10', false],
  ['127.0.0.1', false],
  ['2a01:e34:ec10::1', false],
  ['104.28.1.1', false],
])('the list that ships: %s is of a data centre: %s', async (address, is) => {
  const shipped = readAddressRanges(await readFile(new URL('../../assets/data-centres.txt', import.meta.url), 'utf8'));
  expect(shipped.has(address)).toBe(is);
});
