-- Costs again, under a key that also holds source and currency: what two sources or currencies cost on one campaign's day are two facts.
create table cost_days (
  org_id LowCardinality(String), site_id LowCardinality(String), local_date Date,
  platform LowCardinality(String), account String, campaign_key String comment 'the platform''s id of the campaign, else its name', campaign String,
  channel LowCardinality(String), source LowCardinality(String), utm_campaign String,
  currency LowCardinality(String), spend_micros Int64, impressions UInt64, clicks UInt64,
  conversions Float64 comment 'as the platform counts them', value_micros Int64,
  import UInt64, ingested_at DateTime64(3, 'UTC') default now64(3, 'UTC')
) engine = ReplacingMergeTree(import)
order by (org_id, site_id, platform, account, local_date, campaign_key, source, currency)
settings non_replicated_deduplication_window = 10000;

-- Rows that go in again after a stop have the same key and import: they are one.
insert into cost_days (org_id, site_id, local_date, platform, account, campaign_key, campaign, channel, source, utm_campaign,
  currency, spend_micros, impressions, clicks, conversions, value_micros, import, ingested_at)
select org_id, site_id, local_date, platform, account, campaign_key, campaign, channel, source, utm_campaign,
  currency, spend_micros, impressions, clicks, conversions, value_micros, import, ingested_at
from costs final;
drop table if exists costs;
