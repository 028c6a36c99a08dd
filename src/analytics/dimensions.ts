/**
 * The dimensions, as data. Two dimensions with the same attribute (`visit:country` and `ad:country`) are the same question
 * put to different facts; that is what lets one query lay audience beside ads.
 */
import { depths, durations, screens } from '#measurement/contract';
import type { Words } from './metrics.ts';

export const grains = ['minute', 'hour', 'day', 'week', 'month'] as const;
export type Grain = (typeof grains)[number];

export const attributes = [
  'source',
  'channel',
  'referrer',
  'search_term',
  'utm_source',
  'utm_medium',
  'utm_campaign',
  'utm_content',
  'utm_term',
  'country',
  'region',
  'city',
  'device',
  'browser',
  'browser_version',
  'os',
  'os_version',
  'language',
  'brand',
  'screen',
  'depth',
  'duration',
  'hour',
  'weekday',
  'visitor_type',
  'frequency',
  'recency',
  'entry_page',
  'exit_page',
  'page',
  'name',
  'goal',
  'hostname',
  'entry_hostname',
  'exit_hostname',
  'section',
  'site_search',
  'outbound_link',
  'download',
  'form',
  'not_found',
  'currency',
  'prop',
  'site',
  'order',
  'line_item',
  'creative',
  'placement',
  'advertiser',
  'side',
  'size',
  'kind',
  'invalid_reason',
  'bot_reason',
  'bot_name',
  'bot_category',
  // Only to be filtered by: what behaviours ask about.
  'visit',
  'person',
] as const;
export type Attribute = (typeof attributes)[number];

export type Dimension = {
  attribute: Attribute;
  label: Words;
  /** What an empty text is called in results and in `is` filters; absent where it stays empty. */
  empty?: string;
  /** Every value there can be, in the order in which people read them. */
  values?: readonly string[];
};

const direct = 'Direct / None';
const notSet = '(not set)';
const none = '(none)';

export const visitorTypes = ['new', 'returning'] as const;
export const frequencies = ['1', '2', '3', '4', '5–9', '10–24', '25+'] as const;
export const recencies = ['first', '0', '1', '2–6', '7–13', '14–29', '30+'] as const;
const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'));
const weekdays = ['1', '2', '3', '4', '5', '6', '7'];

export const dimensions = {
  'visit:source': { attribute: 'source', label: { en: 'Source', fr: 'Source' }, empty: direct },
  'visit:channel': { attribute: 'channel', label: { en: 'Channel', fr: 'Canal' }, empty: notSet },
  'visit:referrer': { attribute: 'referrer', label: { en: 'Referrer', fr: 'Site référent' }, empty: direct },
  'visit:search_term': {
    attribute: 'search_term',
    label: { en: 'Search words', fr: 'Mots de recherche' },
    empty: notSet,
  },
  'visit:utm_source': { attribute: 'utm_source', label: { en: 'UTM source', fr: 'Source UTM' }, empty: notSet },
  'visit:utm_medium': { attribute: 'utm_medium', label: { en: 'UTM medium', fr: 'Support UTM' }, empty: notSet },
  'visit:utm_campaign': { attribute: 'utm_campaign', label: { en: 'UTM campaign', fr: 'Campagne UTM' }, empty: notSet },
  'visit:utm_content': { attribute: 'utm_content', label: { en: 'UTM content', fr: 'Contenu UTM' }, empty: notSet },
  'visit:utm_term': { attribute: 'utm_term', label: { en: 'UTM term', fr: 'Terme UTM' }, empty: notSet },
  'visit:country': { attribute: 'country', label: { en: 'Country', fr: 'Pays' }, empty: notSet },
  'visit:region': { attribute: 'region', label: { en: 'Region', fr: 'Région' }, empty: notSet },
  'visit:city': { attribute: 'city', label: { en: 'City', fr: 'Ville' }, empty: notSet },
  // Names as Plausible's API gives them: a region and a city go by what was stored, a country by its English name.
  'visit:country_name': {
    attribute: 'country',
    label: { en: 'Country by name', fr: 'Pays en toutes lettres' },
    empty: notSet,
  },
  'visit:region_name': { attribute: 'region', label: { en: 'Region by name', fr: 'Région par nom' }, empty: notSet },
  'visit:city_name': { attribute: 'city', label: { en: 'City by name', fr: 'Ville par nom' }, empty: notSet },
  'visit:device': { attribute: 'device', label: { en: 'Device', fr: 'Appareil' }, empty: notSet },
  'visit:browser': { attribute: 'browser', label: { en: 'Browser', fr: 'Navigateur' }, empty: notSet },
  'visit:browser_version': {
    attribute: 'browser_version',
    label: { en: 'Browser version', fr: 'Version du navigateur' },
    empty: notSet,
  },
  'visit:os': { attribute: 'os', label: { en: 'System', fr: 'Système' }, empty: notSet },
  'visit:os_version': {
    attribute: 'os_version',
    label: { en: 'System version', fr: 'Version du système' },
    empty: notSet,
  },
  'visit:language': { attribute: 'language', label: { en: 'Language', fr: 'Langue' }, empty: notSet },
  'visit:brand': { attribute: 'brand', label: { en: 'Brand', fr: 'Marque' }, empty: notSet },
  'visit:screen': {
    attribute: 'screen',
    label: { en: 'Window width', fr: 'Largeur de fenêtre' },
    empty: notSet,
    values: screens,
  },
  'visit:depth': {
    attribute: 'depth',
    label: { en: 'Pages in the visit', fr: 'Pages dans la visite' },
    values: depths,
  },
  'visit:duration': {
    attribute: 'duration',
    label: { en: 'Duration of the visit', fr: 'Durée de la visite' },
    values: durations,
  },
  'visit:hour': { attribute: 'hour', label: { en: 'Hour of the day', fr: 'Heure du jour' }, values: hours },
  'visit:weekday': {
    attribute: 'weekday',
    label: { en: 'Day of the week', fr: 'Jour de la semaine' },
    values: weekdays,
  },
  'visit:visitor_type': {
    attribute: 'visitor_type',
    label: { en: 'New or returning', fr: 'Nouveau ou de retour' },
    empty: 'unknown',
    values: visitorTypes,
  },
  'visit:frequency': {
    attribute: 'frequency',
    label: { en: 'Which visit of the visitor', fr: 'Rang de la visite' },
    empty: 'unknown',
    values: frequencies,
  },
  'visit:recency': {
    attribute: 'recency',
    label: { en: 'Days since the last visit', fr: 'Jours depuis la visite précédente' },
    empty: 'unknown',
    values: recencies,
  },
  'visit:line_item': {
    attribute: 'line_item',
    label: { en: 'Line item that led here', fr: 'Ligne qui a amené la visite' },
    empty: none,
  },
  'visit:entry_page_hostname': {
    attribute: 'entry_hostname',
    label: { en: 'Host name of entry', fr: 'Nom d’hôte d’entrée' },
    empty: notSet,
  },
  'visit:exit_page_hostname': {
    attribute: 'exit_hostname',
    label: { en: 'Host name of exit', fr: 'Nom d’hôte de sortie' },
    empty: notSet,
  },
  'visit:entry_page': { attribute: 'entry_page', label: { en: 'Entry page', fr: 'Page d’entrée' }, empty: notSet },
  'visit:exit_page': { attribute: 'exit_page', label: { en: 'Exit page', fr: 'Page de sortie' }, empty: notSet },
  'event:page': { attribute: 'page', label: { en: 'Page', fr: 'Page' } },
  'event:name': { attribute: 'name', label: { en: 'Event', fr: 'Évènement' } },
  'event:goal': { attribute: 'goal', label: { en: 'Goal', fr: 'Objectif' } },
  'event:hostname': { attribute: 'hostname', label: { en: 'Host name', fr: 'Nom d’hôte' } },
  'event:section': { attribute: 'section', label: { en: 'Section', fr: 'Rubrique' } },
  'event:site_search': {
    attribute: 'site_search',
    label: { en: 'Words of the site’s search', fr: 'Mots de la recherche interne' },
    empty: none,
  },
  'event:outbound_link': {
    attribute: 'outbound_link',
    label: { en: 'Outbound link', fr: 'Lien sortant' },
    empty: none,
  },
  'event:download': { attribute: 'download', label: { en: 'Download', fr: 'Téléchargement' }, empty: none },
  'event:form': { attribute: 'form', label: { en: 'Form sent', fr: 'Formulaire envoyé' }, empty: none },
  'event:not_found': { attribute: 'not_found', label: { en: 'Page not found', fr: 'Page introuvable' }, empty: none },
  'event:currency': { attribute: 'currency', label: { en: 'Currency', fr: 'Devise' }, empty: none },
  'ad:order': { attribute: 'order', label: { en: 'Order', fr: 'Bon de commande' } },
  'ad:line_item': { attribute: 'line_item', label: { en: 'Line item', fr: 'Ligne' } },
  'ad:creative': { attribute: 'creative', label: { en: 'Creative', fr: 'Création' } },
  'ad:placement': { attribute: 'placement', label: { en: 'Placement', fr: 'Emplacement' } },
  'ad:advertiser': { attribute: 'advertiser', label: { en: 'Advertiser', fr: 'Annonceur' } },
  'ad:side': { attribute: 'side', label: { en: 'Side', fr: 'Côté' } },
  'ad:section': { attribute: 'section', label: { en: 'Section', fr: 'Rubrique' } },
  'ad:size': { attribute: 'size', label: { en: 'Size', fr: 'Taille' } },
  'ad:country': { attribute: 'country', label: { en: 'Country', fr: 'Pays' }, empty: notSet },
  'ad:device': { attribute: 'device', label: { en: 'Device', fr: 'Appareil' }, empty: notSet },
  'ad:site': { attribute: 'site', label: { en: 'Site', fr: 'Site' } },
  'ad:kind': { attribute: 'kind', label: { en: 'What happened', fr: 'Ce qui s’est passé' } },
  'ad:browser': { attribute: 'browser', label: { en: 'Browser', fr: 'Navigateur' }, empty: notSet },
  'ad:os': { attribute: 'os', label: { en: 'System', fr: 'Système' }, empty: notSet },
  'ad:page': { attribute: 'page', label: { en: 'Page', fr: 'Page' } },
  'ad:hour': { attribute: 'hour', label: { en: 'Hour of the day', fr: 'Heure du jour' }, values: hours },
  'ad:weekday': { attribute: 'weekday', label: { en: 'Day of the week', fr: 'Jour de la semaine' }, values: weekdays },
  'ad:invalid_reason': { attribute: 'invalid_reason', label: { en: 'Reason', fr: 'Motif' } },
  'bot:reason': { attribute: 'bot_reason', label: { en: 'Reason', fr: 'Motif' } },
  'bot:name': { attribute: 'bot_name', label: { en: 'Crawler', fr: 'Robot' }, empty: notSet },
  'bot:category': { attribute: 'bot_category', label: { en: 'Kind of crawler', fr: 'Type de robot' }, empty: notSet },
} as const satisfies Record<string, Dimension>;

export const timeDimensions = {
  time: { en: 'Time', fr: 'Temps' },
  'time:minute': { en: 'Minute', fr: 'Minute' },
  'time:hour': { en: 'Hour', fr: 'Heure' },
  'time:day': { en: 'Day', fr: 'Jour' },
  'time:week': { en: 'Week', fr: 'Semaine' },
  'time:month': { en: 'Month', fr: 'Mois' },
} as const satisfies Record<string, Words>;

const props = 'event:props:';
const known: Record<string, Dimension> = dimensions;

/** A dimension by name; `event:props:NAME` for any NAME of 1 to 300 characters. Undefined for a time dimension and for an unknown name. */
export function dimensionOf(name: string): (Dimension & { prop?: string }) | undefined {
  if (Object.hasOwn(known, name)) return known[name];
  const prop = name.slice(props.length);
  if (!name.startsWith(props) || prop.length === 0 || prop.length > 300) return undefined;
  return { attribute: 'prop', prop, label: { en: prop, fr: prop }, empty: '(none)' };
}

export const isTime = (name: string): boolean => Object.hasOwn(timeDimensions, name);
export const isDimension = (name: string): boolean => isTime(name) || dimensionOf(name) !== undefined;
