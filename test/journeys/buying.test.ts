/** Buying outside, in a real browser: a request from a media plan, an offer by private link, the choice, the signature, the tag that serves. */
import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pngOf } from '#creatives/testing';
import { type Browser, launchBrowser } from '#platform';
import { account, addPerson, prepare } from './prepared.ts';
import { eventually, startVigie, type Vigie } from './vigie.ts';

type Made = { id: string };
let vigie: Vigie;
let browser: Browser;
let context: BrowserContext;
let ids: Awaited<ReturnType<typeof prepare>>;
const day = (from: number) => new Date(Date.now() + from * 86_400_000).toISOString().slice(0, 10);

beforeAll(async () => {
  [vigie, browser] = await Promise.all([startVigie(), launchBrowser()]);
  await addPerson(vigie);
  ids = await prepare(vigie);
  context = await browser.newContext({
    locale: 'en',
    timezoneId: 'Europe/Paris',
    viewport: { width: 1440, height: 900 },
  });
  await context.addInitScript(() => localStorage.setItem('vigie.language', 'en'));
  const answer = await context.request.post(`${vigie.url}/api/auth/sign-in/email`, {
    data: account,
    headers: { origin: vigie.url },
  });
  expect(answer.status()).toBe(200);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await vigie?.stop();
}, 60_000);

test('a publisher without an account is asked, offers, is chosen, signs, and its tag serves our creative', async () => {
  const { api } = vigie;
  const page = await context.newPage();
  await page.goto(
    `${vigie.url}/rfps/new?${new URLSearchParams({ name: 'Bought for winter', start: day(-1), end: day(20) })}`,
  );
  await page.getByRole('combobox', { name: 'Advertiser' }).click();
  await page.getByRole('option').first().click();
  await page.getByRole('combobox', { name: 'Publishers' }).click();
  await page.getByRole('option').first().click();
  await page.keyboard.press('Escape');
  const asked = page.getByRole('group', { name: 'Line 1' });
  await asked.getByLabel('Name').fill('Rectangle beside the article');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.waitForURL(/\/rfps\/rfp/);
  await page.getByRole('button', { name: /^Send: / }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Send', exact: true }).click();
  const link = await page.getByRole('dialog').getByLabel('Private link').inputValue();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();

  const stranger = await browser.newContext({ locale: 'en' });
  const theirs = await stranger.newPage();
  await theirs.goto(`${link}?lang=en`);
  await theirs.getByLabel('Your name').fill('Nadia Mag');
  const offer = theirs.locator('fieldset[data-line]').first();
  await offer.getByLabel('Site (domain)').fill('https://www.montagnes.example/');
  await offer.getByLabel('Where').fill('Beside the article');
  await offer.getByLabel('Sizes').fill('300x250');
  await offer.getByLabel('Quantity').fill('90000');
  await offer.getByRole('spinbutton', { name: 'Price (EUR)' }).fill('7.50');
  await theirs.getByRole('button', { name: 'Send the offer' }).click();
  await theirs.getByText('Your offer is being studied').waitFor();

  await page.reload();
  await page.getByText('€675.00').first().waitFor();
  await page.getByRole('button', { name: /^Choose: / }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Choose', exact: true }).click();
  await page.getByRole('link', { name: 'See the order' }).click();
  await page.getByRole('heading', { level: 1, name: /Bought for winter/ }).waitFor();
  const order = page.url().split('/').at(-1) ?? '';

  await theirs.goto(`${link}?lang=en`);
  await theirs.getByText('Your offer was chosen').waitFor();
  await theirs.getByRole('link', { name: 'Read and sign the purchase insertion order' }).click();
  await theirs.getByLabel('Your name').fill('Nadia Mag');
  await theirs.getByRole('button', { name: 'Accept the insertion order' }).click();
  await theirs.getByText('Accepted by Nadia Mag').waitFor();
  await theirs.goto(link.replace('/request', '/tags?lang=en'));
  const tag = await theirs.getByLabel('Frame, for pages that take no script').inputValue();
  const frame = (/src="([^"]+)"/.exec(tag)?.[1] ?? '').replaceAll('&amp;', '&');
  expect(frame).toContain('site=www.montagnes.example');
  await stranger.close();

  const summary = await api<{ order: { advertiser_id: string; side: string }; lines: Made[] }>(
    'GET',
    `/api/orders/${order}/summary`,
  );
  expect(summary.order).toMatchObject({ side: 'buy', advertiser_id: expect.any(String) });
  const form = new FormData();
  form.set('advertiser_id', summary.order.advertiser_id);
  form.set('name', 'Rectangle');
  form.set('landing_url', 'https://fromageries.example/hiver');
  form.set('file', new Blob([new Uint8Array(pngOf(300, 250))], { type: 'image/png' }), 'rectangle.png');
  const creative = await api<Made>('POST', '/api/creatives', form);
  await api('POST', `/api/creatives/${creative.id}/approve`);
  await api('POST', '/api/assignments', { line_item_id: summary.lines[0]?.id, creative_id: creative.id });
  const served = await eventually(
    () => fetch(frame).then((reply) => reply.text()),
    (html) => /<img|creatives\//.test(html),
    40_000,
  );
  expect(served).toMatch(/<img|creatives\//);
  expect(ids.order).not.toBe(order);
}, 180_000);
