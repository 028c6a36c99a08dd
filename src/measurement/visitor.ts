/** Visitors without cookies: a keyed hash under a salt that changes every day of the site and is then forgotten. */
import { createHmac, hash } from 'node:crypto';
import { isIPv6 } from 'node:net';

const block = 64;

/**
 * The first 64 bits of HMAC-SHA256 of many messages under one key: the key's blocks are made once, each message costs two plain
 * hashes. The digests come as text, a character a byte: a Buffer for each costs as much again as the hash.
 */
export function hmac64(key: Buffer): (message: string) => string {
  const padded = Buffer.alloc(block);
  (key.length > block ? hash('sha256', key, 'buffer') : key).copy(padded);
  const inner = padded.map((byte) => byte ^ 0x36);
  const outer = Buffer.alloc(block + 32);
  const first = Buffer.alloc(8);
  padded.map((byte) => byte ^ 0x5c).forEach((byte, i) => (outer[i] = byte));
  return (message) => {
    const length = Buffer.byteLength(message);
    const text = Buffer.allocUnsafe(block + length);
    text.set(inner);
    text.write(message, block);
    outer.write(hash('sha256', text, 'binary'), block, 'latin1');
    first.write(hash('sha256', outer, 'binary'), 0, 8, 'latin1');
    return first.readBigUInt64BE(0).toString();
  };
}

export type VisitorOf = (siteId: string, ip: string, userAgent: string) => string;

/**
 * The visitor hash under one day's salt: the first 64 bits of HMAC-SHA256(salt, site, address, user agent), as a decimal
 * text. Of an IPv6 address the first 64 bits count: the rest changes while the reader stays.
 */
export function visitorUnder(salt: Buffer): VisitorOf {
  const digest = hmac64(salt);
  return (siteId, ip, userAgent) => digest(`${siteId}\0${network(ip)}\0${userAgent}`);
}

/** The hash of an identifier that the caller gives: per site, and the same every day. */
export function visitorNamed(key: string): (siteId: string, visitorId: string) => string {
  return (siteId, visitorId) =>
    createHmac('sha256', key).update(`${siteId}\0${visitorId}`).digest().readBigUInt64BE(0).toString();
}

/** An IPv4 address as it is (also when written inside IPv6), the /64 of an IPv6 one. */
function network(ip: string): string {
  if (!ip.includes(':')) return ip;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip);
  if (mapped?.[1]) return mapped[1];
  if (!isIPv6(ip)) return ip;
  const [head = '', tail] = ip.split('%')[0]?.split('::') ?? [];
  const before = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':') : [];
  const full =
    tail === undefined
      ? before
      : [...before, ...Array(Math.max(0, 8 - before.length - after.length)).fill('0'), ...after];
  return full
    .slice(0, 4)
    .map((part) => Number.parseInt(part, 16).toString(16))
    .join(':');
}
