/** The lines of a request while they are typed: pure. */
import type { Rfp } from '#campaigns/contract';
import type { RateModel } from '#inventory/contract';

export type AskedUnit = Rfp['lines'][number]['unit'];

export type AskedDraft = {
  key: string;
  id?: string;
  name: string;
  where: string;
  placement_id: string | null;
  sizes: string[];
  unit: AskedUnit;
  quantity: number | null;
  model: RateModel;
  amount: number | null;
  first_day: string | null;
  last_day: string | null;
  note: string;
};

export const askedUnits: readonly AskedUnit[] = ['impressions', 'viewable_impressions', 'clicks', 'share'];

let made = 0;

export const emptyAsked = (change: Partial<AskedDraft> = {}): AskedDraft => ({
  name: '',
  where: '',
  placement_id: null,
  sizes: [],
  unit: 'impressions',
  quantity: null,
  model: 'cpm',
  amount: null,
  first_day: null,
  last_day: null,
  note: '',
  ...change,
  key: `asked-${++made}`,
});

export const isWholeLine = ({ name, first_day, last_day }: AskedDraft): boolean =>
  name.trim() !== '' && first_day !== null && last_day !== null;

/** As it is sent. */
export const askedOf = ({ key: _key, first_day, last_day, ...line }: AskedDraft) => ({
  ...line,
  first_day: first_day ?? '',
  last_day: last_day ?? '',
});

type Priced = { unit: AskedUnit; quantity: number; model: RateModel; amount: number; total: { amount: number } | null };

/** Price of a thousand impressions, minor units; null where impressions are not what is counted. */
export function effectiveCpm({ unit, quantity, model, amount, total }: Priced): number | null {
  if (unit !== 'impressions') return null;
  if (model === 'cpm') return amount;
  return total && quantity > 0 ? Math.round((total.amount * 1000) / quantity) : null;
}
