/** Many line items at once on screen: the grid, a file, an order copied. */
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, launchBrowser } from '#platform';
import { account, addPerson, prepare } from './prepared.ts';
import { startVigie, type Vigie } from './vigie.ts';

let vigie: Vigie;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let ids: Awaited<ReturnType<typeof prepare>>;

beforeAll(async () => {
  [vigie, browser] = await Promise.all([startVigie(), launchBrowser()]);
  await addPerson(vigie);
  ids = await prepare(vigie);
  const rows = Array.from(
    { length: 300 },
    (_, i) =>
      `${ids.order},Ligne ${String(i).padStart(3, '0')},standard,impressions,${1000 + i},cpm,8.50,EUR,2027-01-05,2027-02-28,journal.example/haut`,
  );
  const form = new FormData();
  form.set('dry_run', 'false');
  const head = 'order_id,name,type,goal_unit,goal_quantity,rate_model,rate,currency,start,end,placements';
  form.set('file', new Blob([[head, ...rows].join('\n')]), 'lines.csv');
  await vigie.api('POST', '/api/line-items/import', form);
  context = await browser.newContext({ locale: 'en', timezoneId: 'Europe/Paris', acceptDownloads: true });
  await context.addInitScript(() => {
    if (window === window.top) localStorage.setItem('vigie.language', 'en');
  });
  await context.request.post(`${vigie.url}/api/auth/sign-in/email`, {
    data: account,
    headers: { origin: vigie.url },
  });
  page = await context.newPage();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await vigie?.stop();
}, 60_000);

const cell = (row: number, field: string) => page.locator(`[data-cell="${row} ${field}"]`);
type Line = { id: string; name: string; priority: number; state: string; start: string; goal: { quantity: number } };
const lines = async (q: string) =>
  (await vigie.api<{ items: Line[] }>('GET', `/api/line-items?limit=200&order_by=name&q=${q}`)).items;

test('cells are typed, pasted and set for many; a wrong row keeps all of it from being saved', async () => {
  await page.goto(`${vigie.url}/line-items?q=Ligne`);
  await page.getByRole('link', { name: 'Edit in a grid' }).click();
  await cell(0, 'name').waitFor();
  await page.getByText('300 lines').waitFor();

  await cell(0, 'name').fill('Ligne 000 bis');
  await cell(0, 'name').press('Enter');
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-cell'))).toBe('1 name');
  await cell(1, 'priority').fill('99');
  await page.getByRole('button', { name: 'Save all' }).click();
  await page.getByText('Cells that cannot be read: 1').waitFor();
  expect(await cell(1, 'priority').getAttribute('aria-invalid')).toBe('true');

  // 16 is a priority, but not of standard lines: the server says so, and nothing at all is saved.
  await cell(1, 'priority').fill('16');
  await page.getByRole('button', { name: 'Save all' }).click();
  await page.getByText('Refused: 1').waitFor();
  await page.getByText('a standard line item takes 6 to 10, not 16').waitFor();
  expect((await lines('bis')).length).toBe(0);

  await cell(1, 'priority').fill('6');
  await cell(2, 'quantity').focus();
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData('text/plain', '2222\t9,75\n3333\t10\n');
    document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));
  });
  expect(await cell(3, 'amount').inputValue()).toBe('10');
  for (const row of [4, 5]) await page.locator('.vg-grid tbody input[type=checkbox]').nth(row).check();
  await page.getByRole('button', { name: 'Change the chosen' }).click();
  await page.getByLabel('Days later').fill('7');
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByText('6 changed').waitFor();
  await page.getByRole('button', { name: 'Save all' }).click();
  await page.getByText('Lines saved: 6').waitFor();

  const [first, second, third, fourth, fifth] = await lines('Ligne');
  expect(first?.name).toBe('Ligne 000 bis');
  expect(second?.priority).toBe(6);
  expect([third?.goal.quantity, fourth?.goal.quantity]).toEqual([2222, 3333]);
  expect(fifth?.start).toBe('2027-01-11T23:00:00.000Z');

  // The last rows are drawn when they are reached.
  await page.locator('.vg-grid-frame').evaluate((frame) => (frame.scrollTop = frame.scrollHeight));
  await cell(299, 'name').waitFor();
  expect(await cell(299, 'name').inputValue()).toBe('Ligne 299');
}, 90_000);

test('a list is sorted and exported whole, and the file comes back through a dry run', async () => {
  await page.goto(`${vigie.url}/line-items?q=Ligne`);
  await page.getByRole('button', { name: 'Name' }).click();
  await page.getByRole('button', { name: 'Name' }).click();
  await page.getByRole('link', { name: 'Ligne 299', exact: true }).waitFor();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Export CSV' }).click(),
  ]);
  const text = await new Response((await file.createReadStream()) as unknown as ReadableStream).text();
  const rows = text.trim().split('\r\n');
  expect(rows).toHaveLength(301);
  expect(rows[1]).toContain('Ligne 299');

  await page.getByRole('button', { name: 'Import CSV' }).click();
  const changed = rows.map((row, i) => (i === 1 ? row.replace('Ligne 299', 'Ligne dernière') : row)).join('\r\n');
  const choose = async (content: string) => {
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByLabel('CSV file').click()]);
    await chooser.setFiles({ name: 'lines.csv', mimeType: 'text/csv', buffer: Buffer.from(content) });
  };
  await choose(changed.replace(',8.50,', ',eight,'));
  await page.getByText('Refused rows: 1').waitFor();
  await page.getByText('eight is not a number').waitFor();
  expect(await page.getByRole('button', { name: 'Import', exact: true }).isDisabled()).toBe(true);
  await choose(changed);
  await page.getByText('0 to be made, 1 to be changed, 299 the same.').waitFor();
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByText('0 made, 1 changed.').waitFor();
  expect((await lines('derniere')).length).toBe(1);
}, 90_000);

test('an order is copied to other dates', async () => {
  await page.goto(`${vigie.url}/orders/${ids.order}`);
  await page.getByRole('button', { name: 'Copy', exact: true }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Campagne copiée');
  await page.getByRole('button', { name: 'Copy the order' }).click();
  await page.getByRole('heading', { name: 'Campagne copiée' }).waitFor();
  const [copy] = (await vigie.api<{ items: { lines: number }[] }>('GET', '/api/orders?q=copiee')).items;
  expect(copy?.lines).toBe(301);
}, 60_000);
