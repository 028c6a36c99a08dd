import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatterOf } from './format.ts';

const [fr, en] = [formatterOf('fr'), formatterOf('en')];
/** Narrow and plain no-break spaces, written as spaces so that the cases can be read. */
const plain = (text: string) => text.replace(/[\u202f\u00a0\u2009]/g, ' ');

describe('figures in words', () => {
  test.each([
    [plain(fr.number(12345.6, 1)), '12 345,6'],
    [plain(en.number(12345.6, 1)), '12,345.6'],
    [plain(fr.percent(12.34)), '12,3 %'],
    [plain(en.percent(0.4, 2)), '0.40%'],
    [plain(fr.money({ amount: 740, currency: 'EUR' })), '7,40 €'],
    [plain(en.money({ amount: 740, currency: 'JPY' })), 'JP¥740'],
    [plain(en.money({ amount: 1234, currency: 'TND' })), 'TND 1.234'],
    [plain(fr.change(12.34)), '+12 %'],
    [plain(en.change(-1.25)), '-1.3%'],
    [en.duration(59.6), '1 min 00 s'],
    [en.duration(125), '2 min 05 s'],
    [en.duration(3840), '1 h 04 min'],
    [plain(fr.bytes(153_600)), '153,6 ko'],
    [fr.country('CH'), 'Suisse'],
    [fr.country('not a code'), 'not a code'],
  ])('%s', (got, wanted) => expect(got).toBe(wanted));

  test('what is missing is a dash, never NaN or 0', () => {
    for (const missing of [null, undefined, Number.NaN]) {
      expect([fr.number(missing), fr.percent(missing), fr.duration(missing), fr.change(missing)]).toEqual([
        '–',
        '–',
        '–',
        '–',
      ]);
    }
    expect([fr.money(null), fr.day(undefined), fr.moment('no date')]).toEqual(['–', '–', '–']);
  });

  test('a calendar day stays itself whatever the reader’s time zone', () => {
    expect(fr.day('2026-03-29')).toContain('29');
    expect(en.days('2026-11-01', '2026-11-01')).toBe(en.day('2026-11-01'));
  });

  test('a duration never shows 60 of a smaller unit', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        (seconds) => !/\b60 (s|min)\b/.test(en.duration(seconds)),
      ),
    );
  });
});
