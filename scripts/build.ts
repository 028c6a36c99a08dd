/** Builds what browsers load: the tags (dist/tag) and the web app (dist/web). */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'vite';
import { writeTags } from '../src/tag/build.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
await writeTags(`${root}dist/tag`);
await build({ root, logLevel: 'warn' });

// Packed once here instead of at each request; the server chooses by what the browser takes.
const assets = `${root}dist/web/assets/`;
await Promise.all(
  (await readdir(assets))
    .filter((name) => /\.(js|css|svg|json)$/.test(name))
    .map(async (name) => {
      const bytes = await readFile(assets + name);
      if (bytes.length < 1024) return;
      const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
      await writeFile(`${assets}${name}.br`, await promisify(brotliCompress)(bytes, quality));
      await writeFile(`${assets}${name}.gz`, await promisify(gzip)(bytes, { level: 9 }));
    }),
);
