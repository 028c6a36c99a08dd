-- Coarser sums of the additive rollups, for questions over months and years. Each is fed by the rollup below it, in the same insert:
-- what corrects the hours of a day corrects these.
create table hits_days (
  org_id LowCardinality(String), site_id LowCardinality(String), local_date Date,
  name LowCardinality(String), country LowCardinality(String), device LowCardinality(String), currency LowCardinality(String),
  hits UInt64, revenue_micros Int64, revenues UInt64
) engine = SummingMergeTree((hits, revenue_micros, revenues))
partition by toYear(local_date)
order by (site_id, local_date, name, country, device, currency, org_id)
settings non_replicated_deduplication_window = 10000;

create table pages_months (
  org_id LowCardinality(String), site_id LowCardinality(String), month Date,
  hostname LowCardinality(String), path String, section_id LowCardinality(String), name LowCardinality(String),
  hits UInt64
) engine = SummingMergeTree((hits))
partition by toYear(month)
order by (site_id, name, path, hostname, section_id, month, org_id)
settings non_replicated_deduplication_window = 10000;

create table ad_line_days (
  org_id LowCardinality(String), site_id LowCardinality(String), local_date Date,
  kind LowCardinality(String), invalid LowCardinality(String),
  side LowCardinality(String), advertiser_id LowCardinality(String), order_id LowCardinality(String), line_item_id LowCardinality(String),
  creative_id LowCardinality(String), currency LowCardinality(String),
  events Int64, spend_micros Int64
) engine = SummingMergeTree((events, spend_micros))
partition by toYear(local_date)
order by (org_id, site_id, local_date, line_item_id, kind, invalid, creative_id, currency, side, advertiser_id, order_id)
settings non_replicated_deduplication_window = 10000;

create table ad_placement_days (
  org_id LowCardinality(String), site_id LowCardinality(String), local_date Date,
  kind LowCardinality(String), invalid LowCardinality(String),
  advertiser_id LowCardinality(String), placement_id LowCardinality(String), section_id LowCardinality(String), size LowCardinality(String), currency LowCardinality(String),
  events Int64, spend_micros Int64
) engine = SummingMergeTree((events, spend_micros))
partition by toYear(local_date)
order by (org_id, site_id, local_date, placement_id, kind, invalid, advertiser_id, size, currency, section_id)
settings non_replicated_deduplication_window = 10000;

insert into hits_days (org_id, site_id, local_date, name, country, device, currency, hits, revenue_micros, revenues)
select org_id, site_id, local_date, name, country, device, currency, sum(hits), sum(revenue_micros), sum(revenues)
from hits_hours group by org_id, site_id, local_date, name, country, device, currency;

insert into pages_months (org_id, site_id, month, hostname, path, section_id, name, hits)
select org_id, site_id, toStartOfMonth(local_date) as month, hostname, path, section_id, name, sum(hits)
from pages_days group by org_id, site_id, month, hostname, path, section_id, name;

insert into ad_line_days (org_id, site_id, local_date, kind, invalid, side, advertiser_id, order_id, line_item_id, creative_id, currency, events, spend_micros)
select org_id, site_id, local_date, kind, invalid, side, advertiser_id, order_id, line_item_id, creative_id, currency, sum(events), sum(spend_micros)
from ad_hours group by org_id, site_id, local_date, kind, invalid, side, advertiser_id, order_id, line_item_id, creative_id, currency;

insert into ad_placement_days (org_id, site_id, local_date, kind, invalid, advertiser_id, placement_id, section_id, size, currency, events, spend_micros)
select org_id, site_id, local_date, kind, invalid, advertiser_id, placement_id, section_id, size, currency, sum(events), sum(spend_micros)
from ad_hours group by org_id, site_id, local_date, kind, invalid, advertiser_id, placement_id, section_id, size, currency;

create materialized view hits_days_of_hours to hits_days as
select org_id, site_id, local_date, name, country, device, currency,
  sum(hits_hours.hits) as hits, sum(hits_hours.revenue_micros) as revenue_micros, sum(hits_hours.revenues) as revenues
from hits_hours group by org_id, site_id, local_date, name, country, device, currency;

create materialized view pages_months_of_days to pages_months as
select org_id, site_id, toStartOfMonth(local_date) as month, hostname, path, section_id, name, sum(pages_days.hits) as hits
from pages_days group by org_id, site_id, month, hostname, path, section_id, name;

create materialized view ad_line_days_of_hours to ad_line_days as
select org_id, site_id, local_date, kind, invalid, side, advertiser_id, order_id, line_item_id, creative_id, currency,
  sum(ad_hours.events) as events, sum(ad_hours.spend_micros) as spend_micros
from ad_hours group by org_id, site_id, local_date, kind, invalid, side, advertiser_id, order_id, line_item_id, creative_id, currency;

create materialized view ad_placement_days_of_hours to ad_placement_days as
select org_id, site_id, local_date, kind, invalid, advertiser_id, placement_id, section_id, size, currency,
  sum(ad_hours.events) as events, sum(ad_hours.spend_micros) as spend_micros
from ad_hours group by org_id, site_id, local_date, kind, invalid, advertiser_id, placement_id, section_id, size, currency;
