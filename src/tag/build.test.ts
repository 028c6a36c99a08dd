import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { buildTags, packed, readTags, writeTags } from './build.ts';

/** Bytes after gzip -9 that a page may be asked to load. */
const budget = {
  'vigie.audience.js': 1_536,
  'vigie.js': 4_096,
  'vigie.formats.js': 2_048,
  'vigie.behaviour.js': 4_096,
} as const;

test('all scripts keep within their budget', async () => {
  const built = await buildTags();
  expect(packed(built['vigie.audience.js']).gzip.length).toBeLessThanOrEqual(budget['vigie.audience.js']);
  expect(packed(built['vigie.js']).gzip.length).toBeLessThanOrEqual(budget['vigie.js']);
  expect(packed(built['vigie.formats.js']).gzip.length).toBeLessThanOrEqual(budget['vigie.formats.js']);
  expect(packed(built['vigie.behaviour.js']).gzip.length).toBeLessThanOrEqual(budget['vigie.behaviour.js']);
});

test('what is written is read back, compressed, under a hash of its content', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-tag-'));
  try {
    await writeTags(join(folder, 'tag'));
    const tags = await readTags(join(folder, 'tag'));
    expect(gunzipSync(tags['vigie.js'].gzip)).toEqual(tags['vigie.js'].body);
    expect(tags['vigie.js'].etag).toMatch(/^"[\w-]{22}"$/);
    expect(tags['vigie.js'].etag).not.toBe(tags['vigie.audience.js'].etag);
    expect(packed(tags['vigie.js'].body).etag).toBe(tags['vigie.js'].etag);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a folder without scripts says how to make them', async () => {
  await expect(readTags(join(tmpdir(), 'vigie-no-such-folder'))).rejects.toThrow('run "npm run build"');
});
