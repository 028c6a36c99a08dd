import { BlockList, isIP } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readAddressRanges } from './address-ranges.ts';

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
