/** How the web app's files are served. */
import { readdir } from 'node:fs/promises';
import Fastify from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '#platform';
import { mountWeb } from './web-files.ts';

const app = Fastify();
let asset: string;

beforeAll(async () => {
  await mountWeb(app, readConfig({}));
  const names = await readdir(new URL('../../dist/web/assets/', import.meta.url));
  asset = `/assets/${names.find((name) => names.includes(`${name}.br`))}`;
});
afterAll(() => app.close());

const get = (url: string, headers: Record<string, string> = {}) => app.inject({ method: 'GET', url, headers });

test.each(['/', '/orders/ord_1', '/no-such-page'])('%s is the one page, asked for anew each time', async (url) => {
  const answer = await get(url);
  expect(answer.statusCode).toBe(200);
  expect(answer.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'x-frame-options': 'DENY',
  });
  expect(answer.headers['content-security-policy']).toContain("default-src 'self'");
  expect(answer.body).toContain('<script type="module"');
});

test.each([
  ['br, gzip', 'br'],
  ['gzip', 'gzip'],
  ['identity', undefined],
])('an asset for a browser that takes %s', async (accepted, encoding) => {
  const answer = await get(asset, { 'accept-encoding': accepted });
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-encoding']).toBe(encoding);
  expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(answer.headers['content-type']).toMatch(/javascript|css/);
});

test.each(['/assets/gone-1a2b3c.js', '/assets/..%2findex.html', '/assets/..%2f..%2f..%2fpackage.json', '/api/x'])(
  '%s is not there',
  async (url) => {
    expect((await get(url)).statusCode).toBe(404);
  },
);
