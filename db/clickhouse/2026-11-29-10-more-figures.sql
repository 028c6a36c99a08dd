-- More of a day's figures, so that panels over a year need no facts: readings of pages, acts on them, events by name, and the classes
-- of visits (window, depth, duration, clock, line item). `key` stands for the value where many rows are added up by it.
alter table visit_figures add column acts UInt64 default 0 comment 'clicks out, downloads, forms, searches, pages not found: by what they are about';
alter table visit_figures add column reading_ms UInt64 default 0 comment 'active time on pages';
alter table visit_figures add column readings UInt64 default 0 comment 'pages with active time, once per visitor, page and day';
alter table visit_figures add column scroll_percents UInt64 default 0;
alter table visit_figures add column scrolled UInt64 default 0;
alter table visit_figures add column key UInt64 default sipHash64(value);

alter table visit_figure_months add column acts UInt64 default 0;
alter table visit_figure_months add column reading_ms UInt64 default 0;
alter table visit_figure_months add column readings UInt64 default 0;
alter table visit_figure_months add column scroll_percents UInt64 default 0;
alter table visit_figure_months add column scrolled UInt64 default 0;
alter table visit_figure_months add column key UInt64 default sipHash64(value);

alter table pages_days add column key UInt64 default sipHash64(path);
alter table pages_months add column key UInt64 default sipHash64(path);

-- Months are added up anew, from days that hold everything; until then their days are read.
truncate table visit_months;
truncate table visit_figure_months;

-- Each insert after a delete of what it writes: an insert that was stopped is begun again from its delete.
delete from visit_figures where dimension in ('line_item', 'screen', 'depth', 'duration', 'hour', 'weekday');
insert into visit_figures (build, org_id, site_id, local_date, dimension, value, visits, pageviews, duration_ms, engaged_ms, bounces, visitors, lasting)
select build, org_id, site_id, local_date, tupleElement(pair, 1) as dimension, tupleElement(pair, 2) as value, count(),
  sum(visits.pageviews), sum(visits.duration_ms), sum(visits.engaged_ms), sum(bounce),
  uniqExactIf(visitor, not stays) as visitors, groupUniqArrayIf(visitor, stays) as lasting
from (
  select *, visitor in (select visitor from hits where origin = 'ingest' or (origin = 'import' and status = 0)) as stays from visits
  where (site_id, local_date, build) in (select site_id, local_date, max(build) from visit_days group by site_id, local_date)
) as visits
array join [('line_item', line_item_id),
  ('screen', multiIf(width = 0, '', width < 576, '< 576 px', width < 992, '576–991 px', width < 1440, '992–1439 px', '≥ 1440 px')),
  ('depth', multiIf(visits.pageviews < 1, '0', visits.pageviews < 2, '1', visits.pageviews < 3, '2', visits.pageviews < 4, '3', visits.pageviews < 5, '4',
    visits.pageviews < 6, '5', visits.pageviews < 10, '6–9', visits.pageviews < 20, '10–19', '20+')),
  ('duration', multiIf(visits.duration_ms < 10000, '0–9 s', visits.duration_ms < 30000, '10–29 s', visits.duration_ms < 60000, '30–59 s',
    visits.duration_ms < 180000, '1–2 min', visits.duration_ms < 600000, '3–9 min', visits.duration_ms < 1800000, '10–29 min', '30+ min')),
  ('hour', leftPad(toString(toHour(local_time)), 2, '0')), ('weekday', toString(toDayOfWeek(local_time)))] as pair
group by build, org_id, site_id, local_date, dimension, value
settings max_partitions_per_insert_block = 0;

-- Who did what by name; and the page views of the dimensions whose visitors are there already.
delete from visit_figures where dimension = 'name';
insert into visit_figures (build, org_id, site_id, local_date, dimension, value, visits, pageviews, duration_ms, engaged_ms, bounces, visitors, lasting)
select build, org_id, site_id, local_date, 'name' as dimension, name as value, 0, 0, 0, 0, 0,
  uniqExactIf(visitor, not stays) as visitors, groupUniqArrayIf(visitor, stays) as lasting
from (
  select day.build as build, org_id, site_id, local_date, name, visitor,
    visitor in (select visitor from hits where origin = 'ingest' or (origin = 'import' and status = 0)) as stays
  from hits inner join (select site_id, local_date, max(build) as build from visit_days group by site_id, local_date) as day using (site_id, local_date)
  where name != 'engagement'
) as found
group by build, org_id, site_id, local_date, dimension, value
settings max_partitions_per_insert_block = 0;

delete from visit_figures where dimension in ('page', 'hostname', 'section', 'name') and visits = 0 and visitors = 0 and empty(lasting) and pageviews > 0;
insert into visit_figures (build, org_id, site_id, local_date, dimension, value, visits, pageviews, duration_ms, engaged_ms, bounces, visitors, lasting)
select day.build as build, org_id, site_id, local_date, tupleElement(pair, 1) as dimension, tupleElement(pair, 2) as value, 0,
  sum(pages_days.hits), 0, 0, 0, 0, []
from pages_days inner join (select site_id, local_date, max(build) as build from visit_days group by site_id, local_date) as day using (site_id, local_date)
array join [('page', path), ('hostname', hostname), ('section', section_id), ('name', name)] as pair
where name = 'pageview'
group by build, org_id, site_id, local_date, dimension, value
settings max_partitions_per_insert_block = 0;

delete from visit_figures where dimension in ('site_search', 'outbound_link', 'download', 'form', 'not_found');
insert into visit_figures (build, org_id, site_id, local_date, dimension, value, visits, pageviews, duration_ms, engaged_ms, bounces, visitors, lasting, acts)
select build, org_id, site_id, local_date, tupleElement(pair, 1) as dimension, tupleElement(pair, 2) as value, 0, 0, 0, 0, 0,
  uniqExactIf(visitor, not stays) as visitors, groupUniqArrayIf(visitor, stays) as lasting, count()
from (
  select day.build as build, org_id, site_id, local_date, name, path, props, site_search, visitor,
    visitor in (select visitor from hits where origin = 'ingest' or (origin = 'import' and status = 0)) as stays
  from hits inner join (select site_id, local_date, max(build) as build from visit_days group by site_id, local_date) as day using (site_id, local_date)
  where site_search != '' or name in ('Outbound Link: Click', 'outbound link', 'File Download', 'download', 'Form: Submission', '404', 'site search')
) as found
array join arrayFilter(told -> tupleElement(told, 2) != '', [
  ('site_search', if(name = 'pageview', site_search, if(name = 'site search', props['term'], ''))),
  ('outbound_link', if(name in ('Outbound Link: Click', 'outbound link'), replaceRegexpOne(cutQueryStringAndFragment(props['url']), '^(?i)(https?://)[^/@]*@', '\\1'), '')),
  ('download', if(name in ('File Download', 'download'), replaceRegexpOne(cutQueryStringAndFragment(props['url']), '^(?i)(https?://)[^/@]*@', '\\1'), '')),
  ('form', if(name in ('Form: Submission'), if(props['form'] = '', props['path'], concat(props['path'], '#', props['form'])), '')),
  ('not_found', if(name in ('404'), path, ''))]) as pair
group by build, org_id, site_id, local_date, dimension, value
settings max_partitions_per_insert_block = 0;

delete from visit_figures where dimension = 'section' and visits = 0 and visitors = 0 and empty(lasting) and pageviews = 0;
insert into visit_figures (build, org_id, site_id, local_date, dimension, value, visits, pageviews, duration_ms, engaged_ms, bounces, visitors, lasting, reading_ms, readings, scroll_percents, scrolled)
select day.build as build, org_id, site_id, local_date, 'section' as dimension, section_id as value, 0, 0, 0, 0, 0, 0, [],
  sum(read.reading_ms), countIf(read.reading_ms > 0), sum(deepest), countIf(deepest > 0)
from (
  select org_id, site_id, local_date, visitor, hostname, path, section_id, sum(hits.engaged_ms) as reading_ms, max(hits.scroll) as deepest
  from hits where hits.engaged_ms > 0 or hits.scroll > 0 group by org_id, site_id, local_date, visitor, hostname, path, section_id
) as read inner join (select site_id, local_date, max(build) as build from visit_days group by site_id, local_date) as day using (site_id, local_date)
group by build, org_id, site_id, local_date, dimension, value
settings max_partitions_per_insert_block = 0;

delete from visit_figures where dimension in ('', 'page', 'hostname') and visits = 0 and visitors = 0 and empty(lasting) and pageviews = 0;
insert into visit_figures (build, org_id, site_id, local_date, dimension, value, visits, pageviews, duration_ms, engaged_ms, bounces, visitors, lasting, reading_ms, readings, scroll_percents, scrolled)
select day.build as build, org_id, site_id, local_date, tupleElement(pair, 1) as dimension, tupleElement(pair, 2) as value, 0, 0, 0, 0, 0, 0, [],
  sum(read.reading_ms), countIf(read.reading_ms > 0), sum(deepest), countIf(deepest > 0)
from (
  select org_id, site_id, local_date, visitor, hostname, path, sum(hits.engaged_ms) as reading_ms, max(hits.scroll) as deepest
  from hits where hits.engaged_ms > 0 or hits.scroll > 0 group by org_id, site_id, local_date, visitor, hostname, path
) as read inner join (select site_id, local_date, max(build) as build from visit_days group by site_id, local_date) as day using (site_id, local_date)
array join [('', ''), ('page', path), ('hostname', hostname)] as pair
group by build, org_id, site_id, local_date, dimension, value
settings max_partitions_per_insert_block = 0;
