import { expect, test } from 'vitest';
import { openClickBursts, readerOf } from './click-bursts.ts';

const agent = 'Mozilla/5.0 Firefox/128.0';
const reader = (ip: string, visitor?: bigint) => readerOf({ visitor, ip, userAgent: agent });

test.each<[string, string | undefined, string | undefined]>([
  ['an identifier, whatever the address', reader('127.0.0.1', 7n), '7'],
  ['a public address with its program', reader('203.0.113.9'), `203.0.113.9 ${agent}`],
  ['version 6', reader('2001:db8::1'), `2001:db8::1 ${agent}`],
  ['a proxy of the own network stands for all readers', reader('10.1.2.3'), undefined],
  ['the own machine', reader('127.0.0.1'), undefined],
  ['the own machine, version 6', reader('::1'), undefined],
  ['a link-local address', reader('fe80::1'), undefined],
  ['no address', reader(''), undefined],
])('%s', (_, is, expected) => expect(is).toBe(expected));

test('the eleventh click within a minute is one too many, of this reader on this line only, and for a minute', () => {
  const bursts = openClickBursts();
  const click = (who: string, line: number, at: number) => bursts.isBurst(who, line, at);
  for (let n = 0; n < 10; n++) expect(click('a', 1, n * 1000)).toBe(false);
  expect(click('a', 1, 10_000)).toBe(true);
  expect(click('b', 1, 10_000)).toBe(false);
  expect(click('a', 2, 10_000)).toBe(false);
  expect(click('a', 1, 200_000)).toBe(false);
});
