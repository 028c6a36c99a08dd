import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { agentOf, createCollector } from '#measurement';
import { type Journal, openJournal, openLog } from '#platform';
import { type Book, type Decision, DecisionReply } from './contract.ts';
import { type CountersOnDisk, openCounters } from './counters-on-disk.ts';
import { createEdge, type Edge } from './edge.ts';
import { fixedBook } from './follow-book.ts';
import { sampleBook, sampleCreative, sampleLine } from './sample-book.ts';

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
const html = { 'user-agent': firefox };
const logo = Buffer.from('not really a picture');

const book: Book = sampleBook({
  lines: [
    sampleLine({
      id: 'li_cpm',
      goal: { unit: 'impressions', quantity: 100_000 },
      rate: { model: 'cpm', amount: 525, currency: 'EUR' },
      pacing: 'asap',
    }),
    sampleLine({ id: 'li_cpc', placements: ['pl_side'], rate: { model: 'cpc', amount: 40, currency: 'EUR' } }),
  ],
  creatives: [sampleCreative({ id: 'cr_1', media_type: 'image/svg+xml' })],
  // SHA-256 of "secret"
  keys: [
    {
      id: 'key_1',
      org_id: 'org_1',
      role: 'admin',
      hash: '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b',
    },
  ],
});

let folder: string;
let now: number;
let journal: Journal;
let counters: CountersOnDisk;
let edge: Edge;
let origin: string;

async function start(of: Book = book, simulatedTime = false): Promise<void> {
  const clock = () => new Date(now);
  journal = await openJournal({ folder: join(folder, 'journal'), clock });
  counters = await openCounters({ folder, journal, clock });
  const follower = fixedBook(of);
  edge = createEdge({
    config: { edgeUrl: '', simulatedTime, trustedProxies: [] },
    book: follower,
    journal,
    counters,
    clock,
    random: Math.random,
    log: openLog('edge', 'error', () => undefined),
    collect: createCollector({ book: () => follower.current(), journal, clock, countryOf: () => 'FR' }),
    countryOf: () => 'FR',
    agentOf,
    files: { path: (hash) => join(folder, hash) },
    tags: { 'vigie.js': { body: Buffer.from('tag'), etag: '"1"' } },
    demo: () => new Map([['/demo/', '<!doctype html>demo']]),
  });
  const { port } = await edge.listen(0);
  origin = `http://127.0.0.1:${port}`;
}

async function stop(): Promise<void> {
  await edge.close();
  await counters.close();
  await journal.close();
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-edge-'));
  now = Date.parse('2026-03-02T10:00:00Z');
  await writeFile(join(folder, 'a'.repeat(64)), logo);
  await start();
});
afterEach(async () => {
  await stop();
  await rm(folder, { recursive: true, force: true });
});

const post = (body: unknown, headers: Record<string, string> = html) =>
  fetch(`${origin}/v1/decisions`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers,
  });

async function decide(code = 'top', more: object = {}, headers = html): Promise<Decision> {
  const reply = await post(
    { site: 'journal.example', url: 'https://journal.example/sport/a?b', placements: [{ code }], ...more },
    headers,
  );
  expect(reply.status).toBe(200);
  expect(reply.headers.get('access-control-allow-origin')).toBe('*');
  const [decision] = DecisionReply.parse(await reply.json()).decisions;
  if (!decision) throw new Error('no decision');
  return decision;
}

const call = (url: string | null, headers: Record<string, string> = html) =>
  fetch(url ?? '', { headers, redirect: 'manual' });

async function rows(table = 'ad_events'): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  for await (const { line } of journal.replay()) {
    const { t, r }: { t: string; r: Record<string, unknown> } = JSON.parse(line);
    if (t === table) found.push(r);
  }
  return found;
}

describe('an ad, from the decision to the landing page', () => {
  test('its impression, view and click are written down once each, with what they cost', async () => {
    const decision = await decide();
    expect((await call(decision.impression_url)).status).toBe(200);
    expect((await call(decision.viewable_url)).headers.get('content-type')).toBe('image/gif');
    const click = await call(decision.click_url);
    expect([click.status, click.headers.get('location')]).toEqual([
      302,
      'https://maison-verte.example/printemps?utm_source=journal',
    ]);
    const events = await rows();
    expect(events.map(({ kind, invalid, spend_micros }) => [kind, invalid, spend_micros])).toEqual([
      ['impression', '', '5250'],
      ['viewable', '', '0'],
      ['click', '', '0'],
    ]);
    expect(events[0]).toMatchObject({
      at: '2026-03-02 10:00:00.000',
      local_time: '2026-03-02 11:00:00',
      decision_id: decision.id,
      org_id: 'org_1',
      site_id: 'site_1',
      side: 'sell',
      advertiser_id: 'adv_1',
      order_id: 'ord_1',
      line_item_id: 'li_cpm',
      creative_id: 'cr_1',
      placement_id: 'pl_top',
      section_id: 'sec_sport',
      size: '300x250',
      country: 'FR',
      device: 'desktop',
      browser: 'Firefox',
      os: 'Linux',
      path: '/sport/a',
      visitor: '0',
      currency: 'EUR',
    });
    expect(counters.line('li_cpm')).toMatchObject({ impressions: 1, viewables: 1, clicks: 1 });
  });

  test.each([
    ['maison-verte.example', '&vigie_line=li_cpm'],
    ['example', ''],
  ])('a landing page on a measured site is told the line item (%s)', async (domain, added) => {
    await stop();
    const landing = book.sites.slice(0, 1).map((site) => ({ ...site, id: 'site_l', number: 99, domain }));
    await start({ ...book, sites: [...book.sites, ...landing] });
    const decision = await decide();
    await call(decision.impression_url);
    const click = await call(decision.click_url);
    expect(click.headers.get('location')).toBe(`https://maison-verte.example/printemps?utm_source=journal${added}`);
  });

  test('a click is paid by the click', async () => {
    const decision = await decide('side');
    await call(decision.impression_url);
    await call(decision.click_url);
    expect((await rows()).map(({ kind, spend_micros }) => [kind, spend_micros])).toEqual([
      ['impression', '0'],
      ['click', '400000'],
    ]);
  });

  test.each([
    ['replayed', 'impression_url', async (url: string | null) => void (await call(url)), html, 0],
    ['prefetch', 'impression_url', undefined, { ...html, 'sec-purpose': 'prefetch;prerender' }, 0],
    ['bot', 'impression_url', undefined, { 'user-agent': 'Googlebot/2.1 (+http://www.google.com/bot.html)' }, 0],
    ['expired', 'impression_url', undefined, html, 3_601_000],
    ['expired', 'viewable_url', undefined, html, 3_601_000],
    ['expired', 'click_url', undefined, html, 86_401_000],
    ['click_without_impression', 'click_url', undefined, html, 0],
    ['view_without_impression', 'viewable_url', undefined, html, 0],
  ] as const)('%s: a call of %s is answered, kept and not counted', async (reason, field, before, headers, later) => {
    const decision = await decide();
    await before?.(decision[field]);
    const counted = { ...counters.line('li_cpm') };
    now += later;
    const reply = await call(decision[field], headers);
    expect(reply.status).toBe(field === 'click_url' ? 302 : 200);
    const last = (await rows()).at(-1);
    expect([last?.['invalid'], last?.['spend_micros']]).toEqual([reason, '0']);
    expect(counters.line('li_cpm')).toMatchObject({ impressions: counted.impressions, viewables: 0, clicks: 0 });
  });

  test('twenty calls at once count one', async () => {
    const { impression_url } = await decide();
    await Promise.all(Array.from({ length: 20 }, () => call(impression_url)));
    expect((await rows()).filter(({ invalid }) => invalid === '')).toHaveLength(1);
    expect(counters.line('li_cpm').impressions).toBe(1);
  });

  test('a click late in the day still counts and leads on', async () => {
    const { impression_url, click_url } = await decide();
    await call(impression_url);
    now += 80_000_000;
    expect((await call(click_url)).status).toBe(302);
    expect((await rows()).at(-1)).toMatchObject({ kind: 'click', invalid: '' });
  });

  test.each(['', 'x', 'AQEAAAAA', '%E0%A4%A', '..%2f..%2fhealth', 'a'.repeat(3000)])(
    'a forged address /c/%s is refused and leads nowhere',
    async (token) => {
      const reply = await call(`${origin}/c/${token}?url=https://evil.example`);
      expect(reply.status).toBe(400);
      expect(reply.headers.get('location')).toBeNull();
      expect(await rows()).toEqual([]);
    },
  );
});

test('a restarted edge knows what was counted, from its notes and from the journal', async () => {
  const decision = await decide();
  await call(decision.impression_url);
  await counters.keep();
  await call(decision.viewable_url);
  // As after a crash: nothing is written down at the end.
  await edge.close();
  await journal.close();
  await start();
  expect(counters.line('li_cpm')).toMatchObject({ impressions: 1, viewables: 1, clicks: 0 });
  for (const url of [decision.impression_url, decision.viewable_url])
    await call(String(url).replace(/^http:\/\/[^/]+/, origin));
  expect((await rows()).map(({ kind, invalid }) => [kind, invalid])).toEqual([
    ['impression', ''],
    ['viewable', ''],
    ['impression', 'replayed'],
    ['viewable', 'replayed'],
  ]);
});

test('decisions are added up per line item, placement and minute, crawlers left out', async () => {
  await decide();
  await decide();
  await decide('top', {}, { 'user-agent': 'Googlebot/2.1 (+http://www.google.com/bot.html)' });
  now += 60_000;
  await decide();
  await edge.close();
  expect(await rows('ad_decisions')).toEqual([
    expect.objectContaining({
      line_item_id: 'li_cpm',
      placement_id: 'pl_top',
      at: '2026-03-02 10:00:00.000',
      decisions: 2,
    }),
    expect.objectContaining({
      line_item_id: 'li_cpm',
      placement_id: 'pl_top',
      at: '2026-03-02 10:01:00.000',
      decisions: 1,
    }),
  ]);
});

test('more than ten clicks of one reader on a line item within a minute are a burst', async () => {
  for (let n = 0; n < 12; n++) {
    const decision = await decide('top', { visitor_id: 'v', consent: { ads: true } });
    await call(decision.impression_url);
    await call(decision.click_url);
  }
  const clicks = (await rows()).filter(({ kind }) => kind === 'click').map(({ invalid }) => invalid);
  expect(clicks).toEqual([...Array<string>(10).fill(''), 'click_burst', 'click_burst']);
});

test('requests are added up per minute, filled or not, crawlers left out', async () => {
  await decide();
  await decide('side');
  await decide();
  await decide('top', {}, { 'user-agent': 'Googlebot/2.1 (+http://www.google.com/bot.html)' });
  await edge.close();
  expect(await rows('ad_requests')).toEqual([
    expect.objectContaining({
      placement_id: 'pl_top',
      at: '2026-03-02 10:00:00.000',
      local_time: '2026-03-02 11:00:00',
      country: 'FR',
      device: 'desktop',
      requests: 2,
      filled: 2,
    }),
    expect.objectContaining({ placement_id: 'pl_side', requests: 1, filled: 1 }),
  ]);
});

test('a hit is collected', async () => {
  const reply = await fetch(`${origin}/e`, {
    method: 'POST',
    headers: html,
    body: JSON.stringify({ id: 'h1', site: 'journal.example', url: 'https://journal.example/sport/a' }),
  });
  expect(reply.status).toBe(202);
  expect(await rows('hits')).toHaveLength(1);
});

test('the frame shows the ad, counts its impression without any script of the page, and refuses scripts but its own', async () => {
  const reply = await call(`${origin}/v1/frame/top?site=journal.example`, {
    ...html,
    referer: 'https://journal.example/sport/a',
  });
  const text = await reply.text();
  const pixel = /<img src="([^"]*\/i\/[^"]*)"/.exec(text)?.[1] ?? '';
  expect(text).toContain(`/creatives/${'a'.repeat(64)}`);
  expect(reply.headers.get('content-security-policy')).toMatch(/default-src 'none'.*script-src 'sha256-/);
  await call(pixel);
  expect(await rows()).toEqual([
    expect.objectContaining({ kind: 'impression', path: '/sport/a', section_id: 'sec_sport' }),
  ]);
  expect((await call(`${origin}/v1/frame/none?site=journal.example`)).status).toBe(404);
  expect((await call(`${origin}/v1/frame/%E0%A4%A?site=journal.example`)).status).toBe(400);
  expect((await call(`${origin}/v1/frame/top`)).status).toBe(400);
});

test('files: creatives of the book only, unable to run anything; tags with their name; the demonstration', async () => {
  const creative = await call(`${origin}/creatives/${'a'.repeat(64)}`);
  expect(Buffer.from(await creative.arrayBuffer())).toEqual(logo);
  expect(creative.headers.get('content-type')).toBe('image/svg+xml');
  expect(creative.headers.get('content-security-policy')).toBe(
    "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  );
  expect(creative.headers.get('x-content-type-options')).toBe('nosniff');
  expect(creative.headers.get('cache-control')).toContain('immutable');
  for (const name of ['b'.repeat(64), '../counters.json', '..%2fcounters.json'])
    expect((await call(`${origin}/creatives/${name}`)).status).toBe(404);
  const tag = await call(`${origin}/vigie.js`);
  expect([await tag.text(), tag.headers.get('etag')]).toEqual(['tag', '"1"']);
  expect((await call(`${origin}/vigie.js`, { 'if-none-match': '"1"' })).status).toBe(304);
  expect(await (await call(`${origin}/demo/`)).text()).toContain('demo');
});

test('health tells the book and what waits in the journal', async () => {
  await call((await decide()).impression_url);
  expect(await (await call(`${origin}/health`)).json()).toEqual({
    status: 'ok',
    book: { version: 'v1', age_s: 36_000 },
    journal: { pending: 1 },
    control: { heard_s: 0 },
  });
});

describe('who may say what', () => {
  const keyed = { ...html, authorization: 'Bearer secret' };

  test('user agent and address with a key only', async () => {
    expect((await post({ site: 'journal.example', placements: [{ code: 'top' }], ip: '192.0.2.1' })).status).toBe(401);
    expect((await decide('top', { ip: '192.0.2.1', user_agent: firefox }, keyed)).line_item).toBe('li_cpm');
  });

  test('a time only where time is simulated; the events of the decision then happen at that time', async () => {
    expect(
      (await post({ site: 'journal.example', placements: [{ code: 'top' }], at: '2026-03-10T10:00:00Z' }, keyed))
        .status,
    ).toBe(400);
    await stop();
    await start(book, true);
    const decision = await decide('top', { at: '2026-03-10T10:00:00+01:00' }, keyed);
    await call(decision.impression_url);
    expect((await rows()).at(-1)).toMatchObject({ at: '2026-03-10 09:00:00.000', invalid: '' });
  });

  test('an identifier is used with consent only, and is not kept as it is', async () => {
    const visitorOf = async (more: object, headers = html) => {
      await call((await decide('top', { visitor_id: 'reader-1', ...more }, headers)).impression_url);
      return (await rows()).at(-1)?.['visitor'];
    };
    expect(await visitorOf({})).toBe('0');
    expect(await visitorOf({ consent: { ads: false } })).toBe('0');
    expect(await visitorOf({ consent: { tcf: 'garbage' } })).toBe('0');
    expect(await visitorOf({ consent: { ads: true } }, { ...html, 'sec-gpc': '1' } as typeof html)).toBe('0');
    const known = await visitorOf({ consent: { ads: true } });
    expect(known).toMatch(/^\d{15,20}$/);
    expect(await visitorOf({ consent: { ads: true } })).toBe(known);
  });
});

describe('what is wrong is said, and never ours', () => {
  const good = { site: 'journal.example', placements: [{ code: 'top' }] };
  test.each([
    ['no JSON', '{', 400, 'JSON'],
    ['nothing', '', 400, 'JSON'],
    ['a list', [], 400, 'body'],
    ['null', 'null', 400, 'body'],
    ['no site', { placements: good.placements }, 400, 'site'],
    ['a number as site', { ...good, site: 5 }, 400, 'site'],
    ['an unknown site', { ...good, site: 'x' }, 404, 'site'],
    ['no placement', { ...good, placements: [] }, 400, 'placements'],
    ['placements of a wrong type', { ...good, placements: 'top' }, 400, 'placements'],
    ['too many placements', { ...good, placements: Array(51).fill({ code: 'top' }) }, 400, 'placements'],
    ['an unknown placement', { ...good, placements: [{ code: 'x' }] }, 404, 'placements.0.code'],
    ['a placement that is null', { ...good, placements: [null] }, 400, 'placements.0'],
    ['a prototype as code', { ...good, placements: [{ code: '__proto__' }] }, 404, 'placements.0.code'],
    ['sizes of a wrong type', { ...good, placements: [{ code: 'top', sizes: [300] }] }, 400, 'placements.0.sizes.0'],
    ['an unknown field', { ...good, colour: 'red' }, 400, 'colour'],
    ['an unknown field of a placement', { ...good, placements: [{ code: 'top', x: 1 }] }, 400, 'placements.0.x'],
    ['key-values of a wrong type', { ...good, kv: { a: 'b' } }, 400, 'kv.a'],
    ['an address that is none', { ...good, ip: '999.1.1.1' }, 400, 'ip'],
    ['a time that is none', { ...good, at: 'tomorrow' }, 400, 'at'],
    ['a consent that is both', { ...good, consent: { ads: true, tcf: 'x' } }, 400, 'consent'],
    ['a long URL', { ...good, url: 'x'.repeat(5000) }, 400, 'url'],
    ['a body of 100 kB', { ...good, url: 'x'.repeat(100_000) }, 413, 'bytes'],
  ])('%s', async (_name, body, status, names) => {
    const reply = await post(body);
    expect(reply.status).toBe(status);
    expect(reply.headers.get('content-type')).toBe('application/problem+json');
    const problem: { detail: string } = JSON.parse(await reply.text());
    expect(problem.detail).toContain(names);
  });

  test('a body of 10 MB is cut off, and the edge goes on', async () => {
    const reply = await fetch(`${origin}/v1/decisions`, { method: 'POST', body: new Uint8Array(10 << 20) }).then(
      ({ status }) => status,
      () => 'cut off',
    );
    expect([413, 'cut off']).toContain(reply);
    expect((await post(good)).status).toBe(200);
  });

  test.each([
    ['GET', '/'],
    ['GET', '/%E0%A4%A'],
    ['GET', '/creatives/'],
    ['GET', '/i'],
  ])('%s %s: nothing there', async (method, path) => {
    expect((await fetch(origin + path, { method, headers: html })).status).toBe(404);
  });

  test.each([
    ['GET', '/v1/decisions', 'POST, OPTIONS'],
    ['DELETE', '/v1/decisions', 'POST, OPTIONS'],
    ['POST', '/health', 'GET, HEAD, OPTIONS'],
    ['PUT', '/i/abc', 'GET, POST, OPTIONS'],
    ['POST', '/sellers.json', 'GET, HEAD, OPTIONS'],
  ])('%s %s: not this method, and which ones', async (method, path, allow) => {
    const reply = await fetch(origin + path, { method, headers: html });
    expect(reply.status).toBe(405);
    expect(reply.headers.get('allow')).toBe(allow);
    expect(await reply.json()).toMatchObject({
      status: 405,
      code: 'wrong-method',
      detail: `This address takes ${allow}.`,
    });
  });

  test('what is not HTTP is told so', async () => {
    const reply = await new Promise<string>((resolve) => {
      const socket = connect(Number(new URL(origin).port), '127.0.0.1', () => socket.write('hello\r\n\r\n'));
      socket.on('data', (chunk) => resolve(chunk.toString()));
    });
    expect(reply).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('a preflight is let through', async () => {
    const reply = await fetch(`${origin}/v1/decisions`, { method: 'OPTIONS' });
    expect([reply.status, reply.headers.get('access-control-allow-headers')]).toEqual([
      204,
      'content-type, authorization',
    ]);
  });
});

test('without a book the edge says so and asks for patience', async () => {
  await stop();
  await start({ ...sampleBook(), version: '' });
  const reply = await post({ site: 'journal.example', placements: [{ code: 'top' }] });
  expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '5']);
  expect((await call(`${origin}/health`)).status).toBe(503);
});
