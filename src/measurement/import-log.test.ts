import { appendFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { mmdbOf, openTestEvents } from '#platform/testing';
import type { SiteOfBook } from './contract.ts';
import { fileLedger } from './import-ledger.ts';
import { importLog, type ImportOptions } from './import-log.ts';
import { recordRows } from './record.ts';

let store: Awaited<ReturnType<typeof openTestEvents>>;
let folder: string;
let site: SiteOfBook;
let siteNumber = 0;
beforeAll(async () => {
  store = await openTestEvents();
});
afterAll(() => store.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-import-'));
  site = {
    id: `import_${siteNumber++}`,
    number: siteNumber,
    org_id: 'org',
    domain: 'example.com',
    time_zone: 'Europe/Paris',
    currency: 'EUR',
    mode: 'exempt',
    sections: [{ id: 'sec_sport', path: '/sport' }],
  };
  return () => rm(folder, { recursive: true });
});

const options = (sources: string[], more: Partial<ImportOptions> = {}): ImportOptions => ({
  sources,
  site,
  ledger: fileLedger(join(folder, 'ledger')),
  saltsOf: async (dates) => Object.fromEntries(dates.map((date) => [date, Buffer.from(date).toString('base64')])),
  threads: 0,
  record: (token, rows) => recordRows(store.events, { token, rows }),
  ...more,
});
const file = async (name: string, content: string | Buffer) => {
  await writeFile(join(folder, name), content);
  return join(folder, name);
};
const stored = async () => {
  const [row] = await store.events.query<{ hits: number; ignored: number }>(
    `select (select count() from hits where site_id = {site:String}) as hits,
       (select count() from ignored_hits where site_id = {site:String}) as ignored`,
    { site: site.id },
  );
  return row;
};

test('a fuller database of places tells the region and city of a line', async () => {
  const geoDb = await file(
    'places.mmdb',
    mmdbOf({
      '212.27.48.0/24': {
        country: { iso_code: 'FR' },
        subdivisions: [{ iso_code: 'IDF', names: { en: 'Ile-de-France' } }],
        city: { names: { en: 'Paris' } },
      },
    }),
  );
  await importLog(options([await file('placed.log', line({ target: '/placed' }))], { geoDb }));
  expect(
    await store.events.query(
      "select country, region, city from hits where site_id = {site:String} and path = '/placed'",
      {
        site: site.id,
      },
    ),
  ).toEqual([{ country: 'FR', region: 'FR-IDF', city: 'Paris' }]);
});

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0';
type Given = { target?: string; status?: number; time?: string; agent?: string; method?: string; referrer?: string };
const line = ({ target = '/', status = 200, time = '02/Mar/2026:10:00:00 +0000', ...rest }: Given = {}) =>
  `212.27.48.10 - - [${time}] "${rest.method ?? 'GET'} ${target} HTTP/1.1" ${status} 100 "${rest.referrer ?? '-'}" "${rest.agent ?? firefox}"\n`;

const mixed = [
  line({
    target: '/sport/tennis?utm_source=letter&utm_medium=email',
    referrer: 'https://www.google.com/search?q=a%09b',
  }),
  line({ target: '/', time: '02/Mar/2026:23:30:00 +0000' }),
  line({ target: '/style.css' }),
  line({ target: '/feed/' }),
  line({ target: '/robots.txt' }),
  line({ target: '/gone', status: 404 }),
  line({ target: '/old', status: 301 }),
  line({ target: '/err', status: 500 }),
  line({ target: '/', method: 'POST' }),
  line({ agent: 'curl/8.4.0' }),
  'half a line\n',
  line({ target: '/cached', status: 304 }),
].join('');
const summary = {
  lines: 12,
  pageviews: 3,
  by_status: { '200': 7, '301': 1, '304': 1, '404': 1, '500': 1 },
  by_day: { '2026-03-02': 10, '2026-03-03': 1 },
  bytes: 1100,
  ignored: {
    asset: 1,
    feed: 1,
    'not-a-page': 1,
    'client-error': 1,
    redirect: 1,
    'server-error': 1,
    method: 1,
    bot: 1,
    'broken-line': 1,
  },
};

describe('an import', () => {
  test('names a reason for every line that is no page view, and keeps the rows', async () => {
    const path = await file('a.log', mixed);
    expect(await importLog(options([path]))).toEqual({ ...summary, formats: { [path]: 'combined' } });
    expect(await stored()).toEqual({ hits: 3, ignored: 8 });
    const rows = await store.events.query<Record<string, unknown>>(
      `select path, section_id, channel, source, search_term, referrer, utm_source, country, device, browser, os, status, bytes, toString(local_time) as local_time
       from hits where site_id = {site:String} order by at, path limit 1 offset 1`,
      { site: site.id },
    );
    expect(rows).toEqual([
      {
        path: '/sport/tennis',
        section_id: 'sec_sport',
        channel: 'Email',
        source: 'letter',
        search_term: 'a b',
        referrer: 'google.com/search',
        utm_source: 'letter',
        country: 'FR',
        device: 'desktop',
        browser: 'Firefox',
        os: 'Linux',
        status: 200,
        bytes: 100,
        local_time: '2026-03-02 11:00:00',
      },
    ]);
  });

  test('of the same bytes adds nothing, under any name and packed; a longer file adds its tail', async () => {
    const path = await file('a.log', mixed);
    await importLog(options([path]));
    const packed = await file('other.bin', gzipSync(mixed));
    expect(await importLog(options([path, packed]))).toMatchObject({ lines: 24, pageviews: 6 });
    expect(await stored()).toEqual({ hits: 3, ignored: 8 });
    await appendFile(path, line({ target: '/new' }));
    await importLog(options([path]));
    expect(await stored()).toEqual({ hits: 4, ignored: 8 });
  });

  test('of twin lines keeps the twins', async () => {
    const path = await file('a.log', line() + line() + line());
    await importLog(options([path]));
    expect(await stored()).toEqual({ hits: 3, ignored: 0 });
  });

  test('that was broken off between the store and the ledger counts once', async () => {
    const path = await file('a.log', mixed);
    const failing = options([path], {
      record: async (token, rows) => {
        await recordRows(store.events, { token, rows });
        throw new Error('the power went');
      },
    });
    await expect(importLog(failing)).rejects.toThrow('the power went');
    await appendFile(path, line({ target: '/new' }));
    await importLog(options([path]));
    expect(await stored()).toEqual({ hits: 4, ignored: 8 });
  });

  test('keeps texts with tabs, backslashes, quotes and other alphabets as they are', async () => {
    const path = await file(
      'a.log',
      line({ target: '/caf\\xe9', referrer: 'https://e.org/a%5Cb' }) + line({ target: '/été\\"x\\"' }),
    );
    await importLog(options([path]));
    const rows = await store.events.query<{ path: string }>(
      'select path from hits where site_id = {site:String} order by path',
      {
        site: site.id,
      },
    );
    expect(rows.map((row) => decodeURIComponent(row.path)).toSorted()).toEqual(['/café', '/été"x"']);
  });

  test('of a dry run keeps nothing', async () => {
    const path = await file('a.log', mixed);
    const { record: _, ...dry } = options([path]);
    expect(await importLog(dry)).toMatchObject({ lines: 12, pageviews: 3 });
    expect(await stored()).toEqual({ hits: 0, ignored: 0 });
  });

  test('skips lines of other hosts by name', async () => {
    const path = await file('a.log', `www.example.com ${line()}other.test ${line()}`);
    expect(await importLog(options([path]))).toMatchObject({ pageviews: 1, ignored: { 'other-site': 1 } });
  });
});

/** Two bzip2 streams after one another, as parallel packers write: two page views, then one. */
const bzip2 =
  'QlpoOTFBWSZTWdvq+q8AAFdfgEAQUGv32APGREqrLZNQMADYBjTQaAGTQGRpoYmjDGmg0AMmgMjTQxNGBVU9Cm0mmkGjQ0ekM1DR6EvUQ90klmlikm1r3ZLaqh0VTUYCaFlzYso2tLat3r0v5myVYHkhqQkQk9VE3moohRRxSSTQ3VQhqTKuKq1NVKGhamblCi4xaFxkh4Ib2xcVdF7Q4Nb0QswSYvlDi4LXBgzfbkwYpOrk5P1czObm1MlHa6Nbq/FEP8XckU4UJDb6vqvAQlpoOTFBWSZTWf/m2vMAACtfgEAQUGv/2APGREqrLZNQIAByKmTQDIAAaDI00YQiejVTxNTQHqPUNGQZAAkRxVXVWq2SWakB9gz60Rg6M3Gk6XS9e5YQrTYMYVAu8ttJBN6qwfYKmSF8HtBMTylhQxItWKYCYu0xBE2WA5cQvEEbkKDwnItKiaicpXsawMZMgdDSuSMP4u5IpwoSH/zbXmA=';

/** Two xz streams after one another: two page views, then one. */
const xz =
  '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AEtAI1dABkMQpHvBoiqnNXBls4rZWmy2YaR10mv5JDIIOPhNcyqdyI1Jn+PvgUFmr3NkZkmvhCjIhl1+uKDGaZYwYc5D+Sk7vkZ4ZNg35N+fGq96XBut3rbrZpDeyK8iqmsPT3mxi2SBHkzKhdBaxLkLJumGVQtLne+vjYVgy8hZInW1QtS9hhBZpLvOz7nT7kNAAAAAADwdheYsnfckAABqQGuAgAAEwcWbrHEZ/sCAAAAAARZWv03elhaAAAE5ta0RgIAIQEWAAAAdC/lo+AAmACHXQAZDEKR7waIqpzVwZbOK2VpstmGkddJr+SQyCDj4TXMqnciNSZ/j74FBZq9zZGZNWGOumPlkwojiBWOf6ug3aMfLaXb8zv5xQ7JdNyK3G5hvyUz5GWKQ+k7jo6t3adtnUh3WngqIAWY1I8FS4QNdCbh/CQA8lj3xHpImObsY1I/tf86DvQhcAAAAEdE5DaulEVoAAGjAZkBAAA0WjegscRn+wIAAAAABFla';

/** Enough of lines that differ for a packer to write more than one block. */
const many = Array.from({ length: 2000 }, (_, n) => line({ target: `/${Math.imul(n, 2_654_435_761) >>> 0}` })).join('');

describe('packed files and the standard input', () => {
  test.each([
    ['gzip', gzipSync(mixed)],
    ['two gzip members', Buffer.concat([gzipSync(mixed.slice(0, 500)), gzipSync(mixed.slice(500))])],
    ['Zstandard', zstdCompressSync(mixed)],
    ['UTF-16 of PowerShell', Buffer.from(`\ufeff${mixed}`, 'utf16le')],
    ['UTF-16 with the other order of bytes', Buffer.from(`\ufeff${mixed}`, 'utf16le').swap16()],
  ])('%s is known by its first bytes', async (_, bytes) => {
    const path = await file('log', bytes);
    expect(await importLog(options([path]))).toMatchObject(summary);
  });

  test('bzip2 and xz are unpacked without a program of the system', async () => {
    for (const [name, bytes] of [
      ['a.log.bz2', bzip2],
      ['a.log.xz', xz],
    ] as const)
      expect(await importLog(options([await file(name, Buffer.from(bytes, 'base64'))]))).toMatchObject({
        lines: 3,
        pageviews: 3,
      });
  });

  test.each([
    ['bzip2 that is none', Buffer.from('BZh9 is not all of it'), 0],
    ['bzip2', Buffer.from(bzip2, 'base64').subarray(0, 120), 0],
    ['xz', Buffer.from(xz, 'base64').subarray(0, 100), 0],
    ['gzip', gzipSync(many).subarray(0, 12_000), 100],
    ['Zstandard', zstdCompressSync(many).subarray(0, 12_000), 0],
  ])(
    'of a cut file of %s the lines before the cut are kept, and the whole file adds the rest',
    async (_, bytes, least) => {
      const path = await file('cut', bytes);
      const found = await importLog(options([path, await file('b.log', line({ target: '/other' }))]));
      const read = found.lines - 1;
      expect(read).toBeGreaterThanOrEqual(least);
      expect(found.ignored['broken-line']).toBeUndefined();
      expect(found.damaged).toEqual({
        [path]: expect.stringContaining(read === 0 ? 'nothing of it can be read' : `its first ${read} lines were read`),
      });
      expect(await stored()).toMatchObject({ hits: read + 1 });
      const whole = await file('whole', many);
      if (read > 0) expect((await importLog(options([whole]))).damaged).toBeUndefined();
      if (read > 0) expect(await stored()).toMatchObject({ hits: 2001 });
    },
  );

  test('a file that only says it is packed, one in Latin-1 and UTF-16 without its mark are read as what they are', async () => {
    const plain = await file('a.log.gz', mixed);
    expect(await importLog(options([plain]))).toMatchObject(summary);
    const wide = await file('b.log', Buffer.from(mixed.replaceAll('/sport', '/sports'), 'utf16le'));
    expect(await importLog(options([wide]))).toMatchObject(summary);
    const latin = await file('c.log', Buffer.from(line({ target: '/caf\u00e9' }), 'latin1'));
    expect(await importLog(options([latin]))).toMatchObject({ lines: 1, pageviews: 1 });
  });

  test('an empty file has no lines; tar and 7z archives are refused in words', async () => {
    expect(await importLog(options([await file('none.log', '')]))).toMatchObject({ lines: 0, formats: {} });
    const tar = Buffer.alloc(1024);
    tar.write('access.log');
    tar.write('ustar', 257);
    for (const [name, bytes, words] of [
      ['a.tar', tar, /tar archive; unpack it first/],
      ['a.tar.gz', gzipSync(tar), /tar archive; unpack it first/],
      ['a.7z', Buffer.from('7z\xbc\xaf\x27\x1c', 'latin1'), /7z archive/],
    ] as const)
      await expect(importLog(options([await file(name, bytes)]))).rejects.toThrow(words);
  });

  test('a folder, a pattern and a zip stand for the files in them, in any order', async () => {
    const logs = join(folder, 'logs');
    await mkdir(logs);
    await writeFile(join(logs, 'b.log'), line({ target: '/b' }));
    await writeFile(join(logs, 'a.log.gz'), gzipSync(line({ target: '/a' }) + line({ target: '/a2' })));
    const zip = new ZipFile();
    zip.addBuffer(Buffer.from(line({ target: '/z' })), 'logs/z.log');
    zip.addBuffer(gzipSync(line({ target: '/y' })), 'logs/y.log.gz');
    zip.end();
    const packed = await file('logs.zip', await buffer(zip.outputStream));
    const dry = (sources: string[]) => {
      const { record: _, ...rest } = options(sources);
      return importLog(rest);
    };
    expect(await dry([logs])).toMatchObject({ lines: 3, pageviews: 3 });
    expect(await dry([join(logs, '*.gz'), join(logs, 'b.log')])).toMatchObject({ lines: 3, pageviews: 3 });
    expect((await dry([packed])).formats).toEqual({
      [join(packed, 'y.log.gz')]: 'combined',
      [join(packed, 'z.log')]: 'combined',
    });
    await mkdir(join(folder, 'empty'));
    await expect(dry([join(folder, 'empty')])).rejects.toThrow(/holds no files/);
    await expect(dry([join(folder, '*.none')])).rejects.toThrow(/No file is named/);
  });

  test('a line of any length costs that line only', async () => {
    const path = await file(
      'long.log',
      `${line()}${'x'.repeat(3_000_000)}\n${line({ target: `/${'y'.repeat(70_000)}` })}${line()}`,
    );
    expect(await importLog(options([path], { batchBytes: 1000 }))).toMatchObject({
      lines: 4,
      pageviews: 3,
      ignored: { 'broken-line': 1 },
    });
  });

  test('a file that is not there is refused before any other is read', async () => {
    const path = await file('a.log', mixed);
    await expect(importLog(options([path, join(folder, 'none.log')]))).rejects.toMatchObject({ code: 'not-found' });
    expect(await stored()).toEqual({ hits: 0, ignored: 0 });
  });
});

test('a followed file is read as it grows and after it is rotated', async () => {
  const path = await file('a.log', line({ target: '/1' }));
  const stop = new AbortController();
  const done = importLog(options([path], { follow: true, signal: stop.signal }));
  const until = async (hits: number) => {
    for (let i = 0; i < 100 && (await stored())?.hits !== hits; i++) await new Promise((next) => setTimeout(next, 100));
    expect(await stored()).toMatchObject({ hits });
  };
  await until(1);
  await appendFile(path, line({ target: '/2' }));
  await until(2);
  await rename(path, `${path}.1`);
  await writeFile(path, line({ target: '/3', time: '03/Mar/2026:10:00:00 +0000' }));
  await until(3);
  stop.abort();
  expect(await done).toMatchObject({ lines: 3, pageviews: 3 });
}, 40_000);

test('a followed file that is copied away and begun anew is read on, even when it is longer by then', async () => {
  const path = await file('a.log', line({ target: '/1' }));
  const stop = new AbortController();
  const done = importLog(options([path], { follow: true, signal: stop.signal }));
  const until = async (hits: number) => {
    for (let i = 0; i < 100 && (await stored())?.hits !== hits; i++) await new Promise((next) => setTimeout(next, 100));
    expect(await stored()).toMatchObject({ hits });
  };
  await until(1);
  const next = (target: string) => line({ target, time: '03/Mar/2026:10:00:00 +0000' });
  await writeFile(path, next('/2') + next('/3') + next('/4'));
  await until(4);
  // Renamed, and written to under its new name until the server opens another.
  await rename(path, `${path}.1`);
  await new Promise((later) => setTimeout(later, 700));
  await appendFile(`${path}.1`, next('/5'));
  await until(5);
  await writeFile(path, line({ target: '/6', time: '04/Mar/2026:10:00:00 +0000' }));
  await until(6);
  await importLog(options([`${path}.1`]));
  expect(await stored()).toMatchObject({ hits: 6 });
  stop.abort();
  expect(await done).toMatchObject({ lines: 6 });
}, 40_000);

const real = fileURLToPath(new URL('../../../shared/data/logs/apache_logs.log', import.meta.url));
const isReal = await readFile(real).then(
  () => true,
  () => false,
);
test.skipIf(!isReal)(
  'a real log of 10,000 lines has the counts of its note (skipped where ../shared is absent)',
  async () => {
    const { record: _, ...dry } = options([real], { site: { ...site, domain: 'semicomplete.com', time_zone: 'UTC' } });
    const found = await importLog(dry);
    expect(found).toMatchObject({
      lines: 10_000,
      bytes: 2_747_282_740,
      by_status: { '200': 9126, '206': 45, '301': 164, '304': 445, '403': 2, '404': 213, '416': 2, '500': 3 },
      by_day: { '2015-05-17': 1632, '2015-05-18': 2893, '2015-05-19': 2896, '2015-05-20': 2579 },
    });
    expect(Object.values(found.ignored).reduce((sum, n) => sum + n, found.pageviews)).toBe(10_000);
  },
);

describe('logs that begin with the same header', () => {
  const header =
    '#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Fields: date time cs-method cs-uri-stem cs-uri-query sc-status c-ip cs(User-Agent)\n';
  const hitAt = (time: string, path: string) =>
    `2026-03-02 ${time} GET ${path} - 200 192.0.2.7 ${firefox.replaceAll(' ', '+')}\n`;
  const second = () => file('b.log', header + hitAt('11:00:00', '/one') + hitAt('11:00:01', '/two'));

  test('one that held nothing but the header is no other log', async () => {
    expect(await importLog(options([await file('a.log', header)]))).toMatchObject({ pageviews: 0 });
    const b = await second();
    for (let told = 0; told < 2; told++) {
      expect(await importLog(options([b]))).toMatchObject({ pageviews: 2 });
      expect(await stored()).toMatchObject({ hits: 2 });
    }
    // The first got its lines meanwhile, and then more.
    await appendFile(join(folder, 'a.log'), hitAt('10:00:00', '/early'));
    await importLog(options([join(folder, 'a.log')]));
    await appendFile(join(folder, 'a.log'), hitAt('10:00:05', '/later'));
    await importLog(options([join(folder, 'a.log')]));
    await importLog(options([join(folder, 'a.log'), b]));
    expect(await stored()).toMatchObject({ hits: 4 });
  });

  test('a followed log whose header, then half a line, was there first', async () => {
    const a = await file('a.log', header + hitAt('10:00:00', '/early').slice(0, 30));
    const stop = new AbortController();
    const followed = importLog(options([a], { follow: true, signal: stop.signal }));
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    await appendFile(a, hitAt('10:00:00', '/early').slice(30));
    await expect.poll(stored, { timeout: 10_000 }).toMatchObject({ hits: 1 });
    stop.abort();
    await followed;
    await importLog(options([await second(), a]));
    expect(await stored()).toMatchObject({ hits: 3 });
  });
});
