import { describe, expect, test } from 'vitest';
import { formatIn, minorDigits } from './language.ts';

const fr = formatIn('fr');
const en = formatIn('en');
const n = '\u202f';
const h = '\u00a0';

describe('numbers, money and dates in two languages', () => {
  test.each([
    [fr.number(12345.6, 1), `12${n}345,6`],
    [en.number(12345.6, 1), '12,345.6'],
    [fr.number(999), '999'],
    [fr.percent(12.34), `12,3${n}%`],
    [en.percent(12.34, 2), '12.34%'],
    [fr.money(123456, 'EUR'), `1${n}234,56${h}€`],
    [en.money(123456, 'EUR'), '€1,234.56'],
    [en.money(1500, 'JPY'), 'JP¥1,500'],
    [fr.day('2026-11-01'), `1er${h}novembre${h}2026`],
    [en.day('2026-11-01'), `1${h}November${h}2026`],
    [fr.period('2026-11-03', '2026-11-12'), `du 3 au 12${h}novembre${h}2026`],
    [fr.period('2026-11-01', '2026-11-12'), `du 1er au 12${h}novembre${h}2026`],
    [fr.period('2026-10-28', '2026-11-03'), `du 28${h}octobre au 3${h}novembre${h}2026`],
    [fr.period('2026-12-28', '2027-01-03'), `du 28${h}décembre${h}2026 au 3${h}janvier${h}2027`],
    [fr.period('2026-11-03', '2026-11-03'), `le 3${h}novembre${h}2026`],
    [en.period('2026-11-03', '2026-11-12'), `3–12${h}November${h}2026`],
    [en.period('2026-10-28', '2026-11-03'), `28${h}October – 3${h}November${h}2026`],
    [fr.shortDay('2026-11-03'), '03/11'],
    [en.shortDay('2026-11-03'), '3 Nov'],
    [fr.count(0, 'clic', 'clics'), `0${h}clic`],
    [fr.count(1, 'clic', 'clics'), `1${h}clic`],
    [fr.count(2, 'clic', 'clics'), `2${h}clics`],
    [en.count(0, 'click', 'clicks'), `0${h}clicks`],
    [en.count(1, 'click', 'clicks'), `1${h}click`],
    [fr.quote('Noël'), `«${h}Noël${h}»`],
    [en.quote('Noël'), '“Noël”'],
  ])('%s', (written, expected) => {
    expect(written).toBe(expected);
  });

  test('minor units are those of ISO 4217', () => {
    expect(['EUR', 'JPY', 'TND'].map(minorDigits)).toEqual([2, 0, 3]);
  });
});
