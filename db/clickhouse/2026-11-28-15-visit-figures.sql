-- Figures of a site day's visits by one dimension at a time, written with each build of its visits and valid with it: a panel over a
-- year reads these few rows instead of every visit. '' is the dimension of all visits together; page, hostname and section tell the
-- visitors who were there, every other dimension the visits that have the value.
create table visit_figures (
  build UInt64, org_id LowCardinality(String), site_id LowCardinality(String), local_date Date,
  dimension LowCardinality(String), value String,
  visits UInt64, pageviews UInt64, duration_ms UInt64, engaged_ms UInt64, bounces UInt64,
  visitors UInt64 comment 'visitors whose hash is of this day alone: they add up over days',
  lasting Array(UInt64) comment 'visitors whose hash stays the same (a server named them): distinct over days'
) engine = MergeTree
partition by toYYYYMM(local_date)
order by (site_id, dimension, local_date, build, value)
settings non_replicated_deduplication_window = 1000;

insert into visit_figures
select build, org_id, site_id, local_date, tupleElement(pair, 1) as dimension, tupleElement(pair, 2) as value, count() as visits,
  sum(visits.pageviews) as pageviews, sum(visits.duration_ms) as duration_ms, sum(visits.engaged_ms) as engaged_ms, sum(bounce) as bounces,
  uniqExactIf(visitor, not stays) as visitors, groupUniqArrayIf(visitor, stays) as lasting
from (
  select *, visitor in (select visitor from hits where origin = 'ingest' or (origin = 'import' and status = 0)) as stays from visits
  where (site_id, local_date, build) in (select site_id, local_date, max(build) from visit_days group by site_id, local_date)
) as visits
array join [('', ''), ('country', country), ('region', region), ('city', city), ('device', device), ('browser', browser), ('browser_version', browser_version),
  ('os', os), ('os_version', os_version), ('language', language), ('brand', brand), ('source', source), ('channel', channel), ('referrer', referrer),
  ('search_term', search_term), ('utm_source', utm_source), ('utm_medium', utm_medium), ('utm_campaign', utm_campaign), ('utm_content', utm_content),
  ('utm_term', utm_term), ('entry_page', entry_page), ('exit_page', exit_page)] as pair
group by build, org_id, site_id, local_date, dimension, value;

insert into visit_figures
select build, org_id, site_id, local_date, tupleElement(pair, 1) as dimension, tupleElement(pair, 2) as value, 0, 0, 0, 0, 0,
  uniqExactIf(visitor, not stays) as visitors, groupUniqArrayIf(visitor, stays) as lasting
from (
  select day.build as build, org_id, site_id, local_date, path, hostname, section_id, visitor,
    visitor in (select visitor from hits where origin = 'ingest' or (origin = 'import' and status = 0)) as stays
  from hits inner join (select site_id, local_date, max(build) as build from visit_days group by site_id, local_date) as day using (site_id, local_date)
  where name != 'engagement'
) as found
array join [('page', path), ('hostname', hostname), ('section', section_id)] as pair
group by build, org_id, site_id, local_date, dimension, value;
