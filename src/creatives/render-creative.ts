/** Runs a creative in the guarded browser, in a sandbox, through 30 seconds of its own time, and writes down what it did. */
import type { Browser, FileStore } from '#platform';
import type { Page } from 'playwright-core';
import { fillMacros } from './click-macros.ts';
import type { Run } from './render-checks.ts';

export type Rendered = { run: Run; film: Buffer[] };

export type ToRender = {
  kind: 'html5' | 'tag';
  width: number;
  height: number;
  entry: string;
  files: readonly { path: string; hash: string; media_type: string; gzip_bytes: number }[];
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
  const run: Run = { requests: [], errors: [], cookies: [], cpu_s: 0, movesAfter30: false, isBlank: false };
  let isInitial = true;
  page.on('pageerror', ({ message }) => run.errors.length < 20 && run.errors.push(message.slice(0, 300)));
  page.on('dialog', (dialog) => void dialog.dismiss().catch(() => undefined));
  context.on('page', (other) => other !== page && void other.close().catch(() => undefined));
  await context.route('**/*', async (route) => {
    const request = route.request();
    const url = URL.parse(request.url());
    if (!url || run.requests.length >= mostRequests) return route.abort();
    const isOwn = url.hostname === host;
    if (!isOwn) {
      if (!/^https?:$/.test(url.protocol)) return route.continue();
      run.requests.push({ url: url.href, host: url.hostname, bytes: 0, isInitial, isOwn, isFailed: false });
      return creative.kind === 'tag' ? route.continue() : route.abort();
    }
    const file = creative.files.find(({ path }) => path === decodeURIComponent(url.pathname.slice(1)));
    const content = file && (await files.get(file.hash));
    run.requests.push({
      url: url.pathname,
      host,
      bytes: file?.gzip_bytes ?? 0,
      isInitial,
      isOwn,
      isFailed: !content,
    });
    if (!file || !content) return route.fulfill({ status: 404, body: '' });
    const isEntry = file.path === creative.entry;
    const tag = creative.kind === 'tag' && isEntry;
    await route.fulfill({
      body: tag ? fillMacros(content.toString('utf8'), { click: `${click}?u=`, random: '1' }) : content,
      headers: {
        'content-type': file.media_type,
        'access-control-allow-origin': '*',
        'content-security-policy': 'sandbox allow-scripts allow-popups',
      },
    });
  });
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
  await page.clock.install();
  await page.goto(`https://${host}/${encodeURIComponent(creative.entry)}?clickTag=${encodeURIComponent(click)}`, {
    timeout: 20_000,
  });
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable');
  const film: Buffer[] = [];
  let at = 0;
  for (const moment of moments) {
    if (moment > at) await page.clock.runFor((moment - at) * 1000);
    at = moment;
    if (moment > 0) isInitial = false;
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
  run.isBlank = await isOneColour(await browser.newPage(), film);
  return { run, film };
}

async function picture(page: Page, seconds: number): Promise<Buffer> {
  await page.evaluate(seek(seconds)).catch(() => undefined);
  return page.screenshot({ timeout: 10_000, animations: 'allow' });
}

/** Whether no picture of the film shows more than one colour. */
async function isOneColour(page: Page, film: readonly Buffer[]): Promise<boolean> {
  const pictures = film.map((png) => png.toString('base64'));
  const count = `(async (pictures) => {
    for (const picture of pictures) {
      const bytes = Uint8Array.from(atob(picture), (c) => c.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
      context.drawImage(bitmap, 0, 0);
      const pixels = new Uint32Array(context.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer);
      if (pixels.some((pixel) => pixel !== pixels[0])) return false;
    }
    return true;
  })(${JSON.stringify(pictures)})`;
  const blank: unknown = await page.evaluate(count);
  return blank === true;
}
