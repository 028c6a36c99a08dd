/**
 * The embedded event store's own process: chDB behind the part of ClickHouse's HTTP protocol that `@clickhouse/client`
 * uses, on loopback, with a password. A heavy question or a native crash ends here and never takes the API down.
 * Run as a child: `node chdb-server.ts FOLDER PORT`, password in VIGIE_CHDB_PASSWORD; it prints nothing, sends `{port}` to its parent
 * and ends with it.
 */
import { Session } from 'chdb';
import { randomUUID, timingSafeEqual } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';

const megabyte = 1024 * 1024;

/** Of a request line and its headers, where a statement's parameters travel: what a ClickHouse server takes (`http_max_uri_size`). */
const maxHeaderSize = megabyte;

/** Limits of every connection: a question that needs more spills to disk, then is refused. */
const limits = [
  `set max_memory_usage = ${2048 * megabyte}`,
  `set max_bytes_before_external_group_by = ${1024 * megabyte}`,
  `set max_bytes_before_external_sort = ${1024 * megabyte}`,
  'set max_threads = 2',
  'set insert_deduplicate = 1',
  'set deduplicate_blocks_in_dependent_materialized_views = 1',
  "set date_time_input_format = 'best_effort'",
  'set output_format_json_quote_64bit_integers = 0',
];

/** However many blocks an insert comes in, it becomes one: its token is that of the whole, and fewer parts are to be merged. */
const oneBlock = `min_insert_block_size_rows = 100000000, min_insert_block_size_bytes = ${1024 * megabyte}`;

/** What a request asks of a lane. `id` is written to the statement's log_comment, by which it is found and killed. */
type Statement = { id: string; isGone: () => boolean };

/** A lane runs its statements one after the other; lanes run side by side. */
function openLane(folder: string) {
  const session = new Session(folder, { installSignalHandlers: false });
  for (const statement of limits) session.query(statement);
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return {
    waiting: () => waiting,
    run<T>(
      task: (session: Session) => Promise<T>,
      { id, isGone }: Statement = { id: '', isGone: () => false },
    ): Promise<T> {
      waiting++;
      const next = last
        .then(() => {
          if (isGone()) throw new Error('Code: 394. The caller left before the statement began. (QUERY_WAS_CANCELLED)');
          session.query(`set log_comment = ${quotedText(id)}`);
          return task(session);
        })
        .finally(() => waiting--);
      last = next.catch(() => undefined);
      return next;
    },
    close: () => session.close(),
  };
}

type Lane = ReturnType<typeof openLane>;

/** Serves the engine of `folder` until the process is told to stop. Resolves with the port it listens on. */
async function serve(folder: string, wanted: number, password: string) {
  mkdirSync(folder, { recursive: true });
  // What a killed process left.
  const incoming = `${resolve(folder)}-incoming`;
  rmSync(incoming, { recursive: true, force: true });
  mkdirSync(incoming, { mode: 0o700 });
  const writer = openLane(folder);
  const heavy = openLane(folder);
  const panels = [openLane(folder), openLane(folder)];
  // Looks after the others: how far a statement is, and its end before its time.
  const watch = openLane(folder);
  const lane = (id: string): Lane => {
    if (id.startsWith('w')) return writer;
    if (id.startsWith('h')) return heavy;
    if (id.startsWith('k')) return watch;
    return panels.reduce((least, other) => (other.waiting() < least.waiting() ? other : least));
  };

  const server = createServer({ maxHeaderSize }, (request, response) => {
    answer(request, response).catch((error: unknown) => fail(response, error));
  });
  // Clients let go of an idle connection after seconds; were the server first, a question sent at that moment would be lost.
  server.keepAliveTimeout = 60_000;

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? '/', 'http://loopback');
    if (url.pathname === '/ping') return void response.end('Ok.\n');
    if (!allowed(request, password)) {
      response.writeHead(403, { 'x-clickhouse-exception-code': '516' });
      return void response.end('Code: 516. DB::Exception: Authentication failed. (AUTHENTICATION_FAILED)');
    }
    const query = url.searchParams.get('query');
    const id = url.searchParams.get('query_id') ?? '';
    const chosen = lane(id);
    const token = url.searchParams.get('insert_deduplication_token') ?? '';
    const block = query ? /^insert into ([a-z_]+) \(([a-z0-9_, ]+)\) format Native$/.exec(query) : null;
    if (block) {
      await insertBlock(request, { table: block[1] ?? '', columns: block[2] ?? '', token, into: chosen });
      return void response.end();
    }
    const body = await read(request);
    const insertion = query ? /^\s*insert\s+into\s+([a-z_][a-z0-9_.]*)\s+format\s+JSONEachRow\s*$/i.exec(query) : null;
    if (insertion?.[1]) {
      const settings: Record<string, string | number> = { input_format_skip_unknown_fields: 1 };
      if (token) settings['insert_deduplication_token'] = token;
      const table = insertion[1];
      await chosen.run((session) => session.insert({ table, values: body, format: 'JSONEachRow', settings }));
      return void response.end();
    }
    const sql = query ? `${query}\n${body.toString('utf8')}` : body.toString('utf8');
    const params: Record<string, unknown> = {};
    for (const [name, value] of url.searchParams) {
      if (name.startsWith('param_'))
        params[name.slice(6)] = valueOfParam(value, sql.includes(`{${name.slice(6)}:Array(`));
    }
    // A question whose asker left is not begun, or ended; what writes goes on.
    let isGone = false;
    if (chosen !== writer)
      response.once('close', () => {
        if (response.writableFinished) return;
        isGone = true;
        const kill = `kill query where Settings['log_comment'] = ${quotedText(id)} async`;
        if (id) watch.run((session) => session.queryAsync(kill)).catch(() => undefined);
      });
    const ask = (statement: string) =>
      chosen.run(
        (session) =>
          Object.keys(params).length > 0 ? session.queryBindAsync(statement, params) : session.queryAsync(statement),
        { id, isGone: () => isGone },
      );
    const asFile = /^([\s\S]+)\sformat (CSVWithNames|Parquet)\s*$/.exec(sql);
    if (asFile && (await answerFile(response, { select: asFile[1] ?? '', format: asFile[2] ?? '', ask }))) return;
    const result = await ask(sql);
    response.setHeader(
      'x-clickhouse-summary',
      JSON.stringify({ read_rows: String(result.rowsRead), elapsed_ns: String(Math.round(result.elapsed * 1e9)) }),
    );
    response.end(Buffer.from(result.bytes()));
  }

  /**
   * The engine holds a whole answer in memory: one that is a file is written to disk and sent from there. False when the engine
   * wrote nothing, since there are no rows.
   */
  async function answerFile(
    response: ServerResponse,
    { select, format, ask }: { select: string; format: string; ask: (statement: string) => Promise<unknown> },
  ): Promise<boolean> {
    const file = join(incoming, `${randomUUID()}.out`);
    try {
      await ask(`insert into function file(${quotedText(file)}, '${format}') ${select}`);
      if (!existsSync(file)) return false;
      await pipeline(createReadStream(file), response);
      return true;
    } finally {
      await rm(file, { force: true });
    }
  }

  /** The engine takes text alone with a statement: a block goes by way of a file, which costs little beside parsing a text. */
  async function insertBlock(
    request: IncomingMessage,
    { table, columns, token, into }: { table: string; columns: string; token: string; into: Lane },
  ): Promise<void> {
    const file = join(incoming, `${randomUUID()}.native`);
    try {
      await pipeline(request, createWriteStream(file));
      const once = token ? `, insert_deduplication_token = ${quotedText(token)}` : '';
      await into.run((session) =>
        session.queryAsync(
          `insert into ${table} (${columns}) settings ${oneBlock}${once} select ${columns} from file(${quotedText(file)}, 'Native')`,
        ),
      );
    } finally {
      await rm(file, { force: true });
    }
  }

  function fail(response: ServerResponse, error: unknown) {
    const text = error instanceof Error ? error.message : String(error);
    const code = /Code:\s*(\d+)/.exec(text)?.[1] ?? '1000';
    if (!response.headersSent) response.writeHead(500, { 'x-clickhouse-exception-code': code });
    response.end(text);
  }

  await new Promise<void>((listening) => {
    server.once('error', (error) => {
      process.stderr.write(`The event store cannot listen: ${error.message}\n`);
      process.exit(1);
    });
    server.listen(wanted, '127.0.0.1', listening);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : wanted;

  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    server.close();
    server.closeIdleConnections();
    void Promise.allSettled([writer, heavy, watch, ...panels].map((l) => l.run(async () => undefined))).then(() => {
      for (const l of [writer, heavy, watch, ...panels]) l.close();
      process.exit(0);
    });
  };
  process.on('message', (message) => message === 'stop' && stop());
  // A terminal, or a service manager, tells the whole group; the parent decides, and needs the store until the others have ended.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  // The parent is gone and may be back at once, wanting the folder: a question that still runs has nobody to answer.
  process.on('disconnect', () => {
    stop();
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), 500).unref();
  });
  process.send?.({ port });
}

/**
 * A parameter as the HTTP protocol writes it (escaped text; arrays as `['a','b']` or `[1,2]`) back into the value
 * that the engine's own binding takes.
 */
export function valueOfParam(text: string, isArray: boolean): unknown {
  if (!isArray) return text === '\\N' ? null : unescape(text);
  const items: unknown[] = [];
  const item = /'((?:[^'\\]|\\.)*)'|([^,[\]\s]+)/gs;
  for (const [, quoted, bare] of text.slice(1, -1).matchAll(item))
    items.push(quoted === undefined ? Number(bare) : unescape(quoted));
  return items;
}

const escapes: Record<string, string> = { t: '\t', n: '\n', r: '\r', b: '\b', f: '\f', '0': '\0' };
const unescape = (text: string) => text.replace(/\\(.)/gs, (_, c: string) => escapes[c] ?? c);

function allowed(request: IncomingMessage, password: string): boolean {
  const basic = request.headers.authorization?.startsWith('Basic ')
    ? Buffer.from(request.headers.authorization.slice(6), 'base64').toString('utf8').split(':').slice(1).join(':')
    : request.headers['x-clickhouse-key'];
  const given = Buffer.from(String(basic ?? ''));
  const expected = Buffer.from(password);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

const quotedText = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`;

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const [folder = '', port = '0'] = process.argv.slice(2);
try {
  await serve(folder, Number(port), process.env['VIGIE_CHDB_PASSWORD'] ?? '');
} catch (error) {
  const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
  process.stderr.write(`The event store of ${folder} cannot be opened: ${why}\n`);
  process.exit(1);
}
