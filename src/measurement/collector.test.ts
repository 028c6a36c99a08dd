import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCollector } from './collector.ts';
import { CollectBody } from './contract.ts';
import { readHit } from './read-hit.ts';

/** What the collector wrote, as rows with their table. */
let rows: ({ t: string } & Record<string, unknown>)[] = [];
let server: Server;
let origin = '';
const now = Date.UTC(2026, 2, 2, 10);

beforeAll(async () => {
  const site = {
    id: 'site_1',
    number: 7,
    org_id: 'org_1',
    domain: 'news.example',
    time_zone: 'Europe/Paris',
    currency: 'EUR',
    mode: 'exempt' as const,
    sections: [{ id: 'sec_sport', path: '/sport' }],
  };
  const book = {
    sites: [
      site,
      { ...site, id: 'site_2', number: 8, domain: 'other.example' },
      { ...site, id: 'site_3', number: 9, domain: 'known.example', mode: 'consented' as const },
    ],
    salts: { '2026-03-02': 'c2FsdA==' },
  };
  const collector = createCollector({
    book: () => book,
    journal: {
      append: async (line) => {
        const { t, r }: { t: string; r: Record<string, unknown> } = JSON.parse(line);
        rows.push({ t, ...r });
      },
    },
    clock: () => new Date(now),
    countryOf: (ip) => (ip === '203.0.113.9' ? 'FR' : ''),
    placeOf: (ip) => (ip === '203.0.113.9' ? { region: 'FR-ARA', city: 'Annecy' } : {}),
    mayBackdate: (key) => key === 'secret',
    identify: (siteId, visitorId, { consent, globalPrivacyControl }) =>
      'ads' in consent && consent.ads && !globalPrivacyControl ? `${siteId.length}${visitorId.length}` : undefined,
  });
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      void collector
        .handle({
          method,
          url,
          headers,
          body: Buffer.concat(chunks),
          ip: String(headers['x-test-ip'] ?? '203.0.113.1'),
        })
        .then((reply) => response.writeHead(reply.status, reply.headers).end(reply.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  rows = [];
});

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0';
const ask = (
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
  method = body === undefined ? 'GET' : 'POST',
) =>
  fetch(origin + path, {
    method,
    headers: { 'user-agent': firefox, 'content-type': 'text/plain', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
const page = { site: 'news.example', url: 'https://news.example/sport/a?utm_source=x' };

describe('POST /e', () => {
  test('an unknown site is refused and says so; nothing is written', async () => {
    const reply = await ask('/e', { ...page, site: 'unknown.example' });
    expect([reply.status, reply.headers.get('x-vigie-ignored')]).toEqual([404, 'site-unknown']);
    expect(rows).toEqual([]);
  });

  test('a page view becomes a row, without the address', async () => {
    const reply = await ask(
      '/e',
      { ...page, id: 'a1', referrer: 'https://www.google.com/', props: { a: 1, b: true }, width: 1200 },
      { 'x-test-ip': '203.0.113.9' },
    );
    expect([
      reply.status,
      reply.headers.get('x-vigie-ignored'),
      reply.headers.get('access-control-allow-origin'),
    ]).toEqual([202, null, '*']);
    expect(rows).toMatchObject([
      {
        t: 'hits',
        hit_id: 'a1',
        name: 'pageview',
        path: '/sport/a',
        section_id: 'sec_sport',
        utm_source: 'x',
        country: 'FR',
        region: 'FR-ARA',
        city: 'Annecy',
        browser: 'Firefox',
        width: 1200,
        props: { a: '1', b: 'true' },
        local_date: '2026-03-02',
        origin: 'live',
      },
    ]);
    expect(JSON.stringify(rows)).not.toContain('203.0.113');
  });

  test.each([
    ['bot', page, { 'user-agent': 'curl/8.0' }],
    ['bot', page, { 'user-agent': '' }],
    ['prefetch', page, { 'sec-purpose': 'prefetch;prerender' }],
    ['not-a-page', { ...page, url: 'file:///home/me/page.html' }, {}],
  ])('%s is not counted, and says so', async (reason, body, headers) => {
    const reply = await ask('/e', body, headers);
    expect([reply.status, reply.headers.get('x-vigie-ignored')]).toEqual([202, reason]);
    expect(rows).toMatchObject([{ t: 'ignored_hits', reason }]);
  });

  test('an id counts once in a site, and once more in another', async () => {
    await ask('/e', { ...page, id: 'twice' });
    const again = await ask('/e', { ...page, id: 'twice' });
    expect([again.status, again.headers.get('x-vigie-ignored')]).toEqual([202, 'duplicate']);
    await ask('/e', { ...page, site: 'other.example', id: 'twice' });
    expect(rows).toHaveLength(2);
  });

  test.each([
    ['body', '{'],
    ['body', '[]'],
    ['site', { url: page.url }],
    ['url', { site: page.site }],
    ['url', { ...page, url: '/relative' }],
    ['name', { ...page, name: 3 }],
    ['scroll', { ...page, scroll: 101 }],
    ['engaged_ms', { ...page, engaged_ms: -1 }],
    ['revenue.amount', { ...page, revenue: { amount: 1.5, currency: 'EUR' } }],
    ['revenue.currency', { ...page, revenue: { amount: 1, currency: 'euro' } }],
    ['consent', { ...page, consent: {} }],
    ['surprise', { ...page, surprise: 1 }],
  ])('a wrong %s is refused by name', async (field, body) => {
    const reply = await ask('/e', body);
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({ code: 'bad-input', field });
    expect(rows).toEqual([]);
  });

  test('a body of 10 MB is refused', async () => {
    expect((await ask('/e', { ...page, referrer: 'x'.repeat(10_000_000) })).status).toBe(413);
  });

  test('other methods are refused; a preflight is answered', async () => {
    expect((await ask('/e')).status).toBe(405);
    expect((await ask('/e', undefined, {}, 'OPTIONS')).headers.get('access-control-allow-methods')).toContain('POST');
  });
});

test('POST /e takes and refuses what its contract says', () => {
  const text = (most: number) =>
    fc.oneof(fc.string({ maxLength: 8 }), fc.constant('x'.repeat(most)), fc.constant('x'.repeat(most + 1)));
  const odd = fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.double(),
    fc.string({ maxLength: 3 }),
    fc.constant([]),
    fc.constant({}),
  );
  const whole = (most: number) =>
    fc.oneof(fc.integer({ min: -2, max: most + 2 }), fc.constantFrom(0, most, most + 1, 0.5));
  const bodies = fc.record(
    {
      site: fc.oneof(
        { weight: 9, arbitrary: fc.constant('news.example') },
        { weight: 1, arbitrary: fc.oneof(text(253), odd) },
      ),
      url: fc.oneof({ weight: 9, arbitrary: fc.webUrl() }, { weight: 1, arbitrary: odd }),
      id: fc.oneof(text(64), odd),
      name: fc.oneof(text(120), odd),
      referrer: fc.oneof(text(4096), odd),
      props: fc.oneof(
        fc.constant(Object.fromEntries(Array.from({ length: 31 }, (_, i) => [`k${i}`, i]))),
        fc.dictionary(fc.string({ maxLength: 4 }), fc.oneof(text(2000), fc.integer(), fc.boolean(), odd), {
          maxKeys: 3,
        }),
        odd,
      ),
      revenue: fc.oneof(
        fc.record({ amount: fc.oneof(whole(1000), odd), currency: fc.constantFrom('EUR', 'JPY', 'eur', '') }),
        odd,
      ),
      engaged_ms: fc.oneof(whole(10), odd),
      scroll: fc.oneof(whole(100), odd),
      language: fc.oneof(text(35), odd),
      width: fc.oneof(whole(65_535), odd),
      consent: fc.oneof(
        fc.record({ ads: fc.oneof(fc.boolean(), odd) }),
        fc.record({ tcf: text(8192) }),
        fc.record({ tcf: fc.string(), ads: fc.boolean() }),
        odd,
      ),
      other: odd,
    },
    { requiredKeys: ['site', 'url'] },
  );
  // A body with few fields is sound often enough for both sides of the test to happen.
  const few = fc
    .tuple(
      bodies,
      fc.subarray(
        ['id', 'name', 'referrer', 'props', 'revenue', 'engaged_ms', 'scroll', 'language', 'width', 'consent', 'other'],
        { maxLength: 2 },
      ),
    )
    .map(([body, kept]) =>
      Object.fromEntries(
        Object.entries(body).filter(([key]) => key === 'site' || key === 'url' || kept.some((name) => name === key)),
      ),
    );
  let [taken, refused] = [0, 0];
  fc.assert(
    fc.property(few, (given) => {
      const body: unknown = JSON.parse(JSON.stringify(given));
      const isContract = CollectBody.safeParse(body).success;
      let isRead = true;
      try {
        readHit(body);
      } catch {
        isRead = false;
      }
      if (isContract) taken++;
      else refused++;
      expect(isRead).toBe(isContract);
    }),
    { numRuns: 2000 },
  );
  expect(Math.min(taken, refused)).toBeGreaterThan(200);
});

describe('POST /api/event', () => {
  test('takes long and short names, as text or JSON, for several domains', async () => {
    const long = {
      domain: 'news.example',
      name: 'Signup',
      url: 'https://news.example/a',
      referrer: 'https://t.co/x',
      props: { plan: 'pro', none: null },
      revenue: { amount: '19.90', currency: 'EUR' },
    };
    const reply = await ask('/api/event', long, { 'content-type': 'application/json' });
    expect([reply.status, await reply.text()]).toEqual([202, 'ok']);
    const short = {
      n: 'pageview',
      u: 'https://news.example/b',
      d: 'news.example,other.example',
      r: null,
      w: 1024,
      p: JSON.stringify({ a: 1 }),
    };
    expect((await ask('/api/event', short)).status).toBe(202);
    await ask('/api/event', {
      n: 'Buy',
      u: 'https://news.example/b',
      d: 'news.example',
      m: '{"k":"v"}',
      $: '{"amount":5,"currency":"USD"}',
    });
    expect(rows).toMatchObject([
      { name: 'Signup', source: 'Twitter', props: { plan: 'pro' }, revenue_micros: '19900000', currency: 'EUR' },
      { site_id: 'site_1', name: 'pageview', path: '/b', width: 1024, props: { a: '1' } },
      { site_id: 'site_2', name: 'pageview', path: '/b' },
      { name: 'Buy', props: { k: 'v' }, revenue_micros: '5000000', currency: 'USD' },
    ]);
  });

  test('engagement carries its time and scroll depth', async () => {
    await ask('/api/event', { n: 'engagement', u: 'https://news.example/a', d: 'news.example', e: 4500, sd: 60 });
    expect(rows).toMatchObject([{ name: 'engagement', engaged_ms: 4500, scroll: 60 }]);
  });

  test('a machine is dropped, and says so in both ways', async () => {
    const reply = await ask(
      '/api/event',
      { n: 'pageview', u: 'https://news.example/', d: 'news.example' },
      { 'user-agent': 'Googlebot/2.1' },
    );
    expect([reply.status, reply.headers.get('x-vigie-ignored'), reply.headers.get('x-plausible-dropped')]).toEqual([
      202,
      'bot',
      '1',
    ]);
  });

  test.each([
    ['domain', { n: 'pageview', u: 'https://news.example/', d: ' , ' }, 400],
    ['name', { u: 'https://news.example/', d: 'news.example' }, 400],
    ['url', { n: 'pageview', d: 'news.example' }, 400],
  ])('a wrong %s is refused', async (field, body, status) => {
    const reply = await ask('/api/event', body);
    expect(reply.status).toBe(status);
    expect(await reply.json()).toMatchObject({ field });
  });
});

describe('what only some hits carry', () => {
  const known = { site: 'known.example', url: 'https://known.example/', visitor_id: 'abc' };

  test('an identifier is hashed with consent, on a site in consented mode, without a privacy signal; else it is dropped', async () => {
    await ask('/e', { ...known, consent: { ads: true } });
    await ask('/e', { ...known, consent: { ads: false } });
    await ask('/e', known);
    await ask('/e', { ...known, consent: { ads: true } }, { 'sec-gpc': '1' });
    await ask('/e', { ...known, site: 'news.example', url: 'https://news.example/', consent: { ads: true } });
    expect(rows.map((row) => row['identified'])).toEqual(['63', undefined, undefined, undefined, undefined]);
    expect(JSON.stringify(rows)).not.toContain('abc');
  });

  test('words of the site’s own search are read from page views, the line item of an ad from every hit', async () => {
    const url = 'https://news.example/s?page=2&q=%20Lac%20%20d%E2%80%99Annecy&vigie_line=li_7';
    await ask('/e', { site: 'news.example', url });
    await ask('/e', { site: 'news.example', url, name: 'Signup' });
    await ask('/e', { site: 'news.example', url: 'https://news.example/?vigie_line=%27;drop' });
    expect(rows.map((row) => [row['site_search'], row['line_item_id']])).toEqual([
      ['lac d’annecy', 'li_7'],
      [undefined, 'li_7'],
      [undefined, undefined],
    ]);
  });

  test('web vitals are rounded; what a browser does not measure is no zero', async () => {
    const report = { site: 'news.example', url: 'https://news.example/', name: 'engagement' };
    await ask('/e', { ...report, vitals: { lcp: 1234.4, inp: 48, cls: 0.0514 } });
    await ask('/e', { ...report, vitals: { lcp: 900 } });
    expect(rows.map((row) => [row['lcp_ms'], row['inp_ms'], row['cls_milli']])).toEqual([
      [1234, 48, 51],
      [900, 0, undefined],
    ]);
    const wrong = await ask('/e', { ...report, vitals: { lcp: -1 } });
    expect([wrong.status, await wrong.json()]).toMatchObject([400, { field: 'vitals.lcp' }]);
  });
});

describe('/matomo.php', () => {
  const base = 'idsite=7&rec=1&url=https%3A%2F%2Fnews.example%2Fa';

  test('answers an image, or nothing when asked so', async () => {
    const image = await ask(
      `/matomo.php?${base}&action_name=Title&urlref=https%3A%2F%2Fwww.bing.com%2F&res=1920x1080&lang=fr`,
    );
    expect([image.status, image.headers.get('content-type')]).toEqual([200, 'image/gif']);
    expect((await image.arrayBuffer()).byteLength).toBeGreaterThan(30);
    expect((await ask(`/matomo.php?${base}&send_image=0`)).status).toBe(204);
    expect(rows).toMatchObject([
      { name: 'pageview', path: '/a', source: 'Bing', width: 1920, language: 'fr', props: { title: 'Title' } },
      { name: 'pageview' },
    ]);
  });

  test.each([
    [
      'e_c=Videos&e_a=Play&e_n=Intro&e_v=3',
      { name: 'Play', props: { category: 'Videos', label: 'Intro', value: '3' } },
    ],
    [
      'link=https%3A%2F%2Felsewhere.example%2F%3Femail%3Djane',
      { name: 'Outbound Link: Click', props: { url: 'https://elsewhere.example/' } },
    ],
    [
      'download=https%3A%2F%2Fnews.example%2Fa.pdf',
      { name: 'File Download', props: { url: 'https://news.example/a.pdf' } },
    ],
    [
      'search=lac&search_cat=news&search_count=3',
      { name: 'site search', props: { term: 'lac', category: 'news', results: '3' } },
    ],
    [
      'idgoal=0&ec_id=A1&revenue=12.5',
      { name: 'order', props: { order_id: 'A1' }, revenue_micros: '12500000', currency: 'EUR' },
    ],
    ['idgoal=3&revenue=2', { name: 'goal 3', revenue_micros: '2000000' }],
    ['ping=1', { name: 'engagement' }],
    ['ping=6&pv_id=a1b2c3&pf_net=12&pf_srv=80', { name: 'engagement', props: { pf_net: '12', pf_srv: '80' } }],
    [
      'action_name=Home&pf_net=12&pf_onl=350&pf_dm1=x',
      { name: 'pageview', props: { title: 'Home', pf_net: '12', pf_onl: '350' } },
    ],
    ['ca=1&e_c=Videos&e_a=Play', { name: 'Play', props: { category: 'Videos' } }],
    [
      'ca=1&ma_id=x1&ma_ti=Film&ma_re=https%3A%2F%2Fnews.example%2Ff.mp4&ma_mt=video&ma_pn=html5&ma_st=8&ma_le=60&ma_ps=9',
      {
        name: 'media',
        props: { media: 'Film', resource: 'https://news.example/f.mp4', type: 'video', player: 'html5', spent: '8' },
      },
    ],
    ['c_n=Banner&c_p=a.jpg&c_t=%2Fx', { name: 'content impression', props: { content: 'Banner', piece: 'a.jpg' } }],
    ['c_n=Banner&c_i=click', { name: 'content interaction', props: { interaction: 'click' } }],
    ['dimension2=subscriber&_pks=A1&_pkn=Umbrella', { props: { dimension2: 'subscriber', product: 'Umbrella' } }],
    ['idgoal=0&revenue=40&ec_items=%5B%5B%22A%22%2C%22Umbrella%22%2C%22Rain%22%2C20%2C2%5D%5D', { name: 'cart' }],
    ['cdo=60', { at: '2026-03-02 09:59:00.000' }],
    ['cdt=2026-03-02T09:30:00.000Z', { at: '2026-03-02 09:30:00.000' }],
    ['cdt=2026-03-02T10%3A30%3A00%2B01%3A00', { at: '2026-03-02 09:30:00.000' }],
    [
      `ua=Mozilla%2F5.0%20(Windows%20NT%2010.0%3B%20Win64%3B%20x64)%20AppleWebKit%2F537.36%20(KHTML,%20like%20Gecko)%20Chrome%2F140.0.0.0%20Safari%2F537.36&uadata=${encodeURIComponent('{"brands":[{"brand":"Brave","version":"140"},{"brand":"Chromium","version":"140"}],"platform":"Windows","platformVersion":"15.0.0","mobile":false}')}`,
      { browser: 'Brave', os: 'Windows', os_version: '11' },
    ],
  ])('%s', async (query, row) => {
    expect((await ask(`/matomo.php?${base}&${query}`)).status).toBe(200);
    expect(rows).toMatchObject([row]);
  });

  test('a form body counts like a query; the site may be named by its domain; the page may be the Referer', async () => {
    await ask('/matomo.php', base, { 'content-type': 'application/x-www-form-urlencoded' });
    await ask('/matomo.php?idsite=news.example&rec=1', undefined, { referer: 'https://news.example/from-image' });
    expect(rows).toMatchObject([{ path: '/a' }, { path: '/from-image' }]);
  });

  test('a bulk request counts each of its own, and names the wrong ones', async () => {
    const requests = [
      `?${base}`,
      `?idsite=99&rec=1&url=https%3A%2F%2Fnews.example%2F`,
      { idsite: 7, rec: 1, url: 'https://news.example/c' },
      5,
    ];
    const wrong = await ask('/matomo.php', { requests });
    expect(wrong.status).toBe(400);
    const reply = await ask('/matomo.php', { requests: requests.slice(0, 3) });
    expect(await reply.json()).toEqual({ status: 'success', tracked: 2, invalid: 1, invalid_indices: [1] });
    expect(rows.map((row) => row['path'])).toEqual(['/a', '/c']);
  });

  test('visitors are told apart by the tracker’s own id', async () => {
    for (const id of ['0123456789abcdef', 'fedcba9876543210', '0123456789abcdef'])
      await ask(`/matomo.php?${base}&_id=${id}`);
    const [first, second, third] = rows.map((row) => row['visitor']);
    expect(first).toBe(third);
    expect(first).not.toBe(second);
    expect(JSON.stringify(rows)).not.toContain('0123456789abcdef');
  });

  test('the past and other addresses need a key; a queue of today does not', async () => {
    const past = `/matomo.php?${base}&cdt=2026-01-05%2012%3A00%3A00`;
    expect((await ask(past)).status).toBe(403);
    expect((await ask(`${past}&token_auth=wrong`)).status).toBe(403);
    expect((await ask(`/matomo.php?${base}&cip=203.0.113.9`)).status).toBe(403);
    expect((await ask(past, undefined, { authorization: 'Bearer wrong' })).status).toBe(403);
    expect(rows).toEqual([]);
    const bearer = { authorization: 'Bearer secret' };
    expect((await ask(`${past}&cip=203.0.113.9`, undefined, bearer)).status).toBe(200);
    expect(
      (
        await ask(
          `/matomo.php?${base}&cdt=${now / 1000 - 3600}&ua=${encodeURIComponent('Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile/15E148 Safari/604.1')}`,
        )
      ).status,
    ).toBe(200);
    expect(rows).toMatchObject([
      { at: '2026-01-05 12:00:00.000', country: 'FR' },
      { at: '2026-03-02 09:00:00.000', device: 'phone' },
    ]);
  });

  test.each([
    ['idsite', 'rec=1&url=https%3A%2F%2Fnews.example%2F', 400],
    ['idsite', 'idsite=99&rec=1&url=https%3A%2F%2Fnews.example%2F', 404],
    ['url', 'idsite=7&rec=1&url=nonsense', 400],
    ['rec', 'idsite=7&rec=0&url=https%3A%2F%2Fnews.example%2F', 400],
    ['cdt', `${base}&cdt=yesterday`, 400],
    ['cdt', `${base}&cdt=2030-01-01%2000%3A00%3A00`, 400],
  ])('a wrong %s is refused', async (field, query, status) => {
    const reply = await ask(`/matomo.php?${query}`);
    expect(reply.status).toBe(status);
    expect(await reply.json()).toMatchObject({ field });
    expect(rows).toEqual([]);
  });

  test('a machine gets its image and is named', async () => {
    const reply = await ask(`/matomo.php?${base}`, undefined, { 'user-agent': 'GPTBot/1.1' });
    expect([reply.status, reply.headers.get('x-vigie-ignored')]).toEqual([200, 'bot']);
    expect(rows).toMatchObject([{ t: 'ignored_hits', reason: 'bot', category: 'ai' }]);
  });
});
