/** The articles of the sample paper, with the day each came out. Addresses of `/demo/` are those of the same sections. */

export const sectionSlugs = ['politique', 'economie', 'sport', 'culture', 'montagne'] as const;
export type SectionSlug = (typeof sectionSlugs)[number];

export type Article = {
  section: SectionSlug;
  path: string;
  /** Days after the first sample day; negative for what was already there. */
  published: number;
  /** How much it draws in its first hours, 1 for an ordinary one. */
  draw: number;
  /** What a reader types to find it. */
  words: string[];
};

const slugs: Record<SectionSlug, string[]> = {
  politique: [
    'navette-lacustre',
    'budget-ecoles',
    'conseil-communautaire-eau',
    'peage-du-tunnel',
    'maire-port-sorlin-demission',
    'zone-pietonne-vernaz',
    'cantines-bio-locales',
    'logements-saisonniers',
    'referendum-telepherique',
    'police-municipale-lacs',
    'fusion-des-communes',
    'piste-cyclable-rive-nord',
    'taxe-de-sejour',
    'maison-de-sante-montclar',
    'elections-departementales-candidats',
    'crue-du-vallon-reportage',
  ],
  economie: [
    'horlogers-recrutent',
    'fromageries-export',
    'scierie-reprise-salaries',
    'prix-immobilier-lacs',
    'saison-hiver-emploi',
    'usine-de-batteries',
    'marche-de-noel-artisans',
    'cooperative-laitiere',
    'hotels-reservations-neige',
    'fibre-villages',
    'apprentis-records',
    'start-up-bateaux-electriques',
    'commerces-centre-ville',
    'tarifs-forfaits',
    'bois-de-chauffage-prix',
    'salaires-frontaliers',
  ],
  sport: [
    'regate-des-neiges',
    'derby-des-vallees',
    'trail-des-trois-cols',
    'hockey-vernaz-victoire',
    'natation-eau-froide',
    'ski-nordique-selection',
    'cyclo-tour-des-lacs',
    'biathlon-jeunes',
    'escalade-mur-montclar',
    'aviron-championnat',
    'foot-montclar-resume',
    'parapente-record',
    'handball-feminin',
    'patinoire-travaux',
    'marathon-du-lac-resultats',
    'rugby-derby',
  ],
  culture: [
    'theatre-du-port',
    'carnets-de-la-cartographe',
    'festival-de-cinema',
    'bibliotheque-de-nuit',
    'concert-lac-gele',
    'exposition-affiches',
    'roman-des-alpages',
    'choeur-de-montclar',
    'cinema-le-rex',
    'patois-a-l-ecole',
    'sculptures-sur-glace',
    'librairie-vingt-ans',
    'fete-des-lumieres',
    'musee-du-lac',
    'bande-dessinee-salon',
    'orgue-restaure',
  ],
  montagne: [
    'retour-du-gypaete',
    'refuge-des-trois-cols',
    'premieres-neiges',
    'avalanche-bulletin',
    'loup-troupeaux',
    'sentier-des-crêtes',
    'glacier-mesure',
    'secours-en-altitude',
    'bouquetins-comptage',
    'meteo-week-end',
    'randonnee-raquettes',
    'refuge-gardienne',
    'lac-gele-interdit',
    'forets-scolytes',
    'telesiege-ouverture',
    'webcam-col',
  ],
};

/** What a town hall's alert and a storm do to a local paper: one article, one day, half of the valley. */
export const peakDay = 38;
const peakSlug = 'crue-du-vallon-reportage';

export const articles: readonly Article[] = sectionSlugs.flatMap((section, shift) =>
  slugs[section].map((plain, rank): Article => {
    const slug = plain.normalize('NFD').replace(/\p{M}/gu, '');
    const isPeak = slug === peakSlug;
    return {
      section,
      path: `/${section}/${slug}`,
      published: isPeak ? peakDay : rank * 4 - 6 + shift,
      draw: isPeak ? 14 : 0.6 + ((rank * 7 + shift * 3) % 5) * 0.35,
      words: [plain.replaceAll('-', ' '), `${plain.split('-').slice(0, 2).join(' ')} ${section}`],
    };
  }),
);

/** How strongly an article draws on a day: most on the day it comes out, a long tail after; nothing before. */
export function drawOf(article: Article, day: number): number {
  const age = day - article.published;
  return age < 0 ? 0 : article.draw * (0.55 ** age + 0.035);
}
