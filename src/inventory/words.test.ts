import { describe, expect, test } from 'vitest';
import { Currency, Domain, PathPattern, PlacementCode, PlacementFormat, TimeZone } from './words.ts';

describe('a domain', () => {
  test.each([
    ['News.Example.ORG', 'news.example.org'],
    [' https://news.example/ ', 'news.example'],
    ['journal-été.fr', 'xn--journal-t-i4ab.fr'],
    ['news.example.', 'news.example'],
    ['localhost', 'localhost'],
    ['192.168.1.10', '192.168.1.10'],
  ])('%j is kept as %j', (typed, kept) => {
    expect(Domain.parse(typed)).toBe(kept);
    expect(Domain.parse(kept)).toBe(kept);
  });

  test.each([
    '',
    'a b',
    'news.example/path',
    'news.example:80',
    'user@news.example',
    '-a.example',
    'a..b',
    '1',
    '0x7f.1',
    '[::1]',
    '%41.example',
    `${'a'.repeat(64)}.fr`,
    `${'a.'.repeat(130)}fr`,
    '<script>',
    "x';--",
  ])('%j is none', (typed) => expect(Domain.safeParse(typed).success).toBe(false));
});

test.each([
  ['Europe/Paris', 'Europe/Paris'],
  ['europe/paris', 'Europe/Paris'],
  ['Asia/Kolkata', 'Asia/Kolkata'],
  ['UTC', 'UTC'],
  ['+02:00', undefined],
  ['Mars/Olympus', undefined],
  ['', undefined],
])('time zone %j is %j', (typed, kept) => {
  expect(TimeZone.safeParse(typed).data).toBe(kept);
});

test.each([
  [Currency, ['EUR', 'CHF'], ['eur', 'ZZZ', 'EURO', '']],
  [PlacementCode, ['top', 'a-b_1'], ['Top', '', 'a b', 'x'.repeat(65), '../x']],
  [
    PlacementFormat,
    ['300x250', '1x1', 'native', 'video', 'interstitial', 'text'],
    ['0x250', '300X250', '300x', 'html5', '10000x1'],
  ],
  [PathPattern, ['/', '/sport/*', '/été'], ['sport', '/a b', '/a?b', '']],
])('%# takes the good ones and refuses the others', (word, good, bad) => {
  for (const typed of good) expect(word.safeParse(typed).success, typed).toBe(true);
  for (const typed of bad) expect(word.safeParse(typed).success, typed).toBe(false);
});
