/** Resumable uploads speak the tus protocol, not JSON: this is their door in the HTTP server. */
import type { Uploads } from '#creatives';
import { uploaderOfLink } from '#creatives';
import { may } from '#people';
import { type Caller, type Clock, type Database, Refusal } from '#platform';
import type { FastifyInstance, FastifyRequest } from 'fastify';

type Door = {
  db: Database;
  clock: Clock;
  uploads: Uploads;
  identify: (request: { headers: FastifyRequest['headers']; method: string }) => Promise<Caller | undefined>;
};

/** Mounts `/api/uploads`: for callers who may write creatives, and for holders of a private link (header `X-Vigie-Link`). */
export async function mountUploads(app: FastifyInstance, { db, clock, uploads, identify }: Door): Promise<void> {
  const callerFor = async (request: FastifyRequest): Promise<Caller> => {
    const link = request.headers['x-vigie-link'];
    if (typeof link === 'string') return uploaderOfLink(db, link, clock());
    const caller = await identify({ headers: request.headers, method: request.method });
    if (!caller) throw new Refusal('not-signed-in', 'Sign in, or send an API key as a bearer token.');
    if (!may(caller.role, 'creatives.write'))
      throw new Refusal('not-allowed', `The role ${caller.role} does not hold the right creatives.write.`);
    return caller;
  };
  await app.register(async (scope) => {
    // The bytes of a piece are read by the protocol's own server.
    scope.addContentTypeParser('application/offset+octet-stream', (_request, _payload, done) => done(null));
    for (const url of ['/api/uploads', '/api/uploads/:id'])
      scope.route({
        method: ['POST', 'HEAD', 'PATCH', 'DELETE', 'OPTIONS'],
        url,
        async handler(request, reply) {
          const caller = await callerFor(request);
          reply.hijack();
          reply.raw.setHeader('cache-control', 'no-store');
          reply.raw.setHeader('x-content-type-options', 'nosniff');
          await uploads.handle(request.raw, reply.raw, caller);
        },
      });
  });
}
