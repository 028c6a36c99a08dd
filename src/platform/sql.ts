/** Relational data: PostgreSQL by URL, else PGlite (the same PostgreSQL, in process) in a folder. One dialect, one client. */
import { mkdir } from 'node:fs/promises';
import pg from 'pg';

export type Sql = {
  /** Rows of a statement with `$1` parameters. */
  query<T extends object>(text: string, params?: readonly unknown[]): Promise<T[]>;
  /** The first row, or undefined. */
  one<T extends object>(text: string, params?: readonly unknown[]): Promise<T | undefined>;
};

export type Database = Sql & {
  /**
   * Runs `work` in one transaction: everything or nothing. TRICKY: the embedded engine has a single connection,
   * so `work` must use its `tx` only; asking the database itself inside would wait for ever (10 s, then an error).
   */
  transaction<T>(work: (tx: Sql) => Promise<T>): Promise<T>;
  /** The node-postgres pool, for libraries that want one. */
  pool: pg.Pool;
  /** Several statements without parameters, for migrations. */
  script(text: string): Promise<void>;
  close(): Promise<void>;
};

// Our own rows carry times as ISO 8601 strings, days as YYYY-MM-DD and big integers as numbers (money in minor units stays
// far below 2^53). Libraries that share the pool keep node-postgres' own types.
const parsers: Record<number, (text: string) => unknown> = {
  20: Number,
  1082: (text) => text,
  1114: (text) => text,
  1184: (text) => new Date(text).toISOString(),
};
// TRICKY: node-postgres hands the same object to the parser of results and, as an empty list of parameter types, to the
// statement's preparation; the embedded engine's adapter really walks it as a list. So it is both.
const types: pg.CustomTypesConfig = Object.assign([], {
  getTypeParser: (id: number, format?: 'text' | 'binary') =>
    parsers[id] ?? (pg.types.getTypeParser as (id: number, format?: string) => (text: string) => unknown)(id, format),
});

type Queryable = { query(config: pg.QueryConfig & { types: pg.CustomTypesConfig }): Promise<pg.QueryResult> };

function asSql(target: Queryable): Sql {
  const query = async <T extends object>(text: string, params: readonly unknown[] = []): Promise<T[]> => {
    const { rows } = await target.query({ text, values: [...params], types });
    return rows as T[];
  };
  return {
    query,
    one: async <T extends object>(text: string, params?: readonly unknown[]) => (await query<T>(text, params))[0],
  };
}

const awaitingCommit = new WeakMap<Sql, (() => void)[]>();

/** Calls `then` once the transaction of `tx` is committed, never when it is rolled back; at once where `tx` is in none. */
export function afterCommit(tx: Sql, then: () => void): void {
  const waiting = awaitingCommit.get(tx);
  if (waiting) waiting.push(then);
  else then();
}

function overPool(pool: pg.Pool, closeEngine: () => Promise<void>): Database {
  return {
    ...asSql(pool),
    pool,
    async transaction(work) {
      const client = await pool.connect();
      let broken: Error | undefined;
      const tx = asSql(client);
      const waiting: (() => void)[] = [];
      awaitingCommit.set(tx, waiting);
      try {
        await client.query('begin');
        const result = await work(tx);
        await client.query('commit');
        awaitingCommit.delete(tx);
        for (const then of waiting) then();
        return result;
      } catch (error) {
        await client.query('rollback').catch((failure: Error) => (broken = failure));
        throw error;
      } finally {
        client.release(broken);
      }
    },
    async script(text) {
      await pool.query(text);
    },
    close: closeEngine,
  };
}

/** A PostgreSQL server, at most `size` connections. */
export function openPostgres(url: string, size = 10): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
  });
  pool.on('error', () => undefined); // an idle connection that the server closed; the next query opens another
  return overPool(pool, () => pool.end());
}

/**
 * The embedded engine in `folder` (`memory` for none), optionally started from a dump. Only one process at a time
 * may open a folder: see owner.ts.
 */
export async function openEmbedded(
  folder: string | 'memory',
  dump?: Blob,
): Promise<Database & { dump(): Promise<Blob> }> {
  const [{ PGlite }, { createPgConfig }] = await Promise.all([
    import('@electric-sql/pglite'),
    import('@electric-sql/pglite/node-postgres'),
  ]);
  if (folder !== 'memory') await mkdir(folder, { recursive: true });
  const engine = new PGlite({
    ...(folder === 'memory' ? {} : { dataDir: folder }),
    ...(dump ? { loadDataDir: dump } : {}),
  });
  await engine.waitReady;
  const pool = new pg.Pool({
    ...(createPgConfig(engine) as unknown as pg.PoolConfig),
    max: 1,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: 10_000,
  });
  pool.on('error', () => undefined);
  // The adapter's connections are the engine itself: ending the pool would wait for a socket that is not there.
  return { ...overPool(pool, () => engine.close()), dump: () => engine.dumpDataDir('none') };
}
