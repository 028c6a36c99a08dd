import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openDataFiles } from '#platform';
import { type CostOptions, readCosts, share } from './read-costs.ts';

test('what is spread over days adds up to the sum again', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e12, max: 1e12 }), fc.integer({ min: 1, max: 400 }), (sum, days) => {
      const parts = Array.from({ length: days }, (_, i) => share(sum, days, i));
      expect(parts.reduce((a, b) => a + b, 0)).toBe(sum);
      expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(1);
    }),
  );
});

const utf16 = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);

async function read(name: string, text: string | Buffer, more: Partial<CostOptions> = {}) {
  const [file] = await openDataFiles([{ name, bytes: Buffer.from(text) }]);
  if (!file) throw new Error('no file was opened');
  const { platform, costs } = await readCosts(file, { currency: 'EUR', ...more });
  return [
    platform,
    ...costs.map((cost) => [
      cost.day,
      cost.campaign,
      cost.channel,
      cost.spend_micros / 1e6,
      cost.impressions,
      cost.clicks,
    ]),
  ];
}

// Reports as the platforms write them: title lines, totals, dashes for nothing, currencies in headers, decimal commas.
test.each<[string, string | Buffer, unknown[]]>([
  [
    'google, English, by day',
    'Campaign report\n"January 1, 2024 - January 31, 2024"\nDay,Campaign status,Campaign,Campaign type,Currency code,Clicks,Impr.,CTR,Avg. CPC,Cost,Conversions,Conv. value\n2024-01-01,Enabled,Brand,Search,EUR,"1,200","34,000",3.53%,0.42,"1,504.10",12.50,"1,500.00"\n2024-01-02,Paused,PMax,Performance Max,EUR,100,"3,000",3.33%,0.40,40.00,1.00,100.00\n,Total: Campaigns, --, --,EUR,"1,300","37,000",3.5%,0.41,544.10,13.50,"1,600.00"\nTotal: Account,,,,EUR,1,1,1%,1,1.00,1,1\n',
    [
      'google',
      ['2024-01-01', 'Brand', 'Paid Search', 1504.1, 34_000, 1200],
      ['2024-01-02', 'PMax', 'Cross-network', 40, 3000, 100],
    ],
  ],
  [
    'google, French “.csv pour Excel” (UTF-16, tabs)',
    utf16(
      'Rapport sur les campagnes\n1 janvier 2024 - 31 janvier 2024\nJour\tÉtat de la campagne\tCampagne\tType de campagne\tCode de devise\tClics\tImpr.\tCTR\tCPC moy.\tCoût\tConversions\tValeur de conv.\n2024-01-01\tActivée\tMarque\tRéseau de Recherche\tEUR\t1\u00a0200\t34\u202f000\t3,53 %\t0,42\t1\u202f504,10\t12,50\t1 500,00\nTotal : Campagnes\t --\t --\t\tEUR\t1 200\t34 000\t3,53 %\t0,42\t504,10\t12,50\t1 500,00\n',
    ),
    ['google', ['2024-01-01', 'Marque', 'Paid Search', 1504.1, 34_000, 1200]],
  ],
  [
    'google, one row for the period above the table',
    'Campaign report\n"January 1, 2024 - January 2, 2024"\nCampaign state,Campaign,Budget,Campaign type,Clicks,Impr.,Currency code,Cost\nEnabled,Brand,10.00,Search,10,200,EUR,10.00\nTotal: Campaigns, --, --, --,10,200,EUR,10.00\n',
    ['google', ['2024-01-01', 'Brand', 'Paid Search', 5, 100, 5], ['2024-01-02', 'Brand', 'Paid Search', 5, 100, 5]],
  ],
  [
    'meta, English, with its total first',
    '"Campaign name","Day","Results","Amount spent (EUR)","Impressions","Link clicks","Purchases","Reporting starts","Reporting ends"\n"","",,"55.5","2000","40","3","2024-01-01","2024-01-31"\n"Spring","2024-01-01",3,"15.50","1200","20","2","2024-01-01","2024-01-01"\n',
    ['meta', ['2024-01-01', 'Spring', 'Paid Social', 15.5, 1200, 20]],
  ],
  [
    'meta, French',
    '\uFEFF"Nom de la campagne","Jour","Montant dépensé (EUR)","Impressions","Clics sur un lien","Début des rapports","Fin des rapports"\n"Printemps","2024-01-01","15,5","1200","20","2024-01-01","2024-01-01"\n',
    ['meta', ['2024-01-01', 'Printemps', 'Paid Social', 15.5, 1200, 20]],
  ],
  [
    'linkedin (UTF-16, five lines above)',
    utf16(
      'Campaign Performance Report (in UTC)\nReport Start: January 1, 2024, 12:00 AM\nReport End: January 31, 2024, 11:59 PM\nDate Generated: February 1, 2024, 9:00 AM\n\nStart Date (in UTC)\tAccount Name\tCurrency\tCampaign Name\tCampaign ID\tTotal Spent\tImpressions\tClicks\n1/15/2024\tAcme\tEUR\tB2B\t99\t120.55\t9000\t45\n',
    ),
    ['linkedin', ['2024-01-15', 'B2B', 'Paid Social', 120.55, 9000, 45]],
  ],
  [
    'microsoft, scheduled: headers without spaces, a copyright line',
    '"Report Name: Campaign_Performance"\n"Report Time: 1/1/2024 - 1/31/2024"\n"Rows: 1"\n\n"TimePeriod","AccountName","CampaignName","CampaignId","CurrencyCode","Impressions","Clicks","Ctr","AverageCpc","Spend","Conversions","Revenue"\n"2024-01-01","Acme","Brand","123","EUR","1,200","30","2.50%","0.50","15.00","1","99.00"\n\n"©2024 Microsoft Corporation. All rights reserved. "\n',
    ['microsoft', ['2024-01-01', 'Brand', 'Paid Search', 15, 1200, 30]],
  ],
])('%s', async (name, text, expected) => {
  expect(await read(`${name}.csv`, text)).toEqual(expected);
});

test('a table of anybody’s, its columns named', async () => {
  const columns = { day: 'jour', campaign: 'campagne', cost: 'depense', impressions: 'affichages', clicks: 'clics' };
  const text = 'jour;campagne;depense;affichages;clics\n01/02/2024;Été;12,50;1 000;10\n';
  expect(await read('table.csv', text, { columns })).toEqual([
    'other',
    ['2024-02-01', 'Été', 'Paid Other', 12.5, 1000, 10],
  ]);
});

test('what is no number is refused with its line and column, and nothing of the file is kept', async () => {
  const text = 'Day,Campaign,Currency code,Cost,Clicks,Impr.\n2024-01-01,A,EUR,1,1,2\n2024-01-02,B,EUR,abc,1,2\n';
  await expect(read('broken.csv', text)).rejects.toThrow(/line 3, column "Cost": "abc" is not a number/);
});
