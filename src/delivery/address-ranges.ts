/** Ranges of addresses in a text file, a CIDR or an address a line, `#` begins a remark; asked by binary search. */
import { readFile, stat } from 'node:fs/promises';
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
  // Nearly all readers come by version 4: those are compared as plain numbers.
  const fours = ranges.filter(({ from, to }) => to >= mapped && from <= lastMapped);
  const from = Float64Array.from(fours, (range) => Number(range.from > mapped ? range.from - mapped : 0n));
  const to = Float64Array.from(fours, (range) => Number((range.to < lastMapped ? range.to : lastMapped) - mapped));
  return {
    size: ranges.length,
    has(address) {
      if (isIP(address) === 4) {
        const number = fourOf(address);
        return number <= (to[lastFrom(from.length, (at) => (from[at] ?? 0) <= number)] ?? -1);
      }
      const number = numberOf(address);
      if (number === undefined) return false;
      const range = ranges[lastFrom(ranges.length, (at) => (ranges[at]?.from ?? 0n) <= number)];
      return range !== undefined && number <= range.to;
    },
  };
}

/** Version 4 addresses within the version 6 ones (RFC 4291, section 2.5.5.2). */
const mapped = 0xffff_0000_0000n;
const lastMapped = 0xffff_ffff_ffffn;

/** Place of the last of `count` rising starts that is not past; −1 when all are. */
function lastFrom(count: number, isReached: (at: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isReached(middle)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * The ranges of a file, read again when it has changed: an operator may put a newer list in its place. A file that cannot be read
 * later leaves the list as it was; at the start it is an Error.
 */
export async function followAddressRanges(
  file: string,
  { everyMs, failed }: { everyMs: number; failed: (error: unknown) => void },
): Promise<Pick<AddressRanges, 'has'> & { close(): void }> {
  const changedAt = async () => (await stat(file)).mtimeMs;
  let at = await changedAt();
  let ranges = readAddressRanges(await readFile(file, 'utf8'));
  async function look(): Promise<void> {
    const now = await changedAt();
    if (now === at) return;
    at = now;
    ranges = readAddressRanges(await readFile(file, 'utf8'));
  }
  const timer = setInterval(() => void look().catch(failed), everyMs);
  timer.unref();
  return { has: (address) => ranges.has(address), close: () => clearInterval(timer) };
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
  if (kind === 4) return mapped + BigInt(fourOf(address));
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
