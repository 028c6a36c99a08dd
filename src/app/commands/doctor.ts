import { access, constants, mkdir, mkdtemp, rm, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Config,
  examineValkey,
  isOwned,
  launchBrowser,
  openEmbedded,
  openEvents,
  openPostgres,
  startEmbeddedEvents,
} from '#platform';
import { type Command, print, wordsOf } from './command.ts';

type Check = { name: string; ok: boolean; says: string };

/** Runs one check; what it throws is what it says. */
async function check(name: string, work: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, says: await work() };
  } catch (error) {
    return { name, ok: false, says: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) };
  }
}

const checks = (config: Config, running: boolean): Promise<Check>[] => [
  check('runtime', async () => {
    if (Number(process.versions.node.split('.')[0]) < 24)
      throw new Error(`Node ${process.versions.node}: Vigie needs Node 24, which npm installs with it.`);
    return `Node ${process.versions.node}`;
  }),
  check('data folder', async () => {
    await mkdir(config.data, { recursive: true });
    await access(config.data, constants.R_OK | constants.W_OK);
    const { bavail, bsize } = await statfs(config.data);
    const free = (bavail * bsize) / 1e9;
    if (free < 1) throw new Error(`${config.data}: only ${free.toFixed(1)} GB are free.`);
    return `${config.data}, ${free.toFixed(0)} GB free${running ? ', Vigie runs on it' : ''}`;
  }),
  check('relational store', async () => {
    const db = config.postgresUrl ? openPostgres(config.postgresUrl, 1) : await openEmbedded('memory');
    try {
      const row = await db.one<{ version: string }>('select version() as version');
      return `${config.postgresUrl ? 'server' : 'embedded'}: ${row?.version.split(' ').slice(0, 2).join(' ')}`;
    } finally {
      await db.close();
    }
  }),
  check('event store', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vigie-doctor-'));
    const engine = config.clickhouseUrl ? undefined : await startEmbeddedEvents(folder);
    const events = openEvents(config.clickhouseUrl ?? engine?.url ?? '');
    try {
      const [row] = await events.query<{ version: string }>('select version() as version');
      return `${config.clickhouseUrl ? 'server' : 'embedded'}: ClickHouse ${row?.version}`;
    } finally {
      await events.close();
      await engine?.stop();
      await rm(folder, { recursive: true, force: true });
    }
  }),
  ...(config.valkeyUrl ? [check('shared counters', () => examineValkey(config.valkeyUrl ?? ''))] : []),
  check('browser', async () => {
    const browser = await launchBrowser();
    const version = browser.version();
    await browser.close();
    return `Chromium ${version}`;
  }),
  ...(running
    ? []
    : [
        check('port of the web app', () => free(config.host, config.port)),
        check('port of the edge', () => free(config.host, config.edgePort)),
      ]),
];

function free(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', () => reject(new Error(`Port ${port} is taken; choose another with --port or --edge-port.`)));
    server.listen(port, host, () => server.close(() => resolve(`${host}:${port} is free`)));
  });
}

/** Checks what Vigie stands on; exit code 1 when something is missing. */
const doctor: Command = async (args, config) => {
  const { values } = wordsOf(args, {});
  const results = await Promise.all(checks(config, await isOwned(config.data)));
  const ok = results.every((result) => result.ok);
  print(
    values.json,
    { ok, checks: results },
    results
      .map((result) => `${result.ok ? 'good   ' : 'MISSING'}  ${result.name.padEnd(20)} ${result.says}`)
      .join('\n'),
  );
  return ok ? 0 : 1;
};

export default doctor;
