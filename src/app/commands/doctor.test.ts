/** The doctor against folders and settings that are well and ill. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { own, readConfig, systemClock } from '#platform';
import { openHouse } from '../house.ts';
import { answerOwnerCommands } from '../owner-commands.ts';
import { ownerCommands } from '../owner-command-list.ts';
import doctor from './doctor.ts';

let root: string;
let printed = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vigie-doctor-test-'));
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});
afterAll(async () => {
  vi.restoreAllMocks();
  await rm(root, { recursive: true, force: true });
});

type Settings = NonNullable<Parameters<typeof readConfig>[0]>;
const configOf = (folder: string, more: Settings = {}) =>
  readConfig({ VIGIE_DATA: join(root, folder), VIGIE_PORT: '0', VIGIE_EDGE_PORT: '0', VIGIE_LOG: 'error', ...more });

type Answer = { ok: boolean; checks: { name: string; ok: boolean; says: string }[] };
async function examine(folder: string, more: Settings = {}) {
  printed = '';
  const code = await doctor(['--json'], configOf(folder, more));
  const { ok, checks }: Answer = JSON.parse(printed);
  const says = (name: string) => checks.find((check) => check.name === name)?.says;
  return { code, ok, says, ill: checks.filter((check) => !check.ok) };
}

async function begin(folder: string) {
  const house = await openHouse(configOf(folder), systemClock, 'test');
  await house.close();
}

async function portTaken(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

describe('a folder', () => {
  test('that is not there yet is well, and stays empty', async () => {
    const { code, ok, ill, says } = await examine('new');
    expect(ill).toEqual([]);
    expect([code, ok]).toEqual([0, true]);
    expect(says('relational store')).toMatch(/^embedded: PostgreSQL \d/);
    expect(says('event store')).toMatch(/^embedded: ClickHouse \d/);
    expect(says('geography')).toMatch(/8\.8\.8\.8 is in US/);
  }, 60_000);

  test('at rest is opened and told of; while Vigie runs on it, that one is asked', async () => {
    await begin('kept');
    const rested = await examine('kept');
    expect(rested.ill).toEqual([]);
    expect(rested.says('relational store')).toMatch(/, \d+ migrations$/);
    expect(rested.says('event store')).toMatch(/^embedded: ClickHouse .*, 0 page views and events$/);

    const house = await openHouse(configOf('kept'), systemClock, 'test');
    const owned = await own(
      configOf('kept').data,
      answerOwnerCommands(ownerCommands, () => house),
    );
    try {
      const taken = await portTaken();
      const { code, ill, says } = await examine('kept', { VIGIE_PORT: String(taken) });
      // Its ports are its own: none is said to be taken.
      expect(ill).toEqual([]);
      expect(code).toBe(0);
      expect(says('data folder')).toMatch(/Vigie runs on it$/);
      expect(says('event store')).toMatch(/^embedded, running: ClickHouse/);
    } finally {
      await owned?.release();
      await house.close();
    }
  }, 120_000);

  test('that is a file is named', async () => {
    await writeFile(join(root, 'file'), '');
    const { code, ill } = await examine('file');
    expect(code).toBe(1);
    expect(ill[0]).toMatchObject({
      name: 'data folder',
      says: expect.stringMatching(/file is a file; the data folder must/),
    });
  }, 60_000);

  test('whose stores cannot be opened is named, each store in a sentence', async () => {
    await mkdir(join(root, 'ill', 'postgres'), { recursive: true });
    await writeFile(join(root, 'ill', 'postgres', 'PG_VERSION'), 'garbage');
    await writeFile(join(root, 'ill', 'events'), 'no folder');
    const { code, ill } = await examine('ill');
    expect(code).toBe(1);
    expect(ill.map(({ name, says }) => `${name}: ${says.replaceAll(root, '')}`)).toEqual([
      'relational store: /ill/postgres cannot be opened: it is damaged, or no database; restore a backup.',
      'event store: /ill/events cannot be opened: it is damaged, or no event store; restore a backup.',
    ]);
  }, 90_000);
});

test('settings that lead nowhere are named, each in a sentence', async () => {
  const [taken, silent] = [await portTaken(), await portTaken()];
  servers.pop()?.close();
  await writeFile(join(root, 'geo.mmdb'), 'not a database');
  const { code, ill } = await examine('named', {
    VIGIE_EDGE_PORT: String(taken),
    VIGIE_GEO_DB: join(root, 'geo.mmdb'),
    VIGIE_DATA_CENTRES: join(root, 'none.txt'),
    VIGIE_SEARCH_CONSOLE_KEY: join(root, 'none.json'),
    VIGIE_SMTP_URL: `smtp://127.0.0.1:${silent}`,
  });
  expect(code).toBe(1);
  expect(ill.map(({ says }) => says.replaceAll(root, ''))).toEqual([
    "VIGIE_GEO_DB: /geo.mmdb is no database in MaxMind's format.",
    'VIGIE_DATA_CENTRES: the file /none.txt cannot be read.',
    'VIGIE_SEARCH_CONSOLE_KEY: the file /none.json cannot be read.',
    `VIGIE_SMTP_URL: nobody answers at 127.0.0.1:${silent}.`,
    `VIGIE_EDGE_PORT: port ${taken} is taken; choose another.`,
  ]);
}, 60_000);

test('a setting that cannot be read is named before anything is looked at: exit code 1, one sentence', async () => {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const run = (more: NodeJS.ProcessEnv, ...args: string[]) =>
    promisify(execFile)(process.execPath, [main, 'doctor', ...args], {
      // oxlint-disable-next-line node/no-process-env
      env: { ...process.env, VIGIE_DATA: join(root, 'unread'), ...more },
    }).then(
      () => ({ code: 0, stderr: '' }),
      ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
    );
  expect(await run({ VIGIE_PORT: 'eighty' })).toEqual({ code: 1, stderr: 'VIGIE_PORT: must be a whole number\n' });
  expect(await run({ VIGIE_LOG: 'loud' })).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^VIGIE_LOG: .+\n$/),
  });
  expect(await run({}, '--what')).toMatchObject({ code: 2, stderr: expect.stringContaining('--what') });
}, 60_000);
