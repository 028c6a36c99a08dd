import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withGuardedBrowser } from './guarded-browser.ts';
import { isPublicAddress } from './public-address.ts';

test.each([
  ['93.184.216.34', true],
  ['8.8.8.8', true],
  ['172.32.0.1', true],
  ['2606:4700::1111', true],
  ['127.0.0.1', false],
  ['127.255.0.9', false],
  ['10.1.2.3', false],
  ['172.16.0.1', false],
  ['192.168.1.1', false],
  ['169.254.169.254', false],
  ['100.64.0.1', false],
  ['0.0.0.0', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['::1', false],
  ['::', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:8.8.8.8', false],
  ['64:ff9b::7f00:1', false],
  ['fe80::1', false],
  ['fd00::1', false],
  ['2002:7f00:1::', false],
  ['2001:db8::1', false],
  ['ff02::1', false],
  ['localhost', false],
  ['', false],
])('%s is public: %s', (address, isPublic) => expect(isPublicAddress(address)).toBe(isPublic));

let secret: Server;
let open: Server;
let reached: string[];
const portOf = (server: Server) => {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
};
beforeAll(async () => {
  reached = [];
  secret = createServer((request, response) => {
    reached.push(request.url ?? '');
    response.setHeader('access-control-allow-origin', '*').end('secret');
  });
  const port = () => portOf(secret);
  open = createServer((request, response) => {
    if (request.url === '/away')
      return void response.writeHead(302, { location: `http://127.0.0.1:${port()}/redirected` }).end();
    response.setHeader('content-type', 'text/html').end(
      `<title>open</title><img src="http://127.0.0.1:${port()}/image"><iframe src="http://localhost:${port()}/frame"></iframe>
       <script>const ways = ['http://127.0.0.1:${port()}/fetch', 'http://[::1]:${port()}/six', 'http://2130706433:${port()}/number', '/away'];
       Promise.allSettled(ways.map((url) => fetch(url, { mode: 'no-cors' }))).then(() => { document.title = 'done' });
       try { new WebSocket('ws://127.0.0.1:${port()}/socket') } catch {}</script>`,
    );
  });
  for (const server of [secret, open]) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  for (const server of [secret, open]) {
    server.closeAllConnections();
    server.close();
  }
});

test('a page in the guarded browser reaches what is allowed, and no private address by any way', async () => {
  const allowed = new Set([`127.0.0.1:${portOf(open)}`]);
  const refused = await withGuardedBrowser({ allowed, timeoutMs: 30_000 }, async ({ browser, proxy }) => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${portOf(open)}/`);
    await page.waitForFunction(`document.title === 'done'`);
    await page.goto(`http://127.0.0.1:${portOf(secret)}/direct`).catch(() => undefined);
    return [...proxy.refused];
  });
  expect(reached).toEqual([]);
  expect(refused).toContain(`127.0.0.1:${portOf(secret)}`);
}, 60_000);

test('a page that never ends is given up, and its browser closed', async () => {
  await expect(
    withGuardedBrowser({ allowed: new Set(), timeoutMs: 1500 }, async ({ browser }) => {
      const page = await browser.newPage();
      await page.setContent('<script>setTimeout(() => { for (;;); })</script>').catch(() => undefined);
      return page.evaluate('1').catch(() => new Promise(() => undefined));
    }),
  ).rejects.toThrow(/did not come to an end/);
}, 60_000);
