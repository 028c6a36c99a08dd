import { describe, expect, test } from 'vitest';
import { checksOf } from './checks.ts';
import { CreativeState } from './contract.ts';
import { safeFileName } from './creative-body.ts';
import { checkLandingUrl } from './landing-url.ts';
import { creativeMoves, mayMoveCreative, whyCreativeMayNotMove } from './states.ts';

describe('the states of a creative', () => {
  test('every state can be reached from uploaded, and only retired is final', () => {
    const seen = new Set<CreativeState>(['uploaded']);
    for (const state of seen) for (const next of creativeMoves[state]) seen.add(next);
    expect([...seen].sort()).toEqual([...CreativeState.options].sort());
    expect(CreativeState.options.filter((state) => creativeMoves[state].length === 0)).toEqual(['retired']);
  });

  test('a step that is not in the table has its sentence', () => {
    for (const from of CreativeState.options)
      for (const to of CreativeState.options)
        if (!mayMoveCreative(from, to)) expect(whyCreativeMayNotMove(from, to)).toContain(to);
  });
});

describe('landing pages', () => {
  test.each([
    'https://www.example.org',
    'http://example.org/a?utm_source=vigie&utm_medium=display#top',
    'https://track.example.net/c?r={clickid}&u=https%3A%2F%2Fexample.org',
    'https://münchen.example/ü',
  ])('%s is kept as typed', (url) => expect(checkLandingUrl(url)).toBe(url));

  test.each([
    ['javascript:alert(1)', /absolute http or https/],
    ['data:text/html,hi', /absolute http or https/],
    ['//example.org', /absolute http or https/],
    ['/offer', /absolute http or https/],
    ['https:example.org', /absolute http or https/],
    ['https://', /absolute http or https/],
    ['https://user:pass@example.org', /user name or password/],
    ['https://user@example.org', /user name or password/],
    ['https://example.org/a b', /without spaces/],
    ['https://example.org/"onload=', /without spaces/],
    ['https://example.org/\u0007', /without spaces/],
    ['https://exa\u0000mple.org', /without spaces/],
  ])('%s is refused', (url, sentence) => expect(() => checkLandingUrl(url)).toThrow(sentence));
});

describe('automatic checks', () => {
  const formats = [
    { code: '300x250', name: 'Medium rectangle', width: 300, height: 250, max_initial_kb: 150, max_subload_kb: 300 },
    { code: 'native', name: 'Native', width: null, height: null, max_initial_kb: null, max_subload_kb: null },
  ];
  const image = {
    kind: 'image' as const,
    width: 300,
    height: 250,
    weight_bytes: 150 * 1024,
    landing_url: 'https://example.org',
  };
  const levels = (creative: Parameters<typeof checksOf>[0]) =>
    Object.fromEntries(checksOf(creative, formats).map((check) => [check.code, check.level]));

  test('a fitting image passes, to the byte', () => {
    expect(levels(image)).toEqual({ size: 'ok', weight: 'ok', landing: 'ok' });
    expect(levels({ ...image, weight_bytes: 150 * 1024 + 1 })).toEqual({
      size: 'ok',
      weight: 'warning',
      landing: 'ok',
    });
  });

  test('an unknown size and a plain http landing page are warned of', () => {
    expect(levels({ ...image, width: 301, landing_url: 'http://example.org' })).toEqual({
      size: 'warning',
      landing: 'warning',
    });
  });

  test('a native creative has no size to check', () => {
    expect(levels({ ...image, kind: 'native', width: null, height: null, weight_bytes: null })).toEqual({
      landing: 'ok',
    });
  });
});

test.each([
  ['../../etc/passwd', 'passwd.png'],
  ['C:\\ads\\Été 2026.JPG', 'Été 2026.png'],
  ['a"; rm -rf.png', 'a_ rm -rf.png'],
  ['.htaccess', 'creative.png'],
  ['', 'creative.png'],
  ['<img>\r\nx: y.gif', '_img_x_ y.png'],
])('the file name %j is kept as %j', (sent, kept) => expect(safeFileName(sent, 'png')).toBe(kept));
