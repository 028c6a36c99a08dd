import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { imageOf, openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
}, 60_000);
beforeEach(() => stage.decide((code, sizes) => imageOf(stage, code, sizes[0] ?? '300x250')));
afterEach(() => stage.clear());
afterAll(() => stage.close());

const slot = (code: string, sizes: string, more = ''): string => {
  const height = Math.max(...sizes.split(',').map((size) => Number(size.split('x')[1])));
  return `<div data-vigie-placement="${code}" data-sizes="${sizes}" style="min-height:${height}px" ${more}></div>`;
};

const beaconsBecome = (beacons: string[]): Promise<void> =>
  vi.waitFor(() => expect(stage.beacons().toSorted()).toEqual(beacons.toSorted()), 5_000);

const settle = (milliseconds = 300): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));

/** Total of the layout shifts of the page, those after an input included. */
const watchShifts = `window.shift = 0; new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.shift += entry.value; }).observe({ type: 'layout-shift', buffered: true });`;

describe('asking', () => {
  test('all placements of the page go in one request, with the sizes that fit and the key-values of all', async () => {
    const body =
      slot('top', '970x250,728x90', `data-kv='{"topic":["sport","alpes"]}'`) +
      `<div style="width:310px">${slot('side', '300x600,300x250,728x90', `data-kv='{"topic":["sport"],"tone":["calm"]}'`)}</div>` +
      slot('bottom', '728x90', 'data-kv="not json"') +
      `<div style="display:none">${slot('hidden', '300x250')}</div><div style="width:200px">${slot('narrow', '300x250')}</div>`;
    const url = stage.publish('/', { head: stage.tag(), body });
    await stage.open(url);
    await vi.waitFor(() => expect(stage.asked()).toHaveLength(1), 5_000);
    expect(stage.asked()[0]).toEqual({
      site: 'journal.test',
      url,
      placements: [
        { code: 'top', sizes: ['970x250', '728x90'] },
        { code: 'side', sizes: ['300x600', '300x250'] },
        { code: 'bottom', sizes: ['728x90'] },
      ],
      kv: { topic: ['sport', 'alpes'], tone: ['calm'] },
      language: 'fr',
    });
    await settle();
    expect(stage.asked()).toHaveLength(1);
    expect(stage.received.filter(({ method }) => method === 'OPTIONS')).toEqual([]);
  });

  test('a placement that comes later is asked for by itself; vigie("ads") asks again', async () => {
    const page = await stage.open(stage.publish('/', { head: stage.tag(), body: slot('top', '300x250') }));
    await beaconsBecome(['/i/top', '/w/top']);
    await page.evaluate(
      `document.body.insertAdjacentHTML('beforeend', ${JSON.stringify(slot('late', '300x250', 'id="late"'))})`,
    );
    await vi.waitFor(() => expect(stage.asked()).toHaveLength(2), 5_000);
    await page.evaluate(`vigie('ads', document.getElementById('late'))`);
    await vi.waitFor(() => expect(stage.asked()).toHaveLength(3), 5_000);
    await page.evaluate(`vigie('ads')`);
    await vi.waitFor(() => expect(stage.asked()).toHaveLength(4), 5_000);
    expect(stage.asked().map(({ placements }) => placements.map(({ code }) => code))).toEqual([
      ['top'],
      ['late'],
      ['late'],
      ['top', 'late'],
    ]);
  });

  test('a new route asks for the placements of the new page only', async () => {
    const page = await stage.open(
      stage.publish('/', { head: stage.tag(), body: slot('home', '300x250') + slot('shell', '728x90') }),
    );
    await vi.waitFor(() => expect(stage.asked()).toHaveLength(1), 5_000);
    await page.evaluate(`history.pushState(null, '', '/sport');
      document.querySelector('[data-vigie-placement=home]').remove();
      document.body.insertAdjacentHTML('beforeend', ${JSON.stringify(slot('sport', '300x250'))})`);
    await vi.waitFor(() => expect(stage.asked()).toHaveLength(2), 5_000);
    expect(stage.asked()[1]).toMatchObject({
      url: `${stage.site}/sport`,
      placements: [{ code: 'shell' }, { code: 'sport' }],
    });
    await settle();
    expect(stage.asked()).toHaveLength(2);
  });
});

describe('showing', () => {
  test('an image is shown at its size in a sandbox without scripts, with a name; its impression is told once', async () => {
    const page = await stage.open(stage.publish('/', { head: stage.tag(), body: slot('top', '970x250') }));
    await beaconsBecome(['/i/top', '/w/top']);
    const frame = page.locator('[data-vigie-placement=top] iframe');
    expect(await frame.boundingBox()).toMatchObject({ width: 970, height: 250 });
    expect(await frame.getAttribute('sandbox')).toBe('allow-popups allow-popups-to-escape-sandbox');
    expect(await frame.getAttribute('title')).toBe('Publicité');
    expect(
      await frame
        .contentFrame()
        .locator('img')
        .evaluate((image: Element) => image instanceof HTMLImageElement && image.naturalWidth),
    ).toBe(970);
    await page.evaluate(`document.querySelector('iframe').dispatchEvent(new Event('load'))`);
    await settle(1_300);
    expect(stage.beacons().toSorted()).toEqual(['/i/top', '/w/top']);
  });

  test('scripts run for a creative made of them, and cannot reach the page', async () => {
    const markup = `<script>let seen; try { seen = parent.document.title } catch { seen = 'closed' } document.title = seen; new Image().src = '/image/' + seen + '.svg'</script>`;
    stage.decide(() => ({ creative: { id: 'cr_1', kind: 'html5', width: 300, height: 250, markup } }));
    await stage.open(stage.publish('/', { head: stage.tag(), body: slot('top', '300x250') }));
    await vi.waitFor(() => expect(stage.received.map(({ path }) => path)).toContain('/image/closed.svg'), 5_000);
  });

  test('nothing moves: ads smaller than their place, ads that do not come, ads of the greatest size', async () => {
    stage.decide((code) =>
      code === 'none' || code === 'far' ? null : imageOf(stage, code, code === 'small' ? '728x90' : '970x250'),
    );
    const text = '<p>Le lac est calme ce matin, et les barques sortent une à une du port.</p>';
    const body =
      text +
      slot('small', '970x250,728x90') +
      text +
      slot('none', '300x250') +
      text +
      slot('big', '970x250') +
      text.repeat(60) +
      slot('far', '300x600') +
      text;
    const page = await stage.open(stage.publish('/', { head: stage.tag(), body }), { script: watchShifts });
    await vi.waitFor(() => expect(stage.beacons()).toContain('/w/small'), 5_000);
    expect(await page.evaluate('shift')).toBe(0);
    const heights = await page.evaluate(
      `[...document.querySelectorAll('[data-vigie-placement]')].map((slot) => slot.offsetHeight)`,
    );
    expect(heights).toEqual([250, 250, 250, 0]);
  });

  test('room is made by the tag where the page made none, at the height of the sizes that fit', async () => {
    stage.decide(() => null);
    const body = '<div id="x" data-vigie-placement="x" data-sizes="970x250,320x100,320x50"></div>';
    const page = await stage.open(stage.publish('/', { head: stage.tag(), body }), { width: 400 });
    await page.waitForFunction(`document.getElementById('x').dataset.vigieState === 'empty'`);
    expect(await page.evaluate(`document.getElementById('x').offsetHeight`)).toBe(100);
  });

  test('a click opens the landing page in a new tab, through the click address', async () => {
    const page = await stage.open(stage.publish('/', { head: stage.tag(), body: slot('top', '300x250') }));
    stage.publish('/landing', { body: '<h1>Bienvenue</h1>' });
    const opened = page.waitForEvent('popup');
    await page.frameLocator('iframe').locator('a').click();
    const landing = await opened;
    await landing.waitForURL(`${stage.site}/landing`);
    expect(await landing.textContent('h1')).toBe('Bienvenue');
    expect(stage.beacons().filter((path) => path === '/c/top')).toHaveLength(1);
    expect(page.url()).toBe(`${stage.site}/`);
  });

  test('an edge that fails leaves the page as it is', async () => {
    const page = await stage.open(stage.publish('/', { head: stage.tag(), body: slot('top', '300x250') }), {
      script: `const real = fetch; window.fetch = (url, more) => String(url).includes('decisions') ? Promise.reject(new TypeError('down')) : real(url, more);`,
    });
    const errors: Error[] = [];
    page.on('pageerror', (error: Error) => errors.push(error));
    await page.waitForFunction(`document.querySelector('[data-vigie-placement]').dataset.vigieState === 'empty'`);
    expect(errors).toEqual([]);
    expect(stage.beacons()).toEqual([]);
  });
});

describe('being seen', () => {
  test('under the fold an ad has its impression but is not viewable, until it is scrolled to for a second', async () => {
    const page = await stage.open(
      stage.publish('/', { head: stage.tag(), body: `<div style="height:2000px"></div>${slot('low', '300x250')}` }),
    );
    await beaconsBecome(['/i/low']);
    await settle(1_300);
    expect(stage.beacons()).toEqual(['/i/low']);
    // 124 of 250 pixels: not half.
    await page.evaluate('scrollTo(0, 2000 + 124 - innerHeight)');
    await settle(1_300);
    expect(stage.beacons()).toEqual(['/i/low']);
    await page.evaluate('scrollTo(0, 2000 + 126 - innerHeight)');
    await beaconsBecome(['/i/low', '/w/low']);
  });

  test('two glances of less than a second are no view', async () => {
    const page = await stage.open(
      stage.publish('/', { head: stage.tag(), body: `<div style="height:2000px"></div>${slot('low', '300x250')}<p>` }),
    );
    await beaconsBecome(['/i/low']);
    // Timed in the page, so that a slow test machine does not stretch the glances.
    await page.evaluate(`(async () => {
      const wait = (ms) => new Promise((done) => setTimeout(done, ms));
      for (const y of [2000, 0, 2000, 0]) { scrollTo(0, y); await wait(y ? 600 : 200); }
    })()`);
    await settle(1_200);
    expect(stage.beacons()).toEqual(['/i/low']);
  });

  test('a third of a billboard is enough, of a rectangle it is not', async () => {
    const body = `<div style="height:640px"></div><div style="display:flex"><div style="width:970px">${slot('wide', '970x250')}</div><div style="width:300px">${slot('box', '300x250')}</div></div>`;
    await stage.open(stage.publish('/', { head: stage.tag(), body }), { width: 1300, height: 720 });
    await beaconsBecome(['/i/box', '/i/wide', '/w/wide']);
    await settle(1_200);
    expect(stage.beacons()).not.toContain('/w/box');
  });

  test('a tab behind another sees nothing', async () => {
    const hidden = `Object.defineProperty(document, 'visibilityState', { get: () => window.state || 'hidden', configurable: true });`;
    const page = await stage.open(stage.publish('/', { head: stage.tag(), body: slot('top', '300x250') }), {
      script: hidden,
    });
    await beaconsBecome(['/i/top']);
    await settle(1_300);
    expect(stage.beacons()).toEqual(['/i/top']);
    await page.evaluate(`state = 'visible'; document.dispatchEvent(new Event('visibilitychange'))`);
    await beaconsBecome(['/i/top', '/w/top']);
  });
});

describe('consent', () => {
  /** A consent manager that answers after `delay` ms, or never. */
  const manager = (delay: number, purposes: number[]): string => `window.__tcfapi = (command, version, tell) => {
    tell({ tcString: 'OLD', eventStatus: 'cmpuishown' }, true);
    if (${delay} >= 0) setTimeout(() => tell({ tcString: 'CPabc', eventStatus: 'tcloaded', purpose: { consents: ${JSON.stringify(Object.fromEntries(purposes.map((id) => [id, true])))} } }, true), ${delay});
  };`;
  const asked = (count: number): Promise<void> => vi.waitFor(() => expect(stage.asked()).toHaveLength(count), 5_000);

  test('the string of the consent manager is waited for, and an identifier is made if it allows one', async () => {
    const page = await stage.open(stage.publish('/', { head: stage.tag(), body: slot('top', '300x250') }), {
      script: manager(200, [1, 2]),
    });
    await asked(1);
    expect(stage.asked()[0]).toMatchObject({
      consent: { tcf: 'CPabc' },
      visitor_id: expect.stringMatching(/^[a-z0-9]{20,28}$/),
    });
    await page.evaluate(`vigie('ads')`);
    await asked(2);
    expect(stage.asked()[1]?.visitor_id).toBe(stage.asked()[0]?.visitor_id);
    await page.evaluate(`vigie('consent', { ads: false }); vigie('ads')`);
    await asked(3);
    expect(stage.asked()[2]).not.toHaveProperty('visitor_id');
    expect(await page.evaluate('localStorage.length')).toBe(0);
  });

  test('without purpose 1 there is no identifier', async () => {
    const page = await stage.open(stage.publish('/', { head: stage.tag(), body: slot('top', '300x250') }), {
      script: manager(0, [2]),
    });
    await asked(1);
    expect(stage.asked()[0]).toMatchObject({ consent: { tcf: 'CPabc' } });
    expect(stage.asked()[0]).not.toHaveProperty('visitor_id');
    expect(await page.evaluate('localStorage.length')).toBe(0);
  });

  test('a consent manager that says nothing does not keep the ads back', async () => {
    await stage.open(stage.publish('/', { head: stage.tag(), body: slot('top', '300x250') }), {
      script: manager(-1, []),
    });
    await asked(1);
    expect(stage.asked()[0]).not.toHaveProperty('consent');
  });

  test('Global Privacy Control is told with the request, and keeps the identifier away', async () => {
    const script =
      `Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { value: true });` + manager(0, [1, 2]);
    await stage.open(stage.publish('/', { head: stage.tag(), body: slot('top', '300x250') }), { script });
    await asked(1);
    expect(stage.asked()[0]).toMatchObject({ consent: { ads: false } });
    expect(stage.asked()[0]).not.toHaveProperty('visitor_id');
  });
});
