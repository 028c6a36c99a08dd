/** Builds what browsers load: the tags (dist/tag) and the web app (dist/web). */
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { writeTags } from '../src/tag/build.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
await writeTags(`${root}dist/tag`);
await build({ root, logLevel: 'warn' });
