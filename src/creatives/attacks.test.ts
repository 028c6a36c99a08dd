/**
 * A corpus of attacks by upload: each is refused with a sentence that says what is wrong, within ten seconds and half a gigabyte,
 * and nothing of it is kept.
 */
import { readdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync, deflateSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFiles, Refusal, type FileStore } from '#platform';
import { callerOf, noDatabase } from '#platform/testing';
import { bodyOf } from './creative-body.ts';
import { jpegOf, pngOf, zipOf } from './testing.ts';

let folder: string;
let files: FileStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-attacks-'));
  files = openFiles(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const page = '<!doctype html><meta name="ad.size" content="width=300,height=250"><b>Ad</b>';
const svg = (inside: string, more = '') =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="300" height="250" ${more}>${inside}</svg>`);

/** A zip of one entry whose header tells another size than its content has. */
function lyingZip(name: string, content: Buffer, told: number): Buffer {
  const packed = deflateRawSync(content);
  const path = Buffer.from(name);
  const field = (sign: number, head: number[], size: number) => {
    const bytes = Buffer.alloc(size);
    bytes.writeUInt32LE(sign, 0);
    head.forEach((value, n) => bytes.writeUInt16LE(value, 4 + 2 * n));
    return bytes;
  };
  const local = field(0x04034b50, [20, 0, 8], 30);
  const central = field(0x02014b50, [20, 20, 0, 8], 46);
  for (const [bytes, at] of [
    [local, 14],
    [central, 16],
  ] as const) {
    bytes.writeUInt32LE(crc32(content), at);
    bytes.writeUInt32LE(packed.length, at + 4);
    bytes.writeUInt32LE(told, at + 8);
    bytes.writeUInt16LE(path.length, at + 12);
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(46 + path.length, 12);
  end.writeUInt32LE(30 + path.length + packed.length, 16);
  return Buffer.concat([local, path, packed, central, path, end]);
}

/** A PNG whose header promises so many pixels. */
function hugePng(width: number, height: number): Buffer {
  const bytes = Buffer.from(pngOf(10, 10));
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
  return bytes;
}

const gifOf = (frames: number, width = 1, height = 1): Buffer => {
  const head = Buffer.from('GIF89a\0\0\0\0\0\0\0', 'latin1');
  head.writeUInt16LE(width, 6);
  head.writeUInt16LE(height, 8);
  const frame = Buffer.from([0x21, 0xf9, 4, 0, 10, 0, 0, 0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 1, 0x3b, 0]);
  return Buffer.concat([head, ...Array.from({ length: frames }, () => frame), Buffer.from([0x3b])]);
};

type Attack = [name: string, bytes: () => Buffer | Promise<Buffer>, sentence: RegExp];

const attacks: Attack[] = [
  [
    'a zip bomb: 100 MB of zeros',
    () => zipOf({ 'index.html': page, 'big.txt': Buffer.alloc(100 * 1024 * 1024) }),
    /larger than 8 MB/,
  ],
  [
    'a zip bomb of many middling files',
    () =>
      zipOf(
        Object.fromEntries([
          ['index.html', page],
          ...Array.from({ length: 30 }, (_, n) => [`${n}.png`, Buffer.alloc(1024 * 1024)]),
        ]),
      ),
    /unpacks to more than 24 MB/,
  ],
  [
    'a zip that lies about its size',
    () => lyingZip('index.html', Buffer.alloc(50 * 1024 * 1024), 1000),
    /damaged or not an ordinary zip/,
  ],
  [
    'a path out of the folder',
    () => zipOf({ 'index.html': page }).then((zip) => replaced(zip, 'index.html', '../../x.js')),
    /leads outside/,
  ],
  [
    'an absolute path',
    () => zipOf({ 'index.html': page }).then((zip) => replaced(zip, 'index.html', '/etc/pas.js')),
    /leads outside/,
  ],
  [
    'a path with backslashes',
    () => zipOf({ 'index.html': page }).then((zip) => replaced(zip, 'index.html', '..\\..\\x.js')),
    /leads outside/,
  ],
  ['a symbolic link', () => zipOf({ 'index.html': page, 'a.js': '/etc/passwd' }, { links: ['a.js'] }), /is a link/],
  [
    'a zip in a zip',
    async () => zipOf({ 'index.html': page, 'more.zip': await zipOf({ a: 'b' }) }),
    /is an archive itself/,
  ],
  [
    'a zip in a zip under another name',
    async () => zipOf({ 'index.html': page, 'photo.png': await zipOf({ a: 'b' }) }),
    /is an archive itself/,
  ],
  ['a program', () => zipOf({ 'index.html': page, 'setup.exe': 'MZ' }), /not a type of file/],
  [
    'a thousand files',
    () => zipOf(Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`${n}.txt`, '']))),
    /more than 200 files/,
  ],
  [
    'a path of a thousand characters',
    () => zipOf({ 'index.html': page, [`${'x'.repeat(1000)}.js`]: '' }),
    /longer than 200/,
  ],
  ['a zip of nothing', () => zipOf({}), /empty|damaged|no index/],
  ['half a zip', async () => (await zipOf({ 'index.html': page })).subarray(0, 60), /damaged/],
  ['hidden code', () => zipOf({ 'index.html': page, 'a.js': "eval(atob('YWxlcnQoMSk='))" }), /runs code that it hides/],
  ['a coin miner', () => zipOf({ 'index.html': page, 'a.js': "new CoinHive.Anonymous('k').start()" }), /mines coins/],
  [
    'a service worker',
    () => zipOf({ 'index.html': page, 'a.js': "navigator.serviceWorker.register('b.js')" }),
    /stays in the reader/,
  ],
  [
    'a page that leads away',
    () => zipOf({ 'index.html': `${page}<meta http-equiv="refresh" content="0;url=https://x.example">` }),
    /leads the page away/,
  ],
  [
    'the test file of virus scanners',
    () =>
      zipOf({ 'index.html': page, 'a.txt': 'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*' }),
    /virus scanners/,
  ],
  [
    'a page of repeated openings, for slow rules',
    () => zipOf({ 'index.html': '<meta'.repeat(400_000) }),
    /width|ad\.size/,
  ],
  [
    'more text than an ad has',
    () => zipOf({ 'index.html': page, 'a.js': 'x'.repeat(3 * 1024 * 1024) }),
    /more than 2 MB of text/,
  ],
  [
    'a picture that explodes, in a zip',
    () => zipOf({ 'index.html': page, 'a.png': hugePng(60_000, 60_000) }),
    /million/,
  ],

  ['a picture of 3.6 billion pixels', () => hugePng(60_000, 60_000), /at most 8192 pixels a side/],
  ['a picture of 67 million pixels', () => hugePng(8192, 8192), /40 million pixels/],
  ['a GIF of 5,000 pictures', () => gifOf(5000), /5000 pictures/],
  ['a GIF of 400 large pictures', () => gifOf(400, 4000, 4000), /too many to be shown/],
  ['a picture that is a zip', async () => Buffer.concat([pngOf(300, 250), await zipOf({ a: 'b' })]), /archive at once/],
  [
    'a picture that is a page',
    () => Buffer.concat([jpegOf(300, 250), Buffer.from('<html><script>alert(1)</script>\xff\xd9', 'latin1')]),
    /at once/,
  ],
  [
    'a picture that is a script',
    () => Buffer.concat([gifOf(1, 300, 250), Buffer.from('<?php system($_GET[0]);;')]),
    /cut short|at once/,
  ],
  ['a page that is called a picture', () => Buffer.from('<!doctype html><script>alert(1)</script>'), /must be a PNG/],
  ['a program that is called a picture', () => Buffer.from('MZ\x90\0'), /must be a PNG/],
  ['half a picture', () => pngOf(300, 250).subarray(0, 50), /cut short or damaged/],
  ['nothing at all', () => Buffer.alloc(0), /is empty/],

  ['an SVG with a script', () => svg('<script>alert(1)</script>'), /holds a script/],
  [
    'an SVG with a script in a prefix',
    () => svg('<svg:script xmlns:svg="http://www.w3.org/2000/svg">alert(1)</svg:script>'),
    /holds a script/,
  ],
  ['an SVG with an event handler', () => svg('<rect/>', 'onload="alert(1)"'), /event handler/],
  ['an SVG with a handler behind a slash', () => svg('<image/href="x"/onerror="alert(1)"/>'), /event handler/],
  ['an SVG with a script address', () => svg('<a href="javascript:alert(1)"><rect/></a>'), /runs a script/],
  ['an SVG with a page in an address', () => svg('<image href="data:text/html,<b>"/>'), /runs a script/],
  [
    'an SVG with a page inside of it',
    () => svg('<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>'),
    /page inside/,
  ],
  [
    'an SVG of a billion laughs',
    () =>
      Buffer.from(
        `<!DOCTYPE svg [<!ENTITY a "ha">${Array.from({ length: 9 }, (_, n) => `<!ENTITY a${n} "${`&a${n ? n - 1 : ''};`.repeat(10)}">`).join('')}]>${svg('<text>&a8;</text>').toString()}`,
      ),
    /entities of its own/,
  ],
  [
    'an SVG that reads a file',
    () => Buffer.from(`<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>${svg('<text>&a;</text>').toString()}`),
    /entities of its own/,
  ],
  ['an SVG nested a thousand deep', () => svg('<g>'.repeat(1000) + '</g>'.repeat(1000)), /nested more than/],
  ['an SVG of a hundred thousand elements', () => svg('<g/>'.repeat(100_000)), /more than 10000 elements/],
  ['an SVG of unclosed openings', () => svg('<a'.repeat(200_000)), /nested|elements|damaged|no picture/],
  [
    'an SVG without a size',
    () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>'),
    /does not say its size/,
  ],
  [
    'a film that is no film',
    () => Buffer.concat([Buffer.from('\0\0\0\x18ftypisom', 'latin1'), Buffer.alloc(40)]),
    /damaged|tell its size/,
  ],
];

/** The same bytes with one name for another of the same length. */
function replaced(zip: Buffer, from: string, to: string): Buffer {
  const bytes = Buffer.from(zip);
  for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + 1)) bytes.write(to, at, 'latin1');
  return bytes;
}

const caller = callerOf('studio');
const before = process.memoryUsage().rss;

test.each(attacks)(
  '%s is refused',
  async (_, make, sentence) => {
    const file = { field: 'file', name: 'creative', bytes: await make() };
    const refusal: unknown = await bodyOf({ sql: noDatabase, files, caller }, { advertiser_id: 'adv' }, [file]).catch(
      (error: unknown) => error,
    );
    if (!(refusal instanceof Refusal)) throw new Error(`not refused: ${String(refusal)}`);
    expect(refusal.message).toMatch(sentence);
    expect(refusal.message).toMatch(/^\w+: .+\.$/);
    expect(await readdir(folder)).toEqual([]);
    expect(process.memoryUsage().rss - before).toBeLessThan(1024 * 1024 * 1024);
  },
  10_000,
);

test.each([
  ["<script>eval(atob('x'))</script>", /hides/],
  ['<script src="https://coinhive.com/lib.js"></script>', /mines coins/],
])('the tag %s is refused', async (html, sentence) => {
  await expect(
    bodyOf(
      { sql: noDatabase, files, caller },
      { advertiser_id: 'adv', kind: 'tag', width: 300, height: 250, content: { html } },
      [],
    ),
  ).rejects.toThrow(sentence);
});

test('a compressed comment of a picture does not grow', async () => {
  // A zTXt chunk of 50 MB that packs into 50 kB: nobody unpacks it.
  const packed = deflateSync(Buffer.alloc(50 * 1024 * 1024));
  const data = Buffer.concat([Buffer.from('zTXtComment\0\0', 'latin1'), packed]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length - 4);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(data));
  const png = pngOf(300, 250);
  const bytes = Buffer.concat([png.subarray(0, 33), length, data, sum, png.subarray(33)]);
  const body = await bodyOf({ sql: noDatabase, files, caller }, { advertiser_id: 'adv' }, [
    { field: 'file', name: 'a.png', bytes },
  ]);
  expect(body).toMatchObject({ width: 300, height: 250 });
}, 10_000);
