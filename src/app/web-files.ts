/** The built web app: hashed assets for ever, its one page for every address that is not the API's. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { Config } from '#platform';
import type { FastifyInstance } from 'fastify';

const folder = fileURLToPath(new URL('../../dist/web/', import.meta.url));

/** What the page may load: itself, creatives and frames of the edge; styles inline (the component library writes them). */
const policy = (edge: string) =>
  [
    "default-src 'self'",
    `img-src 'self' data: blob: ${edge}`,
    `frame-src 'self' blob: ${edge}`,
    `connect-src 'self' ${edge}`,
    "style-src 'self' 'unsafe-inline'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');

export async function mountWeb(app: FastifyInstance, config: Config): Promise<void> {
  if (!existsSync(`${folder}index.html`)) {
    app.get('/', async (_request, reply) =>
      reply.type('text/plain').send('The web app is not built: npm run build.\n'),
    );
    return;
  }
  // Looked for at each request, so that a build beside a running server is served at once.
  await app.register(fastifyStatic, {
    root: `${folder}assets/`,
    prefix: '/assets/',
    index: false,
    preCompressed: true,
    immutable: true,
    maxAge: '365d',
  });
  const { origin } = new URL(config.edgeUrl);
  app.get('/*', (request, reply) => {
    const path = request.url.split('?')[0] ?? '/';
    if (/^\/(api|internal)\//.test(path)) return reply.callNotFound();
    return reply
      .headers({ 'content-security-policy': policy(origin), 'cache-control': 'no-cache', 'x-frame-options': 'DENY' })
      .type('text/html; charset=utf-8')
      .sendFile('index.html', folder, { cacheControl: false });
  });
}
