/** The trackers of other products, as npm ships them, in a real browser against the edge's collector: what they send is counted. */
import { build } from 'esbuild';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createCollector } from '#measurement';
import { type Browser, launchBrowser } from '#platform';
import { buildTags } from '#tag';

const person = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
let server: Server;
let browser: Browser;
let origin: string;
const rows: Record<string, unknown>[] = [];

/** A page of the site for each tracker, written as its documentation says. */
const pages: Record<string, string> = {
  plausible: `
    import Plausible from 'plausible-tracker';
    const { trackPageview, trackEvent, enableAutoPageviews, enableAutoOutboundTracking } = Plausible({ domain: 'news.example', apiHost: location.origin, trackLocalhost: true, hashMode: true });
    enableAutoPageviews();
    enableAutoOutboundTracking();
    window.go = () => { trackEvent('Signup', { props: { plan: 'pro', seats: 3 } }); location.hash = '#second'; document.querySelector('a').click(); };
  `,
  'plausible-new': `
    import { init, track } from '@plausible-analytics/tracker';
    init({ domain: 'news.example', endpoint: location.origin + '/api/event', captureOnLocalhost: true, outboundLinks: true, fileDownloads: true, formSubmissions: true });
    window.go = () => { track('Purchase', { props: { plan: 'pro' }, revenue: { amount: '19.90', currency: 'EUR' } }); document.querySelector('a').click(); };
  `,
  'from-matomo': `
    import MatomoTracker from '@datapunt/matomo-tracker-js';
    const tracker = new MatomoTracker({ urlBase: location.origin, siteId: 7, heartBeat: { active: true, seconds: 5 }, linkTracking: true });
    tracker.trackPageView({ documentTitle: 'Home', customDimensions: [{ id: 2, value: 'subscriber' }] });
    window.go = () => {
      tracker.trackEvent({ category: 'video', action: 'play', name: 'intro', value: 4 });
      tracker.trackSiteSearch({ keyword: 'Lac Léman', category: 'news', count: 3 });
      tracker.trackLink({ href: 'https://elsewhere.example/x' });
      tracker.addEcommerceItem({ sku: 'A', productName: 'Umbrella', productCategory: 'Rain', productPrice: 20, productQuantity: 2 });
      tracker.trackEcommerceCartUpdate(40);
      tracker.trackEcommerceOrder({ orderId: 'O-1', orderRevenue: 42.5, orderSubTotal: 40 });
      document.querySelector('#file').click();
    };
  `,
};

beforeAll(async () => {
  const bundles = new Map<string, string>();
  for (const [name, contents] of Object.entries(pages)) {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: fileURLToPath(new URL('../..', import.meta.url)) },
      bundle: true,
      format: 'iife',
      write: false,
    });
    bundles.set(`/${name}.js`, outputFiles[0]?.text ?? '');
  }
  const tags = await buildTags();
  const site = {
    id: 'site_1',
    number: 7,
    org_id: 'org',
    domain: 'news.example',
    time_zone: 'Europe/Paris',
    currency: 'EUR',
    mode: 'exempt' as const,
    sections: [],
  };
  const book = { sites: [site], salts: {} };
  const collector = createCollector({
    book: () => book,
    journal: { append: async (line) => void rows.push((JSON.parse(line) as { r: Record<string, unknown> }).r) },
    clock: () => new Date(),
    countryOf: () => '',
  });
  server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const script = path === '/matomo.js' ? tags['matomo.js'] : bundles.get(path);
      if (script) return void response.setHeader('content-type', 'text/javascript').end(script);
      if (path.startsWith('/page/'))
        return void response
          .setHeader('content-type', 'text/html; charset=utf-8')
          .end(
            `<!doctype html><title>Page</title><a href="https://elsewhere.example/" onclick="event.preventDefault()">out</a><a id="file" href="/report.pdf" onclick="event.preventDefault()">file</a><script src="/${path.slice(6)}.js"></script>`,
          );
      void collector
        .handle({
          method: request.method ?? 'GET',
          url: request.url ?? '/',
          headers: request.headers,
          body: Buffer.concat(chunks),
          ip: '203.0.113.7',
        })
        .then(({ status, headers, body }) => response.writeHead(status, headers).end(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  origin = `http://localhost:${typeof address === 'object' && address ? address.port : 0}`;
  browser = await launchBrowser();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
});
beforeEach(() => void rows.splice(0));

/** Opens a tracker's page, does what its script offers, leaves, and waits for `wanted` rows. */
async function visit(name: string, wanted: number): Promise<void> {
  const context = await browser.newContext({ userAgent: person });
  const page = await context.newPage();
  // The new tracker of Plausible leaves automated browsers out by this mark.
  await page.addInitScript(() => Object.defineProperty(navigator, 'webdriver', { get: () => false }));
  await page.goto(`${origin}/page/${name}`);
  await page.waitForTimeout(3_300);
  await page.evaluate('window.go()');
  await page.waitForTimeout(300);
  // The reader looks elsewhere; a message sent while the page closes would carry the driven browser's own name.
  await page.evaluate(`document.hasFocus = () => false; dispatchEvent(new Event('blur'));`);
  for (let tries = 0; rows.length < wanted && tries < 50; tries++) await page.waitForTimeout(100);
  await context.close();
}
const told = (name: string) => rows.filter((row) => row['name'] === name);

test('plausible-tracker: page views in hash mode, events with properties, outbound links', async () => {
  await visit('plausible', 4);
  expect(told('pageview').map(({ hostname, path }) => [hostname, path])).toEqual([
    ['localhost', '/page/plausible'],
    // Its hash mode tells a change of the fragment twice: by the history and by the event of its own.
    ['localhost', '/page/plausible#second'],
    ['localhost', '/page/plausible#second'],
  ]);
  expect(told('Signup')).toMatchObject([{ props: { plan: 'pro', seats: '3' } }]);
  expect(told('Outbound Link: Click')).toMatchObject([{ props: { url: 'https://elsewhere.example/' } }]);
}, 60_000);

test('@plausible-analytics/tracker: engagement, revenue, outbound links', async () => {
  await visit('plausible-new', 4);
  expect(told('pageview')).toMatchObject([{ path: '/page/plausible-new' }]);
  expect(told('Purchase')).toMatchObject([{ props: { plan: 'pro' }, revenue_micros: '19900000', currency: 'EUR' }]);
  expect(told('Outbound Link: Click')).toHaveLength(1);
  const engaged = told('engagement').reduce((sum, row) => sum + Number(row['engaged_ms'] ?? 0), 0);
  expect(engaged).toBeGreaterThan(3_000);
  expect(engaged).toBeLessThan(20_000);
}, 60_000);

test('@datapunt/matomo-tracker-js over our matomo.js: views, events, searches, links, files, carts, orders, time', async () => {
  await visit('from-matomo', 8);
  expect(told('pageview')).toMatchObject([
    { path: '/page/from-matomo', props: { title: 'Home', dimension2: 'subscriber' } },
  ]);
  expect(told('play')).toMatchObject([{ props: { category: 'video', label: 'intro', value: '4' } }]);
  expect(told('site search')).toMatchObject([{ site_search: 'lac léman', props: { term: 'Lac Léman', results: '3' } }]);
  expect(told('Outbound Link: Click')).toMatchObject([{ props: { url: 'https://elsewhere.example/x' } }]);
  expect(told('File Download')).toMatchObject([{ props: { url: `${origin}/report.pdf` } }]);
  const [cart] = told('cart');
  expect(cart).toMatchObject({ props: { amount: '40', items: '2 × Umbrella' } });
  expect(cart).not.toHaveProperty('revenue_micros');
  expect(told('order')).toMatchObject([{ props: { order_id: 'O-1' }, revenue_micros: '42500000', currency: 'EUR' }]);
  const engaged = told('engagement').reduce((sum, row) => sum + Number(row['engaged_ms'] ?? 0), 0);
  expect(engaged).toBeGreaterThan(3_000);
}, 60_000);

test('none of them sets a cookie, and every script came from the site itself', async () => {
  const context = await browser.newContext({ userAgent: person });
  const page = await context.newPage();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).origin));
  await page.goto(`${origin}/page/from-matomo`);
  await page.waitForTimeout(500);
  expect(new Set(asked)).toEqual(new Set([origin]));
  expect(await context.cookies()).toEqual([]);
  await context.close();
});
