/** The event store: ClickHouse's HTTP protocol, spoken by a ClickHouse server or by the embedded engine's own process. */
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { openInsertGate } from './insert-gate.ts';
import type { NativeBlock } from './native-block.ts';

export type Events = {
  /** Rows of a question with `{name:Type}` parameters. */
  query<T>(sql: string, params?: Record<string, unknown>, options?: AskOptions): Promise<T[]>;
  /** The answer to a question as a file of one of the store's formats (CSVWithNames, Parquet), as it comes. Runs among the heavy questions. */
  file(sql: string, params: Record<string, unknown>, format: 'CSVWithNames' | 'Parquet'): Promise<Readable>;
  /** A statement without rows (DDL, insert … select). */
  command(sql: string, params?: Record<string, unknown>): Promise<void>;
  /** The same for one that may take hours on a large store: a migration's. */
  longCommand(sql: string): Promise<void>;
  /**
   * Inserts rows (objects, or JSONEachRow lines). The same token never counts twice, in the table and in its rollups
   * alike, as long as it is within the table's deduplication window.
   */
  insert(table: string, rows: readonly object[] | string | Buffer, options: { token: string }): Promise<void>;
  /** The same for a block of rows in the Native format (`nativeBlock`), which the store takes in without parsing. */
  insertBlock(table: string, block: NativeBlock, options: { token: string }): Promise<void>;
  /** Runs `work` while no insert of this process is under way; those that come wait for its end. Must not insert itself. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  ping(): Promise<boolean>;
  close(): Promise<void>;
};

export type AskOptions = {
  /** Runs beside the panels' questions, never before them. */
  heavy?: boolean;
  /** Ends the question in the store too. */
  signal?: AbortSignal;
  /** Told a few times a second how far a question is that takes longer than a moment. */
  onProgress?: (progress: AskProgress) => void;
};
/** Rows read, and how many there are to read (0 while that is not known). */
export type AskProgress = { read_rows: number; total_rows: number; elapsed_ms: number };

const progressEveryMs = 250;

const exact = {
  insert_deduplicate: 1,
  deduplicate_blocks_in_dependent_materialized_views: 1,
  async_insert: 0,
  date_time_input_format: 'best_effort',
  input_format_skip_unknown_fields: 1,
  output_format_json_quote_64bit_integers: 0,
} as const;

/** A statement that were given up sooner would go on in the store, unknown to whoever asked for it. */
const longestCommandMs = 24 * 3_600_000;

// However many blocks an insert comes in, it becomes one, under the one token.
const oneBlock = { min_insert_block_size_rows: '100000000', min_insert_block_size_bytes: String(1 << 30) } as const;

// The embedded engine gives its statements ids of its own; ours is in the log's comment then.
const called = (query_id: string) => `(query_id = '${query_id}' or Settings['log_comment'] = '${query_id}')`;
const killed = (query_id: string) => `kill query where ${called(query_id)} async`;
const progressOf = (query_id: string) =>
  `select read_rows as read, total_rows_approx as total from system.processes where ${called(query_id)} limit 1`;

// Loaded when a store is opened: an edge shares this code and has none.
const require = createRequire(import.meta.url);

/** Opens the store at `url` (`http://user:password@host:port/database`). */
export function openEvents(url: string): Events {
  const { origin, username, password, pathname, protocol, host } = new URL(url);
  const { createClient }: typeof import('@clickhouse/client') = require('@clickhouse/client');
  const connection = {
    url: origin || `${protocol}//${host}`,
    username: decodeURIComponent(username || 'default'),
    password: decodeURIComponent(password),
    database: pathname.slice(1) || 'default',
    request_timeout: 120_000,
    max_open_connections: 10,
    keep_alive: { enabled: true, idle_socket_ttl: 2_000 },
    log: { level: 127 },
  } as const;
  const client = createClient(connection);
  // The embedded engine keeps one connection for writing, one for heavy questions, the rest for panels; it reads the
  // first letter of the query id. A ClickHouse server pays no heed.
  const id = (lane: 'w' | 'h' | 'p' | 'k') => `${lane}-${randomUUID()}`;
  async function insertAs(format: string, table: string, values: string | Buffer, token: string): Promise<void> {
    const { stream } = await client.exec({
      query: `insert into ${table} ${format}`,
      query_id: id('w'),
      values: oneChunk(values),
      clickhouse_settings: { ...exact, ...oneBlock, insert_deduplication_token: token },
    });
    for await (const _ of stream);
  }
  /** Looks again and again how far a question is. */
  function watch(query_id: string, heard: (progress: AskProgress) => void): () => void {
    const began = performance.now();
    let isOver = false;
    const look = async () => {
      const asked = await client.query({ query: progressOf(query_id), format: 'JSONEachRow', query_id: id('k') });
      const [found] = await asked.json<{ read: number; total: number }>();
      if (isOver || !found) return;
      const elapsed_ms = Math.round(performance.now() - began);
      heard({ read_rows: Number(found.read), total_rows: Number(found.total), elapsed_ms });
    };
    const timer = setInterval(() => void look().catch(() => undefined), progressEveryMs);
    return () => {
      isOver = true;
      clearInterval(timer);
    };
  }
  const named = (params: Record<string, unknown> | undefined) => (params ? { query_params: params } : {});
  const gate = openInsertGate();
  return {
    async query<T>(sql: string, params?: Record<string, unknown>, options: AskOptions = {}) {
      const query_id = id(options.heavy ? 'h' : 'p');
      const left = () => void client.command({ query: killed(query_id), query_id: id('k') }).catch(() => undefined);
      options.signal?.addEventListener('abort', left, { once: true });
      const stopWatching = options.onProgress ? watch(query_id, options.onProgress) : () => undefined;
      try {
        const result = await client.query({
          query: sql,
          format: 'JSONEachRow',
          query_id,
          clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
          ...named(params),
          ...(options.signal ? { abort_signal: options.signal } : {}),
        });
        return await result.json<T>();
      } finally {
        stopWatching();
        options.signal?.removeEventListener('abort', left);
      }
    },
    async file(sql, params, format) {
      const { stream } = await client.exec({
        query: `${sql} format ${format}`,
        query_id: id('h'),
        ...named(params),
      });
      return stream as unknown as Readable;
    },
    async command(sql, params) {
      await client.command({ query: sql, query_id: id('w'), ...named(params) });
    },
    async longCommand(sql) {
      const patient = createClient({ ...connection, request_timeout: longestCommandMs });
      try {
        await patient.command({ query: sql, query_id: id('w') });
      } finally {
        await patient.close();
      }
    },
    insert: (table, rows, { token }) => {
      const lines = Array.isArray(rows) ? rows.map((row) => JSON.stringify(row)).join('\n') : (rows as string | Buffer);
      if (lines.length === 0) return Promise.resolve();
      return gate.insert(() => insertAs('format JSONEachRow', table, lines, token));
    },
    insertBlock: (table, { bytes, columns }, { token }) =>
      gate.insert(() => insertAs(`(${columns.join(', ')}) format Native`, table, Buffer.from(bytes.buffer), token)),
    alone: (work) => gate.alone(work),
    async ping() {
      const { success } = await client.ping();
      return success;
    },
    close: () => client.close(),
  };
}

function oneChunk(data: string | Buffer): Readable {
  return Readable.from([typeof data === 'string' ? Buffer.from(data) : data], { objectMode: false });
}
