/** Builds what browsers load: the web app (dist/web) and the tags (dist/tag). */
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { buildTags } from '../src/tag/build.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
await mkdir(`${root}dist/tag`, { recursive: true });
for (const [name, bytes] of Object.entries(await buildTags())) await writeFile(`${root}dist/tag/${name}`, bytes);
await build({ root, logLevel: 'warn' });
