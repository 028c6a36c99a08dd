/** Plausible's export: ten CSV tables `imported_*` with counts and total durations, one row per day and value (its own import format). */
import { badPlace, dayWritten } from '#platform';
import { cellsOf, figureOf, rowsBehind } from './figure-table.ts';
import type { Cells } from './figure-table.ts';
import type { Family, FigureDimension, FigureMeasure, Reader } from './history-item.ts';
import { blankWhenUnknown, browserNamed, countryNamed, deviceNamed, originNamed, systemNamed } from './names.ts';

type Table = {
  family: Family;
  /** The column that no other table has. */
  known: string;
  dimensions: readonly string[];
  /** Columns of counts → measure; `visit_duration` and times are seconds. */
  counts: Readonly<Record<string, FigureMeasure>>;
  /** Columns that older or newer exports may lack. */
  optional?: readonly string[];
  /** Columns that are known and not kept. */
  leftOut?: readonly string[];
  told(cells: Cells): Partial<Record<FigureDimension, string>>;
};

const visits = {
  visitors: 'visitors',
  visits: 'visits',
  visit_duration: 'visit_ms',
  bounces: 'bounces',
  pageviews: 'pageviews',
} as const;
const pathOf = (text: string) => (text.startsWith('/') || text === '' ? text : `/${text}`);

const tables: readonly Table[] = [
  {
    family: 'sources',
    known: 'source',
    dimensions: ['source', 'referrer', 'utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term'],
    counts: visits,
    optional: ['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term'],
    told(cells) {
      const { source, channel } = originNamed({
        source: cells.text('utm_source') || cells.text('source'),
        medium: cells.text('utm_medium'),
        campaign: cells.text('utm_campaign'),
      });
      const utm = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term'] as const;
      return {
        source,
        channel,
        referrer: cells.text('referrer'),
        ...Object.fromEntries(utm.map((name) => [name, cells.text(name)])),
      };
    },
  },
  {
    family: 'entry_pages',
    known: 'entry_page',
    dimensions: ['entry_page'],
    counts: {
      visitors: 'visitors',
      entrances: 'visits',
      visit_duration: 'visit_ms',
      bounces: 'bounces',
      pageviews: 'pageviews',
    },
    optional: ['pageviews'],
    told: (cells) => ({ path: pathOf(cells.text('entry_page')) }),
  },
  {
    family: 'exit_pages',
    known: 'exit_page',
    dimensions: ['exit_page'],
    counts: {
      visitors: 'visitors',
      exits: 'visits',
      visit_duration: 'visit_ms',
      bounces: 'bounces',
      pageviews: 'pageviews',
    },
    optional: ['visit_duration', 'bounces', 'pageviews'],
    told: (cells) => ({ path: pathOf(cells.text('exit_page')) }),
  },
  {
    family: 'events',
    known: 'link_url',
    dimensions: ['name', 'link_url', 'path'],
    counts: { visitors: 'visitors', events: 'events' },
    told: (cells) => ({ name: cells.text('name'), path: cells.text('path') || cells.text('link_url') }),
  },
  {
    family: 'pages',
    known: 'page',
    dimensions: ['hostname', 'page'],
    counts: {
      visits: 'visits',
      visitors: 'visitors',
      pageviews: 'pageviews',
      total_scroll_depth: 'scroll_percents',
      total_scroll_depth_visits: 'scrolled_pages',
      total_time_on_page: 'engaged_ms',
      total_time_on_page_visits: 'engaged_pages',
    },
    optional: [
      'visits',
      'total_scroll_depth',
      'total_scroll_depth_visits',
      'total_time_on_page',
      'total_time_on_page_visits',
    ],
    // Tables of before 2025: the exits stand in a table of their own, the time was taken from one page to the next.
    leftOut: ['exits', 'time_on_page'],
    told: (cells) => ({ hostname: cells.text('hostname'), path: pathOf(cells.text('page')) }),
  },
  {
    family: 'locations',
    known: 'country',
    dimensions: ['country', 'region', 'city'],
    counts: visits,
    // The city is a number of geonames.org, which Plausible looks up when it shows it.
    told: (cells) => ({
      country: countryNamed(cells.text('country')),
      region: blankWhenUnknown(cells.text('region')),
      city: /^0?$/.test(cells.text('city')) ? '' : cells.text('city'),
    }),
  },
  {
    family: 'devices',
    known: 'device',
    dimensions: ['device'],
    counts: visits,
    told: (cells) => ({ device: deviceNamed(cells.text('device')) }),
  },
  {
    family: 'browsers',
    known: 'browser',
    dimensions: ['browser', 'browser_version'],
    counts: visits,
    optional: ['browser_version'],
    told: (cells) => ({ browser: browserNamed(cells.text('browser')), browser_version: cells.text('browser_version') }),
  },
  {
    family: 'systems',
    known: 'operating_system',
    dimensions: ['operating_system', 'operating_system_version'],
    counts: visits,
    optional: ['operating_system_version'],
    told: (cells) => ({
      os: systemNamed(cells.text('operating_system')),
      os_version: cells.text('operating_system_version'),
    }),
  },
  { family: 'visitors', known: 'visit_duration', dimensions: [], counts: visits, told: () => ({}) },
];

const inSeconds = new Set(['visit_duration', 'total_time_on_page']);

/** Knows a table by its header; its file's name is not asked. */
export const plausibleTable: Reader = ({ file, rows }) => {
  const header = rows[0];
  if (!header) return undefined;
  const names = header.cells.map((cell) => cell.trim());
  const table = tables.find(({ known }) => names.includes(known));
  if (!table || !names.includes('date')) return undefined;
  const known = new Set(['date', ...table.dimensions, ...Object.keys(table.counts)]);
  const leftOut = new Set(table.leftOut);
  const refuse = (why: string, column?: string): never => {
    throw badPlace(file.name, header.line, why, column);
  };
  const stranger = names.find((name) => !known.has(name) && !leftOut.has(name));
  if (stranger !== undefined)
    refuse(`this column is not known in Plausible’s table of ${table.family.replace('_', ' ')}`, stranger);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) refuse('this column is there twice', twice);
  const missing = [...known].find((name) => !names.includes(name) && !table.optional?.includes(name));
  if (missing !== undefined) refuse('this column is missing', missing);

  const counted = Object.entries(table.counts).filter(([name]) => names.includes(name));
  return [
    {
      product: 'plausible',
      file,
      kind: 'figures',
      family: table.family,
      measures: counted.map(([, measure]) => measure),
      async *read() {
        const cells = cellsOf(file, { line: header.line, names, shown: names }, '.');
        for await (const row of rowsBehind(file, header.line)) {
          const told = cells(row);
          const day = dayWritten(told.text('date'));
          if (!day) throw badPlace(file.name, row.line, `${JSON.stringify(told.text('date'))} is not a day`, 'date');
          const values = counted.map(([name, measure]) => [
            measure,
            inSeconds.has(name) ? told.count(name) * 1000 : told.count(name),
          ]);
          yield figureOf(row.line, { from: day, to: day }, table.told(told), Object.fromEntries(values));
        }
      },
    },
  ];
};
