-- Decisions in favour of a line item, added up by the edge per minute: the step between a request and its impression.
create table ad_decisions (
  org_id LowCardinality(String),
  site_id LowCardinality(String),
  placement_id LowCardinality(String),
  line_item_id LowCardinality(String),
  at DateTime64(3, 'UTC') comment 'start of the minute',
  local_time DateTime('UTC'),
  local_date Date default toDate(local_time),
  decisions UInt32,
  ingested_at DateTime64(3, 'UTC') default now64(3, 'UTC')
) engine = MergeTree
partition by toYYYYMM(local_date)
order by (org_id, line_item_id, local_date, placement_id, at)
settings non_replicated_deduplication_window = 10000;
