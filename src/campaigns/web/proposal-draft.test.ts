import { expect, test } from 'vitest';
import type { ProposalLine } from '#campaigns/contract';
import { amountOf, copyOf, draftOf, emptyLine, isWhole, offeredOf, withPackage } from './proposal-draft.ts';

const zone = 'Europe/Paris';
const line: ProposalLine = {
  id: 'pln_1',
  name: 'Side',
  type: 'standard',
  goal: { unit: 'impressions', quantity: 1000 },
  rate: { model: 'cpm', amount: 900, currency: 'EUR' },
  start: '2027-03-27T23:30:00Z',
  end: '2027-03-28T22:00:00Z',
  placements: ['pl_side'],
  frequency_caps: [{ count: 3, per: 'day', every: 1 }],
  placement_names: ['Side · News'],
  list_rate: null,
  discount: 0,
  amount: null,
};

test('a line that was only looked at is sent as it was read, with the terms the editor does not show', () => {
  const { placement_names: _n, list_rate: _l, discount: _d, amount: _a, ...terms } = line;
  expect(offeredOf(draftOf(line, zone), { currency: 'EUR', zone })).toEqual({ ...terms, targeting: null });
});

test('days that change are whole days of the site, the last one included, clock changes or not', () => {
  const moved = { ...draftOf(line, zone), first: '2027-03-28', last: '2027-03-29' };
  const { start, end } = offeredOf({ ...moved, first: '2027-03-27' }, { currency: 'EUR', zone });
  expect([Date.parse(start), Date.parse(end)]).toEqual([
    Date.parse('2027-03-27T00:00:00+01:00'),
    Date.parse('2027-03-30T00:00:00+02:00'),
  ]);
});

test('a copy has a name of its own in the ledger and the same terms', () => {
  const copy = offeredOf(copyOf(draftOf(line, zone)), { currency: 'EUR', zone });
  expect(copy.id).toBeUndefined();
  expect(copy.frequency_caps).toEqual(line.frequency_caps);
});

test.each([
  [{ model: 'cpm', quantity: 200_000, amount: 1250 }, 250_000],
  [{ model: 'cpc', unit: 'clicks', quantity: 300, amount: 45 }, 13_500],
  [{ model: 'cpd', quantity: 1, amount: 5000 }, 15_000],
  [{ model: 'flat', quantity: 1, amount: 5000 }, 5000],
  [{ model: 'cpm', unit: 'share', quantity: 50, amount: 900 }, undefined],
  [{ model: 'cpm', quantity: null, amount: 900 }, undefined],
] as const)('%j comes to %s', (change, amount) => {
  const draft = emptyLine({ first: '2027-01-01', last: '2027-01-03', ...change });
  expect(amountOf(draft, 'EUR')?.amount).toBe(amount);
});

test('a package brings its placements and its price, and keeps a name that was typed', () => {
  const pack = {
    id: 'pkg_1',
    name: 'Winter',
    currency: 'EUR',
    model: 'cpd',
    amount: 9000,
    items: [{ placement_id: 'pl_a', weight: 1 }],
    created_at: '2026-01-01T00:00:00Z',
  } as const;
  const draft = withPackage(emptyLine({ name: 'Mine' }), { ...pack, items: [...pack.items] });
  expect(draft).toMatchObject({ name: 'Mine', placements: ['pl_a'], model: 'cpd', amount: 9000, package_id: 'pkg_1' });
  expect(isWhole(draft)).toBe(false);
  expect(isWhole({ ...draft, first: '2027-01-01', last: '2027-01-01', quantity: 1 })).toBe(true);
});
