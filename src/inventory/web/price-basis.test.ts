import { expect, test } from 'vitest';
import { priceOf, type Pricing } from '../price.ts';
import { noRules } from '../price-words.ts';
import { basisText } from './price-basis.ts';

const words = {
  units: { impressions: 'impressions', days: 'jours' },
  perThousand: 'pour mille',
  flat: 'forfait',
  of: 'de',
  onDays: (own: string, all: string) => `sur ${own} jours de ${all}`,
  atLeast: 'au moins',
  grossFrom: 'brut à partir de',
  insertionsFrom: (count: string, from: string) => `${count} insertions, dès ${from}`,
};
const writer = { number: (value: number) => `n${value}`, money: (minor: number) => `${minor / 100} €` };

test('every basis that a price can have is written in the words of the screen', () => {
  const asked: Omit<Pricing, 'model'> = {
    currency: 'EUR',
    places: [{ name: 'top', amount: 1500 }],
    isPackage: false,
    quantity: 120_000,
    start: '2027-01-01',
    end: '2027-01-10',
    targeting: { and: [{ key: 'geo.country', in: ['FR'] }] },
    insertions: 3,
    discount: 5,
    agency: true,
    rules: {
      ...noRules,
      seasons: [{ name: 'January', from: '2027-01-01', to: '2027-01-04', percent: 12.5 }],
      weekdays: [{ days: ['sat'], percent: -20 }],
      surcharges: [{ key: 'geo', percent: 10 }],
      volume_discounts: [{ from: 1000, percent: 5 }],
      frequency_discounts: [{ from: 2, percent: 3 }],
      agency_commission: 15,
      minimum_spend: 10_000_000,
    },
  };
  const bases = (['cpm', 'cpd', 'flat'] as const).flatMap((model) =>
    priceOf({ ...asked, model }).steps.map(({ basis }) => basis),
  );
  for (const basis of bases)
    expect(basisText(basis, words, writer), basis).not.toMatch(/ of |flat|given|at least|gross/);
  expect(basisText(bases[0] ?? '', words, writer)).toBe('n120000 impressions × 15 € pour mille');
  expect(basisText('something new', words, writer)).toBe('something new');
});
