-- Figures of whole months, added up from visit_figures once a month's days are at rest. A month counts while its print is that of its
-- days' current builds (see visit_months); as soon as one of them is built anew its days are read instead.
create table visit_figure_months (
  build UInt64, org_id LowCardinality(String), site_id LowCardinality(String), month Date,
  dimension LowCardinality(String), value String,
  visits UInt64, pageviews UInt64, duration_ms UInt64, engaged_ms UInt64, bounces UInt64,
  visitors UInt64, lasting Array(UInt64)
) engine = MergeTree
partition by toYear(month)
order by (site_id, dimension, month, build, value)
settings non_replicated_deduplication_window = 1000;

create table visit_months (
  site_id LowCardinality(String), month Date, build UInt64, print UInt64 comment 'of the builds of its days that it was added up from'
) engine = ReplacingMergeTree(build)
order by (site_id, month)
settings non_replicated_deduplication_window = 1000;
