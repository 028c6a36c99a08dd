import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { launchBrowser } from './browser.ts';

test(
  'two that start together on a machine that has no browser yet both get a whole one',
  { timeout: 60_000 },
  async () => {
    const cache = await mkdtemp(join(tmpdir(), 'vigie-browser-'));
    try {
      const browsers = await Promise.all([launchBrowser({ cache }), launchBrowser({ cache })]);
      for (const browser of browsers) {
        const page = await browser.newPage();
        await page.setContent('<p>Prêt</p>');
        expect(await page.textContent('p')).toBe('Prêt');
        await browser.close();
      }
      // What was being unpacked is gone; on other systems nothing is unpacked at all.
      expect((await readdir(cache)).filter((name) => name.startsWith('unpacking-'))).toEqual([]);
    } finally {
      await rm(cache, { recursive: true, force: true });
    }
  },
);
