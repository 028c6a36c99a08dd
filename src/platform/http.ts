/** Routes as data, served by Fastify: rights, input and reply are checked here, and nowhere else. */
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Route } from './contract.ts';
import { inputOf, parseInput, uploadLimit } from './http-input.ts';
import { checkedReply, sendFile, streamReply } from './http-reply.ts';
import { withIdempotency } from './idempotency.ts';
import { errorFields } from './logger.ts';
import { problemOf, sendProblem } from './problem.ts';
import { Refusal } from './refusal.ts';
import type { Caller, Context, FileReply, Served, Services, UploadedFile } from './served.ts';

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
  const [{ default: Fastify }, { default: multipart }] = await Promise.all([
    import('fastify'),
    import('@fastify/multipart'),
  ]);
  const refuse = (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const problem = problemOf(error);
    // Whoever left before the answer stopped the work on it: nothing failed.
    if (problem.status >= 500 && !request.raw.socket?.destroyed)
      services.log.error('request failed', { method: request.method, url: request.url, ...errorFields(error) });
    sendProblem(reply, problem);
  };
  const app = Fastify({
    logger: false,
    bodyLimit,
    trustProxy: options.trustedProxies.length > 0 ? options.trustedProxies : false,
    forceCloseConnections: 'idle',
    requestTimeout: 120_000,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    // A path that cannot be decoded or is too long is refused before any route or hook is known.
    frameworkErrors: refuse,
  });
  await app.register(multipart, { limits: uploadLimit });
  app.setErrorHandler(refuse);
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      reply,
      problemOf(new Refusal('not-found', `Nothing answers ${request.method} ${request.url.split('?')[0]}.`)),
    ),
  );
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'same-origin');
    if (request.url.startsWith('/api/') && !reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  // A stream never ends by itself: without this, stopping would wait for the last page to be closed.
  const stopping = new AbortController();
  app.addHook('preClose', async () => stopping.abort());
  for (const served of options.routes) addRoute(app, served, options, stopping.signal);
  await options.mount?.(app);
  return app;
}

function addRoute(
  app: FastifyInstance,
  { route, handler }: Served,
  { services, identify, may }: HttpOptions,
  stopping: AbortSignal,
): void {
  app.route({
    method: route.method,
    url: route.path,
    bodyLimit: wideBodies[route.path] ?? bodyLimit,
    exposeHeadRoute: route.kind !== 'stream',
    async handler(request, reply) {
      const caller = await callerFor(route, request, identify, may);
      const gone = new AbortController();
      // Of the reply, not of the request: a request "closes" as soon as its body is read.
      reply.raw.once('close', () => reply.raw.writableFinished || gone.abort());
      const uploads: UploadedFile[] = [];
      const given = await inputOf(route, request, uploads);
      const input = parseInput(route, given);
      const context: Context = {
        ...services,
        caller,
        uploads,
        request: { id: request.id, ip: request.ip, headers: request.headers },
        signal: AbortSignal.any([gone.signal, stopping]),
        send: () => undefined,
      };
      if (route.kind === 'stream') return streamReply(reply, context, () => handler(input, context));
      if (route.kind === 'file') return sendFile(reply, (await handler(input, context)) as FileReply);
      const done = async () => checkedReply(route, await handler(input, context));
      const key = request.headers['idempotency-key'];
      const result =
        typeof key === 'string' && isRepeatable(route)
          ? await withIdempotency({
              db: services.db,
              orgId: caller.org_id,
              key,
              fingerprint: [caller.id, route.method, request.url, given, uploads.map(hashOf)],
              done,
            })
          : await done();
      const status = route.status ?? 200;
      return reply.status(status).send(status === 204 ? undefined : result);
    },
  });
}

/** Writes of a known caller: strangers share no keys, or one would be given another's reply. */
const isRepeatable = (route: Route) => route.method !== 'GET' && route.can !== 'public' && !shownOnce.has(route.path);

const hashOf = ({ field, name, bytes }: UploadedFile) => [
  field,
  name,
  createHash('sha256').update(bytes).digest('hex'),
];

const nobody: Caller = { kind: 'system', id: '', name: 'nobody', org_id: '', role: '', advertiser_id: null };

async function callerFor(
  route: Route,
  request: FastifyRequest,
  identify: HttpOptions['identify'],
  may: HttpOptions['may'],
): Promise<Caller> {
  if (route.can === 'public') return nobody;
  const caller = await identify({ headers: request.headers, method: request.method });
  if (!caller) throw new Refusal('not-signed-in', 'Sign in, or send an API key as a bearer token.');
  if (route.can !== 'signed-in' && !may(caller.role, route.can)) {
    throw new Refusal('not-allowed', `The role ${caller.role} does not hold the right ${route.can}.`);
  }
  return caller;
}
