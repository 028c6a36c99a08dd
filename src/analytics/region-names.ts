/** Regions by name over the ISO 3166-2 codes that are stored (`FR-BRE`): English of Unicode's CLDR, French where it is another. */
import { readFileSync } from 'node:fs';
import { regionsInFrench } from './region-names-fr.ts';

let inEnglish: Map<string, string> | undefined;

/** Read when the first name is asked for. */
function englishNames(): Map<string, string> {
  inEnglish ??= new Map(
    readFileSync(new URL('./data/subdivisions.txt', import.meta.url), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => {
        const [code = '', name = ''] = line.split('\t');
        return [code, name];
      }),
  );
  return inEnglish;
}

/** The name of a region; what is no code, or one that nobody named, as it is. */
export function regionNamed(code: string, language: 'en' | 'fr' = 'en'): string {
  if (!/^[A-Z]{2}-[A-Z0-9]{1,3}$/.test(code)) return code;
  const french = language === 'fr' ? regionsInFrench[code.slice(0, 2)]?.[code.slice(3)] : undefined;
  return french ?? englishNames().get(code) ?? code;
}

/** Every code that has a name. */
export const regionCodes = (): Iterable<string> => englishNames().keys();
