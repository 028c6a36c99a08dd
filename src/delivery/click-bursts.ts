/**
 * Clicks of one reader on one line item that no reader makes: more than ten in a minute. A reader is an identifier, where consent
 * gives one; else a public address with its program, of which no household or office clicks the same ad so often.
 */
import { BlockList, isIP } from 'node:net';

/** Addresses of networks of one's own: a proxy that was not named as one stands there for all readers (RFC 6890). */
const ownNetworks = new BlockList();
for (const [address, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  ownNetworks.addSubnet(address, bits, 'ipv4');
for (const [address, bits] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  ownNetworks.addSubnet(address, bits, 'ipv6');

/** Whose click it is; undefined where nobody can be told apart. Kept in memory for a minute, written nowhere. */
export function readerOf({
  visitor,
  ip,
  userAgent,
}: {
  visitor: bigint | undefined;
  ip: string;
  userAgent: string;
}): string | undefined {
  if (visitor !== undefined) return visitor.toString();
  const kind = isIP(ip);
  if (kind === 0 || ownNetworks.check(ip, kind === 4 ? 'ipv4' : 'ipv6')) return undefined;
  return `${ip} ${userAgent}`;
}

const windowMs = 60_000;
const mostClicks = 10;
const mostReaders = 20_000;

export type ClickBursts = {
  /** Notes a click; true when it is one too many. */
  isBurst(reader: string, line: number, at: number): boolean;
};

export function openClickBursts(): ClickBursts {
  let recent = new Map<string, number[]>();
  return {
    isBurst(reader, line, at) {
      const key = `${line} ${reader}`;
      const clicks = (recent.get(key) ?? []).filter((time) => time > at - windowMs && time <= at);
      clicks.push(at);
      if (clicks.length > mostClicks + 1) clicks.shift();
      recent.delete(key);
      recent.set(key, clicks);
      // The oldest are first: a map keeps the order in which its keys came.
      if (recent.size > mostReaders) recent = new Map([...recent].slice(mostReaders / 2));
      return clicks.length > mostClicks;
    },
  };
}
