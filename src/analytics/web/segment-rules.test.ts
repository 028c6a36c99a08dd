import { expect, test } from 'vitest';
import { filtersOf, rulesOf } from './segment-rules.ts';

test.each([
  [[['is', 'visit:country', ['FR']]]],
  [
    [
      ['is', 'visit:country', ['FR']],
      ['has_done', ['contains', 'event:page', ['/a']], { by: 'visitor', within_days: 7, at_least: 2 }],
    ],
  ],
  [
    [
      [
        'or',
        [
          [
            'sequence',
            [
              ['is', 'event:page', ['/a']],
              ['not', ['is', 'event:goal', ['g']]],
            ],
            { within_days: 7 },
          ],
          ['has_not_done', ['is', 'event:page', ['/b']], { by: 'visitor' }],
        ],
      ],
    ],
  ],
  [
    [
      [
        'sequence',
        [
          ['is', 'event:page', ['/a']],
          ['is', 'ad:line_item', ['li']],
        ],
        {},
      ],
    ],
  ],
  [[['not', ['is', 'visit:country', ['FR', 'BE']]]]],
])('%j goes through the form and comes out the same', (filters) => {
  expect(filtersOf(rulesOf(filters))).toEqual(filters);
});
