import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { openDataFiles } from './data-file.ts';
import { readTable, separatorOf } from './table-file.ts';

async function rowsOf(bytes: Buffer | string, name = 'file.csv') {
  const [file] = await openDataFiles([{ name, bytes: Buffer.from(bytes) }]);
  return file ? Array.fromAsync(readTable(file)) : [];
}

test('rows keep the line they begin on, over quotes with line breaks', async () => {
  expect(await rowsOf('a,b\r\n"x ""1""\ny",2\n\nlast,3')).toEqual([
    { line: 1, cells: ['a', 'b'] },
    { line: 2, cells: ['x "1"\ny', '2'] },
    { line: 4, cells: [''] },
    { line: 5, cells: ['last', '3'] },
  ]);
});

test('a quote that never ends is refused with its line', async () => {
  await expect(rowsOf('a,b\n1,2\n"x,3\n4,5')).rejects.toThrow('file.csv, line 3: a quote is opened');
});

test.each([
  ['utf-16le with its mark', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('é;b\n1;2', 'utf16le')])],
  ['utf-16le without', Buffer.from('é;bbbbbbbbbbb\n1;2', 'utf16le')],
  ['latin-1', Buffer.from('é;b\n1;2', 'latin1')],
  ['utf-8 with its mark', Buffer.from('\uFEFFé;b\n1;2')],
  ['gzip', gzipSync('é;b\n1;2')],
])('%s is read', async (_, bytes) => {
  expect((await rowsOf(bytes))[0]?.cells[0]).toBe('é');
});

test('the separator is the one that stands most outside quotes', () => {
  expect(separatorOf('# Title, with, commas\na;b;c;d;e\n1,5;2;3;4;5')).toBe(';');
  expect(separatorOf('"a;b;c;d",e\n')).toBe(',');
  expect(separatorOf('a\tb\tc')).toBe('\t');
});

test('what is written is read, whatever the pieces it comes in', async () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', 'é', ' ', 'b') });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1 }),
      fc.integer({ min: 1, max: 9 }),
      async (rows, size) => {
        const bytes = Buffer.from(
          rows.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(',')).join('\n'),
        );
        const file = {
          name: 'f',
          async *chunks() {
            for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
          },
        };
        const read = await Array.fromAsync(readTable(file, ','));
        expect(read.map(({ cells }) => cells)).toEqual(rows);
      },
    ),
  );
});

test('a zip is its files, and a damaged one is refused', async () => {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from('a,b\n1,2'), 'folder/one.csv');
  zip.addBuffer(Buffer.from('x'), '__MACOSX/._one.csv');
  zip.end();
  const bytes = await buffer(zip.outputStream);
  const files = await openDataFiles([{ name: 'all.zip', bytes }]);
  expect(files.map(({ name }) => name)).toEqual(['one.csv']);
  expect(await Array.fromAsync(readTable(files[0] ?? { name: '', chunks: async function* () {} }))).toHaveLength(2);
  await expect(openDataFiles([{ name: 'all.zip', bytes: bytes.subarray(0, 40) }])).rejects.toThrow(
    'all.zip: the zip is damaged',
  );
});
