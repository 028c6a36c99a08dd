/** The whole way of a campaign by hand: every step is a click or a key in the web app, from the advertiser to the line on Today. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pngOf } from '#creatives/testing';
import { type Browser, launchBrowser } from '#platform';
import { account, addPerson } from './prepared.ts';
import { startVigie, type Vigie } from './vigie.ts';

let vigie: Vigie;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  [vigie, browser] = await Promise.all([startVigie(), launchBrowser()]);
  await addPerson(vigie);
  page = await browser.newPage({ locale: 'en-GB', timezoneId: 'Europe/Paris', viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(10_000);
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await vigie?.stop();
}, 60_000);

const field = (name: string) => page.getByRole('textbox', { name }).first();
const press = (name: string) => page.getByRole('button', { name, exact: true }).last().click();
const title = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor();
const go = async (name: string) => {
  const navigation = page.getByRole('navigation', { name: 'Main navigation' });
  const folded = navigation.getByRole('button', { expanded: false });
  while ((await folded.count()) > 0) await folded.first().click();
  await navigation.getByRole('link', { name, exact: true }).click();
};

test('a campaign is set up by the forms, and Today shows it', async () => {
  await page.goto(vigie.url);
  await field('E-mail').fill(account.email);
  await page.getByLabel('Password').first().fill('not the one');
  await press('Sign in');
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Password').first().fill(account.password);
  await press('Sign in');
  await title('Today');

  await go('Advertisers');
  await page.getByText('No advertiser yet').waitFor();
  await page.getByRole('button', { name: 'Add an advertiser' }).first().click();
  await page.getByRole('dialog').getByLabel('Name').fill('Fromagerie des Aravis');
  await press('Add an advertiser');
  await page.getByRole('link', { name: 'Fromagerie des Aravis' }).waitFor();

  await go('Sites');
  await page.getByRole('button', { name: 'Add a site' }).first().click();
  await field('Name').fill('Le Journal');
  await field('Domain').fill('journal.example');
  await press('Add a site');
  await title('Le Journal');

  await page.getByRole('button', { name: 'Add a placement' }).first().click();
  await field('Name').fill('Haut de page');
  expect(await field('Code').inputValue()).toBe('haut-de-page');
  await page.getByRole('dialog').getByLabel('Formats accepted').first().fill('300x250');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await press('Add a placement');
  await page.getByRole('link', { name: 'Haut de page' }).waitFor();

  await go('Orders');
  await page.getByRole('button', { name: 'New order' }).first().click();
  await page.getByRole('dialog').getByLabel('Advertiser').first().click();
  await page.getByRole('option', { name: 'Fromagerie des Aravis' }).click();
  await field('Name').fill('Reblochon d’hiver');
  await press('New order');
  await title('Reblochon d’hiver');

  await page.getByRole('link', { name: 'New line item' }).first().click();
  await field('Name').fill('Pavé une');
  await pickDay('First day', 'today');
  await pickDay('Last day', 'later');
  await page.getByLabel('Placements').first().click();
  await page.getByRole('option', { name: /Haut de page/ }).click();
  await page.keyboard.press('Tab');
  await field('Quantity').fill('100000');
  await field('Price').fill('12');
  await press('New line item');
  await title('Pavé une');
  const line = page.url();

  await go('Creatives');
  await page.getByRole('button', { name: 'Upload creatives' }).first().click();
  await page.getByRole('dialog').getByLabel('Advertiser').first().click();
  await page.getByRole('option', { name: 'Fromagerie des Aravis' }).click();
  await field('Landing page').fill('https://fromagerie.example/hiver');
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'pave.png', mimeType: 'image/png', buffer: Buffer.from(pngOf(300, 250)) });
  await page
    .getByRole('button', { name: /^Upload/ })
    .last()
    .click();
  await page.getByRole('link', { name: 'pave' }).first().click();
  await title('pave');
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByText('Approved').first().waitFor();

  await page.goto(line);
  await page.getByRole('button', { name: 'Assign creatives' }).first().click();
  await page.getByRole('dialog').getByRole('checkbox').first().check();
  await press('Assign creatives (1)');
  await page.getByRole('link', { name: 'pave' }).waitFor();
  await page.getByRole('button', { name: 'Change state' }).click();
  await page.getByRole('menuitem', { name: 'Book' }).click();
  await press('Book');
  await page
    .getByText(/Booked|Live/)
    .first()
    .waitFor();

  await go('Today');
  await page.getByRole('link', { name: 'Pavé une' }).first().click();
  await title('Pavé une');
}, 90_000);

/** Opens the calendar of a field and takes the day that is today, or the last day of the month after next. */
async function pickDay(name: string, day: 'today' | 'later') {
  await page.getByRole('button', { name }).first().click();
  const days = page.locator('table button:not([data-outside])');
  if (day === 'later') {
    await page.locator('button[data-direction=next]:visible').last().click();
    await page.locator('button[data-direction=next]:visible').last().click();
    await days.last().click();
  } else await page.locator('table button[data-today]').or(days.last()).first().click();
}
