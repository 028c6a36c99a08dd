/** What an ad event costs, and what a line item is worth per thousand impressions when prices compete. */
import type { BookLine } from './contract.ts';

const decimals = new Map<string, number>();

/** Digits after the decimal point of a currency (ISO 4217): 2 for EUR, 0 for JPY. */
export function decimalsOf(currency: string): number {
  let found = decimals.get(currency);
  if (found === undefined) {
    found = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
    decimals.set(currency, found);
  }
  return found;
}

/** Millionths of the currency's unit in one minor unit. */
const microsPerMinor = (currency: string): number => 10 ** (6 - decimalsOf(currency));

export type Rate = BookLine['rate'];
export type AdEventKind = 'impression' | 'viewable' | 'click';
/** Events that are neither sold nor capped: what players and auctions report. */
export type SideEventKind = `video_${string}` | `auction_${string}`;

const paidBy: Partial<Record<Rate['model'], { kind: AdEventKind; per: number }>> = {
  cpm: { kind: 'impression', per: 1000 },
  vcpm: { kind: 'viewable', per: 1000 },
  cpc: { kind: 'click', per: 1 },
};

/** Micros of the currency's unit that one valid event costs; 0 for events the rate does not pay. Days and flat fees are not per event. */
export function spendMicros(rate: Rate, kind: AdEventKind | SideEventKind): number {
  const paid = paidBy[rate.model];
  return paid?.kind === kind ? Math.round((rate.amount * microsPerMinor(rate.currency)) / paid.per) : 0;
}

/** What one conversion costs, in micros: something only where conversions are what is paid for. */
export const conversionMicros = (rate: Rate): number =>
  rate.model === 'cpa' ? Math.round(rate.amount * microsPerMinor(rate.currency)) : 0;

/** Where too little is known of a line: one impression in a thousand is clicked, six in ten are viewable. */
export const usualRates = { click: 0.001, viewable: 0.6 } as const;

/**
 * Expected price of one impression, in micros, from what the line delivered so far (a usual rate stands in for the first
 * thousand impressions). 0 for prices that do not depend on delivery.
 */
export function expectedMicros(rate: Rate, seen: { impressions: number; viewables: number; clicks: number }): number {
  const likely = (events: number, usual: number) => (events + 1000 * usual) / (seen.impressions + 1000);
  if (rate.model === 'cpm') return spendMicros(rate, 'impression');
  if (rate.model === 'vcpm') return spendMicros(rate, 'viewable') * likely(seen.viewables, usualRates.viewable);
  if (rate.model === 'cpc') return spendMicros(rate, 'click') * likely(seen.clicks, usualRates.click);
  return 0;
}

/** A floor (minor units per thousand) in micros per impression. */
export const floorMicros = (floor: { amount: number; currency: string }): number =>
  (floor.amount * microsPerMinor(floor.currency)) / 1000;
