import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvCell, CsvFault, csvOf, parseCsv } from './csv.ts';

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

test('what was written is read again, whatever it holds', () => {
  const cell = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom("'=a", "''-1", '=a', "'a"));
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { maxLength: 8 }), (rows) => {
      const written = parseCsv(csvOf(['a', 'b', 'c'], rows)).map(({ cells }) => cells);
      expect(written).toEqual([['a', 'b', 'c'], ...rows.filter((row) => row.some((text) => text.trim() !== ''))]);
    }),
  );
});

test('semicolons, tabs, bare line ends and rows without text are read as spreadsheets write them', () => {
  expect(parseCsv('a;b\n1,5;2\n;\n"x;\ny";z')).toEqual([
    { line: 1, cells: ['a', 'b'] },
    { line: 2, cells: ['1,5', '2'] },
    { line: 4, cells: ['x;\ny', 'z'] },
  ]);
  expect(parseCsv('a\tb\r\n1\t2\r\n')[1]).toEqual({ line: 2, cells: ['1', '2'] });
  expect(parseCsv('"a,1";b\r1;2').map(({ cells }) => cells)).toEqual([
    ['a,1', 'b'],
    ['1', '2'],
  ]);
});

test('a quote that never ends is told with its line, and so are too many rows', () => {
  expect(() => parseCsv('a,b\n1,"2\n3,4\n')).toThrow(expect.objectContaining({ line: 2 }));
  expect(() => parseCsv('a\n1\n2\n3\n', 3)).toThrow(CsvFault);
});
