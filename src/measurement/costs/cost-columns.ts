/** The columns of the advertising platforms' reports, in English and French, by what they say. Pure. */
import { headerKey } from '#platform';

export const platforms = ['google', 'meta', 'linkedin', 'microsoft', 'other'] as const;
export type Platform = (typeof platforms)[number];

export const costFields = [
  'day',
  'end',
  'campaign',
  'campaign_id',
  'kind',
  'account',
  'source',
  'medium',
  'currency',
  'cost',
  'cost_micros',
  'impressions',
  'clicks',
  'conversions',
  'value',
] as const;
export type CostField = (typeof costFields)[number];

type Words = Partial<Record<CostField, readonly string[]>>;

const words: Record<Exclude<Platform, 'other'>, Words> = {
  google: {
    day: ['Day', 'Date', 'Jour', 'segments.date'],
    campaign: ['Campaign', 'Campagne', 'Campaign name', 'Nom de la campagne', 'campaign.name'],
    campaign_id: ['Campaign ID', 'ID de campagne', 'ID de la campagne', 'N° de campagne', 'campaign.id'],
    kind: ['Campaign type', 'Type de campagne', 'campaign.advertising_channel_type'],
    account: ['Account', 'Account name', 'Customer ID', 'Compte', 'Nom du compte', 'ID client', 'N° client'],
    currency: ['Currency code', 'Currency', 'Code de devise', 'Code devise', 'Devise', 'Code de la devise'],
    cost: ['Cost', 'Coût', 'Coûts'],
    cost_micros: ['metrics.cost_micros'],
    impressions: ['Impr.', 'Impressions', 'metrics.impressions'],
    clicks: ['Clicks', 'Clics', 'metrics.clicks'],
    conversions: ['Conversions', 'Conv.', 'metrics.conversions'],
    value: [
      'Conv. value',
      'Conversion value',
      'Total conv. value',
      'Valeur de conv.',
      'Valeur conv.',
      'Valeur de conversion',
      'metrics.conversions_value',
    ],
  },
  meta: {
    day: ['Day', 'Jour', 'Reporting starts', 'Début des rapports', 'Début du rapport', 'Date de début du rapport'],
    end: ['Reporting ends', 'Fin des rapports', 'Fin du rapport', 'Date de fin du rapport'],
    campaign: ['Campaign name', 'Nom de la campagne'],
    campaign_id: ['Campaign ID', 'ID de la campagne', 'Identifiant de la campagne', 'N° de campagne'],
    account: ['Account name', 'Nom du compte', 'Account ID', 'ID du compte'],
    currency: ['Currency', 'Devise'],
    cost: ['Amount spent', 'Montant dépensé'],
    impressions: ['Impressions'],
    clicks: ['Link clicks', 'Clics sur un lien', 'Clics sur le lien', 'Clicks (all)', 'Clics (tous)'],
    conversions: ['Purchases', 'Achats', 'Results', 'Résultats'],
    value: ['Purchases conversion value', 'Valeur de conversion des achats', 'Valeur de conversion d’achat'],
  },
  linkedin: {
    day: [
      'Start Date (in UTC)',
      'Date de début (en UTC)',
      'Date de début (UTC)',
      'Date de début',
      'Start Date',
      'Date',
    ],
    end: ['End Date (in UTC)', 'Date de fin (en UTC)', 'Date de fin (UTC)', 'Date de fin', 'End Date'],
    campaign: ['Campaign Name', 'Nom de la campagne', 'Campaign', 'Campagne'],
    campaign_id: ['Campaign ID', 'ID de campagne', 'ID de la campagne', 'Identifiant de la campagne'],
    account: ['Account Name', 'Nom du compte'],
    currency: ['Currency', 'Devise'],
    cost: ['Total Spent', 'Total dépensé', 'Montant total dépensé', 'Dépenses totales', 'Total des dépenses'],
    impressions: ['Impressions'],
    clicks: ['Clicks', 'Clics'],
    conversions: ['Conversions'],
    value: ['Total Conversion Value', 'Valeur totale des conversions', 'Valeur de conversion totale'],
  },
  microsoft: {
    day: ['Gregorian date', 'Time period', 'Day', 'Date', 'Jour', 'Période', 'Date grégorienne', 'Période de temps'],
    campaign: ['Campaign name', 'Campaign', 'Nom de la campagne', 'Nom de campagne', 'Campagne'],
    campaign_id: ['Campaign ID', 'ID de campagne', 'ID de la campagne'],
    kind: ['Campaign type', 'Type de campagne'],
    account: ['Account name', 'Nom du compte', 'Nom de compte'],
    currency: ['Currency code', 'Currency', 'Code de devise', 'Devise'],
    cost: ['Spend', 'Dépenses', 'Dépense', 'Dépenses publicitaires'],
    impressions: ['Impressions', 'Impr.'],
    clicks: ['Clicks', 'Clics'],
    conversions: ['Conversions', 'Conv.'],
    value: ['Revenue', 'Revenus', 'Revenu', 'Chiffre d’affaires'],
  },
};

/** A header without the currency in brackets behind it (`Amount spent (EUR)`), words apart (`CampaignName`, as scheduled reports write). */
const bare = (header: string) =>
  headerKey(header.replace(/\((?:[A-Z]{3})\)\s*$/, '').replace(/([a-z])([A-Z])/g, '$1 $2'));

const known = Object.fromEntries(
  Object.entries(words).map(([platform, fields]) => [
    platform,
    Object.fromEntries(
      Object.entries(fields).flatMap(([field, names]) =>
        names.map((name, rank) => [headerKey(name), { field: field as CostField, rank }]),
      ),
    ),
  ]),
) as Record<Exclude<Platform, 'other'>, Record<string, { field: CostField; rank: number }>>;

export type Columns = Partial<Record<CostField, number>>;

/** Where each thing of a platform's report stands; of two names of one thing the first listed wins. */
export function columnsOf(platform: Exclude<Platform, 'other'>, header: readonly string[]): Columns {
  const best = new Map<CostField, { at: number; rank: number }>();
  header.forEach((name, at) => {
    const found = known[platform][bare(name)];
    const before = found && best.get(found.field);
    if (found && (!before || found.rank < before.rank)) best.set(found.field, { at, rank: found.rank });
  });
  return Object.fromEntries([...best].map(([field, { at }]) => [field, at]));
}

/** The platform whose report a header is: it names campaign and cost in that platform's own words. */
export function platformOf(header: readonly string[], above: string): Exclude<Platform, 'other'> | undefined {
  const keys = header.map(bare);
  const has = (platform: Exclude<Platform, 'other'>, field: CostField) =>
    columnsOf(platform, header)[field] !== undefined;
  const fits = (platform: Exclude<Platform, 'other'>) =>
    has(platform, 'campaign') && (has(platform, 'cost') || has(platform, 'cost_micros'));
  if (/\bUTC\b|linkedin|campaign performance report \(in/i.test(above) && fits('linkedin')) return 'linkedin';
  if (/microsoft|bing/i.test(above) && fits('microsoft')) return 'microsoft';
  const order = ['meta', 'linkedin', 'google', 'microsoft'] as const;
  return order.find((platform) => fits(platform) && !(platform === 'microsoft' && keys.includes('cost')));
}
