import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LineItem } from '#campaigns/contract';
import { cellOf, cellsOf, changeOf, faultOf, pasted, pastedCell, setCells, typed } from './line-grid-draft.ts';
import type { Cells } from './line-grid-draft.ts';

const zone = 'Europe/Paris';
const decimals = () => 2;
const line = {
  id: 'li_1',
  name: 'One',
  state: 'draft',
  priority: 8,
  goal: { unit: 'impressions', quantity: 1000 },
  rate: { model: 'cpm', amount: 1250, currency: 'EUR' },
  start: '2026-10-24T22:00:00.000Z',
  end: '2026-10-31T23:00:00.000Z',
  pacing: 'even',
} as LineItem;
const kept = cellsOf(line, zone, { decimals });

test('cells are days of the site’s calendar and amounts of the main unit', () => {
  expect(kept).toMatchObject({ start: '2026-10-25', end: '2026-10-31', amount: '12.50', quantity: '1000' });
});

test('an edit that is undone is none', () => {
  const once = typed({}, 'li_1', kept, { name: 'Two', priority: '6' });
  expect(once).toEqual({ li_1: { name: 'Two', priority: '6' } });
  expect(typed(once, 'li_1', kept, { name: 'One', priority: '8' })).toEqual({});
});

test('what is sent is what was typed', () => {
  expect(
    changeOf(
      line,
      { amount: '9,5', quantity: '1 200', start: '2026-10-26', end: '2026-11-01', state: 'booked' },
      { zone, decimals },
    ),
  ).toEqual({
    id: 'li_1',
    rate: { model: 'cpm', amount: 950, currency: 'EUR' },
    goal: { unit: 'impressions', quantity: 1200 },
    start: '2026-10-26T00:00:00+01:00',
    end: '2026-11-02T00:00:00+01:00',
    to: 'booked',
  });
});

test.each([
  ['name', ' ', 'needed'],
  ['priority', '17', 'wholeBetween'],
  ['quantity', '12.5', 'wholeBetween'],
  ['amount', 'dear', 'aPrice'],
  ['start', '2026-02-30', 'aDay'],
  ['start', 'soon', 'aDay'],
  ['end', '2026-10-24', 'endBefore'],
  ['end', '2026-10-25', undefined],
  ['amount', '12,50', undefined],
] as const)('%s %j is told: %s', (field, text, fault) => {
  expect(faultOf(field, { ...kept, [field]: text }, line)).toBe(fault);
});

test('no text in any cell throws', () => {
  fc.assert(
    fc.property(fc.constantFrom(...(Object.keys(kept) as (keyof Cells)[])), fc.string(), (field, text) => {
      faultOf(field, { ...kept, [field]: text }, line);
    }),
  );
});

test('many lines are moved by days and raised by percent', () => {
  expect(setCells({ what: 'shift', value: '7' }, kept, 2)).toEqual({ start: '2026-11-01', end: '2026-11-07' });
  expect(setCells({ what: 'raisePrice', value: '-10' }, kept, 2)).toEqual({ amount: '11.25' });
  expect(setCells({ what: 'raiseGoal', value: '5' }, kept, 2)).toEqual({ quantity: '1050' });
  expect(setCells({ what: 'pacing', value: 'asap' }, kept, 2)).toEqual({ pacing: 'asap' });
});

test('cells of a spreadsheet and refusals of the server find their cell', () => {
  expect(pasted('a\tb\r\nc\td\r\n')).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ]);
  expect(pastedCell('start', '1/12/2026')).toBe('2026-12-01');
  expect(['goal.quantity', 'rate.model', 'end', 'placements', null].map(cellOf)).toEqual([
    'quantity',
    'amount',
    'end',
    'state',
    'state',
  ]);
});
