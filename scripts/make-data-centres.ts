/**
 * Makes `assets/data-centres.txt`: the address ranges that hosting companies announce, out of a table of ranges by autonomous
 * system (`from,to,number,name` a line), such as npm's `@ip-location-db/asn`, whose data is CC BY 4.0 by RouteViews, the NRO and
 * DB-IP. Run: `node scripts/make-data-centres.ts asn-ipv4.csv asn-ipv6.csv > assets/data-centres.txt`.
 */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';

/**
 * Networks that rent out servers. Left out on purpose: those whose addresses people have too: carriers, relays and VPNs (iCloud
 * Private Relay, WARP), corporate proxies, content networks.
 */
const hosting: Readonly<Record<string, readonly number[]>> = {
  'Amazon Web Services': [16509, 14618, 7224, 8987],
  'Google Cloud': [396982],
  'Microsoft Azure': [8075, 8068, 8069],
  OVHcloud: [16276, 35540],
  Hetzner: [24940, 213230, 212317],
  DigitalOcean: [14061, 62567, 200130, 202018, 393406, 46652],
  'Linode (Akamai)': [63949],
  Vultr: [20473],
  'Oracle Cloud': [31898],
  'Alibaba Cloud': [45102, 37963],
  'Tencent Cloud': [132203, 45090],
  'Huawei Cloud': [136907, 55990],
  Scaleway: [12876],
  Leaseweb: [60781, 28753, 30633, 7203, 396362, 59253, 16265],
  Contabo: [51167, 40021, 141995],
  IONOS: [8560],
  Ikoula: [21409],
  Gandi: [29169, 203476],
  Infomaniak: [29222],
  Hostinger: [47583],
  GoDaddy: [26496, 398101],
  Rackspace: [33070, 27357, 19994, 15395],
  'IBM Cloud': [36351],
  'Equinix Metal': [54825],
  UpCloud: [202053, 25697],
  Exoscale: [61098],
  QuadraNet: [8100],
  ColoCrossing: [36352],
  'Yandex Cloud': [200350],
  Selectel: [49505],
  Kamatera: [36007, 41436],
  Aruba: [31034],
  'Servers.com': [7979],
  phoenixNAP: [60558],
  Psychz: [40676],
  NForce: [43350],
  WorldStream: [49981],
  netcup: [197540],
  'Fly.io': [40509],
  'Clever Cloud': [213394],
};

const wanted = new Set(Object.values(hosting).flat());
type Range = { from: bigint; to: bigint };

const rangesOf = (width: 32 | 128): Range[] => {
  const found = process.argv
    .slice(2)
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    .flatMap((line): Range[] => {
      const [from = '', to = '', number] = line.split(',');
      if (!wanted.has(Number(number)) || isIP(from) !== (width === 32 ? 4 : 6)) return [];
      return [{ from: numberOf(from), to: numberOf(to) }];
    })
    .toSorted((a, b) => (a.from < b.from ? -1 : 1));
  const merged: Range[] = [];
  for (const range of found) {
    const last = merged.at(-1);
    if (last && range.from <= last.to + 1n) last.to = range.to > last.to ? range.to : last.to;
    else merged.push({ ...range });
  }
  return merged;
};

function numberOf(address: string): bigint {
  if (isIP(address) === 4) return address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array<string>(zeros).fill('0'), ...after].reduce(
    (sum, g) => sum * 65536n + BigInt(`0x${g}`),
    0n,
  );
}

function* blocksOf({ from, to }: Range, width: number): Generator<string> {
  let at = from;
  while (at <= to) {
    let bits = 0;
    while (bits < width && (at >> BigInt(bits)) % 2n === 0n && at + (1n << BigInt(bits + 1)) - 1n <= to) bits++;
    yield `${textOf(at, width)}/${width - bits}`;
    at += 1n << BigInt(bits);
  }
}

function textOf(value: bigint, width: number): string {
  if (width === 32) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 65535n).toString(16));
  return groups.join(':').replace(/(^|:)0(:0)+$/, '::');
}

const head = [
  '# Address ranges of hosting companies: where servers stand, not readers.',
  '# Made by scripts/make-data-centres.ts from @ip-location-db/asn (CC BY 4.0: RouteViews, NRO, DB-IP; changed: chosen networks, merged).',
  ...Object.entries(hosting).map(([name, numbers]) => `# ${name}: AS${numbers.join(', AS')}`),
];
const lines = ([32, 128] as const).flatMap((width) => rangesOf(width).flatMap((range) => [...blocksOf(range, width)]));
process.stdout.write(`${[...head, ...lines].join('\n')}\n`);
