/** What the figures of a plan rest on, in the reader's language. Pure; the screen and the papers say the same. */
import type { MediaPlan } from './contract.ts';

type Sentence = (of: (figure: string) => string) => string;

const sentences: Record<'en' | 'fr', Record<string, Sentence>> = {
  en: {
    'plan-space': (of) =>
      `What is available of ${of('placements')} placements under the allocation of all bookings and holds; it can be had together.`,
    'plan-no-forecast': () => 'None of these placements has a week of requests yet: there is no forecast to plan on.',
    'plan-rates': () => 'Net CPM by the rate card, with its seasons, weekdays and surcharges.',
    'plan-clicks': (of) =>
      `Click rates from the impressions of each placement over ninety days, drawn towards ${of('percent')} % where few were counted.`,
    'plan-usual-clicks': (of) =>
      `Click rates around ${of('percent')} %, a usual rate: too few impressions were counted here.`,
    'plan-conversions': (of) => `${of('percent')} % of clicks convert, by ${of('clicks')} clicks of ninety days.`,
    'plan-usual-conversions': (of) =>
      `${of('percent')} % of clicks convert: a usual rate, for too few conversions were counted here.`,
    'plan-reach': (of) =>
      `Reach in visitor-days, from the measured visitors of ${of('measured')} of ${of('sites')} sites; elsewhere ${of('frequency')} requests a visitor-day, a usual figure.`,
  },
  fr: {
    'plan-space': (of) =>
      `Ce qui est disponible de ${of('placements')} emplacements selon l’allocation de toutes les réservations et options ; tout peut être pris ensemble.`,
    'plan-no-forecast': () =>
      'Aucun de ces emplacements n’a encore une semaine d’appels : il n’y a pas de prévision sur laquelle planifier.',
    'plan-rates': () => 'CPM net selon la grille tarifaire, avec ses saisons, jours de semaine et majorations.',
    'plan-clicks': (of) =>
      `Taux de clics d’après les impressions de chaque emplacement sur quatre-vingt-dix jours, ramenés vers ${of('percent')} % où peu ont été comptées.`,
    'plan-usual-clicks': (of) =>
      `Taux de clics autour de ${of('percent')} %, un taux courant : trop peu d’impressions ont été comptées ici.`,
    'plan-conversions': (of) =>
      `${of('percent')} % des clics convertissent, d’après ${of('clicks')} clics sur quatre-vingt-dix jours.`,
    'plan-usual-conversions': (of) =>
      `${of('percent')} % des clics convertissent : un taux courant, trop peu de conversions ayant été comptées ici.`,
    'plan-reach': (of) =>
      `Couverture en visiteurs-jours, d’après les visiteurs mesurés de ${of('measured')} sites sur ${of('sites')} ; ailleurs ${of('frequency')} appels par visiteur-jour, un chiffre courant.`,
  },
};

/** A remark that has no words of its own here keeps the sentence it came with. */
export function basisSentence(
  { code, sentence, figures = {} }: MediaPlan['basis'][number],
  language: 'en' | 'fr',
): string {
  const format = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  return sentences[language][code]?.((figure) => format.format(figures[figure] ?? 0)) ?? sentence;
}
