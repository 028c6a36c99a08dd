import { expect, test } from 'vitest';
import { questionProblemInFrench } from './question-problems.ts';

test('refusals of the explorer are in French, with the names of its lists', () => {
  expect(
    questionProblemInFrench(
      'metrics: currency_revenue is in the currency of each row; add the dimension event:currency.',
    ),
  ).toBe('« Revenu dans sa devise » se demande par devise : ajoutez la dimension « Devise ».');
  expect(questionProblemInFrench('dimensions: currency_revenue cannot be broken down by ad:order.')).toBe(
    '« Revenu dans sa devise » ne se répartit pas par « Bon de commande ».',
  );
  expect(
    questionProblemInFrench('dimensions: currency_revenue cannot be asked with event:currency, ad:size together.'),
  ).toBe('« Revenu dans sa devise » ne se demande pas avec ces dimensions ensemble : Devise, Taille.');
  expect(questionProblemInFrench('Something else.')).toBe('Something else.');
});
