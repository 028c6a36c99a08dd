/** What the sample paper has sold, and what its agency desk has bought: orders and line items in every state. */
import { outdoorSite } from '../sample-site.ts';
import { adLineMark } from './outdoor-sources.ts';
import type { LineItemInput, LineItemState } from '#campaigns/contract';

type Terms = Pick<LineItemInput, 'name' | 'type' | 'goal'> &
  Partial<Pick<LineItemInput, 'sizes' | 'targeting' | 'frequency_caps' | 'pacing' | 'rotation' | 'exclusion_labels'>>;

export type SampleLine = Terms & {
  /** Model and euro cents. */
  rate: [model: LineItemInput['rate']['model'], cents: number];
  /** Days of the sample; 60 is today. The end is exclusive. */
  days: [start: number, end: number];
  /** Codes of the catalogue, with their site where it is not the paper's. */
  placements: string[];
  /** Banners by copy, all their sizes that the placements take; none where the studio is late. */
  copies: string[];
  state: LineItemState;
  /** Under which its id is found again. */
  mark?: string;
  /** The day on which it was paused or cancelled, and why. */
  stopped?: { day: number; reason: string };
};

export type SampleOrder = { brand: string; name: string; side: 'sell' | 'buy'; po_number: string; lines: SampleLine[] };

const impressions = (quantity: number) => ({ unit: 'impressions' as const, quantity });
const inCountries = (...values: string[]) => ({ key: 'geo.country' as const, in: values });
const onDevices = (...values: string[]) => ({ key: 'device' as const, in: values });

/** Sections, goals and segments are named by these marks and a word of the catalogue's; the catalogue puts their ids in. */
export const sectionMark = 'section:';
export const goalMark = 'goal:';
export const segmentMark = 'segment:';

const paHaut = `${outdoorSite}/pa-haut`;
const paPave = `${outdoorSite}/pa-pave`;

export const sampleOrders: SampleOrder[] = [
  {
    brand: 'cimes',
    name: 'Cimes & Cie · Hiver en altitude',
    side: 'sell',
    po_number: 'CC-2026-0418',
    lines: [
      {
        name: 'Habillage quotidien · FR et CH',
        type: 'standard',
        goal: impressions(68_000),
        rate: ['cpm', 950],
        days: [20, 72],
        placements: ['haut-de-page', 'dans-le-texte'],
        copies: ['vestes', 'location'],
        state: 'live',
        targeting: { and: [inCountries('FR', 'CH')] },
        frequency_caps: [{ count: 6, per: 'day', every: 1 }],
        rotation: 'even',
        exclusion_labels: ['sport'],
      },
      {
        name: 'Rubrique Sport sur téléphone',
        type: 'standard',
        goal: impressions(12_500),
        rate: ['cpm', 1400],
        days: [34, 68],
        placements: ['sport-haut', 'dans-le-texte'],
        copies: ['vestes', 'location'],
        state: 'live',
        targeting: { and: [{ key: 'section', in: [`${sectionMark}sport`] }, onDevices('phone')] },
      },
      {
        name: 'Parrainage de la Régate des neiges',
        type: 'sponsorship',
        goal: { unit: 'share', quantity: 70 },
        rate: ['cpd', 18_000],
        days: [8, 22],
        placements: ['sport-haut'],
        copies: ['vestes'],
        state: 'ended',
      },
    ],
  },
  {
    brand: 'rives',
    name: 'Banque des Rives · Livret local',
    side: 'sell',
    po_number: 'BR-7731',
    lines: [
      {
        name: 'Livret · impressions visibles',
        type: 'standard',
        goal: { unit: 'viewable_impressions', quantity: 31_000 },
        rate: ['vcpm', 1250],
        days: [30, 80],
        placements: ['dans-le-texte', 'colonne'],
        copies: ['livret'],
        state: 'live',
        targeting: { and: [inCountries('FR')] },
      },
      {
        name: 'Livret · deuxième vague',
        type: 'standard',
        goal: impressions(56_000),
        rate: ['cpm', 880],
        days: [66, 97],
        placements: ['haut-de-page', 'dans-le-texte', 'colonne'],
        copies: ['livret'],
        state: 'booked',
        targeting: { and: [inCountries('FR')] },
      },
    ],
  },
  {
    brand: 'tavel',
    name: 'Maison Tavel · Saison de la raclette',
    side: 'sell',
    po_number: 'MT-112',
    lines: [
      {
        name: 'Lancement de la saison',
        type: 'standard',
        goal: impressions(20_000),
        rate: ['cpm', 780],
        days: [1, 22],
        placements: ['haut-de-page', 'dans-le-texte'],
        copies: ['raclette'],
        state: 'ended',
        frequency_caps: [{ count: 4, per: 'day', every: 1 }],
      },
      {
        name: 'Raclette au clic',
        type: 'price_priority',
        goal: { unit: 'clicks', quantity: 20 },
        rate: ['cpc', 48],
        days: [12, 74],
        placements: ['haut-de-page', 'dans-le-texte', 'colonne'],
        copies: ['raclette'],
        state: 'live',
        pacing: 'even',
      },
    ],
  },
  {
    brand: 'auralpe',
    name: 'Auralpe · Essais d’hiver',
    side: 'sell',
    po_number: 'AUR-2026-HIV',
    lines: [
      {
        name: 'Bannière géante, ordinateurs',
        type: 'sponsorship',
        goal: { unit: 'share', quantity: 40 },
        rate: ['cpd', 21_000],
        days: [46, 64],
        placements: ['haut-de-page'],
        sizes: ['970x250'],
        copies: ['essai'],
        state: 'live',
        targeting: { and: [onDevices('desktop')] },
        exclusion_labels: ['automobile'],
      },
      {
        name: 'Pavés et colonne',
        type: 'standard',
        goal: impressions(22_500),
        rate: ['cpm', 1050],
        days: [32, 70],
        placements: ['dans-le-texte', 'colonne'],
        copies: ['essai', 'hiver'],
        state: 'paused',
        rotation: 'optimised',
        stopped: { day: 53, reason: 'Pause demandée par l’agence : prix affiché à corriger.' },
      },
      {
        name: 'Salon de la neige',
        type: 'standard',
        goal: impressions(32_000),
        rate: ['cpm', 1100],
        days: [63, 77],
        placements: ['haut-de-page', 'dans-le-texte'],
        copies: [],
        state: 'booked',
      },
    ],
  },
  {
    brand: 'belrive',
    name: 'Hôtels Belrive · Nuits de décembre',
    side: 'sell',
    po_number: 'HB-0093',
    lines: [
      {
        name: 'Colonne et milieu de une',
        type: 'standard',
        goal: impressions(22_500),
        rate: ['cpm', 820],
        days: [38, 80],
        placements: ['colonne', 'milieu-de-une'],
        copies: ['nuits'],
        state: 'live',
        pacing: 'frontloaded',
        targeting: { and: [inCountries('FR', 'CH', 'BE', 'LU')] },
      },
      {
        name: 'Rubrique Montagne',
        type: 'standard',
        goal: impressions(14_000),
        rate: ['cpm', 900],
        days: [26, 50],
        placements: ['dans-le-texte'],
        copies: ['nuits'],
        state: 'cancelled',
        targeting: { and: [{ key: 'section', in: [`${sectionMark}montagne`] }] },
        stopped: { day: 37, reason: 'Budget reporté sur la colonne.' },
      },
      {
        name: 'Vacances de février',
        type: 'standard',
        goal: impressions(50_000),
        rate: ['cpm', 840],
        days: [110, 140],
        placements: ['haut-de-page', 'colonne'],
        copies: [],
        state: 'proposed',
      },
    ],
  },
  {
    brand: 'filanord',
    name: 'Filanord · La fibre au village',
    side: 'sell',
    po_number: 'FN-88-20',
    lines: [
      {
        name: 'Volume, toutes pages',
        type: 'bulk',
        goal: impressions(48_000),
        rate: ['cpm', 320],
        days: [14, 75],
        placements: ['haut-de-page', 'dans-le-texte', 'milieu-de-une', paHaut],
        copies: ['fibre'],
        state: 'live',
      },
      {
        name: 'Ouverture de Combe-Noire',
        type: 'standard',
        goal: impressions(25_000),
        rate: ['cpm', 760],
        days: [74, 95],
        placements: ['haut-de-page'],
        copies: ['fibre'],
        state: 'reserved',
      },
      {
        name: 'Relance de printemps',
        type: 'standard',
        goal: impressions(42_000),
        rate: ['cpm', 700],
        days: [130, 160],
        placements: ['haut-de-page', 'dans-le-texte'],
        copies: [],
        state: 'draft',
      },
    ],
  },
  {
    brand: 'courrier',
    name: 'Autopromotion · Abonnements',
    side: 'sell',
    po_number: 'INTERNE',
    lines: [
      {
        name: 'Abonnement, partout où il reste de la place',
        type: 'house',
        goal: { unit: 'share', quantity: 100 },
        rate: ['cpm', 0],
        days: [0, 365],
        placements: ['haut-de-page', 'sport-haut', 'dans-le-texte', 'colonne', 'milieu-de-une', paHaut, paPave],
        copies: ['abonnement'],
        state: 'live',
      },
    ],
  },
  {
    brand: 'pleinair',
    name: 'Plein Air des Lacs · Sorties d’hiver',
    side: 'sell',
    po_number: 'INTERNE-PA',
    lines: [
      {
        name: 'Sorties accompagnées, vues du Courrier',
        type: 'standard',
        goal: impressions(34_000),
        rate: ['cpm', 300],
        days: [24, 76],
        placements: ['haut-de-page', 'dans-le-texte'],
        copies: ['sorties'],
        state: 'live',
        mark: adLineMark,
      },
      {
        name: 'Sorties vues, pas réservées · rappel',
        type: 'standard',
        goal: impressions(1500),
        rate: ['cpm', 600],
        days: [60, 76],
        placements: [paHaut, paPave],
        copies: ['sorties'],
        state: 'live',
        targeting: { and: [{ key: 'segment', in: [`${segmentMark}hesitant`] }] },
        frequency_caps: [{ count: 3, per: 'day', every: 1 }],
      },
    ],
  },
  {
    brand: 'cimes',
    name: 'Cimes & Cie · Location de skis au résultat',
    side: 'sell',
    po_number: 'CC-2026-0431',
    lines: [
      {
        name: 'Demandes de location sur Plein Air',
        type: 'standard',
        goal: { unit: 'conversions', quantity: 18, goal_id: `${goalMark}rental` },
        rate: ['cpa', 450],
        days: [20, 80],
        placements: [paHaut, paPave],
        copies: ['location'],
        state: 'live',
      },
    ],
  },
  {
    brand: 'cimes',
    name: 'Cimes & Cie · Achat d’espace hiver',
    side: 'buy',
    po_number: 'ACH-2026-57',
    lines: [
      {
        name: 'Radio Valserine · bannières',
        type: 'standard',
        goal: impressions(25_000),
        rate: ['cpm', 620],
        days: [24, 69],
        placements: ['radio-valserine.example/banniere'],
        copies: ['vestes'],
        state: 'live',
      },
      {
        name: 'Alpes Magazine · pavés',
        type: 'standard',
        goal: impressions(18_000),
        rate: ['cpm', 740],
        days: [24, 69],
        placements: ['alpes-magazine.example/pave'],
        copies: ['vestes', 'location'],
        state: 'live',
      },
    ],
  },
];
