-- Additive counts by materialised view. A view writes in the same insert, under the same deduplication token
-- (deduplicate_blocks_in_dependent_materialized_views), so a table and its rollup never differ.

create table ad_hours (
  org_id LowCardinality(String), site_id LowCardinality(String),
  local_hour DateTime('UTC') comment 'start of the hour on the site''s wall clock', local_date Date,
  kind LowCardinality(String), invalid LowCardinality(String),
  side LowCardinality(String), advertiser_id LowCardinality(String), order_id LowCardinality(String), line_item_id LowCardinality(String),
  creative_id LowCardinality(String), placement_id LowCardinality(String), section_id LowCardinality(String),
  size LowCardinality(String), country LowCardinality(String), device LowCardinality(String), currency LowCardinality(String),
  events UInt64, spend_micros Int64
) engine = SummingMergeTree((events, spend_micros))
partition by toYYYYMM(local_date)
order by (org_id, local_date, line_item_id, kind, site_id, placement_id, creative_id, local_hour, invalid, side, advertiser_id, order_id, section_id, size, country, device, currency)
settings non_replicated_deduplication_window = 10000;

create materialized view ad_hours_of_events to ad_hours as
select org_id, site_id, toStartOfHour(local_time) as local_hour, local_date, kind, invalid, side, advertiser_id, order_id, line_item_id,
  creative_id, placement_id, section_id, size, country, device, currency, count() as events, sum(spend_micros) as spend_micros
from ad_events
group by org_id, site_id, local_hour, local_date, kind, invalid, side, advertiser_id, order_id, line_item_id, creative_id, placement_id, section_id, size, country, device, currency;

-- Which site days hold newer facts than their visits: the visit builder reads this.
create table dirty_days (
  site_id LowCardinality(String), local_date Date, changed_at SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
) engine = AggregatingMergeTree
order by (site_id, local_date)
settings non_replicated_deduplication_window = 10000;

create materialized view dirty_days_of_hits to dirty_days as
select site_id, local_date, max(ingested_at) as changed_at from hits group by site_id, local_date;

-- Visits are not additive: the builder writes every visit of a site day under a new build number, then names it the day's current build.
create table visits (
  build UInt64, org_id LowCardinality(String), site_id LowCardinality(String), local_date Date comment 'the day the visit starts',
  visitor UInt64, visit_id UInt64, started_at DateTime64(3, 'UTC'), local_time DateTime('UTC'), ended_at DateTime64(3, 'UTC'),
  pageviews UInt32, events UInt32, engaged_ms UInt64, duration_ms UInt64 comment 'the longer of span and engaged time', bounce UInt8,
  entry_page String, exit_page String, hostname LowCardinality(String),
  referrer String, channel LowCardinality(String), source LowCardinality(String), search_term String,
  utm_source LowCardinality(String), utm_medium LowCardinality(String), utm_campaign LowCardinality(String), utm_content LowCardinality(String), utm_term String,
  country LowCardinality(String), region LowCardinality(String), city LowCardinality(String), language LowCardinality(String),
  device LowCardinality(String), brand LowCardinality(String), browser LowCardinality(String), browser_version LowCardinality(String), os LowCardinality(String), os_version LowCardinality(String),
  width UInt16, revenue_micros Int64, currency LowCardinality(String)
) engine = MergeTree
partition by toYYYYMM(local_date)
order by (site_id, local_date, build, visitor, started_at)
settings non_replicated_deduplication_window = 1000;

create table visit_days (
  site_id LowCardinality(String), local_date Date, build UInt64 comment 'milliseconds of the builder''s clock when it read the hits', visits UInt64
) engine = ReplacingMergeTree(build)
order by (site_id, local_date)
settings non_replicated_deduplication_window = 1000;
