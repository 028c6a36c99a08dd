-- Additive counts of hits by the hour and of pages by the day. Kept by the same insert as the hits, so they are the hits.

create table hits_hours (
  org_id LowCardinality(String), site_id LowCardinality(String),
  local_hour DateTime('UTC') comment 'start of the hour on the site''s wall clock', local_date Date,
  name LowCardinality(String), country LowCardinality(String), device LowCardinality(String), currency LowCardinality(String),
  hits UInt64, revenue_micros Int64, revenues UInt64 comment 'hits that carry an amount'
) engine = SummingMergeTree((hits, revenue_micros, revenues))
partition by toYYYYMM(local_date)
order by (site_id, local_date, local_hour, name, country, device, currency, org_id)
settings non_replicated_deduplication_window = 10000;

create materialized view hits_hours_of_hits to hits_hours as
select org_id, site_id, toStartOfHour(local_time) as local_hour, local_date, name, country, device, currency,
  count() as hits, sum(hits.revenue_micros) as revenue_micros, countIf(hits.revenue_micros != 0) as revenues
from hits
group by org_id, site_id, local_hour, local_date, name, country, device, currency;

create table pages_days (
  org_id LowCardinality(String), site_id LowCardinality(String), local_date Date,
  hostname LowCardinality(String), path String, section_id LowCardinality(String), name LowCardinality(String),
  hits UInt64
) engine = SummingMergeTree((hits))
partition by toYYYYMM(local_date)
order by (site_id, local_date, name, hostname, path, section_id, org_id)
settings non_replicated_deduplication_window = 10000;

create materialized view pages_days_of_hits to pages_days as
select org_id, site_id, local_date, hostname, path, section_id, name, count() as hits
from hits
group by org_id, site_id, local_date, hostname, path, section_id, name;
