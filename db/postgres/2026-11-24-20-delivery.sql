-- Frequency caps beside those of line items; competitors by name; a pacing curve of one's own.
alter table advertisers add column frequency_caps jsonb not null default '[]';
alter table orders add column frequency_caps jsonb not null default '[]';
alter table assignments add column frequency_caps jsonb not null default '[]';
alter table line_items add column excluded_advertisers text[] not null default '{}';
alter table line_items add column pacing_curve jsonb;
alter table line_items drop constraint line_items_pacing_check;
alter table line_items add constraint line_items_pacing_check
  check (pacing in ('even', 'frontloaded', 'asap', 'custom') and (pacing <> 'custom' or pacing_curve is not null));
