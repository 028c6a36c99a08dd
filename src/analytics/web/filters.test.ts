import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dimensionOf, isMetric } from '#analytics/contract';
import { breakdownsOf } from './breakdowns.ts';
import { queryFilters, readFilters, toggleFilter, writeFilter } from './filters.ts';
import { messages } from './messages.ts';

test('a filter is read as it was written, whatever its value holds', () => {
  fc.assert(
    fc.property(fc.constantFrom('is' as const, 'is_not' as const), fc.string({ minLength: 1 }), (operator, value) => {
      const filter = { operator, dimension: 'event:page', value };
      expect(readFilters([writeFilter(filter)])).toEqual([filter]);
    }),
  );
});

test('what is no filter is left out', () => {
  expect(readFilters(['', 'is', 'is|visit:country', 'like|visit:country|FR', 'is||FR'])).toEqual([]);
});

test('values of one dimension are alternatives, dimensions add up', () => {
  const picked = readFilters(['is|visit:country|FR', 'is|visit:country|CH', 'is_not|visit:device|tv']);
  expect(queryFilters(picked)).toEqual([
    ['is', 'visit:country', ['FR', 'CH']],
    ['is_not', 'visit:device', ['tv']],
  ]);
});

test('picking a row twice takes its filter away again', () => {
  const filter = { operator: 'is' as const, dimension: 'visit:country', value: 'FR' };
  const once = toggleFilter(['is|visit:device|tv'], filter);
  expect(toggleFilter(once, filter)).toEqual(['is|visit:device|tv']);
});

test('every panel asks for dimensions and metrics that exist', () => {
  for (const { tabs } of breakdownsOf(messages.en)) {
    for (const { dimension, metrics } of tabs) {
      expect(dimensionOf(dimension), dimension).toBeDefined();
      expect(metrics.filter((name) => !isMetric(name))).toEqual([]);
    }
  }
});
