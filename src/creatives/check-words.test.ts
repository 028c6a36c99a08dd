/** The words of the checks in both languages; that the verdicts on real creatives have them is tested in quality.test.ts, their titles in web/messages.test.ts. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { phrases, sourcePhrases } from './check-phrases.ts';
import { checkIn, frenchOf } from './check-words.ts';
import { checkCodes } from './contract.ts';

test.each(checkCodes)('%s has sentences in both languages', (code) => {
  expect(phrases[code].length).toBeGreaterThan(1);
  for (const [english, french] of phrases[code]) {
    expect(french).not.toBe(english);
    expect(french.split('{}').length, french).toBeLessThanOrEqual(english.split('{}').length);
    // An earlier phrase must not swallow a later one.
    const filled = english.replaceAll('{}', 'x');
    expect(frenchOf(code, filled), english).toBe(french.replaceAll('{}', 'x'));
  }
});

const written = ['checks', 'picture-checks', 'code-checks', 'quality', 'tag-checks', 'landing-check', 'legal-words'];
const writers = [...written, 'context-checks', 'render-checks'];

test.each(writers)('every sentence that %s.ts writes has French words', async (name) => {
  const text = await readFile(new URL(`${name}.ts`, import.meta.url), 'utf8');
  // Neither comments, refusals, nor the words that a law prescribes.
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*(?:\/\/|example:).*$|new Refusal\(.*$/gm, '');
  const sentences = [...code.matchAll(/'((?:[^'\\\n]|\\.)+)'|`((?:[^`\\]|\\.)+)`/g)]
    .map(([, plain, template]) => plain ?? template?.replaceAll(/\$\{[^{}]*\}/g, 'x') ?? '')
    .filter((one) => /^[A-Zx]\S* .*[.)]$/s.test(one) && !/\n/.test(one));
  const lost = sentences.filter((one) => checkCodes.every((check) => frenchOf(check, one) === undefined));
  expect(sentences.length).toBeGreaterThan(0);
  expect(lost).toEqual([]);
});

test('a browser that gave up is told in French', () => {
  const told = (why: string) => frenchOf('render', `It could not be looked at in a browser: ${why}`);
  expect(told('the browser could not open it.')).toMatch(/l’ouvrir\.$/);
  expect(told('url: it did not come to an end in 60 s.')).toMatch(/en 60 s\.$/);
  expect(told('something else.')).toBe('Elle n’a pas pu être regardée dans un navigateur.');
});

test('figures are written the French way, names and addresses stay', () => {
  const render = {
    code: 'load_weight',
    level: 'failed',
    sentence: 'Loaded at first: 210.5 kB, more than 150 kB.',
    measured: '210.5 kB',
    limit: '150 kB',
    source: 'Format of the publisher, after the IAB New Ad Portfolio',
    advice: 'Compress the pictures, load the rest after the page.',
  } as const;
  expect(checkIn('fr', render)).toEqual({
    sentence: 'Chargé d’abord : 210,5 ko, plus que 150 ko.',
    measured: '210,5 ko',
    limit: '150 ko',
    source: sourcePhrases[render.source],
    advice: 'Compressez les images, chargez le reste après la page.',
  });
  expect(frenchOf('contrast', 'Its border cannot be told from the page: top, left, bottom.')).toBe(
    'Son bord ne se distingue pas de la page : haut, gauche, bas.',
  );
  expect(frenchOf('https', 'Not over https: http://cdn.example/1.5.js, http://x.example/$1.')).toBe(
    'Pas en https : http://cdn.example/1.5.js, http://x.example/$1.',
  );
  expect(frenchOf('booked_size', '300x250 is not what “Top of $& page” has booked.')).toBe(
    '300x250 n’est pas ce que « Top of $& page » a réservé.',
  );
});

test('a sentence without French words says what was measured, not English', () => {
  const old = { code: 'cpu', level: 'failed', sentence: 'Of another version.', measured: '9.5 s' } as const;
  expect(checkIn('fr', old).sentence).toBe('Ce contrôle n’est pas bon (mesuré : 9,5 s).');
});
