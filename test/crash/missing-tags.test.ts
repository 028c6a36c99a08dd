/** An edge without its built tags says so and ends: no new start would bring them. */
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '../../src/platform/valkey-for-tests.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-untagged-'));
  for (const part of ['src', 'db', 'assets', 'package.json'])
    await cp(join(root, part), join(folder, part), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await mkdir(join(folder, 'dist', 'tag'), { recursive: true });
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('vigie start ends with one sentence and exit code 1', async () => {
  const args = ['start', '--run=edge', '--data', join(folder, 'data'), '--edge-port', String(await freePort())];
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(folder, 'src/app/main.ts'), ...args],
    {
      env: { ...process.env, VIGIE_LOG: 'error' },
    },
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  expect(code).toBe(1);
  expect(said.trimEnd().split('\n').at(-1)).toMatch(/^The tag vigie\.js is not in .*: run "npm run build"\.$/);
}, 60_000);
