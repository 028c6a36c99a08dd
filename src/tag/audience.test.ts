import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
}, 60_000);
afterEach(() => stage.clear());
afterAll(() => stage.close());

const hitsBecome = (count: number): Promise<void> => vi.waitFor(() => expect(stage.hits()).toHaveLength(count), 5_000);

/** Long enough for anything on its way to arrive. */
const settle = (): Promise<void> => new Promise((done) => setTimeout(done, 300));

/** Another window takes the keyboard. */
const blur = `document.hasFocus = () => false; dispatchEvent(new Event('blur'));`;
const focus = `document.hasFocus = () => true; dispatchEvent(new Event('focus'));`;
const hide = `Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true }); document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));`;
const show = `Object.defineProperty(document, 'visibilityState', { value: 'visible', configurable: true }); document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));`;

describe.each(['vigie.js', 'vigie.audience.js'] as const)('%s', (name) => {
  test('a page view says where, from where, in which language and how wide', async () => {
    const url = stage.publish('/article', { head: stage.tag(name) });
    const from = stage.publish('/', { body: '<a href="/article?a=1#part">Lire</a>' });
    const page = await stage.open(from);
    await page.click('a');
    await hitsBecome(1);
    expect(stage.hits()[0]).toEqual({
      id: expect.stringMatching(/^[a-z0-9]{20,28}$/),
      site: 'journal.test',
      url: `${url}?a=1`,
      referrer: from,
      language: 'fr-FR',
      width: 1280,
    });
    const message = stage.received.find(({ path }) => path === '/e');
    expect(message?.method).toBe('POST');
    expect(message?.headers['content-type']).toMatch(/^text\/plain/);
    expect(message?.headers.cookie).toBeUndefined();
    expect(await page.context().cookies(stage.edge)).toHaveLength(1);
    expect(stage.received.filter(({ method }) => method === 'OPTIONS')).toEqual([]);
  });

  test('without data-site the site is the host name', async () => {
    await stage.open(stage.publish('/', { head: stage.tag(name, '') }));
    await hitsBecome(1);
    expect(stage.hits()[0]?.site).toBe('journal.test');
  });

  test('a tag pasted twice counts once', async () => {
    await stage.open(stage.publish('/', { head: stage.tag(name) + stage.tag(name) }));
    await hitsBecome(1);
    await settle();
    expect(stage.hits()).toHaveLength(1);
  });
});

describe('single-page applications', () => {
  test('a new address is a new page view, the same one is not', async () => {
    const url = stage.publish('/', { head: stage.tag('vigie.audience.js'), body: '<div style="height:3000px">' });
    const page = await stage.open(url);
    await hitsBecome(1);
    await page.evaluate(`
      history.replaceState({ scroll: 1 }, '');
      history.replaceState(null, '', location.href);
      history.pushState(null, '', '#part');
      history.pushState(null, '', '/sport');
      history.replaceState(null, '', '/sport?page=2');
    `);
    await hitsBecome(5);
    const views = (): string[] =>
      stage
        .hits()
        .filter((hit) => hit.name === undefined)
        .map((hit) => `${hit.url} from ${hit.referrer}`);
    // Messages of one moment travel side by side: their order is not promised.
    expect(views().toSorted()).toEqual(
      [
        `${url} from undefined`,
        `${stage.site}/sport from ${url}`,
        `${stage.site}/sport?page=2 from ${stage.site}/sport`,
      ].toSorted(),
    );
    await page.goBack();
    await vi.waitFor(() => expect(views()).toContain(`${url} from ${stage.site}/sport?page=2`), 5_000);
    expect(new Set(stage.hits().map((hit) => hit.id)).size).toBe(stage.hits().length);
  });

  test('a page that comes back from the back-forward cache is viewed again', async () => {
    const page = await stage.open(stage.publish('/', { head: stage.tag('vigie.audience.js') }));
    await hitsBecome(1);
    await page.evaluate(`dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }))`);
    await page.evaluate(`dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))`);
    await hitsBecome(2);
    await settle();
    expect(stage.hits()).toHaveLength(2);
  });
});

describe('engagement', () => {
  test('only visible and focused time counts, and it is told in parts that add up', async () => {
    const url = stage.publish('/long', { head: stage.tag('vigie.audience.js'), body: '<div style="height:1440px">' });
    const page = await stage.open(url, { clock: true });
    await hitsBecome(1);
    await page.clock.pauseAt(Date.now() + 60_000);
    await page.evaluate(blur);
    await page.evaluate(focus);
    await settle();
    const before = stage.hits().length;
    await page.clock.runFor(4_000);
    await page.evaluate(blur);
    await page.clock.runFor(7_000);
    await page.evaluate(focus);
    await page.clock.runFor(2_500);
    await page.evaluate(hide);
    await page.clock.runFor(9_000);
    await page.evaluate(show);
    await page.clock.runFor(400);
    await page.evaluate(hide);
    await hitsBecome(before + 2);
    await settle();
    expect(stage.hits().slice(before)).toMatchObject([
      { name: 'engagement', url, engaged_ms: 4_000, scroll: 50 },
      { name: 'engagement', url, engaged_ms: 2_500, scroll: 50 },
    ]);
  });

  test('a deeper scroll is told even when little time has passed, a shallower one is not', async () => {
    const page = await stage.open(
      stage.publish('/long', { head: stage.tag('vigie.audience.js'), body: '<div style="height:2880px">' }),
    );
    await hitsBecome(1);
    await page.evaluate(blur);
    await hitsBecome(2);
    await page.evaluate(focus);
    await page.mouse.wheel(0, 1_440);
    await page.waitForFunction('scrollY >= 1440');
    await page.evaluate(blur);
    await hitsBecome(3);
    await page.evaluate(focus);
    await page.evaluate('scrollTo(0, 0)');
    await page.evaluate(blur);
    await settle();
    expect(
      stage
        .hits()
        .slice(1)
        .map((hit) => hit.scroll),
    ).toEqual([25, 75]);
  });

  test('leaving the page tells what was read of it', async () => {
    const next = stage.publish('/next', {});
    const url = stage.publish('/', { head: stage.tag('vigie.audience.js'), body: `<a href="${next}">Suite</a>` });
    const page = await stage.open(url);
    await hitsBecome(1);
    await page.waitForTimeout(1_100);
    await page.click('a');
    await vi.waitFor(() => expect(stage.hits().at(-1)?.name).toBe('engagement'), 5_000);
    const engagements = stage.hits().filter((hit) => hit.name === 'engagement');
    expect(engagements.every((hit) => hit.url === url)).toBe(true);
    expect(engagements.reduce((sum, hit) => sum + (hit.engaged_ms ?? 0), 0)).toBeGreaterThanOrEqual(1_000);
  });
});

test('custom events wait in the queue for the script, and go at once after', async () => {
  const stub = `<script>window.vigie=window.vigie||function(){(vigie.q=vigie.q||[]).push(arguments)};
    vigie('event', 'subscribe', { props: { plan: 'year' }, revenue: { amount: 9900, currency: 'EUR' } })</script>`;
  const url = stage.publish('/offre', { head: stub + stage.tag('vigie.audience.js') });
  const page = await stage.open(url);
  await hitsBecome(2);
  await page.evaluate(`vigie('event', 'share')`);
  await hitsBecome(3);
  expect(stage.hits()).toEqual(
    expect.arrayContaining([
      expect.not.objectContaining({ name: expect.anything() }),
      expect.objectContaining({
        name: 'subscribe',
        url,
        props: { plan: 'year' },
        revenue: { amount: 9900, currency: 'EUR' },
      }),
      expect.objectContaining({ name: 'share', url }),
    ]),
  );
});

test('a prerendered page is counted when it is shown, not before', async () => {
  const script = `Object.defineProperty(document, 'prerendering', { value: true, configurable: true });`;
  const page = await stage.open(stage.publish('/', { head: stage.tag('vigie.audience.js') }), { script });
  await settle();
  expect(stage.hits()).toEqual([]);
  await page.evaluate(
    `Object.defineProperty(document, 'prerendering', { value: false }); document.dispatchEvent(new Event('prerenderingchange'));`,
  );
  await hitsBecome(1);
});

describe('privacy', () => {
  test('Global Privacy Control is a no to ads that the page cannot overrule', async () => {
    const script = `Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { value: true });`;
    const page = await stage.open(stage.publish('/', { head: stage.tag('vigie.audience.js') }), { script });
    await hitsBecome(1);
    await page.evaluate(`vigie('consent', { ads: true }); vigie('event', 'x')`);
    await hitsBecome(2);
    expect(stage.hits().map((hit) => hit.consent)).toEqual([{ ads: false }, { ads: false }]);
  });

  test('who opts out sends nothing, on that page and the next', async () => {
    stage.publish('/next', { head: stage.tag(), body: '<div data-vigie-placement="top" data-sizes="300x250"></div>' });
    const page = await stage.open(stage.publish('/', { head: stage.tag() }));
    await hitsBecome(1);
    await page.waitForFunction(`performance.getEntriesByName('${stage.edge}/vigie.behaviour.js').length > 0`);
    await page.evaluate(`vigie('optout'); vigie('event', 'x')`);
    const before = stage.received.length;
    await page.goto(`${stage.site}/next`);
    await page.waitForFunction('window.vigie && vigie.on');
    await settle();
    expect(stage.received.slice(before).map(({ path }) => path)).toEqual(['/vigie.js']);
    expect(stage.hits()).toHaveLength(1);
    await page.evaluate(`vigie('optout', false); vigie('event', 'back')`);
    await hitsBecome(2);
  });

  test('nothing is kept on the device', async () => {
    const body = '<div data-vigie-placement="top" data-sizes="300x250"></div>';
    const page = await stage.open(stage.publish('/', { head: stage.tag(), body }));
    await vi.waitFor(() => expect(stage.asked()).toHaveLength(1));
    expect(await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]')).toEqual([0, 0, '']);
    expect(stage.asked()[0]).not.toHaveProperty('visitor_id');
  });

  test('a local page sends nothing unless it asks for it', async () => {
    stage.publish('/', { head: stage.tag() });
    stage.publish('/local', { head: stage.tag('vigie.js', 'data-site="journal.test" data-local') });
    const local = stage.site.replace('journal.test', '127.0.0.1');
    const page = await stage.open(`${local}/`);
    await page.waitForFunction('window.vigie && vigie.on');
    await settle();
    expect(stage.hits()).toEqual([]);
    await stage.open(`${local}/local`);
    await hitsBecome(1);
  });
});

describe('behaviour, told by a script that comes later', () => {
  const named = (name: string) =>
    stage
      .hits()
      .filter((hit) => hit.name === name)
      .map((hit) => hit.props);

  test('clicks that leave, files taken away and forms sent are events; what was typed and what addresses ask is not in them', async () => {
    const url = stage.publish('/links', {
      head: stage.tag('vigie.audience.js'),
      body: `<a id="out" href="https://elsewhere.test/a?b=1" target="_blank">out</a><a id="in" href="#here">in</a>
        <a id="file" href="/report.PDF?for=secret" target="_blank">file</a>
        <form id="letter" onsubmit="event.preventDefault()"><input name="id" value="secret@example.org"><button>Go</button></form>`,
    });
    const page = await stage.open(url);
    await page.waitForFunction(`performance.getEntriesByName('${stage.edge}/vigie.behaviour.js').length > 0`);
    await settle();
    for (const id of ['#out', '#in', '#file', 'button']) await page.click(id);
    await vi.waitFor(() => expect(named('Form: Submission')).toHaveLength(1), 5_000);
    expect(named('Outbound Link: Click')).toEqual([{ url: 'https://elsewhere.test/a' }]);
    expect(named('File Download')).toEqual([{ url: `${stage.site}/report.PDF` }]);
    expect(named('Form: Submission')).toEqual([{ path: '/links', form: 'letter' }]);
    for (const kept of ['secret', 'b=1']) expect(JSON.stringify(stage.hits())).not.toContain(kept);
  });

  test('a page that is not found says so, another does not', async () => {
    stage.publish('/missing', { head: stage.tag('vigie.audience.js'), status: 404 });
    stage.publish('/there', { head: stage.tag('vigie.audience.js') });
    await stage.open(`${stage.site}/missing`);
    await stage.open(`${stage.site}/there`);
    await vi.waitFor(() => expect(named('404')).toEqual([{ path: '/missing' }]), 5_000);
    await settle();
    expect(named('404')).toHaveLength(1);
  });

  test('web vitals are told once, when the page is left', async () => {
    const page = await stage.open(
      stage.publish('/vitals', { head: stage.tag('vigie.audience.js'), body: '<h1>A large title</h1>' }),
    );
    await settle();
    await settle();
    await page.evaluate(hide);
    await page.evaluate(show);
    await page.evaluate(hide);
    await vi.waitFor(() => expect(stage.hits().filter((hit) => hit.vitals)).toHaveLength(1), 5_000);
    const [told] = stage.hits().filter((hit) => hit.vitals);
    expect(told).toMatchObject({ name: 'engagement', url: `${stage.site}/vitals` });
    expect(told?.vitals?.lcp).toBeGreaterThan(0);
  });

  test('the publisher leaves things out by name', async () => {
    const page = await stage.open(
      stage.publish('/quiet', {
        head: stage.tag('vigie.audience.js', 'data-site="journal.test" data-without="links forms"'),
        body: '<a id="out" href="https://elsewhere.test/" target="_blank">out</a>',
      }),
    );
    await settle();
    await page.click('#out');
    await settle();
    expect(named('Outbound Link: Click')).toEqual([]);
  });
});
