/** Opens everything a process that owns the data folder needs, and closes it in the opposite order. */
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { openRecentReasons, type RecentReasons } from '#delivery';
import {
  type Clock,
  type Config,
  deriveKey,
  type Database,
  masterSecret,
  migrateEvents,
  migrateSql,
  openEmbedded,
  openEvents,
  openFiles,
  openLog,
  openMail,
  openPostgres,
  openSalts,
  type Salts,
  type Services,
  startEmbeddedEvents,
} from '#platform';

export type House = Services & {
  config: Config;
  secret: string;
  salts: Salts;
  /** Address of the event store, with its password. */
  eventsUrl: string;
  /** What edges told of the last hour. */
  recent: RecentReasons;
  close(): Promise<void>;
};

/**
 * Opens the stores of `config.data` (or the servers the settings name) and brings them up to date. Without a
 * ClickHouse address the embedded event store is started as a child that ends with this process.
 * The caller must own the folder (see platform's owner.ts).
 */
export async function openHouse(config: Config, clock: Clock, name: string): Promise<House> {
  const log = openLog(name, config.logLevel);
  const secret = await masterSecret(config.secret, config.at('secret'));
  const engine = config.clickhouseUrl ? undefined : await startEmbeddedEvents(config.at('events'));
  const eventsUrl = config.clickhouseUrl ?? engine?.url ?? '';
  const events = openEvents(eventsUrl);
  const db: Database = config.postgresUrl
    ? openPostgres(config.postgresUrl)
    : await openEmbedded(config.at('postgres'));
  const applied = [...(await migrateSql(db)), ...(await migrateEvents(events))];
  if (applied.length > 0) log.info('migrations applied', { count: applied.length, last: applied.at(-1) });
  const mail = openMail(config.smtpUrl, `Vigie <vigie@${new URL(config.url).hostname}>`);
  return {
    config,
    log,
    secret,
    db,
    events,
    eventsUrl,
    mail,
    clock,
    recent: openRecentReasons(() => clock().getTime()),
    files: openFiles(config.at('files')),
    salts: openSalts(config.at('salts.json'), clock, config.importSaltDays),
    async close() {
      mail.close();
      await db.close();
      await events.close();
      await engine?.stop();
    },
  };
}

/** What processes of one installation show each other: given by the supervisor, else derived from the master secret. */
export const internalSecret = (config: Config, secret: string): string =>
  config.internalSecret ?? deriveKey(secret, 'internal');

/** A fresh password of an embedded event store. */
export const freshPassword = (): string => randomBytes(24).toString('base64url');

/**
 * Where Node keeps what it made of our sources (types taken out, compiled), for every process it starts: reading that again takes
 * a process some 15 MB and a second less than making it.
 */
export const codeCache = {
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../../node_modules/.cache/vigie/code/', import.meta.url)),
};

/**
 * How Node runs an edge: its objects live for one request, so a small nursery holds them, and the process stays under 200 MB
 * where the default grows by some 50 MB under load.
 */
export const edgeNodeOptions = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=8'];
