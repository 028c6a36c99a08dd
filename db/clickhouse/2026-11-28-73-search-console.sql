-- What Google Search Console tells: clicks, impressions and position by one dimension over a span of days, or by day of the API.
create table search_console (
  org_id LowCardinality(String), site_id LowCardinality(String),
  first_date Date, last_date Date comment 'the same day where the figures are of one day',
  kind LowCardinality(String) comment 'query, page, country, device, appearance, day; rows of two kinds are never added',
  value String, search_type LowCardinality(String) comment 'web, image, video, news …',
  clicks UInt64, impressions UInt64, position_sum Float64 comment 'position times impressions: means are made from sums',
  import UInt64, ingested_at DateTime64(3, 'UTC') default now64(3, 'UTC')
) engine = ReplacingMergeTree(import)
order by (org_id, site_id, kind, search_type, first_date, last_date, value)
settings non_replicated_deduplication_window = 10000;
