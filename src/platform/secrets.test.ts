import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deriveKey, masterSecret, openSalts } from './secrets.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-secrets-'));
  file = join(folder, 'inner', 'kept');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the master secret', () => {
  test('is made once, for this user only, and kept', async () => {
    const made = await masterSecret(undefined, file);
    expect(made.length).toBeGreaterThanOrEqual(43);
    expect(await masterSecret(undefined, file)).toBe(made);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await masterSecret('given by the settings', file)).toBe('given by the settings');
  });

  test('is the same for all that come first at once', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => masterSecret(undefined, file)));
    expect(new Set(made).size).toBe(1);
    expect(await readdir(join(folder, 'inner'))).toEqual(['kept']);
  });

  test('is never replaced when damaged', async () => {
    const damaged = join(folder, 'damaged');
    await writeFile(damaged, 'short');
    await expect(masterSecret(undefined, damaged)).rejects.toThrow(/damaged/);
    expect(await readFile(damaged, 'utf8')).toBe('short');
  });

  test('gives each purpose a key of its own', () => {
    expect(deriveKey('secret', 'a')).toBe(deriveKey('secret', 'a'));
    expect(new Set([deriveKey('secret', 'a'), deriveKey('secret', 'b'), deriveKey('other', 'a')]).size).toBe(3);
  });
});

describe('salts', () => {
  const hour = 3_600_000;
  const at = (text: string) => Date.parse(text);
  let now = 0;
  const clock = () => new Date(now);
  const onDisk = async () => Object.keys(JSON.parse(await readFile(file, 'utf8')) as object).sort();

  test('are 16 random bytes for each date, two days ahead, the same when asked again', async () => {
    now = at('2026-03-10T12:00:00Z');
    const first = await openSalts(file, clock).current();
    expect(Object.keys(first).sort()).toEqual(['2026-03-08', '2026-03-09', '2026-03-10', '2026-03-11', '2026-03-12']);
    expect(new Set(Object.values(first)).size).toBe(5);
    for (const salt of Object.values(first)) expect(Buffer.from(salt, 'base64')).toHaveLength(16);
    expect(await openSalts(file, clock).current()).toEqual(first);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test('a salt lives until 48 hours after its date ended in the last time zone, and not longer', async () => {
    now = at('2026-03-10T12:00:00Z');
    const salts = openSalts(file, clock);
    const { '2026-03-10': salt } = await salts.current();
    const ended = at('2026-03-11T12:00:00Z'); // midnight of the 10th in UTC−12
    now = ended + 48 * hour - 1;
    expect((await salts.forDates(['2026-03-10']))['2026-03-10']).toBe(salt);
    now += 1;
    await salts.current();
    expect(await onDisk()).not.toContain('2026-03-10');
    expect(await readFile(file, 'utf8')).not.toContain(salt ?? 'no salt');
  });

  test('the salt of every day that anywhere is today was made before that day began', async () => {
    now = at('2026-03-10T00:00:00Z');
    const salts = openSalts(file, clock);
    let before = new Set(Object.keys(await salts.current()));
    for (let n = 0; n < 24 * 10; n++) {
      now += hour;
      for (const offset of [-12, 0, 14])
        expect(before).toContain(new Date(now + offset * hour).toISOString().slice(0, 10));
      before = new Set(Object.keys(await salts.current()));
    }
    expect((await onDisk()).length).toBeLessThanOrEqual(6);
  });

  test('an imported day keeps its salt for the days set, so that another server’s log fits, then gets another one', async () => {
    now = at('2026-03-10T12:00:00Z');
    const salts = openSalts(file, clock, 5);
    expect(await salts.missing(['2015-05-17', '2026-03-10'])).toEqual(['2015-05-17', '2026-03-10']);
    const { '2015-05-17': first } = await salts.forDates(['2015-05-17']);
    const { '2026-03-10': today } = await salts.current();
    now += 5 * 24 * hour - 1;
    expect(await salts.missing(['2015-05-17'])).toEqual([]);
    expect((await salts.forDates(['2015-05-17']))['2015-05-17']).toBe(first);
    // A day that was lived is forgotten as before.
    expect(await onDisk()).not.toContain('2026-03-10');
    expect(today).toBeDefined();
    now += 1;
    expect(await salts.missing(['2015-05-17'])).toEqual(['2015-05-17']);
    await salts.current();
    expect(await onDisk()).not.toContain('2015-05-17');
    expect((await salts.forDates(['2015-05-17']))['2015-05-17']).not.toBe(first);
  });

  test('asked at once from many sides, one salt a date', async () => {
    now = at('2026-03-10T12:00:00Z');
    const salts = openSalts(file, clock);
    const many = await Promise.all(
      Array.from({ length: 30 }, (_, n) =>
        n % 2 ? salts.current() : salts.forDates(['2026-03-10', `2020-01-${10 + n / 2}`]),
      ),
    );
    expect(new Set(many.map((one) => one['2026-03-10'])).size).toBe(1);
    expect(await onDisk()).toHaveLength(20);
  });

  test('a damaged file is an error, never a silent new set', async () => {
    await openSalts(file, clock).current();
    await writeFile(file, '{"2026');
    await expect(openSalts(file, clock).current()).rejects.toThrow();
    expect(await readFile(file, 'utf8')).toBe('{"2026');
  });
});
