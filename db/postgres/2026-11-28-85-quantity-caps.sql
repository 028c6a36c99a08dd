-- Hard limits of a line item on what it delivers, by day of the site and in all, in the unit of its goal.
alter table line_items add column daily_cap bigint check (daily_cap > 0);
alter table line_items add column lifetime_cap bigint check (lifetime_cap > 0);
