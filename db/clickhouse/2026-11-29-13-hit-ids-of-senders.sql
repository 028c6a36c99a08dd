-- Imports know their own rows by day; their numbers of batches serve for taking an import back.
drop view hit_ids_of_hits;
create materialized view hit_ids_of_hits to hit_ids as
select site_id, hit_id, local_date, batch from hits where batch != 0 and origin != 'import';
