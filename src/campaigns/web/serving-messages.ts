import { messagesOf } from '#platform/web';

export const servingMessages = messagesOf(
  {
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
