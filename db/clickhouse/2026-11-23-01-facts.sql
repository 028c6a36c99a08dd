-- Facts: one row per thing that happened. Everything else in the event store is derived from these tables.
-- The deduplication window makes a batch that is sent twice count once (insert_deduplication_token).

-- Audience: page views, custom events and engagement reports of people (crawlers go to ignored_hits).
create table hits (
  org_id LowCardinality(String),
  site_id LowCardinality(String),
  at DateTime64(3, 'UTC'),
  local_time DateTime('UTC') comment 'wall clock of the site''s zone, stored as if it were UTC',
  local_date Date default toDate(local_time),
  hit_id String,
  visitor UInt64 comment 'keyed hash; never an address',
  visitor_before UInt64 default 0 comment 'the same visitor under the previous day''s salt; first 30 minutes of a day only',
  name LowCardinality(String) comment 'pageview, engagement or a custom event''s name',
  hostname LowCardinality(String),
  path String,
  section_id LowCardinality(String),
  referrer String comment 'host and path, no query',
  channel LowCardinality(String),
  source LowCardinality(String),
  search_term String,
  utm_source LowCardinality(String), utm_medium LowCardinality(String), utm_campaign LowCardinality(String), utm_content LowCardinality(String), utm_term String,
  country LowCardinality(String), region LowCardinality(String), city LowCardinality(String),
  language LowCardinality(String),
  device LowCardinality(String), brand LowCardinality(String),
  browser LowCardinality(String), browser_version LowCardinality(String), os LowCardinality(String), os_version LowCardinality(String),
  width UInt16,
  engaged_ms UInt32 comment 'visible and focused time reported by an engagement hit',
  scroll UInt8 comment 'deepest scroll, percent',
  props Map(LowCardinality(String), String),
  revenue_micros Int64, currency LowCardinality(String),
  status UInt16 comment 'HTTP status of an imported log line, else 0',
  bytes UInt64,
  origin LowCardinality(String) comment 'live, ingest or import',
  ingested_at DateTime64(3, 'UTC') default now64(3, 'UTC')
) engine = MergeTree
partition by toYYYYMM(local_date)
order by (site_id, local_date, visitor, at, hit_id)
settings non_replicated_deduplication_window = 10000;

-- What was not counted as audience, and why: crawlers, previews, filtered lines.
create table ignored_hits (
  org_id LowCardinality(String),
  site_id LowCardinality(String),
  at DateTime64(3, 'UTC'),
  local_time DateTime('UTC'),
  local_date Date default toDate(local_time),
  reason LowCardinality(String) comment 'bot, prefetch, not-a-page …: the closed list of measurement',
  name LowCardinality(String) comment 'the crawler''s name where known',
  category LowCardinality(String),
  path String,
  status UInt16, bytes UInt64,
  origin LowCardinality(String),
  ingested_at DateTime64(3, 'UTC') default now64(3, 'UTC')
) engine = MergeTree
partition by toYYYYMM(local_date)
order by (site_id, local_date, reason, name)
settings non_replicated_deduplication_window = 10000;

-- Advertising: impressions, viewable impressions and clicks with their price.
create table ad_events (
  org_id LowCardinality(String),
  site_id LowCardinality(String),
  at DateTime64(3, 'UTC'),
  local_time DateTime('UTC'),
  local_date Date default toDate(local_time),
  kind LowCardinality(String) comment 'impression, viewable, click',
  decision_id String,
  side LowCardinality(String) comment 'sell or buy',
  advertiser_id LowCardinality(String),
  order_id LowCardinality(String),
  line_item_id LowCardinality(String),
  creative_id LowCardinality(String),
  placement_id LowCardinality(String),
  section_id LowCardinality(String),
  size LowCardinality(String),
  country LowCardinality(String), device LowCardinality(String), browser LowCardinality(String), os LowCardinality(String),
  path String,
  visitor UInt64 comment '0 unless the visitor consented to identification',
  spend_micros Int64 comment 'what this event costs: CPM/1000 on an impression, vCPM/1000 on a viewable, CPC on a click',
  currency LowCardinality(String),
  invalid LowCardinality(String) comment 'reason of invalid traffic; empty when valid',
  ingested_at DateTime64(3, 'UTC') default now64(3, 'UTC')
) engine = MergeTree
partition by toYYYYMM(local_date)
order by (site_id, local_date, line_item_id, kind, at)
settings non_replicated_deduplication_window = 10000;

-- Requests for ads, filled or not, added up by the edge per minute: what the forecast learns from.
create table ad_requests (
  org_id LowCardinality(String),
  site_id LowCardinality(String),
  placement_id LowCardinality(String),
  at DateTime64(3, 'UTC') comment 'start of the minute',
  local_time DateTime('UTC'),
  local_date Date default toDate(local_time),
  country LowCardinality(String), device LowCardinality(String),
  requests UInt32, filled UInt32,
  ingested_at DateTime64(3, 'UTC') default now64(3, 'UTC')
) engine = MergeTree
partition by toYYYYMM(local_date)
order by (site_id, local_date, placement_id, at)
settings non_replicated_deduplication_window = 10000;
