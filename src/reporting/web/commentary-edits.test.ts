import { expect, test } from 'vitest';
import { editsOf } from './commentary-edits.ts';

const block = (key: string, generated: string | null, text: string | null = generated) => ({
  key,
  rule: key,
  generated,
  text,
  edited: text !== generated,
  outdated: false,
  importance: 1,
  values: {},
});

test('only what differs from the rule’s sentence is stored', () => {
  const blocks = [block('total', 'A.'), block('ctr', 'B.'), block('best', 'C.', 'Mine.')];
  expect(editsOf(blocks, {})).toEqual([{ key: 'best', text: 'Mine.' }]);
  expect(editsOf(blocks, { total: 'A, indeed.', ctr: 'B. ', best: 'C.' })).toEqual([
    { key: 'total', text: 'A, indeed.' },
  ]);
});

test('a hidden or emptied sentence is stored as hidden', () => {
  expect(editsOf([block('total', 'A.'), block('ctr', 'B.')], { total: null, ctr: '  ' })).toEqual([
    { key: 'total', text: null },
    { key: 'ctr', text: null },
  ]);
});

test('the note opens the commentary, and an empty one is none', () => {
  expect(editsOf([block('total', 'A.')], { note: ' Hello. ' })).toEqual([{ key: 'note', text: 'Hello.' }]);
  expect(editsOf([block('note', null, 'Old.')], { note: '' })).toEqual([]);
});
