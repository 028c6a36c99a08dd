/**
 * A folder of good and broken creatives, made here from data (cases/creatives.json), each with the checks that must find fault with
 * it. Each goes the way of an upload: read, inspected, run in the real browser where it is a page.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { type Browser, type FileStore, launchBrowser, openFiles } from '#platform';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { animationOf } from './animation.ts';
import { inspect, merged } from './check-creative.ts';
import { checkIn, frenchOf } from './check-words.ts';
import { checksOf } from './checks.ts';
import { cleanSvg } from './clean-svg.ts';
import { macrosIn } from './click-macros.ts';
import { checksInContext } from './context-checks.ts';
import { checkCodes, type CreativeCheck } from './contract.ts';
import type { CreativeRow } from './creative.ts';
import { withGuardedBrowser } from './guarded-browser.ts';
import { type Landing, landingChecks } from './landing-check.ts';
import { type CreativeLimits, defaultLimits, type FullLimits } from './limits.ts';
import { readBundle } from './read-bundle.ts';
import { readVideo } from './read-video.ts';
import { quietRun, renderChecks, type Run } from './render-checks.ts';
import { renderCreative } from './render-creative.ts';
import { jpegOf, mp4Of, pngOf, zipOf } from './testing.ts';

type Line = Parameters<typeof checksInContext>[1][number];
type Case = {
  name: string;
  kind: 'html5' | 'image' | 'svg' | 'tag' | 'video' | 'native';
  files?: Record<string, string>;
  pictures?: Record<string, 'png' | 'jpeg'>;
  /** So many more small files. */
  many?: number;
  /** With a picture of more than the format allows. */
  heavy?: 'first' | 'later';
  width?: number;
  height?: number;
  picture?: 'damaged' | 'blank' | 'white';
  gif?: { delays: number[]; loop: number };
  svg?: string;
  html?: string;
  run?: Partial<Run>;
  seconds?: number;
  content?: Record<string, string>;
  limits?: CreativeLimits;
  landing_url?: string;
  landing?: Landing;
  lines?: Partial<Line>[];
  category?: string;
  payer?: string;
  legal_text?: string;
  language?: string;
  rights_until?: string;
  expect: string[];
};
const { good, cases }: { good: Record<string, string>; cases: Case[] } = JSON.parse(
  await readFile(new URL('cases/creatives.json', import.meta.url), 'utf8'),
);

let folder: string;
let files: FileStore;
let browser: Browser;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-quality-'));
  files = openFiles(folder);
  browser = await launchBrowser();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

const formats = [
  { code: '300x250', name: 'Medium rectangle', width: 300, height: 250, max_initial_kb: 150, max_subload_kb: 300 },
];
const now = new Date('2026-11-20T10:00:00Z');
const faults = (checks: readonly CreativeCheck[]) =>
  checks.filter(({ level }) => level !== 'ok').map(({ code }) => code);

/** A picture with a dark border, or white to its edge, with something in the middle. */
async function pictureOf({ width = 300, height = 250, picture, gif }: Case): Promise<Buffer> {
  if (picture === 'blank') return pngOf(width, height);
  if (picture === 'damaged') return Buffer.concat([pngOf(width, height).subarray(0, 60), Buffer.from('IEND')]);
  const frame = (n: number) =>
    sharp({ create: { width, height, channels: 3, background: picture === 'white' ? '#ffffff' : '#0b5d5e' } })
      .composite([
        {
          input: { create: { width: 60, height: 40, channels: 3, background: '#e0b040' } },
          left: 40 + 20 * n,
          top: 60,
        },
      ])
      .png()
      .toBuffer();
  if (!gif) return frame(0);
  const frames = await Promise.all(gif.delays.map((_, n) => frame(n)));
  return sharp(frames, { join: { animated: true } })
    .gif({ delay: gif.delays, loop: gif.loop })
    .toBuffer();
}

async function zipFrom({ files: own = {}, pictures = {}, many = 0, heavy }: Case): Promise<Buffer> {
  const more = Object.fromEntries(Array.from({ length: many }, (_, n) => [`${n}.txt`, '']));
  const weight = { first: 160_000, later: 320_000 }[heavy ?? 'first'];
  // Noise does not compress.
  const noise = heavy ? { 'heavy.png': Buffer.concat([pngOf(10, 10), randomBytes(weight)]) } : {};
  const drawn = Object.fromEntries(
    Object.entries(pictures).map(([path, as]) => [path, as === 'png' ? pngOf(300, 250) : jpegOf(300, 250)]),
  );
  return zipOf({ ...good, ...own, ...more, ...noise, ...drawn });
}

const plainRow: CreativeRow & { category: string | null } = {
  id: 'cr',
  advertiser_id: 'adv',
  advertiser_name: 'Fromagerie',
  name: 'Case',
  kind: 'image',
  width: 300,
  height: 250,
  landing_url: 'https://shop.example/',
  state: 'waiting',
  state_reason: null,
  file_hash: null,
  file_name: null,
  media_type: 'image/png',
  weight_bytes: null,
  content: null,
  quality: null,
  checked_at: null,
  family_id: 'cr',
  version: 1,
  tags: [],
  rights_until: null,
  ab_group: null,
  payer: null,
  legal_text: null,
  language: null,
  original_hash: null,
  created_at: '2026-11-15T00:00:00Z',
  category: null,
};

/** What an upload of the case would be kept as. */
async function rowOf(one: Case): Promise<typeof plainRow> {
  const row = {
    ...plainRow,
    width: one.width ?? 300,
    landing_url: one.landing_url ?? plainRow.landing_url,
    payer: one.payer ?? null,
    legal_text: one.legal_text ?? null,
    language: one.language ?? null,
    rights_until: one.rights_until ?? null,
    category: one.category ?? null,
  };
  if (one.kind === 'html5')
    return { ...row, kind: 'html5', content: (await readBundle(files, await zipFrom(one))).content };
  if (one.kind === 'svg') {
    const { bytes, wasChanged } = await cleanSvg(Buffer.from(one.svg ?? ''));
    const { hash } = await files.put(bytes);
    return {
      ...row,
      file_hash: hash,
      weight_bytes: bytes.length,
      media_type: 'image/svg+xml',
      original_hash: wasChanged ? hash : null,
    };
  }
  if (one.kind === 'image') {
    const bytes = await pictureOf(one);
    return { ...row, file_hash: (await files.put(bytes)).hash, weight_bytes: bytes.length };
  }
  if (one.kind === 'tag') {
    const html = one.html ?? '<a href="[CLICK_URL]https://x.example">Ad</a>';
    return { ...row, kind: 'tag', content: { html, macros: macrosIn(html) } };
  }
  if (one.kind === 'video') {
    const { duration_s, bitrate_kbps } = readVideo(mp4Of(640, 360, one.seconds ?? 10));
    return { ...row, kind: 'video', content: { duration_s, bitrate_kbps } };
  }
  return { ...row, kind: 'native', content: { title: '', ...one.content } };
}

async function checksFor(one: Case): Promise<CreativeCheck[]> {
  const limits: FullLimits = {
    ...defaultLimits,
    initial_kb: 150,
    subload_kb: 300,
    ...(one.limits as Partial<FullLimits>),
  };
  const row = await rowOf(one);
  const { checks } = await inspect(files, row, limits);
  const ran = { kind: 'html5' as const, width: 300, height: 250, limits };
  if (row.kind === 'html5' && row.content && 'entry' in row.content) {
    const page = { ...ran, entry: row.content.entry, files: row.content.files, page_colour: limits.page_colour };
    const { run, film } = await renderCreative(browser, files, page);
    expect(film).toHaveLength(5);
    checks.push(...renderChecks(run, { ...ran, hasClickTag: row.content.click_tags.length > 0 }));
  }
  if (one.run) checks.push(...renderChecks({ ...quietRun(), ...one.run }, { ...ran, kind: 'tag', hasClickTag: false }));
  if (one.landing) checks.push(...landingChecks(row.landing_url, one.landing, limits));
  const lines = (one.lines ?? []).map((line) => ({
    name: 'Line',
    placements: ['p'],
    formats: ['300x250'],
    ends_at: '2026-12-31T00:00:00Z',
    requests: [],
    ...line,
  }));
  return merged([...checksOf(row, formats), ...checks, ...checksInContext(row, lines, now)]);
}

describe('a folder of creatives', () => {
  test('has at least forty, good and broken', () => {
    expect(cases.length).toBeGreaterThanOrEqual(40);
    expect(cases.filter((one) => one.expect.length === 0).length).toBeGreaterThanOrEqual(10);
  });
  test('each check has one that fails only it', () => {
    const alone = new Set(cases.flatMap((one) => (one.expect.length === 1 ? one.expect : [])));
    expect(checkCodes.filter((code) => !alone.has(code))).toEqual([]);
  });
  test.each(cases)(
    '$kind: $name',
    async (one) => {
      const checks = await checksFor(one);
      expect(faults(checks)).toEqual(one.expect);
      for (const { code, level, sentence, advice } of checks) {
        expect(sentence).toMatch(/^\S.*\.$/);
        expect(frenchOf(code, sentence), `French of “${sentence}” (${code})`).toMatch(/^\S.*\.$/);
        if (advice) expect(frenchOf(code, advice), `French of “${advice}” (${code})`).toMatch(/[.)»]\.?$/);
        if (level !== 'ok') expect(advice).toMatch(/[.)]$/);
      }
      for (const check of checks) expect(checkIn('en', check)).toMatchObject({ sentence: check.sentence });
    },
    60_000,
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
  const told = faults(renderChecks(run, { ...creative, hasClickTag: false, limits: defaultLimits }));
  expect(told).toEqual(expect.arrayContaining(['third_parties', 'https']));
}, 30_000);

describe('limits of a run', () => {
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
    ['9.6 s of processor', { cpu_s: 9.6 }, []],
    ['15 s of processor', { cpu_s: 15 }, ['cpu_share']],
    ['16 s of processor', { cpu_s: 16 }, ['cpu', 'cpu_share']],
    ['5 MB', { requests: [request({ bytes: 5 * 1024 * 1024, isInitial: false })] }, ['subload_weight', 'network']],
  ])('%s', (_, more, expected) => {
    const limits = { ...defaultLimits, initial_kb: 150, subload_kb: 300 };
    const ran = { kind: 'html5' as const, width: 300, height: 250, hasClickTag: true, limits };
    expect(faults(renderChecks({ ...quietRun(), ...more }, ran))).toEqual(expected);
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
    ['two seconds, once', gif([100, 100]), { frames: 2, seconds: 2, plays: 1 }],
    ['for ever', gif([100, 100], 0), { frames: 2, seconds: 2, plays: Infinity }],
    ['two more times', gif([50, 50], 2), { frames: 2, seconds: 1, plays: 3 }],
    ['frames too short are shown for 100 ms', gif([0, 1], 0), { frames: 2, seconds: 0.2, plays: Infinity }],
    ['cut short', gif([100, 100]).subarray(0, 30), undefined],
    ['a still PNG', pngOf(2, 2), undefined],
  ])('%s', (_, bytes, expected) => expect(animationOf(bytes)).toEqual(expected));
});
