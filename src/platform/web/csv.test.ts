import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvCell, csvOf } from './csv.ts';

test.each([
  ['=1+1', `"'=1+1"`],
  ['+33 1', `"'+33 1"`],
  ['-2', `"'-2"`],
  ['@sum', `"'@sum"`],
  ['\t=x', `"'\t=x"`],
  ['a "b", c', '"a ""b"", c"'],
  ['plain', 'plain'],
  [-2.5, '-2.5'],
  [null, ''],
  [Number.NaN, ''],
])('%j becomes %s', (value, cell) => expect(csvCell(value)).toBe(cell));

test('no text can begin a formula, whatever it holds', () => {
  fc.assert(fc.property(fc.string(), (text) => !/^"?[=+\-@\t\r\n]/.test(csvCell(text))));
});

test('a file has a mark for accents, CRLF lines and a header', () => {
  expect(csvOf(['Nom', 'n'], [['Été', 3]])).toBe('\uFEFFNom,n\r\nÉté,3\r\n');
});
