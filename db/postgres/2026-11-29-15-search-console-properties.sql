-- Which organisation may read a property by the installation's service account: bound by who runs the installation.
create table search_console_properties (
  property text primary key,
  org_id text not null references organisations (id) on delete cascade,
  bound_at timestamptz not null default now()
);

-- Days of which Google told as many rows as it tells: there may be more.
alter table search_console_imports add column cut_days jsonb not null default '[]';
