/** Ranges of addresses in a text file, a CIDR or an address a line, `#` begins a remark; asked by binary search. */
import { isIP } from 'node:net';

export type AddressRanges = { has(address: string): boolean; size: number };

type Range = { from: bigint; to: bigint };

/** Throws an Error that names the line that is no range. */
export function readAddressRanges(text: string): AddressRanges {
  const found = text.split('\n').flatMap((line, index): Range[] => {
    const said = line.replace(/#.*/, '').trim();
    if (said === '') return [];
    const range = rangeOf(said);
    if (!range) throw new Error(`line ${index + 1}: "${said.slice(0, 60)}" is neither an address nor a CIDR range.`);
    return [range];
  });
  const ranges: Range[] = [];
  for (const range of found.toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))) {
    const last = ranges.at(-1);
    if (last && range.from <= last.to + 1n) last.to = range.to > last.to ? range.to : last.to;
    else ranges.push({ ...range });
  }
  return {
    size: ranges.length,
    has(address) {
      const number = numberOf(address);
      if (number === undefined) return false;
      let [low, high] = [0, ranges.length - 1];
      while (low <= high) {
        const middle = (low + high) >> 1;
        const range = ranges[middle];
        if (!range || number < range.from) high = middle - 1;
        else if (number > range.to) low = middle + 1;
        else return true;
      }
      return false;
    },
  };
}

function rangeOf(said: string): Range | undefined {
  const [address = '', bits] = said.split('/');
  const number = numberOf(address);
  if (number === undefined) return undefined;
  const width = isIP(address) === 4 ? 32 : 128;
  if (bits === undefined) return { from: number, to: number };
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > width) return undefined;
  const size = 1n << BigInt(width - Number(bits));
  const from = (number / size) * size;
  return { from, to: from + size - 1n };
}

/** Version 4 addresses as the version 6 ones that stand for them (RFC 4291, section 2.5.5.2). */
function numberOf(address: string): bigint | undefined {
  const kind = isIP(address);
  if (kind === 4) return 0xffff_0000_0000n + BigInt(fourOf(address));
  if (kind !== 6) return undefined;
  const plain = address.replace(/%.*/, '').replace(/(\d+\.\d+\.\d+\.\d+)$/, (four) => {
    const number = fourOf(four);
    return `${(number >>> 16).toString(16)}:${(number & 0xffff).toString(16)}`;
  });
  const [head = '', tail] = plain.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups =
    tail === undefined ? before : [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
  return groups.reduce((sum, group) => (sum << 16n) + BigInt(Number.parseInt(group, 16)), 0n);
}

const fourOf = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
