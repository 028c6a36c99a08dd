/**
 * The metrics, as data. A metric is a formula over measures (additive counts or distinct counts that a table of the event
 * store can give, see sources.ts). Rates are computed from sums, never averaged; a rate of nothing is null.
 */

export type Unit = 'count' | 'percent' | 'seconds' | 'money' | 'ratio';
export type Family = 'audience' | 'ads' | 'requests' | 'crawlers';
export type Words = { en: string; fr: string };

export type Metric = {
  family: Family;
  unit: Unit;
  label: Words;
  /** One sentence, shown beside the number. */
  definition: Words;
  measures: readonly Measure[];
  /** SQL over the measures' names. */
  formula: string;
};

export const measures = [
  'visitors',
  'visits',
  'visit_count',
  'visit_pageviews',
  'visit_ms',
  'bounces',
  'pageviews',
  'events',
  'conversions',
  'revenue',
  'other_revenue',
  'engaged_ms',
  'engaged_pages',
  'scroll_percents',
  'scrolled_pages',
  'goal_completions',
  'goal_visits',
  'goal_base',
  'goal_value',
  'other_goal_value',
  'impressions',
  'viewables',
  'clicks',
  'spend',
  'other_spend',
  'impressions_gross',
  'clicks_gross',
  'invalid',
  'identified',
  'reach',
  'requests',
  'filled',
  'ignored',
] as const;
export type Measure = (typeof measures)[number];

const ratio = (numerator: string, denominator: string, digits: number) =>
  `if(${denominator} = 0, null, round(${numerator} / ${denominator}, ${digits}))`;
const percent = (part: string, whole: string) => ratio(`100 * ${part}`, whole, 2);
/** From millionths of the currency to its minor unit. */
const money = (micros: string) => `round(${micros} / {minor:Float64})`;

export const metrics = {
  visitors: {
    family: 'audience',
    unit: 'count',
    measures: ['visitors'],
    formula: 'visitors',
    label: { en: 'Visitors', fr: 'Visiteurs' },
    definition: {
      en: 'Distinct visitors; without cookies a person is new again every day, so over several days these are visitor-days.',
      fr: 'Visiteurs distincts ; sans cookie, une personne est nouvelle chaque jour : sur plusieurs jours, ce sont des visiteurs-jours.',
    },
  },
  visits: {
    family: 'audience',
    unit: 'count',
    measures: ['visits'],
    formula: 'visits',
    label: { en: 'Visits', fr: 'Visites' },
    definition: {
      en: 'Series of actions of one visitor without a pause of more than 30 minutes, counted on the day they start.',
      fr: 'Suites d’actions d’un visiteur sans pause de plus de 30 minutes, comptées le jour où elles commencent.',
    },
  },
  pageviews: {
    family: 'audience',
    unit: 'count',
    measures: ['pageviews'],
    formula: 'pageviews',
    label: { en: 'Page views', fr: 'Pages vues' },
    definition: {
      en: 'Pages shown to people, crawlers left out.',
      fr: 'Pages montrées à des personnes, robots exclus.',
    },
  },
  views_per_visit: {
    family: 'audience',
    unit: 'ratio',
    measures: ['visit_pageviews', 'visit_count'],
    formula: ratio('visit_pageviews', 'visit_count', 2),
    label: { en: 'Views per visit', fr: 'Pages par visite' },
    definition: {
      en: 'Page views of the visits divided by the visits.',
      fr: 'Pages vues des visites divisées par les visites.',
    },
  },
  bounce_rate: {
    family: 'audience',
    unit: 'percent',
    measures: ['bounces', 'visit_count'],
    formula: percent('bounces', 'visit_count'),
    label: { en: 'Bounce rate', fr: 'Taux de rebond' },
    definition: {
      en: 'Share of visits with a single page and no other action; by page: of the visits that entered on it.',
      fr: 'Part des visites d’une seule page sans autre action ; par page : des visites qui y sont entrées.',
    },
  },
  visit_duration: {
    family: 'audience',
    unit: 'seconds',
    measures: ['visit_ms', 'visit_count'],
    formula: ratio('visit_ms / 1000', 'visit_count', 0),
    label: { en: 'Visit duration', fr: 'Durée de visite' },
    definition: {
      en: 'Mean over all visits, bounces included, of the longer of first-to-last action and measured active time.',
      fr: 'Moyenne sur toutes les visites, rebonds compris, du plus long entre l’écart de la première à la dernière action et le temps actif mesuré.',
    },
  },
  time_on_page: {
    family: 'audience',
    unit: 'seconds',
    measures: ['engaged_ms', 'engaged_pages'],
    formula: ratio('engaged_ms / 1000', 'engaged_pages', 0),
    label: { en: 'Time on page', fr: 'Temps sur la page' },
    definition: {
      en: 'Mean time a page was visible and focused, per visitor, page and day, among those where it was measured.',
      fr: 'Temps moyen où la page était visible et active, par visiteur, page et jour, parmi ceux où il a été mesuré.',
    },
  },
  scroll_depth: {
    family: 'audience',
    unit: 'percent',
    measures: ['scroll_percents', 'scrolled_pages'],
    formula: ratio('scroll_percents', 'scrolled_pages', 2),
    label: { en: 'Scroll depth', fr: 'Profondeur de défilement' },
    definition: {
      en: 'Mean of the deepest scroll, in percent of the page, per visitor, page and day where it was measured.',
      fr: 'Moyenne du défilement le plus profond, en pourcentage de la page, par visiteur, page et jour où il a été mesuré.',
    },
  },
  events: {
    family: 'audience',
    unit: 'count',
    measures: ['events'],
    formula: 'events',
    label: { en: 'Events', fr: 'Évènements' },
    definition: {
      en: 'Page views and custom events together.',
      fr: 'Pages vues et évènements personnalisés ensemble.',
    },
  },
  conversions: {
    family: 'audience',
    unit: 'count',
    measures: ['conversions'],
    formula: 'conversions',
    label: { en: 'Conversions', fr: 'Conversions' },
    definition: {
      en: 'Custom events (of the name that event:name asks for, else of every name).',
      fr: 'Évènements personnalisés (du nom demandé par event:name, sinon de tous les noms).',
    },
  },
  revenue: {
    family: 'audience',
    unit: 'money',
    measures: ['revenue', 'other_revenue'],
    formula: money('revenue'),
    label: { en: 'Revenue', fr: 'Revenu' },
    definition: {
      en: 'Revenue that events carried, in the site’s currency.',
      fr: 'Revenu porté par les évènements, dans la devise du site.',
    },
  },
  goal_completions: {
    family: 'audience',
    unit: 'count',
    measures: ['goal_completions'],
    formula: 'goal_completions',
    label: { en: 'Goal completions', fr: 'Objectifs atteints' },
    definition: {
      en: 'Times a goal was reached; a goal that counts once per visit counts so here.',
      fr: 'Nombre de fois où un objectif a été atteint ; un objectif qui compte une fois par visite compte ainsi ici.',
    },
  },
  converting_visits: {
    family: 'audience',
    unit: 'count',
    measures: ['goal_visits'],
    formula: 'goal_visits',
    label: { en: 'Converting visits', fr: 'Visites converties' },
    definition: {
      en: 'Visits in which a goal was reached at least once.',
      fr: 'Visites au cours desquelles un objectif a été atteint au moins une fois.',
    },
  },
  conversion_rate: {
    family: 'audience',
    unit: 'percent',
    measures: ['goal_visits', 'goal_base'],
    formula: percent('goal_visits', 'goal_base'),
    label: { en: 'Conversion rate', fr: 'Taux de conversion' },
    definition: {
      en: 'Converting visits divided by all visits of the site.',
      fr: 'Visites converties divisées par toutes les visites du site.',
    },
  },
  goal_value: {
    family: 'audience',
    unit: 'money',
    measures: ['goal_value', 'other_goal_value'],
    formula: money('goal_value'),
    label: { en: 'Goal value', fr: 'Valeur des objectifs' },
    definition: {
      en: 'The value given to each completion, or else the revenue that its event carried, in the site’s currency.',
      fr: 'La valeur donnée à chaque objectif atteint, sinon le revenu porté par son évènement, dans la devise du site.',
    },
  },
  impressions: {
    family: 'ads',
    unit: 'count',
    measures: ['impressions'],
    formula: 'impressions',
    label: { en: 'Impressions', fr: 'Impressions' },
    definition: {
      en: 'Ads that began to render, net of invalid traffic.',
      fr: 'Publicités dont l’affichage a commencé, hors trafic invalide.',
    },
  },
  viewable_impressions: {
    family: 'ads',
    unit: 'count',
    measures: ['viewables'],
    formula: 'viewables',
    label: { en: 'Viewable impressions', fr: 'Impressions visibles' },
    definition: {
      en: 'Impressions with half of their pixels in view for one continuous second (MRC), net of invalid traffic.',
      fr: 'Impressions dont la moitié des pixels a été visible pendant une seconde continue (MRC), hors trafic invalide.',
    },
  },
  viewability: {
    family: 'ads',
    unit: 'percent',
    measures: ['viewables', 'impressions'],
    formula: percent('viewables', 'impressions'),
    label: { en: 'Viewability', fr: 'Taux de visibilité' },
    definition: {
      en: 'Viewable impressions divided by impressions.',
      fr: 'Impressions visibles divisées par les impressions.',
    },
  },
  clicks: {
    family: 'ads',
    unit: 'count',
    measures: ['clicks'],
    formula: 'clicks',
    label: { en: 'Clicks', fr: 'Clics' },
    definition: {
      en: 'Clicks on ads, once each, net of invalid traffic.',
      fr: 'Clics sur les publicités, une fois chacun, hors trafic invalide.',
    },
  },
  ctr: {
    family: 'ads',
    unit: 'percent',
    measures: ['clicks', 'impressions'],
    formula: percent('clicks', 'impressions'),
    label: { en: 'CTR', fr: 'Taux de clics' },
    definition: { en: 'Clicks divided by impressions.', fr: 'Clics divisés par les impressions.' },
  },
  spend: {
    family: 'ads',
    unit: 'money',
    measures: ['spend', 'other_spend'],
    formula: money('spend'),
    label: { en: 'Spend', fr: 'Dépense' },
    definition: {
      en: 'What the valid impressions, viewable impressions and clicks cost at their line item’s rate.',
      fr: 'Coût des impressions, impressions visibles et clics valides au tarif de leur ligne.',
    },
  },
  ecpm: {
    family: 'ads',
    unit: 'money',
    measures: ['spend', 'other_spend', 'impressions'],
    formula: ratio('1000 * spend / {minor:Float64}', 'impressions', 2),
    label: { en: 'eCPM', fr: 'eCPM' },
    definition: { en: 'Spend for a thousand impressions.', fr: 'Dépense pour mille impressions.' },
  },
  cpc: {
    family: 'ads',
    unit: 'money',
    measures: ['spend', 'other_spend', 'clicks'],
    formula: ratio('spend / {minor:Float64}', 'clicks', 2),
    label: { en: 'CPC', fr: 'CPC' },
    definition: { en: 'Spend divided by clicks.', fr: 'Dépense divisée par les clics.' },
  },
  impressions_gross: {
    family: 'ads',
    unit: 'count',
    measures: ['impressions_gross'],
    formula: 'impressions_gross',
    label: { en: 'Gross impressions', fr: 'Impressions brutes' },
    definition: {
      en: 'Impressions before invalid traffic is taken out.',
      fr: 'Impressions avant retrait du trafic invalide.',
    },
  },
  clicks_gross: {
    family: 'ads',
    unit: 'count',
    measures: ['clicks_gross'],
    formula: 'clicks_gross',
    label: { en: 'Gross clicks', fr: 'Clics bruts' },
    definition: { en: 'Clicks before invalid traffic is taken out.', fr: 'Clics avant retrait du trafic invalide.' },
  },
  invalid: {
    family: 'ads',
    unit: 'count',
    measures: ['invalid'],
    formula: 'invalid',
    label: { en: 'Invalid', fr: 'Invalides' },
    definition: {
      en: 'Impressions and clicks found invalid, taken out of the net figures.',
      fr: 'Impressions et clics jugés invalides, retirés des chiffres nets.',
    },
  },
  reach: {
    family: 'ads',
    unit: 'count',
    measures: ['reach'],
    formula: 'reach',
    label: { en: 'Reach', fr: 'Couverture' },
    definition: {
      en: 'Distinct visitors who saw an impression, among those who consented to an identifier.',
      fr: 'Visiteurs distincts ayant vu une impression, parmi ceux qui ont consenti à un identifiant.',
    },
  },
  frequency: {
    family: 'ads',
    unit: 'ratio',
    measures: ['identified', 'reach'],
    formula: ratio('identified', 'reach', 2),
    label: { en: 'Frequency', fr: 'Répétition' },
    definition: {
      en: 'Impressions per reached visitor, among those who consented to an identifier.',
      fr: 'Impressions par visiteur touché, parmi ceux qui ont consenti à un identifiant.',
    },
  },
  ad_requests: {
    family: 'requests',
    unit: 'count',
    measures: ['requests'],
    formula: 'requests',
    label: { en: 'Ad requests', fr: 'Appels publicitaires' },
    definition: {
      en: 'Times a placement asked for an ad.',
      fr: 'Nombre de fois où un emplacement a demandé une publicité.',
    },
  },
  fill_rate: {
    family: 'requests',
    unit: 'percent',
    measures: ['filled', 'requests'],
    formula: percent('filled', 'requests'),
    label: { en: 'Fill rate', fr: 'Taux de remplissage' },
    definition: {
      en: 'Share of ad requests answered with an ad.',
      fr: 'Part des appels publicitaires servis par une publicité.',
    },
  },
  ignored_hits: {
    family: 'crawlers',
    unit: 'count',
    measures: ['ignored'],
    formula: 'ignored',
    label: { en: 'Not counted', fr: 'Non comptés' },
    definition: {
      en: 'Hits left out of the audience: crawlers, prefetches, files that are no pages.',
      fr: 'Hits écartés de l’audience : robots, préchargements, fichiers qui ne sont pas des pages.',
    },
  },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof metrics;
export const isMetric = (name: string): name is MetricName => Object.hasOwn(metrics, name);
export const metricNames = Object.keys(metrics).filter(isMetric);
