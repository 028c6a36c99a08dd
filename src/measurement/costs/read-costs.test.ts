import fc from 'fast-check';
import { expect, test } from 'vitest';
import { share } from './read-costs.ts';

test('what is spread over days adds up to the sum again', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e12, max: 1e12 }), fc.integer({ min: 1, max: 400 }), (sum, days) => {
      const parts = Array.from({ length: days }, (_, i) => share(sum, days, i));
      expect(parts.reduce((a, b) => a + b, 0)).toBe(sum);
      expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(1);
    }),
  );
});
