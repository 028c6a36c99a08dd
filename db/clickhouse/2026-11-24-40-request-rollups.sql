-- What forecasts are made of: requests by placement and day (years of them), and by hour, country and device (the last weeks of them).
create table ad_request_days (
  org_id LowCardinality(String), site_id LowCardinality(String), placement_id LowCardinality(String), local_date Date,
  requests UInt64, filled UInt64
) engine = SummingMergeTree((requests, filled))
partition by toYear(local_date)
order by (org_id, site_id, placement_id, local_date)
settings non_replicated_deduplication_window = 10000;

create table ad_request_hours (
  org_id LowCardinality(String), site_id LowCardinality(String), placement_id LowCardinality(String),
  local_hour DateTime('UTC') comment 'start of the hour on the site''s wall clock', local_date Date,
  country LowCardinality(String), device LowCardinality(String),
  requests UInt64, filled UInt64
) engine = SummingMergeTree((requests, filled))
partition by toYYYYMM(local_date)
order by (org_id, site_id, local_date, placement_id, local_hour, country, device)
settings non_replicated_deduplication_window = 10000;

insert into ad_request_days
select org_id, site_id, placement_id, local_date, sum(requests) as requests, sum(filled) as filled
from ad_requests group by org_id, site_id, placement_id, local_date;

insert into ad_request_hours
select org_id, site_id, placement_id, toStartOfHour(local_time) as local_hour, local_date, country, device, sum(requests) as requests, sum(filled) as filled
from ad_requests group by org_id, site_id, placement_id, local_hour, local_date, country, device;

create materialized view ad_request_days_of_requests to ad_request_days as
select org_id, site_id, placement_id, local_date, sum(ad_requests.requests) as requests, sum(ad_requests.filled) as filled
from ad_requests group by org_id, site_id, placement_id, local_date;

create materialized view ad_request_hours_of_requests to ad_request_hours as
select org_id, site_id, placement_id, toStartOfHour(local_time) as local_hour, local_date, country, device,
  sum(ad_requests.requests) as requests, sum(ad_requests.filled) as filled
from ad_requests group by org_id, site_id, placement_id, local_hour, local_date, country, device;
