/** The doors between an edge and control: facts come in, the book goes out. A bearer secret that only processes of the installation know. */
import { timingSafeEqual } from 'node:crypto';
import type { BookServer } from '#delivery';
import { Reason } from '#delivery/contract';
import { recordFacts } from '#measurement';
import { Refusal } from '#platform';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { House } from './house.ts';

const ReasonCounts = z.array(
  z.object({ line: z.string(), reason: Reason, winner: z.string(), decisions: z.int().min(0) }),
);

const maxBatch = 32 * 1024 * 1024;

/** Mounts `POST /internal/facts`, `GET /internal/files/HASH` and `GET /internal/book?after=VERSION` (long poll, 25 s). */
export function mountInternal(app: FastifyInstance, house: House, book: BookServer, secret: string): void {
  const expected = Buffer.from(`Bearer ${secret}`);
  // Asked before a body is read.
  const onRequest = async (request: FastifyRequest) => {
    const given = Buffer.from(request.headers.authorization ?? '');
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      throw new Refusal('not-found', 'Nothing answers here.');
  };
  app.addContentTypeParser('application/x-ndjson', { parseAs: 'buffer', bodyLimit: maxBatch }, (_request, body, done) =>
    done(null, body),
  );
  app.post('/internal/facts', { bodyLimit: maxBatch, onRequest }, async (request, reply) => {
    const token = request.headers['x-batch-token'];
    if (typeof token !== 'string' || token.length > 200)
      throw new Refusal('bad-input', 'x-batch-token: is needed.', { field: 'x-batch-token' });
    await recordFacts(house.events, { token, lines: request.body as Buffer });
    return reply.status(204).send();
  });
  app.post('/internal/reasons', { bodyLimit: maxBatch, onRequest }, async (request, reply) => {
    house.recent.hear(ReasonCounts.parse(request.body));
    return reply.status(204).send();
  });
  app.get<{ Params: { hash: string } }>('/internal/files/:hash', { onRequest }, async (request, reply) => {
    const bytes = await house.files.get(request.params.hash);
    if (!bytes) throw new Refusal('not-found', 'There is no such file.');
    return reply.type('application/octet-stream').send(bytes);
  });
  app.get<{ Querystring: { after?: string } }>('/internal/book', { onRequest }, async (request, reply) => {
    const next = await book.wait(request.query.after, 25_000);
    if (!next) return reply.status(304).send();
    return reply.type('application/json').send(next.body);
  });
}
