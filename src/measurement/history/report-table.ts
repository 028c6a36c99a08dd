/** Reports whose headers are written for people or for scripts (GA4, Matomo, Umami): columns by a vocabulary, rows into figures. */
import { badPlace, type DataFile, dayOrderOf, dayWritten, headerKey } from '#platform';
import { cellsOf, type Cells, figureOf } from './figure-table.ts';
import type { Family, Figure, FigureDimension, FigureMeasure, HistoryOptions, Told } from './history-item.ts';
import { blankWhenUnknown, browserNamed, countryNamed, deviceNamed, originNamed, systemNamed } from './names.ts';

/** What a column of a report can be; `ignored` columns say nothing that is kept (rates, averages that follow from sums). */
export const fields = [
  'date',
  'nth_day',
  'page',
  'landing_page',
  'exit_page',
  'hostname',
  'country',
  'region',
  'city',
  'language',
  'device',
  'browser',
  'browser_version',
  'os',
  'os_version',
  'source',
  'medium',
  'source_medium',
  'referrer',
  'campaign',
  'content',
  'term',
  'search_term',
  'channel',
  'event',
  'visitors',
  'visits',
  'engaged_visits',
  'engagement_rate',
  'bounce_rate',
  'bounces',
  'pageviews',
  'views_per_visitor',
  'events_count',
  'total_seconds',
  'seconds_per_visit',
  'seconds_per_visitor',
  'page_seconds',
  'seconds_per_view',
  'revenue',
  'ignored',
] as const;
export type Field = (typeof fields)[number];

export type Vocabulary = Readonly<Record<string, Field>>;

/** `{field: ['header', …]}` turned round, headers as `headerKey` writes them. */
export const vocabularyOf = (words: Partial<Record<Field, readonly string[]>>): Vocabulary =>
  Object.fromEntries(
    Object.entries(words).flatMap(([field, headers]) => headers.map((header) => [headerKey(header), field as Field])),
  );

const dimensionFields: Partial<Record<Field, Family>> = {
  page: 'pages',
  landing_page: 'entry_pages',
  exit_page: 'exit_pages',
  hostname: 'pages',
  country: 'locations',
  region: 'locations',
  city: 'locations',
  language: 'languages',
  device: 'devices',
  browser: 'browsers',
  browser_version: 'browsers',
  os: 'systems',
  os_version: 'systems',
  source: 'sources',
  medium: 'sources',
  source_medium: 'sources',
  referrer: 'sources',
  campaign: 'sources',
  content: 'sources',
  term: 'sources',
  channel: 'channels',
  search_term: 'search_terms',
  event: 'events',
};

/** The table that a set of columns belongs to. Throws a Refusal when they belong to several. */
export function familyOf(file: DataFile, line: number, told: readonly Field[], shown: readonly string[]): Family {
  const found = new Map<Family, string>();
  told.forEach((field, i) => {
    const family = dimensionFields[field];
    if (family && !found.has(family)) found.set(family, shown[i] ?? '');
  });
  // A channel beside its source is a column of the sources.
  if (found.has('sources')) found.delete('channels');
  const [first, second] = [...found];
  if (first && second)
    throw badPlace(
      file.name,
      line,
      `"${first[1]}" and "${second[1]}" stand in one table; export one of them at a time`,
    );
  return first?.[0] ?? 'visitors';
}

/** Measures that a set of columns gives, by table. */
export function measuresOf(told: readonly Field[], family: Family): FigureMeasure[] {
  const has = (...names: Field[]) => names.some((name) => told.includes(name));
  const measures: [FigureMeasure, boolean][] = [
    ['visitors', has('visitors')],
    ['visits', has('visits')],
    ['pageviews', has('pageviews')],
    ['events', has('events_count')],
    ['bounces', has('bounces') || (has('visits') && has('engaged_visits', 'engagement_rate', 'bounce_rate'))],
    [
      'visit_ms',
      family !== 'pages' &&
        (has('total_seconds') ||
          (has('visits') && has('seconds_per_visit')) ||
          (has('visits') && has('visitors') && has('seconds_per_visitor'))),
    ],
    ['engaged_ms', family === 'pages' && pageTime(told)],
    ['engaged_pages', family === 'pages' && pageTime(told)],
    ['revenue_micros', has('revenue')],
  ];
  return measures.filter(([, given]) => given).map(([name]) => name);
}

const pageTime = (told: readonly Field[]) =>
  (told.includes('visitors') && told.includes('seconds_per_visitor')) ||
  (told.includes('pageviews') && (told.includes('page_seconds') || told.includes('seconds_per_view')));

export type Report = {
  file: DataFile;
  header: { line: number; names: Field[]; shown: string[] };
  family: Family;
  options: HistoryOptions;
  decimal?: ',' | '.' | undefined;
  /** Days of a report without a date column. */
  from?: string | undefined;
  to?: string | undefined;
  /** Days as the file writes them, to find their order. */
  days?: readonly string[];
  /** Rates as fractions (0.43) instead of percents. */
  fractions?: boolean;
};

/** Reads the rows of a report into figures. Throws a Refusal that names line and column. */
export function figuresOf(report: Report): (row: { line: number; cells: string[] }) => Told<Figure> {
  const { file, header, family } = report;
  const cells = cellsOf(file, { line: header.line, names: header.names, shown: header.shown }, report.decimal);
  const order = dayOrderOf(report.days ?? []);
  const measures = measuresOf(header.names, family);
  return (row) => {
    const told = cells(row);
    return figureOf(
      row.line,
      daysOf(told, report, order),
      dimensionsOf(told, family),
      valuesOf(told, measures, report),
    );
  };
}

function daysOf(told: Cells, { file, header, from, to }: Report, order: 'dmy' | 'mdy' | undefined) {
  const shown = (field: Field) => header.shown[header.names.indexOf(field)] ?? field;
  if (told.has('date')) {
    const text = told.text('date');
    const day = dayWritten(text, order);
    if (!day)
      throw badPlace(
        file.name,
        told.line,
        `${JSON.stringify(text.slice(0, 40))} is not a day that can be told for certain`,
        shown('date'),
      );
    return { from: day, to: day };
  }
  if (told.has('nth_day')) {
    if (!from || !/^\d{1,5}$/.test(told.text('nth_day')))
      throw badPlace(
        file.name,
        told.line,
        'the number of the day, or the start date above the table, is missing',
        shown('nth_day'),
      );
    const day = new Date(Date.parse(from) + Number(told.text('nth_day')) * 86_400_000).toISOString().slice(0, 10);
    return { from: day, to: day };
  }
  if (!from || !to)
    throw badPlace(
      file.name,
      header.line,
      'the table has no date; export it by day, or say which days it covers (from and to)',
    );
  return { from, to };
}

function dimensionsOf(told: Cells, family: Family): Partial<Record<FigureDimension, string>> {
  const page = told.text('page') || told.text('landing_page') || told.text('exit_page');
  switch (family) {
    case 'pages':
    case 'entry_pages':
    case 'exit_pages':
      return { hostname: told.text('hostname') || hostIn(page), path: pathIn(page) };
    case 'locations':
      return {
        country: countryNamed(told.text('country')),
        region: blankWhenUnknown(told.text('region')),
        city: blankWhenUnknown(told.text('city')),
      };
    case 'languages':
      return { language: blankWhenUnknown(told.text('language')) };
    case 'devices':
      return { device: deviceNamed(told.text('device')) };
    case 'browsers':
      return {
        browser: browserNamed(told.text('browser')),
        browser_version: blankWhenUnknown(told.text('browser_version')),
      };
    case 'systems':
      return { os: systemNamed(told.text('os')), os_version: blankWhenUnknown(told.text('os_version')) };
    case 'channels':
      return { channel: channelNamed(told.text('channel')) };
    case 'search_terms':
      return { search_term: blankWhenUnknown(told.text('search_term')) };
    case 'events':
      return { name: told.text('event') };
    case 'sources':
      return sourceOf(told);
    case 'visitors':
      return {};
  }
}

function sourceOf(told: Cells): Partial<Record<FigureDimension, string>> {
  const [joinedSource = '', joinedMedium = ''] = told.text('source_medium').split(/ \/ /);
  const referrer = told.text('referrer');
  const source = told.text('source') || joinedSource || hostIn(referrer) || referrer;
  const medium = told.text('medium') || joinedMedium;
  const origin = originNamed({ source, medium, campaign: told.text('campaign') });
  return {
    ...origin,
    ...(told.has('channel') && channelNamed(told.text('channel')) !== ''
      ? { channel: channelNamed(told.text('channel')) }
      : {}),
    referrer,
    utm_content: blankWhenUnknown(told.text('content')),
    utm_term: blankWhenUnknown(told.text('term')),
  };
}

const hostIn = (text: string) =>
  /^https?:\/\//.test(text)
    ? (URL.parse(text)?.hostname ?? '')
    : /^[\w-]+(\.[\w-]+)+\//.test(text)
      ? text.slice(0, text.indexOf('/'))
      : '';
function pathIn(text: string): string {
  const host = hostIn(text);
  const path = host === '' ? text : (URL.parse(/^https?:/.test(text) ? text : `https://${text}`)?.pathname ?? '/');
  const bare = path.split(/[?#]/)[0] ?? '';
  return blankWhenUnknown(bare) === '' ? bare.slice(0, 0) : bare.startsWith('/') ? bare : `/${bare}`;
}

const channels: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ['Direct', 'direct', 'acces direct', 'direct entry', 'entrees directes', 'entree directe'],
    [
      'Organic Search',
      'organic search',
      'recherche organique',
      'search engines',
      'moteurs de recherche',
      'search engine',
    ],
    ['Paid Search', 'paid search', 'reseau de recherche payant', 'recherche payante', 'recherche sponsorisee'],
    [
      'Organic Social',
      'organic social',
      'reseaux sociaux organiques',
      'social organique',
      'social networks',
      'reseaux sociaux',
      'social network',
    ],
    ['Paid Social', 'paid social', 'reseaux sociaux payants', 'social payant', 'reseaux sociaux sponsorises'],
    ['Organic Shopping', 'organic shopping', 'shopping organique'],
    ['Paid Shopping', 'paid shopping', 'shopping payant'],
    ['Organic Video', 'organic video', 'video organique'],
    ['Paid Video', 'paid video', 'video payante'],
    ['Referral', 'referral', 'sites referents', 'site referent', 'websites', 'sites web', 'website'],
    ['Email', 'email', 'e mail'],
    ['Display', 'display', 'reseau display'],
    ['Affiliates', 'affiliates', 'affiliation', 'affilies'],
    ['Audio', 'audio'],
    ['SMS', 'sms'],
    [
      'Mobile Push Notifications',
      'mobile push notifications',
      'notifications push mobiles',
      'notifications push pour mobile',
    ],
    ['Cross-network', 'cross network', 'multi reseaux', 'interreseau', 'cross reseau'],
    ['Paid Other', 'paid other', 'autres canaux payants', 'campaigns', 'campagnes', 'campaign'],
    ['AI Assistants', 'ai assistants', 'ai assistant', 'assistants ia'],
  ].flatMap(([name = '', ...words]) => words.map((word) => [word, name])),
);
export const channelNamed = (text: string): string =>
  channels[headerKey(text)] ?? blankWhenUnknown(text).replace(/^Unassigned$/i, '');

function valuesOf(
  told: Cells,
  measures: readonly FigureMeasure[],
  { fractions = false }: Report,
): Partial<Record<FigureMeasure, number>> {
  const share = (field: Field) => {
    const value = told.number(field);
    return told.text(field).includes('%') || (!fractions && value > 1) ? value / 100 : value;
  };
  const value = (measure: FigureMeasure): number => {
    switch (measure) {
      case 'events':
        return told.count('events_count');
      case 'bounces':
        if (told.has('bounces')) return told.count('bounces');
        if (told.has('engaged_visits')) return Math.max(0, told.count('visits') - told.count('engaged_visits'));
        return Math.round(
          told.count('visits') * (told.has('bounce_rate') ? share('bounce_rate') : 1 - share('engagement_rate')),
        );
      case 'visit_ms':
        if (told.has('total_seconds')) return Math.round(told.seconds('total_seconds') * 1000);
        if (told.has('seconds_per_visit'))
          return Math.round(told.seconds('seconds_per_visit') * told.count('visits') * 1000);
        return Math.round(told.seconds('seconds_per_visitor') * told.count('visitors') * 1000);
      case 'engaged_ms':
        if (told.has('page_seconds')) return Math.round(told.seconds('page_seconds') * 1000);
        if (told.has('seconds_per_view'))
          return Math.round(told.seconds('seconds_per_view') * told.count('pageviews') * 1000);
        return Math.round(told.seconds('seconds_per_visitor') * told.count('visitors') * 1000);
      case 'engaged_pages':
        return told.has('page_seconds') || told.has('seconds_per_view')
          ? told.count('pageviews')
          : told.count('visitors');
      case 'revenue_micros':
        return Math.round(told.number('revenue') * 1e6);
      default:
        return told.count(measure === 'scroll_percents' || measure === 'scrolled_pages' ? 'ignored' : measure);
    }
  };
  return Object.fromEntries(measures.map((measure) => [measure, value(measure)]));
}
