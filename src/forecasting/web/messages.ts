import { messagesOf } from '#platform/web';

/** A count with its noun. */
const some = (count: string, one: string, many: string) => `${count} ${count === '1' ? one : many}`;

export const messages = messagesOf(
  {
    availability: 'Availability',
    requestsPerDay: 'Requests a day that fit the placements and the targeting',
    forecast: 'Forecast',
    forecastDefinition: 'Requests expected over the dates, filled or not. The range holds four days in five.',
    low: 'Low end',
    high: 'High end',
    range: (low: string, high: string) => `${low} to ${high}`,
    booked: 'Booked',
    bookedDefinition: 'What bookings use of these requests.',
    held: 'On hold',
    heldDefinition: 'What holds and sent proposals use of these requests until they lapse.',
    available: 'Available',
    availableDefinition: 'What one more line could have with nobody losing anything.',
    missing: 'Missing',
    requests: 'requests',
    impressions: 'impressions',
    viewable_impressions: 'viewable impressions',
    clicks: 'clicks',
    conversions: 'conversions',
    share: '%',
    day: 'Day',
    enough: (available: string, unit: string) => `The goal fits: ${available} ${unit} are available.`,
    short: (missing: string, unit: string, available: string) =>
      `${missing} ${unit} are missing: ${available} are available on these dates.`,
    notJudged: 'Whether the goal fits is not known.',
    noDays: 'No day to come is left in these dates.',
    instead: 'What would do instead',
    insteadNone: 'No other dates, placements or targeting nearby would do.',
    wholly: 'enough',
    partly: (available: string, unit: string) => `${available} ${unit}`,
    take: 'Take this',
    'alternative.dates': (days: string) => `Other dates: ${days}`,
    'alternative.longer': (days: string) => `A longer run: ${days}`,
    'alternative.placements': (count: string, names: string) => `${count} placements: ${names}`,
    'alternative.targeting': (targeting: string) => `Looser targeting: ${targeting}`,
    'alternative.everyone': 'Without targeting',
    more: (count: string) => `${count} more`,
    contending: 'Who uses this space',
    contendingNone: 'Nobody else uses these requests.',
    line: 'Line item',
    proposalLine: 'Line of a proposal',
    state: 'State',
    uses: 'Uses (requests)',
    dates: 'Dates',
    until: 'Held until',
    priority: 'Priority',
    basis: 'What these figures rest on',
    'basis.history': (placements: string, least: string, most: string) =>
      least === most
        ? `${some(placements, 'placement', 'placements')} with ${most} days of requests, filled or not; level, trend and days of the week from these.`
        : `${some(placements, 'placement', 'placements')} with ${least} to ${most} days of requests, filled or not; level, trend and days of the week from these.`,
    'basis.year': (years: string) => `The shape of the year from ${some(years, 'year', 'years')} past.`,
    'basis.holidays': 'Public holidays as in the past, by the country of the site’s time zone.',
    'basis.missing-days': (days: string) => `${some(days, 'day', 'days')} without any request on the site left out.`,
    'basis.outliers': (days: string) => `${some(days, 'day', 'days')} far off the usual held back.`,
    'basis.range':
      'The range holds four days in five, from how far past forecasts were off; that of a total adds up the days’.',
    'basis.analogy': (placements: string) =>
      `${some(placements, 'placement', 'placements')} by analogy with older placements of the same site: a rough figure.`,
    'basis.rate': (percent: string, impressions: string) =>
      `${percent} % of impressions reach the goal’s unit, by ${impressions} impressions of the last 28 days.`,
    'basis.usual-rate': (percent: string) =>
      `${percent} % of impressions reach the goal’s unit: a usual rate, for too few were counted here.`,
    'warning.no-forecast':
      'Some of these placements have less than a week of requests: there is no forecast for them yet.',
    'warning.targeting-not-measured':
      'Part of the targeting is not recorded with requests: it narrows nothing here, and the figures are upper bounds.',
    'warning.caps-not-measured': 'No page views to judge the frequency caps by: they were not counted.',
    'warning.no-rate': 'How many requests a conversion needs is not known: the goal was not judged.',
    'warning.no-such-size': 'None of these placements takes one of the sizes.',
    'warning.tight':
      'There is room by the forecast, but not by its low end: fewer readers than expected would leave the goal short.',
    'warning.overbooked': 'More is booked than the forecast holds.',
  },
  {
    availability: 'Disponibilité',
    requestsPerDay: 'Appels par jour qui conviennent aux emplacements et au ciblage',
    forecast: 'Prévision',
    forecastDefinition: 'Appels attendus sur la période, remplis ou non. La fourchette vaut quatre jours sur cinq.',
    low: 'Bas de la fourchette',
    high: 'Haut de la fourchette',
    range: (low: string, high: string) => `${low} à ${high}`,
    booked: 'Réservé',
    bookedDefinition: 'Ce que les réservations prennent de ces appels.',
    held: 'En option',
    heldDefinition: 'Ce que les options et les propositions envoyées prennent de ces appels jusqu’à leur échéance.',
    available: 'Disponible',
    availableDefinition: 'Ce qu’une ligne de plus pourrait avoir sans que personne n’y perde.',
    missing: 'Manquant',
    requests: 'appels',
    impressions: 'impressions',
    viewable_impressions: 'impressions visibles',
    clicks: 'clics',
    conversions: 'conversions',
    share: '%',
    day: 'Jour',
    enough: (available: string, unit: string) => `L’objectif tient : ${available} ${unit} disponibles.`,
    short: (missing: string, unit: string, available: string) =>
      `Il manque ${missing} ${unit} : ${available} sont disponibles à ces dates.`,
    notJudged: 'On ne sait pas si l’objectif tient.',
    noDays: 'Il ne reste aucun jour à venir dans ces dates.',
    instead: 'Ce qui conviendrait à la place',
    insteadNone: 'Ni d’autres dates, ni d’autres emplacements, ni un ciblage plus large ne suffiraient.',
    wholly: 'suffisant',
    partly: (available: string, unit: string) => `${available} ${unit}`,
    take: 'Retenir',
    'alternative.dates': (days: string) => `Autres dates : ${days}`,
    'alternative.longer': (days: string) => `Durée plus longue : ${days}`,
    'alternative.placements': (count: string, names: string) => `${count} emplacements : ${names}`,
    'alternative.targeting': (targeting: string) => `Ciblage plus large : ${targeting}`,
    'alternative.everyone': 'Sans ciblage',
    more: (count: string) => `${count} de plus`,
    contending: 'Qui utilise cet espace',
    contendingNone: 'Personne d’autre n’utilise ces appels.',
    line: 'Ligne',
    proposalLine: 'Ligne d’une proposition',
    state: 'État',
    uses: 'Prend (appels)',
    dates: 'Dates',
    until: 'En option jusqu’au',
    priority: 'Priorité',
    basis: 'Sur quoi reposent ces chiffres',
    'basis.history': (placements: string, least: string, most: string) =>
      least === most
        ? `${some(placements, 'emplacement', 'emplacements')} avec ${most} jours d’appels, remplis ou non ; niveau, tendance et jours de la semaine en viennent.`
        : `${some(placements, 'emplacement', 'emplacements')} avec ${least} à ${most} jours d’appels, remplis ou non ; niveau, tendance et jours de la semaine en viennent.`,
    'basis.year': (years: string) => `La forme de l’année vient de ${some(years, 'année passée', 'années passées')}.`,
    'basis.holidays': 'Jours fériés comme par le passé, selon le pays du fuseau horaire du site.',
    'basis.missing-days': (days: string) =>
      `${some(days, 'jour', 'jours')} sans aucun appel sur le site, laissés de côté.`,
    'basis.outliers': (days: string) => `Jours hors norme, atténués : ${days}.`,
    'basis.range':
      'La fourchette vaut quatre jours sur cinq, d’après les écarts des prévisions passées ; celle d’un total additionne celles des jours.',
    'basis.analogy': (placements: string) =>
      `${some(placements, 'emplacement', 'emplacements')} par analogie avec des emplacements plus anciens du même site : un ordre de grandeur.`,
    'basis.rate': (percent: string, impressions: string) =>
      `${percent} % des impressions atteignent l’unité de l’objectif, d’après ${impressions} impressions des 28 derniers jours.`,
    'basis.usual-rate': (percent: string) =>
      `${percent} % des impressions atteignent l’unité de l’objectif : taux courant, trop peu d’impressions ayant été comptées ici.`,
    'warning.no-forecast':
      'Certains de ces emplacements ont moins d’une semaine d’appels : il n’y a pas encore de prévision pour eux.',
    'warning.targeting-not-measured':
      'Une partie du ciblage n’est pas enregistrée avec les appels : elle ne restreint rien ici, les chiffres sont des maxima.',
    'warning.caps-not-measured': 'Aucune page vue pour juger les limites de répétition : elles n’ont pas été comptées.',
    'warning.no-rate': 'On ne sait pas combien d’appels demande une conversion : l’objectif n’a pas été jugé.',
    'warning.no-such-size': 'Aucun de ces emplacements n’accepte l’une des tailles.',
    'warning.tight':
      'Il y a la place selon la prévision, mais pas selon le bas de sa fourchette : moins de lecteurs que prévu laisserait l’objectif incomplet.',
    'warning.overbooked': 'Il est réservé plus que la prévision ne contient.',
  },
);
