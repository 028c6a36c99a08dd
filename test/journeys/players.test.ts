/** Our VAST in a player: the client that players use and a `<video>` that really plays, in a real browser; each event counted once. */
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pngOf } from '#creatives/testing';
import { type Browser, launchBrowser } from '#platform';
import { eventually, startVigie, type Vigie } from './vigie.ts';

let vigie: Vigie;
let browser: Browser;
let site: Server;
let origin: string;
let script: string;
/** Every address of the edge that a player called. */
const called: string[] = [];

const player = `
  import { VASTClient, VASTTracker } from '@dailymotion/vast-client';
  const log = (window.log = []);
  const asked = new URLSearchParams(location.search);
  (async () => {
    const client = new VASTClient();
    const { ads } = await client.get(asked.get('tag'), { withCredentials: false });
    const ad = ads[0];
    if (!ad) return log.push('no ad');
    const linear = ad.creatives.find(({ type }) => type === 'linear');
    const tracker = new VASTTracker(client, ad, linear);
    const companion = ad.creatives.find(({ type }) => type === 'companion')?.variations[0];
    window.companion = companion ? { size: companion.width + 'x' + companion.height, click: companion.companionClickThroughURLTemplate } : null;
    const video = document.querySelector('video');
    if (asked.get('broken')) {
      tracker.error({ ERRORCODE: 405 });
      return log.push('error');
    }
    for (const name of ['firstQuartile', 'midpoint', 'thirdQuartile', 'complete', 'skip']) tracker.on(name, () => log.push(name));
    tracker.on('clickthrough', (address) => window.open(address, '_blank'));
    video.onloadedmetadata = () => { tracker.setDuration(video.duration); window.size = video.videoWidth + 'x' + video.videoHeight; };
    video.onplaying = () => { tracker.trackImpression(); log.push('playing'); video.onplaying = null; };
    video.ontimeupdate = () => tracker.setProgress(video.currentTime);
    video.onended = () => { tracker.complete(); };
    video.onclick = () => tracker.click();
    document.querySelector('button').onclick = () => { video.pause(); video.ontimeupdate = null; tracker.skip(); };
    window.skipAfter = linear.skipDelay;
    video.src = linear.mediaFiles[0].fileURL;
    await video.play();
  })().catch((error) => log.push('failed: ' + error.message));
`;

/** Films two seconds in the browser itself, which has the codecs that it plays. */
async function film(): Promise<Buffer> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${origin}/blank`);
  const bytes = await page.evaluate(async () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [320, 180];
    const paint = canvas.getContext('2d');
    const recorder = new MediaRecorder(canvas.captureStream(15), { mimeType: 'video/webm;codecs=vp8' });
    const parts: Blob[] = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const stopped = new Promise((resolve) => (recorder.onstop = resolve));
    recorder.start();
    const began = performance.now();
    while (performance.now() - began < 2200) {
      if (paint) {
        paint.fillStyle = `hsl(${performance.now() / 10},60%,40%)`;
        paint.fillRect(0, 0, 320, 180);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    recorder.stop();
    await stopped;
    return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
  });
  await page.context().close();
  return Buffer.from(bytes);
}

beforeAll(async () => {
  const [built, started, launched] = await Promise.all([
    build({
      stdin: { contents: player, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
      bundle: true,
      write: false,
      format: 'iife',
      logLevel: 'error',
    }),
    startVigie(),
    launchBrowser(),
  ]);
  script = built.outputFiles[0]?.text ?? '';
  [vigie, browser] = [started, launched];
  site = createServer((request, response) => {
    const path = request.url ?? '/';
    if (path === '/player.js')
      return void response.writeHead(200, { 'content-type': 'text/javascript; charset=utf-8' }).end(script);
    if (path.startsWith('/wrapped.xml'))
      return void response
        .writeHead(200, { 'content-type': 'application/xml', 'access-control-allow-origin': '*' })
        .end(
          `<VAST version="3.0"><Ad id="w"><Wrapper><AdSystem>Other</AdSystem><VASTAdTagURI><![CDATA[${vigie.edge}/vast?site=journal.example&placement=film&v=3.0]]></VASTAdTagURI><Impression><![CDATA[${origin}/other-impression]]></Impression><Creatives/></Wrapper></Ad></VAST>`,
        );
    if (path.startsWith('/other-impression')) called.push('/other-impression');
    response.setHeader('content-type', 'text/html; charset=utf-8');
    if (path.startsWith('/annonceur')) return void response.end('<title>Annonceur</title>');
    if (path === '/blank') return void response.end('<title>Blank</title>');
    response.end(
      '<!doctype html><title>Player</title><video muted playsinline width="640" height="360"></video><button>Skip</button><script src="/player.js"></script>',
    );
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const address = site.address();
  origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}, 180_000);
afterAll(async () => {
  await browser?.close();
  site?.close();
  await vigie?.stop();
}, 60_000);

type Made = { id: string };

test('a film is played to its end, skipped, clicked, wrapped and failed, and what the player tells is counted', async () => {
  const { api } = vigie;
  const advertiser = await api<Made>('POST', '/api/advertisers', { name: 'Aravis' });
  const own = await api<Made>('POST', '/api/sites', {
    domain: 'journal.example',
    name: 'Le Journal',
    time_zone: 'Europe/Paris',
    currency: 'EUR',
  });
  const place = await api<Made>('POST', '/api/placements', {
    site_id: own.id,
    code: 'film',
    name: 'Film',
    formats: ['video', '300x250'],
  });
  const order = await api<Made>('POST', '/api/orders', { advertiser_id: advertiser.id, name: 'Film' });
  const now = Date.now();
  const line = await api<Made>('POST', '/api/line-items', {
    order_id: order.id,
    name: 'Film',
    type: 'standard',
    goal: { unit: 'impressions', quantity: 100_000 },
    rate: { model: 'cpm', amount: 1800, currency: 'EUR' },
    start: new Date(now - 3_600_000).toISOString(),
    end: new Date(now + 3_600_000).toISOString(),
    placements: [place.id],
    pacing: 'asap',
  });
  const creative = async (fields: Record<string, string>, bytes: Buffer, name: string, type: string) => {
    const form = new FormData();
    const shared = { advertiser_id: advertiser.id, landing_url: `${origin}/annonceur` };
    for (const [field, value] of Object.entries({ ...shared, ...fields })) form.set(field, value);
    form.set('file', new Blob([new Uint8Array(bytes)], { type }), name);
    const { id } = await api<Made>('POST', '/api/creatives', form);
    await api('POST', `/api/creatives/${id}/approve`);
    await api('POST', '/api/assignments', { line_item_id: line.id, creative_id: id });
  };
  await creative(
    { name: 'Film', content: JSON.stringify({ skip_after_s: 1 }) },
    await film(),
    'film.webm',
    'video/webm',
  );
  await creative({ name: 'Companion' }, pngOf(300, 250), 'companion.png', 'image/png');
  await api('POST', `/api/line-items/${line.id}/move`, { to: 'booked' });
  const tag = `${vigie.edge}/vast?site=journal.example&placement=film`;
  await eventually(
    () => fetch(tag).then((reply) => reply.text()),
    (xml) => xml.includes('<MediaFile '),
    15_000,
  );

  const context = await browser.newContext({
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36',
  });
  context.on('request', (request) => {
    if (request.url().startsWith(vigie.edge)) called.push(new URL(request.url()).pathname);
  });
  const tab = await context.newPage();
  const logOf = () => tab.evaluate(() => Reflect.get(globalThis, 'log') as string[]);
  const watch = async (address: string, more = '') => {
    called.length = 0;
    await tab.goto(`${origin}/watch?tag=${encodeURIComponent(address)}${more}`);
  };
  const events = () => called.flatMap((path) => /^\/(?:t\/[^/]+\/)?(\w+)(?:\/[^/]*)?$/.exec(path)?.[1] ?? []);

  // To its end, in every version that tells quartiles.
  for (const version of ['4.2', '3.0', '2.0']) {
    await watch(`${tag}&v=${version}`);
    await expect
      .poll(logOf, { timeout: 15_000 })
      .toEqual(['playing', 'firstQuartile', 'midpoint', 'thirdQuartile', 'complete']);
    expect(
      await tab.evaluate(() => [Reflect.get(globalThis, 'size'), Reflect.get(globalThis, 'companion')?.size]),
    ).toEqual(['320x180', '300x250']);
    await expect
      .poll(events)
      .toEqual(expect.arrayContaining(['i', 'firstQuartile', 'midpoint', 'thirdQuartile', 'complete']));
    expect(events().filter((name) => name === 'i')).toHaveLength(1);
  }

  // Skipped, once it may be.
  await watch(tag);
  await expect.poll(logOf, { timeout: 15_000 }).toContain('playing');
  expect(await tab.evaluate(() => Reflect.get(globalThis, 'skipAfter'))).toBe(1);
  await tab.getByRole('button', { name: 'Skip' }).click();
  await expect.poll(events).toContain('skip');
  expect(await logOf()).not.toContain('complete');

  // Clicked through to the advertiser.
  await watch(tag);
  await expect.poll(logOf, { timeout: 15_000 }).toContain('playing');
  const [landing] = await Promise.all([context.waitForEvent('page'), tab.locator('video').click()]);
  await landing.waitForURL('**/annonceur**');
  await landing.close();

  // Within another server's wrapper, both count.
  await watch(`${origin}/wrapped.xml`);
  await expect.poll(logOf, { timeout: 15_000 }).toContain('complete');
  expect(called).toContain('/other-impression');
  expect(events()).toContain('i');

  // A file that cannot be played is told with its code.
  const failing = context.waitForEvent('request', (request) => request.url().includes('code=405'));
  await watch(tag, '&broken=1');
  expect(new URL((await failing).url()).pathname).toMatch(/^\/t\/[^/]+\/error$/);

  const figures = () =>
    api<{ results: { metrics: number[] }[] }>('POST', '/api/query', {
      site_id: 'journal.example',
      metrics: ['impressions', 'clicks'],
      date_range: 'day',
    });
  const counted = await eventually(figures, ({ results }) => (results[0]?.metrics[1] ?? 0) === 1);
  expect(counted.results[0]?.metrics[0]).toBe(6);
  await context.close();
}, 120_000);
