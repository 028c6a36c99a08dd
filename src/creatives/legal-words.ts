/**
 * Words that French law wants in ads of some trades. They are looked for in the texts of the creative and in what is said to be
 * written in its pictures; the trade is the advertiser's category.
 */
import type { CreativeCheck } from './contract.ts';
import { check } from './verdict.ts';

type Rule = { trade: RegExp; words: RegExp; example: string; source: string };

const rules: readonly Rule[] = [
  {
    trade: /alco+l|\bvins?\b|spiriti?|bi[eè]re|wine|beer|spirits|champagne/i,
    words: /abus d[’']alcool est dangereux/i,
    example: 'L’abus d’alcool est dangereux pour la santé. À consommer avec modération.',
    source: 'Code de la santé publique, L3323-4',
  },
  {
    trade: /paris? sportifs?|jeux? d[’']argent|gambling|betting|poker|loterie|casino/i,
    words: /jouer comporte des risques/i,
    example: 'Jouer comporte des risques : endettement, isolement, dépendance. Appelez le 09 74 75 13 13.',
    source: 'Code de la sécurité intérieure, D320-2',
  },
  {
    trade: /cr[eé]dit|pr[eê]ts? (conso|personnel)|consumer credit|loans?/i,
    words: /un cr[eé]dit vous engage/i,
    example: 'Un crédit vous engage et doit être remboursé.',
    source: 'Code de la consommation, L312-5',
  },
  {
    trade: /automobile|voitures?|\bcars?\b|\bauto\b/i,
    words: /sed[eé]placermoinspolluer|trajets courts|covoiturage|transports en commun/i,
    example: 'Pensez à covoiturer. #SeDéplacerMoinsPolluer',
    source: 'Code de la route, D328-3',
  },
];

type Said = {
  category?: string | null | undefined;
  legal_text?: string | null | undefined;
  words?: string | undefined;
};

/** Nothing for trades without such a rule. */
export function legalChecks({ category, legal_text, words = '' }: Said): CreativeCheck[] {
  const rule = rules.find(({ trade }) => trade.test(category ?? ''));
  if (!rule) return [];
  const { source, example } = rule;
  return [
    rule.words.test(`${words} ${legal_text ?? ''}`)
      ? check('legal_text', 'ok', 'The legal words are there.', { source })
      : check('legal_text', 'failed', 'The legal words of this trade are not found.', {
          measured: category ?? '',
          source,
          advice: `Show for instance: ${example} In a picture: write them into “Legal words” too.`,
        }),
  ];
}
