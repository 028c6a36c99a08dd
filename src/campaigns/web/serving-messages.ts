import { messagesOf } from '#platform/web';

export const servingMessages = messagesOf(
  {
    daily_cap: 'At most on one day',
    daily_capHint: 'In the goal’s unit, by days of the site; never passed. Empty: no limit.',
    lifetime_cap: 'At most in all',
    lifetime_capHint: 'Whatever its goal, a share or as much as comes. Empty: no limit.',
    curve: 'Curve',
    curveHint:
      'One weight for each equal stretch of the dates, as in 3, 2, 1, 1: the first quarter gets three sevenths.',
    roadblock: 'On one page',
    one_or_more: 'Each placement on its own',
    all: 'All its placements or none',
    only_one: 'One placement at most',
    as_many: 'As many placements as possible',
    labels: 'Exclusion labels',
    labelsHint: 'Lines that share a label are never on one page.',
    excluded: 'Advertisers kept apart',
    excludedHint: 'Never on the same page as one of these.',
  },
  {
    daily_cap: 'Au plus par jour',
    daily_capHint: 'Dans l’unité de l’objectif, par jour du site ; jamais dépassé. Vide : aucune limite.',
    lifetime_cap: 'Au plus en tout',
    lifetime_capHint: 'Quel que soit son objectif, part de voix comprise. Vide : aucune limite.',
    curve: 'Courbe',
    curveHint:
      'Un poids par tranche égale de la période, par exemple 3, 2, 1, 1 : le premier quart reçoit trois septièmes.',
    roadblock: 'Sur une même page',
    one_or_more: 'Chaque emplacement pour lui-même',
    all: 'Tous ses emplacements ou aucun',
    only_one: 'Un emplacement au plus',
    as_many: 'Le plus d’emplacements possible',
    labels: 'Étiquettes d’exclusion',
    labelsHint: 'Des lignes qui partagent une étiquette ne sont jamais sur une même page.',
    excluded: 'Annonceurs tenus à l’écart',
    excludedHint: 'Jamais sur la même page que l’un d’eux.',
  },
);
