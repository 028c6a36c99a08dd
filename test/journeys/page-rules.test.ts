/** What holds between the placements of one page, and what a placement does with its width: whole Vigie, real pages in a real browser. */
import { mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pngOf } from '#creatives/testing';
import type { Page } from 'playwright-core';
import { type Browser, launchBrowser } from '#platform';
import { eventually, startVigie, type Vigie } from './vigie.ts';

type Made = { id: string; file_hash: string };

let vigie: Vigie;
let browser: Browser;
let site: Server;
let origin: string;
const pages = new Map<string, string>();
const pictures = join(tmpdir(), 'vigie-page-pictures');
const colours: Record<string, [number, number, number]> = {
  teal: [11, 93, 94],
  plum: [122, 32, 72],
  ochre: [200, 120, 40],
  slate: [70, 84, 110],
};

const slot = (code: string, sizes: string, more = '') =>
  `<div data-vigie-placement="${code}" data-sizes="${sizes}" ${more}></div>`;

beforeAll(async () => {
  await mkdir(pictures, { recursive: true });
  [vigie, browser] = await Promise.all([startVigie(), launchBrowser()]);
  site = createServer((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    const body = pages.get((request.url ?? '/').split('?')[0] ?? '') ?? '';
    const lang = request.url?.includes('lang=en') ? 'en-GB' : 'fr';
    response.end(
      `<!doctype html><html lang="${lang}"><meta name="viewport" content="width=device-width"><title>Le Journal</title><body style="margin:0">${body}
      <script async src="${vigie.edge}/vigie.js" data-site="journal.example" data-local></script></body></html>`,
    );
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const address = site.address();
  origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  await fill();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  site?.close();
  await vigie?.stop();
}, 60_000);

const placed: Record<string, string> = {};
const lines: Record<string, string> = {};

/** A sold-out page: what each test is about has a placement of its own. */
async function fill(): Promise<void> {
  const { api } = vigie;
  const own = await api<Made>('POST', '/api/sites', {
    domain: 'journal.example',
    name: 'Le Journal',
    time_zone: 'Europe/Paris',
    currency: 'EUR',
  });
  const codes: Record<string, string[]> = {
    wide: ['970x250', '728x90', '320x50'],
    feed: ['native'],
    one: ['728x90'],
    two: ['300x250'],
    left: ['300x250'],
    right: ['300x250'],
    third: ['300x250'],
    last: ['300x250'],
  };
  for (const [code, formats] of Object.entries(codes))
    placed[code] = (await api<Made>('POST', '/api/placements', { site_id: own.id, code, name: code, formats })).id;
  const picture = await upload('Photo', { size: '284x120', colour: 'ochre' });
  const native = await upload('Reblochon', {
    of: 'Photo',
    content: {
      title: 'Reblochon fermier',
      body: 'Affiné six semaines dans nos caves de montagne, à la main, chaque jour retourné.',
      image: picture,
    },
  });
  await line(
    'multi',
    ['wide'],
    [await upload('Large', { size: '970x250', of: 'Multi' }), await upload('Small', { size: '320x50', of: 'Multi' })],
  );
  await line('native', ['feed'], [native]);
  const companions = [
    await upload('Bandeau', { size: '728x90', colour: 'plum' }),
    await upload('Pavé', { size: '300x250', colour: 'plum', of: 'Bandeau' }),
  ];
  await line('takeover', ['one', 'two'], companions, { priority: 6, roadblock: 'all' });
  const filler = await upload('Maison', { size: '300x250', colour: 'slate' });
  await line('house', ['two', 'left', 'right'], [filler], { type: 'house', priority: 16 });
  for (const place of ['left', 'right'])
    await line(place, [place], [await upload(place, { size: '300x250' })], { exclusion_labels: ['banque'] });
  await line('last', ['last'], [await upload('Fin', { size: '300x250', colour: 'ochre' })]);
  await eventually(
    () => decide(['wide', 'feed', 'left', 'last', 'one', 'two']),
    (decisions) => decisions.length === 6 && decisions.every(({ line_item }) => line_item !== null),
    20_000,
  );
}

async function upload(
  name: string,
  { size, colour = 'teal', content, of }: { size?: string; colour?: string; content?: object; of?: string },
): Promise<string> {
  const advertiser = await advertiserOf(of ?? name);
  const form = new FormData();
  for (const [field, value] of Object.entries({
    advertiser_id: advertiser.id,
    landing_url: `${origin}/annonceur`,
    name,
  }))
    form.set(field, value);
  if (content) {
    form.set('kind', 'native');
    form.set('content', JSON.stringify(content));
  } else {
    const [width = 0, height = 0] = (size ?? '').split('x').map(Number);
    form.set(
      'file',
      new Blob([new Uint8Array(pngOf(width, height, { color: colours[colour] ?? [0, 0, 0] }))]),
      `${name}.png`,
    );
  }
  const creative = await vigie.api<Made>('POST', '/api/creatives', form);
  await vigie.api('POST', `/api/creatives/${creative.id}/approve`);
  made.set(creative.id, { advertiser: advertiser.id, hash: creative.file_hash });
  return name === 'Photo' ? creative.file_hash : creative.id;
}

/** By the name of what it advertises, made once. */
async function advertiserOf(name: string): Promise<Made> {
  const known = advertisers.get(name) ?? vigie.api<Made>('POST', '/api/advertisers', { name: `Annonceur ${name}` });
  advertisers.set(name, known);
  return known;
}
const advertisers = new Map<string, Promise<Made>>();
const made = new Map<string, { advertiser: string; hash: string }>();

async function line(name: string, places: string[], creatives: string[], more: object = {}): Promise<void> {
  const { api } = vigie;
  // All of a line's creatives are of one advertiser: that of the first is the order's.
  const advertiser = made.get(creatives[0] ?? '')?.advertiser;
  const order = await api<Made>('POST', '/api/orders', { advertiser_id: advertiser, name });
  const now = Date.now();
  const created = await api<Made>('POST', '/api/line-items', {
    order_id: order.id,
    name,
    type: 'standard',
    goal: { unit: 'impressions', quantity: 100_000 },
    rate: { model: 'cpm', amount: 1200, currency: 'EUR' },
    start: new Date(now - 3_600_000).toISOString(),
    end: new Date(now + 3_600_000).toISOString(),
    placements: places.map((code) => placed[code]),
    pacing: 'asap',
    ...more,
  });
  for (const creative_id of creatives) await api('POST', '/api/assignments', { line_item_id: created.id, creative_id });
  await api('POST', `/api/line-items/${created.id}/move`, { to: 'booked' });
  lines[name] = created.id;
}

type Decided = { placement: string; line_item: string | null; creative: { id: string; label: string } | null };
async function decide(codes: string[], more: object = {}): Promise<Decided[]> {
  const reply = await fetch(`${vigie.edge}/v1/decisions`, {
    method: 'POST',
    body: JSON.stringify({ site: 'journal.example', placements: codes.map((code) => ({ code })), ...more }),
  });
  const { decisions = [] } = (await reply.json()) as { decisions?: Decided[] };
  return decisions;
}

async function open(path: string, { width = 1280, query = '' } = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: 800 }, locale: 'fr-FR' });
  const page = await context.newPage();
  await page.goto(`${origin}${path}${query}`);
  return page;
}
const state = (page: Page, code: string, is: string) =>
  page.waitForSelector(`[data-vigie-placement="${code}"][data-vigie-state="${is}"]`, { state: 'attached' });
const shot = (page: Page, name: string) => page.screenshot({ path: join(pictures, `${name}.png`) });
const boxOf = async (page: Page, code: string) =>
  (await page.locator(`[data-vigie-placement="${code}"] > iframe`).boundingBox()) ?? {
    width: 0,
    height: 0,
    x: 0,
    y: 0,
  };

test('several sizes: a wide screen gets the billboard, a telephone the small one, neither overflows', async () => {
  pages.set('/multi', slot('wide', '970x250,728x90,320x50'));
  for (const [width, size] of [
    [1280, { width: 970, height: 250 }],
    [390, { width: 320, height: 50 }],
  ] as const) {
    const page = await open('/multi', { width });
    await state(page, 'wide', 'filled');
    expect(await boxOf(page, 'wide')).toMatchObject(size);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    await shot(page, `multi-${width}`);
    await page.context().close();
  }
});

test('a fluid ad takes the width of its place and the height it needs, also when the place changes', async () => {
  pages.set('/fluid', `<div id="column" style="width:300px">${slot('feed', 'native')}</div>`);
  const page = await open('/fluid');
  await state(page, 'feed', 'filled');
  await page.waitForTimeout(300);
  const narrow = await boxOf(page, 'feed');
  expect(narrow.width).toBe(300);
  await shot(page, 'fluid-300');
  await page.evaluate(`document.getElementById('column').style.width = '760px'`);
  await page.waitForTimeout(300);
  const wide = await boxOf(page, 'feed');
  expect(wide.width).toBe(760);
  expect(wide.height).toBeLessThan(narrow.height);
  await shot(page, 'fluid-760');
  await page.context().close();
});

test('a roadblock of companions has both its placements, or none of them', async () => {
  pages.set('/both', slot('one', '728x90') + slot('two', '300x250'));
  pages.set('/half', slot('two', '300x250'));
  const both = await open('/both');
  await Promise.all([state(both, 'one', 'filled'), state(both, 'two', 'filled')]);
  expect(await boxOf(both, 'one')).toMatchObject({ width: 728, height: 90 });
  expect(await boxOf(both, 'two')).toMatchObject({ width: 300, height: 250 });
  for (const code of ['one', 'two'])
    await both.frameLocator(`[data-vigie-placement="${code}"] > iframe`).getByTitle('Annonceur Bandeau').waitFor();
  await shot(both, 'roadblock-both');
  await both.context().close();
  const half = await open('/half');
  await state(half, 'two', 'filled');
  await half.frameLocator('[data-vigie-placement="two"] > iframe').getByTitle('Annonceur Maison').waitFor();
  await half.context().close();
});

test('competitors stay apart on a page, also when the second placement is asked for later', async () => {
  pages.set('/rivals', slot('left', '300x250') + slot('right', '300x250'));
  pages.set(
    '/later',
    `${slot('left', '300x250')}<div style="height:3000px"></div>${slot('right', '300x250', 'data-lazy="100"')}`,
  );
  const page = await open('/rivals');
  await Promise.all([state(page, 'left', 'filled'), state(page, 'right', 'filled')]);
  await page.frameLocator('[data-vigie-placement="left"] > iframe').getByTitle('Annonceur left').waitFor();
  await page.frameLocator('[data-vigie-placement="right"] > iframe').getByTitle('Annonceur Maison').waitFor();
  await shot(page, 'rivals');
  await page.context().close();
  const later = await open('/later');
  await state(later, 'left', 'filled');
  await later.evaluate('scrollTo(0, 2700)');
  await state(later, 'right', 'filled');
  await later.frameLocator('[data-vigie-placement="right"] > iframe').getByTitle('Annonceur Maison').waitFor();
  await later.context().close();
  // By the decisions: alone, or beside another line, or beside one that is nobody's here.
  const of = async (on_page: string[]) => (await decide(['right'], { on_page }))[0]?.line_item;
  expect(await of([])).toBe(lines['right']);
  expect(await of([lines['last'] ?? '', 'li_of_nobody'])).toBe(lines['right']);
  expect(await of([lines['left'] ?? ''])).toBe(lines['house']);
});

test('a chain of passbacks: our next placement, then the one after, each where the one before had nothing', async () => {
  pages.set(
    '/chain',
    `<template id="second"><div data-vigie-placement="absent" data-sizes="300x250" data-passback="end"></div></template>
     <template id="end">${slot('last', '300x250')}</template>${slot('third', '300x250', 'data-passback="second"')}`,
  );
  const page = await open('/chain');
  await state(page, 'last', 'filled');
  await page.frameLocator('[data-vigie-placement="last"] > iframe').getByTitle('Annonceur Fin').waitFor();
  expect(await boxOf(page, 'last')).toMatchObject({ width: 300, height: 250, y: 0 });
  await shot(page, 'passback-chain');
  await page.context().close();
});

test('the mark that it is an ad is in the language of the page, names whose it is and leads to why', async () => {
  pages.set('/mark', slot('last', '300x250'));
  for (const [query, label, title] of [
    ['', 'Publicité · Annonceur Fin', 'Pourquoi cette publicité ?'],
    ['?lang=en', 'Advertisement · Annonceur Fin', 'Why this ad?'],
  ] as const) {
    const page = await open('/mark', { query });
    const mark = page.frameLocator('[data-vigie-placement="last"] > iframe').getByText(label);
    const [why] = await Promise.all([page.context().waitForEvent('page'), mark.click()]);
    await why.getByRole('heading', { name: title }).waitFor();
    await page.context().close();
  }
  expect((await decide(['last'], { language: 'de-AT' }))[0]?.creative?.label).toBe('Advertisement');
  expect((await decide(['last'], { language: 'fr-CA' }))[0]?.creative?.label).toBe('Publicité');
});
