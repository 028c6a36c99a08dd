/** From an advertiser to a PDF: a campaign is booked, served on a real page in a real browser, measured, shown live and reported. */
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pngOf } from '#creatives/testing';
import { type Browser, launchBrowser } from '#platform';
import { eventually, startVigie, type Vigie } from './vigie.ts';

let vigie: Vigie;
let browser: Browser;
let site: Server;
let page: string;
let landing: string;

beforeAll(async () => {
  [vigie, browser] = await Promise.all([startVigie(), launchBrowser()]);
  site = createServer((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    if (request.url?.startsWith('/annonceur'))
      return void response.end('<title>Chez l’annonceur</title><h1>Bienvenue</h1>');
    response.end(`<!doctype html><title>Le Journal</title><h1>À la une</h1>
      <div data-vigie-placement="haut" data-sizes="300x250" style="width:300px;height:250px"></div>
      <script async src="${vigie.edge}/vigie.js" data-site="journal.example" data-local></script>`);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const address = site.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  page = `${origin}/une`;
  landing = `${origin}/annonceur`;
}, 90_000);
afterAll(async () => {
  await browser?.close();
  site?.close();
  await vigie?.stop();
}, 60_000);

type Made = { id: string };
type Answer = { results: { dimensions: string[]; metrics: (number | null)[] }[] };

test('a campaign is booked, served, seen, clicked, counted and reported', async () => {
  const { api } = vigie;
  const advertiser = await api<Made>('POST', '/api/advertisers', { name: 'Fromagerie des Aravis' });
  const own = await api<Made>('POST', '/api/sites', {
    domain: 'journal.example',
    name: 'Le Journal',
    time_zone: 'Europe/Paris',
    currency: 'EUR',
  });
  const placement = await api<Made>('POST', '/api/placements', {
    site_id: own.id,
    code: 'haut',
    name: 'Haut de page',
    formats: ['300x250'],
  });
  const order = await api<Made>('POST', '/api/orders', { advertiser_id: advertiser.id, name: 'Reblochon d’hiver' });
  const now = Date.now();
  const line = await api<Made>('POST', '/api/line-items', {
    order_id: order.id,
    name: 'Pavé une',
    type: 'standard',
    goal: { unit: 'impressions', quantity: 100_000 },
    rate: { model: 'cpm', amount: 1200, currency: 'EUR' },
    start: new Date(now - 3_600_000).toISOString(),
    end: new Date(now + 3_600_000).toISOString(),
    placements: [placement.id],
    pacing: 'asap',
  });
  const form = new FormData();
  form.set('advertiser_id', advertiser.id);
  form.set('name', 'Pavé 300x250');
  form.set('landing_url', landing);
  form.set('file', new Blob([new Uint8Array(pngOf(300, 250))], { type: 'image/png' }), 'pave.png');
  const creative = await api<Made>('POST', '/api/creatives', form);
  await api('POST', `/api/creatives/${creative.id}/approve`);
  await api('POST', '/api/assignments', { line_item_id: line.id, creative_id: creative.id });
  const booked = await api<{ state: string }>('POST', `/api/line-items/${line.id}/move`, { to: 'booked' });
  expect(['booked', 'live']).toContain(booked.state);

  // The edge has the new book within two seconds; then the page carries the ad.
  const ask = () =>
    fetch(`${vigie.edge}/v1/decisions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ site: 'journal.example', placements: [{ code: 'haut' }], explain: true }),
    }).then((reply) => reply.json() as Promise<{ decisions?: { line_item: string | null; trace?: unknown }[] }>);
  await eventually(ask, (reply) => reply.decisions?.[0]?.line_item === line.id, 15_000);

  const context = await browser.newContext({
    viewport: { width: 1200, height: 800 },
    locale: 'fr-FR',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36',
  });
  const tab = await context.newPage();
  await tab.goto(page);
  const frame = tab.frameLocator('[data-vigie-placement="haut"] iframe');
  await frame.locator('img').waitFor({ state: 'visible' });
  await tab.waitForTimeout(1500); // half of the ad, one second without a break
  const [popup] = await Promise.all([context.waitForEvent('page'), frame.locator('a').first().click()]);
  await popup.waitForURL(`${landing}**`);
  expect(await popup.title()).toBe('Chez l’annonceur');
  await context.close();

  const metrics = ['impressions', 'viewable_impressions', 'clicks'];
  const today = await eventually(
    () =>
      api<Answer>('POST', '/api/query', {
        site_id: 'journal.example',
        metrics,
        date_range: 'day',
        dimensions: ['ad:line_item'],
      }),
    (answer) => JSON.stringify(answer.results[0]?.metrics) === '[1,1,1]',
  );
  expect(today.results).toEqual([expect.objectContaining({ dimensions: [line.id], metrics: [1, 1, 1] })]);
  const audience = await eventually(
    () =>
      api<Answer>('POST', '/api/query', {
        site_id: 'journal.example',
        metrics: ['pageviews', 'visits'],
        date_range: 'day',
      }),
    (answer) => JSON.stringify(answer.results[0]?.metrics) === '[1,1]',
  );
  expect(audience.results[0]?.metrics).toEqual([1, 1]);

  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Paris' }).format(new Date());
  const report = await api<Made>('POST', '/api/reports', {
    order_id: order.id,
    period: { from: day, to: day },
    language: 'fr',
    title: 'Bilan Reblochon',
  });
  const file = `${vigie.data}/bilan.pdf`;
  await vigie.vigie('report', 'render', report.id, '--format', 'pdf', '--out', file);
  const text = await pdfText(file);
  expect(text).toContain('Fromagerie des Aravis');
  expect(text).toContain('Pavé une');
  expect(text).toMatch(/100[\s\u202f\u00a0]000/);
}, 120_000);

async function pdfText(file: string): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  const { getDocument } = await import('pdfjs-dist/legacy/build/pdf.mjs');
  const pdf = await getDocument({ data: new Uint8Array(await readFile(file)), verbosity: 0 }).promise;
  let text = '';
  for (let n = 1; n <= pdf.numPages; n++) {
    const { items } = await (await pdf.getPage(n)).getTextContent();
    text += items.map((item) => ('str' in item ? item.str : '')).join(' ');
  }
  return text;
}
