-- What a visitor searched for on the site, which line item's ad led here, how the page felt, and who it was where they consented.
alter table hits add column identified UInt64 default 0 comment 'hash of the identifier that this visitor consented to (the same as in ad_events), or of the one a server gave; 0 without';
alter table hits add column site_search String default '' comment 'words typed into the site''s own search, read from the address of its result page';
alter table hits add column line_item_id LowCardinality(String) default '' comment 'the line item whose ad led to this page';
alter table hits add column lcp_ms UInt32 default 0 comment 'largest contentful paint; web vitals come with an engagement report, once a page view';
alter table hits add column inp_ms UInt32 default 0 comment 'interaction to next paint; 0 without an interaction';
alter table hits add column cls_milli Nullable(UInt16) comment 'cumulative layout shift in thousandths; null where the browser does not measure it';

alter table visits add column identified UInt64 default 0;
alter table visits add column line_item_id LowCardinality(String) default '';
