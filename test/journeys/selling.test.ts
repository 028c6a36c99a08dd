/** From an offer to the calendar of the spaces, in a real browser: written, sent by private link, accepted without an account, ordered, sealed. */
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, launchBrowser } from '#platform';
import { account, addPerson, prepare } from './prepared.ts';
import { startVigie, type Vigie } from './vigie.ts';

let vigie: Vigie;
let browser: Browser;
let ids: Awaited<ReturnType<typeof prepare>>;
let context: BrowserContext;

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
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await vigie?.stop();
}, 60_000);

const dayAfter = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

async function opened(path: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(vigie.url + path);
  await page.locator('h1').waitFor();
  return page;
}

test('an offer becomes an order that the calendar shows and an insertion order seals', async () => {
  const name = 'Summer of the lakes';
  const search = new URLSearchParams({ placement: ids.placement, start: dayAfter(200), end: dayAfter(214) });
  const page = await opened(`/proposals/new?${search}`);
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await page.getByRole('combobox', { name: 'Advertiser' }).click();
  await page.getByRole('option').first().click();
  await page.getByLabel(/^Name: /).fill('Leaderboard, two weeks');
  await page.getByLabel(/^Quantity: /).fill('80000');
  await page.getByLabel(/^Price: /).fill('12.50');
  await page.getByText('€1,000.00').first().waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.waitForURL(/\/proposals\/prp/);
  await page.getByRole('button', { name: 'Submit' }).click();
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Send', exact: true }).click();
  const link = await page.getByRole('dialog').getByLabel('Private link').inputValue();

  // The other side has no account.
  const stranger = await browser.newContext({ locale: 'en' });
  const theirs = await stranger.newPage();
  await theirs.goto(link);
  expect(await theirs.getByText('€1,000.00').first().isVisible()).toBe(true);
  const token = new URL(link).pathname.split('/')[2] ?? '';
  const { document_hash } = (await (await stranger.request.get(`${vigie.url}/api/p/${token}`)).json()) as {
    document_hash: string;
  };
  const accepted = await stranger.request.post(`${vigie.url}/api/p/${token}/accept`, {
    data: { name: 'Ada Lovelace', title: 'CMO', document_hash },
  });
  expect(accepted.status(), await accepted.text()).toBe(200);
  await page.reload();
  await page.getByText('Ada Lovelace').first().waitFor();
  await page.getByRole('link', { name: 'See the order' }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();

  const calendar = await opened(`/occupancy?from=${dayAfter(195)}&days=30`);
  const booking = calendar.getByRole('button', { name: /Leaderboard, two weeks/ });
  await booking.waitFor();
  await booking.focus();
  await calendar.keyboard.press('Enter');
  const dialog = calendar.getByRole('dialog');
  await dialog.getByRole('link', { name: 'Open the line' }).waitFor();
  expect(await dialog.getByLabel('Last day').isEnabled()).toBe(true);
  expect(await dialog.getByLabel('First day').isDisabled()).toBe(true);

  await page.getByRole('button', { name: 'Issue an insertion order' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Issue an insertion order' }).click();
  const paper = await page.getByRole('dialog').getByLabel('Private link').inputValue();
  await theirs.goto(paper);
  await theirs.getByLabel('Your name').fill('Ada Lovelace');
  await theirs.getByRole('button', { name: 'Accept the insertion order' }).click();
  await theirs.getByText('Accepted by Ada Lovelace').waitFor();
  const pdf = await stranger.request.get(paper.replace(/insertion$/, 'pdf'));
  expect(pdf.headers()['content-type']).toBe('application/pdf');
  await stranger.close();
}, 90_000);

test('a hold is moved with the mouse: the room is told, and the days change when they are saved', async () => {
  const start = `${dayAfter(20)}T00:00:00Z`;
  const line = await vigie.api<{ id: string }>('POST', '/api/line-items', {
    order_id: ids.order,
    name: 'Option to move',
    type: 'standard',
    goal: { unit: 'impressions', quantity: 1000 },
    rate: { model: 'cpm', amount: 1250, currency: 'EUR' },
    start,
    end: `${dayAfter(25)}T00:00:00Z`,
    placements: [ids.placement],
  });
  await vigie.api('POST', `/api/line-items/${line.id}/move`, { to: 'reserved' });
  const page = await opened(`/occupancy?from=${dayAfter(15)}&days=30`);
  const bar = page.getByRole('button', { name: /Option to move/ });
  const box = await bar.boundingBox();
  if (!box) throw new Error('the booking is not drawn');
  await page.mouse.move(box.x + box.width / 2, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 40, box.y + 10, { steps: 3 });
  // Days are 34 pixels wide: two of them.
  await page.mouse.move(box.x + box.width / 2 + 68, box.y + 10, { steps: 3 });
  await page.getByText(/there is room/).waitFor();
  await page.mouse.up();
  await page.getByRole('dialog').getByRole('button', { name: 'Save the days' }).click();
  await page.getByText('The days were changed.').waitFor();
  const moved = await vigie.api<{ start: string }>('GET', `/api/line-items/${line.id}`);
  expect(Math.round((Date.parse(moved.start) - Date.parse(start)) / 86_400_000)).toBe(2);
}, 60_000);
