-- Figures that another product had added up before Vigie came: rows by day and by one of its tables, never mixed with facts.
-- Rows carry the number of their import; they count once imported_days names that number for their day.
create table imported_figures (
  import UInt64 comment 'number of the import, rising',
  org_id LowCardinality(String), site_id LowCardinality(String),
  family LowCardinality(String) comment 'visitors, sources, pages, entry_pages …: the table they come from',
  local_date Date, last_date Date comment 'the same day; later where the product gave one total for several days',
  channel LowCardinality(String), source LowCardinality(String), referrer String, search_term String,
  utm_source LowCardinality(String), utm_medium LowCardinality(String), utm_campaign LowCardinality(String), utm_content LowCardinality(String), utm_term String,
  hostname LowCardinality(String), path String, name LowCardinality(String),
  country LowCardinality(String), region LowCardinality(String), city LowCardinality(String), language LowCardinality(String),
  device LowCardinality(String), browser LowCardinality(String), browser_version LowCardinality(String), os LowCardinality(String), os_version LowCardinality(String),
  visitors UInt64, visits UInt64, pageviews UInt64, bounces UInt64, visit_ms UInt64, events UInt64,
  engaged_ms UInt64, engaged_pages UInt64, scroll_percents UInt64, scrolled_pages UInt64,
  revenue_micros Int64, currency LowCardinality(String),
  ingested_at DateTime64(3, 'UTC') default now64(3, 'UTC')
) engine = MergeTree
partition by toYYYYMM(local_date)
order by (site_id, family, local_date, import)
settings non_replicated_deduplication_window = 10000;

-- Which import a day of a table counts from: the last one that held it. Written in one insert when an import is complete.
create table imported_days (
  org_id LowCardinality(String), site_id LowCardinality(String), family LowCardinality(String), local_date Date, last_date Date,
  import UInt64 comment 'the highest one holds',
  measures Array(String) comment 'what the product told: a figure it did not tell is no zero',
  ingested_at DateTime64(3, 'UTC') default now64(3, 'UTC')
) engine = MergeTree
order by (site_id, family, local_date, import)
settings non_replicated_deduplication_window = 1000;
