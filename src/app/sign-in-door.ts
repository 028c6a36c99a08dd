/** The sign-in library speaks the web's Request and Response; this is its door in the HTTP server. */
import type { SignIn } from '#people';
import type { FastifyInstance } from 'fastify';

/** Mounts everything under `/api/auth/`. */
export function mountSignIn(app: FastifyInstance, signIn: SignIn): void {
  app.route({
    method: ['GET', 'POST'],
    url: '/api/auth/*',
    bodyLimit: 16 * 1024,
    async handler(request, reply) {
      const headers = new Headers();
      for (const [name, value] of Object.entries(request.headers)) {
        if (typeof value === 'string') headers.set(name, value);
        else if (value) for (const one of value) headers.append(name, one);
      }
      headers.set('x-forwarded-for', request.ip);
      const answer = await signIn.handler(
        new Request(new URL(request.url, `http://${request.headers.host ?? 'localhost'}`), {
          method: request.method,
          headers,
          ...(request.method === 'GET' || request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
        }),
      );
      reply.status(answer.status);
      answer.headers.forEach((value, name) => {
        if (name !== 'set-cookie') reply.header(name, value);
      });
      for (const cookie of answer.headers.getSetCookie()) reply.header('set-cookie', cookie);
      return reply.send(await answer.text());
    },
  });
}
