import type { Remark } from '#forecasting/contract';
import { useFormat, useWords } from '#platform/web';
import { messages } from './messages.ts';

/** Warnings and bases in the language of the screen, by their code; a code without words of its own keeps the server's sentence. */
export const useRemark = () => {
  const words = useWords(messages);
  const format = useFormat();
  return ({ code, sentence, figures = {} }: Remark): string => {
    const of = (name: string) => format.number(figures[name], 2);
    const phrases: Record<string, string> = {
      history: words['basis.history'](of('placements'), of('least'), of('most')),
      year: words['basis.year'](of('years')),
      holidays: words['basis.holidays'],
      'missing-days': words['basis.missing-days'](of('days')),
      outliers: words['basis.outliers'](of('days')),
      range: words['basis.range'],
      analogy: words['basis.analogy'](of('placements')),
      rate: words['basis.rate'](of('percent'), of('impressions')),
      'usual-rate': words['basis.usual-rate'](of('percent')),
      'no-forecast': words['warning.no-forecast'],
      'targeting-not-measured': words['warning.targeting-not-measured'],
      'caps-not-measured': words['warning.caps-not-measured'],
      'no-rate': words['warning.no-rate'],
      'no-such-size': words['warning.no-such-size'],
      tight: words['warning.tight'],
      overbooked: words['warning.overbooked'],
    };
    return (
      (format.language === 'en' && code in { 'no-forecast': 1, overbooked: 1 } ? sentence : phrases[code]) ?? sentence
    );
  };
};
