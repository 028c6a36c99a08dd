-- What a player or an auction tells with an event: a VAST error code, the price of a win, the reason of a loss.
alter table ad_events add column detail LowCardinality(String) default '';
