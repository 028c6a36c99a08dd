/** Runs a creative in the guarded browser, in a sandbox, through 30 seconds of its own time, and writes down what it did. */
import type { Browser, FileStore } from '#platform';
import type { BrowserContext, Page, Route } from 'playwright-core';
import { fillMacros } from './click-macros.ts';
import { type Run, quietRun } from './render-checks.ts';
import { lookOf } from './look.ts';
import { type Shape, shapeScript, type Witness, witnessScript } from './witness-script.ts';

export type Rendered = { run: Run; film: Buffer[] };

export type ToRender = {
  kind: 'html5' | 'tag';
  width: number;
  height: number;
  entry: string;
  files: readonly { path: string; hash: string; media_type: string; gzip_bytes: number }[];
  /** Colour of the pages it will run on. */
  page_colour?: string;
};

/** A host that no name server knows: requests to it are answered here. */
const host = 'creative.invalid';
const click = 'https://click.invalid/';
/** Seconds of the page's time at which a picture is taken. */
const moments = [0, 1, 5, 15, 30];
const mostRequests = 500;

/** CSS animations keep the browser's time: they are put to the page's. */
const seek = (seconds: number) =>
  `for (const animation of document.getAnimations()) try { if (animation.playState !== 'finished') { animation.pause(); animation.currentTime = Math.min(${seconds * 1000}, Number(animation.effect?.getComputedTiming().endTime ?? 0)); } } catch {}`;

/** Runs it in a browser that is guarded. */
export async function renderCreative(browser: Browser, files: FileStore, creative: ToRender): Promise<Rendered> {
  const { width, height } = creative;
  const context = await browser.newContext({
    viewport: { width, height },
    serviceWorkers: 'block',
    acceptDownloads: false,
  });
  const page = await context.newPage();
  const run = quietRun();
  const phase = { isInitial: true, isClicking: false };
  watchPage(context, page, run);
  await context.route('**/*', (route) => answer(route, { files, creative, run, phase }));
  countBytes(page, run);
  await page.clock.install();
  await page.addInitScript(witnessScript);
  // From here on the main thread's time is counted.
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable');
  await page.goto(`https://${host}/${encodeURIComponent(creative.entry)}?clickTag=${encodeURIComponent(click)}`, {
    timeout: 20_000,
  });
  const film: Buffer[] = [];
  let at = 0;
  for (const moment of moments) {
    if (moment > at) await page.clock.runFor((moment - at) * 1000);
    at = moment;
    if (moment > 0) phase.isInitial = false;
    film.push(await picture(page, moment));
  }
  const { metrics } = await session.send('Performance.getMetrics');
  run.cpu_s = metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
  await page.clock.runFor(500);
  const half = await picture(page, 30.5);
  await page.clock.runFor(1500);
  const later = await picture(page, 32);
  const last = film.at(-1);
  run.movesAfter30 = last !== undefined && !(last.equals(half) && last.equals(later));
  run.cookies = (await context.cookies()).map(({ name }) => name);
  run.shape = await page.evaluate<Shape>(shapeScript).catch(() => undefined);
  const witness = await page.evaluate<Witness>('window.__vigieWitness').catch(() => undefined);
  if (witness) {
    run.storage = witness.storage.slice(0, 10);
    run.writes = witness.writes;
    run.sounds = witness.sounds;
    run.consentAsked = witness.consentAsked;
    run.updates_per_s = Math.max(0, ...Object.values(witness.updates).map(Number));
  }
  run.clicks = await clickAround(page, { width, height }, phase);
  const looks = await Promise.all(film.map((png) => lookOf(png, creative.page_colour)));
  run.isBlank = looks.every((look) => look?.isBlank !== false);
  run.look = looks.find((look) => look && !look.isBlank);
  await context.close();
  return { run, film };
}

function watchPage(context: BrowserContext, page: Page, run: Run): void {
  page.on('pageerror', ({ message }) => run.errors.length < 20 && run.errors.push(message.slice(0, 300)));
  page.on('dialog', (dialog) => void dialog.dismiss().catch(() => undefined));
  context.on('page', (other) => other !== page && void other.close().catch(() => undefined));
}

type Answering = {
  files: FileStore;
  creative: ToRender;
  run: Run;
  phase: { isInitial: boolean; isClicking: boolean };
};

async function answer(route: Route, { files, creative, run, phase }: Answering): Promise<void> {
  const request = route.request();
  const url = URL.parse(request.url());
  if (!url || run.requests.length >= mostRequests) return route.abort();
  // Where a click leads is not followed: it led out of its own window.
  if (phase.isClicking) {
    if (request.isNavigationRequest()) run.left++;
    return route.abort();
  }
  const isOwn = url.hostname === host;
  const { isInitial } = phase;
  if (!isOwn) {
    if (!/^https?:$/.test(url.protocol)) return route.continue();
    run.requests.push({ url: url.href, host: url.hostname, bytes: 0, isInitial, isOwn, isFailed: false });
    return creative.kind === 'tag' ? route.continue() : route.abort();
  }
  const file = creative.files.find(({ path }) => path === decoded(url.pathname.slice(1)));
  const content = file && (await files.get(file.hash));
  run.requests.push({ url: url.pathname, host, bytes: file?.gzip_bytes ?? 0, isInitial, isOwn, isFailed: !content });
  if (!file || !content) return route.fulfill({ status: 404, body: '' });
  const tag = creative.kind === 'tag' && file.path === creative.entry;
  return route.fulfill({
    body: tag ? fillMacros(content.toString('utf8'), { click: `${click}?u=`, random: '1' }) : content,
    headers: {
      'content-type': file.media_type,
      'access-control-allow-origin': '*',
      'content-security-policy': 'sandbox allow-scripts allow-popups',
    },
  });
}

const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};

/** What third parties send, as it travels. */
function countBytes(page: Page, run: Run): void {
  page.on('response', (response) => {
    const seen = run.requests.find(({ url, isOwn }) => !isOwn && url === response.url());
    if (!seen) return;
    seen.isFailed = response.status() >= 400;
    response
      .request()
      .sizes()
      .then(
        ({ responseBodySize }) => (seen.bytes += Math.max(0, responseBodySize)),
        () => undefined,
      );
  });
}

/** Clicks on nine points; answers how many of them led somewhere, and how often that was not a new window. */
async function clickAround(
  page: Page,
  { width, height }: { width: number; height: number },
  phase: { isClicking: boolean },
): Promise<Run['clicks']> {
  phase.isClicking = true;
  const read = () => page.evaluate<Witness['clicks']>('window.__vigieWitness.clicks');
  const result = { points: 0, led: 0, inside: 0 };
  try {
    for (const y of [1 / 6, 1 / 2, 5 / 6])
      for (const x of [1 / 6, 1 / 2, 5 / 6]) {
        const before = await read();
        await page.mouse.click(Math.floor(x * width), Math.floor(y * height));
        const after = await read();
        result.points++;
        if (after.opened > before.opened || after.inside > before.inside) result.led++;
        result.inside += after.inside - before.inside;
      }
  } catch {
    // The page went away: its click led out of its own window.
    result.inside++;
    result.led = Math.max(1, result.led);
  }
  return result;
}

async function picture(page: Page, seconds: number): Promise<Buffer> {
  await page.evaluate(seek(seconds)).catch(() => undefined);
  return page.screenshot({ timeout: 10_000, animations: 'allow' });
}
