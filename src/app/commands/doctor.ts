import { access, constants, mkdir, mkdtemp, readdir, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openGeo } from '#measurement';
import {
  askOwner,
  type Config,
  type Database,
  type Events,
  isOwned,
  launchBrowser,
  openEmbedded,
  openEvents,
  openPostgres,
  own,
  startEmbeddedEvents,
} from '#platform';
import { type Command, print, wordsOf } from './command.ts';

type Check = { name: string; ok: boolean; says: string };

/** What a check is told: the settings, whether Vigie runs on the folder, and whether something is in it. */
type Found = { config: Config; running: boolean; begun: boolean };

/** Runs one check; what it throws is what it says, in one line. */
async function check(name: string, work: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, says: await work() };
  } catch (error) {
    return { name, ok: false, says: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) };
  }
}

const checks = ({ config, running, begun }: Found): Promise<Check>[] => [
  check('runtime', async () => {
    if (Number(process.versions.node.split('.')[0]) < 24)
      throw new Error(`Node ${process.versions.node}: Vigie needs Node 24, which npm installs with it.`);
    return `Node ${process.versions.node}`;
  }),
  check('data folder', () => dataFolder(config.data, running)),
  check('relational store', () => relationalStore(config, running ? 'running' : begun ? 'at rest' : 'not begun')),
  check('event store', () => eventStore(config, running ? 'running' : begun ? 'at rest' : 'not begun')),
  check('geography', async () => {
    if (config.geoDb !== undefined) await readable('VIGIE_GEO_DB', config.geoDb);
    const country = countryIn(config.geoDb, '8.8.8.8');
    return `${config.geoDb ?? 'the database that ships'}: 8.8.8.8 is in ${country || 'no country'}`;
  }),
  ...settingsWithFiles(config).map(([setting, path]) =>
    check(setting, async () => `${path}, ${await readable(setting, path)} bytes`),
  ),
  ...(config.smtpUrl === undefined ? [] : [check('mail server', () => mailServer(config.smtpUrl ?? ''))]),
  check('browser', async () => {
    const browser = await launchBrowser();
    const version = browser.version();
    await browser.close();
    return `Chromium ${version}`;
  }),
  ...(running
    ? []
    : [
        check('port of the web app', () => free(config.host, config.port, 'VIGIE_PORT')),
        check('port of the edge', () => free(config.host, config.edgePort, 'VIGIE_EDGE_PORT')),
      ]),
];

const settingsWithFiles = ({ dataCentres, searchConsoleKey }: Config): [setting: string, path: string][] => [
  ...(dataCentres === undefined || dataCentres === 'none'
    ? []
    : [['VIGIE_DATA_CENTRES', dataCentres] as [string, string]]),
  ...(searchConsoleKey === undefined ? [] : [['VIGIE_SEARCH_CONSOLE_KEY', searchConsoleKey] as [string, string]]),
];

async function readable(setting: string, path: string): Promise<number> {
  const bytes = await readFile(path).catch(() => undefined);
  if (!bytes) throw new Error(`${setting}: the file ${path} cannot be read.`);
  return bytes.length;
}

async function dataFolder(folder: string, running: boolean): Promise<string> {
  const found = await stat(folder).catch(() => undefined);
  if (found && !found.isDirectory()) throw new Error(`${folder} is a file; the data folder must be a folder.`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await access(folder, constants.R_OK | constants.W_OK | constants.X_OK).catch(() => {
    throw new Error(`${folder} belongs to somebody else: it cannot be read and written.`);
  });
  // A disk that is mounted for reading only says so at the first write.
  const probe = join(folder, `.doctor-${process.pid}`);
  await writeFile(probe, '').catch(() => {
    throw new Error(`${folder} cannot be written to.`);
  });
  await rm(probe, { force: true });
  const { bavail, bsize } = await statfs(folder);
  const gigabytes = (bavail * bsize) / 1e9;
  if (gigabytes < 1) throw new Error(`${folder}: only ${gigabytes.toFixed(1)} GB are free.`);
  return `${folder}, ${gigabytes.toFixed(0)} GB free${running ? ', Vigie runs on it' : ''}`;
}

/** A folder at rest is opened as a start would open it; one that Vigie runs on is asked for through it. */
type State = 'running' | 'at rest' | 'not begun';

async function relationalStore(config: Config, state: State): Promise<string> {
  if (state === 'running' && config.postgresUrl === undefined) return 'embedded: in use by the Vigie that runs';
  const db = config.postgresUrl
    ? openPostgres(config.postgresUrl, 1)
    : await openEmbedded(state === 'at rest' ? config.at('postgres') : 'memory').catch(() => {
        throw new Error(`${config.at('postgres')} cannot be opened: it is damaged, or no database; restore a backup.`);
      });
  try {
    return `${config.postgresUrl ? 'server' : 'embedded'}: ${await versionOf(db)}${state === 'at rest' ? `, ${await migrationsIn(db)}` : ''}`;
  } finally {
    await db.close();
  }
}

async function versionOf(db: Database): Promise<string> {
  const row = await db.one<{ version: string }>('select version() as version');
  return row?.version.split(' ').slice(0, 2).join(' ') ?? '';
}

async function migrationsIn(db: Database): Promise<string> {
  const known = await db.one<{ there: boolean }>("select to_regclass('migrations') is not null as there");
  if (!known?.there) return 'empty';
  const row = await db.one<{ count: string }>('select count(*) as count from migrations');
  return `${row?.count} migrations`;
}

async function eventStore(config: Config, state: State): Promise<string> {
  if (config.clickhouseUrl) return `server: ${await answered(openEvents(config.clickhouseUrl))}`;
  if (state === 'running') {
    const { status, text } = await askOwner(config.data, '/event-store', {});
    if (status !== 200) throw new Error(`The Vigie that runs answered ${status} when asked for its event store.`);
    const { url } = JSON.parse(text) as { url: string };
    return `embedded, running: ${await answered(openEvents(url))}`;
  }
  const trial = state === 'at rest' ? undefined : await mkdtemp(join(tmpdir(), 'vigie-doctor-'));
  const folder = trial ?? config.at('events');
  try {
    const engine = await startEmbeddedEvents(folder).catch(() => {
      throw new Error(`${folder} cannot be opened: it is damaged, or no event store; restore a backup.`);
    });
    try {
      return `embedded: ${await answered(openEvents(engine.url))}`;
    } finally {
      await engine.stop();
    }
  } finally {
    if (trial) await rm(trial, { recursive: true, force: true });
  }
}

async function answered(events: Events): Promise<string> {
  try {
    const [row] = await events.query<{ version: string; hits: number | string }>(
      `select version() as version, (select sum(total_rows) from system.tables where database = currentDatabase() and name = 'hits') as hits`,
    );
    return `ClickHouse ${row?.version}, ${Number(row?.hits ?? 0).toLocaleString('en')} page views and events`;
  } finally {
    await events.close();
  }
}

/** Whether somebody answers where the mail server is said to be; nothing is sent. */
function mailServer(url: string): Promise<string> {
  const { hostname, port, protocol } = new URL(url);
  const at = Number(port) || (protocol === 'smtps:' ? 465 : 587);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: at, timeout: 5_000 });
    const fail = () => {
      socket.destroy();
      reject(new Error(`VIGIE_SMTP_URL: nobody answers at ${hostname}:${at}.`));
    };
    socket.once('timeout', fail).once('error', fail);
    socket.once('connect', () => {
      socket.destroy();
      resolve(`${hostname}:${at} answers`);
    });
  });
}

function free(host: string, port: number, setting: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', ({ code }: NodeJS.ErrnoException) =>
      reject(
        new Error(
          code === 'EADDRINUSE'
            ? `${setting}: port ${port} is taken; choose another.`
            : `${setting}: ${host}:${port} cannot be listened on (${code}).`,
        ),
      ),
    );
    server.listen(port, host, () => server.close(() => resolve(`${host}:${port} is free`)));
  });
}

/** Checks what Vigie stands on; exit code 1 when something is missing. */
const doctor: Command = async (args, config) => {
  const { values } = wordsOf(args, {});
  const begun = (await readdir(config.data).catch((): string[] => [])).includes('postgres');
  // A folder at rest is nobody else's while its stores are open.
  const turn = begun ? await own(config.data, (_, response) => void response.writeHead(503).end('{}')) : undefined;
  const running = begun ? turn === undefined : await isOwned(config.data);
  try {
    const results = await Promise.all(checks({ config, running, begun }));
    const ok = results.every((result) => result.ok);
    print(
      values.json,
      { ok, checks: results },
      results
        .map((result) => `${result.ok ? 'good   ' : 'MISSING'}  ${result.name.padEnd(24)} ${result.says}`)
        .join('\n'),
    );
    return ok ? 0 : 1;
  } finally {
    await turn?.release();
  }
};

export default doctor;

function countryIn(geoDb: string | undefined, ip: string): string {
  try {
    return openGeo(geoDb).countryOf(ip);
  } catch {
    throw new Error(`VIGIE_GEO_DB: ${geoDb} is no database in MaxMind's format.`);
  }
}
