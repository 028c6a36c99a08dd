-- Every event that a review judged otherwise than before, with what it was and what it became.
create table ad_event_corrections (
  review_id String,
  org_id LowCardinality(String),
  site_id LowCardinality(String),
  local_date Date,
  kind LowCardinality(String),
  decision_id String,
  line_item_id LowCardinality(String),
  was LowCardinality(String) comment 'reason before; empty: it counted',
  becomes LowCardinality(String),
  spend_before Int64,
  spend_after Int64,
  corrected_at DateTime64(3, 'UTC') default now64(3, 'UTC')
) engine = MergeTree
order by (org_id, review_id, decision_id, kind)
settings non_replicated_deduplication_window = 10000;

-- A review takes events out of the hours they were counted in.
alter table ad_hours modify column events Int64;
