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

test('refusals of costs, Search Console and history are whole sentences in French, in words of the screen', () => {
  const french = [
    'account: b.csv and a.csv hold different costs of "hiver" on 2026-11-03 and name no account; name the account of this file, or say that it replaces the other (overlap: replace).',
    'account: b.csv and an earlier report hold different costs of "hiver" on 2026-11-03 and name no account; name the account of this file, or say that it replaces the other (overlap: replace).',
    'The site has hits of its own on 2026-11-03: they would count twice. Import with live_days "keep" to leave these days out of the import, or "add" to count both.',
    'The site has hits of its own on 2026-11-03 to 2026-11-05 (3 days): they would count twice. Import with live_days "keep" to leave these days out of the import, or "add" to count both.',
    'Left out – a.csv: is empty; b.csv: line 9: by Segment; hits of 2026-11-03 to 2026-11-05 (3 days), which the site had already.',
    'Left out – hits of 2026-11-03, which the site had already.',
    'file: nothing in these files can be kept (a.csv: is empty; b.csv: line 9: by Segment).',
    'property: must be one of journal.test, the site that it is read for.',
  ].map((sentence) => importProblemInFrench(sentence));
  for (const told of french) {
    expect(told).toBeDefined();
    expect(told).not.toMatch(/overlap|live_days|replace\b|\bkeep\b|which|earlier|is empty/);
  }
  expect(french[1]).toMatch(/^b\.csv et un rapport précédent portent .* "hiver" le 2026-11-03/);
  expect(french[4]).toBe(
    'Laissé de côté – a.csv : est vide ; b.csv : ligne 9 : par Segment ; hits du 2026-11-03 au 2026-11-05 (3 jours), que le site avait déjà.',
  );
});

/** The whole sentences of refusals in a file, with something for each of their parts. */
const sentencesOf = (path: string) =>
  Array.from(
    readFileSync(new URL(path, import.meta.url), 'utf8').matchAll(
      /new Refusal\(\s*'([a-z-]+)',\s*(['`])(.*?)\2,?\s*[,)]|throw refused\(\s*(['`])(.*?)\4/gs,
    ),
    ([, code, , whole, , rest]) => ({ code, sentence: whole ?? `property: ${rest}` }),
  )
    // The screens have a sentence of their own for what is not found.
    .filter(({ code, sentence }) => code !== 'not-found' && sentence !== 'property: ${sentence}')
    .map(({ sentence }) =>
      sentence
        .replace(/\$\{JSON[^{}]*\}/g, '"x"')
        .replace(/\$\{(?:status|most|limits|answer)[^{}]*\}/g, '3')
        .replace('${daysInWords(days)}', '2026-11-03')
        .replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, 'x'),
    );

test.each([
  './costs/import-costs.ts',
  './costs/read-costs.ts',
  './history/history.ts',
  './history/import-history.ts',
  './history/recognise.ts',
  '../seo/read-search-console.ts',
  '../seo/routes.ts',
  '../seo/search-console.ts',
  '../seo/search-console-api.ts',
  '../seo/search-property.ts',
  '../platform/data-file.ts',
])('every refusal of %s is known in French', (path) => {
  const sentences = sentencesOf(path);
  expect(sentences.length).toBeGreaterThan(0);
  expect(sentences.filter((sentence) => importProblemInFrench(sentence) === undefined)).toEqual([]);
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
