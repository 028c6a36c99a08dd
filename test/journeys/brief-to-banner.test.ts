/** From a brief to a banner, in a real browser: plan, proposal, counter-offer by the private link, acceptance, order, calendar, and the line on the demo page. */
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pngOf } from '#creatives/testing';
import { insertPast } from '#forecasting/testing';
import { type Browser, launchBrowser, openEvents, readConfig } from '#platform';
import { ownerCommands } from '../../src/app/owner-command-list.ts';
import { withOwner } from '../../src/app/owner-commands.ts';
import { sampleSite } from '../../src/app/sample-site.ts';
import { account, addPerson } from './prepared.ts';
import { eventually, startVigie, type Vigie } from './vigie.ts';

type Made = { id: string };
let vigie: Vigie;
let browser: Browser;
let context: BrowserContext;
let advertiser: Made;
let placement: Made;

const day = (from: number) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Paris' }).format(new Date(Date.now() + from * 86_400_000));

beforeAll(async () => {
  [vigie, browser] = await Promise.all([startVigie(), launchBrowser()]);
  const { api } = vigie;
  await addPerson(vigie);
  advertiser = await api<Made>('POST', '/api/advertisers', { name: 'Fromagerie des Aravis' });
  const site = await api<Made & { org_id?: string }>('POST', '/api/sites', {
    domain: sampleSite,
    name: 'Le Courrier des Lacs',
    time_zone: 'Europe/Paris',
    currency: 'EUR',
  });
  placement = await api<Made>('POST', '/api/placements', {
    site_id: site.id,
    code: 'haut',
    name: 'Top of the page',
    formats: ['728x90'],
  });
  await api('POST', '/api/rate-cards', {
    name: 'This year',
    currency: 'EUR',
    valid_from: '2020-01-01',
    rates: [{ model: 'cpm', amount: 1250 }],
  });
  // Five weeks of requests, so that there is a forecast to plan on.
  const { key } = JSON.parse(await vigie.vigie('key', 'create', '--role', 'admin', '--json')) as { key: string };
  const me = await fetch(`${vigie.url}/api/me`, { headers: { authorization: `Bearer ${key}` } });
  const org_id = ((await me.json()) as { organisation: Made }).organisation.id;
  await withOwner(readConfig({ VIGIE_DATA: vigie.data }), ownerCommands, async (ask) => {
    const { url } = await ask<{ url: string }>('event-store', {});
    const events = openEvents(url);
    const past = { org_id, site_id: site.id, placement_id: placement.id, from: day(-35), to: day(-1) };
    await insertPast(events, [{ ...past, perDay: () => 20_000 }]);
    await events.close();
  });
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

/** Sends the proposal on the screen; answers its private link. */
async function sent(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Submit' }).click();
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Send', exact: true }).click();
  const link = await dialog.getByLabel('Private link').inputValue();
  await dialog.getByRole('button', { name: 'Close' }).click();
  return link;
}

test('a brief becomes a plan, an offer, a counter-offer, an order, a booking in the calendar and a banner on the page', async () => {
  const { api } = vigie;
  const page = await context.newPage();
  await page.goto(vigie.url);
  await page.getByRole('link', { name: 'Media plans' }).click();
  await page.getByRole('link', { name: 'New media plan' }).first().click();
  await page.getByLabel('Name').fill('Winter by the lakes');
  await page.getByRole('combobox', { name: 'Advertiser' }).click();
  await page.getByRole('option', { name: 'Fromagerie des Aravis' }).click();
  await page.getByRole('combobox', { name: 'Objective' }).click();
  await page.getByRole('option', { name: 'Traffic' }).click();
  await page.getByRole('button', { name: 'Dates' }).click();
  const pick = async (date: string) => {
    const label = new Intl.DateTimeFormat('en-GB', {
      day: 'numeric',
      month: 'long',
      year: 'numeric',
      timeZone: 'UTC',
    }).format(Date.parse(date));
    const button = page.locator(`button[aria-label="${label}"]`).first();
    // A calendar that is still opening shows no day yet.
    await page.locator('[data-direction="next"]').first().waitFor();
    if (!(await button.isVisible())) await page.locator('[data-direction="next"]').first().click();
    await button.click();
  };
  await pick(day(0));
  await pick(day(13));
  await page.getByLabel('Budget').fill('500');
  await page.getByRole('button', { name: 'Compute the plan' }).click();
  await page.waitForURL(/\/plans\/mp/, { timeout: 30_000 });
  await page.getByRole('heading', { level: 2, name: 'Flowchart' }).waitFor();
  await page.getByText('the budget').first().waitFor();

  await page.getByRole('button', { name: 'Make a proposal of it' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Make a proposal of it' }).click();
  await page.waitForURL(/\/proposals\/prp[^/]*\/edit/);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.waitForURL(/\/proposals\/prp[^/]*$/);
  const proposal = page.url();
  const first = await sent(page);

  // The other side has no account: it asks for a lower price.
  const stranger = await browser.newContext({ locale: 'en' });
  const theirs = await stranger.newPage();
  theirs.on('dialog', (dialog) => void dialog.accept());
  await theirs.goto(`${first}?lang=en`);
  await theirs.getByLabel('Your name').fill('Ada Lovelace');
  await theirs.getByText('Make a counter-offer').click();
  await theirs.getByLabel(/^Price/).fill('11.50');
  await theirs.getByRole('button', { name: 'Send the counter-offer' }).click();
  await theirs.getByText('Your counter-offer is being studied').waitFor();

  await page.goto(proposal);
  await page.getByRole('button', { name: 'Take over the counter-offer' }).click();
  const second = await sent(page);
  await theirs.goto(`${second}?lang=en`);
  await theirs.getByText('€11.50').first().waitFor();
  await theirs.getByLabel('Your name').fill('Ada Lovelace');
  await theirs.getByRole('button', { name: 'Accept this proposal' }).click();
  await theirs.getByText('Accepted by').waitFor();
  await stranger.close();

  await page.goto(proposal);
  await page.getByRole('link', { name: 'See the order' }).click();
  await page.getByRole('heading', { level: 1, name: 'Winter by the lakes' }).waitFor();
  const order = page.url().split('/').at(-1) ?? '';
  const { lines } = await api<{ lines: { id: string; name: string; rate: { amount: number } }[] }>(
    'GET',
    `/api/orders/${order}/summary`,
  );
  expect(lines.map(({ rate }) => rate.amount)).toEqual([1150]);
  const [line] = lines;
  if (!line) throw new Error('the order has no line');

  const calendar = await context.newPage();
  await calendar.goto(`${vigie.url}/occupancy?from=${day(-2)}&days=30`);
  await calendar.getByRole('button', { name: new RegExp(line.name.slice(0, 20)) }).waitFor();

  const form = new FormData();
  form.set('advertiser_id', advertiser.id);
  form.set('name', 'Leaderboard');
  form.set('landing_url', 'https://aravis.example/winter');
  form.set('file', new Blob([new Uint8Array(pngOf(728, 90))], { type: 'image/png' }), 'leaderboard.png');
  const creative = await api<Made>('POST', '/api/creatives', form);
  await api('POST', `/api/creatives/${creative.id}/approve`);
  await api('POST', '/api/assignments', { line_item_id: line.id, creative_id: creative.id });
  const ask = () =>
    fetch(`${vigie.edge}/v1/decisions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ site: sampleSite, placements: [{ code: 'haut' }] }),
    }).then((reply) => reply.json() as Promise<{ decisions?: { line_item: string | null }[] }>);
  // Paced evenly, the line does not take every request: it is asked until it does.
  await eventually(ask, (reply) => reply.decisions?.[0]?.line_item === line.id, 40_000);

  const reader = await browser.newContext({
    locale: 'fr-FR',
    viewport: { width: 1200, height: 900 },
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36',
  });
  const paper = await reader.newPage();
  await eventually(
    async () => {
      await paper.goto(`${vigie.edge}/demo/`);
      await paper.waitForTimeout(1500);
      return paper.locator('[data-vigie-placement="haut"] iframe').count();
    },
    (frames) => frames > 0,
    40_000,
  );
  await paper.frameLocator('[data-vigie-placement="haut"] iframe').locator('img').waitFor({ state: 'visible' });
  await reader.close();
}, 240_000);
