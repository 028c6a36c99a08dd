import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { askOwner, isOwned, own, type Ownership } from './owner.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-owner-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const nothing = () => undefined;

/** Another process that takes the folder; resolves when it said whether it did. */
async function child(): Promise<{ process: ChildProcess; owns: boolean }> {
  const code = `const { own } = await import(${JSON.stringify(new URL('./owner.ts', import.meta.url).href)});
    const it = await own(process.argv[1], (q, r) => r.end('child'));
    process.stdout.write(it ? 'yes' : 'no'); setInterval(() => {}, 1000);`;
  const process_ = spawn(process.execPath, ['--input-type=module', '-e', code, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said = await new Promise<string>((resolve) =>
    process_.stdout.once('data', (text: Buffer) => resolve(text.toString())),
  );
  return { process: process_, owns: said === 'yes' };
}

async function kill(process_: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => process_.once('exit', resolve));
  process_.kill('SIGKILL');
  await ended;
}

test('one owner at a time; the next one when it is released', async () => {
  expect(await isOwned(folder)).toBe(false);
  const first = await own(folder, nothing);
  expect(first).toBeDefined();
  expect(await isOwned(folder)).toBe(true);
  expect(await own(folder, nothing)).toBeUndefined();
  await first?.release();
  expect(await isOwned(folder)).toBe(false);
  const second = await own(folder, nothing);
  expect(second).toBeDefined();
  await second?.release();
});

test('another process owns it, answers, and is followed after kill -9', async () => {
  const other = await child();
  try {
    expect(other.owns).toBe(true);
    expect(await own(folder, nothing)).toBeUndefined();
    expect(await askOwner(folder, '/who', {})).toEqual({ status: 200, text: 'child' });
  } finally {
    await kill(other.process);
  }
  expect(existsSync(join(folder, 'owner.sock'))).toBe(true); // what the killed one left
  expect(await isOwned(folder)).toBe(false);
  const mine = await own(folder, nothing);
  expect(mine).toBeDefined();
  const late = await child();
  expect(late.owns).toBe(false);
  await kill(late.process);
  await mine?.release();
});

test('of many that find a socket left behind, exactly one becomes the owner', async () => {
  for (let round = 0; round < 20; round++) {
    await leaveStaleSocket();
    const taken = await Promise.all(Array.from({ length: 8 }, () => own(folder, nothing)));
    const owners = taken.filter((it): it is Ownership => it !== undefined);
    expect(owners).toHaveLength(1);
    expect(await isOwned(folder)).toBe(true);
    await Promise.all(owners.map((owner) => owner.release()));
  }
});

/** A socket on disk that nobody listens on, as kill -9 leaves it. */
async function leaveStaleSocket(): Promise<void> {
  const code = `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
  const process_ = spawn(process.execPath, ['-e', code, join(folder, 'owner.sock')], { stdio: 'ignore' });
  await new Promise((resolve) => process_.once('exit', resolve));
  expect(existsSync(join(folder, 'owner.sock'))).toBe(true);
}

test('a question to an owner that is not there fails', async () => {
  await expect(askOwner(folder, '/', {})).rejects.toThrow(/ENOENT/);
});

test('a path too long for a socket is said, not taken for an owner', async () => {
  await expect(own(join(folder, 'a'.repeat(100)), nothing)).rejects.toThrow(/^VIGIE_DATA: .*too long/);
});
