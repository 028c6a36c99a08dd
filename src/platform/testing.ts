/** What tests start from: a migrated database, an event store, and an API in which a test says who calls. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedEvents } from './chdb.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Events, openEvents } from './events.ts';
import { openFiles, writeDurably } from './files.ts';
import { createHttp } from './http.ts';
import { type Log, openLog } from './logger.ts';
import { migrateEvents, migrateSql, migrationsOf } from './migrate.ts';
import type { Caller, Served } from './served.ts';
import { type Database, openEmbedded, openPostgres } from './sql.ts';
import { valkeyProgram } from './valkey-for-tests.ts';

const cache = fileURLToPath(new URL('../../node_modules/.cache/vigie/', import.meta.url));

export { statementsOf } from './migrate.ts';

/**
 * A migrated, empty database of its own: a clone of a dump that is made once and kept (creating an engine takes seconds,
 * loading a dump less than one). With VIGIE_TEST_POSTGRES_URL, a fresh schema-less database of that server instead.
 */
export async function openTestDatabase(): Promise<Database> {
  const server = process.env['VIGIE_TEST_POSTGRES_URL'];
  if (server) return freshPostgres(server);
  const texts = await migrationsOf('postgres');
  const file = join(
    cache,
    `postgres-${createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 16)}.tar`,
  );
  if (!existsSync(file)) {
    const db = await openEmbedded('memory');
    await migrateSql(db);
    const dump = await db.dump();
    await db.close();
    await mkdir(cache, { recursive: true });
    await writeDurably(file, Buffer.from(await dump.arrayBuffer()));
  }
  return openEmbedded('memory', new Blob([await readFile(file)]));
}

async function freshPostgres(server: string): Promise<Database> {
  const name = `vigie_test_${process.pid}_${Math.random().toString(36).slice(2)}`;
  const admin = openPostgres(server, 1);
  await admin.script(`create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const db = openPostgres(url.href, 5);
  await migrateSql(db);
  return {
    ...db,
    async close() {
      await db.close();
      await admin.script(`drop database ${name} with (force)`);
      await admin.close();
    },
  };
}

type TestEvents = { events: Events; url: string; close(): Promise<void> };

/** A migrated, empty event store of its own, in a process and a folder that `close` ends. */
export async function openTestEvents(): Promise<TestEvents> {
  const store = await openFreshEvents();
  await migrateEvents(store.events);
  return store;
}

/** The same before any migration. */
export async function openFreshEvents(): Promise<TestEvents> {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-events-'));
  const engine = await startEmbeddedEvents(folder);
  const events = openEvents(engine.url);
  return {
    events,
    url: engine.url,
    async close() {
      await events.close();
      await engine.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A caller of a role; `org` and, for a client, `advertiser` may be said. */
export function callerOf(role: string, org = 'org_test', advertiser: string | null = null): Caller {
  return { kind: 'user', id: `user_${role}`, name: role, org_id: org, role, advertiser_id: advertiser };
}

/** An event store that must not be asked: for routes that live from the database alone. */
export const noEvents: Events = {
  query: () => Promise.reject(Object.assign(new Error('no event store in this test'), { code: 'ECONNREFUSED' })),
  file: () => Promise.reject(new Error('no event store in this test')),
  command: () => Promise.reject(new Error('no event store in this test')),
  longCommand: () => Promise.reject(new Error('no event store in this test')),
  insert: () => Promise.reject(new Error('no event store in this test')),
  insertBlock: () => Promise.reject(new Error('no event store in this test')),
  alone: (work) => work(),
  ping: async () => false,
  close: async () => undefined,
};

/** A database that must not be asked. */
export const noDatabase: Database = {
  query: () => Promise.reject(new Error('no database in this test')),
  one: () => Promise.reject(new Error('no database in this test')),
  transaction: () => Promise.reject(new Error('no database in this test')),
  script: () => Promise.reject(new Error('no database in this test')),
  get pool(): never {
    throw new Error('no database in this test');
  },
  close: async () => undefined,
};

export type TestReply = {
  status: number;
  body: unknown;
  text: string;
  headers: Record<string, unknown>;
  bytes: Buffer;
};

export type TestApi = {
  /** One request as a caller (undefined: nobody). A Buffer or string body goes as it is, anything else as JSON. */
  call(
    caller: Caller | undefined,
    method: string,
    url: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<TestReply>;
  close(): Promise<void>;
};

/** The real HTTP layer over the given routes; only "who calls" is said by the test. `may` is people's policy. */
export async function openTestApi(options: {
  routes: readonly Served[];
  db: Database;
  may: (role: string, right: string) => boolean;
  events?: Events;
  clock?: Clock;
  /** Where errors are logged; stderr unless said. */
  log?: Log;
}): Promise<TestApi> {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-files-'));
  let current: Caller | undefined;
  const app = await createHttp({
    routes: options.routes,
    services: {
      db: options.db,
      events: options.events ?? noEvents,
      files: openFiles(folder),
      mail: { send: async () => undefined, close: () => undefined },
      clock: options.clock ?? systemClock,
      log: options.log ?? openLog('test', 'error'),
    },
    identify: async () => current,
    may: options.may,
    trustedProxies: [],
  });
  return {
    async call(caller, method, url, body, headers = {}) {
      current = caller;
      const raw = typeof body === 'string' || Buffer.isBuffer(body);
      const reply = await app.inject({
        method: method as 'GET',
        url,
        headers: { ...(body === undefined || raw ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { payload: raw ? body : JSON.stringify(body) }),
      });
      let parsed: unknown;
      try {
        parsed = JSON.parse(reply.body);
      } catch {
        parsed = undefined;
      }
      return {
        status: reply.statusCode,
        body: parsed,
        text: reply.body,
        headers: reply.headers,
        bytes: reply.rawPayload,
      };
    },
    async close() {
      await app.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Of a Valkey or Redis server on this machine, for tests that need a real one; undefined where none is installed. */
export const testValkey = valkeyProgram(process.env['VIGIE_TEST_VALKEY']);
export { startTestValkey, type TestValkey } from './valkey-for-tests.ts';
export { mmdbOf } from './mmdb-for-tests.ts';
