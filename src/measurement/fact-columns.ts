/** The columns of the fact tables that a journal line may name; `ingested_at` is the store's own. A test compares them with the store's. */
import type { RowValue } from '#platform';

export const factTables = ['hits', 'ignored_hits', 'ad_events', 'ad_requests', 'ad_decisions'] as const;
export type FactTable = (typeof factTables)[number];

const when = { at: 'instant', local_time: 'wall clock', local_date: 'date' } as const;
const whose = { org_id: 'words', site_id: 'words', ...when } as const;

/** Columns of the same type by their names. */
const each = (names: string, value: RowValue): Record<string, RowValue> =>
  Object.fromEntries(names.split(' ').map((name) => [name, value]));

export const factColumns: Record<FactTable, Readonly<Record<string, RowValue>>> = {
  hits: {
    ...whose,
    hit_id: 'text',
    ...each('visitor visitor_before identified bytes', 'UInt64'),
    ...each('name hostname path section_id referrer channel source search_term', 'words'),
    ...each('utm_source utm_medium utm_campaign utm_content utm_term', 'words'),
    ...each('country region city language device brand browser browser_version os os_version', 'words'),
    ...each('site_search line_item_id currency origin', 'words'),
    ...each('engaged_ms lcp_ms inp_ms', 'UInt32'),
    ...each('width status', 'UInt16'),
    scroll: 'UInt8',
    props: 'texts by name',
    cls_milli: 'counted or null',
    revenue_micros: 'Int64',
  },
  ignored_hits: {
    ...whose,
    ...each('reason name category path origin', 'words'),
    status: 'UInt16',
    bytes: 'UInt64',
  },
  ad_events: {
    ...whose,
    decision_id: 'text',
    ...each('kind side advertiser_id order_id line_item_id creative_id placement_id section_id size', 'words'),
    ...each('country device browser os path currency invalid detail', 'words'),
    visitor: 'UInt64',
    spend_micros: 'Int64',
  },
  ad_requests: {
    ...whose,
    ...each('placement_id country device', 'words'),
    ...each('requests filled', 'UInt32'),
  },
  ad_decisions: { ...whose, ...each('placement_id line_item_id', 'words'), decisions: 'UInt32' },
};
