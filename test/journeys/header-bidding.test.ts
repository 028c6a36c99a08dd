/**
 * Prebid.js as publishers run it, in a real browser: its bids stand against our lines by key-values, and we are one of its bidders.
 * Prebid is the package from npm, built with our adapter and a bidder of the test.
 */
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pngOf } from '#creatives/testing';
import { type Browser, launchBrowser } from '#platform';
import { prebidCreative, prebidSnippet } from '../../src/tag/other-snippets.ts';
import { eventually, startVigie, type Vigie } from './vigie.ts';

let vigie: Vigie;
let browser: Browser;
let site: Server;
let origin: string;
let prebid: string;
/** What the other bidder offers, per thousand. */
let offered = 2.53;

const packaged = fileURLToPath(new URL('../../node_modules/prebid.js/dist/src/', import.meta.url));
const adapter = fileURLToPath(new URL('../../docs/prebid/vigieBidAdapter.js', import.meta.url));

/** An adapter lies in `modules/` of Prebid's sources and names its neighbours: here they are the package's. */
const insidePrebid: Plugin = {
  name: 'inside prebid',
  setup(building) {
    building.onResolve({ filter: /^\.\.\/(src|libraries)\// }, ({ path, importer }) =>
      importer === adapter || importer.includes('stdin') || importer === '<stdin>'
        ? { path: packaged + path.slice(3) }
        : undefined,
    );
  },
};

const entry = `
  import pbjs from '${packaged}src/prebid.public.js';
  import { registerBidder } from '../src/adapters/bidderFactory.js';
  import '${adapter}';
  registerBidder({
    code: 'other',
    supportedMediaTypes: ['banner'],
    isBidRequestValid: () => true,
    buildRequests: (bids) => bids.map((bid) => ({ method: 'GET', url: location.origin + '/other-bid', bid })),
    interpretResponse: ({ body }, { bid }) => [{ ...body, requestId: bid.bidId }],
  });
  pbjs.processQueue();
`;

const page = (content: string) => `<!doctype html><title>Le Journal</title>
  <script>window.pbjs = window.pbjs || { que: [] };</script>${content}
  <script src="/prebid.js"></script>
  <script async src="${vigie.edge}/vigie.js" data-site="journal.example" data-local></script>`;

beforeAll(async () => {
  const [built, started, launched] = await Promise.all([
    build({
      stdin: { contents: entry, resolveDir: packaged, sourcefile: 'stdin.js' },
      plugins: [insidePrebid],
      bundle: true,
      write: false,
      format: 'iife',
      target: 'es2022',
      logLevel: 'error',
    }),
    startVigie(),
    launchBrowser(),
  ]);
  prebid = built.outputFiles[0]?.text ?? '';
  [vigie, browser] = [started, launched];
  site = createServer((request, response) => {
    if (request.url === '/prebid.js')
      return void response.writeHead(200, { 'content-type': 'text/javascript; charset=utf-8' }).end(prebid);
    if (request.url === '/other-bid')
      return void response.writeHead(200, { 'content-type': 'application/json' }).end(
        JSON.stringify({
          cpm: offered,
          currency: 'EUR',
          width: 300,
          height: 250,
          creativeId: 'x',
          netRevenue: true,
          ttl: 300,
          ad: '<div id="won" style="width:300px;height:250px;background:#264653;color:#fff;font:30px sans-serif">Enchère</div>',
        }),
      );
    response.setHeader('content-type', 'text/html; charset=utf-8');
    if (request.url === '/bidder')
      return void response.end(
        page(`<iframe id="slot" width="300" height="250" style="border:0"></iframe><script>
          pbjs.que.push(function () {
            pbjs.addAdUnits([{ code: 'slot', mediaTypes: { banner: { sizes: [[300, 250]] } },
              bids: [{ bidder: 'vigie', params: { edge: '${vigie.edge}', site: 'journal.example', placement: 'auction' } }] }]);
            pbjs.requestBids({ timeout: 4000, bidsBackHandler: function () {
              var bid = pbjs.getHighestCpmBids('slot')[0];
              window.bid = bid ? { cpm: bid.cpm, currency: bid.currency, size: bid.size, bidder: bid.bidder, domains: bid.meta.advertiserDomains } : null;
              if (bid) pbjs.renderAd(document.getElementById('slot').contentDocument, bid.adId);
            } });
          });
        </script>`),
      );
    const snippet = prebidSnippet({
      edgeOrigin: vigie.edge,
      site: 'journal.example',
      code: 'header',
      sizes: ['300x250'],
    });
    response.end(page(snippet.replace('bids: []', "bids: [{ bidder: 'other', params: {} }]")));
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const address = site.address();
  origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}, 180_000);
afterAll(async () => {
  await browser?.close();
  site?.close();
  await vigie?.stop();
}, 60_000);

type Made = { id: string };
const figures = () =>
  vigie.api<{ results: { dimensions: string[]; metrics: number[] }[] }>('POST', '/api/query', {
    site_id: 'journal.example',
    metrics: ['impressions', 'viewable_impressions'],
    date_range: 'day',
    dimensions: ['ad:line_item'],
  });

test('a bid wins by its key-values against our lines or loses to a dearer one; and we bid by OpenRTB in Prebid’s auction', async () => {
  const { api } = vigie;
  const advertiser = await api<Made>('POST', '/api/advertisers', { name: 'Aravis' });
  const own = await api<Made>('POST', '/api/sites', {
    domain: 'journal.example',
    name: 'Le Journal',
    time_zone: 'Europe/Paris',
    currency: 'EUR',
  });
  const order = await api<Made>('POST', '/api/orders', { advertiser_id: advertiser.id, name: 'Enchères' });
  const places: Record<string, string> = {};
  for (const code of ['header', 'auction'])
    places[code] = (
      await api<Made>('POST', '/api/placements', { site_id: own.id, code, name: code, formats: ['300x250'] })
    ).id;
  const shared = { advertiser_id: advertiser.id, landing_url: 'https://aravis.example/' };
  const creative = async (fields: Record<string, string>, file?: Buffer) => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ ...shared, ...fields })) form.set(name, value);
    if (file) form.set('file', new Blob([new Uint8Array(file)], { type: 'image/png' }), 'p.png');
    const { id } = await api<Made>('POST', '/api/creatives', form);
    await api('POST', `/api/creatives/${id}/approve`);
    return id;
  };
  const asked = await creative({
    name: 'Prebid',
    kind: 'tag',
    width: '300',
    height: '250',
    content: JSON.stringify({ html: prebidCreative }),
  });
  const picture = await creative({ name: 'Pavé' }, pngOf(300, 250, { color: [200, 60, 60] }));
  const book = async (name: string, placement: string, cpm: number, made: string, more: object = {}) => {
    const now = Date.now();
    const line = await api<Made>('POST', '/api/line-items', {
      order_id: order.id,
      name,
      type: 'price_priority',
      goal: { unit: 'impressions', quantity: 1_000_000 },
      rate: { model: 'cpm', amount: cpm, currency: 'EUR' },
      start: new Date(now - 3_600_000).toISOString(),
      end: new Date(now + 86_400_000).toISOString(),
      placements: [places[placement]],
      ...more,
    });
    await api('POST', '/api/assignments', { line_item_id: line.id, creative_id: made });
    await api('POST', `/api/line-items/${line.id}/move`, { to: 'booked' });
    return line.id;
  };
  const step = (price: string) => ({ targeting: { and: [{ key: 'kv.hb_pb', in: [price] }] } });
  const high = await book('hb 2.50', 'header', 250, asked, step('2.50'));
  await book('hb 1.00', 'header', 100, asked, step('1.00'));
  const direct = await book('Direct 1.80', 'header', 180, picture);
  const sold = await book('Auction 4.20', 'auction', 420, picture);
  await eventually(
    () =>
      fetch(`${vigie.edge}/v1/decisions`, {
        method: 'POST',
        body: JSON.stringify({ site: 'journal.example', placements: [{ code: 'auction' }] }),
      }).then((reply) => reply.json() as Promise<{ decisions?: { line_item: string | null }[] }>),
    ({ decisions }) => decisions?.[0]?.line_item === sold,
    15_000,
  );

  const context = await browser.newContext({
    viewport: { width: 900, height: 600 },
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36',
  });
  const tab = await context.newPage();
  const errors: string[] = [];
  tab.on('pageerror', (error) => errors.push(error.message));

  // 2.53 falls on the step of 2.50, above the direct line's 1.80.
  await tab.goto(`${origin}/header`);
  const slot = tab.frameLocator('[data-vigie-placement="header"] > iframe');
  await slot.frameLocator('iframe').frameLocator('iframe').locator('#won').waitFor();
  expect(await tab.evaluate(() => Reflect.get(globalThis, 'pbjs').getAllWinningBids().length)).toBe(1);

  // 1.00 does not.
  offered = 1.04;
  await tab.goto(`${origin}/header`);
  await slot.locator('img').waitFor();
  expect(await slot.locator('img').getAttribute('alt')).toBe('Aravis');

  // And the other way round: Prebid asks us for a bid.
  await tab.goto(`${origin}/bidder`);
  await tab.waitForFunction(() => 'bid' in globalThis);
  expect(await tab.evaluate(() => Reflect.get(globalThis, 'bid'))).toEqual({
    cpm: 4.2,
    currency: 'EUR',
    size: '300x250',
    bidder: 'vigie',
    domains: ['aravis.example'],
  });
  // Prebid draws it in a frame of its own within the slot.
  await eventually(
    () => Promise.all(tab.frames().map((frame) => frame.locator('img[alt="Aravis"]').count())),
    (counts) => counts.includes(1),
  );

  const counted = await eventually(figures, ({ results }) => results.length === 3);
  expect(Object.fromEntries(counted.results.map(({ dimensions, metrics }) => [dimensions[0], metrics[0]]))).toEqual({
    [high]: 1,
    [direct]: 1,
    [sold]: 1,
  });
  expect(errors).toEqual([]);
  await context.close();
}, 90_000);
