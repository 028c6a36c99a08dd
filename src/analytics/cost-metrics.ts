/** Metrics of advertising bought elsewhere (imported reports of costs), beside what its visits brought. */
import { type Metric, money, ratio } from './formula.ts';

export const costMetrics = {
  cost: {
    family: 'costs',
    unit: 'money',
    measures: ['cost', 'other_cost'],
    formula: money('cost'),
    label: { en: 'Advertising cost', fr: 'Coût publicitaire' },
    definition: {
      en: 'What imported reports of advertising platforms say was spent, in the site’s currency.',
      fr: 'Ce que les rapports importés des plateformes disent avoir été dépensé, dans la devise du site.',
    },
  },
  cost_impressions: {
    family: 'costs',
    unit: 'count',
    measures: ['cost_impressions'],
    formula: 'cost_impressions',
    label: { en: 'Impressions bought', fr: 'Impressions achetées' },
    definition: {
      en: 'Impressions as the platforms report them.',
      fr: 'Impressions telles que les plateformes les rapportent.',
    },
  },
  cost_clicks: {
    family: 'costs',
    unit: 'count',
    measures: ['cost_clicks'],
    formula: 'cost_clicks',
    label: { en: 'Clicks bought', fr: 'Clics achetés' },
    definition: { en: 'Clicks as the platforms report them.', fr: 'Clics tels que les plateformes les rapportent.' },
  },
  cost_conversions: {
    family: 'costs',
    unit: 'ratio',
    measures: ['cost_conversions'],
    formula: 'round(cost_conversions, 2)',
    label: { en: 'Conversions claimed', fr: 'Conversions revendiquées' },
    definition: {
      en: 'Conversions as the platforms count them, each by its own rules.',
      fr: 'Conversions telles que les plateformes les comptent, chacune selon ses règles.',
    },
  },
  cost_per_click: {
    family: 'costs',
    unit: 'money',
    measures: ['cost', 'other_cost', 'own_cost_clicks'],
    formula: ratio(money('cost'), 'own_cost_clicks', 2),
    label: { en: 'CPC bought', fr: 'CPC acheté' },
    definition: {
      en: 'Advertising cost in the site’s currency divided by the clicks it bought.',
      fr: 'Coût publicitaire dans la devise du site divisé par les clics qu’il a achetés.',
    },
  },
  cost_per_visit: {
    family: 'costs',
    unit: 'money',
    measures: ['cost', 'other_cost', 'visits'],
    formula: ratio(money('cost'), 'visits', 2),
    label: { en: 'Cost per visit', fr: 'Coût par visite' },
    definition: {
      en: 'Advertising cost divided by the visits that were measured here.',
      fr: 'Coût publicitaire divisé par les visites mesurées ici.',
    },
  },
  cost_per_conversion: {
    family: 'costs',
    unit: 'money',
    measures: ['cost', 'other_cost', 'conversions'],
    formula: ratio(money('cost'), 'conversions', 2),
    label: { en: 'CPA', fr: 'CPA' },
    definition: {
      en: 'Advertising cost divided by the custom events measured here (filter by event:name for one of them).',
      fr: 'Coût publicitaire divisé par les évènements personnalisés mesurés ici (filtrer par event:name pour l’un d’eux).',
    },
  },
  roas: {
    family: 'costs',
    unit: 'ratio',
    measures: ['revenue', 'other_revenue', 'cost', 'other_cost'],
    formula: ratio('revenue', 'cost', 2),
    label: { en: 'ROAS', fr: 'ROAS' },
    definition: {
      en: 'Revenue measured here divided by the advertising cost.',
      fr: 'Revenu mesuré ici divisé par le coût publicitaire.',
    },
  },
} as const satisfies Record<string, Metric>;
