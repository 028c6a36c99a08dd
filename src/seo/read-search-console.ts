/** Search Console's export: a zip of CSV tables, or one of them, in English, French, German, Spanish, Italian or Dutch. */
import {
  badPlace,
  checkCells,
  type DataFile,
  dayWritten,
  headerKey,
  isBlank,
  numberWritten,
  readTable,
  Refusal,
} from '#platform';

export const kinds = ['query', 'page', 'country', 'device', 'appearance', 'day'] as const;
export type Kind = (typeof kinds)[number];

export type SearchRow = {
  kind: Kind;
  value: string;
  first: string;
  last: string;
  clicks: number;
  impressions: number;
  position: number;
};
export type SearchReport = { rows: SearchRow[]; first: string; last: string; search_type: string };

const firstColumns: Readonly<Record<Kind, readonly string[]>> = {
  query: [
    'Top queries',
    'Query',
    'Queries',
    'Requêtes les plus fréquentes',
    'Requête',
    'Requêtes',
    'Häufigste Suchanfragen',
    'Consultas principales',
    'Query principali',
    'Populairste zoekopdrachten',
  ],
  page: [
    'Top pages',
    'Page',
    'Pages',
    'Pages les plus populaires',
    'Pages principales',
    'Seiten mit den meisten Klicks',
    'Die häufigsten Seiten',
    'Páginas principales',
    'Pagine principali',
    "Populairste pagina's",
  ],
  country: ['Country', 'Pays', 'Land', 'País', 'Paese'],
  device: ['Device', 'Appareil', 'Gerät', 'Dispositivo', 'Apparaat'],
  appearance: [
    'Search Appearance',
    'Apparence dans les résultats de recherche',
    'Darstellung in der Suche',
    'Apariencia en las búsquedas',
    'Aspetto nella ricerca',
    'Weergave in zoekresultaten',
  ],
  day: ['Date', 'Datum', 'Fecha', 'Data', 'Date Range', 'Plage de dates'],
};
const kindOf = new Map(
  Object.entries(firstColumns).flatMap(([kind, names]) => names.map((name) => [headerKey(name), kind as Kind])),
);

type Measure = 'clicks' | 'impressions' | 'ctr' | 'position';
const measures: Readonly<Record<Measure, RegExp>> = {
  clicks: /\b(?:clicks|clics|klicks|clic|klikken)$/,
  impressions: /\b(?:impressions|impressionen|impresiones|impressioni|vertoningen)$/,
  ctr: /\b(?:ctr|klickrate)$/,
  position:
    /\b(?:position|position moyenne|average position|durchschnittliche position|posicion media|posizione media|positie|posicion|posizione)$/,
};

/** Where the figures of the present period stand; a comparison's other period comes second and is left. */
function columnsOf(header: readonly string[]): Partial<Record<Measure, number>> {
  const found: Partial<Record<Measure, number>> = {};
  header.forEach((name, at) => {
    const key = headerKey(name);
    const measure = (Object.keys(measures) as Measure[]).find((one) => measures[one].test(key));
    if (measure && found[measure] === undefined && at > 0) found[measure] = at;
  });
  return found;
}

const types: Readonly<Record<string, string>> = {
  web: 'web',
  image: 'image',
  images: 'image',
  video: 'video',
  videos: 'video',
  news: 'news',
  actualites: 'news',
  discover: 'discover',
};
const devices: Readonly<Record<string, string>> = {
  desktop: 'desktop',
  ordinateur: 'desktop',
  computer: 'desktop',
  ordenador: 'desktop',
  mobile: 'phone',
  mobil: 'phone',
  telephone: 'phone',
  movil: 'phone',
  mobiel: 'phone',
  tablet: 'tablet',
  tablette: 'tablet',
  tableta: 'tablet',
};

type Raw = {
  file: DataFile;
  header: { line: number; cells: string[] };
  kind: Kind;
  rows: { line: number; cells: string[] }[];
};

/** Of all tables of an export: Search Console gives a thousand a table, its API fifty thousand a day. */
const mostRows = 300_000;

/** Reads the tables of one export. Throws a Refusal that names file, line and column. `told` are the days where the tables do not say. */
export async function readSearchConsole(
  files: readonly DataFile[],
  told: { from?: string | undefined; to?: string | undefined },
): Promise<SearchReport> {
  const tables: Raw[] = [];
  let count = 0;
  let search_type = 'web';
  for (const file of files) {
    const rows = [];
    for await (const row of readTable(file)) {
      if (isBlank(row)) continue;
      if (++count > mostRows)
        throw new Refusal('too-large', `${file.name}: the export has more than ${mostRows} rows.`, { field: 'file' });
      rows.push(row);
    }
    const header = rows.shift();
    if (!header) continue;
    const first = headerKey(header.cells[0] ?? '');
    if (/^(?:filter|filtre|filtro)$/.test(first)) {
      for (const { cells } of rows)
        if (/type/i.test(cells[0] ?? '')) search_type = types[headerKey(cells[1] ?? '')] ?? search_type;
      continue;
    }
    const kind = kindOf.get(first);
    const columns = columnsOf(header.cells);
    if (!kind || columns.clicks === undefined || columns.impressions === undefined)
      throw badPlace(
        file.name,
        header.line,
        `this is no table of a Search Console export (${header.cells.slice(0, 6).join(', ')})`,
      );
    tables.push({ file, header, kind, rows });
  }
  const byDay = tables.find(({ kind }) => kind === 'day');
  const days = (byDay?.rows ?? [])
    .map(({ line, cells }) => dayOf(byDay?.file.name ?? '', line, byDay?.header.cells[0] ?? '', cells[0] ?? ''))
    .toSorted();
  const first = told.from ?? days[0];
  const last = told.to ?? days.at(-1);
  const one = tables[0];
  if (!one) throw badPlace(files[0]?.name ?? 'file', 1, 'holds no figures');
  if (!first || !last)
    throw badPlace(
      one.file.name,
      one.header.line,
      'the tables do not say which days they cover; bring the whole zip, or say from and to',
    );
  return { rows: tables.flatMap((table) => rowsOf(table, first, last)), first, last, search_type };
}

function dayOf(file: string, line: number, column: string, text: string): string {
  const day = dayWritten(text);
  if (!day)
    throw badPlace(
      file,
      line,
      `${JSON.stringify(text.slice(0, 40))} is not a day; export by day, not by week or month`,
      column,
    );
  return day;
}

function rowsOf({ file, header, kind, rows }: Raw, first: string, last: string): SearchRow[] {
  const columns = columnsOf(header.cells);
  const semicolons = rows.some(({ cells }) =>
    cells.some((cell) => /\d,\d+\s*%?$/.test(cell.trim()) && !/\d,\d{3}$/.test(cell.trim())),
  );
  const decimal = semicolons ? ',' : '.';
  return rows.map(({ line, cells }) => {
    checkCells(file.name, { line, cells }, header.cells.length);
    const number = (measure: Measure): number => {
      const at = columns[measure];
      const written = at === undefined ? '' : (cells[at]?.trim() ?? '');
      if (written === '' || written === '-') return 0;
      const value = numberWritten(written, measure === 'position' ? decimal : undefined) ?? Number.NaN;
      if (!(value >= 0))
        throw badPlace(
          file.name,
          line,
          `${JSON.stringify(written.slice(0, 40))} is not a number`,
          header.cells[at ?? 0],
        );
      return value;
    };
    const told = cells[0]?.trim() ?? '';
    const day = kind === 'day' ? dayOf(file.name, line, header.cells[0] ?? '', told) : undefined;
    return {
      kind,
      value: kind === 'device' ? (devices[headerKey(told)] ?? told) : day === undefined ? told : '',
      first: day ?? first,
      last: day ?? last,
      clicks: Math.round(number('clicks')),
      impressions: Math.round(number('impressions')),
      position: number('position'),
    };
  });
}
