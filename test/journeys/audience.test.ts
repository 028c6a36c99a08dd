/** The audience as its desk reads it: from a panel to the whole table, to the explorer, to the way of the visitors; nothing of a few. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, launchBrowser } from '#platform';
import { account, addPerson } from './prepared.ts';
import { eventually, startVigie, type Vigie } from './vigie.ts';

let vigie: Vigie;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  [vigie, browser] = await Promise.all([startVigie(), launchBrowser()]);
  await addPerson(vigie);
  const site = await vigie.api<{ id: string }>('POST', '/api/sites', {
    domain: 'journal.example',
    name: 'Le Journal',
    time_zone: 'UTC',
    currency: 'EUR',
  });
  // Sixty readers over the last week, morning and evening; one of them read what nobody else did.
  const now = Date.now();
  const hits = Array.from({ length: 60 }, (_, i) => {
    const at = new Date(now - (1 + (i % 6)) * 86_400_000 - (i % 2) * 6 * 3_600_000).toISOString();
    return [
      { visitor_id: `v${i}`, at, url: 'https://journal.example/' },
      { visitor_id: `v${i}`, at, url: `https://journal.example/articles/${i % 20}` },
      ...(i === 7 ? [{ visitor_id: `v${i}`, at, url: 'https://journal.example/secret' }] : []),
    ];
  }).flat();
  await vigie.api('POST', '/api/ingest', { site_id: site.id, hits });
  await vigie.api('POST', '/api/segments', {
    site_id: site.id,
    name: 'Read the secret',
    filters: [['has_done', ['is', 'event:page', ['/secret']], { by: 'visitor' }]],
  });
  await eventually(
    () =>
      vigie.api<{ results: { metrics: number[] }[] }>('POST', '/api/query', {
        site_id: site.id,
        metrics: ['visits'],
        date_range: '28d',
      }),
    ({ results }) => results[0]?.metrics[0] === 60,
  );
  const context = await browser.newContext({
    locale: 'en',
    timezoneId: 'Europe/Paris',
    viewport: { width: 1360, height: 900 },
  });
  await context.request.post(`${vigie.url}/api/auth/sign-in/email`, { data: account, headers: { origin: vigie.url } });
  page = await context.newPage();
  page.setDefaultTimeout(30_000);
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await vigie?.stop();
}, 60_000);

test('a panel leads to the heat map of weekdays and hours, in their order', async () => {
  await page.goto(`${vigie.url}/audience`);
  await page.getByRole('link', { name: 'Weekday × hour' }).click();
  const table = page.getByRole('table', { name: 'Visits' });
  await table.waitFor();
  const days = await table.locator('tbody tr td:first-child').allInnerTexts();
  const week = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
  expect(days.length).toBeGreaterThan(3);
  expect(days).toEqual(week.filter((day) => days.includes(day)));
}, 90_000);

test('all rows of a panel can be searched, and a page leads to what came before and after it', async () => {
  await page.goto(`${vigie.url}/audience`);
  await page
    .getByRole('button', { name: 'See all: Pages, Most read' })
    .or(page.getByRole('button', { name: /: Pages, / }))
    .first()
    .click();
  const find = page.getByRole('textbox', { name: 'Find in these rows' });
  await find.fill('articles/19');
  const link = page.getByRole('link', { name: '/articles/19: before and after' });
  await link.waitFor();
  expect(
    await page
      .getByRole('dialog')
      .getByRole('link', { name: /before and after/ })
      .count(),
  ).toBe(1);
  await link.click();
  await page.waitForURL(/\/flow\?.*page=/);
  await page.getByRole('heading', { level: 1 }).waitFor();
}, 90_000);

test('a segment of one reader has no figures in the explorer, which says why', async () => {
  await page.goto(`${vigie.url}/explorer?m=visits&d=visit%3Acountry`);
  await page.getByLabel('Segment').first().click();
  await page.getByRole('option', { name: 'Read the secret' }).click();
  await page.getByText(/smaller than the threshold/).waitFor();
}, 90_000);
