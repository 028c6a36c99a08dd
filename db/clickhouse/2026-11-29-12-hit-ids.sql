-- Ids that senders gave their hits: what makes one count once, however much later it is told again. Ids that Vigie makes itself differ
-- by their making and are not in here.
alter table hits add column batch UInt64 default 0 comment 'which batch brought a hit whose sender gave it an id; 0 where Vigie made the id';

create table hit_ids (
  site_id LowCardinality(String), hit_id String, local_date Date, batch UInt64
) engine = MergeTree
order by (site_id, hit_id)
settings index_granularity = 512, non_replicated_deduplication_window = 10000;

create materialized view hit_ids_of_hits to hit_ids as
select site_id, hit_id, local_date, batch from hits where batch != 0;

-- Of rows that go in again after a stop, ids are only looked up.
insert into hit_ids (site_id, hit_id, local_date, batch)
select site_id, hit_id, local_date, 1 as batch from hits
where origin in ('live', 'ingest') and not match(hit_id, '^[0-9a-z]{9}-[0-9a-z]{4,}-[0-9a-f]{12}$');
