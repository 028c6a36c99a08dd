import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type DemoPlacement, demoPages } from './demo.ts';
import { imageOf, openStage, type Stage } from './stage.ts';

const placements: DemoPlacement[] = [
  { code: 'top', sizes: ['970x250', '728x90', '320x100'] },
  { code: 'side', sizes: ['300x600', '300x250'] },
  { code: 'text', sizes: ['300x250'] },
  { code: 'sport-top', sizes: ['728x90', '320x50'], section: 'sport' },
];
const pagesOf = (edgeOrigin: string): Map<string, string> =>
  demoPages({ site: 'journal.test', edgeOrigin, placements });
const codesOf = (html = ''): string[] =>
  [...html.matchAll(/data-vigie-placement="([^"]*)"/g)].map((match) => match[1] ?? '');

test('every link of the demonstration leads to a page of it, and nothing is asked of anyone but the edge', () => {
  const pages = pagesOf('https://edge.example');
  for (const html of pages.values()) {
    for (const [, address = ''] of html.matchAll(/(?:href|src)="([^"]*)"/g)) {
      const isKnown =
        pages.has(address) ||
        address === '#main' ||
        address.startsWith('data:') ||
        address === 'https://edge.example/vigie.js';
      expect(isKnown, address).toBe(true);
    }
  }
});

test('placements go where their sizes belong, once a page, those of a section in that section only and first', () => {
  const pages = pagesOf('https://edge.example');
  expect(codesOf(pages.get('/demo/'))).toEqual(['top', 'text', 'side']);
  expect(codesOf(pages.get('/demo/sport/regate-des-neiges'))).toEqual(['sport-top', 'text', 'side']);
  expect(codesOf(pages.get('/demo/annonceur'))).toEqual([]);
});

let stage: Stage;
let axe: string;
beforeAll(async () => {
  stage = await openStage();
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  for (const [path, html] of pagesOf(stage.edge)) stage.publish(path, { html });
}, 60_000);
afterEach(() => stage.clear());
afterAll(() => stage.close());

test.each([
  { path: '/demo/', width: 1280 },
  { path: '/demo/culture', width: 800 },
  { path: '/demo/sport/regate-des-neiges', width: 390 },
])(
  '$path at $width px: ads come, nothing moves, nothing overflows, no barrier that axe knows of',
  async ({ path, width }) => {
    stage.decide((code, sizes) => imageOf(stage, code, sizes[0] ?? ''));
    const shifts = `window.shift = 0; new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.shift += entry.value; }).observe({ type: 'layout-shift', buffered: true });`;
    const page = await stage.open(stage.site + path, { script: shifts, width });
    await vi.waitFor(() => expect(stage.beacons().filter((beacon) => beacon.startsWith('/i/'))).toHaveLength(3), 5_000);
    expect(await page.evaluate('shift')).toBe(0);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.evaluate(axe);
      const found = await page.evaluate(
        `axe.run({ iframes: false }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))`,
      );
      expect(found).toEqual([]);
    }
  },
  30_000,
);
