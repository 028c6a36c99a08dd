import { expect, test } from 'vitest';
import { adsTxt, sellersJson } from './ads-txt.ts';
import { sampleBook } from './sample-book.ts';

const nothing = {
  domain: null,
  account_id: null,
  relationship: null,
  certification_id: null,
  variable: null,
  value: null,
};
const seller = { ...nothing, domain: 'exchange.example', account_id: '12', relationship: 'RESELLER' as const };
const book = sampleBook({
  selling: {
    ads_txt: [
      { ...seller, org_id: 'org_1', site_id: null, certification_id: 'f08c47fec0942fa0' },
      { ...nothing, org_id: 'org_1', site_id: 'site_1', variable: 'OWNERDOMAIN', value: 'journal.example' },
      { ...seller, org_id: 'org_1', site_id: 'site_2' },
      { ...seller, org_id: 'org_2', site_id: null, account_id: 'theirs' },
    ],
    sellers: [
      {
        seller_id: 'pub_1',
        name: 'Journal',
        domain: 'journal.example',
        seller_type: 'PUBLISHER',
        is_confidential: false,
      },
      { seller_id: 'pub_2', name: 'Secret', domain: 'secret.example', seller_type: 'BOTH', is_confidential: true },
    ],
  },
});

test('the file of a site: its sellers, those of all sites, its variables', () => {
  expect(adsTxt(book, 'Journal.example')).toBe(
    'exchange.example, 12, RESELLER, f08c47fec0942fa0\nOWNERDOMAIN=journal.example\n',
  );
});

test('a site that authorised nobody says so; another domain has no file', () => {
  expect(adsTxt(sampleBook(), 'journal.example')).toBe('placeholder.example.com, placeholder, DIRECT, placeholder\n');
  expect(adsTxt(book, 'elsewhere.example')).toBeUndefined();
});

test('sellers.json tells nothing of a confidential seller but its number and type', () => {
  expect(JSON.parse(sellersJson(book))).toEqual({
    version: '1.0',
    sellers: [
      { seller_id: 'pub_1', seller_type: 'PUBLISHER', name: 'Journal', domain: 'journal.example' },
      { seller_id: 'pub_2', seller_type: 'BOTH', is_confidential: 1 },
    ],
  });
});
