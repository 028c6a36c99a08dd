/** The scripts as the edge serves them: bundled, minified, compressed ahead. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const entries = {
  'vigie.js': 'vigie.ts',
  'vigie.audience.js': 'audience.ts',
  'vigie.formats.js': 'formats.ts',
  'vigie.behaviour.js': 'behaviour.ts',
  'matomo.js': 'matomo.ts',
} as const;

export type TagName = keyof typeof entries;

/** `etag` is quoted and follows the content; `gzip` and `brotli` are the body at their highest levels. */
export type Tag = { body: Buffer; gzip: Buffer; brotli: Buffer; etag: string };

/** Builds all scripts from source. Needs esbuild, a development dependency: called at build time and in tests only. */
export async function buildTags(): Promise<Record<TagName, Buffer>> {
  const { build } = await import('esbuild');
  const one = async (source: string): Promise<Buffer> => {
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL(source, import.meta.url))],
      bundle: true,
      minify: true,
      format: 'iife',
      target: 'es2020',
      charset: 'utf8',
      legalComments: 'none',
      write: false,
    });
    return Buffer.from(outputFiles[0]?.contents ?? []);
  };
  return {
    'vigie.js': await one(entries['vigie.js']),
    'vigie.audience.js': await one(entries['vigie.audience.js']),
    'vigie.formats.js': await one(entries['vigie.formats.js']),
    'vigie.behaviour.js': await one(entries['vigie.behaviour.js']),
    'matomo.js': await one(entries['matomo.js']),
  };
}

/** Builds all scripts into `folder`, made when absent. */
export async function writeTags(folder: string): Promise<void> {
  const built = await buildTags();
  await mkdir(folder, { recursive: true });
  await Promise.all([
    writeFile(join(folder, 'vigie.js'), built['vigie.js']),
    writeFile(join(folder, 'vigie.audience.js'), built['vigie.audience.js']),
    writeFile(join(folder, 'vigie.formats.js'), built['vigie.formats.js']),
    writeFile(join(folder, 'vigie.behaviour.js'), built['vigie.behaviour.js']),
    writeFile(join(folder, 'matomo.js'), built['matomo.js']),
  ]);
}

/** Reads what `writeTags` wrote. Throws an Error that says how to build when a script is not there. */
export async function readTags(folder: string): Promise<Record<TagName, Tag>> {
  const one = async (name: TagName): Promise<Tag> => {
    const body = await readFile(join(folder, name)).catch((cause: unknown) => {
      throw new Error(`The tag ${name} is not in ${folder}: run "npm run build".`, { cause });
    });
    return packed(body);
  };
  return {
    'vigie.js': await one('vigie.js'),
    'vigie.audience.js': await one('vigie.audience.js'),
    'vigie.formats.js': await one('vigie.formats.js'),
    'vigie.behaviour.js': await one('vigie.behaviour.js'),
    'matomo.js': await one('matomo.js'),
  };
}

/** A script with its compressed forms and its content hash. */
export const packed = (body: Buffer): Tag => ({
  body,
  gzip: gzipSync(body, { level: 9 }),
  brotli: brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
  etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
});

if (import.meta.main) await writeTags('dist/tag');
