/** What other products report and the desk brings in: advertising costs and Search Console; and questions kept by name. */
import { createExploration, listExplorations } from '#analytics/contract';
import { importCosts, listCosts } from '#measurement/contract';
import type { UploadedFile } from '#platform';
import { importSearchConsole, listSearchConsole } from '#seo/contract';
import { outdoorSite, sampleSite } from '../sample-site.ts';
import { articles, drawOf } from './articles.ts';
import type { Call } from './call.ts';
import { type SampleCalendar, sampleDays } from './calendar.ts';
import { outdoorOrigin, outdoorPages, type OutdoorSection, outdoorWords } from './outdoor-site.ts';
import { outdoorCampaigns } from './outdoor-sources.ts';
import { type Random, seeded } from './random.ts';

/** Each kind is brought in only where there is none yet, for the sites that are there. `siteOf`: the id of a domain. */
export async function makeReports(
  call: Call,
  siteOf: (domain: string) => string | undefined,
  calendar: SampleCalendar,
): Promise<void> {
  const [paper, outdoors] = [siteOf(sampleSite), siteOf(outdoorSite)];
  const isNone = async (rows: Promise<{ items: unknown[] }>) => (await rows).items.length === 0;

  if (await isNone(call(listCosts, { limit: 1 }))) {
    if (outdoors) {
      await call(importCosts, { site_id: outdoors }, [googleCosts(calendar)]);
      await call(importCosts, { site_id: outdoors }, [metaCosts(calendar, outdoorCampaigns.social, 1150)]);
    }
    if (paper)
      await call(importCosts, { site_id: paper }, [
        metaCosts(calendar, { name: 'abonnement-hiver', from: 20, until: 45 }, 2600),
      ]);
  }
  if (await isNone(call(listSearchConsole, { limit: 1 }))) {
    if (paper)
      await call(importSearchConsole, { site_id: paper }, searchTables(calendar, paperPages(), paperQueries()));
    if (outdoors)
      await call(
        importSearchConsole,
        { site_id: outdoors },
        searchTables(calendar, outdoorPagesFound(), outdoorQueries()),
      );
  }
  if (await isNone(call(listExplorations, { limit: 1 }))) {
    const kept = (name: string, site: string, asked: [string, string][]) =>
      call(createExploration, { name, search: new URLSearchParams([['site', site], ...asked]).toString() });
    if (paper)
      await kept('Canaux par appareil', paper, [
        ['m', 'visits'],
        ['d', 'visit:channel'],
        ['d', 'visit:device'],
        ['as', 'pivot'],
      ]);
    if (outdoors)
      await kept('Réservations et chiffre par canal', outdoors, [
        ['m', 'visits'],
        ['m', 'goal_completions'],
        ['m', 'revenue'],
        ['d', 'visit:channel'],
      ]);
  }
}

const table = (name: string, rows: (string | number)[][]): UploadedFile => ({
  field: 'file',
  name,
  bytes: Buffer.from(
    rows.map((row) => row.map((cell) => (/[",]/.test(String(cell)) ? `"${cell}"` : cell)).join(',')).join('\n'),
  ),
});

type Flight = { name: string; from: number; until: number };
const daysOf = ({ from, until }: Flight) =>
  Array.from({ length: Math.min(until, sampleDays) - from }, (_, i) => from + i);

/** A report of Google Ads, in French, day by day; costs in euros. */
function googleCosts(calendar: SampleCalendar): UploadedFile {
  const random = seeded('costs of google');
  const rows = daysOf(outdoorCampaigns.search).map((day) => {
    const clicks = Math.round(18 * random.between(0.7, 1.3));
    const cost = (clicks * random.between(0.34, 0.52)).toFixed(2).replace('.', ',');
    return [calendar.date(day), outdoorCampaigns.search.name, 'EUR', clicks * 21 + random.int(90), clicks, cost];
  });
  return table('google-ads.csv', [['Jour', 'Campagne', 'Devise', 'Impr.', 'Clics', 'Coût'], ...rows]);
}

/** A report of Meta, in French; `cents`: about what a day cost. */
function metaCosts(calendar: SampleCalendar, flight: Flight, cents: number): UploadedFile {
  const random = seeded(`costs of ${flight.name}`);
  const head = [
    'Début des rapports',
    'Fin des rapports',
    'Nom de la campagne',
    'Impressions',
    'Clics sur un lien',
    'Montant dépensé (EUR)',
  ];
  const rows = daysOf(flight).map((day) => {
    const spent = Math.round(cents * random.between(0.8, 1.2));
    const clicks = Math.round(spent / random.between(38, 55));
    const date = calendar.date(day);
    return [date, date, flight.name, clicks * 88, clicks, (spent / 100).toFixed(2).replace('.', ',')];
  });
  return table(`meta-${flight.name}.csv`, [head, ...rows]);
}

/** What is found in a search, and how many clicks it brought in four weeks. */
type Found = [value: string, clicks: number];

const searchDays = 28;

function paperPages(): Found[] {
  const drawn = articles.map(({ path, ...article }): Found => {
    const days = Array.from({ length: searchDays }, (_, i) => drawOf({ path, ...article }, sampleDays - 1 - i));
    return [`https://${sampleSite}${path}`, Math.round(110 * days.reduce((sum, draw) => sum + draw, 0))];
  });
  const most = drawn.filter(([, clicks]) => clicks > 8).toSorted(([, a], [, b]) => b - a);
  return [[`https://${sampleSite}/`, 2900], ...most.slice(0, 60)];
}

const paperQueries = (): Found[] => [
  ['courrier des lacs', 1450],
  ['le courrier des lacs', 720],
  ['journal des lacs', 190],
  ...articles
    .flatMap(({ words }) => words.map((word, i): Found => [word, Math.max(3, 64 - ((word.length * 7 + i * 29) % 61))]))
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, 90),
];

const places = Object.entries(outdoorPages) as [Exclude<OutdoorSection, 'sorties'>, readonly string[]][];

const outdoorPagesFound = (): Found[] => [
  [`${outdoorOrigin}/`, 640],
  [`${outdoorOrigin}/sorties`, 310],
  ...places.flatMap(([section, slugs]) =>
    slugs.map((slug, rank): Found => [`${outdoorOrigin}/${section}/${slug}`, Math.round(240 / (rank + 1.6))]),
  ),
];

const outdoorQueries = (): Found[] =>
  Object.values(outdoorWords)
    .flat()
    .map((word, rank): Found => [word, Math.round(190 / (rank / 3 + 1))]);

/** The tables of an export in French: pages, words, devices and the four weeks day by day. */
function searchTables(calendar: SampleCalendar, pages: Found[], queries: Found[]): UploadedFile[] {
  const random = seeded('search console');
  const last = sampleDays - 3;
  const clicks = pages.reduce((sum, [, count]) => sum + count, 0);
  const measures = ['Clics', 'Impressions', 'CTR', 'Position'];
  const row = (value: string, count: number) => figures(random, value, count);
  const shares = Array.from({ length: searchDays }, (_, i) => 0.8 + ((i * 5) % 7) / 15);
  const whole = shares.reduce((sum, share) => sum + share, 0);
  return [
    table('Pages.csv', [
      ['Pages les plus populaires', ...measures],
      ...pages.map(([value, count]) => row(value, count)),
    ]),
    table('Requêtes.csv', [
      ['Requêtes les plus fréquentes', ...measures],
      ...queries.map(([value, count]) => row(value, count)),
    ]),
    table('Appareils.csv', [
      ['Appareil', ...measures],
      row('Mobile', Math.round(clicks * 0.64)),
      row('Ordinateur', Math.round(clicks * 0.31)),
      row('Tablette', Math.round(clicks * 0.05)),
    ]),
    table('Graphique.csv', [
      ['Date', ...measures],
      ...shares.map((share, i) => row(calendar.date(last - i), Math.round((clicks * share) / whole))),
    ]),
    table('Filtres.csv', [
      ['Filtre', 'Valeur'],
      ['Type de recherche', 'Web'],
      ['Date', 'Les 28 derniers jours'],
    ]),
  ];
}

/** Better placed, more often clicked. */
function figures(random: Random, value: string, clicks: number): (string | number)[] {
  const position = 1.2 + random.next() ** 2 * 11;
  const ctr = 0.34 / position ** 0.9;
  const impressions = Math.round(clicks / ctr);
  const decimal = (figure: number, digits: number) => figure.toFixed(digits).replace('.', ',');
  return [value, clicks, impressions, `${decimal((100 * clicks) / impressions, 2)} %`, decimal(position, 1)];
}
