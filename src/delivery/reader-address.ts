/** The address of the reader behind a request, read from X-Forwarded-For only as far as the proxies on the way are trusted. */
import { BlockList, isIP } from 'node:net';
import type { HttpRequest } from '#platform';

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');
const plain = (address: string): string => (address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address);

/** `trusted`: addresses or CIDR ranges of our own proxies. Throws an Error that names an entry that is neither. */
export function readerAddress(trusted: readonly string[]): (request: HttpRequest) => string {
  const list = new BlockList();
  for (const entry of trusted) {
    const [address = '', bits] = entry.split('/');
    if (isIP(address) === 0) throw new Error(`VIGIE_TRUSTED_PROXIES: ${entry} is not an address or a range.`);
    if (bits === undefined) list.addAddress(address, familyOf(address));
    else list.addSubnet(address, Number(bits), familyOf(address));
  }
  const isTrusted = (address: string) => isIP(address) !== 0 && list.check(address, familyOf(address));

  return (request) => {
    const direct = plain(request.socket.remoteAddress ?? '');
    if (trusted.length === 0 || !isTrusted(direct)) return direct;
    // From the right: the first hop that is not ours is the reader; what stands left of it may be made up.
    const header = request.headers['x-forwarded-for'];
    const hops = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',').map((hop) => plain(hop.trim()));
    const reader = hops.findLast((hop) => hop !== '' && !isTrusted(hop));
    return reader !== undefined && isIP(reader) !== 0 ? reader : direct;
  };
}

/**
 * The address by which a reader may be judged (data centres, bursts of clicks). Empty where a proxy stands before the edge and none
 * was named: its address is everybody's, and may lie in a data centre itself.
 */
export function judgedAddress(trusted: readonly string[]): (request: HttpRequest) => string {
  const readerOf = readerAddress(trusted);
  return (request) =>
    trusted.length === 0 && (request.headers['x-forwarded-for'] ?? request.headers['forwarded']) !== undefined
      ? ''
      : readerOf(request);
}
