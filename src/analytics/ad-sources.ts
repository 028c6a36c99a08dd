/** Tables of ad events, and their sums by the hour and the day. */
import { clockOf } from '#measurement';
import type { Source } from './sources.ts';

const adColumns = {
  site: 'site_id',
  order: 'order_id',
  line_item: 'line_item_id',
  creative: 'creative_id',
  placement: 'placement_id',
  advertiser: 'advertiser_id',
  side: 'side',
  section: 'section_id',
  size: 'size',
  country: 'country',
  device: 'device',
  kind: 'kind',
  invalid_reason: 'invalid',
};
const adMeasures = (sum: (condition: string) => string): Source['measures'] => ({
  impressions: sum("kind = 'impression' and invalid = ''"),
  viewables: sum("kind = 'viewable' and invalid = ''"),
  clicks: sum("kind = 'click' and invalid = ''"),
  ad_conversions: sum("kind = 'conversion' and invalid = ''"),
  impressions_gross: sum("kind = 'impression'"),
  clicks_gross: sum("kind = 'click'"),
  invalid: sum("invalid != '' and kind in ('impression', 'click')"),
  spend: "sumIf(spend_micros, invalid = '' and currency = {currency:String})",
  other_spend: "countIf(spend_micros != 0 and invalid = '' and currency != {currency:String})",
});

const ofEvents = (condition: string) => `sumIf(events, ${condition})`;
const ofRows = (condition: string) => `countIf(${condition})`;
const exact = { finest: 'exact', time: 'local_time', instant: 'at' } as const;

/** Ad events added up by the day, by what was sold and by where it ran. */
const adDays = {
  rollup: true,
  finest: 'day',
  time: 'local_date',
  instant: '',
  measures: adMeasures(ofEvents),
} as const;
const {
  site: onSite,
  order,
  line_item,
  creative,
  placement,
  advertiser,
  side,
  section,
  size,
  kind,
  invalid_reason,
} = adColumns;

export const adSources: readonly Source[] = [
  {
    ...adDays,
    name: 'ad_line_days',
    columns: { site: onSite, order, line_item, creative, advertiser, side, kind, invalid_reason },
  },
  {
    ...adDays,
    name: 'ad_placement_days',
    columns: { site: onSite, placement, advertiser, section, size, kind, invalid_reason },
  },
  {
    name: 'ad_hours',
    rollup: true,
    finest: 'hour',
    time: 'local_hour',
    instant: '',
    columns: { ...adColumns, ...clockOf('local_hour') },
    measures: adMeasures(ofEvents),
  },
  {
    name: 'ad_events',
    ...exact,
    columns: {
      ...adColumns,
      ...clockOf('local_time'),
      browser: 'browser',
      os: 'os',
      page: 'path',
      person: '(site_id, visitor)',
    },
    measures: {
      ...adMeasures(ofRows),
      reach: "uniqExactIf(visitor, visitor != 0 and kind = 'impression' and invalid = '')",
      identified: ofRows("visitor != 0 and kind = 'impression' and invalid = ''"),
    },
  },
  {
    name: 'ad_requests',
    ...exact,
    columns: {
      site: 'site_id',
      ...clockOf('local_time'),
      placement: 'placement_id',
      country: 'country',
      device: 'device',
    },
    measures: { requests: 'sum(requests)', filled: 'sum(filled)' },
  },
];
