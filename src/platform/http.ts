/** Routes as data, served by Fastify: rights, input and reply are checked here, and nowhere else. The only file that knows Fastify. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { Clock } from './clock.ts';
import type { Route } from './contract.ts';
import type { Events } from './events.ts';
import type { FileStore } from './files.ts';
import { withIdempotency } from './idempotency.ts';
import type { Log } from './logger.ts';
import type { Mail } from './mail.ts';
import { problemOf, Refusal, sendProblem } from './problem.ts';
import type { Database } from './sql.ts';

/** Who asks. `role` and `advertiser_id` are people's words; the platform only carries them. */
export type Caller = {
  kind: 'user' | 'key' | 'system';
  id: string;
  name: string;
  org_id: string;
  role: string;
  advertiser_id: string | null;
};

/** What every handler may use. */
export type Services = { db: Database; events: Events; files: FileStore; mail: Mail; clock: Clock; log: Log };

export type UploadedFile = { field: string; name: string; bytes: Buffer };

export type Context = Services & {
  caller: Caller;
  request: { id: string; ip: string; headers: Record<string, string | string[] | undefined> };
  /** For routes of kind `upload`: the files that came with the fields. */
  uploads: UploadedFile[];
  /** For routes of kind `stream`: sends one server-sent event. */
  send: (event: string, data: unknown) => void;
  /** Aborted when the client goes away. */
  signal: AbortSignal;
};

/** What a handler of a `file` route answers. */
export type FileReply = { bytes: Uint8Array | string; media_type: string; file_name?: string; inline?: boolean; headers?: Record<string, string> };

type Handler = (input: unknown, context: Context) => Promise<unknown>;
export type Served = { route: Route; handler: Handler };

type ReplyOf<R extends Route> = R extends { kind: 'file' } ? FileReply : R extends { kind: 'stream' } ? void : z.input<R['reply']>;

/** Binds a route to what answers it; input and reply types come from the route. */
export function serve<const R extends Route>(
  route: R,
  handler: (input: z.output<R['input']>, context: Context) => Promise<ReplyOf<R>>,
): Served {
  return { route, handler: handler as Handler };
}

const uploadLimit = { fileSize: 20 * 1024 * 1024, files: 1, fields: 50, fieldSize: 64 * 1024 };
const bodyLimit = 1024 * 1024;
/** Routes that take whole batches. */
const wideBodies: Record<string, number> = { '/api/ingest': 16 * 1024 * 1024 };

/** Routes whose reply holds a secret that is shown once and must not be kept for a repeat. */
const shownOnce = new Set(['/api/keys']);

export type HttpOptions = {
  routes: readonly Served[];
  services: Services;
  /** The caller of a request, or undefined when nobody is signed in. Throws a Refusal for a bad key. */
  identify: (request: { headers: FastifyRequest['headers']; method: string }) => Promise<Caller | undefined>;
  may: (role: string, right: string) => boolean;
  trustedProxies: string[];
  /** Plain routes outside the contract: sign-in, internal doors, static files. */
  mount?: (app: FastifyInstance) => Promise<void> | void;
};

/** The API server, ready to listen or to be injected into. */
export async function createHttp(options: HttpOptions): Promise<FastifyInstance> {
  const { services } = options;
  // Loaded here, not with the file: an edge uses this package's doors too and must stay small.
  const [{ default: Fastify }, { default: multipart }] = await Promise.all([import('fastify'), import('@fastify/multipart')]);
  const app = Fastify({
    logger: false,
    bodyLimit,
    trustProxy: options.trustedProxies.length > 0 ? options.trustedProxies : false,
    forceCloseConnections: 'idle',
    requestTimeout: 120_000,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
  });
  await app.register(multipart, { limits: uploadLimit });
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error);
    if (problem.status >= 500) services.log.error('request failed', { method: request.method, url: request.url, error: String((error as Error).stack ?? error) });
    sendProblem(reply, problem);
  });
  app.setNotFoundHandler((request, reply) => sendProblem(reply, problemOf(new Refusal('not-found', `Nothing answers ${request.method} ${request.url.split('?')[0]}.`))));
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'same-origin');
    if (request.url.startsWith('/api/') && !reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  for (const served of options.routes) addRoute(app, served, options);
  await options.mount?.(app);
  return app;
}

function addRoute(app: FastifyInstance, { route, handler }: Served, { services, identify, may }: HttpOptions): void {
  app.route({
    method: route.method,
    url: route.path,
    bodyLimit: wideBodies[route.path] ?? bodyLimit,
    async handler(request, reply) {
      const caller = await callerFor(route, request, identify, may);
      const abort = new AbortController();
      request.raw.once('close', () => abort.abort());
      const uploads: UploadedFile[] = [];
      const given = await inputOf(route, request, uploads);
      const input = parseInput(route, given);
      const context: Context = {
        ...services,
        caller,
        uploads,
        request: { id: request.id, ip: request.ip, headers: request.headers },
        signal: abort.signal,
        send: () => undefined,
      };
      if (route.kind === 'stream') return stream(reply, context, () => handler(input, context));
      const done = async () => {
        const result = await handler(input, context);
        return route.kind === 'file' ? result : checkedReply(route, result);
      };
      const status = route.status ?? 200;
      const key = request.headers['idempotency-key'];
      const result =
        typeof key === 'string' && route.method !== 'GET' && route.kind !== 'file' && !shownOnce.has(route.path)
          ? await withIdempotency({ db: services.db, orgId: caller.org_id, key, fingerprint: [route.method, request.url, given], done })
          : await done();
      if (route.kind === 'file') return sendFile(reply, result as FileReply);
      return reply.status(status).send(status === 204 ? undefined : result);
    },
  });
}

const nobody: Caller = { kind: 'system', id: '', name: 'nobody', org_id: '', role: '', advertiser_id: null };

async function callerFor(route: Route, request: FastifyRequest, identify: HttpOptions['identify'], may: HttpOptions['may']): Promise<Caller> {
  if (route.can === 'public') return nobody;
  const caller = await identify({ headers: request.headers, method: request.method });
  if (!caller) throw new Refusal('not-signed-in', 'Sign in, or send an API key as a bearer token.');
  if (route.can !== 'signed-in' && !may(caller.role, route.can)) {
    throw new Refusal('not-allowed', `The role ${caller.role} does not hold the right ${route.can}.`);
  }
  return caller;
}

async function inputOf(route: Route, request: FastifyRequest, uploads: UploadedFile[]): Promise<Record<string, unknown>> {
  const query = (request.query ?? {}) as Record<string, unknown>;
  const params = (request.params ?? {}) as Record<string, unknown>;
  if (route.kind === 'upload' && request.isMultipart()) return { ...query, ...(await multipartOf(request, uploads)), ...params };
  const body = request.body;
  if (body !== undefined && body !== null && (typeof body !== 'object' || Array.isArray(body))) {
    throw new Refusal('bad-input', 'The body must be a JSON object.');
  }
  return { ...query, ...(body as Record<string, unknown> | undefined), ...params };
}

async function multipartOf(request: FastifyRequest, uploads: UploadedFile[]): Promise<Record<string, unknown>> {
  const fields: Record<string, unknown> = {};
  try {
    for await (const part of request.parts()) {
      if (part.type === 'file') uploads.push({ field: part.fieldname, name: part.filename, bytes: await part.toBuffer() });
      else fields[part.fieldname] = part.value;
    }
  } catch (error) {
    const { statusCode } = error as { statusCode?: number };
    throw statusCode === 413 ? error : new Refusal('bad-input', 'file: the multipart body is damaged or ends too early.', { field: 'file' });
  }
  return fields;
}

function parseInput(route: Route, given: Record<string, unknown>): unknown {
  const seen = route.input.safeParse(given);
  if (seen.success) return seen.data;
  throw refusalOfZod(seen.error);
}

/** One clear sentence naming the field, out of zod's first issue. */
export function refusalOfZod(error: z.ZodError): Refusal {
  const issue = error.issues[0];
  const keys = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  const field = [...(issue?.path ?? []), ...keys.slice(0, 1)].map(String).join('.') || 'body';
  const why = keys.length > 0 ? 'is not a known field' : lowerFirst(issue?.message ?? 'is wrong');
  return new Refusal('bad-input', `${field}: ${why}.`.replace(/\.\.$/, '.'), { field });
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

/** The reply schema is the one door from inside to outside: unknown columns fall away, a wrong shape is a bug. */
function checkedReply(route: Route, result: unknown): unknown {
  if (route.status === 204) return undefined;
  const seen = route.reply.safeParse(result);
  if (seen.success) return seen.data;
  throw new Error(`The reply of ${route.method} ${route.path} has the wrong shape: ${z.prettifyError(seen.error)}`);
}

async function stream(reply: FastifyReply, context: Context, run: () => Promise<unknown>): Promise<void> {
  reply.hijack();
  const raw = reply.raw;
  raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', connection: 'keep-alive', 'x-accel-buffering': 'no' });
  const abort = new AbortController();
  raw.once('close', () => abort.abort());
  context.signal = abort.signal;
  context.send = (event, data) => {
    if (!raw.writableEnded) raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  try {
    await run();
  } catch (error) {
    if (!abort.signal.aborted) context.send('problem', problemOf(error));
  }
  raw.end();
}

function sendFile(reply: FastifyReply, file: FileReply): FastifyReply {
  const name = file.file_name?.replace(/[^\w.\- ]+/g, '_');
  reply.headers(file.headers ?? {}).type(file.media_type);
  if (name) {
    const full = encodeURIComponent(file.file_name ?? name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
    reply.header('content-disposition', `${file.inline ? 'inline' : 'attachment'}; filename="${name}"; filename*=UTF-8''${full}`);
  }
  return reply.send(typeof file.bytes === 'string' ? file.bytes : Buffer.from(file.bytes));
}
