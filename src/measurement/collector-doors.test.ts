/** What other products' clients rely on at the doors that are made for them, without a server around the collector. */
import { beforeEach, describe, expect, test } from 'vitest';
import { createCollector } from './collector.ts';

let rows: Record<string, unknown>[] = [];
beforeEach(() => {
  rows = [];
});

const site = {
  id: 'site_1',
  number: 7,
  org_id: 'org_1',
  domain: 'news.example',
  time_zone: 'Europe/Paris',
  currency: 'EUR',
  mode: 'exempt' as const,
  sections: [],
};
const collector = createCollector({
  book: () => ({ sites: [site], salts: { '2026-03-02': 'c2FsdA==' } }),
  journal: {
    append: async (line) => {
      const { r }: { r: Record<string, unknown> } = JSON.parse(line);
      rows.push(r);
    },
  },
  clock: () => new Date(Date.UTC(2026, 2, 2, 10)),
  countryOf: () => '',
  mayBackdate: (key) => key === 'secret',
});

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0';
async function ask(url: string, body?: unknown, { ip = '203.0.113.1', ...headers }: Record<string, string> = {}) {
  const reply = await collector.handle({
    method: body === undefined ? 'GET' : 'POST',
    url,
    headers: { 'user-agent': firefox, ...headers },
    body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
    ip,
  });
  return { status: reply.status, text: String(reply.body ?? ''), headers: reply.headers };
}

describe('what Plausible’s clients and servers rely on', () => {
  const event = { n: 'Play', u: 'https://news.example/a', d: 'news.example' };

  test('an event that is no act of the visitor is kept as such; what is no property is left aside', async () => {
    await ask('/api/event', { ...event, interactive: false, p: { a: 'x', b: '', c: ['list'], d: { e: 1 }, f: false } });
    await ask('/api/event', { ...event, interactive: true });
    expect(rows).toMatchObject([{ name: 'Play', passive: 1, props: { a: 'x', f: 'false' } }, { name: 'Play' }]);
    expect(rows[1]).not.toHaveProperty('passive');
  });

  test('the first 30 properties are kept', async () => {
    const many = Object.fromEntries(Array.from({ length: 45 }, (_, i) => [`p${i}`, i]));
    expect((await ask('/api/event', { ...event, p: many })).status).toBe(202);
    expect(Object.keys(rows[0]?.['props'] ?? {})).toHaveLength(30);
  });

  test('a domain that is not measured is dropped, and counts for the others that are named', async () => {
    const unknown = await ask('/api/event', { ...event, d: 'nowhere.example' });
    expect([unknown.status, unknown.headers['x-plausible-dropped'], rows]).toEqual([202, '1', []]);
    expect(unknown.headers['x-vigie-ignored']).toBe('site-unknown');
    await ask('/api/event', { ...event, d: 'nowhere.example,news.example' });
    expect(rows).toMatchObject([{ path: '/a' }]);
  });

  test('without a domain the page’s host is taken; properties and amounts that say nothing are left out', async () => {
    await ask('/api/event', { n: 'pageview', u: 'https://www.news.example/a' });
    await ask('/api/event', { ...event, p: 'not json' });
    await ask('/api/event', { ...event, $: { amount: 'much' } });
    await ask('/api/event', { ...event, $: '{"amount":5,"currency":"EUR"}' });
    expect(rows.map((row) => [row['name'], row['props'], row['revenue_micros']])).toEqual([
      ['pageview', undefined, undefined],
      ['Play', undefined, undefined],
      ['Play', undefined, undefined],
      ['Play', undefined, '5000000'],
    ]);
  });

  test('a debugging request is told the address it counts for; what is wrong stands under its field', async () => {
    const reply = await ask('/api/event', event, { 'x-debug-request': 'true', ip: '203.0.113.9' });
    expect(reply).toMatchObject({ status: 200, text: '203.0.113.9' });
    const wrong = await ask('/api/event', { n: 'x', d: 'news.example' });
    expect([wrong.status, JSON.parse(wrong.text)]).toMatchObject([400, { errors: { url: [expect.any(String)] } }]);
  });
});

describe('Matomo’s older address and places', () => {
  const page = 'idsite=7&rec=1&url=https%3A%2F%2Fnews.example%2Fa';

  test('a custom action of a kind that is not kept is no page view', async () => {
    const reply = await ask(`/matomo.php?${page}&ca=1&hsr_vid=ab&hsr_ev=1`);
    expect([reply.status, reply.headers['x-vigie-ignored'], rows]).toEqual([200, 'not-a-page', []]);
  });

  test('piwik.php is the same door', async () => {
    const reply = await ask(`/piwik.php?${page}&send_image=0`);
    expect([reply.status, rows.length]).toEqual([204, 1]);
  });

  test('a place is believed of a key’s holder, and left aside of anybody else', async () => {
    const place = 'country=fr&region=idf&city=Paris';
    await ask(`/matomo.php?${page}&${place}&token_auth=secret`);
    await ask(`/matomo.php?${page}&${place}`);
    await ask(`/matomo.php?${page}&country=France&region=xx&city=Lyon&token_auth=secret`);
    expect(rows.map(({ country, region, city }) => [country, region, city])).toEqual([
      ['FR', 'FR-IDF', 'Paris'],
      [undefined, undefined, undefined],
      [undefined, undefined, 'Lyon'],
    ]);
  });

  test('requests of one second keep the order in which they are told', async () => {
    const requests = Array.from(
      { length: 50 },
      (_, i) => `?idsite=7&rec=1&url=https://news.example/${i}&cdt=2026-03-02 09:00:00`,
    );
    await ask('/matomo.php', { requests });
    const told = rows.toSorted((a, b) => (String(a['hit_id']) < String(b['hit_id']) ? -1 : 1));
    expect(told.map(({ path }) => path)).toEqual(requests.map((_, i) => `/${i}`));
  });
});
