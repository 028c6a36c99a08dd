/** Pages of the sample's second site: walks, skiing, huts, outings to book and small ads. Those first in a list draw the most. */
import { outdoorSite } from '../sample-site.ts';

export const outdoorOrigin = `https://${outdoorSite}`;

export const outdoorSections = [
  { slug: 'randonnees', name: 'Randonnées' },
  { slug: 'ski', name: 'Ski et raquettes' },
  { slug: 'refuges', name: 'Refuges' },
  { slug: 'sorties', name: 'Sorties accompagnées' },
  { slug: 'annonces', name: 'Petites annonces' },
] as const;
export type OutdoorSection = (typeof outdoorSections)[number]['slug'];

/** Outings and what a place costs, euro cents. */
export const outings: readonly (readonly [slug: string, cents: number])[] = [
  ['raquettes-au-clair-de-lune', 3200],
  ['initiation-ski-de-randonnee', 7800],
  ['lever-de-soleil-au-col', 4500],
  ['raquettes-en-famille', 2600],
  ['cascade-de-glace', 9500],
  ['traces-d-animaux', 2900],
  ['nuit-en-igloo', 12_900],
  ['stage-avalanche', 8900],
];

export const outdoorPages: Readonly<Record<Exclude<OutdoorSection, 'sorties'>, readonly string[]>> = {
  randonnees: [
    'tour-du-lac-de-vernaz',
    'col-des-trois-croix',
    'sentier-des-cascades',
    'crete-de-combe-noire',
    'lac-gele-par-les-alpages',
    'boucle-des-chalets',
    'belvedere-de-port-sorlin',
    'gorges-du-vallon',
    'traversee-des-deux-vallees',
    'chemin-des-fromageries',
    'foret-de-montclar',
    'pic-du-gypaete',
  ],
  ski: [
    'conditions-du-jour',
    'itineraires-debutants',
    'pistes-de-raquettes',
    'webcams-des-cols',
    'pointe-de-la-dent',
    'ski-nordique-plateau',
    'avalanche-lire-le-bulletin',
    'materiel-indispensable',
  ],
  refuges: [
    'refuge-des-trois-cols',
    'refuge-de-la-cartographe',
    'gite-du-vallon',
    'cabane-des-bergers',
    'refuge-du-glacier',
    'bivouac-de-la-dent',
  ],
  annonces: [
    'skis-de-randonnee-170',
    'raquettes-taille-m',
    'sac-40-litres',
    'chaussures-ski-27',
    'tente-deux-places',
    'detecteur-victime-avalanche',
    'velo-electrique-homme',
    'porte-bebe-de-randonnee',
    'piolet-leger',
    'combinaison-enfant',
  ],
};

/** Words of which visitors come from search engines, by what they came for. */
export const outdoorWords: Readonly<Record<OutdoorSection, readonly string[]>> = {
  randonnees: ['randonnée lac de vernaz', 'balade facile lacs', 'topo col des trois croix', 'randonnée famille vallon'],
  ski: ['conditions ski de rando lacs', 'webcam col', 'raquettes itinéraire débutant', 'bulletin avalanche lacs'],
  refuges: ['refuge des trois cols réservation', 'gîte vallon', 'refuge ouvert hiver lacs'],
  sorties: ['sortie raquettes nuit', 'initiation ski de randonnée', 'nuit en igloo prix', 'guide montagne vernaz'],
  annonces: ['skis de randonnée occasion', 'raquettes occasion', 'matériel montagne occasion lacs'],
};

export const searchedOutdoors = ['igloo', 'tarifs', 'trois croix', 'gpx', 'chien', 'poussette', 'météo', 'parking'];
/** Addresses of the site as it was before; links to them are still about. */
export const lostPages = ['/rando/tour-du-lac.html', '/sorties/2025/raquettes', '/wp-content/topo.pdf'];

/** What a CMP of the TCF (v2.2) says of a reader who took everything, and of one who refused everything. */
export const tcfYes = 'CQdjfYAQdjfYAAKABAENC0FAAPIAAAAAAAqIAAAAAAAA';
export const tcfNo = 'CQdjfYAQdjfYAAKABAENC0FAAAAAAAAAAAqIAAAAAAAA';
