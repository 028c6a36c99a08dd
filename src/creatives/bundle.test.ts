import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { openFiles, Refusal } from '#platform';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adSizeOf, readBundle } from './read-bundle.ts';
import { zipOf } from './testing.ts';
import { bundleLimits, unzipBundle } from './unzip-bundle.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-bundles-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const page =
  '<!doctype html><html><head><meta name="ad.size" content="width=300,height=250"><script>var clickTag = "https://a.example";</script></head><body></body></html>';

describe('a good zip', () => {
  test('its page, size, click tags and files, each with its type and weights', async () => {
    const zip = await zipOf({
      'index.html': page,
      'img/a.png': 'png',
      'main.js': 'open(window.clickTag)',
      '__MACOSX/x': '',
    });
    const { content, size } = await readBundle(openFiles(folder), zip);
    expect(size).toEqual({ width: 300, height: 250 });
    expect(content).toMatchObject({ entry: 'index.html', click_tags: ['clickTag'], ad_size: '300x250' });
    expect(content.files.map(({ path, media_type }) => [path, media_type])).toEqual([
      ['index.html', 'text/html; charset=utf-8'],
      ['img/a.png', 'image/png'],
      ['main.js', 'text/javascript; charset=utf-8'],
    ]);
  });

  test.each([
    ['in a folder', { 'banner/index.html': page, 'banner/a.css': '' }, 'index.html'],
    ['in folders', { 'a/b/index.html': page, 'a/b/c/a.css': '' }, 'index.html'],
    ['under another name, alone', { 'banner.html': page, 'more/other.html': '' }, 'banner.html'],
    ['beside another page', { 'backup.html': '', 'index.html': page }, 'index.html'],
    ['in capitals', { 'INDEX.HTML': page }, 'INDEX.HTML'],
  ])('the page %s is found', async (_, files, entry) => {
    expect((await readBundle(openFiles(folder), await zipOf(files))).content.entry).toBe(entry);
  });

  test('a constant click tag opens to the one that is given', async () => {
    const files = openFiles(folder);
    const { content } = await readBundle(
      files,
      await zipOf({ 'index.html': '<script>const clickTag = "https://a.example";</script>' }),
    );
    const kept = await files.get(content.files[0]?.hash ?? '');
    expect(kept?.toString()).toBe('<script>const clickTag = (self.vigieClickTag||"https://a.example");</script>');
  });
});

test.each([
  ['<meta name="ad.size" content="width=728,height=90">', { width: 728, height: 90 }],
  ["<META content='width=300, height=600' NAME='ad.size'/>", { width: 300, height: 600 }],
  ['<meta name=ad.size content=width=120,height=60>', { width: 120, height: 60 }],
  ['<meta name="viewport" content="width=device-width">', null],
  ['<meta name="ad.size" content="width=0,height=90">', null],
  ['<meta name="ad.sizes" content="width=1,height=1">', null],
])('%s', (html, size) => expect(adSizeOf(html)).toEqual(size));

describe('a zip that is refused in words', () => {
  test.each<[string, () => Promise<Buffer> | Buffer, RegExp]>([
    ['no zip', () => Buffer.from('hello'), /must be a zip/],
    ['an empty zip', () => zipOf({}), /is empty/],
    ['a zip without a page', () => zipOf({ 'a.png': '' }), /no index\.html/],
    ['two pages and no index', () => zipOf({ 'a.html': '', 'b.html': '' }), /no index\.html/],
    ['an archive inside', () => zipOf({ 'index.html': page, 'more.zip': '' }), /is an archive itself/],
    [
      'an archive under a false name',
      async () => zipOf({ 'a.png': await zipOf({ 'x.html': '' }) }),
      /is an archive itself/,
    ],
    ['a program', () => zipOf({ 'index.html': page, 'setup.exe': '' }), /not a type of file/],
    ['a page of PHP', () => zipOf({ 'index.php': page }), /not a type of file/],
    [
      'too many files',
      () => zipOf(Object.fromEntries(Array.from({ length: 201 }, (_, n) => [`${n}.txt`, '']))),
      /more than 200 files/,
    ],
    ['a bomb of one file', () => zipOf({ 'a.txt': Buffer.alloc(bundleLimits.fileBytes + 1) }), /larger than 8 MB/],
    [
      'a bomb of many files',
      () => zipOf(Object.fromEntries(Array.from({ length: 4 }, (_, n) => [`${n}.txt`, Buffer.alloc(7_000_000)]))),
      /more than 24 MB/,
    ],
    ['a long path', () => zipOf({ [`${'a'.repeat(200)}.txt`]: '' }), /longer than 200/],
    [
      'a link',
      () => zipOf({ 'index.html': page, 'passwd.txt': '/etc/passwd' }, { links: ['passwd.txt'] }),
      /is a link/,
    ],
    [
      'a path out of the zip',
      async () => renamed(await zipOf({ 'aaaaaaa.txt': '' }), 'aaaaaaa.txt', '../../x.txt'),
      /leads outside/,
    ],
    [
      'an absolute path',
      async () => renamed(await zipOf({ 'aaaaaa.txt': '' }), 'aaaaaa.txt', '/etc/a.txt'),
      /leads outside/,
    ],
    [
      'a Windows path',
      async () => renamed(await zipOf({ 'aaaaa.txt': '' }), 'aaaaa.txt', '..\\aa.txt'),
      /leads outside/,
    ],
    [
      'the same path twice',
      async () => renamed(await zipOf({ 'a.txt': '1', 'b.txt': '2' }), 'b.txt', 'a.txt'),
      /is twice/,
    ],
    ['half of it', async () => (await zipOf({ 'index.html': page })).subarray(0, 90), /damaged/],
    ['more inside than it says', async () => understated(await zipOf({ 'index.html': 'x'.repeat(5000) })), /damaged/],
  ])('%s', async (_, make, sentence) => {
    await expect(async () => readBundle(openFiles(folder), await make())).rejects.toThrow(sentence);
  });

  test('no bytes make anything but files or a refusal', async () => {
    const whole = await zipOf({ 'index.html': page, 'a.js': 'x' });
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }), async (at, byte) => {
        const bytes = Buffer.from(whole);
        bytes[at] = byte;
        const outcome = await unzipBundle(bytes).catch((error: unknown) => error);
        expect(Array.isArray(outcome) || outcome instanceof Refusal).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

/** The name changed wherever it stands: of the same length, so that the zip stays whole. */
function renamed(zip: Buffer, from: string, to: string): Buffer {
  const bytes = Buffer.from(zip);
  for (let at = bytes.indexOf(from); at !== -1; at = bytes.indexOf(from, at + 1)) bytes.write(to, at, 'latin1');
  return bytes;
}

/** Says in its directory that the file holds 10 bytes. */
function understated(zip: Buffer): Buffer {
  const bytes = Buffer.from(zip);
  bytes.writeUInt32LE(10, bytes.indexOf('PK\x01\x02', 0, 'latin1') + 24);
  return bytes;
}
