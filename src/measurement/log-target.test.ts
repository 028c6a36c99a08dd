import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readBothWays, targetOf } from './log-target.ts';

test('a target that is read quickly is what the standard’s parser makes of it', () => {
  const piece = fc.constantFrom(
    '/',
    '//',
    '.',
    '..',
    '/./',
    '/../',
    '%2e',
    '%2E%2e',
    '%',
    '%41',
    '?',
    '#',
    '&',
    '=',
    "'",
    '"',
    '\\',
    '|',
    'a',
    'b.css',
    'é',
    ' ',
    '[',
    ']',
    '{',
    '^',
    '`',
    '<',
    '~',
    '@',
    ':',
    ';',
    '+',
    '*',
    '(',
    '!',
    '$',
    ',',
  );
  let quickly = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const target = `/${pieces.join('')}`;
      const { quick, standard } = readBothWays(target);
      if (!quick) return;
      quickly++;
      expect({ ...quick, host: 'example.com' }).toEqual(standard);
    }),
    { numRuns: 20_000, seed: 5 },
  );
  expect(quickly).toBeGreaterThan(500);
});

test.each([
  ['/a', null, '/a', ''],
  ['/a?x=1', null, '/a', '?x=1'],
  ['/a/../b', null, '/b', ''],
  ['https://other.example/c?d', null, '/c', '?d'],
  ['/style.css?v=3', 'asset', '/style.css', '?v=3'],
  ['/blog/feed/', 'feed', '/blog/feed/', ''],
  ['/sitemap.xml', 'not-a-page', '/sitemap.xml', ''],
  ['*', 'not-a-page', '*', ''],
  ['', 'not-a-page', '', ''],
])('%j', (target, reason, path, query) => {
  const host = target.startsWith('http') ? new URL(target).hostname : '';
  expect(targetOf(target, 'example.com')).toEqual({ path, query, host, reason });
});
