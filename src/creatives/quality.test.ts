import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type FileStore, launchBrowser, openFiles } from '#platform';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { animationOf } from './animation.ts';
import type { CreativeCheck } from './contract.ts';
import { withGuardedBrowser } from './guarded-browser.ts';
import { landingChecks } from './landing-check.ts';
import { materialChecks } from './quality.ts';
import { readBundle } from './read-bundle.ts';
import { renderChecks, type Run } from './render-checks.ts';
import { renderCreative } from './render-creative.ts';
import { pngOf, zipOf } from './testing.ts';

type Case = {
  name: string;
  files?: Record<string, string>;
  /** So many more small files. */
  many?: number;
  /** With a picture of more than the format allows. */
  heavy?: 'first' | 'later';
  /** Codes of what is not well, by the files alone and in the browser. */
  static: string[];
  rendered?: string[];
};
const { good, cases }: { good: Record<string, string>; cases: Case[] } = JSON.parse(
  await readFile(new URL('cases/quality.json', import.meta.url), 'utf8'),
);

let folder: string;
let files: FileStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-quality-'));
  files = openFiles(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const faults = (checks: readonly CreativeCheck[]) =>
  checks.filter(({ level }) => level !== 'ok').map(({ code }) => code);

const formats = [
  { code: '300x250', name: 'Medium rectangle', width: 300, height: 250, max_initial_kb: 150, max_subload_kb: 300 },
];

async function bundleOf({ files: own = {}, many = 0, heavy }: Case) {
  const more = Object.fromEntries(Array.from({ length: many }, (_, n) => [`${n}.txt`, '']));
  const weight = { first: 160_000, later: 320_000 }[heavy ?? 'first'];
  // Noise does not compress.
  const picture = heavy ? { 'heavy.png': Buffer.concat([pngOf(10, 10), randomBytes(weight)]) } : {};
  const all: Record<string, string | Buffer> = { ...good, ...own, ...more, ...picture };
  const { content } = await readBundle(files, await zipOf(all));
  const texts = Object.entries(all).map(([path, text]) => ({ path, text: text.toString() }));
  return { content, texts };
}

describe('by the files alone', () => {
  test.each(cases)('$name', async (one) => {
    const { content, texts } = await bundleOf(one);
    const checks = materialChecks({ kind: 'html5', landing_url: 'https://a.example', content, files: texts });
    expect(faults(checks)).toEqual(one.static);
    for (const { level, sentence, advice } of checks) {
      expect(sentence).toMatch(/^\S.*\.$/);
      if (level !== 'ok') expect(advice).toMatch(/\.$/);
    }
  });
});

describe('in the browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 60_000);
  afterAll(() => browser?.close());

  test.each(cases.filter(({ rendered }) => rendered))(
    '$name',
    async (one) => {
      const { content } = await bundleOf(one);
      const page = { kind: 'html5' as const, width: 300, height: 250, entry: content.entry, files: content.files };
      const { run, film } = await renderCreative(browser, files, page);
      expect(faults(renderChecks(run, '300x250', formats))).toEqual(one.rendered);
      expect(film).toHaveLength(5);
    },
    30_000,
  );
});

test('a tag reaches no private address, and what it asks for is told', async () => {
  const html =
    '<b>Ad</b><img src="http://169.254.169.254/latest/meta-data"><script src="https://127.0.0.1/x.js"></script>';
  const { hash } = await files.put(Buffer.from(html));
  const page = { path: 'index.html', hash, media_type: 'text/html', gzip_bytes: html.length };
  const creative = { kind: 'tag' as const, width: 300, height: 250, entry: page.path, files: [page] };
  const { run } = await withGuardedBrowser({ allowed: new Set(), timeoutMs: 30_000 }, (guarded) =>
    renderCreative(guarded.browser, files, creative),
  );
  const outside = run.requests.filter(({ isOwn }) => !isOwn);
  expect(outside.map(({ host }) => host).toSorted()).toEqual(['127.0.0.1', '169.254.169.254']);
  expect(faults(renderChecks(run, '300x250', formats))).toContain('third_parties');
}, 30_000);

describe('limits of a run', () => {
  const quiet: Run = { requests: [], errors: [], cookies: [], cpu_s: 1, movesAfter30: false, isBlank: false };
  const request = (more: Partial<Run['requests'][number]>) => ({
    url: '/a',
    host: 'creative.invalid',
    bytes: 0,
    isInitial: true,
    isOwn: true,
    isFailed: false,
    ...more,
  });
  test.each<[string, Partial<Run>, string[]]>([
    ['nothing wrong', {}, []],
    ['150 kB at first', { requests: [request({ bytes: 150 * 1024 })] }, []],
    ['a byte more', { requests: [request({ bytes: 150 * 1024 + 1 })] }, ['load_weight']],
    ['300 kB afterwards', { requests: [request({ bytes: 300 * 1024, isInitial: false })] }, []],
    ['301 kB afterwards', { requests: [request({ bytes: 301 * 1024, isInitial: false })] }, ['subload_weight']],
    ['10 requests', { requests: Array.from({ length: 10 }, () => request({})) }, []],
    ['11 requests', { requests: Array.from({ length: 11 }, () => request({})) }, ['requests']],
    ['15 s of processor', { cpu_s: 15 }, []],
    ['16 s of processor', { cpu_s: 16 }, ['cpu']],
    ['a cookie', { cookies: ['id'] }, ['cookies']],
    ['5 MB', { requests: [request({ bytes: 5 * 1024 * 1024, isInitial: false })] }, ['subload_weight', 'network']],
  ])('%s', (_, more, expected) => {
    expect(faults(renderChecks({ ...quiet, ...more }, '300x250', formats))).toEqual(expected);
  });
});

describe('animated pictures', () => {
  const gif = (delays: number[], loops?: number) =>
    Buffer.concat([
      Buffer.from('GIF89a\x01\0\x01\0\0\0\0', 'latin1'),
      ...(loops === undefined
        ? []
        : [Buffer.from('\x21\xff\x0bNETSCAPE2.0\x03\x01', 'latin1'), Buffer.from([loops & 255, loops >> 8, 0])]),
      ...delays.map((delay) =>
        Buffer.concat([
          Buffer.from([0x21, 0xf9, 4, 0, delay & 255, delay >> 8, 0, 0]),
          Buffer.from([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 1, 0x3b, 0]),
        ]),
      ),
      Buffer.from([0x3b]),
    ]);
  test.each([
    ['a still', gif([10]), undefined],
    ['two seconds, once', gif([100, 100]), { seconds: 2, plays: 1 }],
    ['for ever', gif([100, 100], 0), { seconds: 2, plays: Infinity }],
    ['two more times', gif([50, 50], 2), { seconds: 1, plays: 3 }],
    ['frames too short are shown for 100 ms', gif([0, 1], 0), { seconds: 0.2, plays: Infinity }],
    ['cut short', gif([100, 100]).subarray(0, 30), undefined],
    ['a still PNG', pngOf(2, 2), undefined],
  ])('%s', (_, bytes, expected) => expect(animationOf(bytes)).toEqual(expected));

  test.each([
    [gif([1000, 1000], 0), ['animation']],
    [gif([1000, 1000]), []],
    [gif([1000, 1000], 1), ['animation']],
  ])('30 s are the limit', (bytes, expected) => {
    const checks = materialChecks({ kind: 'image', landing_url: 'https://a.example', content: null, bytes });
    expect(faults(checks)).toEqual(expected);
  });
});

test.each([
  ['<a href="[CLICK_URL]https://x.example">', []],
  ['<a href="%%CLICK_URL_UNESC%%">', []],
  ['<a href="${CLICK_URL_ENC}">', []],
  ['<a href="https://x.example">', ['click']],
  ['<img src="https://x.example/?ord=[RANDOM]">', ['click']],
])('the tag %s', async (html, expected) => {
  const { macrosIn } = await import('./click-macros.ts');
  const content = { html, macros: macrosIn(html) };
  expect(faults(materialChecks({ kind: 'tag', landing_url: 'https://a.example', content }))).toEqual(expected);
});

test.each<[string, Parameters<typeof landingChecks>[1], string[]]>([
  ['https://a.example/?utm_source=v', { status: 200, finalUrl: 'https://a.example/?utm_source=v' }, []],
  ['https://a.example/', { status: 200, finalUrl: 'https://b.example/' }, []],
  ['https://a.example/?utm_source=v&x=1', { status: 200, finalUrl: 'https://a.example/fr?utm_source=v' }, []],
  ['https://a.example/?utm_source=v', { status: 200, finalUrl: 'https://a.example/fr' }, ['utm']],
  ['https://a.example/?utm_source=v', { status: 200, finalUrl: 'https://a.example/?utm_source=w' }, ['utm']],
  ['https://a.example/', { status: 404, finalUrl: 'https://a.example/' }, ['landing_page']],
  ['https://a.example/', { status: 500, finalUrl: 'https://a.example/' }, ['landing_page']],
  ['https://a.example/', { failed: true }, ['landing_page']],
])('the landing page %s, found as %j', (url, landing, expected) =>
  expect(faults(landingChecks(url, landing))).toEqual(expected),
);
