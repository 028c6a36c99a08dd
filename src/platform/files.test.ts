import { mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDurably, openFiles, writeDurably } from './files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-files-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

// SHA-256 of "abc": FIPS 180-2, appendix B.1.
const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

test('the same bytes are kept once, under their SHA-256', async () => {
  const files = openFiles(folder);
  const stored = await Promise.all(Array.from({ length: 10 }, () => files.put(Buffer.from('abc'))));
  expect(stored).toEqual(Array.from({ length: 10 }, () => ({ hash: abc, bytes: 3 })));
  expect((await readdir(folder, { recursive: true })).sort()).toEqual(['ba', join('ba', abc)]);
  expect((await files.get(abc))?.toString()).toBe('abc');
});

test('a file that a crash cut short is written again', async () => {
  const files = openFiles(folder);
  await files.put(Buffer.from('abc'));
  await truncate(files.path(abc), 1);
  await files.put(Buffer.from('abc'));
  expect((await files.get(abc))?.toString()).toBe('abc');
});

test.each(['0'.repeat(64), '', 'abc', '../../etc/passwd', `${abc}/..`, abc.toUpperCase(), `${abc}\n`])(
  'nothing is kept under %j',
  async (hash) => {
    expect(await openFiles(folder).get(hash)).toBeUndefined();
  },
);

test('a path is only made of a hash', () => {
  expect(() => openFiles(folder).path('../secret')).toThrow('not a content hash');
});

test('what cannot be read is an error, not an absence', async () => {
  const files = openFiles(folder);
  await writeDurably(join(folder, 'ba'), 'a file where a folder should be');
  await expect(files.get(abc)).rejects.toThrow(/ENOTDIR/);
});

test('a write replaces the whole file and leaves nothing else', async () => {
  const target = join(folder, 'a');
  await writeDurably(target, 'a longer first text');
  await Promise.all(Array.from({ length: 10 }, (_, n) => writeDurably(target, `text ${n}`)));
  expect(await readFile(target, 'utf8')).toMatch(/^text \d$/);
  await expect(writeDurably(join(folder, 'no', 'folder'), 'x')).rejects.toThrow(/ENOENT/);
  expect(await readdir(folder)).toEqual(['a']);
});

test('of several that create a file, one does', async () => {
  const target = join(folder, 'a');
  const created = await Promise.all(Array.from({ length: 10 }, (_, n) => createDurably(target, `text ${n}`)));
  expect(created.filter(Boolean)).toHaveLength(1);
  expect(await readFile(target, 'utf8')).toBe(`text ${created.indexOf(true)}`);
  expect(await readdir(folder)).toEqual(['a']);
});
