import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupOf, rowKeys, rowsOf } from './targeting-rows.ts';

test('no condition is no targeting', () => {
  expect(groupOf([])).toBeNull();
  expect(rowsOf(null)).toEqual([]);
  expect(groupOf([{ key: 'geo.country', name: '', not: false, values: [] }])).toBeNull();
  expect(groupOf([{ key: 'kv', name: ' ', not: false, values: ['x'] }])).toBeNull();
});

test('rows make a group and come back from it', () => {
  const row = fc.record({
    key: fc.constantFrom(...rowKeys, 'kv'),
    name: fc.constant('topic'),
    not: fc.boolean(),
    values: fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 }),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), (rows) => {
      const named = rows.map((one) => (one.key === 'kv' ? one : { ...one, name: '' }));
      expect(rowsOf(groupOf(named))).toEqual(named);
    }),
  );
});

test('what rows cannot show is not shown by halves', () => {
  const country = { key: 'geo.country' as const, in: ['FR'] };
  expect(rowsOf({ and: [country, { or: [country] }] })).toBeUndefined();
  expect(rowsOf({ or: [country, { key: 'device', in: ['tv'] }] })).toBeUndefined();
  expect(rowsOf({ or: [country] })).toEqual([{ key: 'geo.country', name: '', not: false, values: ['FR'] }]);
});
