/** What a reader must know to read the figures right. */
import type { Words } from './metrics.ts';

export const notes = {
  'visitor-days': {
    en: 'Visitors over several days are visitor-days: without cookies a person counts once a day.',
    fr: 'Sur plusieurs jours, les visiteurs sont des visiteurs-jours : sans cookie, une personne compte une fois par jour.',
  },
  'visitors-per-site': {
    en: 'Visitors of several sites are counted once per site.',
    fr: 'Les visiteurs de plusieurs sites comptent une fois par site.',
  },
  'visits-not-rebuilt': {
    en: 'The latest hits are not yet in the visits: visit figures are some seconds behind.',
    fr: 'Les derniers hits ne sont pas encore dans les visites : les chiffres de visites ont quelques secondes de retard.',
  },
  'several-currencies': {
    en: 'There are amounts in other currencies too; they are not in these sums.',
    fr: 'Il existe aussi des montants dans d’autres devises ; ils ne sont pas dans ces sommes.',
  },
  'consented-only': {
    en: 'Reach and frequency count only impressions whose visitor consented to an identifier.',
    fr: 'Couverture et répétition ne comptent que les impressions dont le visiteur a consenti à un identifiant.',
  },
  'known-visitors-only': {
    en: 'New and returning, rank and recency are known only of visitors who agreed to be known again.',
    fr: 'Nouveaux et de retour, rang et récence ne sont connus que pour les visiteurs ayant accepté d’être reconnus.',
  },
  'segment-of-known': {
    en: 'Ads by segment are those shown to visitors who agreed to be known.',
    fr: 'Les publicités par segment sont celles montrées aux visiteurs ayant accepté d’être reconnus.',
  },
  'by-entry-page': {
    en: 'Bounce rate, visit duration and views per visit of a page are those of the visits that entered on it.',
    fr: 'Taux de rebond, durée de visite et pages par visite d’une page sont ceux des visites qui y sont entrées.',
  },
  'compared-until-now': {
    en: 'Today is not over: it is compared with the other day up to the same time.',
    fr: 'La journée n’est pas finie : elle est comparée à l’autre jour jusqu’à la même heure.',
  },
  'today-not-over': {
    en: 'The period is not over: it is compared with as many days of the other one, today beside a whole day.',
    fr: 'La période n’est pas finie : elle est comparée à autant de jours de l’autre, la journée en cours à un jour entier.',
  },
  'several-time-zones': {
    en: 'The sites lie in several time zones: each counts by its own calendar.',
    fr: 'Les sites sont dans plusieurs fuseaux horaires : chacun compte selon son propre calendrier.',
  },
  'imported-included': {
    en: 'Days without hits of their own are those that another product had added up, by its definitions (imported).',
    fr: 'Les jours sans hits propres sont ceux qu’un autre produit avait additionnés, selon ses définitions (importés).',
  },
  'imported-partly': {
    en: 'Some of these metrics were not told by the other product: they count own hits only.',
    fr: 'Certaines de ces mesures n’étaient pas données par l’autre produit : elles ne comptent que les hits propres.',
  },
  'imported-left-out': {
    en: 'Imported figures are not in this answer: they cannot be asked by these dimensions, filters or times.',
    fr: 'Les chiffres importés ne sont pas dans cette réponse : on ne peut pas les demander par ces dimensions, filtres ou heures.',
  },
  'small-groups': {
    en: 'Figures of groups smaller than the threshold of the settings, and of those that would tell them by difference, are withheld.',
    fr: 'Les chiffres des groupes sous le seuil des réglages, et de ceux qui les révéleraient par différence, ne sont pas donnés.',
  },
} as const satisfies Record<string, Words>;

export type NoteCode = keyof typeof notes;
