/** Every kind of creative on a real page in a real browser: shown, clicked through, counted; as the tag, as a frame, as a decision. */
import { mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pngOf, zipOf } from '#creatives/testing';
import type { BrowserContext, Page } from 'playwright-core';
import { type Browser, launchBrowser } from '#platform';
import { eventually, startVigie, type Vigie } from './vigie.ts';

let vigie: Vigie;
let browser: Browser;
let site: Server;
let origin: string;
const thirdPartyClicks: string[] = [];

const kinds = ['html5', 'tag', 'native', 'text'] as const;
type Kind = (typeof kinds)[number] | 'image';
const sizes: Record<Kind, string> = {
  html5: '300x250',
  tag: '300x600',
  native: 'native',
  text: 'text',
  image: '120x60',
};
const pictures = join(tmpdir(), 'vigie-format-pictures');

beforeAll(async () => {
  await mkdir(pictures, { recursive: true });
  [vigie, browser] = await Promise.all([startVigie(), launchBrowser()]);
  site = createServer((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    const path = request.url ?? '/';
    if (path.startsWith('/third-party.js')) {
      // A third party's script that draws its ad as such scripts do, and whose click passes by the ad server first.
      const click = JSON.stringify(new URL(path, 'http://x').searchParams.get('click'));
      const own = JSON.stringify(`${origin}/third-party-click?ad=7`);
      response.setHeader('content-type', 'text/javascript');
      return void response.end(
        `document.write('<a id="ad" target="_blank" style="display:block;width:300px;height:600px;background:#7a2048;color:#fff;font:28px sans-serif">Tiers</a>');document.getElementById('ad').href=${click}+encodeURIComponent(${own});`,
      );
    }
    if (path.startsWith('/third-party-click')) {
      thirdPartyClicks.push(path);
      return void response.writeHead(302, { location: `${origin}/annonceur?by=third-party` }).end();
    }
    if (path.startsWith('/annonceur')) return void response.end('<title>Chez l’annonceur</title><h1>Bienvenue</h1>');
    if (path.startsWith('/cadre'))
      return void response.end(
        `<!doctype html><title>Cadre</title><iframe width="300" height="250" src="${vigie.edge}/v1/frame/html5?site=journal.example"></iframe>`,
      );
    const slots = kinds.map(
      (kind) =>
        `<div data-vigie-placement="${kind}" data-sizes="${sizes[kind]}" style="width:300px;min-height:120px"></div>`,
    );
    response.end(
      `<!doctype html><title>Le Journal</title><div style="display:grid;grid-template-columns:repeat(4,300px);gap:12px">${slots.join('')}</div>
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

type Made = { id: string; file_hash: string; preview_path: string | null };
type Asked = {
  decisions?: { placement: string; line_item: string | null; creative: { kind: string; assets?: object } | null }[];
};

const bundle = () =>
  zipOf({
    'banniere/index.html': `<!doctype html><html><head><meta name="ad.size" content="width=300,height=250"><link rel="stylesheet" href="style.css">
      <script>var clickTag = "https://not-here.example/";</script></head>
      <body><div id="ad"></div><script src="main.js"></script></body></html>`,
    'banniere/style.css':
      'body{margin:0}#ad{width:300px;height:250px;background:#0b5d5e url(img/logo.png) no-repeat 20px 20px;color:#fff;font:32px/250px sans-serif;text-align:center}',
    'banniere/main.js': `var ad = document.getElementById('ad'); ad.textContent = 'HTML5';
      ad.addEventListener('click', function () { window.open(window.clickTag, '_blank'); });
      try { parent.document.title = 'taken over'; } catch (error) { ad.dataset.parent = 'closed'; }
      try { localStorage.x = 1; } catch (error) { ad.dataset.storage = 'closed'; }`,
    'banniere/img/logo.png': pngOf(40, 40, { color: [240, 200, 60] }),
  });

async function formOf(fields: Record<string, string>, file?: Buffer, name = 'file'): Promise<FormData> {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) form.set(field, value);
  if (file) form.set('file', new Blob([new Uint8Array(file)]), name);
  return form;
}

/** A booked line with one creative on the placement of its kind. */
async function book(
  kind: Kind,
  form: FormData,
  around: { order: string; site: string },
): Promise<{ line: string; creative: Made }> {
  const { api } = vigie;
  const placement = await api<Made>('POST', '/api/placements', {
    site_id: around.site,
    code: kind,
    name: kind,
    formats: [sizes[kind]],
  });
  const now = Date.now();
  const line = await api<Made>('POST', '/api/line-items', {
    order_id: around.order,
    name: kind,
    type: 'standard',
    goal: { unit: 'impressions', quantity: 100_000 },
    rate: { model: 'cpm', amount: 1200, currency: 'EUR' },
    start: new Date(now - 3_600_000).toISOString(),
    end: new Date(now + 3_600_000).toISOString(),
    placements: [placement.id],
    pacing: 'asap',
  });
  const creative = await api<Made>('POST', '/api/creatives', form);
  await api('POST', `/api/creatives/${creative.id}/approve`);
  await api('POST', '/api/assignments', { line_item_id: line.id, creative_id: creative.id });
  await api('POST', `/api/line-items/${line.id}/move`, { to: 'booked' });
  return { line: line.id, creative };
}

async function clickThrough(context: BrowserContext, click: () => Promise<void>): Promise<Page> {
  const [popup] = await Promise.all([context.waitForEvent('page'), click()]);
  await popup.waitForURL('**/annonceur**');
  return popup;
}

test('HTML5, a third party’s tag, native and text are shown, clicked and counted', async () => {
  const { api } = vigie;
  const advertiser = await api<Made>('POST', '/api/advertisers', { name: 'Fromagerie des Aravis' });
  const own = await api<Made>('POST', '/api/sites', {
    domain: 'journal.example',
    name: 'Le Journal',
    time_zone: 'Europe/Paris',
    currency: 'EUR',
  });
  const order = await api<Made>('POST', '/api/orders', { advertiser_id: advertiser.id, name: 'Hiver' });
  const around = { order: order.id, site: own.id };
  const shared = { advertiser_id: advertiser.id, landing_url: `${origin}/annonceur` };
  const picture = await api<Made>(
    'POST',
    '/api/creatives',
    await formOf({ ...shared, name: 'Photo' }, pngOf(284, 120, { color: [200, 120, 40] }), 'p.png'),
  );
  await api('POST', `/api/creatives/${picture.id}/approve`);

  const texts = {
    title: 'Reblochon fermier',
    body: 'Affiné six semaines.',
    sponsored_by: 'Aravis',
    call_to_action: 'Goûter',
  };
  const snippet = `<script src="${origin}/third-party.js?click=%%CLICK_URL_ESC%%&ord=[RANDOM]"></script>`;
  const made = {
    html5: await book('html5', await formOf(shared, await bundle(), 'banniere.zip'), around),
    tag: await book(
      'tag',
      await formOf({ ...shared, kind: 'tag', width: '300', height: '600', content: JSON.stringify({ html: snippet }) }),
      around,
    ),
    native: await book(
      'native',
      await formOf({
        ...shared,
        kind: 'native',
        content: JSON.stringify({ ...texts, image: picture.file_hash, price: '9,90 €' }),
      }),
      around,
    ),
    text: await book(
      'text',
      await formOf({ ...shared, kind: 'text', content: JSON.stringify({ ...texts, display_url: 'aravis.example' }) }),
      around,
    ),
  };

  const ask = () =>
    fetch(`${vigie.edge}/v1/decisions`, {
      method: 'POST',
      body: JSON.stringify({ site: 'journal.example', placements: kinds.map((code) => ({ code })) }),
    }).then((reply) => reply.json() as Promise<Asked>);
  const reply = await eventually(
    ask,
    ({ decisions }) => decisions?.every(({ creative }) => creative !== null) === true,
    15_000,
  );
  expect(reply.decisions?.map(({ line_item, creative }) => [line_item, creative?.kind])).toEqual(
    kinds.map((kind) => [made[kind].line, kind]),
  );
  expect(reply.decisions?.[2]?.creative?.assets).toMatchObject({
    title: texts.title,
    image: `${vigie.edge}/creatives/${picture.file_hash}`,
  });

  const context = await browser.newContext({
    viewport: { width: 1280, height: 700 },
    locale: 'fr-FR',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36',
  });
  const tab = await context.newPage();
  await tab.goto(`${origin}/une`);
  const frameOf = (kind: Kind) => tab.frameLocator(`[data-vigie-placement="${kind}"] > iframe`);
  const html5 = frameOf('html5').frameLocator('iframe').locator('#ad');
  const tag = frameOf('tag').frameLocator('iframe').locator('#ad');
  await html5.waitFor();
  await tag.waitFor();
  expect(
    await html5.evaluate((element) => [element.textContent, element.dataset['parent'], element.dataset['storage']]),
  ).toEqual(['HTML5', 'closed', 'closed']);
  await tab.waitForTimeout(1500); // half of each ad, one second without a break
  await tab.screenshot({ path: join(pictures, 'kinds.png') });
  expect(await tab.title()).toBe('Le Journal');
  // Texts take the height they need: the last of their lines is inside of the frame.
  const frameHeight = (await tab.locator('[data-vigie-placement="native"] > iframe').boundingBox())?.height ?? 0;
  expect(frameHeight).toBeGreaterThan(
    await frameOf('native')
      .locator('u')
      .evaluate((last) => last.getBoundingClientRect().bottom),
  );

  for (const kind of kinds) {
    const target = kind === 'html5' ? html5 : kind === 'tag' ? tag : frameOf(kind).locator('strong');
    const popup = await clickThrough(context, () => target.click());
    expect(popup.url()).toBe(`${origin}/annonceur${kind === 'tag' ? '?by=third-party' : ''}`);
    await popup.close();
    // The word over the ad leads to the page that says whose it is.
    const [why] = await Promise.all([
      context.waitForEvent('page'),
      frameOf(kind).getByRole('link', { name: 'Publicité' }).click(),
    ]);
    await why.getByText('Fromagerie des Aravis').first().waitFor();
    await why.close();
  }
  expect(thirdPartyClicks).toEqual(['/third-party-click?ad=7']);

  const figures = () =>
    api<{ results: { dimensions: string[]; metrics: number[] }[] }>('POST', '/api/query', {
      site_id: 'journal.example',
      metrics: ['impressions', 'viewable_impressions', 'clicks'],
      date_range: 'day',
      dimensions: ['ad:line_item'],
    });
  const counted = await eventually(
    figures,
    ({ results }) => results.length === 4 && results.every(({ metrics }) => metrics[2] === 1),
  );
  expect(Object.fromEntries(counted.results.map(({ dimensions, metrics }) => [dimensions[0], metrics]))).toEqual(
    Object.fromEntries(kinds.map((kind) => [made[kind].line, [1, 1, 1]])),
  );

  // The same bundle where a page only takes a frame.
  await tab.goto(`${origin}/cadre`);
  const framed = tab.frameLocator('iframe').frameLocator('iframe').locator('#ad');
  await framed.waitFor();
  await (await clickThrough(context, () => framed.click())).close();
  await eventually(figures, ({ results }) =>
    results.some(
      ({ dimensions, metrics }) => dimensions[0] === made.html5.line && metrics[0] === 2 && metrics[2] === 2,
    ),
  );

  // Inside of another ad server, which counts the click first.
  const outer = `${origin}/outer?to=`;
  const passed = await fetch(
    `${vigie.edge}/v1/frame/html5?site=journal.example&click=${encodeURIComponent(outer)}`,
  ).then((answer) => answer.text());
  expect(passed).toContain(
    `?clickTag=${encodeURIComponent(outer)}${encodeURIComponent(encodeURIComponent(`${vigie.edge}/c/`))}`,
  );
  for (const bad of ['javascript:alert(1)//', '%%CLICK_URL_ESC%%', 'https://a.example/"><b id=bad>'])
    expect(
      await fetch(`${vigie.edge}/v1/frame/html5?site=journal.example&click=${encodeURIComponent(bad)}`).then((answer) =>
        answer.text(),
      ),
    ).not.toContain(bad);

  // A picture in a link, for a newsletter: its line item has an image only.
  const image = await book('image', await formOf(shared, pngOf(120, 60), 'p.png'), around);
  const agent = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0' };
  const letter = (verb: string, n: string) =>
    fetch(`${vigie.edge}/v1/${verb}/image?site=journal.example&n=${n}`, { redirect: 'manual', headers: agent });
  const shown = await eventually(
    () => letter('image', '7'),
    (answer) => answer.status === 302,
    15_000,
  );
  expect(shown.headers.get('location')).toBe(`${vigie.edge}/creatives/${image.creative.file_hash}`);
  expect((await letter('image-click', '7')).headers.get('location')).toBe(`${origin}/annonceur`);
  expect((await letter('image-click', '8')).status).toBe(404);
  await eventually(figures, ({ results }) =>
    results.some(({ dimensions, metrics }) => dimensions[0] === image.line && metrics[0] === 1 && metrics[2] === 1),
  );

  // Opened by itself it runs in an origin of nobody, and may load from the edge alone.
  const alone = await fetch(vigie.edge + (made.html5.creative.preview_path ?? ''));
  const policy = alone.headers.get('content-security-policy') ?? '';
  expect(policy).toContain('sandbox allow-scripts');
  expect(policy).not.toContain('allow-same-origin');
  expect(policy).toContain(`default-src ${vigie.edge} `);
  expect(await alone.text()).toContain(`const u="${origin}/annonceur"`);
  for (const path of ['nothing.js', '..%2F..%2Fetc%2Fpasswd', '%E0%A4'])
    expect((await fetch(`${vigie.edge}/creatives/${made.html5.creative.file_hash}/${path}`)).status).toBeLessThan(500);
  expect((await fetch(`${vigie.edge}/creatives/${made.html5.creative.file_hash}`)).status).toBe(404);
  await context.close();
}, 120_000);
