/**
 * What each type of line item allows. Priority bands are those Google Ad Manager documents for its types (API reference,
 * LineItem.priority: lower wins); goals and rates follow its compatibility table, with flat and action prices added for
 * space bought elsewhere.
 */
import type { GoalUnit, LineItemType, RateModel } from './contract.ts';

type TypeRule = {
  /** Default, lowest and highest priority number. */
  priority: readonly [standard: number, min: number, max: number];
  goals: readonly GoalUnit[];
  rates: readonly RateModel[];
};

const quantities: readonly GoalUnit[] = ['impressions', 'viewable_impressions', 'clicks', 'conversions'];

export const lineItemTypes: Record<LineItemType, TypeRule> = {
  sponsorship: { priority: [4, 2, 5], goals: ['share', 'impressions', 'clicks'], rates: ['cpm', 'cpc', 'cpd', 'flat'] },
  standard: { priority: [8, 6, 10], goals: quantities, rates: ['cpm', 'vcpm', 'cpc', 'cpa', 'flat'] },
  bulk: { priority: [12, 11, 14], goals: quantities, rates: ['cpm', 'vcpm', 'cpc', 'cpa', 'flat'] },
  network: { priority: [12, 11, 14], goals: ['share'], rates: ['cpm', 'cpc', 'cpd', 'flat'] },
  price_priority: { priority: [12, 11, 14], goals: quantities, rates: ['cpm', 'vcpm', 'cpc', 'cpa'] },
  house: {
    priority: [16, 15, 16],
    goals: ['share', ...quantities],
    rates: ['cpm', 'vcpm', 'cpc', 'cpa', 'cpd', 'flat'],
  },
};

/** Which goals a price can be paid for; a day or a lump sum pays for any. */
export const goalsOfRate: Record<RateModel, readonly GoalUnit[]> = {
  cpm: ['impressions', 'share'],
  vcpm: ['viewable_impressions', 'share'],
  cpc: ['clicks', 'impressions', 'share'],
  cpa: ['conversions', 'clicks', 'impressions'],
  cpd: ['share', ...quantities],
  flat: ['share', ...quantities],
};

export const defaultPriority = (type: LineItemType): number => lineItemTypes[type].priority[0];
