/** A check in the language of its reader. Pure, without a server: screens, private pages and documents read it. */
import { type Phrase, phrases, sourcePhrases } from './check-phrases.ts';
import type { CreativeCheck } from './contract.ts';

type Language = 'en' | 'fr';
type Text = Pick<CreativeCheck, 'sentence' | 'measured' | 'limit' | 'source' | 'advice'>;

const patternOf = (english: string) =>
  new RegExp(`^${english.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll('{}', '(.*?)')}$`, 's');

/** English written by a check in French, or undefined for words that have none. */
export function frenchOf(code: CreativeCheck['code'], english: string): string | undefined {
  for (const [from, to] of phrases[code] satisfies readonly Phrase[]) {
    const found = patternOf(from).exec(english);
    if (!found) continue;
    let next = 1;
    return to.replaceAll('{}', () => figureInFrench(found[next++] ?? '', code));
  }
  return undefined;
}

const sides: Record<string, string> = { top: 'haut', right: 'droite', bottom: 'bas', left: 'gauche' };

/** Units and decimals; everything else is a name, an address or a date and stays. */
function figureInFrench(value: string, code: CreativeCheck['code']): string {
  if (value === 'for ever') return 'sans fin';
  if (code === 'contrast')
    return value
      .replace(/\b(top|right|bottom|left)\b/g, (side) => sides[side] ?? side)
      .replace(/^(\d+) % bright$/, 'luminosité de $1 %')
      .replace(/^(\d+) sides$/, '$1 côtés');
  const [, number, unit] = /^(\d+(?:\.\d+)?)( (?:kB|s|ms|kbit\/s|%))?$/.exec(value) ?? [];
  return number === undefined ? value : `${number.replace('.', ',')}${unit === ' kB' ? ' ko' : (unit ?? '')}`;
}

/** A sentence without French words says what was measured; never English on a French page. */
export function checkIn(language: Language, check: CreativeCheck): Text {
  const { code, level, sentence, measured, limit, source, advice } = check;
  if (language === 'en') return { sentence, measured, limit, source, advice };
  const figures = {
    measured: measured && figureInFrench(measured, code),
    limit: limit && figureInFrench(limit, code),
  };
  return {
    ...figures,
    sentence: frenchOf(code, sentence) ?? plainFrench(level, figures),
    source: source && (sourcePhrases[source] ?? source),
    advice: advice && frenchOf(code, advice),
  };
}

function plainFrench(level: CreativeCheck['level'], { measured, limit }: Pick<Text, 'measured' | 'limit'>): string {
  if (level === 'ok') return 'Le contrôle est bon.';
  const values = [measured && `mesuré : ${measured}`, limit && `limite : ${limit}`].filter(Boolean).join(', ');
  return values ? `Ce contrôle n’est pas bon (${values}).` : 'Ce contrôle n’est pas bon.';
}
