/** The very first visit, and bad connections: an empty house is opened by a form; slow and failed answers are said, and nothing typed is lost. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, launchBrowser } from '#platform';
import { startVigie, type Vigie } from './vigie.ts';

let vigie: Vigie;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  // There is an organisation and a key, but nobody who could sign in.
  [vigie, browser] = await Promise.all([startVigie(), launchBrowser()]);
  page = await browser.newPage({ locale: 'en-GB', timezoneId: 'Europe/Paris', viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(15_000);
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await vigie?.stop();
}, 60_000);

const field = (name: string) => page.getByRole('textbox', { name }).first();

test('the first visitor makes the organisation and its admin, is told what is wrong, and is let in', async () => {
  await page.goto(vigie.url);
  await field('Organisation').fill('Le Journal');
  await field('Your name').fill('Élodie');
  await field('E-mail').fill('not an address');
  await page.getByLabel('Password').first().fill('short');
  const begin = page.getByRole('button').last();
  await begin.click();
  await page
    .getByText('must be an e-mail address')
    .or(page.getByText('must have at least 10 characters'))
    .first()
    .waitFor();
  // What was typed stands.
  expect(await field('Organisation').inputValue()).toBe('Le Journal');
  await field('E-mail').fill('elodie@journal.example');
  await page.getByLabel('Password').first().fill('phare-des-lacs');
  await begin.click();
  await page.getByRole('heading', { level: 1, name: 'Today' }).waitFor();
  // The door is shut behind the first.
  const again = await fetch(`${vigie.url}/api/first-run`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ organisation: 'X', name: 'X', email: 'x@x.example', password: 'phare-des-lacs' }),
  });
  expect(again.status).toBe(409);
}, 60_000);

test('a slow answer shows that it is waited for; a failed one says so, keeps what was typed, and can be tried again', async () => {
  // Slow: the list is awaited in sight.
  await page.route('**/api/advertisers?*', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await route.continue();
  });
  await page.goto(`${vigie.url}/advertisers`);
  await page.getByRole('status', { name: 'Loading…' }).first().waitFor();
  await page.getByText('No advertiser yet').waitFor();
  await page.unroute('**/api/advertisers?*');

  // A write that fails, then cannot reach the server, then succeeds: the form stays as it was typed.
  await page.getByRole('button', { name: 'Add an advertiser' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Fromagerie des Aravis');
  const add = dialog.getByRole('button', { name: 'Add an advertiser' });
  await page.route('**/api/advertisers', (route) =>
    route.request().method() === 'POST' ? route.fulfill({ status: 502, body: 'Bad gateway' }) : route.continue(),
  );
  await add.click();
  await dialog.getByText('The server failed').waitFor();
  await page.unroute('**/api/advertisers');
  await page.route('**/api/advertisers', (route) =>
    route.request().method() === 'POST' ? route.abort('connectionrefused') : route.continue(),
  );
  await add.click();
  await dialog.getByText('The server cannot be reached').waitFor();
  expect(await dialog.getByLabel('Name').inputValue()).toBe('Fromagerie des Aravis');
  await page.unroute('**/api/advertisers');
  await add.click();
  await page.getByRole('link', { name: 'Fromagerie des Aravis' }).waitFor();

  // A read that fails offers to be asked again.
  await page.route('**/api/orders?*', (route) => route.fulfill({ status: 503, body: '' }));
  await page.goto(`${vigie.url}/orders`);
  const retry = page.getByRole('button', { name: 'Try again' }).first();
  await retry.waitFor();
  await page.unroute('**/api/orders?*');
  await retry.click();
  await page.getByText('No order yet').waitFor();
}, 90_000);
