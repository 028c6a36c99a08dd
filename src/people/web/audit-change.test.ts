import { expect, test } from 'vitest';
import { changedFields } from './audit-change.ts';

test('only the fields that differ, with both values', () => {
  expect(
    changedFields({ name: 'a', goal: { quantity: 1 }, same: 2 }, { name: 'b', goal: { quantity: 2 }, same: 2 }),
  ).toEqual([
    { field: 'name', before: 'a', after: 'b' },
    { field: 'goal', before: '{"quantity":1}', after: '{"quantity":2}' },
  ]);
});

test('what was nothing before, and what is nothing now', () => {
  expect(changedFields(null, { a: 1 })).toEqual([{ field: 'a', before: null, after: '1' }]);
  expect(changedFields({ a: 1 }, null)).toEqual([{ field: 'a', before: '1', after: null }]);
  expect(changedFields('text', ['list'])).toEqual([]);
});

test('long values are shortened', () => {
  expect(changedFields({}, { a: 'x'.repeat(500) })[0]?.after).toHaveLength(120);
});
