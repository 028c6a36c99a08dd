/**
 * Matomo's reports, as its API and its interface export them: CSV or TSV (UTF-16 too) with the API's or the English and French
 * interface's headers, and JSON keyed by day. Which report it is, is told by its columns, its labels, or the file's name.
 */
import { badPlace, type DataFile, dayWritten, headerKey } from '#platform';
import { rowsBehind } from './figure-table.ts';
import type { Family, Head, Reader, Recognised } from './history-item.ts';
import { isObject, jsonDocument, type JsonObject, textIn } from './json-rows.ts';
import { channelNamed, type Field, figuresOf, measuresOf, vocabularyOf } from './report-table.ts';
import { countryNamed, deviceNamed } from './names.ts';

const words = vocabularyOf({
  date: ['date'],
  visitors: [
    'nb_uniq_visitors',
    'sum_daily_nb_uniq_visitors',
    'Unique visitors',
    'Visiteurs uniques',
    'Visiteurs uniques (total quotidien)',
    'Unique visitors (daily sum)',
    'Unique Visitors',
  ],
  visits: [
    'nb_visits',
    'Visits',
    'Visites',
    'entry_nb_visits',
    'exit_nb_visits',
    'Entrances',
    'Entrées',
    'Exits',
    'Sorties',
  ],
  pageviews: ['nb_pageviews', 'nb_hits', 'Pageviews', 'Pages vues', 'Vues', 'Unique pageviews'],
  events_count: ['nb_events', 'Events', 'Total events', 'Événements'],
  bounces: ['bounce_count', 'entry_bounce_count', 'Bounces', 'Rebonds'],
  bounce_rate: ['bounce_rate', 'Bounce Rate', 'Taux de rebond', 'Bounce rate'],
  total_seconds: [
    'sum_visit_length',
    'entry_sum_visit_length',
    'Total time spent by visitors (in seconds)',
    'Temps total passé par les visiteurs (en secondes)',
  ],
  seconds_per_visit: [
    'avg_time_on_site',
    'Avg. Visit Duration (in seconds)',
    'Avg. time on website',
    'Temps moyen sur le site',
    'Durée moyenne des visites (en secondes)',
    'Average visit duration',
  ],
  page_seconds: ['sum_time_spent'],
  seconds_per_view: ['avg_time_on_page', 'Avg. time on page', 'Temps moyen sur la page', 'Average time on page'],
  revenue: ['revenue', 'Revenue', 'Revenu', 'Total revenue'],
});
/** Everything else of a report: rates, goals, timings, links, icons; none of it is added up. */
const left =
  /^(?:nb_|avg_|sum_|min_|max_|metadata_|goals?_|exit_|entry_|interaction|bandwidth|is_|segment|url$|logo|code|idsubdatatable|period|html_label|level|hits|actions?|users?|utilisateurs?|metadata|unique pageviews|(?:pages )?vues uniques|rebonds?|bounces?|entrances?|entrees?|exits?|sorties?|visites avec conversions?|visites converties|conversions?|visits? with conversions|converted visits|.*(?:rate|taux|per visit|par visite|moyen|avg|average|maximum|minimum|time|temps|generation|revenue|revenu|value|valeur|new|nouveau|returning|conversion|downloads|outlinks|searches|keywords|telechargements|liens sortants|recherches|mots cles|actions).*)/i;

/** Names of Matomo's methods and reports, as its exports write them into file names. */
const byFileName: readonly [RegExp, Family][] = [
  [/entry|entr[ée]e/i, 'entry_pages'],
  [/exit|sortie/i, 'exit_pages'],
  [/getPageUrls|page.?urls?|\bpages?\b/i, 'pages'],
  [/getReferrerType|channel.?type|type.?de.?canal/i, 'channels'],
  [/getCampaigns|campaigns|campagnes/i, 'sources'],
  [/getKeywords|keywords|mots.?cl/i, 'search_terms'],
  [
    /getWebsites|getSearchEngines|getSocials|getAll|websites|search.?engines|socials?|moteurs|sites.?(?:web|r[ée]f)/i,
    'sources',
  ],
  [/getCountry|UserCountry|countr|pays/i, 'locations'],
  [/getBrowser|browser|navigateur/i, 'browsers'],
  [/getOs|operating|syst[èe]me/i, 'systems'],
  [/getType|getDevice|device|appareil/i, 'devices'],
  [/getLanguage|langu/i, 'languages'],
  [/Events\.get|events|[ée]v[ée]nements/i, 'events'],
];

const labelOf: Readonly<Record<Family, Field>> = {
  visitors: 'ignored',
  sources: 'source',
  channels: 'channel',
  search_terms: 'search_term',
  pages: 'page',
  entry_pages: 'landing_page',
  exit_pages: 'exit_page',
  events: 'event',
  locations: 'country',
  languages: 'language',
  devices: 'device',
  browsers: 'browser',
  systems: 'os',
};

type Told = { names: string[]; labels: string[]; fileName: string; asked: Family | undefined };

/** Which table a labelled report is; undefined when nothing tells. */
function familyTold({ names, labels, fileName, asked }: Told): Family | undefined {
  if (asked) return asked;
  if (names.includes('entry_nb_visits') && !names.includes('nb_hits')) return 'entry_pages';
  if (names.includes('exit_nb_visits') && !names.includes('nb_hits')) return 'exit_pages';
  const named = byFileName.find(([pattern]) => pattern.test(fileName.replace(/^Export _ /, '')))?.[1];
  if (named) return named;
  const most = (fits: (label: string) => boolean) =>
    labels.length > 0 && labels.filter(fits).length * 2 > labels.length;
  if (most((label) => /^https?:\/\/|^\/|\.(?:html?|php)$/.test(label)) || names.includes('avg_time_on_page'))
    return 'pages';
  const channels = new Set(['Direct', 'Organic Search', 'Referral', 'Paid Other', 'Organic Social', 'AI Assistants']);
  if (most((label) => channels.has(channelNamed(label)))) return 'channels';
  if (names.includes('metadata_code') || most((label) => label.length > 2 && countryNamed(label) !== ''))
    return 'locations';
  if (most((label) => deviceNamed(label) !== '')) return 'devices';
  return undefined;
}

const unnamed = (file: DataFile, line: number) =>
  badPlace(
    file.name,
    line,
    'the report does not say which it is; name its table (family) or keep Matomo’s method in the file’s name',
  );

/** The day in a file's name: `Export _ Pages _ 2024-01-05.csv`, `… _ January 5, 2024.csv`, `… _ 5 janvier 2024.csv`; a range gives both. */
function daysInName(name: string): { from?: string; to?: string } {
  const written = /\d{4}-\d{2}-\d{2}|\p{L}{3,} \d{1,2}, \d{4}|\d{1,2} \p{L}{3,} \d{4}/gu;
  const days = [...name.matchAll(written)].flatMap(([text]) => dayWritten(text) ?? []);
  const [from, to = from] = days;
  return from && to ? { from, to } : {};
}

export const matomoTables: Reader = async ({ file, rows, options }) => {
  const header = rows[0];
  const shown = header?.cells.map((cell) => cell.trim()) ?? [];
  const keys = shown.map((cell) => headerKey(cell));
  const isApi = shown.includes('nb_visits') || shown.includes('nb_hits') || shown.includes('nb_uniq_visitors');
  const isShown =
    keys.some((key) =>
      /^(?:visits|visites|unique visitors|visiteurs uniques|unique pageviews|vues uniques|pages vues uniques)$/.test(
        key,
      ),
    ) &&
    keys.some((key) =>
      /^(?:label|date|libelle|etiquette|actions|bounce rate|taux de rebond|pageviews|pages vues)/.test(key),
    );
  if (!header || (!isApi && !isShown)) return undefined;
  const labelAt = keys.findIndex((key) =>
    /^(?:label|libelle|etiquette|page url|url de la page|channel type|type de canal)$/.test(key),
  );
  const sample: string[] = [];
  const days: string[] = [];
  const dateAt = keys.indexOf('date');
  for await (const row of rowsBehind(file, header.line)) {
    if (labelAt >= 0) sample.push(row.cells[labelAt] ?? '');
    if (dateAt >= 0) days.push(row.cells[dateAt] ?? '');
    if (sample.length + days.length > 400) break;
  }
  const family =
    labelAt < 0 ? 'visitors' : familyTold({ names: shown, labels: sample, fileName: file.name, asked: options.family });
  if (!family) throw unnamed(file, header.line);
  const names = fieldsOf(shown, family, labelAt, (stranger) => {
    throw badPlace(file.name, header.line, 'this column is not known in a report of Matomo', stranger);
  });
  const inName = daysInName(file.name);
  const read = figuresOf({
    file,
    header: { line: header.line, names, shown },
    family,
    options,
    from: inName.from ?? options.from,
    to: inName.to ?? options.to,
    days,
  });
  return [
    {
      product: 'matomo',
      file,
      kind: 'figures',
      family,
      measures: measuresOf(names, family),
      async *read() {
        for await (const row of rowsBehind(file, header.line)) {
          if (row.cells.length === 1 && /^(?:no data available|aucune donn[ée]e disponible)/i.test(row.cells[0] ?? ''))
            continue;
          yield read(row);
        }
      },
    },
  ];
};

function fieldsOf(shown: readonly string[], family: Family, labelAt: number, refuse: (name: string) => never): Field[] {
  const taken = new Set<Field>();
  const isPages = family === 'pages';
  return shown.map((name, i): Field => {
    if (i === labelAt) return labelOf[family];
    const key = headerKey(name);
    const entry = /^(?:entry|entree|entrances)/.test(key);
    const exit = /^(?:exit|sortie|exits)/.test(key);
    const field =
      entry && family !== 'entry_pages' ? 'ignored' : exit && family !== 'exit_pages' ? 'ignored' : words[key];
    // An entry page's visits are its entries, not the visits that saw it.
    const isOther =
      (family === 'entry_pages' && !entry && field !== 'date' && shown.some((other) => other.startsWith('entry_'))) ||
      (family === 'exit_pages' && !exit && field !== 'date' && shown.some((other) => other.startsWith('exit_')));
    if (field && !isOther && !taken.has(field) && !(isPages && (field === 'bounce_rate' || field === 'bounces'))) {
      taken.add(field);
      return field;
    }
    if (field || left.test(name) || left.test(key)) return 'ignored';
    return refuse(name);
  });
}

/** `{"2024-01-05": {…} | [{label …}, …]}`, or one day's `[{label …}]` when the file's name or `from` tells the day. */
export const matomoJson: Reader = async ({ file, text, options }: Head) => {
  if (
    !/^\uFEFF?\s*[[{]/.test(text) ||
    !/"nb_(?:visits|uniq_visitors|hits|pageviews)"/.test(text) ||
    /"actionDetails"/.test(text)
  )
    return undefined;
  const document = await jsonDocument(file);
  const inName = daysInName(file.name);
  const byDay: [string | undefined, JsonObject[]][] = [];
  const objects = (value: unknown) => (Array.isArray(value) ? value : [value]).filter(isObject);
  if (isObject(document) && Object.keys(document).every((key) => dayWritten(key)))
    for (const [day, value] of Object.entries(document)) byDay.push([dayWritten(day), objects(value)]);
  else byDay.push([undefined, objects(document)]);
  const all = byDay.flatMap(([, rows]) => rows);
  if (all.length === 0) return [{ product: 'matomo', file, kind: 'left-out', why: 'is empty' }];
  const shown = [
    ...new Set(all.flatMap((row) => Object.keys(row).filter((key) => !isObject(row[key]) && !Array.isArray(row[key])))),
  ];
  const labelAt = shown.indexOf('label');
  const family =
    labelAt < 0
      ? 'visitors'
      : familyTold({
          names: shown,
          labels: all.map((row) => textIn(row['label'])),
          fileName: file.name,
          asked: options.family,
        });
  if (!family) throw unnamed(file, 1);
  const names = fieldsOf(shown, family, labelAt, (stranger) => {
    throw badPlace(file.name, 1, 'this field is not known in a report of Matomo', stranger);
  });
  return byDay.flatMap(([day, rows], place): Recognised[] => {
    const from = day ?? inName.from ?? options.from;
    const to = day ?? inName.to ?? options.to;
    const read = figuresOf({ file, header: { line: 1, names, shown }, family, options, from, to, decimal: '.' });
    return [
      {
        product: 'matomo',
        file,
        kind: 'figures',
        family,
        measures: measuresOf(names, family),
        async *read() {
          for (const row of rows) yield read({ line: place + 1, cells: shown.map((name) => textIn(row[name])) });
        },
      },
    ];
  });
};
