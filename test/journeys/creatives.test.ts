/** From the booking to the page: private link → a zip that fails two checks → a corrected version → the client approves → it serves. */
import { createServer, type Server } from 'node:http';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { zipOf } from '#creatives/testing';
import { type Browser, launchBrowser } from '#platform';
import { account, addPerson } from './prepared.ts';
import { eventually, startVigie, type Vigie } from './vigie.ts';

let vigie: Vigie;
let browser: Browser;
let site: Server;
let origin: string;
const pictures = join(tmpdir(), 'vigie-creative-pictures');

beforeAll(async () => {
  await mkdir(pictures, { recursive: true });
  [vigie, browser] = await Promise.all([startVigie(), launchBrowser()]);
  site = createServer((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    if (request.url?.startsWith('/annonceur')) return void response.end('<title>Chez l’annonceur</title>');
    response.end(
      `<!doctype html><title>Le Journal</title><div data-vigie-placement="pave" data-sizes="300x250" style="width:300px;min-height:250px"></div>
      <script async src="${vigie.edge}/vigie.js" data-site="journal.example" data-local></script>`,
    );
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const address = site.address();
  origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}, 90_000);
afterAll(async () => {
  await browser?.close();
  site?.close();
  await vigie?.stop();
}, 60_000);

type Made = { id: string };
type Kept = {
  id: string;
  name: string;
  state: string;
  version: number;
  family_id: string;
  checks: { code: string; level: string }[];
};

const bundle = (main: string) =>
  zipOf({
    'index.html': `<!doctype html><html><head><meta name="ad.size" content="width=300,height=250"><style>body{margin:0}#ad{width:300px;height:250px;background:#0b5d5e;color:#fff;font:32px/250px sans-serif;text-align:center}</style></head><body><div id="ad">Reblochon</div><script src="main.js"></script></body></html>`,
    'main.js': `var clickTag; document.getElementById('ad').onclick = function () { window.open(window.clickTag) };
      try { self['par' + 'ent'].document.title = 'taken over' } catch (error) {} ${main}`,
  });

const people = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36';

test('a studio without an account hands in, corrects, and the client approves what then serves', async () => {
  const { api } = vigie;
  await addPerson(vigie);
  const advertiser = await api<Made>('POST', '/api/advertisers', { name: 'Fromagerie des Aravis' });
  const own = await api<Made>('POST', '/api/sites', {
    domain: 'journal.example',
    name: 'Le Journal',
    time_zone: 'Europe/Paris',
    currency: 'EUR',
  });
  const placement = await api<Made>('POST', '/api/placements', {
    site_id: own.id,
    code: 'pave',
    name: 'Pavé',
    formats: ['300x250'],
  });
  const order = await api<Made>('POST', '/api/orders', { advertiser_id: advertiser.id, name: 'Hiver' });
  const now = Date.now();
  const line = await api<Made>('POST', '/api/line-items', {
    order_id: order.id,
    name: 'Pavé',
    type: 'standard',
    goal: { unit: 'impressions', quantity: 100_000 },
    rate: { model: 'cpm', amount: 1200, currency: 'EUR' },
    start: new Date(now - 3_600_000).toISOString(),
    end: new Date(now + 3_600_000).toISOString(),
    placements: [placement.id],
    pacing: 'asap',
  });
  const booked = await api<{ warnings: { code: string }[] }>('POST', `/api/line-items/${line.id}/move`, {
    to: 'booked',
  });
  expect(booked.warnings.map(({ code }) => code)).toContain('no-creative');
  const requests = () => api<{ items: { format: string; state: string }[] }>('GET', '/api/creative-requests');
  expect((await requests()).items).toMatchObject([{ format: '300x250', state: 'open' }]);

  const studio = await api<{ path: string }>('POST', '/api/creative-links', {
    order_id: order.id,
    language: 'fr',
    name: 'Studio',
  });
  const context = await browser.newContext({
    locale: 'fr-FR',
    viewport: { width: 1200, height: 1000 },
    userAgent: people,
  });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  await page.goto(vigie.url + studio.path);
  await page.getByLabel('Page de destination').fill(`${origin}/annonceur`);
  const send = async (name: string, bytes: Buffer) => {
    await page.locator('#files').setInputFiles({ name, mimeType: 'application/zip', buffer: bytes });
    await page.locator('#send').click();
    await page.locator('#queue').getByText('Reçu').last().waitFor();
  };
  await send('banniere.zip', await bundle("alert('Gagné !'); try { localStorage.x = 1 } catch (error) {}"));
  const faults = page.locator('[data-creative] li[data-code]');
  await page.locator('li[data-code=forbidden_calls]').waitFor();
  expect(await faults.evaluateAll((all) => all.map((one) => one.getAttribute('data-code')))).toEqual(
    expect.arrayContaining(['forbidden_calls', 'storage']),
  );
  expect((await requests()).items).toMatchObject([{ state: 'received' }]);
  // The browser has looked at it: then it waits for a person.
  await page.locator('[data-creative][data-state=waiting]').waitFor({ timeout: 60_000 });
  await page.screenshot({ path: join(pictures, 'first.png'), fullPage: true });

  await page.locator('[data-again]').click();
  await send('banniere-2.zip', await bundle(''));
  await page.locator('[data-creative]').getByText('Version 2').first().waitFor();
  await page.locator('[data-creative][data-state=waiting]').waitFor({ timeout: 60_000 });
  const left = await faults.evaluateAll((all) => all.map((one) => one.getAttribute('data-code')));
  expect(left).not.toEqual(expect.arrayContaining(['forbidden_calls']));
  expect(left).not.toEqual(expect.arrayContaining(['storage']));
  // The studio's link does not approve.
  expect(await page.getByRole('button', { name: 'Approuver' }).count()).toBe(0);

  const client = await api<{ path: string }>('POST', '/api/creative-links', {
    order_id: order.id,
    language: 'fr',
    name: 'Cliente',
    may_upload: false,
    may_approve: true,
  });
  await page.goto(vigie.url + client.path);
  const shown = page.frameLocator('[data-creative] .shown iframe').locator('#ad');
  await shown.waitFor({ timeout: 30_000 });
  // What was made elsewhere runs in an origin of nobody, not in this page's.
  expect(await shown.evaluate(() => self.origin)).toBe('null');
  expect(await page.title()).toBe('Créations – Fromagerie des Aravis');
  await page.locator('.catch').click({ position: { x: 150, y: 60 } });
  await page.getByLabel('Votre nom').fill('Zoé Martin');
  await page.getByLabel('Commenter / Ce qu’il faut changer').fill('Très bien, ce titre.');
  await page.getByRole('button', { name: 'Commenter' }).click();
  await page.locator('.shown .pin').waitFor();
  await page.screenshot({ path: join(pictures, 'client.png'), fullPage: true });
  await page.getByRole('button', { name: 'Approuver' }).click();
  await page.locator('[data-creative][data-state=approved]').waitFor();

  const kept = await api<{ items: Kept[] }>('GET', `/api/creatives?advertiser_id=${advertiser.id}`);
  expect(kept.items.map(({ version, state }) => [version, state])).toEqual([
    [2, 'approved'],
    [1, 'retired'],
  ]);
  const approved = kept.items[0]?.id ?? '';
  const comments = await api<{ items: object[] }>('GET', `/api/creatives/${approved}/comments`);
  expect(comments.items).toMatchObject([
    { author: 'Zoé Martin', side: 'them', x: expect.closeTo(0.5, 1), y: expect.closeTo(0.24, 1) },
  ]);
  expect((await requests()).items).toMatchObject([{ state: 'done' }]);

  const ask = () =>
    fetch(`${vigie.edge}/v1/decisions`, {
      method: 'POST',
      body: JSON.stringify({ site: 'journal.example', placements: [{ code: 'pave' }] }),
    }).then((reply) => reply.json() as Promise<{ decisions?: { creative: { id: string } | null }[] }>);
  await eventually(ask, ({ decisions }) => decisions?.[0]?.creative?.id === approved, 20_000);
  await page.goto(`${origin}/une`);
  const ad = page.frameLocator('[data-vigie-placement="pave"] > iframe').frameLocator('iframe').locator('#ad');
  await ad.waitFor();
  const [popup] = await Promise.all([context.waitForEvent('page'), ad.click()]);
  await popup.waitForURL('**/annonceur**');
  expect(errors).toEqual([]);

  // Another version on the real page, before anybody approves it; nothing of it is counted.
  const form = new FormData();
  form.set('advertiser_id', advertiser.id);
  form.set('landing_url', `${origin}/annonceur`);
  form.set('replaces', approved);
  form.set(
    'file',
    new Blob([new Uint8Array(await bundle("document.getElementById('ad').textContent = 'Troisième'"))]),
    'banniere-3.zip',
  );
  const third = await api<Kept>('POST', '/api/creatives', form);
  expect(third).toMatchObject({ version: 3, state: 'checking' });
  const preview = await api<{ url: string }>('POST', `/api/creatives/${third.id}/preview`, { url: `${origin}/une` });
  const beacons: string[] = [];
  const forced = await context.newPage();
  forced.on('request', (request) => {
    if (/\/[iw]\//.test(new URL(request.url()).pathname)) beacons.push(request.url());
  });
  await eventually(
    async () => {
      await forced.goto(preview.url);
      const frame = forced.locator('[data-vigie-placement="pave"] > iframe');
      await frame.waitFor({ timeout: 5000 }).catch(() => undefined);
      return forced
        .getByText('Aperçu')
        .count()
        .then(
          async (outside) =>
            outside + (await forced.frameLocator('[data-vigie-placement="pave"] > iframe').getByText('Aperçu').count()),
        );
    },
    (count) => count > 0,
    40_000,
  );
  await forced.waitForTimeout(1500);
  expect(beacons).toEqual([]);
  await forced.screenshot({ path: join(pictures, 'preview.png') });
  const wrong = preview.url.replace(/vigie_preview=./, 'vigie_preview=A');
  await forced.goto(wrong);
  await forced.locator('[data-vigie-placement="pave"] > iframe').waitFor();
  expect(await forced.frameLocator('[data-vigie-placement="pave"] > iframe').getByText('Aperçu').count()).toBe(0);
  await context.close();
}, 240_000);

test('no file that somebody sent runs at the address of the program', async () => {
  const { api } = vigie;
  const context = await browser.newContext({ locale: 'fr' });
  await context.request.post(`${vigie.url}/api/auth/sign-in/email`, { data: account, headers: { origin: vigie.url } });
  const advertiser = await api<Made>('POST', '/api/advertisers', { name: 'Autre' });
  const upload = async (name: string, bytes: Buffer, type: string) => {
    const form = new FormData();
    form.set('advertiser_id', advertiser.id);
    form.set('landing_url', 'https://a.example/');
    form.set('file', new Blob([new Uint8Array(bytes)], { type }), name);
    return api<Made & { file_url: string; original_url: string | null }>('POST', '/api/creatives', form);
  };
  const drawing = await upload(
    'a.svg',
    Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="250"><style>rect{fill:red}</style><rect width="300" height="250"/><image href="https://x.example/a.png"/></svg>',
    ),
    'text/html',
  );
  const page = await context.newPage();
  const answer = await page.goto(vigie.url + drawing.file_url);
  expect(answer?.headers()).toMatchObject({
    'content-type': 'image/svg+xml',
    'x-content-type-options': 'nosniff',
    'content-security-policy': expect.stringContaining('sandbox'),
  });
  expect(await page.evaluate(() => self.origin)).toBe('null');
  const html5 = await upload('a.zip', await bundle(''), 'text/html');
  for (const url of [html5.file_url, drawing.original_url ?? '']) {
    const file = await context.request.get(vigie.url + url);
    expect(file.headers()['content-disposition']).toMatch(/^attachment/);
    expect(file.headers()['content-security-policy']).toContain('sandbox');
  }
  await context.close();
}, 60_000);
