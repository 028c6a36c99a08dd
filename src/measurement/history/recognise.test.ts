/** Exports in the shapes in which products write them, each read without a store: which table it is and what its first row says. */
import { expect, test } from 'vitest';
import { openDataFiles } from '#platform';
import { recognise } from './recognise.ts';

const options = { currency: 'EUR', time_zone: 'Europe/Paris' };
const utf16 = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);

/** The tables in a file, with their rows. */
async function read(name: string, text: string | Buffer) {
  const [file] = await openDataFiles([{ name, bytes: Buffer.from(text) }]);
  if (!file) throw new Error('no file was opened');
  const tables = [];
  for (const found of await recognise(file, options)) {
    if (found.kind === 'left-out') continue;
    const rows: unknown[] = [];
    for await (const { row } of found.read()) rows.push(row);
    tables.push({ product: found.product, family: found.kind === 'figures' ? found.family : 'hits', rows });
  }
  return tables;
}

const above = (title: string) =>
  `# ----------------------------------------\n# ${title}\n# Account: Acme\n# Property: acme.com - GA4\n# ----------------------------------------\n# \n# All Users\n# Start date: 20240101\n# End date: 20240131\n`;

test.each<[string, string | Buffer, object]>([
  [
    'pages-and-screens.csv',
    `${above('Pages and screens')}Page path and screen class,Views,Active users,Views per active user,Average engagement time per active user,Event count,Key events,Total revenue\n/a,"1,200",800,1.5,62.4,4000,0,0\n(not set),3,2,1.5,0,3,0,0\n`,
    {
      product: 'ga4',
      family: 'pages',
      rows: [{ path: '/a', pageviews: 1200, visitors: 800, engaged_ms: 49_920_000 }, {}],
    },
  ],
  [
    'tech-details.csv',
    `${above('Tech details: Browser')}Browser,Active users,New users,Engaged sessions,Engagement rate,Event count,Key events,User key event rate,Total revenue\nSafari (in-app),80,70,60,0.6,400,1,0.01,0\nAndroid Webview,8,7,6,0.6,40,1,0.01,0\n`,
    { family: 'browsers', rows: [{ browser: 'Safari WebView' }, { browser: 'Chrome WebView' }] },
  ],
  [
    'exploration.csv',
    '# ----------------------------------------\n# Exploration 1-Free form 1\n# acme.com - GA4\n# 20240101-20240131\n# ----------------------------------------\nSession source / medium,Sessions,Active users,Total revenue\n,1500,1200,99.5,Grand total\ngoogle / organic,1000,800,49.5\n(direct) / (none),300,200,0\n',
    {
      family: 'sources',
      rows: [
        { source: 'Google', channel: 'Organic Search', visits: 1000, revenue_micros: 49_500_000 },
        { channel: 'Direct', visits: 300 },
      ],
    },
  ],
  [
    'spreadsheet.csv',
    "\uFEFFDate;Sessions;Utilisateurs actifs;Taux d'engagement\n01/02/2024;1\u202f234;1 000;54,5 %\n13/02/2024;100;90;51 %\nTotal;1334;1090;54 %\n",
    {
      family: 'visitors',
      rows: [{ local_date: '2024-02-01', visits: 1234, bounces: 561 }, { local_date: '2024-02-13' }],
    },
  ],
  [
    'flattened.csv',
    'event_date,event_timestamp,event_name,user_pseudo_id,page_location,page_referrer,ga_session_id,device.category,geo.country,plan\n20240101,1704103200000000,page_view,123.456,https://acme.com/a,https://www.google.com/,1704103200,mobile,France,\n20240101,2024-01-01 10:01:00.5 UTC,sign_up,123.456,https://acme.com/a,,1704103200,mobile,France,pro\n',
    {
      product: 'ga4',
      family: 'hits',
      rows: [
        {
          at: 1_704_103_200_000,
          name: 'pageview',
          referrer: 'https://www.google.com/',
          device: 'phone',
          country: 'FR',
        },
        { at: 1_704_103_260_500, name: 'sign_up', props: { plan: 'pro' } },
      ],
    },
  ],
  [
    'visits with a cart.json',
    JSON.stringify([
      {
        idVisit: 7,
        visitorId: 'v',
        serverTimestamp: 1_704_103_260,
        actionDetails: [
          { type: 'action', url: 'https://acme.com/', timestamp: 1_704_103_260, revenue: 5 },
          { type: 'ecommerceAbandonedCart', revenue: '250', items: 2, timestamp: 1_704_103_261 },
          { type: 'ecommerceOrder', revenue: '40.50', orderId: 'o1', timestamp: 1_704_103_262 },
          { type: 'goal', goalId: 3, revenue: 10, timestamp: 1_704_103_263 },
          { type: 'event', eventAction: 'play', eventValue: 9, revenue: 9, timestamp: 1_704_103_264 },
        ],
      },
    ]),
    {
      product: 'matomo',
      family: 'hits',
      rows: [
        { name: 'pageview', revenue: 0 },
        { name: 'cart', revenue: 0, props: { items: '2', value: '250' } },
        { name: 'order', revenue: 40.5 },
        { name: 'goal 3', revenue: 10 },
        { name: 'play', revenue: 0 },
      ],
    },
  ],
  [
    'Export _ Pages _ January 5, 2024.csv',
    utf16(
      'Label,Pageviews,Unique Pageviews,Bounces,Entrances,Exits,Bounce Rate,Avg. time on page,Exit rate\n/index,"1,200",900,100,300,200,33%,00:00:35,22%\n',
    ),
    {
      product: 'matomo',
      family: 'pages',
      rows: [{ local_date: '2024-01-05', path: '/index', pageviews: 1200, engaged_ms: 42_000_000 }],
    },
  ],
  [
    'Export _ Pays _ 5 janvier 2024.csv',
    utf16(
      'Étiquette,Visiteurs uniques,Visites,Actions,Utilisateurs,Actions maximum en une visite,Rebonds,Temps total passé par les visiteurs (en secondes),Visites avec conversions,metadata: code\nÉtats-Unis,1,2,4,0,20,1,100,0,us\n',
    ),
    {
      family: 'locations',
      rows: [{ local_date: '2024-01-05', country: 'US', visits: 2, bounces: 1, visit_ms: 100_000 }],
    },
  ],
  [
    'imported_pages_20240101_20240131.csv',
    'date,hostname,page,visits,visitors,pageviews,exits,time_on_page\n2024-01-01,acme.com,/a,5,4,6,2,120\n',
    { product: 'plausible', family: 'pages', rows: [{ path: '/a', visits: 5, visitors: 4, pageviews: 6 }] },
  ],
  [
    'website_event.csv',
    'event_id,website_id,session_id,visit_id,created_at,url_path,url_query,referrer_domain,page_title,event_type,event_name,hostname\ne1,w,s1,v1,2024-01-01 11:00:00.250+01,/a,,google.com,A,1,,acme.com\ne2,w,s1,v1,2024-01-01 10:01:00,/b,,,B,2,Signup,acme.com\n',
    {
      product: 'umami',
      family: 'hits',
      rows: [
        { at: 1_704_103_200_250, name: 'pageview', url: 'https://acme.com/a' },
        { at: 1_704_103_260_000, name: 'Signup' },
      ],
    },
  ],
])('%s', async (name, text, expected) => {
  expect(await read(name, text)).toMatchObject([expected]);
});

test.each([
  [
    'imported_devices.csv',
    'date,device,visitors,visits,visit_duration,bounces,pageviews,surprise\n',
    /line 1, column "surprise"/,
  ],
  [
    'flattened.csv',
    'event_timestamp,event_name,page_location\nyesterday,page_view,https://acme.com/\n',
    /line 2, column "event_timestamp"/,
  ],
  [
    'flattened.csv',
    'event_timestamp,event_name,page_location\n1704103200000000,page_view\n',
    /line 2: the row has 2 cells/,
  ],
  [
    'website_event.csv',
    'event_id,session_id,created_at,url_path,hostname\ne1,s1,2024-13-01 10:00:00,/a,acme.com\n',
    /line 2, column "created_at"/,
  ],
])('%s is refused with its line', async (name, text, why) => {
  await expect(read(name, text)).rejects.toThrow(why);
});
