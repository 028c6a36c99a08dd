import { expect, test } from 'vitest';
import type { HttpRequest } from '#platform';
import { judgedAddress } from './reader-address.ts';

const from = (remoteAddress: string, headers: Record<string, string> = {}): HttpRequest => {
  const request: Pick<HttpRequest, 'headers'> & { socket: { remoteAddress: string } } = {
    headers,
    socket: { remoteAddress },
  };
  // A request of the edge has more; an address is read from these two alone.
  return request as HttpRequest;
};

test.each<[string, string[], HttpRequest, string]>([
  ['a reader who comes directly', [], from('203.0.113.9'), '203.0.113.9'],
  ['a proxy that nobody named stands for all readers', [], from('52.94.1.1', { 'x-forwarded-for': '203.0.113.9' }), ''],
  ['a proxy by the standard header', [], from('52.94.1.1', { forwarded: 'for=203.0.113.9' }), ''],
  ['a proxy that was named', ['52.94.1.1'], from('52.94.1.1', { 'x-forwarded-for': '203.0.113.9' }), '203.0.113.9'],
  [
    'a header of one who is no proxy, where proxies are named',
    ['10.0.0.0/8'],
    from('52.94.1.1', { 'x-forwarded-for': '203.0.113.9' }),
    '52.94.1.1',
  ],
])('%s', (_, trusted, request, address) => expect(judgedAddress(trusted)(request)).toBe(address));
