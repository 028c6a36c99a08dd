/** Every screen, in both languages, both displays, on a desk and on a phone: for everybody (WCAG 2.1 AA), without an error, without a sideways scroll. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, launchBrowser } from '#platform';
import { account, addPerson, prepare } from './prepared.ts';
import { startVigie, type Vigie } from './vigie.ts';

// The web app is typed apart from the server's side, hence an address instead of an import.
const { screens }: { screens: { path: string }[] } = await import(
  new URL('../../src/app/web/screens.tsx', import.meta.url).href
);

let vigie: Vigie;
let browser: Browser;
let axe: string;
let ids: Awaited<ReturnType<typeof prepare>>;

beforeAll(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  [vigie, browser] = await Promise.all([startVigie(), launchBrowser()]);
  await addPerson(vigie);
  ids = await prepare(vigie);
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await vigie?.stop();
}, 60_000);

/** The thing behind each address with an id, and the dialogs that hang on an address. */
const things = (): Record<string, string> => ({
  '/orders/$id': `/orders/${ids.order}`,
  '/orders/$id/new-line': `/orders/${ids.order}/new-line`,
  '/line-items/$id': `/line-items/${ids.line}`,
  '/line-items/$id/edit': `/line-items/${ids.line}/edit`,
  '/creatives/$id': `/creatives/${ids.creative}`,
  '/reports/$id': `/reports/${ids.report}`,
  '/sites/$id': `/sites/${ids.site}`,
  '/placements/$id': `/placements/${ids.placement}`,
  '/rate-cards/$id': `/rate-cards/${ids.rateCard}`,
  '/simulations/$id': `/simulations/${ids.simulation}`,
  '/plans/$id': `/plans/${ids.plan}`,
  '/plans/$id/edit': `/plans/${ids.plan}/edit`,
  '/contacts/$id': `/contacts/${ids.contact}`,
  '/rfps/$id': `/rfps/${ids.rfp}?with=${ids.invitation}`,
  '/rfps/$id/edit': `/rfps/${ids.rfp}/edit`,
  '/proposals/$id': `/proposals/${ids.proposal}`,
  '/proposals/$id/edit': `/proposals/${ids.draftProposal}/edit`,
});
const dialogs = () => [
  `/rfps/${ids.rfp}?invite=1`,
  ids.rfpLink,
  ids.changeLink,
  `/orders/${ids.order}?change=1`,
  '/advertisers?new=1',
  `/advertisers?edit=${ids.advertiser}`,
  `/orders/${ids.order}?edit=1`,
  '/sites?new=1',
  '/orders?new=1',
  '/creatives?upload=1',
  '/creative-requests?link=1',
  '/creative-limits?new=1',
  '/goals?new=1',
  '/segments?new=1',
  '/funnels?new=1',
  '/explorer?d=visit%3Acountry&as=map',
  '/explorer?as=chart',
  '/explorer?m=visits&d=visit%3Aweekday&d=visit%3Ahour&as=pivot',
  '/audience?more=event%3Apage',
  '/history?new=1',
  '/costs?new=1',
  '/links?new=1',
  '/links?rules=1',
  '/search-console?new=file',
  '/search-console?new=api',
  '/occupancy?feeds=1',
  '/occupancy?by=month',
  '/packages?new=1',
  '/proposals?rule=1',
  '/line-items?import=1',
  '/traffic?review=1',
  '/settings?tab=keys',
  '/settings?tab=audit',
  '/no-such-page',
];

/** The address to open for a screen; undefined for one with an id that no thing above answers to. */
const addressOf = (path: string): string | undefined => (path.includes('$') ? things()[path] : path);

test('every screen of the router has a thing to show', () => {
  expect(screens.map(({ path }) => path).filter((path) => addressOf(path) === undefined)).toEqual([]);
});

const widths = [1440, 390];
const schemes = ['light', 'dark'] as const;

test.concurrent.for(['fr', 'en'])(
  'every screen, in %s, is usable by everybody at every width',
  // Some eighty addresses at two widths, in two displays: minutes on a machine that does other things.
  { timeout: 600_000 },
  async (language, { signal }) => {
    const context = await signedIn(language);
    const addresses = [...screens.flatMap(({ path }) => addressOf(path) ?? []), ...dialogs()];
    const found: string[] = [];
    // Two tabs at a time: the machine's cores are few, and the screens wait for the server more than they compute.
    const walk = async () => {
      const page = await context.newPage();
      await page.emulateMedia({ reducedMotion: 'reduce' });
      for (let address = addresses.shift(); address !== undefined && !signal.aborted; address = addresses.shift())
        found.push(...(await faultsOf(page, address)));
      await page.close();
    };
    await Promise.all([walk(), walk()]);
    await context.close();
    expect(found).toEqual([]);
  },
);

/** A context whose session is open, with the language chosen. */
async function signedIn(language: string): Promise<BrowserContext> {
  const context = await browser.newContext({ locale: language, timezoneId: 'Europe/Paris' });
  await context.addInitScript((chosen) => {
    // Frames of the product are sandboxed: only the page itself has a storage.
    if (window === window.top) localStorage.setItem('vigie.language', chosen);
  }, language);
  const answer = await context.request.post(`${vigie.url}/api/auth/sign-in/email`, {
    data: account,
    headers: { origin: vigie.url },
  });
  expect(answer.status()).toBe(200);
  return context;
}

/** What is wrong with a screen, one sentence each. */
async function faultsOf(page: Page, address: string): Promise<string[]> {
  const faults: string[] = [];
  const note = (sentence: string) => faults.push(`${address}: ${sentence}`);
  const onConsole = (message: { type(): string; text(): string }) => {
    if (message.type() === 'error') note(`console: ${message.text()}`);
  };
  const onError = (error: Error) => note(`thrown: ${error.message}`);
  page.on('console', onConsole);
  page.on('pageerror', onError);
  await page.setViewportSize({ width: widths[0] ?? 1440, height: 900 });
  await page.goto(vigie.url + address);
  await page.locator('h1, [role=dialog]').first().waitFor();
  await page.waitForLoadState('networkidle').catch(() => undefined);
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe);
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme });
      await settled(page, colorScheme);
      // What a thing is called and how it is built does not depend on the display: only the contrast is measured twice.
      for (const fault of await axeFaults(page, colorScheme === 'light' ? undefined : ['color-contrast']))
        note(`${width} px, ${colorScheme}: ${fault}`);
    }
    const over = await overflowOf(page);
    if (over) note(`${width} px: the page scrolls sideways: ${over}`);
  }
  page.off('console', onConsole);
  page.off('pageerror', onError);
  return faults;
}

/** Resolves when the display has taken the scheme, colours in transition included. */
async function settled(page: Page, colorScheme: string): Promise<void> {
  // Pages behind private links follow the display by their style alone.
  if (await page.evaluate(() => document.documentElement.hasAttribute('data-mantine-color-scheme')))
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor({ state: 'attached' });
  await page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    await Promise.allSettled(
      document
        .getAnimations()
        .filter((animation) => animation.effect?.getComputedTiming().iterations !== Infinity)
        .map(({ finished }) => finished),
    );
  });
}

/** How far the page is wider than its window and the innermost elements that make it so; empty when it is not. */
const overflowOf = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return '';
    const wide = [...document.querySelectorAll('body *')].filter(
      (element) => element.getBoundingClientRect().right > clientWidth + 1,
    );
    const innermost = wide.filter((element) => !wide.some((other) => other !== element && element.contains(other)));
    return `${scrollWidth - clientWidth} px, ${innermost
      .slice(0, 3)
      .map((element) => element.outerHTML.slice(0, 160))
      .join(' | ')}`;
  });

/** Violations of the axe rules (all of them unless some are named) that are more than minor, each with its first places. */
async function axeFaults(page: Page, rules?: string[]): Promise<string[]> {
  const results = await page.evaluate(
    (only) =>
      (globalThis as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run({
        resultTypes: ['violations'],
        ...(only ? { runOnly: only } : {}),
      }),
    rules,
  );
  return results.violations
    .filter(({ impact }) => impact !== 'minor')
    .map(
      ({ id, help, nodes }) =>
        `${id} (${help}) on ${nodes.length}: ${nodes
          .slice(0, 3)
          .map(({ html, any }) => `${html.slice(0, 160)} ${any[0]?.message ?? ''}`)
          .join(' | ')}`,
    );
}
