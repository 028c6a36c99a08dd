/** Cost reports, read by the real import, and asked for beside visits and revenue. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { keepCosts } from '#measurement';
import { createOrganisation } from '#people';
import { type Database, openDataFiles } from '#platform';
import { callerOf, openTestDatabase, openTestEvents } from '#platform/testing';
import { Query, type QueryInput } from './contract.ts';
import { runQuery } from './run-query.ts';

let db: Database;
let store: Awaited<ReturnType<typeof openTestEvents>>;
let org: string;
let site: string;
let count = 0;
beforeAll(async () => {
  [db, store] = await Promise.all([openTestDatabase(), openTestEvents()]);
  org = (await db.transaction((tx) => createOrganisation(tx, { name: 'Org' }))).id;
}, 60_000);
afterAll(async () => {
  await store?.close();
  await db?.close();
});
beforeEach(async () => {
  site = `site_${count++}`;
  await db.query(
    "insert into sites (id, org_id, domain, name, time_zone, currency) values ($1, $2, $3, 'S', 'UTC', 'EUR')",
    [site, org, `c${count}.example`],
  );
});

const bring = async (text: string | Buffer, options: object = {}, name = 'costs.csv') =>
  keepCosts(
    { db, events: store.events },
    callerOf('admin', org),
    { id: site, org_id: org, currency: 'EUR' },
    await openDataFiles([{ name, bytes: Buffer.from(text) }]),
    options,
  );

async function ask(input: Partial<QueryInput>) {
  const asked = Query.parse({ site_id: site, metrics: ['cost'], date_range: ['2026-01-01', '2026-12-31'], ...input });
  const { results } = await runQuery(
    { db, events: store.events, clock: () => new Date('2026-11-28T12:00:00Z'), caller: callerOf('admin', org) },
    asked,
  );
  return results.map((row) => [...row.dimensions, ...row.metrics]);
}

const google = `Campaign report
"September 1, 2026 - September 2, 2026"
Day,Campaign,Campaign ID,Campaign type,Clicks,Impr.,Currency code,Cost,Conversions,Conv. value
2026-09-01,Brand,11,Search,100,"1,200",EUR,"1,050.50",3.5,200.00
2026-09-02,Brand,11,Search,50,600,EUR,500.00, --,0
2026-09-02,Banners,12,Display,10,9000,EUR,90.00,0.00,0
Total: Account,,,,160,"10,800",EUR,"1,640.50",3.50,200.00
`;

describe('reports of the platforms', () => {
  test('Google Ads in English, by campaign and by channel; the same file again adds nothing', async () => {
    expect(await bring(google)).toMatchObject([
      { platform: 'google', rows: 3, first_day: '2026-09-01', last_day: '2026-09-02', spread: 0 },
    ]);
    await bring(google);
    expect(
      await ask({ metrics: ['cost', 'cost_clicks', 'cost_impressions', 'cost_per_click', 'cost_conversions'] }),
    ).toEqual([[164050, 160, 10800, 1025.31, 3.5]]);
    expect(await ask({ dimensions: ['visit:channel'] })).toEqual([
      ['Paid Search', 155050],
      ['Display', 9000],
    ]);
    expect(await ask({ dimensions: ['visit:utm_campaign'] })).toEqual([
      ['Brand', 155050],
      ['Banners', 9000],
    ]);
    expect(await ask({ dimensions: ['time:day'] })).toEqual([
      ['2026-09-01', 105050],
      ['2026-09-02', 59000],
    ]);
  });

  test('Google Ads in French, UTF-16 with tabs, the period above', async () => {
    const text = `Rapport sur les campagnes\n"1 septembre 2026 - 2 septembre 2026"\nCampagne\tType de campagne\tClics\tImpr.\tCode de devise\tCoût\nMarque\tPerformance Max\t1\u00a0000\t20\u202f000\tEUR\t1\u202f234,56\n`;
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
    expect(await bring(bytes)).toMatchObject([
      { platform: 'google', spread: 1, first_day: '2026-09-01', last_day: '2026-09-02' },
    ]);
    expect(await ask({ dimensions: ['time:day'], metrics: ['cost', 'cost_clicks'] })).toEqual([
      ['2026-09-01', 61728, 500],
      ['2026-09-02', 61728, 500],
    ]);
    expect(await ask({ dimensions: ['visit:channel'] })).toEqual([['Cross-network', 123456]]);
  });

  test.each([
    [
      'English',
      'Reporting starts,Reporting ends,Campaign name,Impressions,Link clicks,Clicks (all),Amount spent (EUR),Purchases,Purchases conversion value\n2026-09-01,2026-09-01,,5000,60,80,75.5,2,99\n2026-09-01,2026-09-01,Summer,5000,60,80,75.50,2,99.90\n',
    ],
    [
      'French',
      'Début des rapports;Fin des rapports;Nom de la campagne;Impressions;Clics sur un lien;Clics (tous);Montant dépensé (EUR);Achats;Valeur de conversion des achats\n01/09/2026;01/09/2026;Summer;5 000;60;80;75,50;2;99,90\n',
    ],
    [
      'mojibake',
      Buffer.from(
        'Début des rapports;Fin des rapports;Nom de la campagne;Impressions;Clics sur un lien;Montant dépensé (EUR)\n2026-09-01;2026-09-01;Summer;5000;60;75,50\n',
      ).toString('latin1'),
    ],
  ])('Meta in %s: the currency of the header, link clicks before all clicks', async (_, text) => {
    expect(await bring(text)).toMatchObject([{ platform: 'meta', currency: 'EUR', rows: 1 }]);
    expect(await ask({ metrics: ['cost', 'cost_clicks', 'cost_impressions'], dimensions: ['visit:source'] })).toEqual([
      ['Facebook', 7550, 60, 5000],
    ]);
  });

  test('LinkedIn: lines above, dollars, American days', async () => {
    const text = `Campaign Performance Report (in UTC)\nReport Start: 9/1/2026\nAccount: Acme\n\nStart Date (in UTC),End Date (in UTC),Account Name,Campaign Group Name,Campaign Name,Campaign ID,Currency,Total Spent,Impressions,Clicks,Conversions\n9/2/2026,9/2/2026,Acme,G,Leads,77,EUR,"€174.03",4000,20,1\n`;
    expect(await bring(text)).toMatchObject([{ platform: 'linkedin', first_day: '2026-09-02' }]);
    expect(await ask({ dimensions: ['visit:channel'] })).toEqual([['Paid Social', 17403]]);
  });

  test.each([
    [
      'English',
      'Account name,Campaign name,Gregorian date,Impressions,Clicks,Spend,Conversions,Revenue\nAcme,Generic,9/13/2026,100,5,12.30,1,50\n©2026 Microsoft Corporation. All rights reserved.,,,,,,,\n',
    ],
    [
      'French',
      'Nom du compte;Nom de la campagne;Jour;Impressions;Clics;Dépenses;Conversions;Revenus\nAcme;Generic;13/09/2026;100;5;12,30;1;50\n',
    ],
  ])('Microsoft in %s', async (_, text) => {
    expect(await bring(text)).toMatchObject([{ platform: 'microsoft', first_day: '2026-09-13', rows: 1 }]);
    expect(await ask({ dimensions: ['visit:source'] })).toEqual([['Bing', 1230]]);
  });

  test('any other file by columns that are named once and remembered', async () => {
    const text = 'jour;action;réseau;dépense TTC\n02/09/2026;Été;taboola;12,50\n';
    await expect(bring(text)).rejects.toThrow('costs.csv, line 1');
    const columns = { day: 'jour', campaign: 'action', source: 'réseau', cost: 'dépense TTC' };
    expect(await bring(text, { columns })).toMatchObject([{ platform: 'other', spend_micros: 12_500_000 }]);
    expect(await bring(text.replace('12,50', '13,50'))).toMatchObject([{ spend_micros: 13_500_000 }]);
    expect(await ask({ dimensions: ['visit:utm_campaign'] })).toEqual([['Été', 1350]]);
  });

  test.each([
    ['a word for an amount', google.replace('500.00', 'much'), 'line 5, column "Cost"'],
    ['no day', google.replace('2026-09-02,Brand', 'soon,Brand'), 'line 5, column "Day"'],
    ['a short row', google.replace('90.00,0.00,0', '90.00'), 'line 6: the row has 8 cells'],
    ['a negative click', google.replace(',50,600', ',-50,600'), 'line 5, column "Clicks"'],
  ])('%s is refused with its line, and nothing of the file is kept', async (_, text, where) => {
    await expect(bring(text)).rejects.toThrow(`costs.csv, ${where}`);
    expect(await ask({})).toEqual([[0]]);
  });
});

describe('nothing of a campaign’s day vanishes', () => {
  const columns = { day: 'Date', campaign: 'Action', cost: 'Total', source: 'Regie', currency: 'Devise' };
  const other = (...rows: string[]) => `Date;Action;Total;Regie;Devise\n${rows.join('\n')}\n`;
  const totals = async () => (await ask({}))[0]?.[0];

  test('two sources, in one file and in two', async () => {
    await bring(other('2026-11-01;Noel;100;A;EUR', '2026-11-01;Noel;50;B;EUR'), { columns });
    expect(await totals()).toBe(15_000);
    await bring(other('2026-11-01;Noel;7;C;EUR'), { columns }, 'c.csv');
    expect(await totals()).toBe(15_700);
    await bring(other('2026-11-01;Noel;7;C;EUR'), { columns }, 'c.csv');
    expect(await totals()).toBe(15_700);
  });

  test('two currencies: the other one is not lost, nor added', async () => {
    await bring(other('2026-11-01;Noel;100;A;EUR', '2026-11-01;Noel;70;A;USD'), { columns });
    expect(await totals()).toBe(10_000);
    const kept = await store.events.query<{ currency: string }>(
      'select currency from cost_days final where site_id = {site:String} order by currency',
      { site },
    );
    expect(kept.map(({ currency }) => currency)).toEqual(['EUR', 'USD']);
  });

  test('two accounts without a name: asked for, then both stand; a corrected file replaces', async () => {
    const brand = (cost: number) =>
      `Campaign,Day,Cost,Clicks,Impressions,Currency code\nBrand,2026-11-01,${cost},1,1,EUR\n`;
    await bring(brand(10), {}, 'g1.csv');
    await expect(bring(brand(99), {}, 'g2.csv')).rejects.toThrow('name the account of this file');
    expect(await totals()).toBe(1000);
    await bring(brand(99), { account: 'Second' }, 'g2.csv');
    await bring(brand(99), { account: 'Second' }, 'g2.csv');
    expect(await totals()).toBe(10_900);
    await bring(brand(12), {}, 'g1 (1).csv');
    expect(await totals()).toBe(11_100);
    await bring(brand(13), { overlap: 'replace' }, 'corrected.csv');
    expect(await totals()).toBe(11_200);
  });

  test('names that look like totals are campaigns; totals are named by their line', async () => {
    const names = ['#Rentree', 'Total - Brand', 'Total: Energies', 'Totaux chauds', 'Total', ' ', 'Normal'];
    const [done] = await bring(
      `Campaign,Day,Cost,Clicks,Impressions,Currency code\n${names.map((name) => `${name},2026-11-01,10,1,1,EUR\n`).join('')}Total: Account, --,70,7,7,EUR\n`,
    );
    expect(done).toMatchObject({ rows: 7, spend_micros: 70_000_000, skipped: [{ line: 9, reason: 'total' }] });
  });
});

test('CPA and ROAS stand beside what the visits of the campaign brought', async () => {
  await bring(google.replaceAll('Brand', 'brand'));
  const hit = (name: string, n: number, revenue = 0) => ({
    org_id: org,
    site_id: site,
    at: `2026-09-01 10:00:0${n}`,
    local_time: `2026-09-01 10:00:0${n}`,
    hit_id: `${site} ${n}`,
    visitor: '7',
    name,
    path: '/',
    channel: 'Paid Search',
    ...(revenue ? { revenue_micros: revenue * 1e6, currency: 'EUR' } : {}),
  });
  await store.events.insert('hits', [hit('pageview', 1), hit('Purchase', 2, 2000), hit('Purchase', 3, 1281)], {
    token: `hits ${site}`,
  });
  expect(await ask({ metrics: ['cost', 'conversions', 'revenue', 'cost_per_conversion', 'roas'] })).toEqual([
    [164050, 2, 328100, 82025, 2],
  ]);
});
