/**
 * Every address of the edge, generated from its table: as nobody, with a key of every role and with another organisation's. The edge
 * is public, so a key opens nothing but the few things that only its own organisation may say; none shows what is another's. An
 * address without a case fails the first test.
 */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { roles } from '#people/contract';
import { type Book, type Decision, DecisionReply } from './contract.ts';
import { type EdgeAddress, edgeAddresses } from './edge-addresses.ts';
import { edgeForTests, firefox } from './edge-for-tests.ts';
import { sampleBook, sampleCreative, sampleLine, samplePlacement } from './sample-book.ts';

const scripts = ['vigie.js', 'vigie.audience.js', 'vigie.formats.js', 'vigie.behaviour.js'];
const ours = { site: 'journal.example', code: 'top', file: 'a'.repeat(64) };
const theirs = { site: 'rival.example', code: 'rival', file: 'b'.repeat(64) };
const keyOf = (org: string, role: string) => ({
  id: `key_${org}_${role}`,
  org_id: org,
  role,
  hash: createHash('sha256').update(`${org} ${role}`).digest('hex'),
});

const [own] = sampleBook().sites;
const book: Book = sampleBook({
  sites: own
    ? [own, { ...own, id: 'site_theirs', number: 2, org_id: 'org_theirs', domain: theirs.site, sections: [] }]
    : [],
  placements: [
    samplePlacement({ id: 'pl_top', code: ours.code }),
    samplePlacement({ id: 'pl_theirs', org_id: 'org_theirs', site_id: 'site_theirs', code: theirs.code }),
  ],
  lines: [
    sampleLine({ id: 'li_ours' }),
    sampleLine({
      id: 'li_theirs',
      org_id: 'org_theirs',
      advertiser: 'Their advertiser',
      placements: ['pl_theirs'],
      creatives: [{ id: 'cr_theirs', weight: 100, start: null, end: null }],
    }),
  ],
  creatives: [
    sampleCreative({ id: 'cr_1', file_hash: ours.file }),
    sampleCreative({ id: 'cr_theirs', file_hash: theirs.file, landing_url: 'https://theirs.example/' }),
  ],
  keys: [...roles.map((role) => keyOf('org_1', role)), keyOf('org_theirs', 'admin')],
});

let edge: Awaited<ReturnType<typeof edgeForTests>>;
let ad: Decision;
let wrapped: string;
beforeAll(async () => {
  const file = { body: Buffer.from('tag'), etag: '"1"' };
  edge = await edgeForTests(book, '2026-03-02T10:00:00Z', {
    tags: Object.fromEntries(scripts.map((script) => [script, file])),
    demo: () => new Map([['/demo/', 'demo']]),
  });
  ad = await decide();
  wrapped = ad.impression_url?.split('/i/').at(-1) ?? '';
});
afterAll(() => edge?.close());

async function decide(): Promise<Decision> {
  const reply = await ask(undefined, 'POST', '/v1/decisions', { site: ours.site, placements: [{ code: ours.code }] });
  const [decision] = DecisionReply.parse(JSON.parse(reply.text)).decisions;
  if (!decision) throw new Error('nothing was decided');
  return decision;
}

async function ask(key: string | undefined, method: string, path: string, body?: object) {
  const reply = await fetch(edge.origin + path, {
    method,
    redirect: 'manual',
    headers: { 'user-agent': firefox, ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: reply.status, text: `${reply.headers.get('location') ?? ''}\n${await reply.text()}` };
}

const callers: Record<string, string | undefined> = {
  nobody: undefined,
  ...Object.fromEntries(roles.map((role) => [role, `org_1 ${role}`])),
  'another organisation': 'org_theirs admin',
  'a made-up key': 'x',
};

type Place = typeof ours;
type Asked = { path: string; body?: object; status: number };
const page = ({ site }: Place) => `https://${site}/`;
const seat = { site: { domain: ours.site }, device: { ua: firefox, ip: '1.1.1.1' } };

/** A sound question about a place, and how everybody is answered. */
const cases: Record<EdgeAddress, (at: Place) => Asked> = {
  decisions: (at) => ({
    path: '/v1/decisions',
    body: { site: at.site, placements: [{ code: at.code }], explain: true },
    status: 200,
  }),
  impression: () => ({ path: `/i/${wrapped}`, status: 200 }),
  viewable: () => ({ path: `/w/${wrapped}`, status: 200 }),
  click: () => ({ path: `/c/${wrapped}`, status: 302 }),
  collect: (at) => ({ path: '/e', body: { site: at.site, url: page(at) }, status: 202 }),
  event: (at) => ({ path: '/api/event', body: { domain: at.site, name: 'pageview', url: page(at) }, status: 202 }),
  matomo: (at) => ({ path: `/matomo.php?idsite=${at.site}&rec=1&url=${page(at)}`, status: 200 }),
  piwik: (at) => ({ path: `/piwik.php?idsite=${at.site}&rec=1&url=${page(at)}`, status: 200 }),
  sideEvent: () => ({ path: `/t/${wrapped}/start`, status: 200 }),
  vast: (at) => ({ path: `/vast?site=${at.site}&placement=${at.code}`, status: 200 }),
  auction: (at) => ({
    path: '/openrtb2/auction',
    body: {
      ...seat,
      id: '1',
      site: { domain: at.site },
      imp: [{ id: '1', tagid: at.code, banner: { w: 300, h: 250 } }],
    },
    status: 200,
  }),
  why: () => ({ path: `/why/${wrapped}`, status: 200 }),
  whyIcon: () => ({ path: '/why.svg', status: 200 }),
  sellers: () => ({ path: '/sellers.json', status: 200 }),
  adsTxt: (at) => ({ path: `/ads.txt?site=${at.site}`, status: 200 }),
  health: () => ({ path: '/health', status: 200 }),
  tag: () => ({ path: '/vigie.audience.js', status: 200 }),
  creative: (at) => ({ path: `/creatives/${at.file}`, status: 200 }),
  frame: (at) => ({ path: `/v1/frame/${at.code}?site=${at.site}`, status: 200 }),
  image: (at) => ({ path: `/v1/image/${at.code}?site=${at.site}&n=1`, status: 302 }),
  imageClick: (at) => ({ path: `/v1/image-click/${at.code}?site=${at.site}&n=1`, status: 302 }),
  demo: () => ({ path: '/demo/', status: 200 }),
};
const names = Object.keys(edgeAddresses) as EdgeAddress[];
const methodOf = (name: EdgeAddress, { body }: Asked) => (body ? 'POST' : edgeAddresses[name].methods[0]);

test('every address has a case', () => {
  expect(Object.keys(cases).toSorted()).toEqual(names.toSorted());
  for (const name of names) {
    const { path } = edgeAddresses[name];
    expect(cases[name](ours).path.startsWith(path.split(':')[0] ?? '')).toBe(true);
  }
});

describe.each(names)('%s', (name) => {
  test('is answered alike whatever key comes along, and shows nothing of another organisation', async () => {
    const asked = cases[name](ours);
    for (const [who, key] of Object.entries(callers)) {
      const { status, text } = await ask(key, methodOf(name, asked), asked.path, asked.body);
      expect(status, `${who}: ${text.slice(0, 200)}`).toBe(asked.status);
      // Who sells through an installation is public by its nature.
      if (name !== 'sellers') expect(text, who).not.toMatch(/their|rival|bbbb/i);
    }
  });

  test('refuses a placement of another organisation as one that is not there', async () => {
    const asked = cases[name]({ ...ours, code: theirs.code });
    if (asked.path === cases[name](ours).path && JSON.stringify(asked.body) === JSON.stringify(cases[name](ours).body))
      return;
    const unknown = cases[name]({ ...ours, code: 'nowhere' });
    for (const key of Object.values(callers)) {
      const reply = await ask(key, methodOf(name, asked), asked.path, asked.body);
      const other = await ask(key, methodOf(name, unknown), unknown.path, unknown.body);
      expect(reply.status).toBe(other.status);
      expect(reply.text).not.toMatch(/li_|cr_|their a|bbbb/);
    }
  });

  test('takes no other method', async () => {
    const asked = cases[name](ours);
    const { status } = await ask('org_1 admin', 'DELETE', asked.path);
    expect(status).toBe(405);
  });
});

test('every script that the tag is made of is served, and nothing else of that name', async () => {
  for (const script of scripts) expect((await ask(undefined, 'GET', `/${script}`)).status, script).toBe(200);
  for (const none of ['vigie.', 'vigie.map', 'vigie.__proto__'])
    expect((await ask(undefined, 'GET', `/${none}`)).status).toBe(404);
});

describe('what only a key may say', () => {
  const spoken = { ip: { ip: '2.2.2.2' }, user_agent: { user_agent: firefox } };
  test.each(Object.entries(spoken))('decisions: %s', async (_, more) => {
    const body = { site: ours.site, placements: [{ code: ours.code }], ...more };
    for (const [who, key] of Object.entries(callers)) {
      const { status } = await ask(key, 'POST', '/v1/decisions', body);
      const expected = who === 'nobody' || who === 'a made-up key' ? 401 : who === 'another organisation' ? 404 : 200;
      expect(status, who).toBe(expected);
    }
  });

  test("matomo: another's address, by a key of the site's organisation", async () => {
    for (const [who, key = ''] of Object.entries(callers)) {
      const path = `/matomo.php?idsite=${ours.site}&rec=1&url=${page(ours)}&cip=2.2.2.2&token_auth=${encodeURIComponent(key)}`;
      const { status } = await ask(undefined, 'GET', path);
      expect(status, who).toBe(key.startsWith('org_1') ? 200 : 403);
    }
  });
});

test('events of a token are those of the organisation it was made for', async () => {
  const { impression_url, viewable_url, click_url } = await decide();
  for (const url of [impression_url, viewable_url, click_url])
    await ask('org_theirs admin', 'GET', url?.slice(edge.origin.length) ?? '');
  const rows = (await edge.rows()).filter(({ kind }) => kind !== 'start');
  expect(rows.length).toBeGreaterThan(3);
  expect(new Set(rows.map(({ org_id }) => org_id))).toEqual(new Set(['org_1']));
});

test('a token changed anywhere is nobody’s', async () => {
  for (let at = 0; at < wrapped.length; at += 3) {
    const changed = wrapped.slice(0, at) + (wrapped[at] === 'A' ? 'B' : 'A') + wrapped.slice(at + 1);
    if (Buffer.from(changed, 'base64url').equals(Buffer.from(wrapped, 'base64url'))) continue;
    expect((await ask(undefined, 'GET', `/i/${changed}`)).status).toBe(400);
    expect((await ask(undefined, 'GET', `/why/${changed}`)).status).toBe(404);
  }
});
