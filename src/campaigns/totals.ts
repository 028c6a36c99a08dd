/** Money of what is booked: pure, in integer minor units. */
import type { Money } from '#platform/contract';
import type { Goal, Rate } from './contract.ts';

/**
 * What a line is worth when its goal is met: goal × rate, rounded half up to the minor unit. `days` is how many calendar
 * days it runs, for prices per day. Null where only delivery tells, as for a share sold per thousand impressions.
 */
export function bookedAmount({ goal, rate, days }: { goal: Goal; rate: Rate; days: number }): Money | null {
  const worth = (quantity: number, per: bigint): Money => ({
    amount: Number(divideHalfUp(BigInt(quantity) * BigInt(rate.amount), per)),
    currency: rate.currency,
  });
  if (rate.model === 'flat') return worth(1, 1n);
  if (rate.model === 'cpd') return worth(days, 1n);
  if (rate.model === 'cpm' && goal.unit === 'impressions') return worth(goal.quantity, 1000n);
  if (rate.model === 'vcpm' && goal.unit === 'viewable_impressions') return worth(goal.quantity, 1000n);
  if (rate.model === 'cpc' && goal.unit === 'clicks') return worth(goal.quantity, 1n);
  if (rate.model === 'cpa' && goal.unit === 'conversions') return worth(goal.quantity, 1n);
  return null;
}

/** Sums by currency, in the order of their codes. */
export function sumsByCurrency(amounts: readonly Money[]): Money[] {
  const sums = new Map<string, number>();
  for (const { amount, currency } of amounts) sums.set(currency, (sums.get(currency) ?? 0) + amount);
  return [...sums]
    .map(([currency, amount]) => ({ amount, currency }))
    .sort((a, b) => (a.currency < b.currency ? -1 : 1));
}

/** Calendar days of a time zone that [start, end) touches: midnight to midnight is one, 23:00 to 01:00 is two. */
export function calendarDays(start: string, end: string, timeZone: string): number {
  const day = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const first = Date.parse(day.format(Date.parse(start)));
  const last = Date.parse(day.format(Date.parse(end) - 1));
  return Math.round((last - first) / 86_400_000) + 1;
}

const divideHalfUp = (value: bigint, by: bigint): bigint => (value * 2n + by) / (by * 2n);
