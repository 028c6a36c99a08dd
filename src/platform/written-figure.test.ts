import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayOrderOf, dayWritten, headerKey, numberWritten, secondsWritten } from './written-figure.ts';

test.each([
  ['1,234.5', undefined, 1234.5],
  ['1 234,5', undefined, 1234.5],
  ['1\u202f234,50 €', undefined, 1234.5],
  ['1.234,50', undefined, 1234.5],
  ['$174.03', undefined, 174.03],
  ['EUR 12.40', undefined, 12.4],
  ['12,5 %', undefined, 12.5],
  ['1,234', undefined, 1234],
  ['1,234', ',', 1.234],
  ['1.234', ',', 1234],
  ['1.234', undefined, 1.234],
  ['1,234,567', undefined, 1234567],
  ['0,123', undefined, 0.123],
  ['(45.10)', undefined, -45.1],
  ['-3', undefined, -3],
  ['−3', undefined, -3],
  ['--', undefined, undefined],
  ['', undefined, undefined],
  ['abc', undefined, undefined],
  ['1e3', undefined, 1000],
] as const)('the number %s with the decimal mark %s is %s', (text, decimal, value) => {
  expect(numberWritten(text, decimal)).toBe(value);
});

test('what either language writes of a number is read back', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.constantFrom('fr', 'en', 'de', 'fr-CH'), (cents, language) => {
      const value = cents / 100;
      const text = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(
        value,
      );
      const decimal =
        language === 'fr' || language === 'de' || language === 'fr-CH' ? (text.includes(',') ? ',' : '.') : '.';
      expect(numberWritten(text, decimal)).toBeCloseTo(value, 6);
    }),
  );
});

test.each([
  ['2026-03-01', undefined, '2026-03-01'],
  ['20260301', undefined, '2026-03-01'],
  ['2026-03-01 12:30:00', undefined, '2026-03-01'],
  ['31/01/2026', undefined, '2026-01-31'],
  ['1/31/2026', undefined, '2026-01-31'],
  ['01/03/2026', 'dmy', '2026-03-01'],
  ['01/03/2026', 'mdy', '2026-01-03'],
  ['01/03/2026', undefined, undefined],
  ['01.03.26', 'dmy', '2026-03-01'],
  ['Mar 1, 2026', undefined, '2026-03-01'],
  ['1 mars 2026', undefined, '2026-03-01'],
  ['1er févr. 2026', undefined, '2026-02-01'],
  ['2026-02-30', undefined, undefined],
  ['Sun, Mar 1, 2026', undefined, '2026-03-01'],
] as const)('the day %s in the order %s is %s', (text, order, day) => {
  expect(dayWritten(text, order)).toBe(day);
});

test('the order of days is told by the first that can', () => {
  expect(dayOrderOf(['01/02/2026', '02/13/2026'])).toBe('mdy');
  expect(dayOrderOf(['01/02/2026', '13/02/2026'])).toBe('dmy');
  expect(dayOrderOf(['01/02/2026'])).toBeUndefined();
});

test('durations and headers', () => {
  expect(secondsWritten('1:15')).toBe(75);
  expect(secondsWritten('01:01:15')).toBe(3675);
  expect(secondsWritten('2 min 5 s')).toBe(125);
  expect(secondsWritten('1m 15s')).toBe(75);
  expect(secondsWritten('73.5')).toBe(73.5);
  expect(headerKey('Montant dÃ©pensÃ© (EUR)')).toBe('montant depense eur');
  expect(headerKey('Coût / conv.')).toBe('cout conv');
});
