import { afterAll, beforeAll, expect, test } from 'vitest';
import { createOrganisation, may } from '#people';
import type { Database } from '#platform';
import { callerOf, openTestApi, openTestDatabase, type TestApi } from '#platform/testing';
import { linkBuilt, nameWritten } from './link-contract.ts';
import { routes } from './routes.ts';

let db: Database;
let api: TestApi;
let org: string;
beforeAll(async () => {
  db = await openTestDatabase();
  org = (await db.transaction((tx) => createOrganisation(tx, { name: 'Org' }))).id;
  api = await openTestApi({ routes, db, may });
}, 60_000);
afterAll(async () => {
  await api?.close();
  await db?.close();
});

const link = {
  url: 'https://shop.example/été?x=1&utm_source=old#top',
  source: 'News Letter',
  medium: 'E-mail',
  campaign: 'Soldes d’Été',
};

test('a link is written by the rules, keeps the rest of the address, and is kept once', async () => {
  const manager = callerOf('traffic_manager', org);
  const first = await api.call(manager, 'POST', '/api/links', link);
  expect(first.status, first.text).toBe(201);
  expect(first.body).toMatchObject({
    source: 'news-letter',
    medium: 'e-mail',
    campaign: 'soldes-d-ete',
    built:
      'https://shop.example/%C3%A9t%C3%A9?x=1&utm_source=news-letter&utm_medium=e-mail&utm_campaign=soldes-d-ete#top',
  });
  await api.call(manager, 'POST', '/api/links', link);
  const { items } = (await api.call(manager, 'GET', '/api/links')).body as { items: { id: string }[] };
  expect(items).toHaveLength(1);
  expect((await api.call(callerOf('admin', 'other'), 'DELETE', `/api/links/${items[0]?.id}`)).status).toBe(404);
  expect((await api.call(manager, 'DELETE', `/api/links/${items[0]?.id}`)).status).toBe(204);
});

test('what the rules do not allow is refused with its field', async () => {
  const manager = callerOf('traffic_manager', org);
  const rules = {
    lower_case: true,
    separator: '-',
    sources: ['newsletter'],
    media: ['email'],
    parts: ['brand', 'month'],
  };
  expect((await api.call(manager, 'PUT', '/api/link-rules', rules)).status).toBe(200);
  const made = { ...link, source: 'newsletter', medium: 'email', campaign: 'Acme_2026 11' };
  expect((await api.call(manager, 'POST', '/api/links', { ...made, source: 'meta' })).body).toMatchObject({
    field: 'source',
  });
  expect((await api.call(manager, 'POST', '/api/links', { ...made, campaign: 'acme' })).body).toMatchObject({
    field: 'campaign',
  });
  expect((await api.call(manager, 'POST', '/api/links', { ...made, url: 'javascript:alert(1)' })).body).toMatchObject({
    field: 'url',
  });
  expect((await api.call(manager, 'POST', '/api/links', { ...made, line_item_id: 'li_none' })).status).toBe(404);
  expect((await api.call(manager, 'POST', '/api/links', made)).body).toMatchObject({ campaign: 'acme_2026-11' });
});

test('names and addresses', () => {
  expect(nameWritten('Prix & Services 100 %', { lower_case: false, separator: '_' })).toBe('Prix__Services_100_');
  expect(
    linkBuilt('https://a.example/', { source: 'a', medium: 'b', campaign: 'c', content: '', term: '' }, 'li_1'),
  ).toBe('https://a.example/?utm_source=a&utm_medium=b&utm_campaign=c&vigie_line=li_1');
});
