/** Imports that are killed, cut and spread over threads: every line is in the store exactly once. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestEvents } from '#platform/testing';
import { fileLedger } from './import-ledger.ts';
import { importLog, type ImportOptions } from './import-log.ts';
import { logCutter } from './log-cutter.ts';
import { recordRows } from './record.ts';

let store: Awaited<ReturnType<typeof openTestEvents>>;
let folder: string;
let log: string;
beforeAll(async () => {
  store = await openTestEvents();
  folder = await mkdtemp(join(tmpdir(), 'vigie-import-crash-'));
  log = join(folder, 'access.log');
  await writeFile(log, lines(12_000));
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0';
const lines = (count: number, host = '') =>
  Array.from({ length: count }, (_, n) => {
    const time = new Date(Date.UTC(2026, 2, 2) + n * 7000).toUTCString().split(' ');
    const agent = n % 11 === 0 ? 'curl/8.4.0' : firefox;
    return `${host}10.0.${n % 250}.${n % 7} - - [${time[1]}/${time[2]}/2026:${time[4]} +0000] "GET /${n % 3 === 0 ? 'a.css' : `page-${n % 400}`} HTTP/1.1" 200 ${n} "-" "${agent}"\n`;
  }).join('');

const site = (id: string): ImportOptions['site'] => ({
  id,
  number: 1,
  org_id: 'org',
  domain: 'example.com',
  time_zone: 'Europe/Paris',
  currency: 'EUR',
  mode: 'exempt',
  sections: [],
});
const saltsOf: ImportOptions['saltsOf'] = async (dates) =>
  Object.fromEntries(dates.map((date) => [date, Buffer.from(date).toString('base64')]));
const options = (id: string, more: Partial<ImportOptions> = {}): ImportOptions => ({
  sources: [log],
  site: site(id),
  ledger: fileLedger(join(folder, id)),
  saltsOf,
  batchBytes: 100_000,
  record: (token, rows) => recordRows(store.events, { token, rows }),
  ...more,
});

/** What is in the store of a site: rows, ids, and a sum over everything that was read of its lines. */
const stored = async (id: string) => {
  const [row] = await store.events.query<Record<string, unknown>>(
    `select count() as rows, uniqExact(hit_id) as ids, sum(bytes) as bytes, (select sum(hits) from hits_hours where site_id = {site:String}) as rollup,
       toString(sum(sipHash64(hit_id, path, visitor, at, local_time, browser, channel))) as all, (select count() from ignored_hits where site_id = {site:String}) as ignored
     from hits where site_id = {site:String}`,
    { site: id },
  );
  return row;
};

test('threads write what one thread writes', async () => {
  const alone = await importLog(options('same', { threads: 0 }));
  const rows = await stored('same');
  expect(rows).toMatchObject({ rows: alone.pageviews, ids: alone.pageviews, rollup: alone.pageviews });
  await store.events.command("delete from hits where site_id = 'same'");
  // The same site, so that visitors and ids are the same; another ledger and other batches.
  const together = await importLog(
    options('same', { threads: 3, batchBytes: 70_000, ledger: fileLedger(join(folder, 'again')) }),
  );
  expect(together).toEqual(alone);
  const { rollup: _, ignored: __, ...facts } = rows ?? {};
  expect(await stored('same')).toMatchObject(facts);
}, 60_000);

test('kill -9 in the middle of an import, several times: the same command again makes it whole, each line once', async () => {
  const code = `const [path, folder, url] = process.argv.slice(1);
    const { fileLedger, importLog, recordRows } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
    const { openEvents } = await import(${JSON.stringify(new URL('../platform/index.ts', import.meta.url).href)});
    const events = openEvents(url);
    const saltsOf = async (dates) => Object.fromEntries(dates.map((date) => [date, Buffer.from(date).toString('base64')]));
    await importLog({ sources: [path], site: ${JSON.stringify(site('killed'))}, ledger: fileLedger(folder), saltsOf, batchBytes: 100_000, threads: 2,
      record: async (token, rows) => { await recordRows(events, { token, rows }); process.stdout.write('.'); } });
    process.exit(0);`;
  const run = (batches: number) =>
    new Promise<number | null>((resolve, reject) => {
      const child = spawn(
        process.execPath,
        ['--input-type=module', '-e', code, log, join(folder, 'killed'), store.url],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      let heard = 0;
      child.stdout.on('data', (dots: Buffer) => {
        heard += dots.length;
        if (heard >= batches) child.kill('SIGKILL');
      });
      child.once('exit', resolve).once('error', reject);
    });
  let ended: number | null = null;
  let killed = 0;
  for (const batches of [1, 3, 5, 7, Infinity]) {
    ended = await run(batches);
    if (ended === null) killed++;
  }
  expect(ended).toBe(0);
  expect(killed).toBeGreaterThan(2);
  const { pageviews, lines: all } = await importLog(options('killed'));
  expect(all).toBe(12_000);
  expect(await stored('killed')).toMatchObject({
    rows: pageviews,
    ids: pageviews,
    rollup: pageviews,
    ignored: all - pageviews,
  });
}, 120_000);

test('a log and its own beginning, given at once and in any order, count once', async () => {
  const text = await readFile(log);
  const beginning = join(folder, 'beginning.log');
  await writeFile(beginning, text.subarray(0, text.indexOf('\n', 500_000) + 1));
  const { pageviews } = await importLog(options('none', { record: async () => undefined }));
  await importLog(options('both', { sources: [beginning, log, beginning], threads: 2 }));
  expect(await stored('both')).toMatchObject({ rows: pageviews, ids: pageviews });
}, 60_000);

describe('a cutter', () => {
  test('cuts at the same lines however the bytes come, and loses none', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 30 }), { maxLength: 60 }),
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 300 }),
        (texts, chunks, least) => {
          const whole = Buffer.from(texts.map((text) => text.replaceAll('\n', ' ')).join('\n'));
          const cutBy = (sizes: readonly number[]) => {
            const cutter = logCutter((start) => start + least);
            const blocks: string[] = [];
            for (let at = 0, i = 0; at < whole.length; i++) {
              const size = sizes[i % sizes.length] ?? 1;
              blocks.push(...cutter.take(whole.subarray(at, at + size)).map(String));
              at += size;
            }
            const left = [cutter.lines(), cutter.rest()].map((bytes) => bytes?.toString() ?? '');
            return { blocks, rest: left.join('') };
          };
          const cut = cutBy(chunks);
          expect(cut).toEqual(cutBy([whole.length || 1]));
          expect(cut.blocks.join('') + cut.rest).toBe(whole.toString());
          for (const block of cut.blocks) expect(block.endsWith('\n') && block.length >= Math.min(least, 1)).toBe(true);
        },
      ),
    );
  });
});
