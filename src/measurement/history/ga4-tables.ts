/**
 * CSV files of Google Analytics 4's interface, English and French: standard reports (comment lines `# …` above the table, several tables
 * behind one another in overviews) and explorations (a `Grand total` row, days as YYYYMMDD, rates as fractions).
 */
import { badPlace, dayWritten, headerKey, readTable } from '#platform';
import { rowsBehind } from './figure-table.ts';
import type { Head, Reader, Recognised } from './history-item.ts';
import { familyOf, type Field, fields, figuresOf, measuresOf, vocabularyOf } from './report-table.ts';

const words = vocabularyOf({
  date: ['Date'],
  nth_day: ['Nth day', 'Jour n', 'Nième jour', 'N-ième jour', 'Jour N°'],
  page: [
    'Page path and screen class',
    'Page path',
    'Page path + query string',
    'Page path and query string',
    'Page location',
    'Page',
    'Chemin de la page et classe de l’écran',
    "Chemin de la page et classe d'écran",
    'Chemin de la page',
    "Chemin d'accès de la page",
    "Chemin d'accès à la page",
    "Chemin d'accès à la page et classe de l'écran",
    "Chemin d'accès de la page et classe de l'écran",
    'Chemin de page + chaîne de requête',
    "Chemin d'accès à la page + chaîne de requête",
    'Emplacement de la page',
  ],
  landing_page: [
    'Landing page',
    'Landing page + query string',
    'Page de destination',
    'Page de destination + chaîne de requête',
  ],
  hostname: ['Hostname', 'Host name', "Nom d'hôte"],
  country: ['Country', 'Country ID', 'Pays', 'Code du pays', 'ID du pays'],
  region: ['Region', 'Région'],
  city: ['City', 'Ville'],
  language: ['Language', 'Language code', 'Langue', 'Code de langue'],
  device: ['Device category', 'Device', "Catégorie d'appareil", 'Catégorie de l’appareil', 'Appareil'],
  browser: ['Browser', 'Navigateur'],
  os: ['Operating system', "Système d'exploitation"],
  os_version: ['OS version', 'Operating system version', "Version de l'OS", "Version du système d'exploitation"],
  source: [
    'Session source',
    'Session manual source',
    'First user source',
    'Source',
    'First user manual source',
    'Source de la session',
    'Source manuelle de la session',
    'Source du premier utilisateur',
    'Source de la première interaction',
    "Source d'acquisition du premier utilisateur",
  ],
  medium: [
    'Session medium',
    'Session manual medium',
    'First user medium',
    'Medium',
    'Support de la session',
    'Support manuel de la session',
    'Support',
    'Support du premier utilisateur',
    'Support de la première interaction',
  ],
  source_medium: [
    'Session source / medium',
    'First user source / medium',
    'Source / medium',
    'Source/Support de la session',
    'Source / support de la session',
    'Source/Support',
    'Source / support',
    'Source/Support du premier utilisateur',
    'Source/Support de la première interaction',
    'Session manual source / medium',
  ],
  campaign: [
    'Session campaign',
    'Session manual campaign name',
    'First user campaign',
    'Campaign',
    'Session Google Ads campaign',
    'Campagne de la session',
    'Campagne',
    'Campagne du premier utilisateur',
    'Nom de la campagne manuelle de la session',
  ],
  content: ['Session manual ad content', 'Manual ad content', "Contenu de l'annonce manuelle de la session"],
  term: ['Session manual term', 'Manual term', 'Terme manuel de la session'],
  channel: [
    'Session primary channel group (Default Channel Group)',
    'Session default channel group',
    'Session primary channel group',
    'Default channel group',
    'First user primary channel group (Default Channel Group)',
    'First user default channel group',
    'First user primary channel group',
    'Groupe de canaux principal de la session (groupe de canaux par défaut)',
    'Groupe de canaux par défaut de la session',
    'Groupe de canaux par défaut',
    'Groupe de canaux principal du premier utilisateur (groupe de canaux par défaut)',
    'Groupe de canaux principal pour la session (groupe de canaux par défaut)',
    'Groupe de canaux principal de la session',
    'Groupe de canaux par défaut du premier utilisateur',
  ],
  event: ['Event name', "Nom de l'événement", "Nom de l'évènement"],
  visitors: [
    'Active users',
    'Total users',
    'Users',
    'Utilisateurs actifs',
    'Nombre total d’utilisateurs',
    "Total d'utilisateurs",
    'Total des utilisateurs',
    'Utilisateurs',
  ],
  visits: ['Sessions'],
  engaged_visits: ['Engaged sessions', 'Sessions avec engagement', 'Sessions engagées'],
  engagement_rate: ['Engagement rate', "Taux d'engagement"],
  bounce_rate: ['Bounce rate', 'Taux de rebond'],
  pageviews: ['Views', 'Vues', 'Screen views', 'Screen page views', 'Pages vues', 'Nombre de vues'],
  events_count: ['Event count', "Nombre d'événements", "Nombre d'évènements", "Nombre total d'événements"],
  total_seconds: [
    'User engagement',
    'User engagement duration',
    'Engagement utilisateur',
    'Engagement des utilisateurs',
    "Durée d'engagement des utilisateurs",
  ],
  seconds_per_visit: [
    'Average engagement time per session',
    'Average session duration',
    "Durée d'engagement moyenne par session",
    'Durée moyenne des sessions',
    "Temps d'engagement moyen par session",
    'Durée de session moyenne',
  ],
  seconds_per_visitor: [
    'Average engagement time per active user',
    'Average engagement time',
    'Average engagement time per user',
    "Durée d'engagement moyenne",
    "Durée d'engagement moyenne par utilisateur actif",
    "Temps d'engagement moyen par utilisateur actif",
    "Temps d'engagement moyen",
    "Durée moyenne d'engagement",
    "Durée moyenne d'engagement par utilisateur actif",
  ],
  revenue: [
    'Total revenue',
    'Revenu total',
    'Revenus totaux',
    'Purchase revenue',
    "Revenus d'achat",
    "Chiffre d'affaires total",
  ],
  ignored: [
    'New users',
    'Returning users',
    'Views per active user',
    'Views per session',
    'Views per user',
    'Event count per user',
    'Event count per active user',
    'Events per session',
    'Engaged sessions per active user',
    'Engaged sessions per user',
    'Sessions per active user',
    'Key events',
    'Conversions',
    'Session key event rate',
    'User key event rate',
    'Session conversion rate',
    'Average purchase revenue',
    'Average revenue per user',
    'ARPU',
    'Transactions',
    'Ecommerce purchases',
    'User stickiness',
    'Nouveaux utilisateurs',
    'Utilisateurs connus',
    'Vues par utilisateur actif',
    'Vues par session',
    'Vues par utilisateur',
    "Nombre d'événements par utilisateur",
    "Nombre d'événements par utilisateur actif",
    'Événements par session',
    "Nombre d'événements par session",
    'Sessions avec engagement par utilisateur actif',
    'Sessions avec engagement par utilisateur',
    'Sessions par utilisateur actif',
    'Événements clés',
    "Taux d'événements clés de session",
    "Taux d'événements clés de l'utilisateur",
    "Taux d'événements clés des sessions",
    'Revenu moyen par utilisateur',
    'Achats e-commerce',
    'Transactions',
    'Totals',
    'Totaux',
    'Entrances',
    'Entrées',
    'Exits',
    'Sorties',
  ],
});

/** Tables of the interface that have neither page, source … nor a day: nothing to keep them under. */
const unusable =
  /^(?:nth (?:week|month|hour|minute|year)|(?:semaine|mois|heure|minute) n|n ?ieme (?:semaine|mois|heure)|page title|titre de la page|audience name|content group|age|gender|interests|item name|hour|heure|week|semaine|month|mois)/;

/** Columns of figures; every other one says what a row is of. */
const counted = new Set<Field>(fields.slice(fields.indexOf('visitors')));

const keys = (cells: readonly string[]) => cells.map((cell) => headerKey(cell));

/** A line that can be a header of GA4: one of its measures, and only words (no number). */
const isHeader = (cells: readonly string[]) => {
  const fields = keys(cells).map((key) => words[key]);
  const measured =
    fields.some((field) => field && measuresOf([field, 'visits'], 'visitors').length > 1) || fields.includes('visits');
  return cells.length > 1 && measured && cells.every((cell) => !/^[\d.,% ]+$/.test(cell.trim()));
};

const isTotal = (cells: readonly string[]) =>
  cells.some((cell) => /^(?:grand total|total général|totaux?|totals?)$/i.test(cell.trim()));

/** Days that the lines above a table tell: `# Start date: 20260101`, `# Date de début : 20260101`, `# 20260723-20260922`. */
function daysAbove(text: string): { from?: string; to?: string } {
  const told = (pattern: RegExp) => {
    const found = pattern.exec(text)?.[1];
    return found ? dayWritten(found) : undefined;
  };
  const range = /^#\s*(\d{8})\s*-\s*(\d{8})\s*$/m.exec(text);
  const from =
    told(/^#\s*(?:start date|date de d[ée]but)\s*:\s*([\d-]+)/im) ?? (range?.[1] ? dayWritten(range[1]) : undefined);
  const to = told(/^#\s*(?:end date|date de fin)\s*:\s*([\d-]+)/im) ?? (range?.[2] ? dayWritten(range[2]) : undefined);
  return { ...(from ? { from } : {}), ...(to ? { to } : {}) };
}

/** Knows GA4 by its comment lines, or by two headers of its own that no other product uses. */
export const ga4Tables: Reader = (head) => {
  const { text, rows } = head;
  const isCommented = /^\uFEFF?#\s?-{3,}/.test(text) || /^\uFEFF?#\s/.test(text);
  const first = rows.find(({ cells }) => isHeader(cells));
  if (!first) {
    const odd = isCommented
      ? rows.find(({ cells }) => !cells[0]?.startsWith('#') && cells.some((cell) => cell.trim() !== ''))
      : undefined;
    if (odd)
      throw badPlace(
        head.file.name,
        odd.line,
        'this header holds no figure of Google Analytics 4 that Vigie knows',
        odd.cells[0],
      );
    return undefined;
  }
  const known = keys(first.cells).filter((key) => words[key] !== undefined).length;
  const isOurs =
    isCommented ||
    (known >= 2 &&
      keys(first.cells).some((key) =>
        /active users|utilisateurs actifs|engaged sessions|sessions avec engagement|engagement|session (?:source|default|primary)|total users/.test(
          key,
        ),
      ));
  return isOurs ? tablesIn(head) : undefined;
};

/** Every table of the file: a header starts one, an empty line or a comment ends it. */
async function tablesIn({ file, text, options }: Head): Promise<Recognised[]> {
  const above = daysAbove(text);
  const found: Recognised[] = [];
  const days = new Map<number, string[]>();
  let current: { line: number; cells: string[] } | undefined;
  const headers: { line: number; cells: string[] }[] = [];
  const endLines = new Map<number, number>();
  const isEnd = ({ cells }: { cells: string[] }) =>
    cells.every((cell) => cell.trim() === '') || cells[0]?.startsWith('#') === true;
  for await (const row of readTable(file)) {
    if (isEnd(row)) {
      current = undefined;
      continue;
    }
    if (
      isHeader(row.cells) ||
      (!current &&
        row.cells.length > 1 &&
        row.cells.every((cell) => cell.trim() !== '' && !/^[\d.,% ]+$/.test(cell.trim())))
    ) {
      if (current) endLines.set(current.line, row.line);
      current = row;
      headers.push(row);
      days.set(row.line, []);
    } else if (current) {
      const at = keys(current.cells).findIndex((key) => words[key] === 'date');
      if (at >= 0 && (days.get(current.line)?.length ?? 0) < 400) days.get(current.line)?.push(row.cells[at] ?? '');
    }
  }
  for (const header of headers) {
    const shown = header.cells.map((cell) => cell.trim());
    const unusableColumn = shown.find((cell) => unusable.test(headerKey(cell)));
    if (unusableColumn !== undefined) {
      found.push({ product: 'ga4', file, kind: 'left-out', why: `line ${header.line}: by ${unusableColumn}` });
      continue;
    }
    const stranger = shown.find((cell) => words[headerKey(cell)] === undefined);
    if (stranger !== undefined)
      throw badPlace(file.name, header.line, 'this column is not known in an export of Google Analytics 4', stranger);
    const names = shown.map((cell): Field => words[headerKey(cell)] ?? 'ignored');
    const family = familyOf(file, header.line, names, shown);
    const next = endLines.get(header.line);
    const told = names.flatMap((name, i) => (counted.has(name) ? [] : [i]));
    const report = {
      file,
      header: { line: header.line, names, shown },
      family,
      options,
      from: above.from ?? options.from,
      to: above.to ?? options.to,
      days: days.get(header.line) ?? [],
      fractions: true,
      decimal: decimalOf(text),
    };
    found.push({
      product: 'ga4',
      file,
      kind: 'figures',
      family,
      measures: measuresOf(names, family),
      async *read() {
        const read = figuresOf(report);
        let started = false;
        for await (const row of rowsBehind(file, header.line, (one) => started && isEnd(one))) {
          if (next !== undefined && row.line >= next) return;
          if (row.cells[0]?.startsWith('#')) return;
          started = true;
          // GA4 calls what it does not know "(not set)": a row without any dimension is the total.
          const isUnnamed = told.length > 0 && told.every((i) => (row.cells[i] ?? '').trim() === '');
          if (isTotal(row.cells) || isHeader(row.cells) || isUnnamed) continue;
          yield read(row);
        }
      },
    });
  }
  return found;
}

/** GA4 writes figures with a point, whatever its language; a semicolon file that went through a French spreadsheet has commas. */
const decimalOf = (text: string): ',' | '.' =>
  /\n[^\n]*;[^\n]*\d,\d/.test(text) && !/\n[^\n]*,[^\n]*\d\.\d/.test(text) ? ',' : '.';
