import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { importProblemInFrench } from './web/import-faults.ts';

test('a place in a file, its column and what is wrong there', () => {
  expect(importProblemInFrench('a.csv, line 3, column "visits": "x" is not a count.')).toBe(
    'a.csv, ligne 3, colonne « visits » : "x" n’est pas un nombre entier.',
  );
  expect(importProblemInFrench('a, b.csv, line 1: the row has 3 cells where the header has 4.')).toBe(
    'a, b.csv, ligne 1 : la ligne a 3 cellules là où l’en-tête en a 4.',
  );
  expect(importProblemInFrench('file: the files come from plausible and umami; import one product at a time.')).toBe(
    'Les fichiers viennent de plausible et de umami ; importez un produit à la fois.',
  );
  expect(importProblemInFrench('Something else.')).toBeUndefined();
});

/** What stands in the code as the reason of a `badPlace`, with something for each of its parts. */
const reasons = ['./history/', './costs/', '../seo/']
  .flatMap((folder) =>
    readdirSync(new URL(folder, import.meta.url))
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .flatMap((name) => {
        const code = readFileSync(new URL(folder + name, import.meta.url), 'utf8');
        return Array.from(
          code.matchAll(/badPlace\(\s*[^,]+,\s*[^,]+,\s*(['`])(.*?)\1\s*[,)]/gs),
          ([, , written = '']) =>
            written.replace(/"?\$\{(?:[^{}]|\{[^{}]*\})*\}"?/g, (part, at: number) =>
              written.slice(0, at).endsWith('has ')
                ? '3'
                : part.includes('JSON') || part.startsWith('"') || at === 0
                  ? '"x"'
                  : 'x',
            ),
        );
      }),
  )
  // Of a value and what is wrong with it; the latter is looked up below.
  .filter((why) => why !== '"x" x');

test('every reason in the code is known in French', () => {
  expect(reasons.length).toBeGreaterThan(25);
  const values = readFileSync(new URL('./costs/read-costs.ts', import.meta.url), 'utf8');
  const ofValues = Array.from(values.matchAll(/refuse\([\w']+, '([^']+)'\)/g), ([, why]) => why).filter(Boolean);
  for (const why of ofValues) reasons.push(`"x" ${why}`);
  const unknown = reasons.filter((why) => importProblemInFrench(`a.csv, line 1: ${why}.`) === undefined);
  expect(unknown).toEqual([]);
});
