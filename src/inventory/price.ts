/**
 * A price out of a rate card, step by step. Pure, in integer minor units: every step is rounded half away from zero on its
 * own, and the totals are sums of rounded steps, so that an explanation always adds up to the cent.
 */
import type { ExplainedPrice, PriceRules, PriceStep, RateModel } from './price-words.ts';
import type { TargetingGroup } from './targeting.ts';

/** A price per unit that was found for a placement (or a package): minor units of the card's currency. */
type PricedPlace = { name: string; amount: number };

export type Pricing = {
  model: RateModel;
  currency: string;
  /** What is bought; the quantity is shared equally among them, the first ones taking what is left over. */
  places: readonly PricedPlace[];
  /** One price for all of them together. */
  isPackage: boolean;
  quantity: number;
  start: string;
  end: string;
  targeting: TargetingGroup | null;
  insertions: number;
  discount: number;
  agency: boolean;
  rules: PriceRules;
};

export type Priced = Pick<ExplainedPrice, 'days' | 'steps' | 'gross' | 'net' | 'payable' | 'unit_rate'>;

export const rounding =
  'Each step is rounded half away from zero to the minor unit; totals are sums of the rounded steps.';

export function priceOf(asked: Pricing): Priced {
  const { rules, currency } = asked;
  const days = daysBetween(asked.start, asked.end);
  const base = baseSteps(asked, days.length);
  const listed = sum(base);
  const steps = [...base, ...dayStepsOf(rules, listed, days), ...surchargesOf(rules, listed, asked.targeting)];
  const gross = sum(steps);

  let left = gross;
  const takeOff = (code: PriceStep['code'], label: string, percent: number, why: string): void => {
    const amount = 0 - part(left, percent); // not −0
    if (percent === 0 || left <= 0) return;
    steps.push({ code, label, basis: `${shown(percent)} % of ${left}${why}`, amount });
    left += amount;
  };
  const volume = reached(rules.volume_discounts, gross);
  if (volume) takeOff('volume_discount', 'Volume discount', volume.percent, `, gross from ${volume.from}`);
  const frequency = reached(rules.frequency_discounts, asked.insertions);
  if (frequency)
    takeOff(
      'frequency_discount',
      'Frequency discount',
      frequency.percent,
      `, ${asked.insertions} insertions, given from ${frequency.from}`,
    );
  takeOff('negotiated_discount', 'Negotiated discount', asked.discount, '');
  if (left < rules.minimum_spend) {
    const amount = rules.minimum_spend - left;
    steps.push({ code: 'minimum_spend', label: 'Minimum spend', basis: `at least ${rules.minimum_spend}`, amount });
    left = rules.minimum_spend;
  }
  const net = left;
  if (asked.agency) takeOff('agency_commission', 'Agency commission', rules.agency_commission, '');
  return {
    days: days.length,
    steps,
    gross,
    net,
    payable: left,
    unit_rate: unitRate(asked, net, days.length, currency),
  };
}

const unitNames: Record<RateModel, string> = {
  cpm: 'impressions',
  vcpm: 'viewable impressions',
  cpc: 'clicks',
  cpa: 'actions',
  cpd: 'days',
  flat: '',
};
const perOf = (model: RateModel): number => (model === 'cpm' || model === 'vcpm' ? 1000 : 1);

function baseSteps({ model, places, quantity, isPackage }: Pricing, days: number): PriceStep[] {
  return places.map(({ name, amount }, index) => {
    const code = isPackage ? ('package' as const) : ('base' as const);
    if (model === 'flat') return { code, label: name, basis: `flat ${amount}`, amount };
    const share =
      model === 'cpd' ? days : Math.floor(quantity / places.length) + (index < quantity % places.length ? 1 : 0);
    const per = perOf(model);
    const basis = `${share} ${unitNames[model]} × ${amount}${per === 1 ? '' : ` / ${per}`}`;
    return { code, label: name, basis, amount: divided(BigInt(share) * BigInt(amount), BigInt(per)) };
  });
}

const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** Seasons and weekdays: the base is taken as spread evenly over the days, and each rule counts the days that are its own. */
function dayStepsOf({ seasons, weekdays: rules }: PriceRules, listed: number, days: readonly string[]): PriceStep[] {
  const step = (code: PriceStep['code'], label: string, percent: number, own: number): PriceStep[] =>
    own === 0 || percent === 0
      ? []
      : [
          {
            code,
            label,
            basis: `${shown(percent)} % of ${listed} on ${own} of ${days.length} days`,
            amount: divided(BigInt(listed) * points(percent) * BigInt(own), 10_000n * BigInt(days.length)),
          },
        ];
  return [
    ...seasons.flatMap(({ name, from, to, percent }) =>
      step('season', name, percent, days.filter((day) => day >= from && day <= to).length),
    ),
    ...rules.flatMap(({ days: names, percent }) => {
      const own = days.filter((day) => {
        const name = weekdays[new Date(`${day}T00:00:00Z`).getUTCDay()];
        return name !== undefined && names.includes(name);
      });
      return step('weekday', names.join(', '), percent, own.length);
    }),
  ];
}

/** Each rule counts once, however often its key stands in the targeting; `geo` covers geo.country, geo.region and geo.city. */
function surchargesOf({ surcharges }: PriceRules, listed: number, targeting: TargetingGroup | null): PriceStep[] {
  const used = targeting === null ? [] : keysOf(targeting);
  return surcharges
    .filter(({ key, percent }) => percent !== 0 && used.some((name) => name === key || name.startsWith(`${key}.`)))
    .map(({ key, percent }) => ({
      code: 'surcharge',
      label: key,
      basis: `${shown(percent)} % of ${listed}`,
      amount: part(listed, percent),
    }));
}

function keysOf(group: TargetingGroup): string[] {
  const parts = 'and' in group ? group.and : group.or;
  return parts.flatMap((one) => ('key' in one ? [one.key] : keysOf(one)));
}

function reached<T extends { from: number }>(tiers: readonly T[], value: number): T | undefined {
  return tiers.filter(({ from }) => from <= value).sort((a, b) => b.from - a.from)[0];
}

function unitRate({ model, quantity, isPackage, places }: Pricing, net: number, days: number, currency: string) {
  const units = model === 'flat' ? 1 : model === 'cpd' ? days * (isPackage ? 1 : places.length) : quantity;
  if (units === 0) return null;
  return { amount: divided(BigInt(net) * BigInt(perOf(model)), BigInt(units)), currency };
}

/** Every day from the first to the last, as YYYY-MM-DD. */
export function daysBetween(start: string, end: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(start); at <= Date.parse(end); at += 86_400_000)
    days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}

/** Percent with two decimals as an integer of hundredths. */
const points = (percent: number): bigint => BigInt(Math.round(percent * 100));
const part = (amount: number, percent: number): number => divided(BigInt(amount) * points(percent), 10_000n);
const sum = (steps: readonly PriceStep[]): number => steps.reduce((total, step) => total + step.amount, 0);
const shown = (percent: number): string => String(Math.round(percent * 100) / 100);

/** Quotient rounded half away from zero. */
function divided(value: bigint, by: bigint): number {
  const size = value < 0n ? -value : value;
  const quotient = (size * 2n + by) / (by * 2n);
  return Number(value < 0n ? -quotient : quotient);
}
