import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Progress, readProgress, writeProgress } from './progress.ts';

test('what is written is read; nothing, and what no sample wrote, is no progress', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-progress-'));
  const file = join(folder, 'sample.json');
  const progress: Progress = {
    state: 'running',
    percent: 12,
    begun_at: '2026-11-23T15:00:00.000Z',
    hits: 3,
    ad_events: 4,
    seconds: 0,
  };
  expect(await readProgress(file)).toBeUndefined();
  await writeProgress(file, progress);
  expect(await readProgress(file)).toEqual(progress);
  for (const text of ['', '{', '{"state":"lost"}']) {
    await writeFile(file, text);
    expect(await readProgress(file)).toBeUndefined();
  }
  await rm(folder, { recursive: true });
});
