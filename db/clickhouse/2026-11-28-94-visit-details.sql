-- Events that a page sends by itself and that are no act of the visitor; the host on which a visit ended.
alter table hits add column passive UInt8 default 0 comment '1: an event that is no act of the visitor (a bounce stays one)';
alter table visits add column exit_hostname LowCardinality(String) default '' comment 'host of the exit page; empty in builds that are older than this column';
