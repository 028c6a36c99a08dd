/** What a report is made of: plain figures, asked once, from which the text, the charts and every document are written. */
import type { GoalUnit, LineItemState, LineItemType, Pacing, RateModel, Side } from '#campaigns/contract';

/** Net of invalid traffic. `spend` in minor units (may be fractional: a cent is 1, an impression costs less). */
export type Counts = {
  impressions: number;
  viewable: number;
  clicks: number;
  spend: number;
  /** Absent where they were not asked for. */
  conversions?: number;
};

export type DayCounts = Counts & { date: string };

/** Days, both included, of the sites' calendar. */
export type Period = { from: string; to: string };

export type LineStatus =
  | 'upcoming'
  | 'silent'
  | 'on-track'
  | 'behind'
  | 'ahead'
  | 'complete'
  | 'ended-short'
  | 'paused'
  | 'no-goal';

/** A line against what was ordered, at the report's `as_of`. Quantities are in the goal's unit. */
export type Progress = {
  delivered: number;
  ordered: number;
  /** Share of the line's time that has passed, 0–1. */
  elapsed: number;
  /** What even pacing (or the line's own pacing) would have delivered by now. */
  expected: number;
  /** Delivered at the end if the rate stays what it was since the start; never above what was ordered. */
  projected: number;
  /** Day on which the goal would be reached at that rate, when before the end. */
  reached_on: string | null;
};

export type LineFigures = {
  id: string;
  name: string;
  type: LineItemType;
  state: LineItemState;
  start: string;
  end: string;
  /** First and last day, in the site's zone. */
  first_day: string;
  last_day: string;
  unit: GoalUnit;
  pacing: Pacing;
  rate: { model: RateModel; amount: number; currency: string };
  /** What the whole line costs, minor units; null where only delivery tells. */
  budget: number | null;
  has_creative: boolean;
  period: Counts;
  to_date: Counts;
  days: DayCounts[];
  status: LineStatus;
  /** Null for lines whose goal is a share of traffic, or none. */
  progress: Progress | null;
};

export type CreativeFigures = {
  id: string;
  name: string;
  kind: string;
  width: number | null;
  height: number | null;
  period: Counts;
  days: DayCounts[];
};

export type PlacementFigures = { id: string; name: string; site: string; period: Counts };

export type ReportFigures = {
  order: {
    id: string;
    name: string;
    side: Side;
    po_number: string | null;
    advertiser: string;
    publisher: string | null;
  };
  /** Who made the report. */
  organisation: string;
  period: Period;
  previous: Period;
  /** When the figures were read, ISO 8601; days after it are still to come. */
  as_of: string;
  /** Last day that the figures cover: the period's end, or today. */
  as_of_day: string;
  time_zones: string[];
  /** Null when lines or sites are in several currencies: then money is neither added up nor shown. */
  currency: string | null;
  total: Counts;
  to_date: Counts;
  previous_total: Counts | null;
  invalid: { impressions: number; clicks: number };
  days: DayCounts[];
  previous_days: DayCounts[];
  lines: LineFigures[];
  creatives: CreativeFigures[];
  placements: PlacementFigures[];
  /** Impressions and clicks of each day's hours 0–23, for days that have any. */
  hours: { date: string; hour: number; impressions: number; clicks: number }[];
};

export const noCounts: Counts = { impressions: 0, viewable: 0, clicks: 0, spend: 0 };

export function add(a: Counts, b: Counts): Counts {
  return {
    impressions: a.impressions + b.impressions,
    viewable: a.viewable + b.viewable,
    clicks: a.clicks + b.clicks,
    spend: a.spend + b.spend,
    ...(a.conversions === undefined && b.conversions === undefined
      ? {}
      : { conversions: (a.conversions ?? 0) + (b.conversions ?? 0) }),
  };
}

export const total = (counts: readonly Counts[]): Counts => counts.reduce(add, noCounts);

/** Percent of impressions clicked; null without impressions. */
export const ctr = ({ clicks, impressions }: Counts): number | null =>
  impressions > 0 ? (100 * clicks) / impressions : null;

/** Percent of impressions that were viewable; null without impressions. */
export const viewability = ({ viewable, impressions }: Counts): number | null =>
  impressions > 0 ? (100 * viewable) / impressions : null;

/** Cost of a thousand impressions, minor units; null without impressions. */
export const ecpm = ({ spend, impressions }: Counts): number | null =>
  impressions > 0 ? (1000 * spend) / impressions : null;
